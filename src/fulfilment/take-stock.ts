import { type Entry, post, type Take } from "../inventory/index.ts";
import { assert, type FacilityId, type SaleOrderItemId, type ShippingPackageId, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { assignShelves, type WantedUnit } from "./assign-shelves.ts";
import { lockStock, pickedShelves, settlePicks, stockOn, unitsOf } from "./shelves.store.ts";

/** Chooses shelves for units of one facility and holds their stock still until commit. One entry a unit, in their order. */
export async function chooseTakes(
  tx: Tx,
  facilityId: FacilityId,
  units: readonly WantedUnit[],
): Promise<(Take | null)[]> {
  const skuIds = [...new Set(units.map((u) => u.skuId))];
  await lockStock(tx, facilityId, skuIds);
  const { shelves, virtual } = await stockOn(tx, facilityId, skuIds);
  return assignShelves(units, shelves, virtual);
}

/**
 * Takes the stock of dispatched packages of one facility out of the ledger, each unit with what was blocked for it and
 * from the shelf it was picked from. Any number of packages in a handful of statements.
 */
export async function takeStock(
  tx: Tx,
  ctx: Ctx,
  dispatch: { facilityId: FacilityId; packageIds: readonly ShippingPackageId[]; note: string },
): Promise<void> {
  const units = await unitsOf(tx, dispatch.packageIds);
  const takes = await chooseTakes(tx, dispatch.facilityId, units);
  const entries = units.flatMap((unit, i): Entry[] => {
    const take = takes[i];
    assert(take, "a blocked unit lies somewhere");
    const of = { ...dispatch, unitId: unit.unitId, skuId: unit.skuId };
    return [entry(of, { bucket: "blocked", shelfId: null }), entry(of, { bucket: take.bucket, shelfId: take.shelfId })];
  });
  const posted = await post(tx, ctx, entries);
  assert(posted.ok, "what is chosen from locked shelves can be taken");
  await settlePicks(
    tx,
    units.map((u) => u.unitId),
    "DISPATCHED",
    ctx.now,
  );
}

/** Chooses the shelves of units that were fetched and do not leave: from where they were picked. Their picks are settled. */
export async function takePicked(
  tx: Tx,
  ctx: Ctx,
  facilityId: FacilityId,
  units: readonly { readonly unitId: SaleOrderItemId; readonly skuId: SkuId }[],
): Promise<(Take | null)[]> {
  const unitIds = units.map((unit) => unit.unitId);
  const picked = await pickedShelves(tx, unitIds);
  const takes = await chooseTakes(
    tx,
    facilityId,
    units.map(({ unitId, skuId }) => ({ skuId, picked: picked.get(unitId) ?? null })),
  );
  await settlePicks(tx, unitIds, "PUT_BACK", ctx.now);
  return takes;
}

function entry(
  of: { facilityId: FacilityId; unitId: SaleOrderItemId; skuId: SkuId; note: string },
  where: Pick<Entry, "bucket" | "shelfId">,
): Entry {
  return {
    facilityId: of.facilityId,
    skuId: of.skuId,
    quantity: -1,
    cause: "DISPATCH",
    causeType: "sale_order_item",
    causeId: of.unitId,
    note: of.note,
    ...where,
  };
}
