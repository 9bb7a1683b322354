import { createHash } from "node:crypto";
import { financialYear, type LocalDate } from "../kernel/index.ts";
import type { EInvoiceType } from "./facts.ts";

/** Four numbers of a document that are one IRN for ever. */
export interface IrnParts {
  readonly gstin: string;
  readonly on: LocalDate;
  readonly type: EInvoiceType;
  readonly number: string;
}

/** The financial year as the portal writes it: 2026-27 for a day from 1 April 2026 to 31 March 2027. */
export function irnYear(on: LocalDate): string {
  const year = financialYear(on);
  return `${year}-${String((year + 1) % 100).padStart(2, "0")}`;
}

/**
 * The invoice reference number that the portal will give: SHA-256 of GSTIN, financial year, type and number, in small
 * hexadecimal letters. Worth nothing until the portal has registered it; it serves to check the portal's answer, and to
 * ask for a document whose answer was lost. The number counts in capitals (since 1 June 2025).
 */
export function irnOf({ gstin, on, type, number }: IrnParts): string {
  return createHash("sha256")
    .update(`${gstin}${irnYear(on)}${type}${number.toUpperCase()}`)
    .digest("hex");
}
