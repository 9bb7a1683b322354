import "./errors.ts";

export { registerJobs } from "./jobs.ts";
export { statusChecks } from "./overview.ts";
export { statusSyncRoutes } from "./routes.ts";
export { registerStatusSyncs, syncOrders } from "./sync.ts";
export { syncOrderNow } from "./sync-order.ts";
export { wakeWords } from "./wake-words.ts";
