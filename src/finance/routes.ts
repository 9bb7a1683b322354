import { z } from "zod";
import { rupeesText } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { idField } from "../platform/http/fields.ts";
import { type Route, route } from "../platform/http/route.ts";
import { stateByCode } from "../warehouse/index.ts";
import { monthField, percent } from "./month.ts";
import { type Register, type RegisterFilters, type RegisterRow, registerRows } from "./register.queries.ts";
import { type CsvColumn, streamCsv } from "./stream-csv.ts";
import { documentSeries, type HsnRow, hsnSummary, monthTotals, type SeriesRow } from "./summary.queries.ts";

const PERMISSION = "finance.view";
const query = z.object({
  month: monthField,
  gstin: z
    .string()
    .regex(/^[0-9]{2}[0-9A-Z]{13}$/, "is a GSTIN")
    .optional(),
  facilityId: idField<"Facility">().optional(),
});
const paiseField = z.number().int();
const whole = z.number().int();
const heads = {
  taxable: paiseField,
  cgst: paiseField,
  sgst: paiseField,
  utgst: paiseField,
  igst: paiseField,
  cess: paiseField,
};

/** What a row adds to its register: nothing where its document is cancelled or waits for its IRN. */
const counted = (pick: (row: RegisterRow) => number) => (row: RegisterRow) =>
  rupeesText(row.state === "ISSUED" ? pick(row) : 0);
const grossOf = (row: RegisterRow) =>
  row.taxable + row.cgst + row.sgst + row.utgst + row.igst + row.cess + row.roundOff;

function placeName(code: string): string {
  const state = stateByCode(code);
  return state === null ? code : `${code}-${state.name}`;
}

const documentColumns = (title: string): CsvColumn<RegisterRow>[] => [
  { title: "Supplier GSTIN", value: (r) => r.gstin },
  { title: "Facility", value: (r) => r.facilityCode },
  { title: `${title} Number`, value: (r) => r.number },
  { title: `${title} Date`, value: (r) => r.on.toString() },
  { title: "State", value: (r) => r.state },
  { title: "Document", value: (r) => r.kind },
  { title: "Origin", value: (r) => r.origin },
  { title: "Numbered By", value: (r) => r.numberedBy },
];
const partyColumns: CsvColumn<RegisterRow>[] = [
  { title: "Supply", value: (r) => (r.buyerGstin === null ? "B2C" : "B2B") },
  { title: "Buyer", value: (r) => r.buyer },
  { title: "Buyer GSTIN", value: (r) => r.buyerGstin },
  { title: "Place Of Supply", value: (r) => placeName(r.place) },
  { title: "Reverse Charge", value: () => "N" },
  { title: "Channel", value: (r) => r.channelCode },
  { title: "Order Or Gatepass", value: (r) => r.orderCode },
];
const amountColumns: CsvColumn<RegisterRow>[] = [
  { title: "GST Rate %", value: (r) => percent(r.gstBps) },
  { title: "Cess Rate %", value: (r) => percent(r.cessBps) },
  { title: "Quantity", value: (r) => (r.state === "ISSUED" ? r.quantity : 0) },
  { title: "Taxable Value", value: counted((r) => r.taxable) },
  { title: "CGST", value: counted((r) => r.cgst) },
  { title: "SGST", value: counted((r) => r.sgst) },
  { title: "UTGST", value: counted((r) => r.utgst) },
  { title: "IGST", value: counted((r) => r.igst) },
  { title: "Cess", value: counted((r) => r.cess) },
  { title: "Round-off", value: counted((r) => r.roundOff) },
  { title: "Total", value: counted(grossOf) },
  { title: "Document Value", value: (r) => rupeesText(r.documentTotal) },
  { title: "Not Counted", value: (r) => rupeesText(r.state === "ISSUED" ? 0 : grossOf(r)) },
  { title: "IRN", value: (r) => r.irn },
  { title: "Acknowledgement Number", value: (r) => r.ackNo },
];

const salesColumns: CsvColumn<RegisterRow>[] = [...documentColumns("Invoice"), ...partyColumns, ...amountColumns];
const creditColumns: CsvColumn<RegisterRow>[] = [
  ...documentColumns("Credit Note"),
  { title: "Channel's Series", value: (r) => r.series },
  { title: "Invoice Number", value: (r) => r.against },
  { title: "Invoice Date", value: (r) => r.againstOn?.toString() },
  { title: "Return", value: (r) => r.returnCode },
  ...partyColumns,
  ...amountColumns,
  { title: "Warning", value: (r) => (r.late ? "After 30 November: does not lower tax (CGST Act s.34(2))" : null) },
];

const hsnColumns: CsvColumn<HsnRow>[] = [
  { title: "Supplier GSTIN", value: (r) => r.gstin },
  { title: "Supply", value: (r) => r.supply },
  { title: "HSN", value: (r) => r.hsn },
  { title: "Description", value: (r) => r.description },
  { title: "UQC", value: (r) => r.uqc },
  { title: "Total Quantity", value: (r) => r.quantity },
  { title: "Total Value", value: (r) => rupeesText(r.total) },
  { title: "GST Rate %", value: (r) => percent(r.gstBps) },
  { title: "Cess Rate %", value: (r) => percent(r.cessBps) },
  { title: "Taxable Value", value: (r) => rupeesText(r.taxable) },
  { title: "IGST", value: (r) => rupeesText(r.igst) },
  { title: "CGST", value: (r) => rupeesText(r.cgst) },
  { title: "SGST", value: (r) => rupeesText(r.sgst) },
  { title: "UTGST", value: (r) => rupeesText(r.utgst) },
  { title: "Cess", value: (r) => rupeesText(r.cess) },
];

/** As GSTR-1 table 13 calls them. */
const NATURES: Readonly<Record<string, string>> = {
  SALE_INVOICE: "Invoices for outward supply",
  GATEPASS_INVOICE: "Invoices for outward supply",
  SALE_RETURN_INVOICE: "Credit Note",
  GATEPASS_RETURN_INVOICE: "Credit Note",
  PURCHASE_RETURN_INVOICE: "Debit Note",
  DELIVERY_CHALLAN: "Delivery Challan",
};

const seriesColumns: CsvColumn<SeriesRow>[] = [
  { title: "Supplier GSTIN", value: (r) => r.gstin },
  { title: "Nature Of Document", value: (r) => NATURES[r.documentType] ?? r.documentType },
  { title: "Series Of", value: (r) => r.documentType },
  { title: "Numbered By", value: (r) => r.numberedBy },
  { title: "Owner", value: (r) => r.owner },
  { title: "Prefix", value: (r) => r.prefix },
  { title: "Sr. No. From", value: (r) => r.first },
  { title: "Sr. No. To", value: (r) => r.last },
  { title: "Total Number", value: (r) => r.count },
  { title: "Cancelled", value: (r) => r.cancelled },
  { title: "Waiting For IRN", value: (r) => r.pending },
  { title: "Net Issued", value: (r) => r.net },
];

type Query = z.output<typeof query>;

const fileName = (what: string, { month, gstin }: Query) => `${what}-${month.name}${gstin ? `-${gstin}` : ""}.csv`;

function registerRoute(path: string, summary: string, register: Register, columns: CsvColumn<RegisterRow>[]): Route {
  return route({
    method: "GET",
    path: `/finance/${path}.csv`,
    summary,
    permission: PERMISSION,
    query,
    handle: async (ctx, input) =>
      streamCsv(ctx, fileName(path, input.query), columns, (tx) => registerRows(ctx, tx, register, input.query)),
  });
}

/** A summary as CSV: few rows, read at once. */
function summaryCsv<Row>(
  path: string,
  summary: string,
  columns: CsvColumn<Row>[],
  read: (ctx: Ctx, tx: Tx, filters: RegisterFilters) => Promise<Row[]>,
): Route {
  return route({
    method: "GET",
    path: `/finance/${path}.csv`,
    summary: `${summary}, as CSV`,
    permission: PERMISSION,
    query,
    handle: async (ctx, input) =>
      streamCsv(ctx, fileName(path, input.query), columns, async function* (tx) {
        yield await read(ctx, tx, input.query);
      }),
  });
}

export const financeRoutes: Route[] = [
  registerRoute("sales-register", "Sales register of a month, by invoice and rate, as CSV", "SALES", salesColumns),
  registerRoute(
    "credit-note-register",
    "Credit-note register of a month, by credit note and rate, as CSV",
    "CREDIT_NOTES",
    creditColumns,
  ),
  route({
    method: "GET",
    path: "/finance/hsn-summary",
    summary: "HSN summary of a month, net of credit notes",
    permission: PERMISSION,
    query,
    answer: z.object({
      rows: z.array(
        z.object({
          gstin: z.string().nullable(),
          supply: z.enum(["B2B", "B2C"]),
          hsn: z.string(),
          description: z.string(),
          uqc: z.string(),
          gstBps: whole,
          cessBps: whole,
          quantity: whole,
          ...heads,
          total: paiseField,
        }),
      ),
    }),
    handle: async (ctx, input) => ({
      rows: await ctx.db.snapshot(ctx.tenantId, (tx) => hsnSummary(ctx, tx, input.query)),
    }),
  }),
  summaryCsv("hsn-summary", "HSN summary of a month, net of credit notes", hsnColumns, hsnSummary),
  route({
    method: "GET",
    path: "/finance/document-series",
    summary: "Document series of a month: first, last, count and cancelled (GSTR-1 table 13)",
    permission: PERMISSION,
    query,
    answer: z.object({
      rows: z.array(
        z.object({
          gstin: z.string().nullable(),
          documentType: z.string(),
          nature: z.string(),
          numberedBy: z.enum(["SERIES", "CHANNEL"]),
          owner: z.string(),
          prefix: z.string(),
          first: z.string(),
          last: z.string(),
          firstOn: z.string(),
          lastOn: z.string(),
          count: whole,
          cancelled: whole,
          pending: whole,
          net: whole,
        }),
      ),
    }),
    handle: async (ctx, input) => {
      const rows = await ctx.db.snapshot(ctx.tenantId, (tx) => documentSeries(ctx, tx, input.query));
      return {
        rows: rows.map((row) => ({
          ...row,
          nature: NATURES[row.documentType] ?? row.documentType,
          firstOn: row.firstOn.toString(),
          lastOn: row.lastOn.toString(),
        })),
      };
    },
  }),
  summaryCsv(
    "document-series",
    "Document series of a month: first, last, count and cancelled (GSTR-1 table 13)",
    seriesColumns,
    documentSeries,
  ),
  route({
    method: "GET",
    path: "/finance/summary",
    summary: "What a month comes to by registration: sales and credit notes",
    permission: PERMISSION,
    query,
    answer: z.object({
      rows: z.array(
        z.object({
          gstin: z.string().nullable(),
          what: z.enum(["SALES", "CREDIT_NOTES"]),
          documents: whole,
          cancelled: whole,
          pending: whole,
          ...heads,
          roundOff: paiseField,
          total: paiseField,
        }),
      ),
    }),
    handle: async (ctx, input) => ({
      rows: await ctx.db.snapshot(ctx.tenantId, (tx) => monthTotals(ctx, tx, input.query)),
    }),
  }),
];
