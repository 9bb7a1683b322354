import { issueInvoices } from "../billing/index.ts";
import { assert, newId, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { movePackages } from "./move.ts";
import { decideInvoice, failed, inOrder, openStep, type StepResult } from "./step.ts";
import { fillParcels, type StepPackage } from "./steps.store.ts";
import { writeEvents } from "./store.ts";

/** Packages of one transaction: the lock on a series is held for so long, and others wait for it. */
export const INVOICES_PER_TRANSACTION = 50;

/**
 * Packs and invoices packages, in transactions of up to 50; in each, a number exists exactly when its invoice does and
 * its package is PACKED. What is refused is told by name and stops nothing else. Asked again, the same invoice is told.
 */
export async function invoicePackages(
  ctx: Ctx,
  input: { packageIds: readonly ShippingPackageId[] },
): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (let at = 0; at < input.packageIds.length; at += INVOICES_PER_TRANSACTION) {
    const ids = input.packageIds.slice(at, at + INVOICES_PER_TRANSACTION);
    results.push(...(await ctx.db.transaction(ctx.tenantId, (tx) => invoiceIn(tx, ctx, ids))));
  }
  return results;
}

/** `invoicePackages` in the caller's transaction. */
export async function invoiceIn(tx: Tx, ctx: Ctx, ids: readonly ShippingPackageId[]): Promise<StepResult[]> {
  const { due, settled } = await openStep(tx, ctx, ids, decideInvoice);
  const outcomes = await issueInvoices(tx, ctx, due);
  const packed: { parcel: StepPackage; number: string; total: number; code: string }[] = [];
  for (const [i, { result }] of outcomes.entries()) {
    const parcel = due[i];
    assert(parcel !== undefined, "billing answers in the order it was asked");
    if (!result.ok) {
      settled.set(parcel.shippingPackageId, failed(parcel, result.refusal));
      continue;
    }
    const { number, total, code } = result.value;
    packed.push({ parcel, number, total, code });
    settled.set(parcel.shippingPackageId, {
      shippingPackageId: parcel.shippingPackageId,
      code: parcel.code,
      outcome: "DONE",
      refusal: null,
      invoiceNumber: number,
      awb: parcel.awb,
    });
  }
  if (packed.length > 0) await pack(tx, ctx, packed);
  return inOrder(ids, settled);
}

async function pack(
  tx: Tx,
  ctx: Ctx,
  packed: readonly { parcel: StepPackage; number: string; total: number; code: string }[],
): Promise<void> {
  const ids = packed.map(({ parcel }) => parcel.shippingPackageId);
  await writeEvents(
    tx,
    packed.map(({ parcel, number, total, code }) => ({
      id: newId(),
      saleOrderId: parcel.saleOrderId,
      packageId: parcel.shippingPackageId,
      kind: "INVOICE_ISSUED",
      facts: { package: parcel.code, invoice: number, invoiceCode: code, totalPaise: total },
    })),
    ctx.actor,
    ctx.now,
  );
  await fillParcels(tx, ids, ctx.now);
  const moved = await movePackages(tx, ctx, ids, "pack");
  assert(moved.ok, "a locked package that may be packed can be packed");
}
