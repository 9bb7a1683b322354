import { openInvoices } from "../billing/index.ts";
import { intakeChannels, markDirty } from "../channels/index.ts";
import { audit } from "../identity/index.ts";
import { allocateJob, post } from "../inventory/index.ts";
import {
  assert,
  type FacilityId,
  INDIA,
  type Instant,
  newId,
  ok,
  type Refusal,
  type Result,
  refuse,
  type SaleOrderId,
  type SaleOrderItemId,
  type ShippingPackageId,
} from "../kernel/index.ts";
import {
  acceptOrders,
  HELD_UNTIL,
  type SaleOrderState,
  saleOrderLifecycle,
  WAITING_STATES,
  writeEvents,
} from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueueAll } from "../platform/jobs.ts";
import { movePackages } from "./move.ts";
import { lockOrder, moveUnitsToFacility, writeOrder } from "./order-actions.store.ts";
import { type LockedUnit, lockPackages, lockUnits } from "./store.ts";
import { unholdUnits } from "./unhold.ts";
import { wakeAllocation } from "./wake-allocation.ts";

type OrderAction = "verify" | "hold" | "unhold" | "prioritize";

/** What a person may do with an order, given its state: the screen draws its buttons from this. */
export function allowedActions(order: {
  state: SaleOrderState;
  onHold: boolean;
}): (OrderAction | "cancel" | "switchFacility")[] {
  const open = !saleOrderLifecycle.terminal.includes(order.state);
  return [
    ...(saleOrderLifecycle.may("verify", order.state) ? (["verify"] as const) : []),
    ...(open && !order.onHold ? (["hold"] as const) : []),
    ...(open && order.onHold ? (["unhold"] as const) : []),
    ...(open ? (["prioritize", "switchFacility"] as const) : []),
    ...(saleOrderLifecycle.may("cancel", order.state) ? (["cancel"] as const) : []),
  ];
}

const VERBS: Record<OrderAction, string> = {
  verify: "verified",
  hold: "held",
  unhold: "unheld",
  prioritize: "given another priority",
};

interface OrderChange {
  readonly action: OrderAction;
  readonly reason?: string;
  readonly priority?: number;
  /** A doubt that is being settled by this. */
  readonly settles?: string;
}

/**
 * Verifies, holds, unholds or re-prioritizes one order; a channel that waits for the verification is told. Doing it twice changes
 * nothing. Unholding leaves on hold what a doubt or a waiting word of the channel holds, and says so; where that is all, it refuses
 * HELD_IN_DOUBT or HELD_BY_WORD. Other refusals: ORDER_NOT_FOUND, ORDER_STATE, ORDER_NOT_YET.
 */
export async function changeOrder(
  tx: Tx,
  ctx: Ctx,
  saleOrderId: SaleOrderId,
  change: OrderChange,
): Promise<Result<{ readonly stays: Refusal | null }>> {
  const order = await lockOrder(tx, saleOrderId, ctx.facilities);
  if (!order) return refuse("ORDER_NOT_FOUND", { order: saleOrderId });
  const done =
    (change.action === "hold" && order.onHold) ||
    (change.action === "unhold" && !order.onHold && order.heldUnits === 0) ||
    (change.action === "verify" && order.state === "CREATED");
  if (done) return ok({ stays: null });
  const open = !saleOrderLifecycle.terminal.includes(order.state);
  const may = change.action === "verify" ? saleOrderLifecycle.may("verify", order.state) : open;
  if (!may) return refuse("ORDER_STATE", { order: order.code, state: order.state, verb: VERBS[change.action] });
  // Another hold is taken off it; the moment that its channel names still is to come.
  const early = order.actionableFrom !== null && Temporal.Instant.compare(order.actionableFrom, ctx.now) > 0;
  if (change.action === "unhold" && order.actionableFrom !== null && early && order.holdReason === HELD_UNTIL)
    return refuse("ORDER_NOT_YET", { order: order.code, from: clockTime(order.actionableFrom) });
  const unheld = change.action === "unhold" ? await unholdUnits(tx, order, change.settles ?? null) : null;
  const stands = order.onHold && unheld?.orderStays === true;
  const lifted = order.onHold && !stands;
  if (unheld !== null && unheld.stays !== null && unheld.released === 0 && !lifted && change.settles === undefined)
    return { ok: false, refusal: unheld.stays };
  const after = {
    state: change.action === "verify" ? saleOrderLifecycle.events.verify.to : order.state,
    onHold: change.action === "hold" ? true : change.action === "unhold" ? early || stands : order.onHold,
    holdReason: stands ? order.holdReason : reasonAfter(change, order.holdReason, early),
    priority: change.action === "prioritize" ? (change.priority ?? order.priority) : order.priority,
  };
  await writeOrder(tx, saleOrderId, after, ctx.now);
  await writeEvents(
    tx,
    [
      {
        id: newId(),
        saleOrderId,
        packageId: null,
        kind: `ORDER_${change.action.toUpperCase()}`,
        facts: { reason: change.reason ?? null, priority: after.priority },
      },
    ],
    ctx.actor,
    ctx.now,
  );
  if (change.action === "verify" && order.acceptanceAwaited) await acceptOrders(tx, ctx, [order]);
  const {
    saleOrderId: _,
    code,
    channelId: __,
    heldUnits: ___,
    acceptanceAwaited: ____,
    actionableFrom: _____,
    ...before
  } = order;
  await audit(tx, ctx, {
    action: `order.${change.action}`,
    recordType: "sale_order",
    recordId: saleOrderId,
    recordCode: code,
    before,
    after,
  });
  if (change.action === "verify" || change.action === "unhold") await wakeAllocation(tx, saleOrderId, order.channelId);
  return ok({ stays: unheld?.stays ?? null });
}

function reasonAfter(change: OrderChange, before: string | null, early: boolean): string | null {
  if (change.action === "hold") return change.reason ?? "held by a person";
  if (change.action === "unhold") return early ? HELD_UNTIL : null;
  return before;
}

/** "2026-11-22 18:30", on the clocks of India. */
function clockTime(at: Instant): string {
  return at.toZonedDateTimeISO(INDIA).toPlainDateTime().toString({ smallestUnit: "minute" }).replace("T", " ");
}

/**
 * Moves units that are not picked yet to another facility of the channel: blocked stock is freed, their packages are
 * cancelled or made smaller, and they are allocated anew. `unitIds` null = every unit that may move.
 * Refuses ORDER_NOT_FOUND, FACILITY_NOT_OF_CHANNEL, UNITS_ALREADY_PACKED, NO_UNITS_CHOSEN.
 */
export async function switchFacility(
  tx: Tx,
  ctx: Ctx,
  saleOrderId: SaleOrderId,
  to: { facilityId: FacilityId; unitIds: readonly SaleOrderItemId[] | null },
): Promise<Result<undefined>> {
  const order = await lockOrder(tx, saleOrderId, ctx.facilities);
  if (!order) return refuse("ORDER_NOT_FOUND", { order: saleOrderId });
  const channel = (await intakeChannels(tx, [order.channelId])).get(order.channelId);
  const facility = channel?.facilities.find((f) => f.facilityId === to.facilityId);
  if (!facility)
    return refuse("FACILITY_NOT_OF_CHANNEL", { facility: to.facilityId, channel: channel?.code ?? order.channelId });
  const units = (await lockUnits(tx, saleOrderId)).filter(
    (u) =>
      (to.unitIds === null ? u.state !== "CANCELLED" : to.unitIds.includes(u.unitId)) && u.facilityId !== to.facilityId,
  );
  const parcelIds = [...new Set(units.flatMap((u) => u.shippingPackageId ?? []))];
  const invoiced = new Set((await openInvoices(tx, parcelIds)).map((invoice) => invoice.shippingPackageId));
  // An invoice that waits for its IRN names its units already.
  const named = (u: LockedUnit) => u.shippingPackageId !== null && invoiced.has(u.shippingPackageId);
  const fixed = units.filter((u) => named(u) || (!WAITING_STATES.includes(u.state) && u.state !== "FULFILLABLE"));
  const moving = units.filter((u) => !fixed.includes(u));
  if (fixed.length > 0 && (to.unitIds !== null || moving.length === 0))
    return refuse("UNITS_ALREADY_PACKED", { order: order.code, units: fixed.map((u) => u.code) });
  if (moving.length === 0) return refuse("NO_UNITS_CHOSEN", { order: order.code });
  const blocked = moving.filter((u) => u.state === "FULFILLABLE");
  const posted = await post(
    tx,
    ctx,
    blocked.flatMap((u) =>
      u.facilityId === null
        ? []
        : [
            {
              facilityId: u.facilityId,
              skuId: u.skuId,
              shelfId: null,
              bucket: "blocked" as const,
              quantity: -1,
              cause: "RELEASE" as const,
              causeType: "sale_order_item",
              causeId: u.unitId,
              note: `switched to ${facility.code}`,
            },
          ],
    ),
  );
  assert(posted.ok, "a fulfillable unit has stock blocked");
  const parcels = await lockPackages(tx, [...new Set(blocked.flatMap((u) => u.shippingPackageId ?? []))]);
  const leaving = (id: ShippingPackageId) => blocked.filter((u) => u.shippingPackageId === id).length;
  // While its units are still in it: the channel is told which lines its package had.
  const emptied = await movePackages(
    tx,
    ctx,
    parcels.filter((p) => p.units === leaving(p.shippingPackageId)).map((p) => p.shippingPackageId),
    "cancel",
    { facts: { reason: `its units moved to ${facility.code}` } },
  );
  assert(emptied.ok, "a package whose units are not picked may be cancelled");
  await moveUnitsToFacility(
    tx,
    moving.map((u) => u.unitId),
    to.facilityId,
    ctx.now,
  );
  await writeEvents(
    tx,
    [
      {
        id: newId(),
        saleOrderId,
        packageId: null,
        kind: "FACILITY_SWITCHED",
        facts: { to: facility.code, units: moving.map((u) => u.code) },
      },
    ],
    ctx.actor,
    ctx.now,
  );
  await audit(tx, ctx, {
    action: "order.switch_facility",
    recordType: "sale_order",
    recordId: saleOrderId,
    recordCode: order.code,
    before: { facilities: [...new Set(moving.map((u) => u.facilityId))] },
    after: { facility: facility.code },
  });
  await markDirty(tx, { skuIds: [...new Set(moving.map((u) => u.skuId))] });
  await enqueueAll(tx, allocateJob, [{ facilityId: to.facilityId }]);
  return ok();
}
