import { refuse, type ShippingPackageId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { failed, inOrder, type StepResult } from "../step.ts";
import { askMany, type Patience } from "./ask-many.ts";
import type { ChannelStep } from "./channel-step.ts";
import { type StepPlace, stepPlaces } from "./store.ts";

/** A step that is ours for some packages and their channel's for others. */
export interface SharedStep {
  readonly step: ChannelStep;
  readonly isChannels: (place: StepPlace) => boolean;
  readonly perTransaction: number;
  readonly ours: (tx: Tx, ctx: Ctx, ids: readonly ShippingPackageId[]) => Promise<StepResult[]>;
  readonly patience: Patience;
}

/** Takes a step of many packages, ours in transactions of a few, their channels' by asking. In the order of the ids. */
export async function byWhom(ctx: Ctx, ids: readonly ShippingPackageId[], shared: SharedStep): Promise<StepResult[]> {
  const wanted = [...new Set(ids)];
  const places = await ctx.db.read(ctx.tenantId, (tx) => stepPlaces(tx, ctx, wanted));
  const theirs = places.filter(shared.isChannels);
  const asked = new Set(theirs.map((place) => place.shippingPackageId));
  const there = new Set(places.map((place) => place.shippingPackageId));
  const settled = new Map<string, StepResult>();
  for (const id of wanted)
    if (!there.has(id))
      settled.set(
        id,
        failed({ shippingPackageId: id, code: id }, refuse("PACKAGE_NOT_FOUND", { packages: [id] }).refusal),
      );
  // Channels answer while we do our own.
  const answers = theirs.length === 0 ? [] : askMany(ctx, theirs, shared.step, shared.patience);
  const own = takeOurs(
    ctx,
    wanted.filter((id) => there.has(id) && !asked.has(id)),
    shared,
  );
  for (const result of (await Promise.all([answers, own])).flat()) settled.set(result.shippingPackageId, result);
  return inOrder(ids, settled);
}

async function takeOurs(ctx: Ctx, ids: readonly ShippingPackageId[], shared: SharedStep): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (let at = 0; at < ids.length; at += shared.perTransaction) {
    const some = ids.slice(at, at + shared.perTransaction);
    results.push(...(await ctx.db.transaction(ctx.tenantId, (tx) => shared.ours(tx, ctx, some))));
  }
  return results;
}
