import { z } from "zod";

/** The list of what a courier brought back: he signs for the parcels that he gave, the facility for those it took. */

export const RETURN_MANIFEST_TEMPLATE_VERSION = 1;
const text = z.string().max(500);

const parcel = z.strictObject({
  awb: text,
  orderNumber: text,
  packageCode: text,
  channel: text,
  returns: text,
  units: z.int().positive(),
  missing: z.int().nonnegative(),
  announced: z.boolean(),
});

export const returnManifestSchema = z.strictObject({
  templateVersion: z.literal(RETURN_MANIFEST_TEMPLATE_VERSION),
  code: z.string().min(1).max(48),
  /** Closed at, as an ISO instant; null while it is open and the list is only a draft. */
  closedAt: z.iso.datetime({ offset: true }).nullable(),
  /** Created or closed, as people are to read it, in the facility's zone. */
  shownAt: text,
  channel: text,
  courier: text,
  facility: z.strictObject({ name: text, addressLines: z.array(text).max(8) }),
  parcels: z.array(parcel).max(2_000),
});
export type ReturnManifestDocument = z.infer<typeof returnManifestSchema>;
export type ReturnManifestLine = z.infer<typeof parcel>;
