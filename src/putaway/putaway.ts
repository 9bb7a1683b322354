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

/** The kinds as people know them. */
export const KIND_NAMES: Readonly<Record<PutawayKind, string>> = {
  PUTAWAY_CANCELLED_ITEM: "Cancelled Items",
  PUTAWAY_COURIER_RETURNED_ITEMS: "Courier Returned Items",
  PUTAWAY_RECEIVED_RETURNS: "Putaway Received Returns",
  PUTAWAY_REVERSE_PICKUP_ITEM: "Putaway Reverse Pickup Item",
  PUTAWAY_GRN_ITEM: "GRN Item",
  PUTAWAY_SHELF_TRANSFER: "Shelf Transfer",
  PUTAWAY_PICKLIST_ITEM: "Picklist Item",
  PUTAWAY_GATEPASS_ITEM: "Gatepass Item",
};

/** What a unit is worth when it is back: each grade is a bucket of stock. */
export const GRADES = ["good", "bad", "qc_rejected"] as const;
export type Grade = (typeof GRADES)[number];

/** Kinds that come back from outside: somebody looks at each unit before it counts as anything. */
const LOOKED_AT_FIRST: ReadonlySet<PutawayKind> = new Set<PutawayKind>([
  "PUTAWAY_COURIER_RETURNED_ITEMS",
  "PUTAWAY_RECEIVED_RETURNS",
  "PUTAWAY_REVERSE_PICKUP_ITEM",
  "PUTAWAY_GATEPASS_ITEM",
]);

/**
 * The grade that a list begins with where nothing was proposed: what never left the house, and what passed the quality
 * check of its receipt, is good; what comes back from outside has none until a person says so.
 */
export function firstGrade(kind: PutawayKind): Grade | null {
  return LOOKED_AT_FIRST.has(kind) ? null : "good";
}

export interface WaitingItem {
  readonly itemId: PutawayItemId;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly kind: PutawayKind;
  readonly skuId: SkuId;
  /** What was known of it before: a reject of a receipt, the bucket it was taken out of. */
  readonly proposedGrade: Grade | null;
  /** What brought it: a return case, a receipt of goods, a gatepass, a shelf transfer. */
  readonly sourceId: string | null;
  /** The shelf that a shelf transfer took it off. */
  readonly sourceShelfId: ShelfId | null;
  /** The list it is on. */
  readonly putawayCode: string | null;
}

/** Whether chosen units may go onto one list. Pure. @param found those that still wait, locked */
export function decideCreate(
  wanted: readonly PutawayItemId[],
  found: readonly WaitingItem[],
): Result<{ facilityId: FacilityId; kind: PutawayKind }> {
  const there = new Set(found.map((item) => item.itemId));
  const missing = wanted.filter((id) => !there.has(id));
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
  if (kinds.length > 1)
    return refuse("PUTAWAY_ITEMS_MIXED", { what: "kinds", given: kinds.map((kind) => KIND_NAMES[kind]) });
  return ok({ facilityId: first.facilityId, kind: first.kind });
}

/**
 * Whether waiting units may go onto a list that there is. Pure. Refusals: PUTAWAY_COMPLETE, those of `decideCreate`, and
 * PUTAWAY_OTHER_LIST where they are of another kind or facility than the list.
 */
export function decideAdd(
  putaway: Pick<Putaway, "code" | "state" | "kind" | "facilityId" | "facilityCode">,
  wanted: readonly PutawayItemId[],
  found: readonly WaitingItem[],
): Result<undefined> {
  const pending = decidePending(putaway);
  if (!pending.ok) return pending;
  const decision = decideCreate(wanted, found);
  if (!decision.ok) return decision;
  const { kind, facilityId } = decision.value;
  if (kind !== putaway.kind || facilityId !== putaway.facilityId)
    return refuse("PUTAWAY_OTHER_LIST", {
      putaway: putaway.code,
      kind: KIND_NAMES[putaway.kind],
      facility: putaway.facilityCode,
      given: KIND_NAMES[kind],
      there: found[0]?.facilityCode ?? "",
    });
  return ok();
}

/** A unit that a shelf transfer took off its shelf. */
export type TransferredItem = WaitingItem & { readonly proposedGrade: Grade; readonly sourceShelfId: ShelfId };

/** Whether waiting units may go back to the shelves they were taken off. Pure. Refusals: those of `decideCreate`, SHELF_TRANSFER_NOT_ONE. */
export function decideGiveBack(
  wanted: readonly PutawayItemId[],
  found: readonly WaitingItem[],
): Result<{ facilityId: FacilityId; items: TransferredItem[] }> {
  const decision = decideCreate(wanted, found);
  if (!decision.ok) return decision;
  const { facilityId, kind } = decision.value;
  const items = found.filter(
    (item): item is TransferredItem => item.sourceShelfId !== null && item.proposedGrade !== null,
  );
  return items.length < found.length
    ? refuse("SHELF_TRANSFER_NOT_ONE", { kind: KIND_NAMES[kind] })
    : ok({ facilityId, items });
}

export interface Putaway {
  readonly putawayId: PutawayId;
  readonly code: string;
  readonly state: PutawayState;
  readonly kind: PutawayKind;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly note: string | null;
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
  /** The shelf that a shelf transfer took it off. */
  readonly sourceShelfId: ShelfId | null;
  readonly grade: Grade | null;
  readonly shelfId: ShelfId | null;
  /** The shelf's code. */
  readonly shelf: string | null;
  /** A person chose the shelf: another grade does not change it. */
  readonly shelfChosen: boolean;
  readonly confirmed: boolean;
}

/** Whether a list still changes. Pure. */
export function decidePending(putaway: Pick<Putaway, "code" | "state">): Result<undefined> {
  return putaway.state === "COMPLETE" ? refuse("PUTAWAY_COMPLETE", { putaway: putaway.code }) : ok();
}

/** Units of a list as a person names them: one by one, or so many of those that look alike there. */
export type Choice =
  | { readonly itemIds: readonly PutawayItemId[]; readonly group?: undefined }
  | { readonly group: Group; readonly quantity?: number | undefined; readonly itemIds?: undefined };

/** Units of a list that look alike: they differ in nothing that a person decides. */
export interface Group {
  readonly skuId: SkuId;
  readonly grade: Grade | null;
  readonly shelfId: ShelfId | null;
}

/**
 * The units of a list that choices name, in the order of the choices. Pure. Of a group those that were not scanned come first:
 * what was scanned was in somebody's hand as it stands. Refuses PUTAWAY_NOT_ON_LIST where some are not on it, or not as many.
 */
export function chosenUnits(
  putaway: Pick<Putaway, "code">,
  items: readonly PutawayItem[],
  choices: readonly Choice[],
): Result<PutawayItem[][]> {
  const byId = new Map(items.map((item) => [item.itemId, item]));
  const groups = Map.groupBy(items, groupKey);
  let missing = 0;
  const chosen = choices.map((choice): PutawayItem[] => {
    if (choice.itemIds !== undefined) {
      const there = choice.itemIds.flatMap((id) => byId.get(id) ?? []);
      missing += choice.itemIds.length - there.length;
      return there;
    }
    const alike = (groups.get(groupKey(choice.group)) ?? []).toSorted(
      (a, b) => Number(a.confirmed) - Number(b.confirmed),
    );
    const wanted = choice.quantity ?? Math.max(1, alike.length);
    missing += Math.max(0, wanted - alike.length);
    return alike.slice(0, wanted);
  });
  return missing > 0 ? refuse("PUTAWAY_NOT_ON_LIST", { putaway: putaway.code, count: missing }) : ok(chosen);
}

const groupKey = (of: Group) => `${of.skuId} ${of.grade} ${of.shelfId}`;

/** Where the person who scans stands, and as what they judge what they scan. */
export interface ScanningAs {
  readonly shelfId?: ShelfId | undefined;
  readonly grade?: Grade | undefined;
}

/**
 * Which units a scan confirms. Pure. A SKU (ours, or the channel's code for it) confirms one piece, a package all that is
 * of it: one piece is in the hand, or the whole parcel is. Of several pieces, one that is meant for the shelf and has the
 * grade of the scan is taken before others. Refusals: PUTAWAY_COMPLETE, PUTAWAY_SCAN_UNKNOWN, PUTAWAY_SCANNED_ALL.
 */
export function decideScan(
  putaway: Pick<Putaway, "code" | "state">,
  items: readonly PutawayItem[],
  code: string,
  as: ScanningAs = {},
): Result<PutawayItem[]> {
  const pending = decidePending(putaway);
  if (!pending.ok) return pending;
  const same = (text: string | null) => text !== null && text.toUpperCase() === code.toUpperCase();
  const pieces = items.filter((item) => same(item.sku) || same(item.channelSku));
  const meant = pieces.length > 0 ? pieces : items.filter((item) => same(item.packageCode));
  if (meant.length === 0) return refuse("PUTAWAY_SCAN_UNKNOWN", { code, putaway: putaway.code });
  const open = meant.filter((item) => !item.confirmed);
  if (open.length === 0) return refuse("PUTAWAY_SCANNED_ALL", { code, units: meant.length, putaway: putaway.code });
  if (pieces.length === 0) return ok(open);
  const misfit = (item: PutawayItem) =>
    (as.shelfId !== undefined && item.shelfId !== as.shelfId ? 2 : 0) +
    (as.grade !== undefined && item.grade !== as.grade ? 1 : 0);
  return ok(open.toSorted((a, b) => misfit(a) - misfit(b)).slice(0, 1));
}

/** A unit whose grade is known. */
export type GradedUnit = PutawayItem & { readonly grade: Grade };

export const isGraded = (item: PutawayItem): item is GradedUnit => item.grade !== null;

/** A unit whose grade and shelf are known. */
export type GradedItem = PutawayItem & { readonly grade: Grade; readonly shelfId: ShelfId };

/** A shelf that units are about to be counted on: what lies there, and what its type takes. */
export interface ShelfRoom {
  readonly shelfId: ShelfId;
  readonly code: string;
  readonly enabled: boolean;
  /** Units; null: as many as one likes. */
  readonly capacity: number | null;
  readonly held: number;
}

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

/**
 * Whether shelves take what is about to be counted on them. Pure. @param coming units for each shelf.
 * Refusals: PUTAWAY_SHELF_UNKNOWN (disabled since), PUTAWAY_SHELF_FULL with every full shelf and how many fit.
 */
export function decideRoom(
  facility: string,
  shelves: readonly ShelfRoom[],
  coming: ReadonlyMap<ShelfId, number>,
): Result<undefined> {
  const off = shelves.filter((shelf) => !shelf.enabled);
  if (off.length > 0) return refuse("PUTAWAY_SHELF_UNKNOWN", { shelves: off.map((shelf) => shelf.code), facility });
  const full = shelves.flatMap((shelf) => {
    const units = coming.get(shelf.shelfId) ?? 0;
    if (shelf.capacity === null || shelf.held + units <= shelf.capacity) return [];
    const fit = Math.max(0, shelf.capacity - shelf.held);
    return [`${shelf.code} holds ${shelf.held} of ${shelf.capacity}: ${fit} fit, ${units} are to go there`];
  });
  return full.length > 0 ? refuse("PUTAWAY_SHELF_FULL", { facility, shelves: full }) : ok();
}

const SKUS_NAMED_MAX = 20;

function skusOf(items: readonly PutawayItem[]): string[] {
  return distinct(items.map((item) => item.sku)).slice(0, SKUS_NAMED_MAX);
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
