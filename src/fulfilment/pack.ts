import { announce } from "../events/index.ts";
import { assert, newId } from "../kernel/index.ts";
import { writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { movePackages } from "./move.ts";
import { fillParcels, type StepPackage } from "./steps.store.ts";

/** A package with the invoice that it has just got. */
export interface Invoiced {
  readonly parcel: StepPackage;
  readonly number: string;
  readonly total: number;
  /** Our internal code of the invoice. */
  readonly code: string;
  /** The channel that made it; null where our own series numbered it. */
  readonly by: string | null;
  /** Of one that was reported before it was issued. */
  readonly irn?: string;
}

/**
 * Packs packages whose invoices exist now: timeline, box and weight, state. They are locked and may be packed, or left from the
 * channel's panel before their invoice was here.
 */
export async function packInvoiced(tx: Tx, ctx: Ctx, packed: readonly Invoiced[]): Promise<void> {
  if (packed.length === 0) return;
  const ids = packed.map(({ parcel }) => parcel.shippingPackageId);
  await writeEvents(
    tx,
    packed.map(({ parcel, number, total, code, by, irn }) => ({
      id: newId(),
      saleOrderId: parcel.saleOrderId,
      packageId: parcel.shippingPackageId,
      kind: "INVOICE_ISSUED",
      facts: {
        ...{ package: parcel.code, invoice: number, invoiceCode: code, totalPaise: total },
        ...(by === null ? {} : { madeBy: by }),
        ...(irn === undefined ? {} : { irn }),
      },
    })),
    ctx.actor,
    ctx.now,
  );
  await fillParcels(tx, ids, ctx.now);
  const here = packed.filter(({ parcel }) => !parcel.adopted).map(({ parcel }) => parcel.shippingPackageId);
  const moved = await movePackages(tx, ctx, here, "pack");
  assert(moved.ok, "a locked package that may be packed can be packed");
  announce(
    tx,
    ctx,
    ids.map((shippingPackageId) => ({ kind: "SHIPMENT_PACKED", shippingPackageId, happenedAt: ctx.now })),
  );
}

/** Tells the timeline that invoices have their numbers and wait for their IRNs; their packages are packed then. */
export async function noteAwaited(tx: Tx, ctx: Ctx, awaited: readonly StepPackage[]): Promise<void> {
  if (awaited.length === 0) return;
  await writeEvents(
    tx,
    awaited.map(({ saleOrderId, shippingPackageId, code, invoiceNumber }) => ({
      ...{ id: newId(), saleOrderId, packageId: shippingPackageId, kind: "IRN_AWAITED" },
      facts: { package: code, invoice: invoiceNumber },
    })),
    ctx.actor,
    ctx.now,
  );
}
