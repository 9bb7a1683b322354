import { z } from "zod";
import { ok, refuse } from "../kernel/index.ts";
import { idField, optionalTextField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { scanIntoGrn, setGrnCounts } from "./count-grn.ts";
import { dayField } from "./day-field.ts";
import { finishGrn, putAwayGrn } from "./finish-grn.ts";
import { type GrnRow, grnById, listGrns } from "./grn.queries.ts";
import { grnLifecycle } from "./grn.ts";
import { LINES_MAX, QUANTITY_MAX } from "./purchase-order.ts";
import { createGrn, discardGrn } from "./receive-goods.ts";

const VIEW = "purchasing.view";
const RECEIVE = "grn.receive";

const grnParams = z.object({ grnId: idField<"Grn">() });
const nullableText = z.string().nullable();
const whole = z.number().int();

const grnAnswer = z.object({
  grnId: z.string(),
  code: z.string(),
  state: z.enum(grnLifecycle.states),
  purchaseOrderId: z.string(),
  order: z.string(),
  vendorId: z.string(),
  vendor: z.string(),
  vendorName: z.string(),
  facilityId: z.string(),
  facility: z.string(),
  vendorInvoiceNumber: z.string(),
  vendorInvoiceOn: z.string(),
  remarks: nullableText,
  accepted: whole,
  rejected: whole,
  createdAt: z.string(),
  createdBy: z.string(),
  finishedAt: nullableText,
  finishedBy: nullableText,
  completedAt: nullableText,
  /** What a person may do with it now: count, finish, discard. */
  allowed: z.array(z.string()),
});

function grnOf(row: GrnRow): z.input<typeof grnAnswer> {
  return {
    ...row,
    vendorInvoiceOn: row.vendorInvoiceOn.toString(),
    createdAt: row.createdAt.toString(),
    finishedAt: row.finishedAt?.toString() ?? null,
    completedAt: row.completedAt?.toString() ?? null,
    allowed: grnLifecycle.allowed(row.state).filter((event) => event !== "putAway"),
  };
}

const list = listRoutes({
  path: "/grns",
  summary: "Goods receipts (GRN)",
  permission: VIEW,
  filters: {
    state: z.enum(grnLifecycle.states).optional(),
    facilityId: idField<"Facility">().optional(),
    vendorId: idField<"Vendor">().optional(),
    purchaseOrderId: idField<"PurchaseOrder">().optional(),
    search: searchField,
  },
  row: grnAnswer,
  sorts: ["createdAt", "code"],
  defaultSort: "-createdAt",
  columns: [
    { title: "GRN", value: (r) => r.code },
    { title: "State", value: (r) => r.state },
    { title: "Purchase Order", value: (r) => r.order },
    { title: "Vendor Code", value: (r) => r.vendor },
    { title: "Vendor", value: (r) => r.vendorName },
    { title: "Vendor Invoice", value: (r) => r.vendorInvoiceNumber },
    { title: "Invoice Date", value: (r) => r.vendorInvoiceOn },
    { title: "Facility", value: (r) => r.facility },
    { title: "Accepted", value: (r) => r.accepted },
    { title: "Rejected", value: (r) => r.rejected },
    { title: "Created At", value: (r) => r.createdAt },
    { title: "Created By", value: (r) => r.createdBy },
    { title: "Finished At", value: (r) => r.finishedAt },
    { title: "Finished By", value: (r) => r.finishedBy },
    { title: "Put Away At", value: (r) => r.completedAt },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listGrns(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(grnOf) };
  },
});

const single: Route[] = [
  route({
    method: "GET",
    path: "/grns/:grnId",
    summary: "A goods receipt with its lines, and where its pieces are",
    permission: VIEW,
    params: grnParams,
    answer: grnAnswer.extend({
      lines: z.array(
        z.object({
          lineId: z.string(),
          skuId: z.string(),
          sku: z.string(),
          name: z.string(),
          imageUrl: nullableText,
          vendorSku: nullableText,
          ordered: whole,
          /** Pieces that this receipt may have at most. */
          room: whole,
          accepted: whole,
          rejected: whole,
          rejectReason: nullableText,
        }),
      ),
      putaways: z.array(
        z.object({ putawayId: nullableText, putaway: nullableText, state: nullableText, units: whole }),
      ),
    }),
    handle: (ctx, { params: { grnId } }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await grnById(ctx, tx, grnId);
        if (!found) return refuse("NOT_FOUND", { what: "goods receipt", id: grnId });
        return ok({ ...grnOf(found), lines: found.lines, putaways: found.putaways });
      }),
  }),
  route({
    method: "POST",
    path: "/grns",
    summary: "Begin to receive goods of an approved purchase order",
    permission: RECEIVE,
    body: z.strictObject({
      // Made by the caller before its first attempt: the same request again makes no second receipt.
      grnId: idField<"Grn">(),
      purchaseOrderId: idField<"PurchaseOrder">(),
      vendorInvoiceNumber: textField(50),
      vendorInvoiceOn: dayField,
      remarks: optionalTextField(500),
    }),
    answer: z.object({ grnId: z.string(), code: z.string() }),
    handle: (ctx, { body: { grnId, ...input } }) => createGrn(ctx, grnId, input),
  }),
  route({
    method: "POST",
    path: "/grns/:grnId/scan",
    summary: "Count one piece by scanning its SKU or the vendor's code",
    permission: RECEIVE,
    params: grnParams,
    body: z.strictObject({
      code: z.string().trim().min(1).max(100),
      verdict: z.enum(["accepted", "rejected"]).default("accepted"),
      reason: optionalTextField(200),
      /** Takes one such scan back instead. */
      takeBack: z.boolean().default(false),
    }),
    answer: z.object({ sku: z.string(), accepted: whole, rejected: whole, left: whole }),
    handle: (ctx, { params, body }) => scanIntoGrn(ctx, { ...params, ...body }),
  }),
  route({
    method: "PUT",
    path: "/grns/:grnId/counts",
    summary: "Set what was counted of lines of a goods receipt",
    permission: RECEIVE,
    params: grnParams,
    body: z.strictObject({
      counts: z
        .array(
          z.strictObject({
            lineId: idField<"PurchaseOrderLine">(),
            accepted: z.number().int().min(0).max(QUANTITY_MAX),
            rejected: z.number().int().min(0).max(QUANTITY_MAX),
            rejectReason: optionalTextField(200),
          }),
        )
        .min(1)
        .max(LINES_MAX),
    }),
    handle: (ctx, { params, body }) => setGrnCounts(ctx, { ...params, ...body }),
  }),
  route({
    method: "POST",
    path: "/grns/:grnId/finish",
    summary: "Finish a goods receipt: its pieces wait for putaway",
    permission: RECEIVE,
    params: grnParams,
    answer: z.object({ units: whole, rejected: whole }),
    handle: (ctx, { params }) => finishGrn(ctx, params.grnId),
  }),
  route({
    method: "POST",
    path: "/grns/:grnId/discard",
    summary: "Discard a goods receipt that is not finished",
    permission: RECEIVE,
    params: grnParams,
    handle: (ctx, { params }) => discardGrn(ctx, params.grnId),
  }),
  route({
    method: "POST",
    path: "/grns/:grnId/putaway",
    summary: "Take the pieces of a goods receipt into a putaway list, graded as inspected",
    permission: "putaway.manage",
    params: grnParams,
    answer: z.object({ putawayId: z.string(), code: z.string() }),
    handle: (ctx, { params }) => putAwayGrn(ctx, params.grnId),
  }),
];

export const grnRoutes: Route[] = [...list, ...single];
