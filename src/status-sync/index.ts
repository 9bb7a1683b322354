export { applyReported, registerStatusSyncs, syncOrders } from "./sync.ts";
