import { assert, newId, ok, type Refusal, type Result, refuse } from "../../kernel/index.ts";
import { writeEvents } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { storeDocument } from "../../platform/stored-document.ts";
import { giveBackNumbers, waybills } from "../../shipping/index.ts";
import type { Asking } from "../channel-steps/question.ts";
import { movePackages } from "../move.ts";
import {
  COURIER_LABEL,
  fillParcels,
  type StepPackage,
  sortCodeFor,
  writeCarrier,
  writeCouriers,
} from "../steps.store.ts";
import type { OwnLabel } from "./ask-waybill.ts";

/**
 * Writes the number and the label that a courier gave onto its package, which is locked and may be labelled, and makes it
 * READY_TO_SHIP. Refuses STEP_CHANGED_HANDS where the number was given back meanwhile; then nothing was written.
 */
export async function writeCourierLabel(
  tx: Tx,
  ctx: Ctx,
  asking: Asking,
  fetched: Extract<OwnLabel, { kind: "courier ships" }>,
): Promise<Result<{ awb: string }, Refusal>> {
  const { parcel } = asking;
  const { shippingPackageId: id, code, saleOrderId } = parcel;
  const waybill = await waybills.lockWaybill(tx, fetched.waybill.waybillId);
  if (waybill?.state !== "GIVEN" || waybill.awb === null) return refuse("STEP_CHANGED_HANDS", { package: code });
  const { providerId, providerCode, awb, carrier, routingCode, waybillId } = waybill;
  const sortCode = routingCode ?? (await sortCodeFor(tx, providerId, parcel.pincode));
  await writeCouriers(tx, [{ shippingPackageId: id, providerId, awb, sortCode, choice: waybill.choice }], ctx.now);
  await writeCarrier(tx, id, carrier, ctx.now);
  if (fetched.label !== null) {
    const documentId = await storeDocument(tx, ctx, {
      kept: fetched.label.kept,
      mediaType: "application/pdf",
      fileName: `label-${code}.pdf`,
      recordType: "shipping_package",
      recordId: id,
      kind: COURIER_LABEL,
      exchangeId: fetched.label.exchangeId,
    });
    await waybills.noteLabel(tx, waybillId, documentId, ctx.now);
  }
  await fillParcels(tx, [id], ctx.now);
  const label = fetched.label !== null ? providerCode : null;
  const facts = { package: code, courier: providerCode, awb, carrier, ...(label === null ? {} : { madeBy: label }) };
  const event = { id: newId(), saleOrderId, packageId: id, kind: "LABEL_MADE", facts };
  await writeEvents(tx, [event], ctx.actor, ctx.now);
  const moved = await movePackages(tx, ctx, [id], "label");
  assert(moved.ok, "a locked package that may be labelled can be labelled");
  return ok({ awb });
}

/** The package will not use what was asked for: any number that came goes back, but the one that it travels with. */
export function giveBackUnused(
  tx: Tx,
  ctx: Ctx,
  parcel: Pick<StepPackage, "shippingPackageId" | "state" | "providerId" | "awb">,
  reason: string,
): Promise<number> {
  const { providerId, awb, shippingPackageId: id, state } = parcel;
  const travels = state !== "CANCELLED" && providerId !== null && awb !== null;
  return giveBackNumbers(tx, ctx, [id], { reason, ...(travels ? { except: { providerId, awb } } : {}) });
}
