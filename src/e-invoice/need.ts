import { financialYear, type LocalDate } from "../kernel/index.ts";
import type { EInvoiceFacts } from "./facts.ts";

export type WhyNoIrn =
  | "SELLER_NOT_REGISTERED"
  /** The portal must not be asked for a consumer's invoice. */
  | "BUYER_NOT_REGISTERED"
  /** Goods moved within one registration are no supply. */
  | "SAME_GSTIN"
  /** Every line is nil-rated or exempt. */
  | "NOTHING_TAXED";

type NeedFacts = Pick<EInvoiceFacts, "supply"> & {
  readonly seller: Pick<EInvoiceFacts["seller"], "gstin">;
  readonly buyer: Pick<EInvoiceFacts["buyer"], "gstin">;
  readonly lines: readonly Pick<EInvoiceFacts["lines"][number], "gstBps" | "cessBps" | "cessFixed">[];
};

/** Why a document of a seller who reports needs no IRN; null where it needs one. Credit and debit notes as their invoices. */
export function whyNoIrn({ supply, seller, buyer, lines }: NeedFacts): WhyNoIrn | null {
  const abroad = supply === "EXPWP" || supply === "EXPWOP";
  if (seller.gstin === null) return "SELLER_NOT_REGISTERED";
  if (buyer.gstin === null && !abroad) return "BUYER_NOT_REGISTERED";
  if (buyer.gstin === seller.gstin) return "SAME_GSTIN";
  // An export without payment of tax bears none and is reported all the same: zero-rated is not nil-rated.
  const zeroRated = abroad || supply === "SEZWP" || supply === "SEZWOP";
  const taxed = lines.some((line) => line.gstBps > 0 || line.cessBps > 0 || line.cessFixed > 0);
  return taxed || zeroRated ? null : "NOTHING_TAXED";
}

/** Aggregate turnover in crore rupees above which a seller reports (since 1 August 2023). */
const REPORTS_ABOVE_CRORE = 5;

/** Must a seller of this turnover report? It is the seller who says so in the channel's settings; this is the law's figure. */
export function mustReport(turnoverCrore: number): boolean {
  return turnoverCrore > REPORTS_ABOVE_CRORE;
}

/** The age limit, youngest rule first: from a day on, for sellers of at least this turnover. */
const AGE_LIMITS: readonly { readonly from: string; readonly turnoverCrore: number; readonly days: number }[] = [
  { from: "2025-04-01", turnoverCrore: 10, days: 30 },
  { from: "2023-11-01", turnoverCrore: 100, days: 30 },
];

/** The last day on which a document may be reported as things stand today; null: no limit for this seller. */
export function reportBy(issuedOn: LocalDate, today: LocalDate, turnoverCrore: number): LocalDate | null {
  const limit = AGE_LIMITS.find(
    (rule) => turnoverCrore >= rule.turnoverCrore && Temporal.PlainDate.compare(today, rule.from) >= 0,
  );
  return limit === undefined ? null : issuedOn.add({ days: limit.days });
}

/**
 * The last day on which a credit note may lower the tax of an invoice (CGST Act s.34(2)): 30 November after its financial
 * year, or the annual return if that is filed earlier, which only the seller knows. Goods may come back later; the
 * credit note then gives back the price without the tax.
 */
export function taxLoweredBy(invoicedOn: LocalDate): LocalDate {
  return Temporal.PlainDate.from({ year: financialYear(invoicedOn) + 1, month: 11, day: 30 });
}

/** From the portal's acknowledgement a document can be cancelled there for 24 hours; later only by a credit note. */
export const CANCEL_WITHIN_HOURS = 24;

/** The moment from which an IRN can no longer be cancelled. */
export function cancelBy(acknowledgedAt: Temporal.Instant): Temporal.Instant {
  return acknowledgedAt.add({ hours: CANCEL_WITHIN_HOURS });
}
