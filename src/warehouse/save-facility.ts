import { audit, refuseFacilityBeyondEdition } from "../identity/index.ts";
import { type FacilityId, newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { checkFacility, type FacilityInput } from "./facility.ts";
import { tellFacilitySwitched } from "./hooks.ts";
import { moveSeriesToGstin } from "./save-series.ts";
import { insertShelf } from "./shelves.store.ts";
import * as store from "./store.ts";

/** The shelf that every facility has: where stock lies that nobody gave a place. */
export const DEFAULT_SHELF = "DEFAULT";

/** Makes a facility with its DEFAULT shelf. Refusals: those of `checkFacility`, NOT_ALLOWED, FACILITY_CODE_TAKEN, EDITION_FACILITY_LIMIT. */
export function createFacility(ctx: Ctx, input: FacilityInput): Promise<Result<{ facilityId: FacilityId }>> {
  return ctx.db.transaction(ctx.tenantId, (tx) => createFacilityIn(tx, ctx, input));
}

export async function createFacilityIn(
  tx: Tx,
  ctx: Ctx,
  input: FacilityInput,
): Promise<Result<{ facilityId: FacilityId }>> {
  // A new facility is in nobody's scope yet, so only somebody who may work everywhere makes one.
  if (ctx.facilities !== "all") return refuse("NOT_ALLOWED", { permission: "warehouse.edit for all facilities" });
  await store.lockSettings(tx);
  const checked = checkFacility(input, await store.tenantRules(tx));
  if (!checked.ok) return checked;
  const facility = checked.value;
  if ((await store.facilityIdByCode(tx, facility.code)) !== undefined)
    return refuse("FACILITY_CODE_TAKEN", { code: facility.code });
  const facilityId = newId<"Facility">();
  await store.insertFacility(tx, facilityId, facility, ctx.now);
  const room = facility.enabled ? await refuseFacilityBeyondEdition(tx) : ok();
  if (!room.ok) return room;
  const shelf = { facilityId, code: DEFAULT_SHELF, section: null, shelfTypeId: null };
  await insertShelf(tx, { ...shelf, shelfId: newId<"Shelf">() });
  await audit(tx, ctx, {
    action: "warehouse.facility_created",
    recordType: "facility",
    recordId: facilityId,
    recordCode: facility.code,
    after: facility,
  });
  return ok({ facilityId });
}

/**
 * Changes a facility. A new GSTIN is checked with its series as if they were new: their prefixes must be free under it.
 * Refusals: NOT_FOUND, those of `checkFacility`, FACILITY_CODE_TAKEN, EDITION_FACILITY_LIMIT (when enabled again), those of a series.
 */
export function updateFacility(
  ctx: Ctx,
  facilityId: FacilityId,
  input: FacilityInput,
): Promise<Result<{ facilityId: FacilityId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    await store.lockSettings(tx);
    const before = mayWorkIn(ctx, facilityId) ? await store.facilityById(tx, facilityId) : undefined;
    if (before === undefined) return refuse("NOT_FOUND", { what: "facility", id: facilityId });
    const checked = checkFacility(input, await store.tenantRules(tx));
    if (!checked.ok) return checked;
    const facility = checked.value;
    const holder = await store.facilityIdByCode(tx, facility.code);
    if (holder !== undefined && holder !== facilityId) return refuse("FACILITY_CODE_TAKEN", { code: facility.code });
    await store.updateFacility(tx, facilityId, facility);
    // Only who adds one is refused: after a change of edition those in use may still be edited.
    const room = facility.enabled && !before.enabled ? await refuseFacilityBeyondEdition(tx) : ok();
    if (!room.ok) return room;
    if (facility.gstin !== before.gstin) {
      const moved = await moveSeriesToGstin(tx, ctx, await store.seriesOfFacility(tx, facilityId));
      if (!moved.ok) return moved;
    }
    if (facility.enabled !== before.enabled) await tellFacilitySwitched(tx, ctx, facilityId);
    await audit(tx, ctx, {
      action: "warehouse.facility_changed",
      recordType: "facility",
      recordId: facilityId,
      recordCode: facility.code,
      before,
      after: facility,
    });
    return ok({ facilityId });
  });
}

/** Does the actor's right reach this facility? */
export function mayWorkIn(ctx: Pick<Ctx, "facilities">, facilityId: FacilityId): boolean {
  return ctx.facilities === "all" || ctx.facilities.includes(facilityId);
}
