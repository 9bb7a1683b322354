import { type Cause, type Entry, post } from "../inventory/index.ts";
import {
  assert,
  type FacilityId,
  newId,
  type SaleOrderItemId,
  type ShippingPackageId,
  type SkuId,
} from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { Grade, PutawayItemId, PutawayKind } from "./putaway.ts";
import { insertWaiting } from "./store.ts";

/** A unit that has arrived in the house and waits for its shelf. */
export interface ArrivedUnit {
  /** Any but PUTAWAY_SHELF_TRANSFER: those come off a shelf, by `transferShelf`. */
  readonly kind: PutawayKind;
  readonly facilityId: FacilityId;
  readonly skuId: SkuId;
  readonly unitId: SaleOrderItemId | null;
  readonly packageId: ShippingPackageId | null;
  /** What brought it: a return case, a receipt of goods, a gatepass. */
  readonly sourceId: string | null;
  /** What is known of it before it is on a list: units that failed a quality check are proposed as rejected. */
  readonly grade?: Grade | null;
  readonly note: string | null;
}

/**
 * Takes units into the house: one waiting row each, counted as putaway pending and not sold before their putaway is
 * complete. Gives the rows' ids in the order of the units. @param cause why the ledger grows
 */
export async function awaitPutaway(
  tx: Tx,
  ctx: Ctx,
  units: readonly ArrivedUnit[],
  cause: Cause,
): Promise<PutawayItemId[]> {
  if (units.length === 0) return [];
  const posted = await post(tx, ctx, arrivals(units, cause));
  assert(posted.ok, "nothing is short where units are only added");
  return rowsFor(tx, ctx, units);
}

/** The waiting rows alone, for a caller who posts both sides of the move himself. */
export async function rowsFor(tx: Tx, ctx: Ctx, units: readonly ArrivedUnit[]): Promise<PutawayItemId[]> {
  const rows = units.map((unit) => ({
    ...unit,
    grade: unit.grade ?? null,
    sourceShelfId: null,
    itemId: newId<"PutawayItem">(),
  }));
  await insertWaiting(tx, rows, ctx.now);
  return rows.map((row) => row.itemId);
}

/** One entry for each facility, SKU and source. */
function arrivals(units: readonly ArrivedUnit[], cause: Cause): Entry[] {
  const groups = Map.groupBy(units, (unit) => `${unit.facilityId} ${unit.skuId} ${unit.sourceId} ${unit.note}`);
  return [...groups.values()].flatMap(([first, ...rest]) =>
    first === undefined
      ? []
      : [
          {
            ...{ facilityId: first.facilityId, skuId: first.skuId, shelfId: null, bucket: "putaway_pending" as const },
            ...{ quantity: 1 + rest.length, cause },
            ...{ causeType: first.sourceId === null ? null : first.kind, causeId: first.sourceId, note: first.note },
          },
        ],
  );
}
