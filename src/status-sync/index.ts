import "./errors.ts";

export { statusSyncRoutes } from "./routes.ts";
export { registerStatusSyncs, syncOrders } from "./sync.ts";
export { syncOrderNow } from "./sync-order.ts";
