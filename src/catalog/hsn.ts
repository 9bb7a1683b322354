import { ok, type Refusal, type Result, refuse } from "../kernel/index.ts";

export interface Hsn {
  /** Digits only. */
  readonly code: string;
  readonly kind: "GOODS" | "SERVICES";
}

/**
 * Reads an HSN code as sellers write it ("6109", "6109.10.00", "6109 10 00"). Goods have 4, 6 or 8 digits of chapters
 * 01 to 98 (77 is reserved in the nomenclature); services (SAC) begin with 99 and have 4, 5 or 6. That the code exists
 * in the government's master is not checked here: the list changes and the portal is asked.
 * Refusals: HSN_FORMAT with the reason as a fact.
 */
export function parseHsn(text: string): Result<Hsn, Refusal<"HSN_FORMAT">> {
  const code = text.trim().replace(/[. ]/g, "");
  const no = (reason: string) => refuse("HSN_FORMAT", { hsn: text, reason });
  if (!/^\d+$/.test(code)) return no("only digits");
  const services = code.startsWith("99");
  if (services ? code.length < 4 || code.length > 6 : ![4, 6, 8].includes(code.length))
    return no(services ? "a service code has 4, 5 or 6 digits" : "4, 6 or 8 digits");
  if (code.startsWith("00") || code.startsWith("77")) return no("no such chapter");
  return ok({ code, kind: services ? "SERVICES" : "GOODS" });
}

/**
 * Is the code long enough for the seller's turnover? 4 digits up to ₹5 crore a year, 6 above and in e-invoices
 * (Notification 78/2020-Central Tax, from 1 April 2021).
 */
export function hsnFitsTurnover(hsn: Hsn, aboveFiveCrore: boolean): boolean {
  return hsn.code.length >= (aboveFiveCrore ? 6 : 4);
}
