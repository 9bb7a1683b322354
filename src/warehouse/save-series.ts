import { audit } from "../identity/index.ts";
import { assert, financialYear, localDate, newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { explain } from "../platform/refusals.ts";
import { tellSeriesChanged } from "./hooks.ts";
import {
  checkSeries,
  checkSeriesChange,
  type DocumentType,
  firstNumberNextYear,
  type InvoiceSeries,
  numberAt,
  rollSeries,
  type SeriesWarning,
} from "./invoice-series.ts";
import { mayWorkIn } from "./save-facility.ts";
import type { InvoiceSeriesId, SeriesOwner, SeriesRow } from "./store.ts";
import * as store from "./store.ts";

/** What a person sets of a series. */
export interface SeriesInput {
  readonly prefix: string;
  readonly nextNumber: number;
  readonly resetOnApril1: boolean;
  readonly nextYearPrefix: string | null;
}

/** A series as it would be, or is now, saved: what it gives next, and what to know about it. */
export interface SeriesPreview {
  readonly financialYear: number;
  readonly nextNumber: string;
  /** First number after the coming 1 April as things stand; null where it would not fit into 16 characters. */
  readonly firstNumberNextYear: string | null;
  /** Sentences. */
  readonly warnings: readonly string[];
}

export interface SavedSeries extends SeriesPreview {
  readonly seriesId: InvoiceSeriesId;
}

type Draft = { owner: SeriesOwner; documentType: DocumentType } & SeriesInput;

/**
 * Makes a series in the financial year of today. Refusals: NOT_FOUND (owner), SERIES_EXISTS, those of `checkSeries`.
 */
export function createSeries(ctx: Ctx, draft: Draft): Promise<Result<SavedSeries>> {
  return ctx.db.transaction(ctx.tenantId, (tx) => createSeriesIn(tx, ctx, draft));
}

export async function createSeriesIn(tx: Tx, ctx: Ctx, draft: Draft): Promise<Result<SavedSeries>> {
  await store.lockSettings(tx);
  const judged = await judgeNew(tx, ctx, draft);
  if (!judged.ok) return judged;
  const { series, preview, label } = judged.value;
  const seriesId = newId<"InvoiceSeries">();
  if (!(await store.insertSeries(tx, { seriesId, owner: draft.owner, series, now: ctx.now })))
    return refuse("SERIES_EXISTS", { owner: label, documentType: draft.documentType });
  const claimed = await claim(tx, seriesId, series);
  if (!claimed.ok) return claimed;
  await audit(tx, ctx, {
    action: "warehouse.series_created",
    recordType: "invoice_series",
    recordId: seriesId,
    recordCode: series.prefix,
    after: series,
  });
  await tellSeriesChanged(tx, ctx);
  return ok({ seriesId, ...preview });
}

/** What would be saved, without saving it: for the form, while it is filled in. */
export function previewSeries(
  ctx: Ctx,
  draft: Draft,
  seriesId: InvoiceSeriesId | null,
): Promise<Result<SeriesPreview>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const judged = seriesId === null ? await judgeNew(tx, ctx, draft) : await judgeChange(tx, ctx, seriesId, draft);
    return judged.ok ? ok(judged.value.preview) : judged;
  });
}

/**
 * Changes a series. Within a financial year its counter never goes back once it has numbered a document, under any
 * prefix: a count names one document of the series and year. Numbers left out by going forward are recorded.
 * Refusals: NOT_FOUND, those of `checkSeries`, SERIES_NUMBER_WENT_BACK.
 */
export function updateSeries(ctx: Ctx, seriesId: InvoiceSeriesId, input: SeriesInput): Promise<Result<SavedSeries>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    await store.lockSettings(tx);
    const judged = await judgeChange(tx, ctx, seriesId, input);
    if (!judged.ok) return judged;
    const { before, series, preview, claims } = judged.value;
    const moved = await moveClaims(tx, ctx, before, series, claims);
    if (!moved.ok) return moved;
    await store.saveSeries(tx, seriesId, series, ctx.now);
    await audit(tx, ctx, {
      action: "warehouse.series_changed",
      recordType: "invoice_series",
      recordId: seriesId,
      recordCode: series.prefix,
      before: before.stored,
      after: series,
    });
    await tellSeriesChanged(tx, ctx);
    return ok({ seriesId, ...preview });
  });
}

/** Claims the prefixes of series under their owner's new GSTIN; the owner's row has it already. Refusals: those of `checkSeries`. */
export async function moveSeriesToGstin(tx: Tx, ctx: Ctx, rows: readonly SeriesRow[]): Promise<Result<undefined>> {
  for (const row of rows) {
    const on = localDate(ctx.now, row.zone);
    const series = financialYear(on) > row.financialYear ? rollSeries(row, on) : ok<InvoiceSeries>(row);
    if (!series.ok) return series;
    const checked = checkSeries(series.value, await store.otherSeries(tx, row.seriesId));
    if (!checked.ok) return checked;
    await store.saveSeries(tx, row.seriesId, series.value, null);
    const claimed = await claim(tx, row.seriesId, series.value);
    if (!claimed.ok) return claimed;
  }
  return ok();
}

interface Judged {
  readonly series: InvoiceSeries;
  readonly preview: SeriesPreview;
  readonly label: string;
}

async function judgeNew(tx: Tx, ctx: Ctx, draft: Draft): Promise<Result<Judged>> {
  const { facilityId } = draft.owner;
  const allowed = facilityId === undefined ? ctx.facilities === "all" : mayWorkIn(ctx, facilityId);
  const owner = allowed ? await store.seriesOwner(tx, draft.owner) : undefined;
  if (owner === undefined)
    return facilityId === undefined
      ? refuse("NOT_FOUND", { what: "billing party", id: draft.owner.billingPartyId })
      : refuse("NOT_FOUND", { what: "facility", id: facilityId });
  const series: InvoiceSeries = {
    documentType: draft.documentType,
    gstin: owner.gstin,
    prefix: draft.prefix,
    nextNumber: draft.nextNumber,
    financialYear: financialYear(localDate(ctx.now, owner.zone)),
    resetOnApril1: draft.resetOnApril1,
    nextYearPrefix: draft.nextYearPrefix,
  };
  const checked = checkSeries(series, await store.otherSeries(tx, null));
  if (!checked.ok) return checked;
  return ok({ series, preview: previewOf(series, checked.value), label: owner.label });
}

type Before = SeriesRow & { readonly stored: InvoiceSeries };

async function judgeChange(
  tx: Tx,
  ctx: Ctx,
  seriesId: InvoiceSeriesId,
  input: SeriesInput,
): Promise<Result<Judged & { before: Before; claims: store.PrefixClaim[] }>> {
  const stored = await store.lockSeries(tx, { seriesId });
  const allowed = stored !== undefined && (stored.facilityId === null || mayWorkIn(ctx, stored.facilityId));
  if (!allowed) return refuse("NOT_FOUND", { what: "series", id: seriesId });
  const on = localDate(ctx.now, stored.zone);
  // A series that has numbered nothing since 1 April still stands in last year; what a person sets is meant for today.
  const rolled = financialYear(on) > stored.financialYear ? rollSeries(stored, on) : ok<InvoiceSeries>(stored);
  if (!rolled.ok) return rolled;
  const before: Before = { ...stored, ...rolled.value, stored };
  const { prefix, nextNumber, resetOnApril1, nextYearPrefix } = input;
  const series: InvoiceSeries = { ...rolled.value, prefix, nextNumber, resetOnApril1, nextYearPrefix };
  const checked = checkSeries(series, await store.otherSeries(tx, seriesId));
  if (!checked.ok) return checked;
  const claims = await store.claimsOf(tx, seriesId, series.financialYear);
  const warnings = [...checked.value];
  if (hasNumbered(before, claims)) {
    const change = checkSeriesChange({ ...before, prefix: series.prefix }, series);
    if (!change.ok) return change;
    warnings.push(...change.value);
  }
  return ok({ before, series, claims, preview: previewOf(series, warnings), label: stored.owner });
}

/** Has the series given a number in its year? The counter never goes back in a year, so it is past where it began. */
function hasNumbered(series: InvoiceSeries, claims: readonly store.PrefixClaim[]): boolean {
  return claims.some((c) => c.firstNumber < series.nextNumber);
}

async function moveClaims(
  tx: Tx,
  ctx: Ctx,
  before: Before,
  after: InvoiceSeries,
  claims: readonly store.PrefixClaim[],
): Promise<Result<undefined>> {
  const { financialYear: year } = after;
  const numbered = hasNumbered(before, claims);
  if (numbered && after.nextNumber > before.nextNumber)
    await store.insertJump(tx, {
      seriesId: before.seriesId,
      financialYear: year,
      from: before.nextNumber,
      to: after.nextNumber,
      now: ctx.now,
      actorName: ctx.actor.name,
    });
  const own = claims.find((c) => c.gstin === before.gstin && c.prefix === before.prefix);
  const unused = own !== undefined && own.firstNumber >= before.nextNumber;
  if (own !== undefined && !unused && after.prefix === before.prefix) return ok();
  // A prefix under which nothing was numbered is free again.
  if (unused) await store.dropClaim(tx, { gstin: own.gstin, financialYear: year, prefix: own.prefix });
  return claim(tx, before.seriesId, after);
}

async function claim(tx: Tx, seriesId: InvoiceSeriesId, series: InvoiceSeries): Promise<Result<undefined>> {
  const { gstin, prefix, financialYear: year } = series;
  const taken = { gstin, financialYear: year, prefix, seriesId, firstNumber: series.nextNumber };
  if (await store.claimPrefix(tx, taken)) return ok();
  return refuse("SERIES_PREFIX_TAKEN", { prefix, financialYear: year, gstin, other: "an earlier series" });
}

function previewOf(series: InvoiceSeries, warnings: readonly SeriesWarning[]): SeriesPreview {
  const next = numberAt(series, series.nextNumber);
  assert(next.ok, "a checked series has room for its next number");
  const nextYear = firstNumberNextYear(series);
  return {
    financialYear: series.financialYear,
    nextNumber: next.value,
    firstNumberNextYear: nextYear.ok ? nextYear.value : null,
    warnings: warnings.map((w) => explain(w).message),
  };
}
