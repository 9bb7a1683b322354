import { type ListingId, type Refusal, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { CsvRow } from "../platform/csv.ts";
import { csvImport, noOptions } from "../platform/csv-import.ts";
import type { Tx } from "../platform/db.ts";
import type { WorkedRow } from "../platform/work.ts";
import { type ListingFigures, type LockedListing, lockListingsByKey, skuIdsByCode } from "./listing.store.ts";
import { changeLocked, mapLocked } from "./listings.ts";

const FIGURE_MAX = 1_000_000;

/** One line of the file. A member is absent where its cell is empty: empty leaves what is there. */
interface ListingLine {
  readonly line: number;
  readonly channelCode: string;
  readonly channelProductId: string;
  readonly skuCode: string | null;
  readonly figures: ListingFigures;
  readonly fault: Refusal | null;
}

/** Upload of mappings and figures of listings that exist. An empty cell leaves what is there; "-" takes a cap away. */
export const importListings = csvImport({
  kind: "channels.import_listings",
  title: "Import of listings",
  path: "/listings/import",
  summary: "Map listings and set their figures from CSV",
  permission: "listings.edit",
  rowsMax: 100_000,
  columns: [
    { title: "Channel Code", required: true, example: "Jupiter_Money_1" },
    { title: "Channel Product Id", required: true, example: "8002-8002-STD" },
    { title: "SKU Code", example: "MILTON-FLASK-1L" },
    { title: "Disabled", example: "false" },
    { title: "Buffer", example: "0" },
    { title: "Reserved For Channel", example: "0" },
    { title: "Cap", example: "50" },
  ],
  options: noOptions,
  items: (rows) => rows.map(readListingLine),
  chunkSize: 1000,
  chunk: importChunk,
});

/** Reads the cells of one line. Pure; the first fault is kept. */
export function readListingLine(row: CsvRow): ListingLine {
  const cell = (key: string) => row.cells[key]?.trim() ?? "";
  const channelProductId = cell("channelproductid");
  let fault: Refusal | null = null;
  const figure = (field: string, key: string): number | undefined => {
    const given = cell(key);
    if (given === "") return undefined;
    if (/^\d{1,7}$/.test(given) && Number(given) <= FIGURE_MAX) return Number(given);
    fault ??= refuse("LISTING_FIGURE_INVALID", { field, listing: channelProductId, given: given.slice(0, 40) }).refusal;
    return undefined;
  };
  const flag = cell("disabled").toLowerCase();
  if (!["", "true", "false", "yes", "no"].includes(flag))
    fault = refuse("LISTING_FLAG_INVALID", { listing: channelProductId, given: flag.slice(0, 40) }).refusal;
  const figures = {
    disabled: flag === "" ? undefined : flag === "true" || flag === "yes",
    buffer: figure("Buffer", "buffer"),
    reservedForChannel: figure("Reserved For Channel", "reservedforchannel"),
    cap: cell("cap") === "-" ? null : figure("Cap", "cap"),
  };
  const skuCode = cell("skucode");
  return {
    ...{ line: row.line, channelCode: cell("channelcode"), channelProductId, figures, fault },
    skuCode: skuCode === "" ? null : skuCode,
  };
}

async function importChunk(ctx: Ctx, tx: Tx, lines: readonly ListingLine[]): Promise<readonly WorkedRow[]> {
  const listings = await lockListingsByKey(tx, lines);
  const byKey = new Map(listings.map((l) => [`${l.channelCode} ${l.channelProductId}`, l]));
  const skus = await skuIdsByCode(tx, [...new Set(lines.flatMap((line) => line.skuCode ?? []))]);
  const toMap = new Map<ListingId, NonNullable<ReturnType<typeof skus.get>>>();
  const toChange = new Map<ListingId, { listing: LockedListing; figures: ListingFigures }>();
  const worked = lines.map((line): WorkedRow => {
    const about = { rowNo: line.line, recordType: "listing", recordCode: line.channelProductId };
    const listing = byKey.get(`${line.channelCode} ${line.channelProductId}`);
    const skuId = line.skuCode === null ? null : skus.get(line.skuCode);
    const fault = faultOf(line, listing, skuId);
    if (fault !== null || !listing) return { ...about, outcome: "FAILED", ...(fault ? { refusal: fault } : {}) };
    const maps = skuId != null && skuId !== listing.skuId;
    if (maps) toMap.set(listing.listingId, skuId);
    const changes = differs(line.figures, listing);
    if (changes) toChange.set(listing.listingId, { listing, figures: line.figures });
    return { ...about, recordId: listing.listingId, outcome: maps || changes ? "DONE" : "UNCHANGED" };
  });
  const rows = [...toMap].map(([listingId, skuId]) => ({ listingId, skuId }));
  if (rows.length > 0) await mapLocked(tx, ctx, listings, rows);
  await changeLocked(tx, ctx, [...toChange.values()]);
  return worked;
}

function faultOf(line: ListingLine, listing: LockedListing | undefined, skuId: unknown): Refusal | null {
  if (line.fault !== null) return line.fault;
  if (!listing)
    return refuse("LISTING_NOT_FOUND", { listings: [`${line.channelCode} ${line.channelProductId}`] }).refusal;
  return skuId === undefined ? refuse("LISTING_SKU_UNKNOWN", { skus: [line.skuCode ?? ""] }).refusal : null;
}

function differs(figures: ListingFigures, listing: LockedListing): boolean {
  return (
    (figures.disabled !== undefined && figures.disabled !== listing.disabled) ||
    (figures.buffer !== undefined && figures.buffer !== listing.buffer) ||
    (figures.reservedForChannel !== undefined && figures.reservedForChannel !== listing.reservedForChannel) ||
    (figures.cap !== undefined && figures.cap !== listing.cap)
  );
}
