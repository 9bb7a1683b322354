import { type Id, ok, type Paise, type Result, refuse } from "../kernel/index.ts";
import { checkGstinState, parseGstin } from "../warehouse/gstin.ts";
import { parsePincode } from "../warehouse/pincode.ts";
import { stateByCode } from "../warehouse/states.ts";

export type VendorId = Id<"Vendor">;

/** Who sells goods to us, as a form gives it. */
export interface VendorInput {
  readonly code: string;
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  /** GST code of the state, two digits. */
  readonly stateCode: string;
  readonly pincode: string;
  /** Null for a vendor that is not registered: it charges no GST. */
  readonly gstin: string | null;
  readonly contact: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  /** Days after its invoice that it is paid; null: as agreed each time. */
  readonly paymentDays: number | null;
  readonly enabled: boolean;
}

/** What a vendor offers of one SKU. */
export interface VendorItemInput {
  readonly sku: string;
  readonly vendorSku: string | null;
  /** Without tax; null: asked each time. */
  readonly unitPrice: Paise | null;
  readonly minimumQuantity: number | null;
  readonly leadTimeDays: number | null;
}

/**
 * Checks a vendor's fields and gives them as they are stored (PIN and GSTIN without blanks, GSTIN in capitals). Pure.
 * @param tenant.sandbox the tenant works against NIC's sandbox, whose test numbers are then taken
 * Refusals, in this order: GST_STATE_UNKNOWN, PINCODE_FORMAT, those of `parseGstin`, GSTIN_STATE_MISMATCH.
 */
export function checkVendor(input: VendorInput, tenant: { readonly sandbox: boolean }): Result<VendorInput> {
  const state = stateByCode(input.stateCode);
  if (state === null || state.succeededBy !== null) return refuse("GST_STATE_UNKNOWN", { state: input.stateCode });
  const pincode = parsePincode(input.pincode);
  if (!pincode.ok) return pincode;
  const stored = { ...input, stateCode: state.code, pincode: pincode.value };
  if (input.gstin === null) return ok(stored);
  const gstin = parseGstin(input.gstin, tenant);
  if (!gstin.ok) return gstin;
  // The state of the GSTIN decides between CGST with SGST and IGST: an address elsewhere would be the wrong tax.
  const agrees = checkGstinState(gstin.value, state.code);
  return agrees.ok ? ok({ ...stored, gstin: gstin.value.text }) : agrees;
}

export const VENDOR_FIELDS = [
  "code",
  "name",
  "line1",
  "line2",
  "city",
  "stateCode",
  "pincode",
  "gstin",
  "contact",
  "phone",
  "email",
  "paymentDays",
  "enabled",
] as const satisfies readonly (keyof VendorInput)[];

/** Would saving change nothing? */
export function sameVendor(a: VendorInput, b: VendorInput): boolean {
  return VENDOR_FIELDS.every((field) => a[field] === b[field]);
}
