import { audit } from "../identity/index.ts";
import { type ChannelId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { clearBroken } from "./call.ts";
import { type ChannelState, channelLifecycle, type SyncKind } from "./channel.ts";
import { goOn } from "./connect-channel.ts";
import { sourceOf } from "./registry.ts";
import * as store from "./store.ts";
import { dueNow, ensureSyncs, switchSync } from "./sync.store.ts";
import { canSyncNow, syncKindsOf } from "./sync-kind.ts";

/** Switches a channel off: nothing is fetched or sent, pushed orders are refused with the reason. Refusals: CHANNEL_NOT_FOUND, CHANNEL_STATE. */
export function disableChannel(ctx: Ctx, channelId: ChannelId): Promise<Result<{ state: ChannelState }>> {
  return change(ctx, channelId, "disable", "switched off");
}

/** Switches it on again; what waited goes on. One that was never connected is connected instead. */
export function enableChannel(ctx: Ctx, channelId: ChannelId): Promise<Result<{ state: ChannelState }>> {
  return change(ctx, channelId, "enable", "switched on");
}

function change(
  ctx: Ctx,
  channelId: ChannelId,
  event: "disable" | "enable",
  verb: string,
): Promise<Result<{ state: ChannelState }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const channel = await store.lockChannel(tx, channelId);
    if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
    const { to } = channelLifecycle.events[event];
    if (channel.state === to) return ok({ state: to });
    const neverConnected = event === "enable" && channel.connectedAt === null;
    if (!channelLifecycle.may(event, channel.state) || neverConnected)
      return refuse("CHANNEL_STATE", { channel: channel.code, state: channel.state, verb });
    await store.setState(tx, channelId, { state: to, brokenReason: null });
    if (event === "disable") await clearBroken(tx, ctx, channelId);
    else await goOn(tx, ctx, channel);
    await audit(tx, ctx, {
      action: `channels.channel_${event}d`,
      recordType: "channel",
      recordId: channelId,
      recordCode: channel.code,
      before: { state: channel.state },
      after: { state: to },
    });
    return ok({ state: to });
  });
}

/** Switches one sync of a channel. Refusals: CHANNEL_NOT_FOUND, SYNC_NOT_OFFERED, SYNC_NOT_SWITCHED. */
export function switchChannelSync(
  ctx: Ctx,
  channelId: ChannelId,
  kind: SyncKind,
  enabled: boolean,
): Promise<Result<{ enabled: boolean }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const channel = await store.lockChannel(tx, channelId);
    if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
    const source = sourceOf(channel.source);
    if (!syncKindsOf(source).includes(kind)) return refuse("SYNC_NOT_OFFERED", { source: source.label, kind });
    if (!canSyncNow(source, kind)) return refuse("SYNC_NOT_SWITCHED", { source: source.label, channel: channel.code });
    await ensureSyncs(tx, channelId, [kind]);
    await switchSync(tx, channelId, kind, enabled);
    if (enabled && channel.state === "CONNECTED") await dueNow(tx, channelId, [kind], ctx.now);
    await audit(tx, ctx, {
      action: "channels.sync_switched",
      recordType: "channel",
      recordId: channelId,
      recordCode: channel.code,
      after: { kind, enabled },
    });
    return ok({ enabled });
  });
}
