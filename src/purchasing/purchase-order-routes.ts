import { z } from "zod";
import { type FacilityId, ok, paise, refuse, rupeesText } from "../kernel/index.ts";
import { flagField, idField, optionalTextField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { approvePurchaseOrder, endPurchaseOrder } from "./advance-purchase-order.ts";
import { optionalDayField } from "./day-field.ts";
import { UNIT_PRICE_MAX_PAISE } from "./import-vendor-items.ts";
import { printPurchaseOrder } from "./print-purchase-order.ts";
import {
  listPurchaseOrders,
  type PurchaseOrderLineRow,
  type PurchaseOrderRow,
  purchaseOrderById,
} from "./purchase-order.queries.ts";
import { LINES_MAX, purchaseOrderLifecycle, QUANTITY_MAX } from "./purchase-order.ts";
import { createPurchaseOrder, editPurchaseOrder, type PurchaseOrderInput } from "./save-purchase-order.ts";
import type { VendorId } from "./vendor.ts";

const VIEW = "purchasing.view";
const MANAGE = "purchasing.manage";
const APPROVE = "purchasing.approve";

const orderParams = z.object({ purchaseOrderId: idField<"PurchaseOrder">() });
const nullableText = z.string().nullable();
const whole = z.number().int();

const orderAnswer = z.object({
  purchaseOrderId: z.string(),
  code: z.string(),
  state: z.enum(purchaseOrderLifecycle.states),
  vendorId: z.string(),
  vendor: z.string(),
  vendorName: z.string(),
  facilityId: z.string(),
  facility: z.string(),
  orderedOn: z.string(),
  expectedOn: nullableText,
  remarks: nullableText,
  lines: whole,
  /** Pieces. */
  ordered: whole,
  accepted: whole,
  rejected: whole,
  taxablePaise: whole,
  taxPaise: whole,
  grossPaise: whole,
  createdAt: z.string(),
  createdBy: z.string(),
  approvedAt: nullableText,
  approvedBy: nullableText,
  endedAt: nullableText,
  endedBy: nullableText,
  endReason: nullableText,
  /** What may be done with it now: edit, approve, receivePart, close, cancel. */
  allowed: z.array(z.string()),
});
const lineAnswer = z.object({
  lineId: z.string(),
  lineNo: whole,
  skuId: z.string(),
  sku: z.string(),
  name: z.string(),
  imageUrl: nullableText,
  hsn: nullableText,
  vendorSku: nullableText,
  quantity: whole,
  unitPricePaise: whole,
  taxClass: nullableText,
  gstBps: whole,
  cessBps: whole,
  taxablePaise: whole,
  cgstPaise: whole,
  sgstPaise: whole,
  utgstPaise: whole,
  igstPaise: whole,
  cessPaise: whole,
  grossPaise: whole,
  /** Being counted on receipts that are open. */
  counting: whole,
  accepted: whole,
  rejected: whole,
});

function orderOf({ taxable, tax, gross, ...row }: PurchaseOrderRow): z.input<typeof orderAnswer> {
  return {
    ...row,
    taxablePaise: taxable,
    taxPaise: tax,
    grossPaise: gross,
    orderedOn: row.orderedOn.toString(),
    expectedOn: row.expectedOn?.toString() ?? null,
    createdAt: row.createdAt.toString(),
    approvedAt: row.approvedAt?.toString() ?? null,
    endedAt: row.endedAt?.toString() ?? null,
    allowed: purchaseOrderLifecycle.allowed(row.state).filter((event) => event !== "receiveAll"),
  };
}

function lineOf(row: PurchaseOrderLineRow): z.input<typeof lineAnswer> {
  const { unitPrice, taxable, cgst, sgst, utgst, igst, cess, gross, ...rest } = row;
  return {
    ...rest,
    unitPricePaise: unitPrice,
    taxablePaise: taxable,
    cgstPaise: cgst,
    sgstPaise: sgst,
    utgstPaise: utgst,
    igstPaise: igst,
    cessPaise: cess,
    grossPaise: gross,
  };
}

const list = listRoutes({
  path: "/purchase-orders",
  summary: "Purchase orders",
  permission: VIEW,
  filters: {
    state: z.enum(purchaseOrderLifecycle.states).optional(),
    facilityId: idField<"Facility">().optional(),
    vendorId: idField<"Vendor">().optional(),
    late: flagField,
    search: searchField,
  },
  row: orderAnswer,
  sorts: ["createdAt", "code", "expectedOn"],
  defaultSort: "-createdAt",
  columns: [
    { title: "Purchase Order", value: (r) => r.code },
    { title: "State", value: (r) => r.state },
    { title: "Vendor Code", value: (r) => r.vendor },
    { title: "Vendor", value: (r) => r.vendorName },
    { title: "Facility", value: (r) => r.facility },
    { title: "Ordered On", value: (r) => r.orderedOn },
    { title: "Expected On", value: (r) => r.expectedOn },
    { title: "Ordered", value: (r) => r.ordered },
    { title: "Accepted", value: (r) => r.accepted },
    { title: "Rejected", value: (r) => r.rejected },
    { title: "Amount Before Tax", value: (r) => rupeesText(r.taxablePaise) },
    { title: "Tax", value: (r) => rupeesText(r.taxPaise) },
    { title: "Total", value: (r) => rupeesText(r.grossPaise) },
    { title: "Created By", value: (r) => r.createdBy },
    { title: "Approved By", value: (r) => r.approvedBy },
    { title: "Reason Closed Or Cancelled", value: (r) => r.endReason },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listPurchaseOrders(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(orderOf) };
  },
});

const orderFields = {
  vendorId: idField<"Vendor">(),
  facilityId: idField<"Facility">(),
  expectedOn: optionalDayField,
  remarks: optionalTextField(500),
  lines: z
    .array(
      z.strictObject({
        sku: textField(45),
        quantity: z.number().int().min(1).max(QUANTITY_MAX),
        /** Of one piece, without tax. */
        unitPricePaise: z.number().int().min(0).max(UNIT_PRICE_MAX_PAISE),
        /** Code of a class; left out, the product's own. */
        taxClass: optionalTextField(30),
      }),
    )
    .min(1)
    .max(LINES_MAX),
};

interface OrderBody {
  readonly vendorId: VendorId;
  readonly facilityId: FacilityId;
  readonly expectedOn: z.output<typeof optionalDayField>;
  readonly remarks: string | null;
  readonly lines: readonly { sku: string; quantity: number; unitPricePaise: number; taxClass: string | null }[];
}

function inputOf({ vendorId, facilityId, expectedOn, remarks, lines }: OrderBody): PurchaseOrderInput {
  return {
    vendorId,
    facilityId,
    expectedOn,
    remarks,
    lines: lines.map(({ unitPricePaise, ...line }) => ({ ...line, unitPrice: paise(unitPricePaise) })),
  };
}

const reason = z.strictObject({ reason: textField(200) });
const written = z.object({ purchaseOrderId: z.string(), code: z.string() });

const single: Route[] = [
  route({
    method: "GET",
    path: "/purchase-orders/:purchaseOrderId",
    summary: "A purchase order with its lines",
    permission: VIEW,
    params: orderParams,
    answer: orderAnswer.extend({
      vendorGstin: nullableText,
      vendorState: z.string(),
      facilityState: z.string(),
      items: z.array(lineAnswer),
    }),
    handle: (ctx, { params: { purchaseOrderId } }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await purchaseOrderById(ctx, tx, purchaseOrderId);
        if (!found) return refuse("NOT_FOUND", { what: "purchase order", id: purchaseOrderId });
        const { items, parties, ...row } = found;
        return ok({
          ...orderOf(row),
          vendorGstin: parties.vendor.gstin,
          vendorState: parties.vendor.stateCode,
          facilityState: parties.facility.stateCode,
          items: items.map(lineOf),
        });
      }),
  }),
  route({
    method: "GET",
    path: "/purchase-orders/:purchaseOrderId/pdf",
    summary: "A purchase order as PDF for its vendor",
    permission: VIEW,
    params: orderParams,
    handle: (ctx, { params }) => printPurchaseOrder(ctx, params.purchaseOrderId),
  }),
  route({
    method: "POST",
    path: "/purchase-orders",
    summary: "Make a purchase order",
    permission: MANAGE,
    // The caller makes the id before its first attempt: the same request again makes no second order.
    body: z.strictObject({ purchaseOrderId: idField<"PurchaseOrder">(), ...orderFields }),
    answer: written,
    handle: (ctx, { body }) => createPurchaseOrder(ctx, body.purchaseOrderId, inputOf(body)),
  }),
  route({
    method: "PUT",
    path: "/purchase-orders/:purchaseOrderId",
    summary: "Change a purchase order that is not approved yet",
    permission: MANAGE,
    params: orderParams,
    body: z.strictObject(orderFields),
    answer: written,
    handle: (ctx, { params, body }) => editPurchaseOrder(ctx, params.purchaseOrderId, inputOf(body)),
  }),
  route({
    method: "POST",
    path: "/purchase-orders/:purchaseOrderId/approve",
    summary: "Approve a purchase order",
    permission: APPROVE,
    params: orderParams,
    handle: (ctx, { params }) => approvePurchaseOrder(ctx, params.purchaseOrderId),
  }),
  route({
    method: "POST",
    path: "/purchase-orders/:purchaseOrderId/close",
    summary: "Close a purchase order short: the rest does not come",
    permission: MANAGE,
    params: orderParams,
    body: reason,
    handle: (ctx, { params, body }) => endPurchaseOrder(ctx, { ...params, ...body, event: "close" }),
  }),
  route({
    method: "POST",
    path: "/purchase-orders/:purchaseOrderId/cancel",
    summary: "Cancel a purchase order of which nothing has come",
    permission: MANAGE,
    params: orderParams,
    body: reason,
    handle: (ctx, { params, body }) => endPurchaseOrder(ctx, { ...params, ...body, event: "cancel" }),
  }),
];

export const purchaseOrderRoutes: Route[] = [...list, ...single];
