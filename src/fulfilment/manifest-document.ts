import { z } from "zod";
import type { Paise } from "../kernel/index.ts";

/** The list that a courier signs at pickup: which parcels left, and what is to be collected for them. */

export const MANIFEST_TEMPLATE_VERSION = 1;

const money = z.custom<Paise>((value) => Number.isSafeInteger(value) && Number(value) >= 0, "an amount is whole paise");
const text = z.string().max(500);

const parcel = z.strictObject({
  awb: text,
  orderNumber: text,
  packageCode: text,
  invoiceNumber: text.nullable(),
  consignee: text,
  city: text,
  pincode: z.string().max(10),
  boxes: z.int().positive(),
  weightGrams: z.int().positive().nullable(),
  /** What the courier collects; null for a prepaid parcel. */
  collect: money.nullable(),
});

export const manifestDocumentSchema = z.strictObject({
  templateVersion: z.literal(MANIFEST_TEMPLATE_VERSION),
  code: z.string().min(1).max(48),
  /** Closed at, as an ISO instant; null while it is still open and the list is only a draft. */
  closedAt: z.iso.datetime({ offset: true }).nullable(),
  /** Created or closed, as people are to read it, in the facility's zone. */
  shownAt: text,
  channelName: text,
  courier: text,
  facility: z.strictObject({ name: text, addressLines: z.array(text).max(8), phone: text.nullable() }),
  parcels: z.array(parcel).max(5_000),
});

export type ManifestDocument = z.infer<typeof manifestDocumentSchema>;
export type ManifestParcel = z.infer<typeof parcel>;
