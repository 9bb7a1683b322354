import { announce } from "../events/index.ts";
import { lockForMove } from "../fulfilment/index.ts";
import { audit } from "../identity/index.ts";
import { newId, ok, type Result, refuse, type SaleOrderItemId } from "../kernel/index.ts";
import { writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { facilityById, mayWorkIn } from "../warehouse/index.ts";
import {
  callOffExpected,
  type LockedCase,
  lockCases,
  packagesOfCases,
  saveCaseState,
  unitsOfCases,
} from "./case.store.ts";
import { checkImages } from "./check-images.ts";
import { type ReturnCaseId, returnLifecycle } from "./return-case.ts";
import { detailsOf, facilitiesOfCase, saveCourier, saveDetails, savePickupUnits } from "./reverse-pickup.store.ts";
import { decideCancel, decideEdit, type PickupDetails } from "./reverse-pickup.ts";
import { tellReverse } from "./tell-reverse.ts";

/** A return within reach, locked with its orders, units and packages. Refuses NOT_FOUND. */
export async function reachCase(tx: Tx, ctx: Ctx, id: ReturnCaseId): Promise<Result<LockedCase>> {
  const facilities = await facilitiesOfCase(tx, id);
  const within = ctx.facilities === "all" || facilities.some((facilityId) => mayWorkIn(ctx, facilityId));
  if (within) await lockForMove(tx, await packagesOfCases(tx, [id]));
  const [found] = within ? await lockCases(tx, [id]) : [];
  return found ? ok(found) : refuse("NOT_FOUND", { what: "return", id });
}

/** What is changed of a reverse pickup; what is left out stays. */
export interface PickupEdit extends Partial<PickupDetails> {
  readonly units?: readonly {
    readonly unitId: SaleOrderItemId;
    readonly reason: string | null;
    readonly imageUrls: readonly string[];
  }[];
}

/** Changes a reverse pickup that has not arrived. Refusals: NOT_FOUND (return, facility), those of `decideEdit`, REVERSE_PICKUP_UNITS_UNKNOWN, REVERSE_PICKUP_IMAGE. */
export function editReversePickup(ctx: Ctx, id: ReturnCaseId, edit: PickupEdit): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCase(tx, ctx, id);
    if (!reached.ok) return reached;
    const open = decideEdit(reached.value);
    if (!open.ok) return open;
    const { units = [], ...changes } = edit;
    const known = new Set((await unitsOfCases(tx, [id])).map((unit) => unit.unitId));
    const strange = units.filter((unit) => !known.has(unit.unitId)).map((unit) => unit.unitId);
    if (strange.length > 0)
      return refuse("REVERSE_PICKUP_UNITS_UNKNOWN", { order: reached.value.orderCode, units: strange });
    const images = checkImages(units.flatMap((unit) => unit.imageUrls));
    if (!images.ok) return images;
    if (changes.returnFacilityId && !(await facilityById(tx, changes.returnFacilityId)))
      return refuse("NOT_FOUND", { what: "facility", id: changes.returnFacilityId });
    const before = await detailsOf(tx, id);
    const after: PickupDetails = { ...before, ...changes };
    await saveDetails(tx, id, after, ctx.now);
    await savePickupUnits(tx, id, units);
    await note(tx, ctx, reached.value, "edited", { before, after });
    return ok();
  });
}

/** Gives a reverse pickup its courier and tracking number, or another one. Refusals: NOT_FOUND, RETURN_NOT_REVERSE_PICKUP, RETURN_STATE. */
export function allocateCourier(
  ctx: Ctx,
  id: ReturnCaseId,
  courier: { courierCode: string; awb: string | null },
): Promise<Result<undefined>> {
  return carryOn(ctx, id, "allocateCourier", async (tx, found) => {
    await saveCourier(tx, id, courier.courierCode, courier.awb);
    if (courier.awb !== null)
      announce(tx, ctx, [{ kind: "RETURN_COURIER_ALLOCATED", returnCaseId: id, happenedAt: ctx.now }]);
    await tellReverse(tx, ctx, found, "COURIER_ALLOCATED", { courier: collector(courier) });
    await tell(tx, ctx, found, "REVERSE_PICKUP_COURIER", { courier: courier.courierCode, awb: courier.awb });
    return courier;
  });
}

/** The courier has the goods. Refusals: NOT_FOUND, RETURN_NOT_REVERSE_PICKUP, RETURN_STATE. */
export function pickedUp(ctx: Ctx, id: ReturnCaseId): Promise<Result<undefined>> {
  return carryOn(ctx, id, "pickUp", async (tx, found) => {
    await tell(tx, ctx, found, "REVERSE_PICKUP_PICKED_UP", {});
    return {};
  });
}

/** The courier as the channel is told of him; without a tracking number there is nothing to tell. */
export function collector({ courierCode, awb }: { courierCode: string; awb: string | null }) {
  return awb === null ? null : { code: courierCode, name: courierCode, awb };
}

function carryOn(
  ctx: Ctx,
  id: ReturnCaseId,
  event: "allocateCourier" | "pickUp",
  work: (tx: Tx, found: LockedCase) => Promise<object>,
): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCase(tx, ctx, id);
    if (!reached.ok) return reached;
    const { code, kind, state } = reached.value;
    if (kind !== "CIR") return refuse("RETURN_NOT_REVERSE_PICKUP", { return: code });
    if (!returnLifecycle.may(event, state))
      return refuse("RETURN_STATE", { return: code, state, needed: returnLifecycle.from(event).join(" or ") });
    const facts = await work(tx, reached.value);
    const { to } = returnLifecycle.events[event];
    await saveCaseState(tx, id, to, ctx.now);
    const what = event === "pickUp" ? "picked_up" : "courier_allocated";
    await note(tx, ctx, reached.value, what, { before: { state }, after: { state: to, ...facts } });
    return ok();
  });
}

/**
 * Cancels a reverse pickup as a whole, before the courier has the goods; announced ones too. @param input.unitIds units that
 * somebody wants cancelled; null: all. Refusals: NOT_FOUND and those of `decideCancel`.
 */
export function cancelReversePickup(
  ctx: Ctx,
  id: ReturnCaseId,
  input: { unitIds: readonly SaleOrderItemId[] | null; reason: string | null },
): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCase(tx, ctx, id);
    if (!reached.ok) return reached;
    const units = (await unitsOfCases(tx, [id])).filter((unit) => unit.state !== "CANCELLED");
    const decision = decideCancel(reached.value, units, input.unitIds);
    if (!decision.ok) return decision;
    const reason = input.reason ?? "cancelled by a person";
    await callOffExpected(
      tx,
      id,
      units.map((unit) => unit.unitId),
      { by: ctx.actor.name, reason },
      ctx.now,
    );
    await tellReverse(tx, ctx, reached.value, "NOT_RECEIVED");
    await tell(tx, ctx, reached.value, "REVERSE_PICKUP_CANCELLED", { reason, units: units.map((unit) => unit.code) });
    await note(tx, ctx, reached.value, "cancelled", {
      before: { state: reached.value.state },
      after: { state: "CANCELLED", reason },
    });
    return ok();
  });
}

/** An entry on the order's timeline about a return. */
export function tell(
  tx: Tx,
  ctx: Ctx,
  found: Pick<LockedCase, "saleOrderId" | "code">,
  kind: string,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const event = {
    id: newId(),
    saleOrderId: found.saleOrderId,
    packageId: null,
    kind,
    facts: { return: found.code, ...facts },
  };
  return writeEvents(tx, [event], ctx.actor, ctx.now);
}

/** An entry of the audit trail about a return. */
export function note(
  tx: Tx,
  ctx: Ctx,
  found: Pick<LockedCase, "returnCaseId" | "code">,
  what: string,
  facts: { before?: unknown; after?: unknown },
): Promise<void> {
  return audit(tx, ctx, {
    ...{ action: `returns.${what}`, recordType: "return_case", recordId: found.returnCaseId, recordCode: found.code },
    ...facts,
  });
}
