import { audit } from "../identity/index.ts";
import { type ChannelId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { refuseSettings } from "./add-channel.ts";
import type { Channel, ChannelSettings } from "./channel.ts";
import { checkFacilities } from "./check-facilities.ts";
import type { Confirmation } from "./facilities.ts";
import { sourceOf } from "./registry.ts";
import { tellFacilitiesChanged } from "./set-credentials.ts";
import * as store from "./store.ts";

export interface Configured {
  readonly channel: Channel;
  /** Notify Channel On Dispatch was switched on just now: offer to send what was not sent. */
  readonly notifySwitchedOn: boolean;
}

/**
 * Changes settings of a channel; what is left out stays. Other facilities change what is published and heal orders that
 * waited. Refusals: CHANNEL_NOT_FOUND and those of `refuseSettings` and `decideFacilities`.
 */
export function configureChannel(
  ctx: Ctx,
  channelId: ChannelId,
  change: Partial<ChannelSettings>,
  confirm: readonly Confirmation[] = [],
): Promise<Result<Configured>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const before = await store.lockChannel(tx, channelId);
    if (!before) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
    const source = sourceOf(before.source);
    const sourceSettings = { ...before.sourceSettings, ...change.sourceSettings };
    const wanted: Channel = { ...before, ...change, sourceSettings };
    const fault = await refuseSettings(tx, source, wanted);
    if (!fault.ok) return fault;
    const decided = await checkFacilities(tx, source, before, {
      ...{ fields: before.fields, facilities: wanted.facilities, confirm },
    });
    if (!decided.ok) return decided;
    const { facilities, confirmed } = decided.value;
    const after: Channel = { ...wanted, facilities };
    const state = before.state === "DRAFT" ? "CONFIGURED" : before.state;
    await store.saveSettings(tx, channelId, after, state);
    const changed = changedMembers(before, after);
    if (Object.keys(changed.after).length > 0)
      await audit(tx, ctx, {
        action: "channels.channel_configured",
        recordType: "channel",
        recordId: channelId,
        recordCode: before.code,
        before: changed.before,
        after: { ...changed.after, ...(confirmed.length > 0 ? { confirmed } : {}) },
      });
    if ("facilities" in changed.after) await tellFacilitiesChanged(tx, ctx, channelId);
    return ok({ channel: { ...after, state }, notifySwitchedOn: after.notifyOnDispatch && !before.notifyOnDispatch });
  });
}

const SETTINGS = [
  ...(["name", "tatHours", "packageType", "autoVerify", "createOnHold", "singleAction", "notifyOnDispatch"] as const),
  ...([
    "gstEInvoicing",
    "returnedOnChannelWord",
    "dispatchedOnPanel",
    "priority",
    "billingPartyId",
    "sourceSettings",
    "facilities",
  ] as const),
];

function changedMembers(before: Channel, after: Channel) {
  const names = SETTINGS.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const pick = (of: Channel): Record<string, unknown> => Object.fromEntries(names.map((name) => [name, of[name]]));
  return { before: pick(before), after: pick(after) };
}
