import { z } from "zod";
import type { ChannelId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueue, job } from "../platform/jobs.ts";

/**
 * Minutes from a refusal to the next try with the same credentials. Marketplaces refuse good ones now and then (a token service
 * that stumbles); nobody should have to press Connect for that. Not more often: repeated wrong log-ins lock accounts there.
 */
export const TRY_AGAIN_MINUTES = [1, 2, 5, 15, 60] as const;

export const tryCredentialsJob = job("channels.try_credentials", {
  payload: z.object({ channelId: z.uuid(), tried: z.int().min(0) }),
  key: (p) => p.channelId,
  queue: (p) => `${p.channelId}:connect`,
  attemptsMax: 2,
  callsOut: true,
});

/** Has the credentials of a channel tried again that has just refused them. Where all tries are used up a person has to. */
export async function tryLater(tx: Tx, ctx: Ctx, channelId: ChannelId, tried: number): Promise<void> {
  const minutes = TRY_AGAIN_MINUTES[tried];
  if (minutes === undefined) return;
  await enqueue(tx, tryCredentialsJob, { channelId, tried }, { runAt: ctx.clock.now().add({ minutes }) });
}
