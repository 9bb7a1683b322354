import type { Edition } from "../identity/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import { checkGstinState, parseGstin } from "./gstin.ts";
import { parsePincode } from "./pincode.ts";
import { type StateCode, stateByCode } from "./states.ts";

/** How closely units are followed: not at all, by scanning SKUs, or by a barcode on every piece. */
export const TRACEABILITIES = ["NONE", "SKU", "ITEM"] as const;
export type Traceability = (typeof TRACEABILITIES)[number];

/** What the tenant's contract allows. */
export interface TenantRules {
  readonly edition: Edition;
  /** Works against the sandbox of the National Informatics Centre, whose test GSTINs are then accepted. */
  readonly sandbox: boolean;
}

const TRACEABILITY_IN: Readonly<Record<Edition, readonly Traceability[]>> = {
  STANDARD: ["NONE"],
  PROFESSIONAL: ["NONE", "SKU"],
  ENTERPRISE: ["NONE", "SKU", "ITEM"],
};

export interface Address {
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  /** GST code of the state, two digits. */
  readonly stateCode: string;
  readonly pincode: string;
}

export interface FacilityInput extends Address {
  readonly code: string;
  readonly name: string;
  readonly phone: string | null;
  readonly email: string | null;
  /** Null for a place without registration of its own. */
  readonly gstin: string | null;
  readonly legalName: string | null;
  readonly zone: string;
  readonly upiId: string | null;
  readonly bankAccount: string | null;
  readonly bankIfsc: string | null;
  readonly traceability: Traceability;
  /**
   * Auto Putaway Split %: the least part of a SKU's units, 1 to 100, that is suggested for a shelf of its own. Null: units of
   * a SKU are not split over shelves.
   */
  readonly autoPutawaySplitPercent: number | null;
  readonly enabled: boolean;
}

export interface BillingPartyInput extends Address {
  readonly code: string;
  readonly legalName: string;
  readonly gstin: string;
}

/**
 * Checks a facility's fields and gives them as they are stored (pincode and GSTIN without blanks, GSTIN in capitals).
 * Refusals, in this order: those of the address, of the GSTIN, FACILITY_ZONE_UNKNOWN, TRACEABILITY_NOT_IN_EDITION.
 */
export function checkFacility(input: FacilityInput, tenant: TenantRules): Result<FacilityInput> {
  const address = checkAddress(input);
  if (!address.ok) return address;
  const gstin = input.gstin === null ? ok(null) : checkGstin(input.gstin, address.value.state, tenant);
  if (!gstin.ok) return gstin;
  if (!isZone(input.zone)) return refuse("FACILITY_ZONE_UNKNOWN", { zone: input.zone });
  const { traceability } = input;
  if (!TRACEABILITY_IN[tenant.edition].includes(traceability))
    return refuse("TRACEABILITY_NOT_IN_EDITION", { traceability, edition: tenant.edition });
  return ok({ ...input, pincode: address.value.pincode, stateCode: address.value.state, gstin: gstin.value });
}

/** Checks a billing party's fields and gives them as they are stored. Refusals as of a facility; the GSTIN is a must. */
export function checkBillingParty(input: BillingPartyInput, tenant: TenantRules): Result<BillingPartyInput> {
  const address = checkAddress(input);
  if (!address.ok) return address;
  const gstin = checkGstin(input.gstin, address.value.state, tenant);
  if (!gstin.ok) return gstin;
  return ok({ ...input, pincode: address.value.pincode, stateCode: address.value.state, gstin: gstin.value });
}

function checkAddress(address: Address): Result<{ pincode: string; state: StateCode }> {
  const state = stateByCode(address.stateCode);
  // A code given up (Daman and Diu before 2020) is no address of today.
  if (state === null || state.succeededBy !== null) return refuse("GST_STATE_UNKNOWN", { state: address.stateCode });
  const pincode = parsePincode(address.pincode);
  return pincode.ok ? ok({ pincode: pincode.value, state: state.code }) : pincode;
}

function checkGstin(text: string, state: StateCode, tenant: TenantRules): Result<string> {
  const gstin = parseGstin(text, { sandbox: tenant.sandbox });
  if (!gstin.ok) return gstin;
  const agrees = checkGstinState(gstin.value, state);
  return agrees.ok ? ok(gstin.value.text) : agrees;
}

function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false; // the only complaint is that there is no such zone
  }
}
