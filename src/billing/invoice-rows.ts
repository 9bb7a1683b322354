import type { InvoiceId } from "../kernel/index.ts";
import { INVOICE_TEMPLATE_VERSION } from "./invoice-document.ts";
import { invoicePage } from "./invoice-page.ts";
import { chargesOf, type DraftLine, type InvoiceDraft } from "./invoice-rules.ts";

/** An invoice as `insertInvoices` takes it, but for who numbered it. Pure. */
export function commonRow(
  draft: InvoiceDraft,
  given: { invoiceId: InvoiceId; code: string; number: string; needsIrn: boolean; terms: readonly string[] },
): Record<string, unknown> {
  const { facts, totals } = draft;
  return {
    id: given.invoiceId,
    packageId: facts.shippingPackageId,
    saleOrderId: facts.saleOrderId,
    facilityId: facts.facilityId,
    code: given.code,
    number: given.number,
    state: given.needsIrn ? "IRN_PENDING" : "ISSUED",
    gstin: facts.seller.gstin,
    on: draft.on.toString(),
    place: draft.place.code,
    taxable: totals.taxable,
    cgst: totals.cgst,
    sgst: totals.sgst,
    utgst: totals.utgst,
    igst: totals.igst,
    cess: totals.cess,
    roundOff: totals.roundOff,
    total: totals.payable,
    document: invoicePage(draft, given.number, given.terms),
    template: INVOICE_TEMPLATE_VERSION,
  };
}

/** A line of an invoice as `insertInvoices` takes it. Pure. */
export function lineRow(invoiceId: InvoiceId, lineNo: number, line: DraftLine): Record<string, unknown> {
  const { unit, amounts, taxed } = line;
  return {
    invoiceId,
    lineNo,
    skuId: unit.skuId,
    channelProductId: unit.channelProductId,
    description: unit.name,
    hsn: unit.hsn,
    quantity: amounts.quantity,
    unitIds: line.units.map((u) => u.unitId),
    price: unit.price,
    discount: amounts.discount,
    charges: chargesOf(amounts),
    gstBps: taxed.gstBps,
    cessBps: taxed.cessBps,
    taxable: taxed.taxable,
    cgst: taxed.cgst,
    sgst: taxed.sgst,
    utgst: taxed.utgst,
    igst: taxed.igst,
    cess: taxed.cess,
    total: taxed.gross,
  };
}
