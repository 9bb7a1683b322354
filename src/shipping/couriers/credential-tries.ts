import { z } from "zod";
import type { Instant } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { nextCredentialTry, TRY_AGAIN_MINUTES } from "../../platform/credential-tries.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueue, job } from "../../platform/jobs.ts";
import type { ShippingProviderId } from "../provider.ts";
import type { CourierAccount } from "./account.ts";

export const tryCourierJob = job("shipping.try_courier_credentials", {
  payload: z.object({ providerId: z.uuid(), tried: z.int().min(0) }),
  key: (p) => p.providerId,
  queue: (p) => `${p.providerId}:connect`,
  attemptsMax: 2,
  callsOut: true,
});

const LAST_PAUSE_MINUTES = TRY_AGAIN_MINUTES.at(-1) ?? 60;

/**
 * Tries that count as used when an account breaks. A courier may take the log-in and refuse what follows it: an account that
 * the last try connected, and that breaks again within the longest pause, waits that pause, not a minute. Pure.
 */
export function triesUsed(account: Pick<CourierAccount, "connectedBy" | "connectedAt">, now: Instant): number {
  const { connectedBy, connectedAt } = account;
  if (connectedBy !== tryCourierJob.name || connectedAt === null) return 0;
  const again = Temporal.Instant.compare(connectedAt.add({ minutes: LAST_PAUSE_MINUTES }), now) > 0;
  return again ? TRY_AGAIN_MINUTES.length - 1 : 0;
}

/** Has the credentials of a courier tried again that has just refused them. Where all tries are used up a person has to. */
export async function tryLater(tx: Tx, ctx: Ctx, providerId: ShippingProviderId, tried: number): Promise<void> {
  const runAt = nextCredentialTry(ctx.clock.now(), tried);
  if (runAt !== null) await enqueue(tx, tryCourierJob, { providerId, tried }, { runAt });
}
