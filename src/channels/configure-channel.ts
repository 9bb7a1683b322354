import { audit } from "../identity/index.ts";
import { type ChannelId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { refuseSettings } from "./add-channel.ts";
import type { Channel, ChannelSettings } from "./channel.ts";
import { tellChannelChanged } from "./hooks.ts";
import { markDirty } from "./mark-dirty.ts";
import { sourceOf } from "./registry.ts";
import * as store from "./store.ts";

export interface Configured {
  readonly channel: Channel;
  /** Notify Channel On Dispatch was switched on just now: offer to send what was not sent. */
  readonly notifySwitchedOn: boolean;
}

/**
 * Changes settings of a channel; what is left out stays. Other facilities or another priority change what is published
 * and heal orders that waited. Refusals: CHANNEL_NOT_FOUND and those of `refuseSettings`.
 */
export function configureChannel(
  ctx: Ctx,
  channelId: ChannelId,
  change: Partial<ChannelSettings>,
): Promise<Result<Configured>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const before = await store.lockChannel(tx, channelId);
    if (!before) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
    const source = sourceOf(before.source);
    const sourceSettings = { ...before.sourceSettings, ...change.sourceSettings };
    const after: Channel = { ...before, ...change, sourceSettings };
    const fault = await refuseSettings(tx, source, after);
    if (!fault.ok) return fault;
    const state = before.state === "DRAFT" ? "CONFIGURED" : before.state;
    await store.saveSettings(tx, channelId, after, state);
    const changed = changedMembers(before, after);
    if (Object.keys(changed.after).length > 0)
      await audit(tx, ctx, {
        action: "channels.channel_configured",
        recordType: "channel",
        recordId: channelId,
        recordCode: before.code,
        ...changed,
      });
    if ("facilities" in changed.after) {
      await markDirty(tx, { channelId });
      await tellChannelChanged(tx, ctx, channelId);
    }
    return ok({ channel: { ...after, state }, notifySwitchedOn: after.notifyOnDispatch && !before.notifyOnDispatch });
  });
}

const SETTINGS = [
  ...(["name", "tatHours", "packageType", "autoVerify", "createOnHold", "singleAction", "notifyOnDispatch"] as const),
  ...(["returnedOnChannelWord", "priority", "billingPartyId", "sourceSettings", "facilities"] as const),
];

function changedMembers(before: Channel, after: Channel) {
  const names = SETTINGS.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const pick = (of: Channel): Record<string, unknown> => Object.fromEntries(names.map((name) => [name, of[name]]));
  return { before: pick(before), after: pick(after) };
}
