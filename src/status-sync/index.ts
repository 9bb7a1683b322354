export { applyReported, registerStatusSyncs } from "./sync.ts";
