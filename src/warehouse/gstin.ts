import { ok, type Refusal, type Result, refuse } from "../kernel/index.ts";
import { currentState, type StateCode, stateByCode } from "./states.ts";

export interface Gstin {
  readonly text: string;
  readonly stateCode: StateCode;
  /** The holder's permanent account number (income tax), characters 3 to 12. */
  readonly pan: string;
  /** A number of NIC's sandbox: it never belongs on a real invoice. */
  readonly sandbox: boolean;
}

export type GstinFault =
  | "GSTIN_FORMAT"
  | "GSTIN_STATE_UNKNOWN"
  | "GSTIN_SANDBOX_ONLY"
  | "GSTIN_CHECKSUM"
  | "GSTIN_STATE_MISMATCH";

/** State, PAN, number of the registration within the state, kind (Z for taxpayers, others for tax deductors and the like), check. */
const REGULAR = /^(\d{2})([A-Z]{5}\d{4}[A-Z])[1-9A-Z][Z1-9ABD-J][0-9A-Z]$/;
/**
 * NIC's sandbox numbers (02AMBPG7773M002, 29AABCT1332L000, 34AACCC1596Q002): registration and kind are 0, which no
 * real GSTIN has, and the check character is not one.
 */
const SANDBOX = /^(\d{2})([A-Z]{5}\d{4}[A-Z])00[0-9A-Z]$/;

/**
 * Reads and checks a GSTIN; small letters and blanks at the ends are forgiven.
 * @param options.sandbox the tenant works against NIC's sandbox, whose numbers are then accepted too
 * Refusals, in this order: GSTIN_FORMAT, GSTIN_STATE_UNKNOWN, GSTIN_SANDBOX_ONLY, GSTIN_CHECKSUM (with the character
 * expected: usually one typing error away).
 */
export function parseGstin(
  input: string,
  options: { readonly sandbox: boolean },
): Result<Gstin, Refusal<Exclude<GstinFault, "GSTIN_STATE_MISMATCH">>> {
  const text = input.trim().toUpperCase();
  const test = SANDBOX.exec(text);
  const match = test ?? REGULAR.exec(text);
  if (match === null) return refuse("GSTIN_FORMAT", { gstin: text, length: text.length });
  const state = stateByCode(match[1] ?? "");
  if (state === null) return refuse("GSTIN_STATE_UNKNOWN", { gstin: text, stateCode: match[1] ?? "" });
  if (test !== null && !options.sandbox) return refuse("GSTIN_SANDBOX_ONLY", { gstin: text });
  if (test === null) {
    const expected = gstinCheckCharacter(text.slice(0, 14));
    if (!text.endsWith(expected)) return refuse("GSTIN_CHECKSUM", { gstin: text, given: text.slice(14), expected });
  }
  return ok({ text, stateCode: state.code, pan: match[2] ?? "", sandbox: test !== null });
}

/**
 * Is this the GSTIN of a place in this state? A registration holds in one state only: a facility or billing party
 * whose address lies elsewhere would charge the wrong tax. A code given up agrees with the state of today.
 */
export function checkGstinState(gstin: Gstin, stateCode: StateCode): Result<Gstin, Refusal<"GSTIN_STATE_MISMATCH">> {
  const own = stateByCode(gstin.stateCode);
  const given = stateByCode(stateCode);
  if (own !== null && given !== null && currentState(own).code === currentState(given).code) return ok(gstin);
  return refuse("GSTIN_STATE_MISMATCH", {
    gstin: gstin.text,
    gstinState: own?.name ?? gstin.stateCode,
    addressState: given?.name ?? stateCode,
  });
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The 15th character: each value times 1, 2, 1, 2, …, quotient and remainder by 36 added up, and the rest to 36. */
export function gstinCheckCharacter(first14: string): string {
  let total = 0;
  for (const [i, character] of [...first14].entries()) {
    const product = ALPHABET.indexOf(character) * (i % 2 === 0 ? 1 : 2);
    total += Math.floor(product / 36) + (product % 36);
  }
  return ALPHABET[(36 - (total % 36)) % 36] ?? "";
}
