import { audit } from "../identity/index.ts";
import { assert, type LocalDate, localDate, ok, type Result, refuse } from "../kernel/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import { mayWorkIn } from "../warehouse/index.ts";
import * as store from "./grn.store.ts";
import { decideGrnEvent, type GrnId } from "./grn.ts";
import { lockOrder } from "./purchase-order.store.ts";
import { decideReceive, type PurchaseOrderId } from "./purchase-order.ts";

export interface NewGrn {
  readonly purchaseOrderId: PurchaseOrderId;
  /** The number on the paper that came with the goods: the vendor's invoice, or its challan. */
  readonly vendorInvoiceNumber: string;
  readonly vendorInvoiceOn: LocalDate;
  readonly remarks: string | null;
}

/**
 * Begins to receive goods of an approved order, at its facility. `grnId` is made by the caller before its first attempt: a
 * repeat makes no second receipt. Refusals: NOT_FOUND, PO_NOT_RECEIVABLE, GRN_INVOICE_DAY, GRN_INVOICE_TAKEN.
 */
export function createGrn(ctx: Ctx, grnId: GrnId, input: NewGrn): Promise<Result<{ grnId: GrnId; code: string }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const { purchaseOrderId } = input;
    const order = await lockOrder(tx, purchaseOrderId);
    if (!order || !mayWorkIn(ctx, order.facilityId))
      return refuse("NOT_FOUND", { what: "purchase order", id: purchaseOrderId });
    const known = await store.grnHead(tx, grnId);
    if (known)
      return known.purchaseOrderId === purchaseOrderId
        ? ok({ grnId, code: known.code })
        : refuse("NOT_FOUND", { what: "receipt of that order", id: grnId });
    const may = decideReceive(order);
    if (!may.ok) return may;
    if (Temporal.PlainDate.compare(input.vendorInvoiceOn, localDate(ctx.now, order.zone)) > 0)
      return refuse("GRN_INVOICE_DAY", { invoiceOn: input.vendorInvoiceOn.toString() });
    const earlier = await store.grnOfInvoice(tx, purchaseOrderId, input.vendorInvoiceNumber);
    if (earlier)
      return refuse("GRN_INVOICE_TAKEN", {
        invoice: input.vendorInvoiceNumber,
        vendor: order.parties.vendor.name,
        grn: earlier.code,
      });
    const [code] = await takeCodes(tx, "GRN", "GRN-", 1);
    assert(code !== undefined, "a code that is asked for is given");
    const { facilityId, vendorId } = order;
    await store.insertGrn(tx, { ...input, grnId, code, facilityId, vendorId }, ctx.actor.name, ctx.now);
    await audit(tx, ctx, {
      action: "purchasing.grn_created",
      recordType: "grn",
      recordId: grnId,
      recordCode: code,
      after: { order: order.code, vendorInvoiceNumber: input.vendorInvoiceNumber },
    });
    return ok({ grnId, code });
  });
}

/** Gives up a receipt before it is finished: what was counted is to come again. Refusals: NOT_FOUND, GRN_STATE. */
export function discardGrn(ctx: Ctx, grnId: GrnId): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const grn = await store.lockGrn(tx, grnId);
    if (!grn || !mayWorkIn(ctx, grn.facilityId)) return refuse("NOT_FOUND", { what: "goods receipt", id: grnId });
    const may = decideGrnEvent(grn, "discard");
    if (!may.ok) return may;
    await store.saveDiscarded(tx, grnId, ctx.actor.name, ctx.now);
    await audit(tx, ctx, {
      action: "purchasing.grn_discarded",
      recordType: "grn",
      recordId: grnId,
      recordCode: grn.code,
      before: { state: grn.state },
      after: { state: may.value },
    });
    return ok();
  });
}
