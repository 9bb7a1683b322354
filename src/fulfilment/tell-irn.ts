import { findSource, invoicedBy, queueNotices } from "../channels/index.ts";
import type { RegisteredDocument } from "../e-invoice/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { StepPackage } from "./steps.store.ts";

/** A channel that made the invoice is told its IRN, where its source takes IRNs: retried and visible like its other notices. */
export async function tellIrn(
  tx: Tx,
  ctx: Ctx,
  parcel: StepPackage,
  { number, irn, ackNo, ackAt, signedQr }: RegisteredDocument,
): Promise<void> {
  if (invoicedBy(findSource(parcel.source), parcel) !== "channel") return;
  const { channelId, saleOrderId, shippingPackageId, code: packageCode } = parcel;
  const facts = {
    packageCode,
    document: "INVOICE",
    number,
    irn,
    ackNumber: ackNo,
    acknowledgedAt: ackAt,
    signedQr,
  } as const;
  await queueNotices(tx, ctx, [{ kind: "IRN", channelId, saleOrderId, shippingPackageId, irn: facts }]);
}
