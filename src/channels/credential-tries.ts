import { z } from "zod";
import type { ChannelId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { nextCredentialTry } from "../platform/credential-tries.ts";
import type { Tx } from "../platform/db.ts";
import { enqueue, job } from "../platform/jobs.ts";

export const tryCredentialsJob = job("channels.try_credentials", {
  payload: z.object({ channelId: z.uuid(), tried: z.int().min(0) }),
  key: (p) => p.channelId,
  queue: (p) => `${p.channelId}:connect`,
  attemptsMax: 2,
  callsOut: true,
});

/** Has the credentials of a channel tried again that has just refused them. Where all tries are used up a person has to. */
export async function tryLater(tx: Tx, ctx: Ctx, channelId: ChannelId, tried: number): Promise<void> {
  const runAt = nextCredentialTry(ctx.clock.now(), tried);
  if (runAt !== null) await enqueue(tx, tryCredentialsJob, { channelId, tried }, { runAt });
}
