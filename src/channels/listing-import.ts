import { newId, type Refusal, refuse, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { csvImport, noOptions } from "../platform/csv-import.ts";
import type { Tx } from "../platform/db.ts";
import type { WorkedRow } from "../platform/work.ts";
import type { ListingFigures, LockedListing } from "./listing.store.ts";
import * as store from "./listing.store.ts";
import { type ListingLine, readListingLine } from "./listing-line.ts";
import { changeLocked, mapLocked } from "./listings.ts";
import { sourceOf } from "./registry.ts";

/**
 * Upload of mappings and figures of listings. An empty cell leaves what is there; "-" takes a cap away. Of channels whose
 * source tells no catalogue the file is the catalogue: a product id that nobody has seen becomes a listing with its SKU, so
 * that its stock is told before its first order; Channel SKU and Title are taken of those channels alone.
 */
export const importListings = csvImport({
  kind: "channels.import_listings",
  title: "Import of listings",
  path: "/listings/import",
  summary: "Map listings and set their figures from CSV; make those of channels that tell no catalogue",
  permission: "listings.edit",
  rowsMax: 100_000,
  columns: [
    { title: "Channel Code", required: true, example: "Jupiter_Money_1" },
    { title: "Channel Product Id", required: true, example: "8002-8002-STD" },
    { title: "Channel SKU", example: "MILTON-FLASK" },
    { title: "Title", example: "Steel Flask 1 L" },
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

type ChannelsByCode = Awaited<ReturnType<typeof store.channelsByCode>>;

/** What the lines of a chunk stand against. */
interface Known {
  readonly channels: ChannelsByCode;
  readonly skus: ReadonlyMap<string, SkuId>;
  readonly byKey: ReadonlyMap<string, LockedListing>;
  /** Keys of listings that this chunk made. */
  readonly made: ReadonlySet<string>;
}

const keyOf = (of: { channelCode: string; channelProductId: string }) => `${of.channelCode} ${of.channelProductId}`;

async function importChunk(ctx: Ctx, tx: Tx, lines: readonly ListingLine[]): Promise<readonly WorkedRow[]> {
  const known = await withMissingMade(ctx, tx, lines);
  const toMap = new Map<LockedListing["listingId"], SkuId>();
  const toChange = new Map<LockedListing["listingId"], { listing: LockedListing; figures: ListingFigures }>();
  const toRename = new Map<LockedListing["listingId"], Pick<store.FileListing, "listingId" | "channelSku" | "title">>();
  const worked = lines.map((line): WorkedRow => {
    const about = { rowNo: line.line, recordType: "listing", recordCode: line.channelProductId };
    const listing = known.byKey.get(keyOf(line));
    const fault = faultOf(line, known);
    if (fault !== null || !listing) return { ...about, outcome: "FAILED", ...(fault ? { refusal: fault } : {}) };
    const { listingId } = listing;
    const skuId = line.skuCode === null ? undefined : known.skus.get(line.skuCode);
    const maps = skuId !== undefined && skuId !== listing.skuId;
    if (maps) toMap.set(listingId, skuId);
    const changes = differs(line.figures, listing);
    if (changes) toChange.set(listingId, { listing, figures: line.figures });
    const renames = tellsNoCatalogue(line, known.channels) && isRenamed(line, listing);
    if (renames) toRename.set(listingId, { listingId, channelSku: line.channelSku, title: line.title });
    const done = maps || changes || renames || known.made.has(keyOf(line));
    return { ...about, recordId: listingId, outcome: done ? "DONE" : "UNCHANGED" };
  });
  const rows = [...toMap].map(([listingId, skuId]) => ({ listingId, skuId }));
  if (toRename.size > 0) await store.renameFileListings(tx, [...toRename.values()], ctx.now);
  if (rows.length > 0) await mapLocked(tx, ctx, [...known.byKey.values()], rows);
  await changeLocked(tx, ctx, [...toChange.values()]);
  return worked;
}

/** Locks the listings that lines name, and makes those that the file may make. */
async function withMissingMade(ctx: Ctx, tx: Tx, lines: readonly ListingLine[]): Promise<Known> {
  const channels = await store.channelsByCode(tx, [...new Set(lines.map((line) => line.channelCode))]);
  const skus = await store.skuIdsByCode(tx, [...new Set(lines.flatMap((line) => line.skuCode ?? []))]);
  const before = await byKeyOf(tx, lines);
  const toMake = new Map(
    lines.flatMap((line) => {
      const channel = channels.get(line.channelCode);
      const may = channel && tellsNoCatalogue(line, channels) && line.fault === null && line.channelProductId !== "";
      if (!may || before.has(keyOf(line)) || line.skuCode === null || !skus.has(line.skuCode)) return [];
      const { channelProductId, channelSku, title } = line;
      const { channelId } = channel;
      return [
        [keyOf(line), { listingId: newId<"Listing">(), channelId, channelProductId, channelSku, title }] as const,
      ];
    }),
  );
  if (toMake.size === 0) return { channels, skus, byKey: before, made: new Set() };
  await store.insertFileListings(tx, [...toMake.values()], ctx.now);
  return { channels, skus, byKey: await byKeyOf(tx, lines), made: new Set(toMake.keys()) };
}

async function byKeyOf(tx: Tx, lines: readonly ListingLine[]): Promise<Map<string, LockedListing>> {
  return new Map((await store.lockListingsByKey(tx, lines)).map((listing) => [keyOf(listing), listing]));
}

function tellsNoCatalogue(line: ListingLine, channels: ChannelsByCode): boolean {
  const channel = channels.get(line.channelCode);
  return channel !== undefined && sourceOf(channel.source).capabilities.pullListings === undefined;
}

/** Refusals in this order: those of the cells, LISTING_CHANNEL_UNKNOWN, LISTING_OF_CATALOGUE, LISTING_SKU_MISSING, LISTING_SKU_UNKNOWN. */
function faultOf(line: ListingLine, { channels, skus, byKey }: Known): Refusal | null {
  if (line.fault !== null) return line.fault;
  const channel = channels.get(line.channelCode);
  if (!channel) return refuse("LISTING_CHANNEL_UNKNOWN", { channel: line.channelCode }).refusal;
  const about = { channel: line.channelCode, listing: line.channelProductId };
  const isNew = !byKey.has(keyOf(line));
  if (isNew && !tellsNoCatalogue(line, channels))
    return refuse("LISTING_OF_CATALOGUE", { ...about, source: sourceOf(channel.source).label }).refusal;
  if (line.skuCode === null) return isNew ? refuse("LISTING_SKU_MISSING", about).refusal : null;
  return skus.has(line.skuCode) ? null : refuse("LISTING_SKU_UNKNOWN", { skus: [line.skuCode] }).refusal;
}

function isRenamed({ channelSku, title }: ListingLine, listing: LockedListing): boolean {
  return (channelSku !== null && channelSku !== listing.channelSku) || (title !== null && title !== listing.title);
}

function differs(figures: ListingFigures, listing: LockedListing): boolean {
  return (
    (figures.disabled !== undefined && figures.disabled !== listing.disabled) ||
    (figures.buffer !== undefined && figures.buffer !== listing.buffer) ||
    (figures.reservedForChannel !== undefined && figures.reservedForChannel !== listing.reservedForChannel) ||
    (figures.cap !== undefined && figures.cap !== listing.cap)
  );
}
