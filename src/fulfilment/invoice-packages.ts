import { issueInvoices } from "../billing/index.ts";
import { findSource, invoicedBy } from "../channels/index.ts";
import { assert, type Result, refuse, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { PATIENT, type Patience } from "./channel-steps/ask-many.ts";
import { byWhom } from "./channel-steps/by-whom.ts";
import { type Invoiced, noteAwaited, packInvoiced } from "./pack.ts";
import { type Due, decideInvoice, failed, inOrder, openStep, type StepResult, waitsForIrn } from "./step.ts";
import type { StepPackage } from "./steps.store.ts";

/** Packages of one transaction: the lock on a series is held for so long, and others wait for it. */
export const INVOICES_PER_TRANSACTION = 50;

/**
 * Packs and invoices packages. Those that our series number, in transactions of up to 50; in each, a number exists
 * exactly when its invoice does and its package is PACKED. Those whose channel makes the invoice are asked for package by
 * package, outside of any transaction. What is refused is told by name and stops nothing else. Asked again, the same
 * invoice is told.
 */
export function invoicePackages(
  ctx: Ctx,
  input: { packageIds: readonly ShippingPackageId[] },
  patience: Patience = PATIENT,
): Promise<StepResult[]> {
  return byWhom(ctx, input.packageIds, {
    step: "INVOICE",
    isChannels: (place) => invoicedBy(findSource(place.source), place) === "channel",
    perTransaction: INVOICES_PER_TRANSACTION,
    ours: invoiceIn,
    patience,
  });
}

function decideOwnInvoice(parcel: StepPackage): Result<Due> {
  if (invoicedBy(findSource(parcel.source), parcel) === "channel")
    return refuse("STEP_CHANGED_HANDS", { package: parcel.code });
  return decideInvoice(parcel);
}

/**
 * Packs and invoices packages that our series number, in the caller's transaction. One whose invoice needs an IRN has its
 * number then, and is packed when the portal has answered (`takeIrn`).
 */
export async function invoiceIn(tx: Tx, ctx: Ctx, ids: readonly ShippingPackageId[]): Promise<StepResult[]> {
  const { due, settled } = await openStep(tx, ctx, ids, decideOwnInvoice);
  const outcomes = await issueInvoices(tx, ctx, due);
  const packed: Invoiced[] = [];
  const awaited: StepPackage[] = [];
  for (const [i, { result }] of outcomes.entries()) {
    const parcel = due[i];
    assert(parcel !== undefined, "billing answers in the order it was asked");
    if (!result.ok) {
      settled.set(parcel.shippingPackageId, failed(parcel, result.refusal));
      continue;
    }
    const { number, total, code, state } = result.value;
    if (state === "IRN_PENDING") {
      awaited.push({ ...parcel, invoiceNumber: number });
      settled.set(parcel.shippingPackageId, waitsForIrn({ ...parcel, invoiceNumber: number }));
      continue;
    }
    packed.push({ parcel, number, total, code, by: null });
    settled.set(parcel.shippingPackageId, {
      shippingPackageId: parcel.shippingPackageId,
      code: parcel.code,
      outcome: "DONE",
      refusal: null,
      invoiceNumber: number,
      awb: parcel.awb,
    });
  }
  await packInvoiced(tx, ctx, packed);
  await noteAwaited(tx, ctx, awaited);
  return inOrder(ids, settled);
}
