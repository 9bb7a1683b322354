import { z } from "zod";
import type { ChannelId, Instant } from "../kernel/index.ts";
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

/** A channel that breaks so soon after it was connected takes the log-in and refuses what follows. */
const SOON_MINUTES = 5;
const TRIES_PASSED_OVER = 2;

/** Tries that count as used where a channel breaks: none, or the quick ones, so that it does not come and go each minute. Pure. */
export function triesUsed(connectedAt: Instant | null, now: Instant): number {
  const isSoon = connectedAt !== null && connectedAt.until(now).total("minutes") < SOON_MINUTES;
  return isSoon ? TRIES_PASSED_OVER : 0;
}
