import { z } from "zod";
import { ok, type Result, refuse } from "../kernel/index.ts";

const text = z.string();

const side = {
  name: text,
  addressLines: z.array(text),
  stateCode: text,
  gstin: text.nullable(),
  contact: text.nullable(),
  phone: text.nullable(),
  email: text.nullable(),
};

/** Vendor and facility as an order names them: kept with it, so that it prints the same when they have moved. */
export const partiesSchema = z.object({
  vendor: z.object({ code: text, ...side, paymentDays: z.number().int().nullable() }),
  facility: z.object({ code: text, ...side, zone: text }),
});
export type OrderParties = z.infer<typeof partiesSchema>;

/**
 * Are an order's amounts still right for who trades now? They were worked out from the vendor's registration and the two
 * states. Pure. Refuses PO_TAX_STALE.
 */
export function decideTaxStands(
  order: { readonly code: string; readonly parties: OrderParties },
  now: OrderParties,
): Result<undefined> {
  const facts = ({ vendor, facility }: OrderParties) =>
    [vendor.gstin === null, vendor.stateCode, facility.stateCode].join(" ");
  return facts(order.parties) === facts(now)
    ? ok()
    : refuse("PO_TAX_STALE", { order: order.code, vendor: now.vendor.code, facility: now.facility.code });
}

interface Place {
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly pincode: string;
}

/** The lines of an address as they are printed. Pure. */
export function addressLines({ line1, line2, city, pincode }: Place): string[] {
  return [line1, ...(line2 === null ? [] : [line2]), `${city} ${pincode}`];
}
