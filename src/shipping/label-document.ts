import { z } from "zod";
import type { Paise } from "../kernel/index.ts";

/**
 * Everything that a shipping label prints, as plain JSON: kept with the package, so that a reprint is the same label
 * with the words DUPLICATE COPY on it.
 */

/** The layout that `label-pdf.ts` draws. A new layout is a new number, and the old one stays drawable. */
export const LABEL_TEMPLATE_VERSION = 1;

const money = z.custom<Paise>((value) => Number.isSafeInteger(value) && Number(value) >= 0, "an amount is whole paise");
const text = z.string().max(500);
const wholeUnits = z.int().positive();

const address = z.strictObject({
  name: text,
  addressLines: z.array(text).max(8),
  city: text,
  stateName: text,
  pincode: z.string().max(10),
  phone: text.nullable(),
});

export const labelDocumentSchema = z.strictObject({
  templateVersion: z.literal(LABEL_TEMPLATE_VERSION),
  /** A reprint: marked, since two labels of one parcel on two boxes are a lost parcel. */
  copy: z.boolean(),
  courier: text,
  /** Surface, air and the like; null where the courier has one service. */
  service: text.nullable(),
  awb: z.string().min(1).max(48),
  /** The courier's hub code, read by people who sort; null where the courier gives none. */
  sortCode: text.nullable(),
  payment: z.discriminatedUnion("mode", [
    z.strictObject({ mode: z.literal("COD"), collect: money }),
    z.strictObject({ mode: z.literal("PREPAID") }),
  ]),
  shipTo: address,
  returnTo: address,
  channelName: text,
  orderNumber: z.string().min(1).max(100),
  packageCode: text,
  invoice: z.strictObject({ number: z.string(), issuedOn: z.iso.date(), value: money }).nullable(),
  weightGrams: wholeUnits.nullable(),
  sizeMm: z.strictObject({ length: wholeUnits, width: wholeUnits, height: wholeUnits }).nullable(),
  /** This box of how many. */
  box: z.strictObject({ number: wholeUnits, of: wholeUnits }),
  products: z.array(z.strictObject({ description: text, sku: text, quantity: wholeUnits })).max(1_000),
});

export type LabelDocument = z.infer<typeof labelDocumentSchema>;
export type LabelAddress = z.infer<typeof address>;
