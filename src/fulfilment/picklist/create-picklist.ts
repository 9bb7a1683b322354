import { audit } from "../../identity/index.ts";
import type { Take } from "../../inventory/index.ts";
import { assert, type FacilityId, newId, ok, type Result, refuse, type ShippingPackageId } from "../../kernel/index.ts";
import { takeCodes } from "../../platform/codes.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { lockForMove, type ReachedPackage, reachPackages } from "../lock.store.ts";
import { movePackages } from "../move.ts";
import { countedShelves, type PackedUnit, packageCodes, unitsOf } from "../shelves.store.ts";
import { facilityCode } from "../store.ts";
import { chooseTakes } from "../take-stock.ts";
import type { PicklistId } from "./picklist.ts";
import { insertPicklist } from "./store.ts";

/**
 * Makes a pick list for shipments of one facility: they are PICKING, and each of their units is promised to it from a
 * shelf. All or none. Refusals: PACKAGE_NOT_FOUND, PICKLIST_FACILITIES_MIXED, PACKAGE_STATE, PACKAGE_ON_HOLD, PACKAGE_LOCKED,
 * PICKLIST_SHELF_BEING_COUNTED.
 */
export function createPicklist(
  ctx: Ctx,
  input: { packageIds: readonly ShippingPackageId[] },
): Promise<Result<{ picklistId: PicklistId; code: string }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPackages(tx, ctx, input.packageIds);
    if (!reached.ok) return reached;
    const facility = await oneFacility(tx, reached.value);
    if (!facility.ok) return facility;
    const facilityId = facility.value;
    await lockForMove(tx, input.packageIds);
    const [code] = await takeCodes(tx, "PICKLIST", "PL-", 1);
    assert(code !== undefined, "a code that is asked for is given");
    const moved = await movePackages(tx, ctx, input.packageIds, "pick", { facts: { picklist: code } });
    if (!moved.ok) return moved;
    const units = await unitsOf(tx, input.packageIds);
    const takes = await chooseTakes(tx, facilityId, units);
    const open = await refuseCounted(tx, units, takes);
    if (!open.ok) return open;
    const picklistId = newId<"Picklist">();
    await insertPicklist(
      tx,
      { picklistId, facilityId, code },
      units.map((unit, i) => ({ ...unit, shelfId: takes[i]?.shelfId ?? null })),
      ctx.actor.name,
      ctx.now,
    );
    await audit(tx, ctx, {
      action: "fulfilment.picklist_created",
      recordType: "picklist",
      recordId: picklistId,
      recordCode: code,
      after: { packages: moved.value.map((p) => p.code) },
    });
    return ok({ picklistId, code });
  });
}

/** Nobody is sent to a shelf that is being counted. Refuses PICKLIST_SHELF_BEING_COUNTED with the shipments it holds up. */
async function refuseCounted(
  tx: Tx,
  units: readonly PackedUnit[],
  takes: readonly (Take | null)[],
): Promise<Result<undefined>> {
  const shelfIds = [...new Set(takes.flatMap((take) => take?.shelfId ?? []))];
  const counted = await countedShelves(tx, shelfIds);
  if (counted.length === 0) return ok();
  const waiting = units.filter((_, i) => counted.some((shelf) => shelf.shelfId === takes[i]?.shelfId));
  const packages = await packageCodes(tx, [...new Set(waiting.map((unit) => unit.shippingPackageId))]);
  return refuse("PICKLIST_SHELF_BEING_COUNTED", {
    packages,
    shelves: counted.map((shelf) => shelf.code),
    counts: [...new Set(counted.map((shelf) => shelf.counting))],
  });
}

/** The one facility of chosen shipments: nobody walks through two at once. Refuses PICKLIST_FACILITIES_MIXED. */
export async function oneFacility(tx: Tx, packages: readonly ReachedPackage[]): Promise<Result<FacilityId>> {
  const [first, ...others] = [...new Set(packages.map((p) => p.facilityId))];
  assert(first !== undefined, "at least one package is chosen");
  if (others.length === 0) return ok(first);
  const facilities: string[] = [];
  for (const facilityId of [first, ...others.slice(0, 4)]) facilities.push(await facilityCode(tx, facilityId));
  return refuse("PICKLIST_FACILITIES_MIXED", { facilities });
}
