import { z } from "zod";
import type { BusinessEvent } from "../events/index.ts";
import type { ChannelId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueueAll, job } from "../platform/jobs.ts";
import { makeDue, reviveDoubts } from "./journal.store.ts";

export const applyWordsJob = job("status-sync.apply_words", {
  payload: z.object({ channelId: z.uuid() }),
  key: (p) => p.channelId,
  queue: (p) => p.channelId,
  attemptsMax: 3,
});

/**
 * What words of channels wait for may be there now: they are applied again, without asking the channel. In the transaction of
 * the cause.
 * @param where the reasons that are meant (refusal codes) and the channel; null: any
 */
export async function wakeWords(
  tx: Tx,
  ctx: Ctx,
  where: { readonly codes?: readonly string[]; readonly channelId?: ChannelId } = {},
): Promise<void> {
  await applySoon(tx, await makeDue(tx, { codes: where.codes ?? null, channelId: where.channelId ?? null }, ctx.now));
}

/**
 * Packages that left, by a person's word or over a manifest: that they were delivered, or come back, may have been said
 * while they were still here and a person was asked. It takes effect now. In the transaction in which they left.
 */
export async function hearDispatched(tx: Tx, ctx: Ctx, events: readonly BusinessEvent[]): Promise<void> {
  const left = events.flatMap((event) => (event.kind === "SHIPMENT_DISPATCHED" ? [event.shippingPackageId] : []));
  if (left.length > 0) await applySoon(tx, await reviveDoubts(tx, left, ctx.now));
}

function applySoon(tx: Tx, channels: readonly ChannelId[]): Promise<void> {
  return enqueueAll(
    tx,
    applyWordsJob,
    channels.map((channelId) => ({ channelId })),
  );
}
