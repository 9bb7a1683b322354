import "./courier-tracking/errors.ts";
import "./errors.ts";

export { issueCourierKey } from "./courier-tracking/credential.ts";
export { pollCourier, trackNow } from "./courier-tracking/poll.ts";
export { type PushTaken, takeCourierPush } from "./courier-tracking/push.ts";
export { followDispatched } from "./courier-tracking/wake.ts";
export { registerJobs } from "./jobs.ts";
export { statusChecks } from "./overview.ts";
export { statusSyncRoutes } from "./routes.ts";
export { registerStatusSyncs, syncOrders } from "./sync.ts";
export { syncOrderNow } from "./sync-order.ts";
export { hearDispatched, wakeWords } from "./wake-words.ts";
