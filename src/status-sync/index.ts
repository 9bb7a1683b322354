import "./errors.ts";

export { statusSyncRoutes } from "./routes.ts";
export { applyReported, registerStatusSyncs, syncOrders } from "./sync.ts";
export { syncOrderNow } from "./sync-order.ts";
