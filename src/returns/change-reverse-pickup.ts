import { ok, type Result, refuse, type SaleOrderItemId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { facilityById } from "../warehouse/index.ts";
import { callOffExpected, type LockedCase, saveCaseState, unitsOfCases } from "./case.store.ts";
import { note, reachCase, tell } from "./case-record.ts";
import { checkImages } from "./check-images.ts";
import { enterCourier } from "./courier/by-hand.ts";
import { callOffCourier, wakeEdited } from "./courier/want.ts";
import { type ReturnCaseId, returnLifecycle } from "./return-case.ts";
import { detailsOf, saveDetails, savePickupUnits } from "./reverse-pickup.store.ts";
import { decideCancel, decideEdit, type PickupDetails } from "./reverse-pickup.ts";
import { tellReverse } from "./tell-reverse.ts";

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
    await wakeEdited(tx, ctx, id);
    await note(tx, ctx, reached.value, "edited", { before, after });
    return ok();
  });
}

/**
 * A person gives a reverse pickup its courier and tracking number, or another one. Refusals: NOT_FOUND,
 * RETURN_NOT_REVERSE_PICKUP, RETURN_STATE and those of `enterCourier`.
 */
export function allocateCourier(
  ctx: Ctx,
  id: ReturnCaseId,
  courier: { courierCode: string; awb: string | null },
): Promise<Result<undefined>> {
  return carryOn(ctx, id, "allocateCourier", async (tx, found) => {
    const entered = await enterCourier(tx, ctx, found, courier);
    if (!entered.ok) return entered;
    await tell(tx, ctx, found, "REVERSE_PICKUP_COURIER", { courier: courier.courierCode, awb: courier.awb });
    return ok(courier);
  });
}

/** The courier has the goods. Refusals: NOT_FOUND, RETURN_NOT_REVERSE_PICKUP, RETURN_STATE. */
export function pickedUp(ctx: Ctx, id: ReturnCaseId): Promise<Result<undefined>> {
  return carryOn(ctx, id, "pickUp", async (tx, found) => {
    await tell(tx, ctx, found, "REVERSE_PICKUP_PICKED_UP", {});
    await saveCaseState(tx, id, returnLifecycle.events.pickUp.to, ctx.now);
    return ok({});
  });
}

function carryOn(
  ctx: Ctx,
  id: ReturnCaseId,
  event: "allocateCourier" | "pickUp",
  /** Moves it, with what the audit trail keeps of it. */
  work: (tx: Tx, found: LockedCase) => Promise<Result<object>>,
): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCase(tx, ctx, id);
    if (!reached.ok) return reached;
    const { code, kind, state } = reached.value;
    if (kind !== "CIR") return refuse("RETURN_NOT_REVERSE_PICKUP", { return: code });
    if (!returnLifecycle.may(event, state))
      return refuse("RETURN_STATE", { return: code, state, needed: returnLifecycle.from(event).join(" or ") });
    const facts = await work(tx, reached.value);
    if (!facts.ok) return facts;
    const { to } = returnLifecycle.events[event];
    const what = event === "pickUp" ? "picked_up" : "courier_allocated";
    await note(tx, ctx, reached.value, what, { before: { state }, after: { state: to, ...facts.value } });
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
    await callOffCourier(tx, ctx, id, `the reverse pickup was cancelled: ${reason}`);
    await tellReverse(tx, ctx, reached.value, "NOT_RECEIVED");
    await tell(tx, ctx, reached.value, "REVERSE_PICKUP_CANCELLED", { reason, units: units.map((unit) => unit.code) });
    await note(tx, ctx, reached.value, "cancelled", {
      before: { state: reached.value.state },
      after: { state: "CANCELLED", reason },
    });
    return ok();
  });
}
