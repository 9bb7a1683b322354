import "./errors.ts";

export { type CallOptions, callChannel, closeEngine } from "./call.ts";
export {
  type Channel,
  type ChannelSettings,
  type ChannelState,
  type ExchangeId,
  type IntakeChannel,
  type NoticeId,
  SYNC_KINDS,
  type SyncKind,
  type SyncRunId,
} from "./channel.ts";
export type { ExchangeLinks } from "./exchange.store.ts";
export { type MappedListing, onChannelChanged, onListingMapped } from "./hooks.ts";
export { type DirtyScope, markDirty, pushInventoryJob } from "./mark-dirty.ts";
export {
  authenticatePush,
  forgetPushCallers,
  type IssuedPushCredential,
  issuePushCredential,
  type PushCaller,
  revokePushCredential,
} from "./push-credential.ts";
export { allSources, findSource, installSources, sourceOf } from "./registry.ts";
export { findChannel, intakeChannels } from "./store.ts";
export {
  noteSync,
  type RunningSync,
  registerSync,
  runSync,
  type SyncHandler,
  type SyncResult,
  syncNow,
} from "./sync.ts";
