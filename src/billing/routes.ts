import { z } from "zod";
import { ok, refuse, rupeesText } from "../kernel/index.ts";
import { idField, optionalTextField, searchField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type PublicRoute, publicRoute } from "../platform/http/public-route.ts";
import { type Route, route } from "../platform/http/route.ts";
import { correctBuyerGstin } from "./correct-buyer-gstin.ts";
import { invoicePdf } from "./print-invoices.ts";
import { type InvoiceRow, invoiceWithLines, listInvoices } from "./queries.ts";
import { checkInvoiceLink } from "./signed-link.ts";

const STATES = ["ISSUED", "CANCELLED", "IRN_PENDING"] as const;
const paiseField = z.number().int();
const day = z.iso.date().transform((text) => Temporal.PlainDate.from(text));

const amounts = {
  taxable: paiseField,
  cgst: paiseField,
  sgst: paiseField,
  utgst: paiseField,
  igst: paiseField,
  cess: paiseField,
  total: paiseField,
};

const invoiceRow = z.object({
  invoiceId: z.string(),
  number: z.string(),
  numberedBy: z.enum(["SERIES", "CHANNEL"]),
  code: z.string(),
  state: z.enum(STATES),
  issuedOn: z.string(),
  issuedAt: z.string(),
  cancelledAt: z.string().nullable(),
  orderCode: z.string(),
  saleOrderId: z.string(),
  packageCode: z.string(),
  channelCode: z.string(),
  facilityCode: z.string(),
  sellerGstin: z.string().nullable(),
  buyer: z.string(),
  buyerGstin: z.string().nullable(),
  placeOfSupply: z.string(),
  ...amounts,
  roundOff: paiseField,
  irn: z.string().nullable(),
  ackNo: z.string().nullable(),
  ackAt: z.string().nullable(),
  eInvoiceId: z.string().nullable(),
  eInvoiceState: z.string().nullable(),
  irnCode: z.string().nullable(),
  irnWords: z.string().nullable(),
});

const invoiceDetail = invoiceRow.extend({
  lines: z.array(
    z.object({
      lineNo: z.number().int(),
      sku: z.string(),
      channelProductId: z.string(),
      description: z.string(),
      hsn: z.string().nullable(),
      quantity: z.number().int(),
      unitIds: z.array(z.string()),
      unitPrice: paiseField,
      discount: paiseField,
      charges: paiseField,
      gstBps: z.number().int(),
      cessBps: z.number().int(),
      ...amounts,
    }),
  ),
});

function shown(row: InvoiceRow): z.input<typeof invoiceRow> {
  return {
    ...row,
    issuedOn: row.issuedOn.toString(),
    issuedAt: row.issuedAt.toString(),
    cancelledAt: row.cancelledAt?.toString() ?? null,
    ackAt: row.ackAt?.toString() ?? null,
  };
}

const list = listRoutes({
  path: "/invoices",
  summary: "Invoices",
  permission: "billing.view",
  filters: {
    q: searchField,
    state: z.enum(STATES).optional(),
    channelId: idField<"Channel">().optional(),
    facilityId: idField<"Facility">().optional(),
    from: day.optional(),
    to: day.optional(),
  },
  row: invoiceRow,
  sorts: ["issuedAt", "number", "total"],
  defaultSort: "-issuedAt",
  columns: [
    { title: "Invoice Number", value: (r) => r.number },
    { title: "Invoice Date", value: (r) => r.issuedOn },
    { title: "State", value: (r) => r.state },
    { title: "Numbered By", value: (r) => r.numberedBy },
    { title: "Invoice Code", value: (r) => r.code },
    { title: "Order", value: (r) => r.orderCode },
    { title: "Package", value: (r) => r.packageCode },
    { title: "Channel", value: (r) => r.channelCode },
    { title: "Facility", value: (r) => r.facilityCode },
    { title: "Seller GSTIN", value: (r) => r.sellerGstin },
    { title: "Buyer", value: (r) => r.buyer },
    { title: "Buyer GSTIN", value: (r) => r.buyerGstin },
    { title: "Place of Supply", value: (r) => r.placeOfSupply },
    { title: "Taxable", value: (r) => rupeesText(r.taxable) },
    { title: "CGST", value: (r) => rupeesText(r.cgst) },
    { title: "SGST", value: (r) => rupeesText(r.sgst) },
    { title: "UTGST", value: (r) => rupeesText(r.utgst) },
    { title: "IGST", value: (r) => rupeesText(r.igst) },
    { title: "Cess", value: (r) => rupeesText(r.cess) },
    { title: "Round-off", value: (r) => rupeesText(r.roundOff) },
    { title: "Total", value: (r) => rupeesText(r.total) },
    { title: "IRN", value: (r) => r.irn },
    { title: "Ack No", value: (r) => r.ackNo },
    { title: "Ack Date", value: (r) => r.ackAt },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listInvoices(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(shown) };
  },
});

const invoiceParams = z.object({ invoiceId: idField<"Invoice">() });

export const billingRoutes: Route[] = [
  ...list,
  route({
    method: "GET",
    path: "/invoices/:invoiceId",
    summary: "An invoice with its lines",
    permission: "billing.view",
    params: invoiceParams,
    answer: invoiceDetail,
    handle: async (ctx, { params: { invoiceId } }) => {
      const found = await ctx.db.read(ctx.tenantId, (tx) => invoiceWithLines(ctx, tx, invoiceId));
      return found
        ? ok({ ...shown(found), lines: found.lines })
        : refuse("NOT_FOUND", { what: "invoice", id: invoiceId });
    },
  }),
  route({
    method: "GET",
    path: "/invoices/:invoiceId/pdf",
    summary: "An invoice as PDF, the channel's own where it gave one; a cancelled one says so",
    permission: "billing.view",
    params: invoiceParams,
    handle: (ctx, { params: { invoiceId } }) => invoicePdf(ctx, invoiceId),
  }),
  route({
    method: "PUT",
    path: "/orders/:saleOrderId/buyer-gstin",
    summary: "Correct the buyer's GSTIN before anything of the order is invoiced; null for a consumer",
    permission: "billing.manage",
    params: z.object({ saleOrderId: idField<"SaleOrder">() }),
    body: z.object({ gstin: optionalTextField(20) }),
    answer: z.object({ buyerGstin: z.string().nullable() }),
    handle: (ctx, { params: { saleOrderId }, body }) => correctBuyerGstin(ctx, { saleOrderId, gstin: body.gstin }),
  }),
];

/** For buyers and partners who were given a signed link. */
export const billingPublicRoutes: PublicRoute[] = [
  publicRoute({
    method: "GET",
    path: "/public/invoices/:tenantId/:invoiceId/invoice.pdf",
    summary: "An invoice as PDF, by a signed link",
    params: z.object({ tenantId: idField<"Tenant">(), invoiceId: idField<"Invoice">() }),
    query: z.object({
      expires: z
        .string()
        .regex(/^\d{1,12}$/, "is a number of seconds")
        .transform(Number),
      signature: z.string().max(100),
    }),
    handle: async (call, { params, query }) => {
      const link = { ...params, expires: query.expires };
      const checked = checkInvoiceLink(call.vault, link, query.signature, call.now);
      if (!checked.ok) return checked;
      const { db, documents } = call;
      return invoicePdf({ db, documents, tenantId: params.tenantId, facilities: "all" }, params.invoiceId);
    },
  }),
];
