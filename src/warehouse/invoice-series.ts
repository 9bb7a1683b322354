import {
  assert,
  type Facts,
  financialYear,
  type LocalDate,
  ok,
  type Refusal,
  type Result,
  refuse,
} from "../kernel/index.ts";

/** The kinds of numbered tax documents, with the words of Uniware's sequences. */
export const DOCUMENT_TYPES = [
  "SALE_INVOICE",
  /** The credit note. */
  "SALE_RETURN_INVOICE",
  "PURCHASE_INVOICE",
  "PURCHASE_RETURN_INVOICE",
  /** Goods leaving other than by sale between two registrations. */
  "GATEPASS_INVOICE",
  "GATEPASS_RETURN_INVOICE",
  /** Goods moved within one registration. */
  "DELIVERY_CHALLAN",
] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/**
 * A series of document numbers: prefix and counter, without padding ("INV26-" and 7 → INV26-7). It belongs to a
 * facility or billing party and a document type; the law wants its numbers unique per GSTIN and financial year
 * (CGST Rule 46(b)), consecutive, at most 16 characters.
 */
export interface InvoiceSeries {
  readonly documentType: DocumentType;
  readonly gstin: string;
  readonly prefix: string;
  /** The number that the next document gets. */
  readonly nextNumber: number;
  /** The financial year the counter stands in, by the year it starts in (2026 = 1 April 2026 to 31 March 2027). */
  readonly financialYear: number;
  /** Back to 1 on 1 April (only together with a prefix for next year, see `rollSeries`). */
  readonly resetOnApril1: boolean;
  /** Takes the place of `prefix` on 1 April; null = not set. */
  readonly nextYearPrefix: string | null;
}

/** Rule 46(b), and the e-invoice schema. */
export const NUMBER_LENGTH_MAX = 16;
/** A series that cannot count to 9,999 would stop a warehouse within days. */
const COUNTER_DIGITS_MIN = 4;
/** Less room than this (999,999 documents a year) is allowed with a warning. */
const COUNTER_DIGITS_COMFORTABLE = 6;

export type PrefixFault =
  | "SERIES_PREFIX_EMPTY"
  | "SERIES_PREFIX_CHARACTERS"
  | "SERIES_PREFIX_NOT_UPPER_CASE"
  | "SERIES_PREFIX_START"
  | "SERIES_PREFIX_NO_ROOM";
export type SeriesFault =
  | PrefixFault
  | "SERIES_NEXT_NUMBER_INVALID"
  | "SERIES_EXHAUSTED"
  | "SERIES_YEAR_PASSED"
  | "SERIES_PREFIX_TAKEN"
  | "SERIES_PREFIX_AMBIGUOUS"
  | "SERIES_NUMBER_WENT_BACK";
export type SeriesWarning = Refusal<"SERIES_LITTLE_ROOM" | "SERIES_NUMBER_SKIPS" | "SERIES_KEEPS_COUNTING">;

/** Counter digits that fit behind a prefix. */
export function counterDigits(prefix: string): number {
  return NUMBER_LENGTH_MAX - prefix.length;
}

/** The highest number that a prefix has room for (never beyond what counts exactly). */
export function counterMax(prefix: string): number {
  return Math.min(10 ** counterDigits(prefix) - 1, Number.MAX_SAFE_INTEGER);
}

/**
 * Checks a prefix: upper-case letters, digits, "/" and "-"; first a letter or 1 to 9 (the e-invoice portal refuses a
 * leading 0, / or -, and since 1 June 2025 turns numbers to upper case, so case must not tell two numbers apart); and
 * room for at least four digits. Not empty: bare numbers would collide with those of any other source.
 * The value is a warning when there is little room.
 */
export function checkPrefix(prefix: string): Result<SeriesWarning[], Refusal<PrefixFault>> {
  if (prefix === "") return refuse("SERIES_PREFIX_EMPTY");
  if (!/^[A-Za-z0-9/-]+$/.test(prefix)) return refuse("SERIES_PREFIX_CHARACTERS", { prefix });
  if (prefix !== prefix.toUpperCase())
    return refuse("SERIES_PREFIX_NOT_UPPER_CASE", { prefix, suggestion: prefix.toUpperCase() });
  if (!/^[A-Z1-9]/.test(prefix)) return refuse("SERIES_PREFIX_START", { prefix, first: prefix.slice(0, 1) });
  const digits = counterDigits(prefix);
  const facts = {
    prefix,
    prefixLength: prefix.length,
    digits,
    prefixLengthMax: NUMBER_LENGTH_MAX - COUNTER_DIGITS_MIN,
  };
  if (digits < COUNTER_DIGITS_MIN) return refuse("SERIES_PREFIX_NO_ROOM", facts);
  return ok(
    digits < COUNTER_DIGITS_COMFORTABLE
      ? [{ code: "SERIES_LITTLE_ROOM", facts: { ...facts, highest: counterMax(prefix) } }]
      : [],
  );
}

/** The document number for a count. Refusals: SERIES_EXHAUSTED when it would pass 16 characters. */
export function numberAt(series: InvoiceSeries, n: number): Result<string, Refusal<"SERIES_EXHAUSTED">> {
  assert(Number.isSafeInteger(n) && n >= 1, `a document's count is whole and starts at 1, not ${n}`);
  if (n > counterMax(series.prefix))
    return refuse("SERIES_EXHAUSTED", { prefix: series.prefix, next: n, highest: counterMax(series.prefix) });
  return ok(`${series.prefix}${n}`);
}

export interface TakenNumber {
  readonly number: string;
  /** The series as it must be written back: rolled into the document's year and counted on. */
  readonly series: InvoiceSeries;
}

/**
 * Takes the next number for a document dated `on` (its date in the facility's zone). The caller holds the lock on the
 * series' row, and writes the document and the series in the same transaction: so no number is lost or given twice.
 * Refusals: SERIES_YEAR_PASSED, SERIES_EXHAUSTED.
 */
export function takeNumber(
  series: InvoiceSeries,
  on: LocalDate,
): Result<TakenNumber, Refusal<"SERIES_YEAR_PASSED" | "SERIES_EXHAUSTED">> {
  const rolled = rollSeries(series, on);
  if (!rolled.ok) return rolled;
  const number = numberAt(rolled.value, rolled.value.nextNumber);
  if (!number.ok) return number;
  return ok({ number: number.value, series: { ...rolled.value, nextNumber: rolled.value.nextNumber + 1 } });
}

/**
 * Brings a series into the financial year of a day. On 1 April:
 *  - next year's prefix set: it becomes the prefix, and the counter restarts at 1 if `resetOnApril1`;
 *  - not set: the prefix stays and the counter goes on, also with `resetOnApril1`. Starting again at 1 under the same
 *    prefix would print last year's numbers once more: lawful (Rule 46(b) asks for uniqueness within a year), but
 *    channels, couriers and buyers would hold two documents of one number. Refusing instead would stop every invoice
 *    at midnight. Going on is lawful too, needs nobody awake, and `seriesWarnings` says it from the day it is saved.
 *    A seller who wants the same prefix from 1 again says so by entering it as next year's prefix.
 * Refusals: SERIES_YEAR_PASSED for a day before the series' year: its numbers are closed.
 */
export function rollSeries(series: InvoiceSeries, on: LocalDate): Result<InvoiceSeries, Refusal<"SERIES_YEAR_PASSED">> {
  const year = financialYear(on);
  if (year === series.financialYear) return ok(series);
  if (year < series.financialYear)
    return refuse("SERIES_YEAR_PASSED", { prefix: series.prefix, on: on.toString(), seriesYear: series.financialYear });
  const next = { ...series, financialYear: year };
  if (series.nextYearPrefix === null) return ok(next);
  const nextNumber = series.resetOnApril1 ? 1 : series.nextNumber;
  return ok({ ...next, prefix: series.nextYearPrefix, nextYearPrefix: null, nextNumber });
}

/** The first number after the coming 1 April as things stand: for the reminder in March. */
export function firstNumberNextYear(series: InvoiceSeries): Result<string, Refusal<"SERIES_EXHAUSTED">> {
  const rolled = rollSeries(series, Temporal.PlainDate.from({ year: series.financialYear + 1, month: 4, day: 1 }));
  assert(rolled.ok, "a later day is never in a year that passed");
  return numberAt(rolled.value, rolled.value.nextNumber);
}

/** Numbers are unique within this: no two series of one GSTIN share a prefix in one financial year, whatever they number. */
export function uniquenessKey(series: InvoiceSeries): string {
  return `${series.gstin}|${series.financialYear}|${series.prefix}`;
}

/**
 * Could one number come from both prefixes? Equal prefixes, or one is the other followed by digits only: "A" counting
 * to 123 and "A1" counting to 23 both print A123.
 */
export function prefixesCollide(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  return long.startsWith(short) && /^\d*$/.test(long.slice(short.length));
}

/** Another series of the tenant, or a prefix that a series (this one too) gave up after numbering documents. */
export interface OtherSeries {
  readonly gstin: string;
  readonly financialYear: number;
  readonly prefix: string;
  readonly nextYearPrefix: string | null;
  /** The prefix was given up: its numbers stand in `financialYear` only. */
  readonly retired?: boolean;
  /** Who holds it, for the sentence: "facility BLR-1, SALE_INVOICE". */
  readonly label: string;
}

/**
 * Checks a series before it is saved, alone and against all others of the tenant (facilities, billing parties, document
 * types; prefixes given up earlier in the year as well, each a retired entry of its own).
 * Refusals, in this order: the prefix's own, the same for next year's prefix, SERIES_NEXT_NUMBER_INVALID,
 * SERIES_PREFIX_TAKEN (same prefix, same GSTIN and year), SERIES_PREFIX_AMBIGUOUS (numbers could be equal).
 * The value is the list of warnings to show.
 */
export function checkSeries(
  series: InvoiceSeries,
  others: readonly OtherSeries[],
): Result<SeriesWarning[], Refusal<SeriesFault>> {
  const own = checkPrefix(series.prefix);
  if (!own.ok) return own;
  const next = series.nextYearPrefix === null ? own : checkPrefix(series.nextYearPrefix);
  if (!next.ok)
    return { ok: false, refusal: { ...next.refusal, facts: { ...next.refusal.facts, field: "nextYearPrefix" } } };
  const highest = counterMax(series.prefix);
  if (!Number.isSafeInteger(series.nextNumber) || series.nextNumber < 1 || series.nextNumber > highest)
    return refuse("SERIES_NEXT_NUMBER_INVALID", { prefix: series.prefix, nextNumber: series.nextNumber, highest });
  for (const year of [series.financialYear, series.financialYear + 1]) {
    const prefix = prefixIn(series, year);
    for (const other of others) {
      const theirs = other.gstin === series.gstin ? prefixIn(other, year) : null;
      if (prefix === null || theirs === null || !prefixesCollide(prefix, theirs)) continue;
      const facts: Facts = {
        gstin: series.gstin,
        financialYear: year,
        prefix,
        otherPrefix: theirs,
        other: other.label,
      };
      return refuse(prefix === theirs ? "SERIES_PREFIX_TAKEN" : "SERIES_PREFIX_AMBIGUOUS", facts);
    }
  }
  return ok(seriesWarnings(series));
}

/** What a person should know about a series that may be saved all the same. */
export function seriesWarnings(series: InvoiceSeries): SeriesWarning[] {
  const prefixes = [series.prefix, ...(series.nextYearPrefix === null ? [] : [series.nextYearPrefix])];
  const warnings = prefixes.flatMap((prefix) => {
    const checked = checkPrefix(prefix);
    return checked.ok ? checked.value : [];
  });
  if (series.resetOnApril1 && series.nextYearPrefix === null)
    warnings.push({
      code: "SERIES_KEEPS_COUNTING",
      facts: { prefix: series.prefix, from: `${series.financialYear + 1}-04-01` },
    });
  return warnings;
}

/**
 * Checks a change of a series that has numbered documents: under the same prefix and year the counter never goes back
 * (numbers would repeat); going forward leaves a gap in what must be consecutive, and warns.
 */
export function checkSeriesChange(
  before: InvoiceSeries,
  after: InvoiceSeries,
): Result<SeriesWarning[], Refusal<"SERIES_NUMBER_WENT_BACK">> {
  if (before.prefix !== after.prefix || before.financialYear !== after.financialYear) return ok([]);
  const facts = { prefix: after.prefix, from: before.nextNumber, to: after.nextNumber };
  if (after.nextNumber < before.nextNumber) return refuse("SERIES_NUMBER_WENT_BACK", facts);
  return ok(after.nextNumber > before.nextNumber ? [{ code: "SERIES_NUMBER_SKIPS", facts }] : []);
}

/** The prefix of a series in a year; null where it numbers nothing, or for past years, whose prefix it no longer knows. */
function prefixIn(
  series: Pick<OtherSeries, "prefix" | "nextYearPrefix" | "financialYear" | "retired">,
  year: number,
): string | null {
  if (year === series.financialYear) return series.prefix;
  if (year < series.financialYear || series.retired === true) return null;
  return series.nextYearPrefix ?? series.prefix;
}
