import { findSource, mayInvoiceHere } from "../channels/index.ts";
import type { AlarmCheck, AlarmFact } from "../platform/alarms.ts";
import { type SeriesGap, seriesGaps } from "./store.ts";

/** Tells before the first parcel does that a connected channel cannot be invoiced for, or would be invoiced without tax. */
export const seriesAlarmCheck: AlarmCheck = {
  kinds: ["INVOICE_SERIES_MISSING", "SELLER_GSTIN_MISSING"],
  check: async (_ctx, tx) => (await seriesGaps(tx)).flatMap(alarmsOf),
};

function alarmsOf(gap: SeriesGap): AlarmFact[] {
  const about = {
    recordType: gap.recordType,
    recordId: gap.recordId,
    ...(gap.facilityId === null ? {} : { facilityId: gap.facilityId }),
  };
  // A channel that numbers all its invoices itself needs no series of ours; the seller's GSTIN stands on its invoices too.
  const numbered = gap.channels.filter(({ source }) => mayInvoiceHere(findSource(source)));
  const names = (of: typeof gap.channels) => of.map(({ code }) => code).join(", ");
  const missing: AlarmFact = {
    ...about,
    kind: "INVOICE_SERIES_MISSING",
    severity: "CRITICAL",
    message: `No SALE_INVOICE series is defined for ${gap.owner}: orders of ${names(numbered)} cannot be invoiced.`,
    whatToDo: "Define it under Settings > Facilities & series.",
  };
  const unregistered: AlarmFact = {
    ...about,
    kind: "SELLER_GSTIN_MISSING",
    severity: "WARNING",
    message: `${capital(gap.owner)} has no GSTIN: invoices for ${names(gap.channels)} bear no tax.`,
    whatToDo: "Enter the GSTIN under Settings > Facilities, unless the seller is not registered under GST.",
  };
  return [...(gap.hasSeries || numbered.length === 0 ? [] : [missing]), ...(gap.hasGstin ? [] : [unregistered])];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
