import { ok } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { JobOutcome } from "../../platform/jobs.ts";
import type { ShippingProviderId } from "../provider.ts";
import { findAccount } from "./account.store.ts";
import { connectCourier } from "./connect.ts";
import { tryLater } from "./credential-tries.ts";

/** Connects a broken account again, as its Connect button does. What does not answer does not use up a try. */
export async function tryCourier(
  ctx: Ctx,
  { providerId, tried }: { readonly providerId: ShippingProviderId; readonly tried: number },
): Promise<JobOutcome> {
  const account = await ctx.db.read(ctx.tenantId, (tx) => findAccount(tx, providerId));
  if (account?.state !== "BROKEN") return "done"; // connected, or switched off, by a person meanwhile
  const again = await connectCourier(ctx, providerId, { onlyBroken: true });
  if (!again.ok || again.value.failure === null) return "done";
  const used = again.value.failure === "auth" ? tried + 1 : tried;
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    await tryLater(tx, ctx, providerId, used);
    return ok();
  });
  return "done";
}
