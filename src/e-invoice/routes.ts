import { z } from "zod";
import { ok, refuse } from "../kernel/index.ts";
import { idField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { saveAccount, verifyAccount } from "./account.ts";
import { cancelEInvoice, tryNow } from "./actions.ts";
import { E_INVOICE_STATES, SUBJECT_TYPES } from "./lifecycle.ts";
import { cancelBy } from "./need.ts";
import {
  E_INVOICE_TABS,
  type EInvoiceListRow,
  eInvoiceWithin,
  exchangesOf,
  listAccounts,
  listEInvoices,
} from "./queries.ts";
import { tenantIsSandbox } from "./store.ts";

const nullableText = z.string().nullable();
const VIEW = "billing.view";
const MANAGE = "billing.manage";

const eInvoiceRow = z.object({
  eInvoiceId: z.string(),
  subjectType: z.enum(SUBJECT_TYPES),
  subjectId: z.string(),
  facilityCode: z.string(),
  gstin: z.string(),
  documentType: z.enum(["INV", "CRN"]),
  number: z.string(),
  issuedOn: z.string(),
  buyerGstin: z.string(),
  buyer: z.string(),
  total: z.number(),
  wish: z.enum(["REGISTER", "CANCEL"]),
  state: z.enum(E_INVOICE_STATES),
  attempts: z.number().int(),
  advice: nullableText,
  code: nullableText,
  words: nullableText,
  said: nullableText,
  whatToDo: nullableText,
  nextAttemptAt: nullableText,
  irn: nullableText,
  ackNo: nullableText,
  ackAt: nullableText,
  cancelBy: nullableText,
  proved: z.boolean().nullable(),
  handedAt: nullableText,
  cancelledAt: nullableText,
  createdAt: z.string(),
  /** What a person may do now. */
  allowed: z.array(z.enum(["tryNow", "cancel"])),
});

type Shown = z.input<typeof eInvoiceRow>;

function shown(row: EInvoiceListRow, now: Temporal.Instant): Shown {
  const until = row.ackAt === null ? null : cancelBy(row.ackAt);
  const inTime = until === null || Temporal.Instant.compare(now, until) < 0;
  const waitsForSubject = row.state === "ACTIVE" && row.handedAt === null;
  const mayTry = waitsForSubject || row.state === "WAITING" || row.state === "BLOCKED";
  return {
    ...row,
    issuedOn: row.issuedOn.toString(),
    nextAttemptAt: row.nextAttemptAt?.toString() ?? null,
    ackAt: row.ackAt?.toString() ?? null,
    cancelBy: until?.toString() ?? null,
    handedAt: row.handedAt?.toString() ?? null,
    cancelledAt: row.cancelledAt?.toString() ?? null,
    createdAt: row.createdAt.toString(),
    allowed: [
      ...(mayTry ? (["tryNow"] as const) : []),
      ...(row.wish === "REGISTER" && inTime ? (["cancel"] as const) : []),
    ],
  };
}

const exchange = z.object({
  exchangeId: z.string(),
  operation: z.string(),
  at: z.string(),
  durationMs: z.number().nullable(),
  method: z.string(),
  url: z.string(),
  request: z.unknown(),
  status: z.number().nullable(),
  response: z.unknown(),
  outcome: z.string(),
  message: nullableText,
});

const account = z.object({
  gstin: z.string(),
  owners: z.array(z.string()),
  entered: z.boolean(),
  clientId: nullableText,
  username: nullableText,
  state: z.enum(["UNTRIED", "ACCEPTED", "REFUSED"]).nullable(),
  code: nullableText,
  words: nullableText,
  whatToDo: nullableText,
  checkedAt: nullableText,
  setAt: nullableText,
  setBy: nullableText,
  waiting: z.number().int(),
});

const params = z.object({ eInvoiceId: idField<"EInvoice">() });
const ofGstin = z.object({ gstin: z.string().trim().min(15).max(15) });
/** Secrets keep their blanks; empty keeps what is stored. */
const secretField = z.string().max(500).default("");

const listed: Route[] = listRoutes({
  path: "/e-invoices",
  summary: "E-invoices: what was reported to the portal, and what waits",
  permission: VIEW,
  filters: {
    q: searchField,
    state: z.enum(E_INVOICE_STATES).optional(),
    tab: z.enum(E_INVOICE_TABS).optional(),
    gstin: z.string().max(15).optional(),
    facilityId: idField<"Facility">().optional(),
    subjectType: z.enum(SUBJECT_TYPES).optional(),
  },
  row: eInvoiceRow,
  sorts: ["createdAt", "number", "nextAttemptAt"],
  defaultSort: "-createdAt",
  columns: [
    { title: "Number", value: (r) => r.number },
    { title: "Type", value: (r) => r.documentType },
    { title: "Date", value: (r) => r.issuedOn },
    { title: "GSTIN", value: (r) => r.gstin },
    { title: "Buyer GSTIN", value: (r) => r.buyerGstin },
    { title: "Total", value: (r) => r.total.toFixed(2) },
    { title: "State", value: (r) => r.state },
    { title: "Wish", value: (r) => r.wish },
    { title: "NIC code", value: (r) => r.code },
    { title: "Words", value: (r) => r.words },
    { title: "Next attempt", value: (r) => r.nextAttemptAt },
    { title: "IRN", value: (r) => r.irn },
    { title: "Ack No", value: (r) => r.ackNo },
    { title: "Ack date", value: (r) => r.ackAt },
    { title: "Cancelled at", value: (r) => r.cancelledAt },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listEInvoices(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map((row) => shown(row, ctx.now)) };
  },
});

export const eInvoiceRoutes: Route[] = [
  ...listed,
  route({
    method: "GET",
    path: "/e-invoices/:eInvoiceId",
    summary: "An e-invoice with what was said to and fro",
    permission: VIEW,
    params,
    answer: eInvoiceRow.extend({ exchanges: z.array(exchange) }),
    handle: async (ctx, { params: { eInvoiceId } }) => {
      const found = await ctx.db.read(ctx.tenantId, async (tx) => {
        const row = await eInvoiceWithin(ctx, tx, eInvoiceId);
        return row === undefined ? undefined : { row, exchanges: await exchangesOf(tx, eInvoiceId) };
      });
      if (!found) return refuse("NOT_FOUND", { what: "e-invoice", id: eInvoiceId });
      const exchanges = found.exchanges.map((each) => ({ ...each, at: each.at.toString() }));
      return ok({ ...shown(found.row, ctx.now), exchanges });
    },
  }),
  route({
    method: "POST",
    path: "/e-invoices/:eInvoiceId/try-now",
    summary: "Ask the portal again now",
    permission: MANAGE,
    params,
    handle: (ctx, { params: { eInvoiceId } }) => tryNow(ctx, eInvoiceId),
  }),
  route({
    method: "POST",
    path: "/e-invoices/:eInvoiceId/cancel",
    summary: "Cancel a document and its IRN, within 24 hours of the portal's acknowledgement",
    permission: MANAGE,
    params,
    body: z.object({ reason: textField(100) }),
    handle: (ctx, { params: { eInvoiceId }, body }) => cancelEInvoice(ctx, eInvoiceId, body.reason),
  }),
  route({
    method: "GET",
    path: "/e-invoice-accounts",
    summary: "Registrations and their users at the e-invoice portal; never a secret",
    permission: VIEW,
    answer: z.object({ accounts: z.array(account) }),
    handle: async (ctx) => {
      const accounts = await ctx.db.read(ctx.tenantId, (tx) => listAccounts(tx));
      return ok({
        accounts: accounts.map((each) => ({
          ...each,
          checkedAt: each.checkedAt?.toString() ?? null,
          setAt: each.setAt?.toString() ?? null,
        })),
      });
    },
  }),
  route({
    method: "PUT",
    path: "/e-invoice-accounts/:gstin",
    summary: "Enter the user of a registration at the e-invoice portal; an empty secret keeps the stored one",
    permission: "tenant.manage",
    params: ofGstin,
    body: z.object({
      clientId: z.string().max(200),
      clientSecret: secretField,
      username: z.string().max(200),
      password: secretField,
    }),
    answer: z.object({ gstin: z.string(), woken: z.number().int() }),
    handle: async (ctx, { params: { gstin }, body }) => {
      const sandbox = await ctx.db.read(ctx.tenantId, (tx) => tenantIsSandbox(tx));
      return saveAccount(ctx, { gstin, ...body }, { sandbox });
    },
  }),
  route({
    method: "POST",
    path: "/e-invoice-accounts/:gstin/verify",
    summary: "Begin a session at the portal with the stored user",
    permission: "tenant.manage",
    params: ofGstin,
    answer: z.object({ goodUntil: z.string() }),
    handle: (ctx, { params: { gstin } }) => verifyAccount(ctx, gstin.toUpperCase()),
  }),
];
