export type { ChannelState, IntakeChannel } from "./channel.ts";
export { markDirty, pushInventoryJob } from "./dirty.store.ts";
export { allSources, findSource, installSources, sourceOf } from "./registry.ts";
export { intakeChannels } from "./store.ts";
