import { lateInvoices } from "../billing/index.ts";
import {
  addToManifests,
  adoptUnits,
  cancelUnits,
  changeOrder,
  closeManifest,
  findOrderById,
  lockUnits,
  movePackages,
  releaseHeld,
  requestCancel,
  wakeAllocation,
} from "../fulfilment/index.ts";
import { audit } from "../identity/index.ts";
import {
  assert,
  type ChannelId,
  newId,
  ok,
  type Result,
  refuse,
  type SaleOrderId,
  type SaleOrderItemId,
  type ShippingPackageId,
} from "../kernel/index.ts";
import { acceptOrders, exceptionKinds, openExceptions, type UnitState, writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { fill } from "../platform/refusals.ts";
import { deliveredAfterAll, expectBack, giveUpMissing } from "../returns/index.ts";
import {
  closeException,
  type Decision,
  keepDecision,
  lockException,
  manifestOf,
  type OpenException,
  orderInReach,
  type ParcelNow,
  parcelsNow,
} from "./store.ts";

const LEFT_OR_CANCELLED: readonly UnitState[] = [
  "DISPATCHED",
  "DELIVERED",
  "RETURNED",
  "CANCELLED",
  "REPLACED",
  "RESHIPPED",
];

/**
 * Settles a doubt by one of its declared choices, with its effect, in one transaction; a choice that hands goods over is a command
 * of its own, and is written down when that has succeeded. Chosen again it is the same; refuses EXCEPTION_NOT_FOUND,
 * EXCEPTION_SETTLED (somebody chose otherwise, or it settled by itself), EXCEPTION_CHOICE and what the effect refuses.
 */
export async function resolveException(ctx: Ctx, id: string, decision: Decision): Promise<Result<undefined>> {
  const handing = await ctx.db.transaction(ctx.tenantId, (tx) => lockException(tx, id));
  if (handing?.kind === "LEFT_WITHOUT_MANIFEST" && handing.state === "OPEN" && decision.choice !== "DISMISS")
    return handOverNow(ctx, handing, decision);
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const doubt = await lockException(tx, id);
    if (!doubt) return refuse("EXCEPTION_NOT_FOUND", { exception: id });
    if (doubt.state === "RESOLVED") return settledBefore(doubt, decision);
    const label = labelOf(doubt, decision.choice);
    if (!label.ok) return label;
    const effect = await apply(tx, ctx, doubt, decision.choice);
    if (!effect.ok) return effect;
    await closeException(tx, id, decision, ctx);
    await tell(tx, ctx, doubt, { ...decision, label: label.value }, "RESOLVED");
    return ok();
  });
}

function settledBefore(doubt: OpenException, { choice }: Decision): Result<undefined> {
  if (doubt.choice === choice) return ok();
  const chosen = doubt.choice === null ? null : labelOf(doubt, doubt.choice);
  const how = chosen?.ok ? `“${chosen.value}”` : (doubt.note ?? "it settled by itself");
  const of = String(doubt.facts.order ?? doubt.facts.gatepass ?? doubt.facts.package ?? doubt.id);
  return refuse("EXCEPTION_SETTLED", {
    doubt: exceptionKinds[doubt.kind].title,
    of,
    by: doubt.resolvedBy ?? "Godown",
    how,
  });
}

/** What the button of a choice says. Refuses EXCEPTION_CHOICE where the doubt has no such choice. */
function labelOf({ kind }: OpenException, choice: string): Result<string> {
  const choices: Readonly<Record<string, { readonly label: string }>> = exceptionKinds[kind].choices;
  const chosen = Object.hasOwn(choices, choice) ? choices[choice] : undefined;
  return chosen ? ok(chosen.label) : refuse("EXCEPTION_CHOICE", { choice, choices: Object.keys(choices) });
}

/** Writes who chose what, and why, into the order's timeline and the audit. */
async function tell(
  tx: Tx,
  ctx: Ctx,
  doubt: OpenException,
  { label, ...decision }: Decision & { readonly label: string },
  state: OpenException["state"],
): Promise<void> {
  const { title } = exceptionKinds[doubt.kind];
  if (doubt.saleOrderId !== null)
    await writeEvents(
      tx,
      [
        {
          id: newId(),
          saleOrderId: doubt.saleOrderId,
          packageId: null,
          kind: "EXCEPTION_RESOLVED",
          facts: { doubt: doubt.kind, title, choice: decision.choice, label, note: decision.note },
        },
      ],
      ctx.actor,
      ctx.now,
    );
  await audit(tx, ctx, {
    action: "exception.resolve",
    recordType: "order_exception",
    recordId: doubt.id,
    recordCode: doubt.kind,
    before: { state: "OPEN" },
    after: { state, ...decision },
  });
}

/**
 * Puts a parcel that has left already onto a manifest, or closes the one that it lies on: what its courier said follows by itself.
 * Who only put it there has decided, but the doubt stays open until that manifest is closed: it has not left in the books.
 */
async function handOverNow(ctx: Ctx, doubt: OpenException, decision: Decision): Promise<Result<undefined>> {
  const { shippingPackageId } = doubt;
  const label = labelOf(doubt, decision.choice);
  if (!label.ok) return label;
  assert(shippingPackageId !== null, "a parcel that left is a package");
  const adds = decision.choice === "ADD_TO_MANIFEST";
  const done = adds
    ? await putOnManifest(ctx, shippingPackageId)
    : await closeItsManifest(ctx, doubt, shippingPackageId);
  if (!done.ok) return done;
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    await (adds ? keepDecision : closeException)(tx, doubt.id, decision, ctx);
    await tell(tx, ctx, doubt, { ...decision, label: label.value }, adds ? "OPEN" : "RESOLVED");
    return ok();
  });
}

async function putOnManifest(ctx: Ctx, packageId: ShippingPackageId): Promise<Result<undefined>> {
  const added = await addToManifests(ctx, { packageIds: [packageId] });
  if (!added.ok) return added;
  const [refused] = added.value.refused;
  return refused === undefined ? ok() : { ok: false, refusal: refused.refusal };
}

async function closeItsManifest(
  ctx: Ctx,
  doubt: OpenException,
  packageId: ShippingPackageId,
): Promise<Result<undefined>> {
  const manifestId = await ctx.db.read(ctx.tenantId, (tx) => manifestOf(tx, packageId));
  if (manifestId === undefined) return refuse("LEFT_ON_NO_MANIFEST", { package: String(doubt.facts.package) });
  const closed = await closeManifest(ctx, manifestId);
  return closed.ok ? ok() : closed;
}

async function apply(tx: Tx, ctx: Ctx, doubt: OpenException, choice: string): Promise<Result<unknown>> {
  const { saleOrderId } = doubt;
  if (saleOrderId === null && `${doubt.kind} ${choice}` === "CANCEL_WISHED CANCEL")
    return refuse("CANCEL_WISH_BEFORE_ORDER", { order: String(doubt.facts.order) });
  if (saleOrderId === null) return ok();
  const adopts = ADOPTS[`${doubt.kind} ${choice}`];
  if (adopts !== undefined) return adopt(tx, ctx, saleOrderId, doubt, adopts);
  const order = await findOrderById(tx, saleOrderId, ctx.facilities);
  if (!order) return refuse("ORDER_NOT_FOUND", { order: String(doubt.facts.order ?? saleOrderId) }); // of facilities out of reach
  switch (`${doubt.kind} ${choice}`) {
    case "CHANNEL_CANCEL_NOT_ALLOWED CANCEL_HERE":
    case "CHANNEL_CANCEL_TOO_LATE CANCEL_HERE":
    case "DISPATCHED_ON_CHANNEL CANCEL_HERE":
    case "ACCEPTANCE_REFUSED CANCEL_HERE":
      return cancelHere(tx, ctx, order, doubt, false);
    case "CHANNEL_CANCEL_NOT_ALLOWED CANCEL_BY_CREDIT_NOTE":
    case "CHANNEL_CANCEL_TOO_LATE CANCEL_BY_CREDIT_NOTE":
    case "DISPATCHED_ON_CHANNEL CANCEL_BY_CREDIT_NOTE":
      return cancelHere(tx, ctx, order, doubt, true);
    case "CHANNEL_CANCEL_NOT_ALLOWED GO_ON":
    case "DISPATCHED_ON_CHANNEL GO_ON":
    case "PART_LEFT_ON_CHANNEL GO_ON":
    case "CANCEL_WISHED SHIP":
      return goOn(tx, order, doubt);
    case "CANCEL_WISHED CANCEL":
      return cancelWished(tx, ctx, order, doubt);
    case "ACCEPTANCE_REFUSED GO_ON":
      return changeOrder(tx, ctx, saleOrderId, { action: "unhold", settles: doubt.id });
    case "ACCEPTANCE_REFUSED RETRY":
      await acceptOrders(tx, ctx, [order]);
      return ok();
    case "SELLER_CANCEL_REFUSED RETRY":
      return askAgain(tx, ctx, saleOrderId, doubt);
    case "CANCEL_AFTER_DISPATCH EXPECT_RETURN":
      return expectReturn(tx, ctx, order, doubt);
    case "DELIVERED_WHILE_RETURNING DELIVERED":
      return doubt.shippingPackageId === null ? ok() : deliveredAfterAll(tx, ctx, doubt.shippingPackageId);
    case "RETURN_UNIT_MISSING LOST":
      return giveUpMissing(tx, ctx, doubt.key as SaleOrderItemId); // opened with the unit as its key
    default:
      return ok(); // the choice only closes the entry
  }
}

/** Choices that say that something left from the marketplace's panel, and what becomes of an invoiced package of which it is a part. */
const ADOPTS: Readonly<Record<string, "OPEN" | "WHOLE">> = {
  "DISPATCHED_ON_CHANNEL ADOPT": "OPEN",
  "PART_LEFT_ON_CHANNEL ADOPT_PART": "OPEN",
  "PART_LEFT_ON_CHANNEL ADOPT_ALL": "WHOLE",
  "DELIVERED_WITHOUT_DISPATCH ADOPT": "WHOLE",
};

/** Nothing of the order is locked before: its manifests come first. */
async function adopt(
  tx: Tx,
  ctx: Ctx,
  saleOrderId: SaleOrderId,
  doubt: OpenException,
  part: "OPEN" | "WHOLE",
): Promise<Result<unknown>> {
  const order = await orderInReach(tx, ctx, saleOrderId);
  if (!order) return refuse("ORDER_NOT_FOUND", { order: String(doubt.facts.order ?? saleOrderId) });
  const { channelId, channelOrderId } = order;
  const named: unknown = doubt.facts.units;
  const parcel = doubt.kind === "DELIVERED_WITHOUT_DISPATCH" ? doubt.shippingPackageId : null;
  const units = Array.isArray(named) ? named.map(String) : null;
  const adopted = await adoptUnits(tx, ctx, { channelId, channelOrderId, units, packageId: parcel, part });
  if (!adopted.ok || parcel === null) return adopted;
  return movePackages(tx, ctx, [parcel], "deliver");
}

/** Cancels what the channel called cancelled and has not left; the channel knows already and is not told again. */
async function cancelHere(
  tx: Tx,
  ctx: Ctx,
  order: { saleOrderId: SaleOrderId; code: string; channelId: ChannelId },
  doubt: OpenException,
  byCreditNote: boolean,
): Promise<Result<unknown>> {
  const named: unknown = doubt.facts.units;
  const meant = (await lockUnits(tx, order.saleOrderId)).filter((u) => !Array.isArray(named) || named.includes(u.code));
  // One that waits on a manifest is refused by name: it must be taken off first.
  const units = meant.filter((u) => !LEFT_OR_CANCELLED.includes(u.state));
  const left = meant.filter((u) => LEFT_OR_CANCELLED.includes(u.state) && u.state !== "CANCELLED");
  if (units.length === 0 && left.length > 0)
    return refuse("CANCEL_HERE_LEFT", { order: order.code, units: left.map((u) => u.code) });
  if (units.length === 0) return ok(); // somebody cancelled them meanwhile: it is so already
  if (byCreditNote) {
    const late = await lateInvoices(tx, ctx, [...new Set(units.flatMap((u) => u.shippingPackageId ?? []))]);
    // Its invoice would be cancelled, though the button says that it stands.
    if (late.length === 0)
      return refuse("CREDIT_NOTE_NOT_NEEDED", { order: order.code, units: units.map((u) => u.code) });
  }
  return cancelUnits(tx, ctx, order, {
    unitIds: units.map((u) => u.unitId),
    reason: String(doubt.facts.reason ?? "cancelled on the channel"),
    by: "CHANNEL",
    byCreditNote,
  });
}

/** What another open doubt of the order names stays on hold. */
async function goOn(
  tx: Tx,
  order: { saleOrderId: SaleOrderId; channelId: ChannelId },
  { id }: OpenException,
): Promise<Result<unknown>> {
  await releaseHeld(tx, order.saleOrderId, { lines: null, settled: id });
  await wakeAllocation(tx, order.saleOrderId, order.channelId);
  return ok();
}

/**
 * Asks the channel to cancel what of the line did not leave; the units wait for its answer instead of a person. Where all of it
 * left, that is what the refusal says.
 */
async function cancelWished(
  tx: Tx,
  ctx: Ctx,
  order: { saleOrderId: SaleOrderId; channelId: ChannelId },
  doubt: OpenException,
): Promise<Result<unknown>> {
  const units = (await lockUnits(tx, order.saleOrderId)).filter(
    (u) => u.channelOrderItemId === doubt.facts.line && u.state !== "CANCELLED" && u.cancelRequestedAt === null,
  );
  const here = units.filter((u) => !LEFT_OR_CANCELLED.includes(u.state));
  const unitIds = (here.length > 0 ? here : units).map((u) => u.unitId);
  if (unitIds.length > 0) {
    const { saleOrderId } = order;
    const asked = await requestCancel(tx, ctx, { saleOrderId, unitIds, reason: "the buyer asked for it" });
    if (!asked.ok) return asked;
  }
  return goOn(tx, order, doubt);
}

function askAgain(tx: Tx, ctx: Ctx, saleOrderId: SaleOrderId, doubt: OpenException): Promise<Result<unknown>> {
  const ids: unknown = doubt.facts.unitIds;
  const unitIds = Array.isArray(ids) ? ids.map((id) => String(id) as SaleOrderItemId) : null;
  return requestCancel(tx, ctx, { saleOrderId, unitIds, reason: "asked again after the channel refused" });
}

/**
 * The parcels of the units that were cancelled, whatever else is in them; what left in others is still on its way to the buyer.
 * Refuses EXPECT_BACK_TOO_LATE where none of them travels any more. Of those that were delivered while others turn back a person
 * is asked anew: closed with the rest, their goods would come back without a word.
 */
async function expectReturn(
  tx: Tx,
  ctx: Ctx,
  order: { saleOrderId: SaleOrderId; code: string; channelId: ChannelId },
  doubt: OpenException,
): Promise<Result<unknown>> {
  const { saleOrderId, channelId } = order;
  const named: unknown = doubt.facts.units;
  const units = (await lockUnits(tx, saleOrderId)).filter((u) => !Array.isArray(named) || named.includes(u.code));
  const ids = [...new Set(units.flatMap((unit) => unit.shippingPackageId ?? []))];
  await expectBack(tx, ctx, ids, {
    via: "PERSON",
    reason: "cancelled on the channel after it was dispatched",
  });
  const parcels = await parcelsNow(tx, ids);
  const ended = parcels.filter((parcel) => parcel.state !== "RETURN_EXPECTED");
  if (ended.length === parcels.length)
    return refuse("EXPECT_BACK_TOO_LATE", { order: order.code, parcels: ended.map(standing) });
  const delivered = ended.filter((parcel) => parcel.state === "DELIVERED");
  const there = units.filter((u) => delivered.some((parcel) => parcel.shippingPackageId === u.shippingPackageId));
  if (there.length > 0)
    await openExceptions(tx, ctx, [
      {
        ...{ kind: "CANCEL_AFTER_DISPATCH", channelId, saleOrderId, key: `${doubt.key} delivered` },
        facts: { ...doubt.facts, units: there.map((u) => u.code), where: delivered.map(standing).join(", ") },
      },
    ]);
  return ok();
}

/** "JUP-7 was delivered at 20 Nov 2026, 12:00". */
function standing({ code, state, deliveredAt }: ParcelNow): string {
  return state === "DELIVERED" && deliveredAt !== null
    ? fill("{code} was delivered at {at:instant}", { code, at: deliveredAt.toString() })
    : `${code} is ${state}`;
}
