import { cancelInvoices, packageOfInvoice } from "../billing/index.ts";
import { newId, type Result, refuse } from "../kernel/index.ts";
import { writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { openParcel } from "./cancel-units.ts";
import { lockForMove } from "./lock.store.ts";
import { reachable, type StepPackage, stepPackages } from "./steps.store.ts";
import { lockUnits } from "./store.ts";

/**
 * Cancels an invoice that was reported, or waits to be, without cancelling its order: the number is kept and its IRN ends.
 * Where the package is not packed yet it can be invoiced anew at once; a packed one is opened, and its units go into a new
 * package. Refusals: NOT_FOUND, EINVOICE_CHANNEL_NUMBER (the channel would give the same number again), EINVOICE_CANCEL_TOO_LATE,
 * PACKAGE_STATE (on a manifest, or gone).
 */
export async function cancelInvoice(
  tx: Tx,
  ctx: Ctx,
  { subjectId, reason }: { readonly subjectId: string; readonly reason: string },
): Promise<Result<undefined>> {
  const id = await packageOfInvoice(tx, subjectId);
  if (id === undefined || (await reachable(tx, ctx, [id])).length === 0)
    return refuse("NOT_FOUND", { what: "invoice", id: subjectId });
  await lockForMove(tx, [id]);
  const parcel = (await stepPackages(tx, [id])).get(id);
  if (parcel?.invoiceId !== subjectId) return refuse("NOT_FOUND", { what: "invoice", id: subjectId });
  await tell(tx, ctx, parcel, reason);
  if (parcel.invoiceState === "IRN_PENDING") return cancelInvoices(tx, ctx, [id], reason, "OTHER");
  if (parcel.invoiceNumberedBy === "CHANNEL")
    return refuse("EINVOICE_CHANNEL_NUMBER", { number: parcel.invoiceNumber, channel: parcel.channelCode });
  return openParcel(tx, ctx, parcel, await lockUnits(tx, parcel.saleOrderId), reason);
}

function tell(tx: Tx, ctx: Ctx, parcel: StepPackage, reason: string): Promise<void> {
  const { saleOrderId, shippingPackageId: packageId, code, invoiceNumber } = parcel;
  const facts = { package: code, invoice: invoiceNumber, reason };
  return writeEvents(
    tx,
    [{ id: newId(), saleOrderId, packageId, kind: "INVOICE_CANCELLED", facts }],
    ctx.actor,
    ctx.now,
  );
}
