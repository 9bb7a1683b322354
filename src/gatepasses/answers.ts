import { z } from "zod";
import { GATEPASS_TYPES, gatepassLifecycle, LINE_TYPES, OUTCOMES } from "./gatepass.ts";
import { PAPER_KINDS } from "./paper-rules.ts";
import type { GatepassRow } from "./queries.ts";

const nullableText = z.string().nullable();
const whole = z.number().int();

const partyAnswer = z.object({
  name: z.string(),
  line1: z.string(),
  line2: nullableText,
  city: z.string(),
  stateCode: z.string(),
  pincode: z.string(),
  gstin: nullableText,
  phone: nullableText,
});
export const rowAnswer = z.object({
  gatepassId: z.string(),
  code: z.string(),
  type: z.enum(GATEPASS_TYPES),
  state: z.enum(gatepassLifecycle.states),
  facilityId: z.string(),
  facility: z.string(),
  toFacilityId: nullableText,
  toFacility: nullableText,
  party: partyAnswer.nullable(),
  /** Who gets the goods: the facility's code or the party's name. */
  to: z.string(),
  purpose: z.string(),
  reference: nullableText,
  vendorInvoiceNumber: nullableText,
  vendorInvoiceOn: nullableText,
  lines: whole,
  pieces: whole,
  /** Pieces that left and are neither here nor there. */
  outstanding: whole,
  lost: whole,
  /** Paise, without tax. */
  value: whole,
  /** Numbers of its tax papers, oldest first. */
  documents: z.array(z.string()).readonly(),
  createdAt: z.string(),
  createdBy: z.string(),
  issuedAt: nullableText,
  issuedBy: nullableText,
  shortAt: nullableText,
  shortBy: nullableText,
  shortNote: nullableText,
  closedAt: nullableText,
  closedBy: nullableText,
  cancelledAt: nullableText,
  cancelledBy: nullableText,
  cancelReason: nullableText,
});
const lineAnswer = z.object({
  lineId: z.string(),
  lineNo: whole,
  skuId: z.string(),
  sku: z.string(),
  name: z.string(),
  hsn: nullableText,
  shelf: z.string(),
  inventoryType: z.enum(LINE_TYPES),
  quantity: whole,
  /** Paise of one piece, without tax. */
  price: whole,
  received: whole,
  back: whole,
  lost: whole,
  outstanding: whole,
});
const documentAnswer = z.object({
  documentId: z.string(),
  kind: z.enum(PAPER_KINDS),
  title: z.string(),
  number: z.string(),
  state: z.enum(["ISSUED", "CANCELLED", "IRN_PENDING"]),
  issuedOn: z.string(),
  taxable: whole,
  taxes: z.array(z.object({ head: z.string(), amount: whole })),
  total: whole,
  against: nullableText,
  irn: nullableText,
  /** Why it has no IRN yet, in words, and what to do; null where it waits for none. */
  waits: z.object({ reason: z.string(), whatToDo: z.string() }).nullable(),
});
const receiptAnswer = z.object({
  receiptId: z.string(),
  outcome: z.enum(OUTCOMES),
  note: nullableText,
  at: z.string(),
  by: z.string(),
  pieces: whole,
  skus: z.array(z.string()).readonly(),
});
export const detailAnswer = rowAnswer.extend({
  items: z.array(lineAnswer),
  papers: z.array(documentAnswer),
  receipts: z.array(receiptAnswer),
  /** Arrived pieces by facility: how many wait for their shelf, how many lie on one. */
  putaway: z.array(z.object({ facility: z.string(), waiting: whole, done: whole })).readonly(),
  /** What will happen on issue: the paper that goes with the goods, or why it cannot be issued yet. */
  willIssue: z.object({ title: nullableText, refusal: nullableText, total: whole.nullable() }).nullable(),
  /** What may be done with it now by who works in its facilities: edit, issue, cancel, receive, reportShort, back, lost, recall. */
  allowed: z.array(z.string()),
});
export const issuedAnswer = z.object({
  state: z.enum(gatepassLifecycle.states),
  paper: z.object({
    documentId: z.string(),
    kind: z.enum(PAPER_KINDS),
    number: z.string(),
    /** The portal is asked for its IRN: the goods must not leave before it is there. */
    awaitsIrn: z.boolean(),
  }),
  existed: z.boolean(),
});
export const outcomeAnswer = z.object({
  state: z.enum(gatepassLifecycle.states),
  outstanding: whole,
  creditNote: issuedAnswer.shape.paper.nullable(),
});

export type GatepassRowAnswer = z.input<typeof rowAnswer>;
export type GatepassDetailAnswer = z.input<typeof detailAnswer>;

export function rowOf(row: GatepassRow): GatepassRowAnswer {
  return {
    ...row,
    vendorInvoiceOn: row.vendorInvoiceOn?.toString() ?? null,
    createdAt: row.createdAt.toString(),
    issuedAt: row.issuedAt?.toString() ?? null,
    shortAt: row.shortAt?.toString() ?? null,
    closedAt: row.closedAt?.toString() ?? null,
    cancelledAt: row.cancelledAt?.toString() ?? null,
  };
}
