import { type FacilityId, financialYear, localDate, ok, type Result } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { FacilityInput } from "./facility.ts";
import { createFacilityIn } from "./save-facility.ts";
import { createSeriesIn } from "./save-series.ts";

/** What the first run asks about the place; all else has a default that can be changed under Settings > Facilities. */
export type FirstFacilityInput = Pick<FacilityInput, "code" | "name" | "line1" | "city" | "stateCode" | "pincode"> &
  Partial<FacilityInput> & {
    /** Prefix of sale invoices; by default INV and the year, as in INV26-. */
    readonly invoicePrefix?: string;
    /** Prefix of credit notes; by default CN and the year. */
    readonly creditNotePrefix?: string;
  };

/**
 * Makes the first facility of a tenant with all that an order needs until its invoice: the DEFAULT shelf, and series for
 * sale invoices and credit notes that begin again at 1 every 1 April.
 * Refusals: those of a facility and of a series.
 */
export async function makeFirstFacility(
  tx: Tx,
  ctx: Ctx,
  input: FirstFacilityInput,
): Promise<Result<{ facilityId: FacilityId }>> {
  const { invoicePrefix, creditNotePrefix, ...given } = input;
  const made = await createFacilityIn(tx, ctx, { ...DEFAULTS, ...given });
  if (!made.ok) return made;
  const year = financialYear(localDate(ctx.now, given.zone ?? DEFAULTS.zone));
  const wanted = [
    { documentType: "SALE_INVOICE", stem: "INV", prefix: invoicePrefix },
    { documentType: "SALE_RETURN_INVOICE", stem: "CN", prefix: creditNotePrefix },
  ] as const;
  for (const { documentType, stem, prefix } of wanted) {
    const series = await createSeriesIn(tx, ctx, {
      owner: made.value,
      documentType,
      prefix: prefix ?? yearly(stem, year),
      nextNumber: 1,
      resetOnApril1: true,
      // A prefix of the person's own has no year in it that we could count on: the counter then goes on.
      nextYearPrefix: prefix === undefined ? yearly(stem, year + 1) : null,
    });
    if (!series.ok) return series;
  }
  return ok(made.value);
}

function yearly(stem: string, year: number): string {
  return `${stem}${String(year % 100).padStart(2, "0")}-`;
}

const DEFAULTS = {
  line2: null,
  phone: null,
  email: null,
  gstin: null,
  legalName: null,
  zone: "Asia/Kolkata",
  upiId: null,
  bankAccount: null,
  bankIfsc: null,
  traceability: "NONE",
  autoPutawaySplitPercent: null,
  enabled: true,
} as const;
