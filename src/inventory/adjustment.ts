import { type FacilityId, type Facts, ok, type Refusal, type Result, refuse, type SkuId } from "../kernel/index.ts";
import type { CsvRow } from "../platform/csv.ts";
import { beingCounted } from "./counted-shelf.ts";
import {
  type Bucket,
  type Cause,
  type Entry,
  type Level,
  levelKey,
  type ShelfId,
  shelfKey,
  shortages,
} from "./ledger.ts";

export const ADJUSTMENTS = ["ADD", "REMOVE", "REPLACE", "TRANSFER"] as const;
export type AdjustmentKind = (typeof ADJUSTMENTS)[number];
/** What people call the buckets that may be adjusted, in Uniware's words. */
export const INVENTORY_TYPES = ["GOOD_INVENTORY", "BAD_INVENTORY", "QC_REJECTED", "VIRTUAL_INVENTORY"] as const;
export type InventoryType = (typeof INVENTORY_TYPES)[number];

const BUCKET_OF = {
  GOOD_INVENTORY: "good",
  BAD_INVENTORY: "bad",
  QC_REJECTED: "qc_rejected",
  VIRTUAL_INVENTORY: "virtual",
} as const satisfies Record<InventoryType, Bucket>;
const CAUSE_OF = {
  ADD: "ADJUST_ADD",
  REMOVE: "ADJUST_REMOVE",
  REPLACE: "ADJUST_REPLACE",
  TRANSFER: "ADJUST_TRANSFER",
} as const satisfies Record<AdjustmentKind, Cause>;

export const ADJUST_QUANTITY_MAX = 10_000_000;
/** Far above any warehouse; a level's column holds twice as much. */
const LEVEL_MAX = 1_000_000_000;
export const REMARKS_LENGTH_MAX = 255;
/** Where stock lies that nobody gave a place. */
const DEFAULT_SHELF = "DEFAULT";

/** One change that a person asks for, by codes. */
export interface Adjustment {
  readonly facility: string;
  readonly sku: string;
  readonly type: InventoryType;
  readonly kind: AdjustmentKind;
  /** REPLACE: what lies there afterwards, 0 included. Else pieces, at least one. */
  readonly quantity: number;
  /** Null: DEFAULT, or none for virtual stock. */
  readonly shelf: string | null;
  readonly transferToShelf: string | null;
  readonly remarks: string | null;
}

/** Shelf by code; null for stock that lies on none. */
export function shelfCodeOf(a: Pick<Adjustment, "type" | "shelf">): string | null {
  return a.type === "VIRTUAL_INVENTORY" ? null : (a.shelf ?? DEFAULT_SHELF);
}

/** Checks one adjustment alone. Refusals in this order: ADJUSTMENT_INVALID, SHELF_NOT_APPLICABLE, TRANSFER_VIRTUAL, TRANSFER_SAME_SHELF. */
export function checkAdjustment(a: Adjustment): Result<Adjustment> {
  const invalid = (field: string, detail: string) => refuse("ADJUSTMENT_INVALID", { field, detail });
  const least = a.kind === "REPLACE" ? 0 : 1;
  if (!Number.isSafeInteger(a.quantity) || a.quantity < least || a.quantity > ADJUST_QUANTITY_MAX)
    return invalid("Quantity", `a whole number from ${least} to ${ADJUST_QUANTITY_MAX}`);
  if ((a.remarks ?? "").length > REMARKS_LENGTH_MAX)
    return invalid("Remarks", `at most ${REMARKS_LENGTH_MAX} characters`);
  if (a.type === "VIRTUAL_INVENTORY" && a.kind === "TRANSFER") return refuse("TRANSFER_VIRTUAL");
  if (a.type === "VIRTUAL_INVENTORY" && a.shelf !== null) return refuse("SHELF_NOT_APPLICABLE", { shelf: a.shelf });
  if (a.kind !== "TRANSFER")
    return a.transferToShelf === null ? ok(a) : invalid("Transfer To Shelf Code", "only for TRANSFER");
  if (a.transferToShelf === null) return invalid("Transfer To Shelf Code", "a transfer needs the shelf it goes to");
  if (a.transferToShelf === shelfCodeOf(a)) return refuse("TRANSFER_SAME_SHELF", { shelf: a.transferToShelf });
  return ok(a);
}

/** A line of an upload: an adjustment, or why it is none. */
export interface AdjustmentLine {
  readonly line: number;
  readonly sku: string;
  readonly adjustment: Result<Adjustment>;
}

/**
 * Reads an upload. Pure. The same stock named twice, once by REPLACE, is refused from the second line on: which one
 * holds would depend on the order, and the file could not be repeated without harm.
 */
export function readAdjustments(rows: readonly CsvRow[]): AdjustmentLine[] {
  const lines = rows.map(
    (row): AdjustmentLine => ({ line: row.line, sku: row.cells.skucode ?? "", adjustment: readRow(row) }),
  );
  const places = lines.map(({ adjustment }) => (adjustment.ok ? placesOf(adjustment.value) : []));
  const firstAt = new Map<string, number>();
  const replaced = new Set<string>();
  for (const [i, { line, adjustment }] of lines.entries())
    for (const place of places[i] ?? []) {
      if (!firstAt.has(place)) firstAt.set(place, line);
      if (adjustment.ok && adjustment.value.kind === "REPLACE") replaced.add(place);
    }
  return lines.map((line, i) => {
    const clash = (places[i] ?? []).find((place) => replaced.has(place) && firstAt.get(place) !== line.line);
    if (clash === undefined) return line;
    return { ...line, adjustment: refuse("ADJUSTMENT_ROWS_SAME", { line: firstAt.get(clash) ?? 0 }) };
  });
}

function placesOf(a: Adjustment): string[] {
  const place = (shelf: string | null) => JSON.stringify([a.facility, a.sku, a.type, shelf]);
  return a.transferToShelf === null ? [place(shelfCodeOf(a))] : [place(shelfCodeOf(a)), place(a.transferToShelf)];
}

function readRow({ cells }: CsvRow): Result<Adjustment> {
  const kind = ADJUSTMENTS.find((k) => k === (cells.adjustmenttype ?? "").toUpperCase());
  if (kind === undefined)
    return refuse("ADJUSTMENT_INVALID", { field: "Adjustment Type", detail: ADJUSTMENTS.join(", ") });
  const typeText = (cells.inventorytype || "GOOD_INVENTORY").toUpperCase();
  const type = INVENTORY_TYPES.find((t) => t === typeText);
  if (type === undefined)
    return refuse("ADJUSTMENT_INVALID", { field: "Inventory Type", detail: INVENTORY_TYPES.join(", ") });
  return checkAdjustment({
    facility: cells.facilitycode ?? "",
    sku: cells.skucode ?? "",
    type,
    kind,
    quantity: /^\d{1,9}$/.test(cells.quantity ?? "") ? Number(cells.quantity) : Number.NaN,
    shelf: cells.shelfcode || null,
    transferToShelf: cells.transfertoshelfcode || null,
    remarks: cells.remarks || null,
  });
}

/** An adjustment whose codes were found. */
export interface FoundAdjustment extends Adjustment {
  readonly facilityId: FacilityId;
  readonly skuId: SkuId;
  readonly skuEnabled: boolean;
  readonly from: FoundShelf | null;
  readonly to: FoundShelf | null;
}
export interface FoundShelf {
  readonly shelfId: ShelfId;
  readonly code: string;
  readonly enabled: boolean;
}

/** Levels and shelves as they are, and as they become while adjustments are decided one after the other. */
export interface StockBook {
  readonly levels: Map<string, Level>;
  readonly shelves: Map<string, number>;
  /** Shelves that are counted at this moment, with the code of the count. */
  readonly counting: ReadonlyMap<ShelfId, string>;
}

/**
 * Decides one adjustment against the book and writes it there; refused ones leave the book alone. An empty list means
 * that nothing changes. Refusals: SHELF_BEING_COUNTED, STOCK_SKU_DISABLED, SHELF_DISABLED (only where stock would be added), NOT_ENOUGH_STOCK.
 */
export function decideAdjustment(book: StockBook, a: FoundAdjustment): Result<Entry[]> {
  const bucket = BUCKET_OF[a.type];
  const at = { facilityId: a.facilityId, skuId: a.skuId, bucket };
  const entry = (shelf: FoundShelf | null, quantity: number): Entry => ({
    ...at,
    shelfId: shelf?.shelfId ?? null,
    quantity,
    cause: CAUSE_OF[a.kind],
    causeType: null,
    causeId: null,
    note: a.remarks,
  });
  const has =
    a.from === null
      ? (book.levels.get(levelKey(at))?.[bucket] ?? 0)
      : (book.shelves.get(shelfKey({ ...at, shelfId: a.from.shelfId })) ?? 0);
  const delta = { ADD: a.quantity, REMOVE: -a.quantity, REPLACE: a.quantity - has, TRANSFER: -a.quantity }[a.kind];
  if (delta === 0) return ok([]);
  for (const shelf of [a.from, a.to]) {
    const counting = shelf === null ? undefined : book.counting.get(shelf.shelfId);
    if (shelf !== null && counting !== undefined)
      return { ok: false, refusal: beingCounted({ code: shelf.code, facilityCode: a.facility, counting }) };
  }
  const grows = a.kind === "TRANSFER" ? a.to : delta > 0 ? a.from : null;
  if (grows !== null && !grows.enabled) return refuse("SHELF_DISABLED", { shelf: grows.code, facility: a.facility });
  if (delta > 0 && !a.skuEnabled) return refuse("STOCK_SKU_DISABLED", { sku: a.sku });
  const entries = a.kind === "TRANSFER" ? [entry(a.from, delta), entry(a.to, -delta)] : [entry(a.from, delta)];
  const short = shortages(entries, book.levels, book.shelves);
  if (short.length > 0) return { ok: false, refusal: shortRefusal(a, short) };
  if ((book.levels.get(levelKey(at))?.[bucket] ?? 0) + delta > LEVEL_MAX)
    return refuse("ADJUSTMENT_INVALID", { field: "Quantity", detail: `at most ${LEVEL_MAX} pieces in one facility` });
  for (const e of entries) enter(book, e);
  return ok(entries);
}

function enter(book: StockBook, e: Entry): void {
  const level = book.levels.get(levelKey(e)) ?? NOTHING;
  book.levels.set(levelKey(e), { ...level, [e.bucket]: level[e.bucket] + e.quantity });
  if (e.shelfId !== null) book.shelves.set(shelfKey(e), (book.shelves.get(shelfKey(e)) ?? 0) + e.quantity);
}

const NOTHING: Level = { good: 0, blocked: 0, bad: 0, qc_rejected: 0, putaway_pending: 0, not_found: 0, virtual: 0 };

function shortRefusal(a: FoundAdjustment, short: ReturnType<typeof shortages>): Refusal<"NOT_ENOUGH_STOCK"> {
  const words = short.map((s) => {
    const where = s.shelfId === null ? a.facility : `shelf ${a.from?.code ?? ""} of ${a.facility}`;
    const what = s.bucket === "blocked" ? "free (the rest is promised to orders)" : s.bucket.replace("_", " ");
    return `${a.sku} at ${where}: ${s.has} ${what}, ${s.wanted} wanted`;
  });
  const facts: Facts = { shortages: words, count: words.length };
  return { code: "NOT_ENOUGH_STOCK", facts };
}
