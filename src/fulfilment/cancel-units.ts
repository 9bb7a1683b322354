import { cancelInvoices, creditCancelled, lateInvoices, openInvoices } from "../billing/index.ts";
import { markDirty } from "../channels/index.ts";
import { announce } from "../events/index.ts";
import { type Entry, post } from "../inventory/index.ts";
import {
  assert,
  type FacilityId,
  newId,
  ok,
  type Result,
  refuse,
  type SaleOrderId,
  type SaleOrderItemId,
  type ShippingPackageId,
} from "../kernel/index.ts";
import { unitLifecycle, WAITING_STATES, writeEvents } from "../orders/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { rowsFor } from "../putaway/index.ts";
import { cancelRows, lockPackagesOf, moveUnitsToNewPackage } from "./cancel.store.ts";
import { settleWishes } from "./cancel-wished.store.ts";
import { movePackages } from "./move.ts";
import { queueStateNotices } from "./notices.ts";
import { pushAfterCancel } from "./push-after-cancel.ts";
import { settlePicks } from "./shelves.store.ts";
import { facilityCode, type LockedPackage, type LockedUnit, lockUnits, settleOrders } from "./store.ts";
import { takePicked } from "./take-stock.ts";
import { wakeFacilities } from "./wake-allocation.ts";

/** Package states in which goods are off the shelf: what is cancelled then goes back by putaway (behaviours 3.5, C-11). */
const OFF_THE_SHELF: ReadonlySet<string> = new Set(["PICKING", "PICKED", "PACKED", "READY_TO_SHIP"]);
/** Package states in which an invoice names the units: cancelling one of them opens the parcel again. */
const INVOICED: ReadonlySet<string> = new Set(["PACKED", "READY_TO_SHIP"]);

/** Whether these units may be cancelled now. Pure. */
export function decideCancel(
  order: { code: string },
  units: readonly LockedUnit[],
  wanted: readonly SaleOrderItemId[],
): Result<LockedUnit[]> {
  if (wanted.length === 0) return refuse("NO_UNITS_CHOSEN", { order: order.code });
  const chosen = units.filter((u) => wanted.includes(u.unitId));
  const missing = wanted.filter((id) => !chosen.some((u) => u.unitId === id));
  if (missing.length > 0) return refuse("UNITS_NOT_FOUND", { order: order.code, units: missing });
  const wrong = chosen.filter((u) => !unitLifecycle.may("cancel", u.state));
  if (wrong.length > 0)
    return refuse("UNITS_NOT_CANCELLABLE", {
      order: order.code,
      units: wrong.map((u) => u.code),
      states: [...new Set(wrong.map((u) => u.state))],
    });
  return ok(chosen);
}

/**
 * Cancels units before dispatch, in the caller's transaction. Stock that lay on a shelf is free at once; what was picked
 * or packed waits in putaway. A parcel that was invoiced is opened: its invoice is cancelled, its number kept, and the
 * units that stay go into a new package. An invoice whose IRN is older than 24 hours stands: `byCreditNote` takes all of it
 * back by a credit note, since what stays of the parcel is invoiced anew.
 * Refusals: NO_UNITS_CHOSEN, UNITS_NOT_FOUND, UNITS_NOT_CANCELLABLE, EINVOICE_CANCEL_TOO_LATE (without `byCreditNote`);
 * with it those of `creditCancelled`. The caller's transaction is rolled back then.
 */
export async function cancelUnits(
  tx: Tx,
  ctx: Ctx,
  order: { saleOrderId: SaleOrderId; code: string },
  cancel: { unitIds: readonly SaleOrderItemId[]; reason: string; by: "SELLER" | "CHANNEL"; byCreditNote?: boolean },
): Promise<Result<undefined>> {
  const units = await lockUnits(tx, order.saleOrderId);
  const decision = decideCancel(order, units, cancel.unitIds);
  if (!decision.ok) return decision;
  const chosen = decision.value;
  const packages = await lockPackagesOf(tx, chosen);
  // First of all: an IRN that can no longer be cancelled keeps the parcel as it is.
  const invoicedIds = await invoicedPackages(tx, packages);
  const late = await lateInvoices(tx, ctx, [...invoicedIds]);
  if (late[0] !== undefined && cancel.byCreditNote !== true) return { ok: false, refusal: late[0].refusal };
  for (const { invoiceId } of late) {
    const credited = await creditCancelled(tx, ctx, invoiceId);
    if (!credited.ok) return credited;
  }
  const endOf = ({ shippingPackageId: id }: LockedPackage): InvoiceEnd =>
    late.some((one) => one.shippingPackageId === id) ? "credited" : invoicedIds.has(id) ? "cancel" : "none";
  const packageOf = (unit: LockedUnit) => packages.find((p) => p.shippingPackageId === unit.shippingPackageId);

  await cancelRows(tx, { unitIds: chosen.map((u) => u.unitId), reason: cancel.reason, by: cancel.by }, ctx.now);
  await writeEvents(
    tx,
    [
      {
        id: newId(),
        saleOrderId: order.saleOrderId,
        packageId: null,
        kind: "UNITS_CANCELLED",
        facts: { units: chosen.map((u) => u.code), reason: cancel.reason, by: cancel.by },
      },
    ],
    ctx.actor,
    ctx.now,
  );
  const { saleOrderId } = order;
  const unitIds = chosen.map((unit) => unit.unitId);
  announce(tx, ctx, [{ kind: "UNITS_CANCELLED", saleOrderId, unitIds, happenedAt: ctx.now }]);
  const offShelf = chosen.filter((u) => OFF_THE_SHELF.has(packageOf(u)?.state ?? ""));
  await release(
    tx,
    ctx,
    chosen.filter((u) => u.state === "FULFILLABLE" && !offShelf.includes(u)),
  );
  await toPutaway(tx, ctx, offShelf);
  for (const parcel of packages) await settlePackage(tx, ctx, { parcel, invoice: endOf(parcel) }, units, chosen);
  const waiting = chosen.filter((u) => WAITING_STATES.includes(u.state));
  if (waiting.length > 0) await markDirty(tx, { skuIds: [...new Set(waiting.map((u) => u.skuId))] }); // their open sale is gone
  await pushAfterCancel(
    tx,
    chosen.map((u) => u.unitId),
  );
  await settleOrders(tx, [order.saleOrderId], ctx.now);
  await settleWishes(tx, order.saleOrderId, ctx.actor.name, ctx.now);
  // A FIXED order waited for all of its units: without these the rest may be there.
  await wakeFacilities(
    tx,
    units.filter((u) => WAITING_STATES.includes(u.state) && !chosen.includes(u)),
  );
  return ok();
}

async function release(tx: Tx, ctx: Ctx, units: readonly LockedUnit[]): Promise<void> {
  const posted = await post(
    tx,
    ctx,
    units.map((u) => entry(u, { bucket: "blocked", quantity: -1, cause: "RELEASE", shelfId: null })),
  );
  assert(posted.ok, "a fulfillable unit has stock blocked");
}

/** Goods in hand: off the shelf in the books, counted again when their putaway is complete. */
async function toPutaway(tx: Tx, ctx: Ctx, units: readonly LockedUnit[]): Promise<void> {
  for (const [facilityId, group] of byFacility(units)) {
    const takes = await takePicked(tx, ctx, facilityId, group);
    const entries = group.flatMap((unit, i): Entry[] => {
      const take = takes[i];
      assert(take, "a blocked unit lies somewhere");
      return [
        entry(unit, { bucket: "blocked", quantity: -1, cause: "CANCEL_TO_PUTAWAY", shelfId: null }),
        entry(unit, { bucket: take.bucket, quantity: -1, cause: "CANCEL_TO_PUTAWAY", shelfId: take.shelfId }),
        entry(unit, { bucket: "putaway_pending", quantity: 1, cause: "CANCEL_TO_PUTAWAY", shelfId: null }),
      ];
    });
    const posted = await post(tx, ctx, entries);
    assert(posted.ok, "what is chosen from locked shelves can be taken");
    await rowsFor(
      tx,
      ctx,
      group.map((u) => ({
        ...{ kind: "PUTAWAY_CANCELLED_ITEM", facilityId, skuId: u.skuId, unitId: u.unitId },
        ...{ packageId: u.shippingPackageId, sourceId: null, note: null },
      })),
    );
  }
}

/** Packages whose invoices name their units: packed ones, and those that wait for their IRN. */
async function invoicedPackages(tx: Tx, packages: readonly LockedPackage[]): Promise<Set<ShippingPackageId>> {
  const open = await openInvoices(
    tx,
    packages.map((p) => p.shippingPackageId),
  );
  const packed = packages.filter((p) => INVOICED.has(p.state)).map((p) => p.shippingPackageId);
  return new Set([...open.map((invoice) => invoice.shippingPackageId), ...packed]);
}

/** What becomes of a package that lost units: nothing left = cancelled; an invoiced one is opened and its rest packed anew. */
async function settlePackage(
  tx: Tx,
  ctx: Ctx,
  { parcel, invoice }: Closing,
  units: readonly LockedUnit[],
  cancelled: readonly LockedUnit[],
): Promise<void> {
  const rest = units.filter(
    (u) => u.shippingPackageId === parcel.shippingPackageId && u.state !== "CANCELLED" && !cancelled.includes(u),
  );
  if (rest.length > 0 && invoice === "none") return;
  const reason = rest.length > 0 ? "units of it were cancelled" : "all its units were cancelled";
  const closed = await closeParcel(tx, ctx, { parcel, invoice }, reason);
  assert(closed.ok, "a package whose units may be cancelled may be cancelled");
  if (rest.length > 0) await packAnew(tx, ctx, parcel, rest);
}

/** What becomes of a package's invoice when it closes: it has none, it is cancelled too, or a credit note has taken it back. */
type InvoiceEnd = "none" | "cancel" | "credited";

interface Closing {
  readonly parcel: LockedPackage;
  readonly invoice: InvoiceEnd;
}

/** Cancels a package, and its invoice with it. Refuses PACKAGE_STATE, EINVOICE_CANCEL_TOO_LATE. */
async function closeParcel(
  tx: Tx,
  ctx: Ctx,
  { parcel, invoice }: Closing,
  reason: string,
  { why = "ORDER_CANCELLED", untold = false }: { why?: "ORDER_CANCELLED" | "OTHER"; untold?: boolean } = {},
): Promise<Result<unknown>> {
  const moved = await movePackages(tx, ctx, [parcel.shippingPackageId], "cancel", { facts: { reason }, untold });
  return moved.ok && invoice === "cancel" ? cancelInvoices(tx, ctx, [parcel.shippingPackageId], reason, why) : moved;
}

/**
 * Opens a parcel whose invoice is void: its invoice is cancelled, its number kept (or a credit note has taken it back), and the
 * given units go into a new package, to be invoiced anew. Refusals: those of `closeParcel`; the caller's transaction is rolled back.
 * @param how.untold the channel is not told that the parcel is no more: a part of it left there
 */
export async function openParcel(
  tx: Tx,
  ctx: Ctx,
  parcel: LockedPackage,
  units: readonly LockedUnit[],
  reason: string,
  how: { readonly invoice?: "cancel" | "credited"; readonly untold?: boolean } = {},
): Promise<Result<undefined>> {
  const { invoice = "cancel", untold = false } = how;
  const closed = await closeParcel(tx, ctx, { parcel, invoice }, reason, { why: "OTHER", untold });
  if (!closed.ok) return closed;
  await packAnew(
    tx,
    ctx,
    parcel,
    units.filter((u) => u.shippingPackageId === parcel.shippingPackageId && u.state !== "CANCELLED"),
  );
  return ok();
}

/** Puts what stays of a cancelled package into a new one. */
async function packAnew(tx: Tx, ctx: Ctx, parcel: LockedPackage, rest: readonly LockedUnit[]): Promise<void> {
  const [code] = await takeCodes(
    tx,
    `PACKAGE:${parcel.facilityId}`,
    `${await facilityCode(tx, parcel.facilityId)}-`,
    1,
  );
  const shippingPackageId = newId<"ShippingPackage">();
  // What stays is fetched anew for the new parcel; two open pick lists for one unit would count it twice.
  await settlePicks(
    tx,
    rest.map((u) => u.unitId),
    "PUT_BACK",
    ctx.now,
  );
  const lines = await moveUnitsToNewPackage(
    tx,
    { from: parcel.shippingPackageId, shippingPackageId, code: code ?? "", unitIds: rest.map((u) => u.unitId) },
    ctx.now,
  );
  await writeEvents(
    tx,
    [
      {
        id: newId(),
        saleOrderId: parcel.saleOrderId,
        packageId: shippingPackageId,
        kind: "PACKAGE_CREATED",
        facts: { package: code ?? "", units: rest.length, after: parcel.code },
      },
    ],
    ctx.actor,
    ctx.now,
  );
  announce(tx, ctx, [{ kind: "SHIPMENT_CREATED", shippingPackageId, happenedAt: ctx.now }]);
  await queueStateNotices(tx, ctx, [
    {
      shippingPackageId,
      saleOrderId: parcel.saleOrderId,
      channelId: parcel.channelId,
      channelOrderItemIds: lines,
      state: "CREATED",
    },
  ]);
}

function entry(unit: LockedUnit, what: Pick<Entry, "bucket" | "quantity" | "cause" | "shelfId">): Entry {
  assert(unit.facilityId !== null, "a unit with stock has a facility");
  return {
    facilityId: unit.facilityId,
    skuId: unit.skuId,
    causeType: "sale_order_item",
    causeId: unit.unitId,
    note: null,
    ...what,
  };
}

function byFacility(units: readonly LockedUnit[]): Map<FacilityId, LockedUnit[]> {
  const groups = new Map<FacilityId, LockedUnit[]>();
  for (const unit of units)
    if (unit.facilityId !== null) groups.set(unit.facilityId, [...(groups.get(unit.facilityId) ?? []), unit]);
  return groups;
}
