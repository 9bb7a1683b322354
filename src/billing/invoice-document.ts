import { z } from "zod";
import type { BasisPoints, Paise } from "../kernel/index.ts";

/**
 * Everything that an invoice prints, as plain JSON: stored with the invoice when it gets its number, so that a reprint
 * years later shows the same paper whatever has changed since. Drawing adds nothing and works nothing out: all amounts
 * and sums come from the tax rules and stand here. Contents: CGST Rules, rule 46 (tax invoice), 49 (bill of supply),
 * 53 (credit note).
 */

/** The layout that `invoice-pdf.ts` draws. A new layout is a new number, and the old one stays drawable. */
export const INVOICE_TEMPLATE_VERSION = 1;

/** What each kind is called on paper. */
export const INVOICE_TITLES = {
  TAX_INVOICE: "Tax Invoice",
  BILL_OF_SUPPLY: "Bill of Supply",
  CREDIT_NOTE: "Credit Note",
} as const;

const money = z.custom<Paise>((value) => Number.isSafeInteger(value), "an amount is whole paise");
const rate = z.custom<BasisPoints>(
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  "a rate is basis points",
);
const isoDay = z.iso.date();
const text = z.string().max(2_000);

const state = z.strictObject({ name: text, code: z.string().regex(/^\d{2}$/) });

const party = z.strictObject({
  name: text,
  /** Street, locality, city and pincode as they are to stand, a line each. */
  addressLines: z.array(text).max(8),
  state: state.nullable(),
  gstin: z.string().max(15).nullable(),
  phone: text.nullable(),
  email: text.nullable(),
});

const taxHead = z.enum(["CGST", "SGST", "UTGST", "IGST", "CESS"]);
/** `rateBps` is null where the head is a fixed amount a unit (some cess). */
const tax = z.strictObject({ head: taxHead, rateBps: rate.nullable(), amount: money });

const line = z.strictObject({
  description: text,
  sku: text.nullable(),
  hsn: z.string().max(8),
  quantity: z.int().positive(),
  /** Unit quantity code, such as NOS, PCS, KGS. */
  unit: z.string().max(10),
  unitPrice: money,
  discount: money,
  /** Shipping, COD fee and gift wrap billed with this line; they take its rate. */
  charges: money,
  taxable: money,
  taxes: z.array(tax).max(5),
  total: money,
});

/** A charge billed as a line of its own. */
const otherCharge = z.strictObject({
  label: text,
  hsn: z.string().max(8).nullable(),
  taxable: money,
  taxes: z.array(tax).max(5),
  total: money,
});

export const invoiceDocumentSchema = z.strictObject({
  templateVersion: z.literal(INVOICE_TEMPLATE_VERSION),
  kind: z.enum(["TAX_INVOICE", "BILL_OF_SUPPLY", "CREDIT_NOTE"]),
  /** Our own series give up to 16 characters (rule 46); a channel's number stands as the channel gave it. */
  number: z.string().min(1).max(50),
  /** The channel whose number, date and rates these are; absent on what our own series numbers. */
  numberedBy: text.optional(),
  issuedOn: isoDay,
  /** Of a credit note: the invoice it reverses. */
  against: z.strictObject({ number: z.string(), issuedOn: isoDay }).nullable(),
  cancelled: z.boolean(),
  /** A reprint: says COPY instead of "Original for recipient". */
  copy: z.boolean(),
  supplier: party,
  billTo: party,
  shipTo: party,
  channelName: text,
  orderNumber: text,
  orderedOn: isoDay,
  packageCode: text.nullable(),
  shipment: z.strictObject({ courier: text, awb: text }).nullable(),
  placeOfSupply: state,
  reverseCharge: z.boolean(),
  /** Whether unit prices and discounts have the tax in them, as marketplaces quote them. */
  pricesIncludeTax: z.boolean(),
  lines: z.array(line).min(1).max(1_000),
  otherCharges: z.array(otherCharge).max(20),
  totals: z.strictObject({
    quantity: z.int(),
    taxable: money,
    taxes: z.array(z.strictObject({ head: taxHead, amount: money })).max(5),
    /** Added to reach a whole rupee; zero is not printed. */
    roundOff: money,
    payable: money,
  }),
  /** What of the total is shipping, COD fee, gift wrap: for information, already in the lines. */
  chargesIncluded: z.array(z.strictObject({ label: text, amount: money })).max(10),
  hsnSummary: z
    .array(z.strictObject({ hsn: z.string().max(8), taxable: money, taxes: z.array(tax).max(5), tax: money }))
    .max(1_000),
  amountInWords: text,
  payment: z.strictObject({
    /** As people read it: "Prepaid", "Cash on delivery". */
    mode: text,
    /** What the courier collects; zero when paid. */
    collect: money,
    /** Transaction id, time and amount of an online payment (asked of large sellers instead of a payment QR). */
    reference: text.nullable(),
  }),
  /** Payment QR, or the signed QR of an e-invoice. */
  qr: z.strictObject({ payload: z.string().min(1).max(2_500), caption: text }).nullable(),
  eInvoice: z.strictObject({ irn: text, acknowledgementNumber: text, acknowledgedOn: isoDay }).nullable(),
  signatory: text,
  declaration: text.nullable(),
  terms: z.array(text).max(12),
});

export type InvoiceDocument = z.infer<typeof invoiceDocumentSchema>;
export type InvoiceParty = z.infer<typeof party>;
export type InvoiceLine = z.infer<typeof line>;
export type InvoiceTax = z.infer<typeof tax>;
export type TaxHead = z.infer<typeof taxHead>;
