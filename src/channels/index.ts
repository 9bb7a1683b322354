import "./errors.ts";

export { addChannel, addChannelIn, type NewChannel } from "./add-channel.ts";
export {
  type Answered,
  type CallOptions,
  callChannel,
  callChannelInTurn,
  closeEngine,
  setEngineTimer,
} from "./call.ts";
export {
  type Channel,
  type ChannelSettings,
  type ChannelState,
  channelLifecycle,
  type ExchangeId,
  type IntakeChannel,
  type NoticeId,
  SYNC_KINDS,
  type SyncKind,
  type SyncRunId,
} from "./channel.ts";
export { type Configured, configureChannel } from "./configure-channel.ts";
export { type ConnectResult, type ConnectStep, connectChannel } from "./connect-channel.ts";
export { hookRoute } from "./consent-routes.ts";
export type { ExchangeLinks } from "./exchange.store.ts";
export { openWakeUps, settleWakeUps, type WakeUpRow } from "./hook.store.ts";
export { issueHook, lookJob, lookNow, readHook } from "./hook.ts";
export { type MappedListing, onChannelChanged, onListingMapped } from "./hooks.ts";
export { invoicedBy, mayInvoiceHere } from "./invoiced-by.ts";
export { alarmChecks, registerJobs, startAfterGoLive, syncLagGauge } from "./jobs.ts";
export { autoMatchListings, autoMatchSkus, changeListings, mapListings, unmapListings } from "./listings.ts";
export { type DirtyScope, markDirty, pushInventoryJob } from "./mark-dirty.ts";
export type { Notice } from "./notice.ts";
export {
  type AcknowledgeAnswer,
  type CancelAnswer,
  onAcknowledgeAnswer,
  onCancelAnswer,
  queueNotices,
  sendNoticesJob,
  sendUnsent,
} from "./notices.ts";
export { stopPublishing } from "./publish-stop.ts";
export { activeCredentials, type PushCredentialRow } from "./push-credential.store.ts";
export {
  authenticatePush,
  authenticatePusher,
  type CourierCaller,
  forgetPushCallers,
  type IssuedPushCredential,
  issuePushCredential,
  issuePushKey,
  OVERLAP_HOURS,
  type PushCaller,
  type PushHeaders,
  revokePushCredential,
} from "./push-credential.ts";
export { allSources, findSource, installSources, sourceOf } from "./registry.ts";
export { repeatExchange, repeatNotice, settleByPerson } from "./repeat.ts";
export { channelRoutes } from "./routes.ts";
export { followFacility, setCredentials } from "./set-credentials.ts";
export { setPace } from "./set-pace.ts";
export { findChannel, intakeChannels, tenantFacts } from "./store.ts";
export { disableChannel, enableChannel, switchChannelSync } from "./switch-channel.ts";
export { type SyncLag, syncLags } from "./sync.store.ts";
export {
  noteSync,
  type RunningSync,
  registerSync,
  runSync,
  type SyncHandler,
  type SyncResult,
  syncNow,
} from "./sync.ts";
export {
  canSyncNow,
  everyMinutes,
  isOn,
  lagMaxSeconds,
  lagSeconds,
  type StatusKind,
  type StatusPlan,
  scheduleWords,
  statusPlan,
  syncKindsOf,
} from "./sync-kind.ts";
