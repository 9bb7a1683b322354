import { checkInv01, type Inv01 } from "../../contract/inv01.ts";
import { describeMisfits } from "../../contract/validators.ts";
import { type LocalDate, ok, type Refusal, type Result } from "../kernel/index.ts";
import { type CheckedAgainst, checkDocument, type DocumentWarning, pinWarnings } from "./checks.ts";
import type { EInvoiceFacts } from "./facts.ts";
import { inv01 } from "./inv01.ts";
import { irnOf } from "./irn.ts";
import { checkSums } from "./sums.ts";

/** A document that may be sent. */
export interface PreparedEInvoice {
  readonly document: Inv01;
  readonly on: LocalDate;
  /** The IRN that the portal will give. */
  readonly irn: string;
  readonly warnings: readonly DocumentWarning[];
}

/**
 * Makes the portal's document and judges it as the portal would. Nothing is sent that would be refused: the portal bars
 * sellers who send many faults. The first fault is refused, and names how many there are beside it (`more`, with their codes).
 * Only for a document that needs an IRN (`whyNoIrn`).
 */
export function prepareEInvoice(
  facts: EInvoiceFacts,
  against: Omit<CheckedAgainst, "on">,
): Result<PreparedEInvoice, Refusal> {
  const made = inv01(facts);
  if (!made.ok) return made;
  const document = made.value;
  const faults: Refusal[] = [...checkDocument(document, { ...against, on: facts.on }), ...checkSums(document)];
  const form = checkInv01(document);
  // Our own words first: the schema says the same of a number or a GSTIN in words for programmers.
  if (!form.ok)
    faults.push({ code: "EINVOICE_SCHEMA", facts: { detail: describeMisfits(form.errors), nicCode: "2140" } });
  const [first, ...others] = faults;
  if (first !== undefined) {
    const more = others.map((fault) => fault.code);
    return { ok: false, refusal: { code: first.code, facts: { number: facts.number, ...first.facts, more } } };
  }
  const gstin = document.SellerDtls.Gstin;
  const irn = irnOf({ gstin, on: facts.on, type: facts.type, number: facts.number });
  return ok({ document, on: facts.on, irn, warnings: pinWarnings(document) });
}
