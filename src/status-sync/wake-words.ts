import { z } from "zod";
import type { ChannelId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueueAll, job } from "../platform/jobs.ts";
import { makeDue } from "./journal.store.ts";

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
  const channels = await makeDue(tx, { codes: where.codes ?? null, channelId: where.channelId ?? null }, ctx.now);
  await enqueueAll(
    tx,
    applyWordsJob,
    channels.map((channelId) => ({ channelId })),
  );
}
