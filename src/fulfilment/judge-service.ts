import { z } from "zod";
import { assert, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type JobOutcome, job } from "../platform/jobs.ts";
import { servedParcels } from "../shipping/index.ts";
import { lockForMove } from "./lock.store.ts";
import { movePackages } from "./move.ts";
import { packagesToJudge } from "./rule-dry-run.store.ts";
import { parcelsOfPackages } from "./rule-facts.ts";
import { lockPackages } from "./store.ts";

const PACKAGES_AT_ONCE = 500;
const ROUNDS_MAX = 1_000;

/** Couriers, their lists or the rules changed: packages that wait to be packed are looked at again. One at a time. */
export const judgeServiceJob = job("fulfilment.judge_service", {
  payload: z.object({}),
  key: () => "all",
  queue: () => "fulfilment.judge_service",
  attemptsMax: 25,
  priority: 5,
});

/**
 * Packages that no courier goes to any more become LOCATION_NOT_SERVICEABLE, before somebody picks and invoices them; those that one
 * goes to again are CREATED again. What is picked or packed stays: it is asked when it is labelled.
 */
export async function judgeService(ctx: Ctx): Promise<JobOutcome> {
  let after: ShippingPackageId | null = null;
  for (let round = 1; round <= ROUNDS_MAX; round++) {
    const from: ShippingPackageId | null = after;
    const last: ShippingPackageId | null = await ctx.db.transaction(ctx.tenantId, (tx) => judgeRound(tx, ctx, from));
    if (last === null) return "done";
    after = last;
  }
  return { retry: `more than ${PACKAGES_AT_ONCE * ROUNDS_MAX} packages waited` };
}

/** The last package that was looked at; null: there were no more. */
async function judgeRound(tx: Tx, ctx: Ctx, after: ShippingPackageId | null): Promise<ShippingPackageId | null> {
  const ids = await packagesToJudge(tx, after, PACKAGES_AT_ONCE);
  const last = ids.at(-1);
  if (last === undefined) return null;
  const parcels = [...(await parcelsOfPackages(tx, ids)).values()];
  const served = await servedParcels(tx, parcels);
  const answer = new Map(parcels.map((p, i) => [p.packageId, served[i] ?? false]));
  await lockForMove(tx, ids);
  const now = await lockPackages(tx, ids);
  const move = async (state: "CREATED" | "LOCATION_NOT_SERVICEABLE", isServed: boolean) => {
    const wrong = now.filter((p) => p.state === state && answer.get(p.shippingPackageId) === isServed);
    const moved = await movePackages(
      tx,
      ctx,
      wrong.map((p) => p.shippingPackageId),
      isServed ? "beServed" : "beUnserved",
    );
    assert(moved.ok, "a locked package of that state may change whether it is served");
  };
  await move("CREATED", false);
  await move("LOCATION_NOT_SERVICEABLE", true);
  return ids.length < PACKAGES_AT_ONCE ? null : last;
}
