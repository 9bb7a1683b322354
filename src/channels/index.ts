export type { ChannelState, IntakeChannel } from "./channel.ts";
export { allSources, findSource, installSources, sourceOf } from "./registry.ts";
export { intakeChannels } from "./store.ts";
