import { assert, type LocalDate, ok, type Result, refuse } from "../kernel/index.ts";
import type { Tx } from "../platform/db.ts";
import { counterMax, type DocumentType, numberAt, rollSeries } from "./invoice-series.ts";
import type { InvoiceSeriesId, SeriesOwner } from "./store.ts";
import * as store from "./store.ts";

export interface TakenNumber {
  /** As printed, at most 16 characters. */
  readonly number: string;
  /** The count behind the prefix. */
  readonly sequence: number;
  readonly seriesId: InvoiceSeriesId;
  readonly financialYear: number;
}

export type NumberRequest = SeriesOwner & {
  readonly documentType: DocumentType;
  /** Day of the document in the facility's zone. */
  readonly on: LocalDate;
  /** For the words of a refusal: the codes of the facility and channel that want the number. */
  readonly facilityCode?: string;
  readonly channelCode?: string;
};

/** May these numbers be used? Asked while the series is locked and before anything of it is written: a refusal takes none. */
export type NumberCheck = (numbers: readonly TakenNumber[]) => Promise<Result<undefined>>;

/**
 * Refusals: SERIES_MISSING, SERIES_YEAR_PASSED, SERIES_EXHAUSTED, SERIES_PREFIX_TAKEN (next year's prefix was spent by
 * another), those of `check`.
 */
export async function takeNumber(tx: Tx, request: NumberRequest, check?: NumberCheck): Promise<Result<TakenNumber>> {
  const taken = await takeNumbers(tx, request, 1, check);
  if (!taken.ok) return taken;
  const [first] = taken.value;
  assert(first !== undefined, "one number was taken");
  return ok(first);
}

/**
 * Takes consecutive numbers. The series stays locked until the caller's transaction ends, in which the documents are
 * written: so a rollback gives the numbers back, and no gap or repeat is possible. A caller that takes from several
 * series takes in one order (facility, document type).
 * Refusals as of `takeNumber`.
 */
export async function takeNumbers(
  tx: Tx,
  request: NumberRequest,
  count: number,
  check?: NumberCheck,
): Promise<Result<TakenNumber[]>> {
  assert(Number.isSafeInteger(count) && count >= 1, "at least one number is taken");
  const row = await store.lockSeries(tx, { owner: request, documentType: request.documentType });
  if (row === undefined)
    return refuse("SERIES_MISSING", {
      ...{ documentType: request.documentType, owner: await ownerInWords(tx, request) },
      facilityId: request.facilityId ?? null, // where it is defined, for a link
    });
  const rolled = rollSeries(row, request.on);
  if (!rolled.ok) return rolled;
  const series = rolled.value;
  const { prefix, financialYear, gstin } = series;
  const last = series.nextNumber + count - 1;
  const fits = numberAt(series, Math.min(last, Number.MAX_SAFE_INTEGER));
  if (!fits.ok) return refuse("SERIES_EXHAUSTED", { prefix, next: last, highest: counterMax(prefix) });
  const taken = Array.from({ length: count }, (_, i): TakenNumber => {
    const sequence = series.nextNumber + i;
    return { number: `${prefix}${sequence}`, sequence, seriesId: row.seriesId, financialYear };
  });
  const may = check === undefined ? ok() : await check(taken);
  if (!may.ok) return may;
  if (financialYear !== row.financialYear) {
    const claim = { gstin, financialYear, prefix, seriesId: row.seriesId, firstNumber: series.nextNumber };
    if (!(await store.claimPrefix(tx, claim)))
      return refuse("SERIES_PREFIX_TAKEN", { prefix, financialYear, gstin, other: "an earlier series" });
  }
  await store.saveSeries(tx, row.seriesId, { ...series, nextNumber: last + 1 }, null);
  return ok(taken);
}

async function ownerInWords(tx: Tx, request: NumberRequest): Promise<string> {
  const owner = await store.seriesOwner(tx, request);
  const label = owner?.label ?? `facility ${request.facilityCode ?? "(unknown)"}`;
  return request.channelCode === undefined ? label : `${label} (channel ${request.channelCode})`;
}
