import { audit } from "../identity/index.ts";
import { type ChannelId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { setWishedMinutes } from "./sync.store.ts";

/**
 * How often a channel is asked for orders and for the statuses Cancelled and Dispatched, at most; null: as often as its source's
 * limits allow. From the next run on. Refuses CHANNEL_NOT_FOUND.
 * @param minutes 1 to PACE_MINUTES_MAX
 */
export function setPace(
  ctx: Ctx,
  channelId: ChannelId,
  minutes: number | null,
): Promise<Result<{ minutes: number | null }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const changed = await setWishedMinutes(tx, channelId, minutes);
    if (!changed) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
    await audit(tx, ctx, {
      ...{ action: "channels.pace", recordType: "channel", recordId: channelId, recordCode: changed.code },
      before: { syncEveryMinutes: changed.before },
      after: { syncEveryMinutes: minutes },
    });
    return ok({ minutes });
  });
}
