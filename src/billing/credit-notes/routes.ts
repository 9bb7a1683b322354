import { z } from "zod";
import { ok, paise, refuse, rupeesText } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { PDF_BYTES_MAX } from "../../platform/documents/index.ts";
import { idField, searchField } from "../../platform/http/fields.ts";
import { listRoutes } from "../../platform/http/list.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { explain } from "../../platform/refusals.ts";
import { PDF_DOCUMENTS_MAX } from "../print-invoices.ts";
import { takeDue } from "./ask-credit-note.ts";
import { lateWords } from "./credit-document.ts";
import type { CreditNoteDueId } from "./credit-facts.ts";
import { creditUnits, totalOf } from "./credit-rules.ts";
import { readDue } from "./due.store.ts";
import { FETCH_MAX, fetchMany } from "./fetch-many.ts";
import { creditNotesPdf } from "./print-credit-notes.ts";
import {
  type CreditNoteRow,
  creditNoteWithLines,
  creditOfInvoice,
  listCreditNotes,
  listPending,
  type PendingRow,
  pendingById,
} from "./queries.ts";
import { cancelCreditNote } from "./register-credit.ts";
import type { DueResult } from "./settle-due.ts";
import { readOriginal } from "./store.ts";
import { uploadCreditNote } from "./upload-credit-note.ts";

const STATES = ["ISSUED", "CANCELLED", "IRN_PENDING"] as const;
const KINDS = ["RTO", "CIR"] as const;
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

const noteRow = z.object({
  creditNoteId: z.string(),
  number: z.string(),
  /** The channel's name for its series. */
  series: z.string().nullable(),
  numberedBy: z.enum(["SERIES", "CHANNEL"]),
  code: z.string(),
  state: z.enum(STATES),
  issuedOn: z.string(),
  issuedAt: z.string(),
  cancelledAt: z.string().nullable(),
  invoiceId: z.string(),
  invoiceNumber: z.string(),
  invoicedOn: z.string(),
  taxLoweredBy: z.string(),
  /** Words, where it came too late to lower tax. */
  warning: z.string().nullable(),
  returnCaseId: z.string().nullable(),
  returnCode: z.string().nullable(),
  kind: z.enum(KINDS).nullable(),
  orderCode: z.string(),
  saleOrderId: z.string(),
  packageCode: z.string(),
  channelCode: z.string(),
  facilityCode: z.string(),
  sellerGstin: z.string().nullable(),
  buyer: z.string(),
  buyerGstin: z.string().nullable(),
  placeOfSupply: z.string(),
  irn: z.string().nullable(),
  enteredBy: z.string().nullable(),
  exchangeId: z.string().nullable(),
  channelTaxable: paiseField.nullable(),
  channelTax: paiseField.nullable(),
  quantity: z.number().int(),
  ...amounts,
  roundOff: paiseField,
});

const noteDetail = noteRow.extend({
  lines: z.array(
    z.object({
      lineNo: z.number().int(),
      invoiceLineNo: z.number().int(),
      sku: z.string(),
      description: z.string(),
      hsn: z.string().nullable(),
      quantity: z.number().int(),
      unitIds: z.array(z.string()),
      gstBps: z.number().int(),
      cessBps: z.number().int(),
      ...amounts,
    }),
  ),
});

function shown({ late, ...row }: CreditNoteRow): z.input<typeof noteRow> {
  return {
    ...row,
    issuedOn: row.issuedOn.toString(),
    issuedAt: row.issuedAt.toString(),
    cancelledAt: row.cancelledAt?.toString() ?? null,
    invoicedOn: row.invoicedOn.toString(),
    taxLoweredBy: row.taxLoweredBy.toString(),
    warning: late ? lateWords(row.taxLoweredBy) : null,
  };
}

const notes = listRoutes({
  path: "/credit-notes",
  summary: "Credit notes",
  permission: "billing.view",
  filters: {
    q: searchField,
    state: z.enum(STATES).optional(),
    kind: z.enum(KINDS).optional(),
    numberedBy: z.enum(["SERIES", "CHANNEL"]).optional(),
    channelId: idField<"Channel">().optional(),
    facilityId: idField<"Facility">().optional(),
    invoiceId: idField<"Invoice">().optional(),
    saleOrderId: idField<"SaleOrder">().optional(),
    returnCaseId: idField<"ReturnCase">().optional(),
    from: day.optional(),
    to: day.optional(),
  },
  row: noteRow,
  sorts: ["issuedAt", "number", "total"],
  defaultSort: "-issuedAt",
  columns: [
    { title: "Credit Note Number", value: (r) => r.number },
    { title: "Credit Note Date", value: (r) => r.issuedOn },
    { title: "State", value: (r) => r.state },
    { title: "Numbered By", value: (r) => r.numberedBy },
    { title: "Channel's Series", value: (r) => r.series },
    { title: "Invoice Number", value: (r) => r.invoiceNumber },
    { title: "Invoice Date", value: (r) => r.invoicedOn },
    { title: "Return", value: (r) => r.returnCode },
    { title: "Kind", value: (r) => r.kind },
    { title: "Order", value: (r) => r.orderCode },
    { title: "Package", value: (r) => r.packageCode },
    { title: "Channel", value: (r) => r.channelCode },
    { title: "Facility", value: (r) => r.facilityCode },
    { title: "Seller GSTIN", value: (r) => r.sellerGstin },
    { title: "Buyer", value: (r) => r.buyer },
    { title: "Buyer GSTIN", value: (r) => r.buyerGstin },
    { title: "Place of Supply", value: (r) => r.placeOfSupply },
    { title: "IRN", value: (r) => r.irn },
    { title: "Quantity", value: (r) => r.quantity },
    { title: "Taxable", value: (r) => rupeesText(r.taxable) },
    { title: "CGST", value: (r) => rupeesText(r.cgst) },
    { title: "SGST", value: (r) => rupeesText(r.sgst) },
    { title: "UTGST", value: (r) => rupeesText(r.utgst) },
    { title: "IGST", value: (r) => rupeesText(r.igst) },
    { title: "Cess", value: (r) => rupeesText(r.cess) },
    { title: "Round-off", value: (r) => rupeesText(r.roundOff) },
    { title: "Total", value: (r) => rupeesText(r.total) },
    { title: "Warning", value: (r) => r.warning },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listCreditNotes(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(shown) };
  },
});

const PENDING_STATES = ["ASKING", "WAITING", "FAILED", "IRN_PENDING"] as const;

/** Why there is none yet, in words. */
const whyRow = z.object({ code: z.string(), message: z.string(), whatToDo: z.string() });

const pendingRow = z.object({
  dueId: z.string(),
  returnCaseId: z.string(),
  returnCode: z.string(),
  kind: z.enum(KINDS),
  reason: z.string().nullable(),
  orderCode: z.string(),
  saleOrderId: z.string(),
  packageCode: z.string(),
  shippingPackageId: z.string(),
  invoiceId: z.string(),
  invoiceNumber: z.string(),
  channelCode: z.string(),
  channelId: z.string(),
  source: z.string(),
  facilityCode: z.string(),
  units: z.number().int(),
  madeBy: z.enum(["US", "CHANNEL"]),
  state: z.enum(PENDING_STATES),
  /** It waits since then: its age. */
  putAwayAt: z.string(),
  attempts: z.number().int(),
  /** The last error, in our words; null before the first try. */
  lastError: whyRow.nullable(),
  /** In the channel's words. */
  channelSays: z.string().nullable(),
  exchangeId: z.string().nullable(),
  nextAttemptAt: z.string().nullable(),
  creditNoteId: z.string().nullable(),
  creditNoteNumber: z.string().nullable(),
  updatedAt: z.string(),
  /** What a person may do now. */
  actions: z.array(z.enum(["FETCH", "MAKE", "UPLOAD", "ACCEPT"])),
});

function pendingShown(row: PendingRow): z.input<typeof pendingRow> {
  const { code, facts, words, portalCode, portalWords, portalWhatToDo, portalNextAt, ...shownAsIs } = row;
  const own = code === null ? null : explain({ code, facts });
  // One that waits for its IRN shows what the portal says.
  const portal =
    portalWords === null
      ? null
      : {
          code: portalCode ?? "EINVOICE_WAITING",
          message: portalWords,
          whatToDo: portalWhatToDo ?? "",
        };
  return {
    ...shownAsIs,
    putAwayAt: row.putAwayAt.toString(),
    lastError: row.state === "IRN_PENDING" ? portal : own,
    channelSays: words,
    nextAttemptAt: (row.state === "IRN_PENDING" ? portalNextAt : row.nextAttemptAt)?.toString() ?? null,
    updatedAt: row.updatedAt.toString(),
    actions: actionsOf(row),
  };
}

function actionsOf(row: Pick<PendingRow, "state" | "madeBy" | "code">): ("FETCH" | "MAKE" | "UPLOAD" | "ACCEPT")[] {
  if (row.state === "IRN_PENDING") return [];
  if (row.madeBy === "US") return ["MAKE"];
  const fetch = row.state === "ASKING" || row.code === "CREDIT_NOTE_BY_HAND" ? [] : (["FETCH"] as const);
  return [...fetch, "UPLOAD", ...(row.code === "CREDIT_NOTE_AMOUNTS_DIFFER" ? (["ACCEPT"] as const) : [])];
}

const pending = listRoutes({
  path: "/pending-credit-notes",
  summary: "Returns that wait for their credit note: Pending RTO invoice, Pending CIR Return Invoice",
  permission: "returns.view",
  filters: {
    q: searchField,
    kind: z.enum(KINDS).optional(),
    state: z.enum(PENDING_STATES).optional(),
    madeBy: z.enum(["US", "CHANNEL"]).optional(),
    channelId: idField<"Channel">().optional(),
    facilityId: idField<"Facility">().optional(),
    returnCaseId: idField<"ReturnCase">().optional(),
  },
  row: pendingRow,
  sorts: ["putAwayAt", "nextAttemptAt", "attempts"],
  columns: [
    { title: "Return", value: (r) => r.returnCode },
    { title: "Kind", value: (r) => r.kind },
    { title: "Order", value: (r) => r.orderCode },
    { title: "Package", value: (r) => r.packageCode },
    { title: "Invoice", value: (r) => r.invoiceNumber },
    { title: "Channel", value: (r) => r.channelCode },
    { title: "Facility", value: (r) => r.facilityCode },
    { title: "Units", value: (r) => r.units },
    { title: "Made By", value: (r) => r.madeBy },
    { title: "State", value: (r) => r.state },
    { title: "Waiting Since", value: (r) => r.putAwayAt },
    { title: "Attempts", value: (r) => r.attempts },
    { title: "Last Error", value: (r) => r.lastError?.message },
    { title: "Channel Says", value: (r) => r.channelSays },
    { title: "Next Attempt", value: (r) => r.nextAttemptAt },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listPending(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(pendingShown) };
  },
});

const dueResult = z.object({
  dueId: z.string(),
  outcome: z.enum(["DONE", "WAITING", "FAILED", "UNCHANGED"]),
  creditNoteNumber: z.string().nullable(),
  refusal: whyRow.nullable(),
});

function resultShown({ dueId, outcome, number, refusal }: DueResult): z.input<typeof dueResult> {
  return { dueId, outcome, creditNoteNumber: number, refusal: refusal === null ? null : explain(refusal) };
}

const noteParams = z.object({ creditNoteId: idField<"CreditNote">() });
const dueParams = z.object({ dueId: idField<"CreditNoteDue">() });
/** The file as base64, and what stands beside it. */
const UPLOAD_BYTES_MAX = Math.ceil((PDF_BYTES_MAX * 4) / 3) + 64 * 1024;

/** What is to be given back, for the form beside the channel's paper. */
async function expectedOf(ctx: Ctx, dueId: CreditNoteDueId) {
  return ctx.db.read(ctx.tenantId, async (tx) => {
    const row = await pendingById(ctx, tx, dueId);
    const due = row === undefined ? undefined : await readDue(tx, ctx, dueId);
    const original = due === undefined ? undefined : await readOriginal(tx, due.invoiceId, false);
    if (row === undefined || due === undefined || original === undefined)
      return refuse("NOT_FOUND", { what: "pending credit note", id: dueId });
    const credit = creditUnits(original, due.unitIds);
    const sums = credit.ok
      ? {
          taxable: credit.value.amounts.taxable,
          tax: totalOf(credit.value.amounts) - credit.value.amounts.taxable,
          total: credit.value.total,
        }
      : null;
    return ok({ ...pendingShown(row), expected: sums });
  });
}

export const creditNoteRoutes: Route[] = [
  ...notes,
  route({
    method: "GET",
    path: "/credit-notes/:creditNoteId",
    summary: "A credit note with its lines",
    permission: "billing.view",
    params: noteParams,
    answer: noteDetail,
    handle: async (ctx, { params: { creditNoteId } }) => {
      const found = await ctx.db.read(ctx.tenantId, (tx) => creditNoteWithLines(ctx, tx, creditNoteId));
      return found
        ? ok({ ...shown(found), lines: found.lines })
        : refuse("NOT_FOUND", { what: "credit note", id: creditNoteId });
    },
  }),
  route({
    method: "GET",
    path: "/credit-notes/:creditNoteId/pdf",
    summary: "A credit note as PDF, the channel's own where there is one; a cancelled one says so",
    permission: "billing.view",
    params: noteParams,
    handle: (ctx, { params: { creditNoteId } }) => creditNotesPdf(ctx, [creditNoteId]),
  }),
  route({
    method: "POST",
    path: "/credit-notes/print",
    summary: "Credit notes as one PDF, in the order given",
    permission: "billing.view",
    body: z.object({ creditNoteIds: z.array(idField<"CreditNote">()).min(1).max(PDF_DOCUMENTS_MAX) }),
    handle: (ctx, { body }) => creditNotesPdf(ctx, body.creditNoteIds),
  }),
  route({
    method: "POST",
    path: "/credit-notes/:creditNoteId/cancel",
    summary: "Cancel a credit note: it keeps its number, and its return waits for another one",
    permission: "billing.manage",
    params: noteParams,
    body: z.object({ reason: z.string().trim().min(3).max(200) }),
    handle: (ctx, { params, body }) => cancelCreditNote(ctx, params.creditNoteId, body.reason),
  }),
  route({
    method: "GET",
    path: "/invoices/:invoiceId/credit",
    summary: "What was given back of an invoice, and what is left",
    permission: "billing.view",
    params: z.object({ invoiceId: idField<"Invoice">() }),
    answer: z.object({
      creditedPaise: paiseField,
      leftPaise: paiseField,
      lines: z.array(
        z.object({
          lineNo: z.number().int(),
          sku: z.string(),
          quantity: z.number().int(),
          creditedQuantity: z.number().int(),
          total: paiseField,
          creditedTotal: paiseField,
        }),
      ),
      creditNotes: z.array(noteRow),
    }),
    handle: (ctx, { params: { invoiceId } }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const credit = await creditOfInvoice(ctx, tx, invoiceId);
        if (credit === undefined) return refuse("NOT_FOUND", { what: "invoice", id: invoiceId });
        const page = { limit: 200, offset: 0, sort: "issuedAt", descending: false };
        const { rows } = await listCreditNotes(ctx, tx, { invoiceId }, page);
        return ok({ ...credit, lines: [...credit.lines], creditNotes: rows.map(shown) });
      }),
  }),
  ...pending,
  route({
    method: "GET",
    path: "/pending-credit-notes/:dueId",
    summary: "A return that waits for its credit note, with what is to be given back",
    permission: "returns.view",
    params: dueParams,
    answer: pendingRow.extend({
      expected: z.object({ taxable: paiseField, tax: paiseField, total: paiseField }).nullable(),
    }),
    handle: (ctx, { params: { dueId } }) => expectedOf(ctx, dueId),
  }),
  route({
    method: "POST",
    path: "/pending-credit-notes/fetch",
    summary: "Fetch now: ask channels for credit notes, or make ours; a few at once, more in the background",
    permission: "billing.fetch",
    body: z.object({ dueIds: z.array(idField<"CreditNoteDue">()).min(1).max(FETCH_MAX) }),
    answer: z.object({ results: z.array(dueResult) }),
    handle: async (ctx, { body }) => ({ results: (await fetchMany(ctx, body.dueIds)).map(resultShown) }),
  }),
  route({
    method: "POST",
    path: "/pending-credit-notes/:dueId/accept",
    summary: "Fetch the channel's credit note and take its amounts, although they are not the invoice's share",
    permission: "billing.manage",
    params: dueParams,
    answer: dueResult,
    handle: async (ctx, { params: { dueId } }) => {
      const taken = await takeDue(ctx, dueId, { interactive: true, anew: true, acceptAmounts: true });
      return taken.ok ? ok(resultShown(taken.value)) : taken;
    },
  }),
  route({
    method: "POST",
    path: "/pending-credit-notes/:dueId/upload",
    summary: "Give the channel's credit note by hand: its PDF, number, day and amounts",
    permission: "billing.manage",
    params: dueParams,
    bodyBytesMax: UPLOAD_BYTES_MAX,
    body: z.object({
      number: z.string().trim().min(1).max(50),
      series: z.string().trim().min(1).max(50).nullable().default(null),
      issuedOn: day,
      /** Paise. */
      taxable: z.number().int().min(0),
      /** Paise; all heads together. */
      tax: z.number().int().min(0),
      pdfBase64: z.base64().min(1),
      acceptAmounts: z.boolean().default(false),
    }),
    answer: dueResult,
    handle: async (ctx, { params: { dueId }, body }) => {
      const { number, series, issuedOn, taxable, tax, pdfBase64, acceptAmounts } = body;
      const given = { number, series, on: issuedOn, taxable: paise(taxable), tax: paise(tax), acceptAmounts };
      const taken = await uploadCreditNote(ctx, dueId, { ...given, pdf: Buffer.from(pdfBase64, "base64") });
      return taken.ok ? ok(resultShown(taken.value)) : taken;
    },
  }),
];
