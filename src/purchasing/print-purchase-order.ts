import { pdfAnswer } from "../billing/index.ts";
import { type Paise, paise, type Result, refuse, sum } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { documentPart, documentTemplate, renderInWorker } from "../platform/documents/index.ts";
import type { FileAnswer } from "../platform/http/route.ts";
import { stateByCode } from "../warehouse/index.ts";
import type { OrderParties } from "./parties.ts";
import { type PurchaseOrderDetail, purchaseOrderById } from "./purchase-order.queries.ts";
import type { PurchaseOrderId, PurchaseOrderState } from "./purchase-order.ts";
import { PURCHASE_ORDER_TEMPLATE_VERSION, type PurchaseOrderDocument } from "./purchase-order-document.ts";
import type { drawPurchaseOrder } from "./purchase-order-pdf.ts";

export const purchaseOrderTemplate = documentTemplate<typeof drawPurchaseOrder>(
  new URL("./purchase-order-pdf.ts", import.meta.url),
  "drawPurchaseOrder",
);

const STANDINGS: Readonly<Record<PurchaseOrderState, PurchaseOrderDocument["standing"]>> = {
  CREATED: "DRAFT",
  APPROVED: "IN_FORCE",
  PARTIALLY_RECEIVED: "IN_FORCE",
  COMPLETE: "IN_FORCE",
  CLOSED: "CLOSED",
  CANCELLED: "CANCELLED",
};

/** An order as it is printed for its vendor. Pure. */
export function purchaseOrderDocument(order: PurchaseOrderDetail): PurchaseOrderDocument {
  const total = (pick: (line: PurchaseOrderDetail["items"][number]) => number): Paise => sum(order.items.map(pick));
  const { vendor, facility } = order.parties;
  return {
    templateVersion: PURCHASE_ORDER_TEMPLATE_VERSION,
    code: order.code,
    madeAt: (order.approvedAt ?? order.createdAt).toString(),
    standing: STANDINGS[order.state],
    orderedOn: order.orderedOn.toString(),
    expectedOn: order.expectedOn?.toString() ?? null,
    approvedBy: order.approvedBy,
    payment: vendor.paymentDays === null ? "As agreed" : paymentWords(vendor.paymentDays),
    remarks: order.remarks,
    vendor: side(vendor),
    deliverTo: side(facility),
    lines: order.items.map((line) => ({
      sku: line.sku,
      vendorSku: line.vendorSku,
      name: line.name,
      hsn: line.hsn,
      quantity: line.quantity,
      unitPrice: paise(line.unitPrice),
      taxable: paise(line.taxable),
      gstBps: line.gstBps,
      tax: paise(line.gross - line.taxable),
      gross: paise(line.gross),
    })),
    totals: {
      quantity: order.ordered,
      taxable: total((line) => line.taxable),
      cgst: total((line) => line.cgst),
      sgst: total((line) => line.sgst),
      utgst: total((line) => line.utgst),
      igst: total((line) => line.igst),
      cess: total((line) => line.cess),
      gross: total((line) => line.gross),
    },
    taxNote: vendor.gstin === null ? "The vendor is not registered under GST: no tax is charged." : null,
  };
}

function paymentWords(days: number): string {
  return days === 0 ? "On delivery" : `${days} ${days === 1 ? "day" : "days"} from invoice`;
}

function side(of: OrderParties["vendor"] | OrderParties["facility"]): PurchaseOrderDocument["vendor"] {
  const { name, addressLines, gstin, contact, phone, email, stateCode } = of;
  const state = `${stateByCode(stateCode)?.name ?? ""} (${stateCode})`;
  return { name, addressLines, state, gstin, contact, phone, email };
}

/** An order as an A4 PDF, drawn off the main thread. */
export function renderPurchaseOrder(doc: PurchaseOrderDocument): Promise<Uint8Array> {
  return renderInWorker({ title: `Purchase order ${doc.code}`, madeAt: doc.madeAt }, [
    documentPart(purchaseOrderTemplate, doc),
  ]);
}

/** An order as PDF for its vendor; a draft while it is not approved. Refusals: NOT_FOUND, DOCUMENTS_BUSY. */
export async function printPurchaseOrder(ctx: Ctx, purchaseOrderId: PurchaseOrderId): Promise<Result<FileAnswer>> {
  const order = await ctx.db.read(ctx.tenantId, (tx) => purchaseOrderById(ctx, tx, purchaseOrderId));
  if (!order) return refuse("NOT_FOUND", { what: "purchase order", id: purchaseOrderId });
  const document = purchaseOrderDocument(order);
  return pdfAnswer(`${document.code}.pdf`, () => renderPurchaseOrder(document));
}
