import { type Entry, post } from "../inventory/index.ts";
import {
  assert,
  type FacilityId,
  newId,
  type SaleOrderId,
  type SaleOrderItemId,
  type ShippingPackageId,
  type SkuId,
} from "../kernel/index.ts";
import { writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { lockForMove } from "./lock.store.ts";
import { movePackages } from "./move.ts";
import { writeUnfulfillable } from "./picklist/store.ts";
import { promisedUnits } from "./release.store.ts";
import { lockPackages } from "./store.ts";

/** A unit that stock is promised to and that nobody began to fetch. */
export interface PromisedUnit {
  readonly unitId: SaleOrderItemId;
  readonly unitCode: string;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly shippingPackageId: ShippingPackageId;
  readonly packageCode: string;
  readonly packageType: "FIXED" | "FLEXIBLE";
  readonly skuId: SkuId;
}

/** Which units go without. */
export interface Released {
  readonly units: readonly PromisedUnit[];
  /** What cannot be freed this way, by SKU: it is promised to parcels that are being picked or packed, or kept. */
  readonly lacking: ReadonlyMap<SkuId, number>;
}

/**
 * Which units go without when less is there than was promised. Pure. @param units the first in line first: the last go
 * without. An order that ships whole or not at all waits with all of its parcel.
 */
export function decideRelease(units: readonly PromisedUnit[], short: ReadonlyMap<SkuId, number>): Released {
  const chosen = new Set<PromisedUnit>();
  const lacking = new Map<SkuId, number>();
  for (const [skuId, wanted] of short) {
    const candidates = units.filter((unit) => unit.skuId === skuId);
    // From the end of the line. A whole parcel that went with an earlier unit counts for its other SKUs and pieces too.
    for (const unit of candidates.toReversed()) {
      if (candidates.filter((each) => chosen.has(each)).length >= wanted) break;
      chosen.add(unit);
      if (unit.packageType === "FIXED")
        for (const other of units) if (other.shippingPackageId === unit.shippingPackageId) chosen.add(other);
    }
    const left = wanted - candidates.filter((unit) => chosen.has(unit)).length;
    if (left > 0) lacking.set(skuId, left);
  }
  return { units: units.filter((unit) => chosen.has(unit)), lacking };
}

/** Which orders would go without if so much less of these SKUs were there. Changes nothing. */
export async function whoGoesWithout(
  tx: Tx,
  facilityId: FacilityId,
  short: ReadonlyMap<SkuId, number>,
): Promise<Released> {
  return decideRelease(await promisedUnits(tx, facilityId, [...short.keys()]), short);
}

/**
 * Takes promised stock back from the units that are last in line, in the caller's transaction: they leave their packages,
 * wait for stock and are served again as soon as there is some. A package that loses its last unit is cancelled. Where
 * `lacking` is not empty nothing was changed.
 * @param because for the orders' timelines: "cycle count CC-100001"
 */
export async function releaseUnits(
  tx: Tx,
  ctx: Ctx,
  facilityId: FacilityId,
  given: { short: ReadonlyMap<SkuId, number>; because: string },
): Promise<Released> {
  const skuIds = [...given.short.keys()];
  // Looked at first, locked then, as packages are locked everywhere: what holds is read again.
  const seen = await promisedUnits(tx, facilityId, skuIds);
  await lockForMove(tx, [...new Set(seen.map((unit) => unit.shippingPackageId))]);
  const locked = new Set(seen.map((unit) => unit.unitId));
  const units = (await promisedUnits(tx, facilityId, skuIds)).filter((unit) => locked.has(unit.unitId));
  const decision = decideRelease(units, given.short);
  if (decision.lacking.size > 0 || decision.units.length === 0) return decision;
  const ids = decision.units.map((unit) => unit.unitId);
  const posted = await post(
    tx,
    ctx,
    decision.units.map(
      (unit): Entry => ({
        ...{ facilityId, skuId: unit.skuId, shelfId: null, bucket: "blocked", quantity: -1, cause: "RELEASE" },
        ...{ causeType: "sale_order_item", causeId: unit.unitId, note: given.because },
      }),
    ),
  );
  assert(posted.ok, "a fulfillable unit has stock blocked");
  await writeUnfulfillable(tx, ids, ctx.now);
  await writeEvents(tx, eventsOf(decision.units, given.because), ctx.actor, ctx.now);
  await cancelEmptied(tx, ctx, [...new Set(decision.units.map((unit) => unit.shippingPackageId))], given.because);
  return decision;
}

async function cancelEmptied(tx: Tx, ctx: Ctx, ids: readonly ShippingPackageId[], because: string): Promise<void> {
  const emptied = (await lockPackages(tx, ids)).filter((parcel) => parcel.units === 0);
  const cancelled = await movePackages(
    tx,
    ctx,
    emptied.map((parcel) => parcel.shippingPackageId),
    "cancel",
    { facts: { reason: `its goods are not there: ${because}` } },
  );
  assert(cancelled.ok, "a package whose units wait may be cancelled");
}

function eventsOf(units: readonly PromisedUnit[], because: string): unknown[] {
  return [...Map.groupBy(units, (unit) => unit.shippingPackageId)].flatMap(([packageId, group]) =>
    group[0] === undefined
      ? []
      : [
          {
            ...{ id: newId(), saleOrderId: group[0].saleOrderId, packageId, kind: "UNITS_STOCK_TAKEN" },
            facts: { package: group[0].packageCode, units: group.map((unit) => unit.unitCode), because },
          },
        ],
  );
}
