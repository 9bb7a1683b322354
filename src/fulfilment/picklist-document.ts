import { z } from "zod";

/** What to fetch from which shelf for chosen shipments, in the order of the walk. */

export const PICKLIST_TEMPLATE_VERSION = 1;

const text = z.string().max(500);

const pick = z.strictObject({
  shelf: text,
  sku: text,
  name: text,
  quantity: z.int().positive(),
  /** PNG or JPEG in base64, small; null where the SKU has none. */
  imageBase64: z.string().max(2_000_000).nullable(),
});

export const picklistDocumentSchema = z.strictObject({
  templateVersion: z.literal(PICKLIST_TEMPLATE_VERSION),
  code: z.string().min(1).max(48),
  createdAt: z.iso.datetime({ offset: true }),
  /** As people are to read it, in the facility's zone. */
  shownAt: text,
  facilityName: text,
  createdBy: text,
  picks: z.array(pick).max(5_000),
  /** Codes of the shipments it was made for. */
  packageCodes: z.array(text).max(5_000),
});

export type PicklistDocument = z.infer<typeof picklistDocumentSchema>;
export type PicklistPick = z.infer<typeof pick>;
