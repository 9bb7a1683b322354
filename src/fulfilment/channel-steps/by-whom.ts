import type { ShippingPackageId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { inOrder, type StepResult } from "../step.ts";
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

/**
 * Takes a step of many packages, ours in transactions of a few, their channels' by asking. In the order of the ids. A few
 * that are all ours, as most are, need one transaction and no more.
 */
export async function byWhom(ctx: Ctx, ids: readonly ShippingPackageId[], shared: SharedStep): Promise<StepResult[]> {
  const wanted = [...new Set(ids)];
  const { places, results } = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const found = await stepPlaces(tx, ctx, wanted);
    const few = wanted.length <= shared.perTransaction && !found.some(shared.isChannels);
    return { places: found, results: few ? await shared.ours(tx, ctx, wanted) : null };
  });
  const settled = new Map<string, StepResult>();
  const settle = (result: StepResult) => void settled.set(result.shippingPackageId, result);
  if (results !== null) (await askCouriers(ctx, results, shared)).forEach(settle);
  else (await takeEach(ctx, wanted, places, shared)).forEach(settle);
  return inOrder(ids, settled);
}

/** What is ours to do and has to be asked of a courier first is asked now, outside of the transaction that found it. */
async function askCouriers(
  ctx: Ctx,
  results: readonly StepResult[],
  { step, patience }: SharedStep,
): Promise<readonly StepResult[]> {
  const soon = results.filter((each) => each.refusal?.code === "COURIER_ASKED_SOON");
  if (soon.length === 0) return results;
  const ids = soon.map((each) => each.shippingPackageId);
  const places = await ctx.db.read(ctx.tenantId, (tx) => stepPlaces(tx, ctx, ids));
  const asked = new Map((await askMany(ctx, places, step, patience)).map((each) => [each.shippingPackageId, each]));
  return results.map((each) => asked.get(each.shippingPackageId) ?? each);
}

async function takeEach(
  ctx: Ctx,
  wanted: readonly ShippingPackageId[],
  places: readonly StepPlace[],
  shared: SharedStep,
): Promise<StepResult[]> {
  const theirs = places.filter(shared.isChannels);
  const asked = new Set(theirs.map((place) => place.shippingPackageId));
  // Channels answer while we do our own. Packages out of reach are refused among ours.
  const answers = theirs.length === 0 ? [] : askMany(ctx, theirs, shared.step, shared.patience);
  const own = takeOurs(
    ctx,
    wanted.filter((id) => !asked.has(id)),
    shared,
  );
  return (await Promise.all([answers, own])).flat();
}

async function takeOurs(ctx: Ctx, ids: readonly ShippingPackageId[], shared: SharedStep): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (let at = 0; at < ids.length; at += shared.perTransaction) {
    const some = ids.slice(at, at + shared.perTransaction);
    const own = await ctx.db.transaction(ctx.tenantId, (tx) => shared.ours(tx, ctx, some));
    results.push(...(await askCouriers(ctx, own, shared)));
  }
  return results;
}
