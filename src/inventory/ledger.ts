import type { FacilityId, Id, SkuId } from "../kernel/index.ts";

/** Buckets of stock. Blocked units lie in good or virtual stock too: they are promised, not gone. */
export const BUCKETS = ["good", "blocked", "bad", "qc_rejected", "putaway_pending", "not_found", "virtual"] as const;
export type Bucket = (typeof BUCKETS)[number];

/** What lies on a shelf; the other buckets are counted per facility. */
export const SHELF_BUCKETS = ["good", "bad", "qc_rejected", "not_found"] as const;
export type ShelfBucket = (typeof SHELF_BUCKETS)[number];

export type Cause =
  | "ADJUST_ADD"
  | "ADJUST_REMOVE"
  | "ADJUST_REPLACE"
  | "ADJUST_TRANSFER"
  | "ALLOCATE"
  | "RELEASE"
  | "DISPATCH"
  | "CANCEL_TO_PUTAWAY"
  | "PUTAWAY"
  | "SHORTAGE"
  /** Kept for an order that its channel reviews, and the end of that. */
  | "KEEP_FOR_REVIEW"
  | "REVIEW_OVER"
  /** Goods that came back from a customer or a courier, and goods from a vendor: in the house, on no shelf yet. */
  | "RECEIVE_RETURN"
  | "GOODS_RECEIVED"
  | "GATEPASS_OUT"
  | "GATEPASS_BACK"
  | "CYCLE_COUNT"
  /** Taken off a shelf to be put on another. */
  | "SHELF_TRANSFER"
  /** A piece that had left before the books had it is taken out of them. */
  | "SHORTAGE_SETTLED";

/**
 * Causes that change what can be sold to somebody else. Allocation and dispatch do not: what they take was subtracted as
 * open sale from the moment the order was created.
 */
export const CAUSES_THAT_CHANGE_AVAILABILITY: ReadonlySet<Cause> = new Set<Cause>([
  "ADJUST_ADD",
  "ADJUST_REMOVE",
  "ADJUST_REPLACE",
  "ADJUST_TRANSFER",
  "RELEASE",
  "CANCEL_TO_PUTAWAY",
  "PUTAWAY",
  "SHORTAGE",
  "KEEP_FOR_REVIEW",
  "REVIEW_OVER",
  "GATEPASS_OUT",
  "CYCLE_COUNT",
  "SHELF_TRANSFER",
  "SHORTAGE_SETTLED",
]);

export type ShelfId = Id<"Shelf">;

/** One signed row of the ledger. */
export interface Entry {
  readonly facilityId: FacilityId;
  readonly skuId: SkuId;
  /** The shelf for what lies on one; null for counted buckets. */
  readonly shelfId: ShelfId | null;
  readonly bucket: Bucket;
  /** Units, signed, never zero. */
  readonly quantity: number;
  readonly cause: Cause;
  readonly causeType: string | null;
  readonly causeId: string | null;
  readonly note: string | null;
}

export type Level = Readonly<Record<Bucket, number>>;

export interface Shortage {
  readonly facilityId: FacilityId;
  readonly skuId: SkuId;
  readonly shelfId: ShelfId | null;
  readonly bucket: Bucket;
  readonly has: number;
  readonly wanted: number;
}

export function levelKey(of: { facilityId: FacilityId; skuId: SkuId }): string {
  return `${of.facilityId} ${of.skuId}`;
}

export function shelfKey(of: { shelfId: ShelfId | null; skuId: SkuId; bucket: Bucket }): string {
  return `${of.shelfId} ${of.skuId} ${of.bucket}`;
}

/**
 * All that the entries would leave short, not only the first: below zero on a level or a shelf, or more blocked than is
 * there (that would be overselling). Pure; levels and shelves that are absent count as zero.
 */
export function shortages(
  entries: readonly Entry[],
  levels: ReadonlyMap<string, Level>,
  shelves: ReadonlyMap<string, number>,
): Shortage[] {
  const found: Shortage[] = [];
  const perLevel = new Map<string, { entry: Entry; change: Map<Bucket, number> }>();
  const perShelf = new Map<string, { entry: Entry; change: number }>();
  for (const entry of entries) {
    const at = perLevel.get(levelKey(entry)) ?? { entry, change: new Map<Bucket, number>() };
    at.change.set(entry.bucket, (at.change.get(entry.bucket) ?? 0) + entry.quantity);
    perLevel.set(levelKey(entry), at);
    if (entry.shelfId === null) continue;
    const on = perShelf.get(shelfKey(entry)) ?? { entry, change: 0 };
    perShelf.set(shelfKey(entry), { entry: on.entry, change: on.change + entry.quantity });
  }
  for (const [key, { entry, change }] of perShelf) {
    const has = shelves.get(key) ?? 0;
    if (has + change < 0) found.push({ ...entry, has, wanted: -change });
  }
  for (const [key, { entry, change }] of perLevel) {
    const level = levels.get(key);
    const has = (bucket: Bucket) => level?.[bucket] ?? 0;
    const after = (bucket: Bucket) => has(bucket) + (change.get(bucket) ?? 0);
    for (const bucket of BUCKETS)
      if (after(bucket) < 0 && !found.some((s) => levelKey(s) === key && s.bucket === bucket))
        found.push({ ...entry, shelfId: null, bucket, has: has(bucket), wanted: -(change.get(bucket) ?? 0) });
    const free = has("good") + has("virtual") - has("blocked");
    const taken = free - (after("good") + after("virtual") - after("blocked"));
    if (taken > free && !found.some((s) => levelKey(s) === key))
      found.push({ ...entry, shelfId: null, bucket: "blocked", has: free, wanted: taken });
  }
  return found;
}
