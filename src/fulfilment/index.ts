export { cancelUnits } from "./cancel-units.ts";
export { applyChannelCancel, type ChannelCancel, type ChannelCancelOutcome } from "./channel-cancel.ts";
export { findOrder, packagesOfLines } from "./channel-word.store.ts";
export { applyDelivered, applyLinesDelivered } from "./deliver.ts";
export { registerJobs } from "./jobs.ts";
export { movePackages } from "./move.ts";
export { type CancelAnswer, requestCancel, settleCancel } from "./request-cancel.ts";
export { type PackageState, packageLifecycle } from "./shipping-package.ts";
export { type LockedUnit, lockUnits, writeEvents } from "./store.ts";
