import { findSource } from "../channels/index.ts";
import type { AlarmCheck, AlarmFact } from "../platform/alarms.ts";
import { type SeriesGap, seriesGaps } from "./store.ts";

/** Tells before the first parcel does that a connected channel cannot be invoiced for, or would be invoiced without tax. */
export const seriesAlarmCheck: AlarmCheck = {
  kinds: ["INVOICE_SERIES_MISSING", "SELLER_GSTIN_MISSING"],
  check: async (_ctx, tx) => (await seriesGaps(tx)).filter(invoicesHere).flatMap(alarmsOf),
};

function invoicesHere(gap: SeriesGap): boolean {
  return gap.sources.some((source) => findSource(source)?.rules.invoiceBy !== "channel");
}

function alarmsOf(gap: SeriesGap): AlarmFact[] {
  const about = {
    recordType: gap.recordType,
    recordId: gap.recordId,
    ...(gap.facilityId === null ? {} : { facilityId: gap.facilityId }),
  };
  const channels = gap.channels.join(", ");
  const missing: AlarmFact = {
    ...about,
    kind: "INVOICE_SERIES_MISSING",
    severity: "CRITICAL",
    message: `No SALE_INVOICE sequence is defined for ${gap.owner}: orders of ${channels} cannot be invoiced.`,
    whatToDo: "Define it under Settings > Facilities > Sequences.",
  };
  const unregistered: AlarmFact = {
    ...about,
    kind: "SELLER_GSTIN_MISSING",
    severity: "WARNING",
    message: `${capital(gap.owner)} has no GSTIN: invoices for ${channels} bear no tax.`,
    whatToDo: "Enter the GSTIN under Settings > Facilities, unless the seller is not registered under GST.",
  };
  return [...(gap.hasSeries ? [] : [missing]), ...(gap.hasGstin ? [] : [unregistered])];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
