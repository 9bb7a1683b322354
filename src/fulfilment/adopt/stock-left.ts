import { markDirty } from "../../channels/index.ts";
import { type Entry, post } from "../../inventory/index.ts";
import { assert, type FacilityId, type SaleOrderId, type SaleOrderItemId, type SkuId } from "../../kernel/index.ts";
import { BLOCKING_STATES, keptFor, type UnitState } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { lockFree } from "../allocation/allocation.store.ts";
import { pickedShelves, settlePicks } from "../shelves.store.ts";
import { chooseTakes } from "../take-stock.ts";

export interface UnitTaken {
  readonly unitId: SaleOrderItemId;
  readonly skuId: SkuId;
  readonly facilityId: FacilityId;
  readonly state: UnitState;
}

/**
 * Takes units that left out of the books: what was blocked for them, from where it was picked, and free stock for those that
 * nothing was blocked for. Gives those that there was nothing for: the books stay as they are, and the caller records them.
 * Stock that is free is taken whoever else waits for it: this piece is gone already.
 */
export async function takeLeft(
  tx: Tx,
  ctx: Ctx,
  saleOrderId: SaleOrderId,
  units: readonly UnitTaken[],
  note: string,
): Promise<ReadonlySet<SaleOrderItemId>> {
  const short = new Set<SaleOrderItemId>();
  const picked = await pickedShelves(
    tx,
    units.map((unit) => unit.unitId),
  );
  // In the order of ids, as everybody who locks the stock of several facilities.
  const byFacility = [...Map.groupBy(units, (unit) => unit.facilityId)].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [facilityId, all] of byFacility) {
    for (const unit of await block(tx, ctx, saleOrderId, facilityId, all)) short.add(unit);
    const taken = all.filter((unit) => !short.has(unit.unitId));
    const takes = await chooseTakes(
      tx,
      facilityId,
      taken.map(({ unitId, skuId }) => ({ skuId, picked: picked.get(unitId) ?? null })),
    );
    const entries = taken.flatMap(({ unitId, skuId }, i): Entry[] => {
      const take = takes[i];
      assert(take, "a blocked unit lies somewhere");
      const of = {
        facilityId,
        skuId,
        quantity: -1,
        cause: "DISPATCH",
        causeType: "sale_order_item",
        causeId: unitId,
        note,
      } as const;
      return [
        { ...of, bucket: "blocked", shelfId: null },
        { ...of, bucket: take.bucket, shelfId: take.shelfId },
      ];
    });
    const posted = await post(tx, ctx, entries);
    assert(posted.ok, "what is chosen from locked shelves can be taken");
  }
  await settlePicks(
    tx,
    units.map((unit) => unit.unitId),
    "DISPATCHED",
    ctx.now,
  );
  // Those that waited were subtracted from what is published as open sale; that ends here.
  const waited = units.filter((unit) => !BLOCKING_STATES.includes(unit.state)).map((unit) => unit.skuId);
  if (waited.length > 0) await markDirty(tx, { skuIds: [...new Set(waited)] });
  return short;
}

/** Blocks what is free, or was kept for the order, for units that have nothing; gives those that got nothing. */
async function block(
  tx: Tx,
  ctx: Ctx,
  saleOrderId: SaleOrderId,
  facilityId: FacilityId,
  units: readonly UnitTaken[],
): Promise<SaleOrderItemId[]> {
  const waiting = units.filter((unit) => !BLOCKING_STATES.includes(unit.state));
  if (waiting.length === 0) return [];
  const kept = await keptFor(tx, facilityId, [saleOrderId]);
  const free = await lockFree(tx, facilityId, [...new Set(waiting.map((unit) => unit.skuId))]);
  const own = new Map(kept.units.get(saleOrderId));
  const got: (UnitTaken & { readonly kept: boolean })[] = [];
  for (const unit of waiting) {
    if (takeOne(own, unit.skuId)) got.push({ ...unit, kept: true });
    else if (takeOne(free, unit.skuId)) got.push({ ...unit, kept: false });
  }
  const over = await kept.give(
    tx,
    got.filter((unit) => unit.kept).map(({ skuId }) => ({ saleOrderId, skuId })),
  );
  const posted = await post(tx, ctx, [
    ...over,
    ...got.map(
      ({ skuId, unitId }): Entry => ({
        ...{ facilityId, skuId, shelfId: null, bucket: "blocked", quantity: 1, cause: "ALLOCATE" },
        ...{ causeType: "sale_order_item", causeId: unitId, note: null },
      }),
    ),
  ]);
  assert(posted.ok, "stock that was locked and counted as free, or kept for the order, can be blocked");
  return waiting.filter((unit) => !got.some((each) => each.unitId === unit.unitId)).map((unit) => unit.unitId);
}

function takeOne(from: Map<SkuId, number>, skuId: SkuId): boolean {
  const rest = from.get(skuId) ?? 0;
  if (rest > 0) from.set(skuId, rest - 1);
  return rest > 0;
}
