import { z } from "zod";
import type { Paise } from "../kernel/index.ts";

/** A purchase order as the vendor gets it. */

export const PURCHASE_ORDER_TEMPLATE_VERSION = 1;

const money = z.custom<Paise>((value) => Number.isSafeInteger(value) && Number(value) >= 0, "an amount is whole paise");
const text = z.string().max(500);
const address = {
  name: text,
  addressLines: z.array(text).max(8),
  state: text,
  gstin: text.nullable(),
  contact: text.nullable(),
  phone: text.nullable(),
  email: text.nullable(),
};

const line = z.strictObject({
  sku: text,
  vendorSku: text.nullable(),
  name: text,
  hsn: text.nullable(),
  quantity: z.int().positive(),
  unitPrice: money,
  taxable: money,
  gstBps: z.int().nonnegative(),
  tax: money,
  gross: money,
});

export const purchaseOrderDocumentSchema = z.strictObject({
  templateVersion: z.literal(PURCHASE_ORDER_TEMPLATE_VERSION),
  code: z.string().min(1).max(48),
  /** Written at, as an ISO instant: the file's own date. */
  madeAt: z.iso.datetime({ offset: true }),
  /** What stands above it where it is not in force: a draft, or cancelled. */
  standing: z.enum(["DRAFT", "IN_FORCE", "CLOSED", "CANCELLED"]),
  orderedOn: z.iso.date(),
  expectedOn: z.iso.date().nullable(),
  approvedBy: text.nullable(),
  payment: text,
  remarks: text.nullable(),
  vendor: z.strictObject(address),
  deliverTo: z.strictObject(address),
  lines: z.array(line).max(1_000),
  totals: z.strictObject({
    quantity: z.int(),
    taxable: money,
    cgst: money,
    sgst: money,
    utgst: money,
    igst: money,
    cess: money,
    gross: money,
  }),
  /** Why no tax is added, where none is. */
  taxNote: text.nullable(),
});

export type PurchaseOrderDocument = z.infer<typeof purchaseOrderDocumentSchema>;
export type PurchaseOrderDocumentLine = z.infer<typeof line>;
