import type { ShelfId } from "../inventory/index.ts";
import {
  type FacilityId,
  type Id,
  lifecycle,
  ok,
  type Result,
  refuse,
  type SaleOrderId,
  type SaleOrderItemId,
  type ShippingPackageId,
  type SkuId,
} from "../kernel/index.ts";

export type PutawayId = Id<"Putaway">;
export type PutawayItemId = Id<"PutawayItem">;

/** Life of a putaway list (behaviours 6.4): made with suggested shelves, corrected by people, complete when the goods are counted. */
export const putawayLifecycle = lifecycle({
  name: "putaway",
  states: ["CREATED", "PENDING", "COMPLETE"],
  initial: ["CREATED"],
  terminal: ["COMPLETE"],
  events: {
    assign: { from: ["CREATED", "PENDING"], to: "PENDING" }, // a person graded, chose a shelf, or scanned
    complete: { from: ["CREATED", "PENDING"], to: "COMPLETE" },
  },
});
export type PutawayState = (typeof putawayLifecycle.states)[number];

/** Why goods must go back to a shelf. */
export const PUTAWAY_KINDS = [
  "PUTAWAY_CANCELLED_ITEM",
  "PUTAWAY_COURIER_RETURNED_ITEMS",
  "PUTAWAY_RECEIVED_RETURNS",
  "PUTAWAY_REVERSE_PICKUP_ITEM",
  "PUTAWAY_GRN_ITEM",
  "PUTAWAY_SHELF_TRANSFER",
  "PUTAWAY_PICKLIST_ITEM",
  "PUTAWAY_GATEPASS_ITEM",
] as const;
export type PutawayKind = (typeof PUTAWAY_KINDS)[number];

/** What a unit is worth when it is back: each grade is a bucket of stock. */
export const GRADES = ["good", "bad", "qc_rejected"] as const;
export type Grade = (typeof GRADES)[number];

/** The grade that a list begins with: a cancelled unit never left the house; what comes back from outside is looked at first. */
export function firstGrade(kind: PutawayKind): Grade | null {
  return kind === "PUTAWAY_CANCELLED_ITEM" || kind === "PUTAWAY_PICKLIST_ITEM" ? "good" : null;
}

export interface WaitingItem {
  readonly itemId: PutawayItemId;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly kind: PutawayKind;
  readonly skuId: SkuId;
  /** The list it is on. */
  readonly putawayCode: string | null;
}

/** Whether chosen units may go onto one list. Pure. @param found those that still wait, locked */
export function decideCreate(
  wanted: readonly PutawayItemId[],
  found: readonly WaitingItem[],
): Result<{ facilityId: FacilityId; kind: PutawayKind }> {
  const missing = wanted.filter((id) => !found.some((item) => item.itemId === id));
  const [first] = found;
  if (missing.length > 0 || !first) return refuse("PUTAWAY_ITEMS_GONE", { count: missing.length });
  const taken = found.filter((item) => item.putawayCode !== null);
  if (taken.length > 0)
    return refuse("PUTAWAY_ITEMS_TAKEN", {
      count: taken.length,
      putaways: distinct(taken.map((item) => item.putawayCode ?? "")),
    });
  const facilities = distinct(found.map((item) => item.facilityCode));
  if (facilities.length > 1) return refuse("PUTAWAY_ITEMS_MIXED", { what: "facilities", given: facilities });
  const kinds = distinct(found.map((item) => item.kind));
  if (kinds.length > 1) return refuse("PUTAWAY_ITEMS_MIXED", { what: "kinds", given: kinds });
  return ok({ facilityId: first.facilityId, kind: first.kind });
}

export interface Putaway {
  readonly putawayId: PutawayId;
  readonly code: string;
  readonly state: PutawayState;
  readonly kind: PutawayKind;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
}

export interface PutawayItem {
  readonly itemId: PutawayItemId;
  readonly skuId: SkuId;
  readonly sku: string;
  /** The channel's own code of the unit, which its label may bear. */
  readonly channelSku: string | null;
  readonly unitId: SaleOrderItemId | null;
  readonly saleOrderId: SaleOrderId | null;
  readonly shippingPackageId: ShippingPackageId | null;
  readonly packageCode: string | null;
  /** What brought it: a return case, a receipt of goods, a gatepass. */
  readonly sourceId: string | null;
  readonly grade: Grade | null;
  readonly shelfId: ShelfId | null;
  readonly confirmed: boolean;
}

/** Whether a list still changes. Pure. */
export function decidePending(putaway: Pick<Putaway, "code" | "state">): Result<undefined> {
  return putaway.state === "COMPLETE" ? refuse("PUTAWAY_COMPLETE", { putaway: putaway.code }) : ok();
}

/**
 * Which units a scan confirms. Pure. A SKU (ours, or the channel's code for it) confirms one piece, a package all that is
 * of it: one piece is in the hand, or the whole parcel is. Refusals: PUTAWAY_COMPLETE, PUTAWAY_SCAN_UNKNOWN, PUTAWAY_SCANNED_ALL.
 */
export function decideScan(
  putaway: Pick<Putaway, "code" | "state">,
  items: readonly PutawayItem[],
  code: string,
): Result<PutawayItem[]> {
  const pending = decidePending(putaway);
  if (!pending.ok) return pending;
  const same = (text: string | null) => text !== null && text.toUpperCase() === code.toUpperCase();
  const pieces = items.filter((item) => same(item.sku) || same(item.channelSku));
  const meant = pieces.length > 0 ? pieces : items.filter((item) => same(item.packageCode));
  if (meant.length === 0) return refuse("PUTAWAY_SCAN_UNKNOWN", { code, putaway: putaway.code });
  const open = meant.filter((item) => !item.confirmed);
  if (open.length === 0) return refuse("PUTAWAY_SCANNED_ALL", { code, units: meant.length, putaway: putaway.code });
  return ok(pieces.length > 0 ? open.slice(0, 1) : open);
}

/** A unit whose grade is known. */
export type GradedUnit = PutawayItem & { readonly grade: Grade };

export const isGraded = (item: PutawayItem): item is GradedUnit => item.grade !== null;

/** A unit whose grade and shelf are known. */
export type GradedItem = PutawayItem & { readonly grade: Grade; readonly shelfId: ShelfId };

/**
 * Whether a list may be completed. Pure. @param confirmAll the person vouches for what was not scanned.
 * Refusals: PUTAWAY_COMPLETE, PUTAWAY_EMPTY, PUTAWAY_NOT_GRADED, PUTAWAY_NOT_CONFIRMED.
 */
export function decideComplete(
  putaway: Pick<Putaway, "code" | "state">,
  items: readonly PutawayItem[],
  confirmAll: boolean,
): Result<GradedItem[]> {
  const pending = decidePending(putaway);
  if (!pending.ok) return pending;
  if (items.length === 0) return refuse("PUTAWAY_EMPTY", { putaway: putaway.code });
  const graded = items.filter((item): item is GradedItem => item.grade !== null && item.shelfId !== null);
  const lacking = items.filter((item) => item.grade === null || item.shelfId === null);
  if (lacking.length > 0)
    return refuse("PUTAWAY_NOT_GRADED", { putaway: putaway.code, count: lacking.length, skus: skusOf(lacking) });
  const unseen = confirmAll ? [] : items.filter((item) => !item.confirmed);
  if (unseen.length > 0)
    return refuse("PUTAWAY_NOT_CONFIRMED", { putaway: putaway.code, count: unseen.length, skus: skusOf(unseen) });
  return ok(graded);
}

const SKUS_NAMED_MAX = 20;

function skusOf(items: readonly PutawayItem[]): string[] {
  return distinct(items.map((item) => item.sku)).slice(0, SKUS_NAMED_MAX);
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
