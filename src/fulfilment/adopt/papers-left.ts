import type { ReportedParcel } from "../../../connectors/kit/index.ts";
import { issueInvoices } from "../../billing/index.ts";
import { findSource, invoicedBy } from "../../channels/index.ts";
import { assert, newId, ok, type Result, type ShippingPackageId } from "../../kernel/index.ts";
import { writeEvents } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueue } from "../../platform/jobs.ts";
import { courierFault } from "../channel-steps/ask-label.ts";
import { askStepsJob } from "../channel-steps/definitions.ts";
import { dropSteps, leaveToJob, lockChannelAwb, writeChannelCourier } from "../channel-steps/store.ts";
import { type Invoiced, noteAwaited, packInvoiced } from "../pack.ts";
import { type StepPackage, stepPackages } from "../steps.store.ts";
import { withoutAwb } from "./adopt.store.ts";
import { holds } from "./parcels-left.ts";

/** A channel that ships and does not name its courier. */
const CHANNEL_SHIPPING = "CHANNEL_SHIPPING";

/**
 * The invoices of packages that left from the panel: one each. Our own series numbers them at once; where that is not possible
 * nothing of the adoption stays, and the refusal says what is missing. A channel that numbers is asked for its own by the job, until
 * it is there; no number of ours is taken for it. One that has to be reported waits for its IRN on its way to the buyer.
 * Refusals: those of `issueInvoices`.
 */
export async function invoiceLeft(tx: Tx, ctx: Ctx, ids: readonly ShippingPackageId[]): Promise<Result<undefined>> {
  const parcels = [...(await stepPackages(tx, ids)).values()].filter((parcel) => parcel.invoiceId === null);
  const theirs = parcels.filter((parcel) => invoicedBy(findSource(parcel.source), parcel) === "channel");
  const ours = parcels.filter((parcel) => !theirs.includes(parcel));
  const packed: Invoiced[] = [];
  const awaited: StepPackage[] = [];
  for (const [i, { result }] of (await issueInvoices(tx, ctx, ours)).entries()) {
    const parcel = ours[i];
    assert(parcel !== undefined, "billing answers in the order it was asked");
    if (!result.ok) return result;
    const { number, total, code, state } = result.value;
    if (state === "IRN_PENDING") awaited.push({ ...parcel, invoiceNumber: number });
    else packed.push({ parcel, number, total, code, by: null });
  }
  await packInvoiced(tx, ctx, packed);
  await noteAwaited(tx, ctx, awaited);
  await askFor(tx, ctx, theirs, "INVOICE");
  return ok();
}

/**
 * Who carries them: as the channel told it with its word; what it did not tell it is asked for, where it can be. A number
 * that another package has already is not written twice.
 */
export async function carryLeft(
  tx: Tx,
  ctx: Ctx,
  ids: readonly ShippingPackageId[],
  told: readonly ReportedParcel[],
): Promise<void> {
  await dropSteps(tx, ids, "LABEL"); // a label that nobody prints any more
  const parcels = await stepPackages(tx, ids);
  const unknown: StepPackage[] = [];
  for (const { shippingPackageId: id, lines } of await withoutAwb(tx, ids)) {
    const parcel = parcels.get(id);
    if (parcel === undefined || !parcel.thirdPartyShipping) continue;
    const mine = told.filter((each) => lines.some((line) => holds(each, line)));
    const written = await writeFirst(tx, ctx, parcel, mine);
    if (!written && findSource(parcel.source)?.capabilities.fetchCourier) unknown.push(parcel);
  }
  await askFor(tx, ctx, unknown, "LABEL");
}

/** Writes the first courier that can be kept and is not another package's. */
async function writeFirst(tx: Tx, ctx: Ctx, parcel: StepPackage, told: readonly ReportedParcel[]): Promise<boolean> {
  const { shippingPackageId: id, channelId } = parcel;
  for (const each of told) {
    const code = (each.courierCode ?? each.courierName ?? CHANNEL_SHIPPING).trim() || CHANNEL_SHIPPING;
    const courier = {
      code,
      name: (each.courierName ?? code).trim() || code,
      awb: (each.awb ?? "").trim(),
      sortCode: null,
    };
    if (courierFault(courier) !== null) continue;
    if ((await lockChannelAwb(tx, { channelId, courier: code, awb: courier.awb, except: id })) !== undefined) continue;
    await writeChannelCourier(tx, id, courier, ctx.now);
    const facts = { package: parcel.code, courier: courier.name, awb: courier.awb, madeBy: parcel.channelCode };
    await writeEvents(
      tx,
      [{ id: newId(), saleOrderId: parcel.saleOrderId, packageId: id, kind: "COURIER_TOLD", facts }],
      ctx.actor,
      ctx.now,
    );
    return true;
  }
  return false;
}

/** Leaves what a channel makes of packages to the job that asks for it again and again. */
async function askFor(tx: Tx, ctx: Ctx, parcels: readonly StepPackage[], step: "INVOICE" | "LABEL"): Promise<void> {
  const [first] = parcels;
  if (first === undefined) return;
  const ids = parcels.map((parcel) => parcel.shippingPackageId);
  await leaveToJob(tx, ids, step, { by: ctx.actor.name, thenLabel: false }, ctx.now);
  await enqueue(tx, askStepsJob, { channelId: first.channelId });
}
