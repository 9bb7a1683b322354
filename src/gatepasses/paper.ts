import { z } from "zod";
import type { BasisPoints, Paise } from "../kernel/index.ts";

/**
 * Everything that a gatepass or its tax paper prints, as plain JSON: stored with a numbered paper, so that a reprint years
 * later is the same. Contents: CGST Rules, rule 55 (delivery challan), 46 (invoice), 53 (credit and debit notes).
 */

/** The layout that `paper-pdf.ts` draws. A new layout is a new number, and the old one stays drawable. */
export const PAPER_TEMPLATE_VERSION = 1;

/** What each kind is called on paper. */
export const PAPER_TITLES = {
  GATEPASS: "Gatepass",
  DELIVERY_CHALLAN: "Delivery Challan",
  TAX_INVOICE: "Tax Invoice",
  BILL_OF_SUPPLY: "Bill of Supply",
  DEBIT_NOTE: "Debit Note",
  CREDIT_NOTE: "Credit Note",
} as const;

const money = z.custom<Paise>((value) => Number.isSafeInteger(value), "an amount is whole paise");
const rate = z.custom<BasisPoints>(
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  "a rate is basis points",
);
const text = z.string().max(2_000);
const state = z.strictObject({ name: text, code: z.string().regex(/^\d{2}$/) });
const side = z.strictObject({
  name: text,
  addressLines: z.array(text).max(8),
  state,
  gstin: z.string().max(15).nullable(),
  phone: text.nullable(),
});
const taxHead = z.enum(["CGST", "SGST", "UTGST", "IGST", "CESS"]);
const tax = z.strictObject({ head: taxHead, amount: money });

const line = z.strictObject({
  description: text,
  sku: text,
  hsn: z.string().max(8).nullable(),
  /** Where the goods are fetched, on the gatepass itself. */
  shelf: text.nullable(),
  grade: text.nullable(),
  quantity: z.int().positive(),
  unitPrice: money,
  gstBps: rate,
  taxable: money,
  taxes: z.array(tax).max(3),
  total: money,
});

export const paperSchema = z.strictObject({
  templateVersion: z.literal(PAPER_TEMPLATE_VERSION),
  kind: z.enum(["GATEPASS", "DELIVERY_CHALLAN", "TAX_INVOICE", "BILL_OF_SUPPLY", "DEBIT_NOTE", "CREDIT_NOTE"]),
  number: z.string().min(1).max(48),
  issuedOn: z.iso.date(),
  cancelled: z.boolean(),
  /** Nothing may leave on it yet: a gatepass that is not issued, an invoice that waits for its IRN. */
  draft: z.boolean(),
  gatepassCode: text,
  /** Why the goods leave, in words: "Stock transfer". */
  movement: text,
  purpose: text,
  reference: text.nullable(),
  /** The invoice that a note changes. */
  against: z.strictObject({ number: text, issuedOn: z.iso.date() }).nullable(),
  from: side,
  to: side,
  placeOfSupply: state,
  lines: z.array(line).min(1).max(1_000),
  totals: z.strictObject({
    quantity: z.int(),
    taxable: money,
    taxes: z.array(tax).max(3),
    total: money,
  }),
  amountInWords: text,
  /** The signed QR of an e-invoice. */
  eInvoice: z
    .strictObject({
      irn: text,
      acknowledgementNumber: text,
      acknowledgedOn: z.iso.date(),
      signedQr: z.string().max(2_500),
    })
    .nullable(),
  declaration: text.nullable(),
});

export type Paper = z.infer<typeof paperSchema>;
export type PaperSide = z.infer<typeof side>;
export type PaperTax = z.infer<typeof tax>;
