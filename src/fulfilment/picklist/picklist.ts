import type { ShelfId } from "../../inventory/index.ts";
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
} from "../../kernel/index.ts";
import type { PackageState } from "../shipping-package.ts";

export type PicklistId = Id<"Picklist">;

/** Life of a pick list (behaviours 4.3): fetched, received at the dock, closed when nothing of it is left to invoice. */
export const picklistLifecycle = lifecycle({
  name: "picklist",
  states: ["CREATED", "RECEIVED", "CLOSED"],
  initial: ["CREATED"],
  terminal: ["CLOSED"],
  events: {
    receive: { from: ["CREATED"], to: "RECEIVED" },
    close: { from: ["CREATED", "RECEIVED"], to: "CLOSED" }, // by hand: what is left goes back to its shelves
  },
});
export type PicklistState = (typeof picklistLifecycle.states)[number];

/** A shipment whose goods are still to be fetched: for these a list may be printed without any change. */
export const TO_FETCH: readonly PackageState[] = ["CREATED", "CUSTOMIZATION_COMPLETE", "PICKING"];
/** A shipment that a pick list holds. */
export const IN_PICKING: readonly PackageState[] = ["PICKING", "PICKED"];

export interface Picklist {
  readonly picklistId: PicklistId;
  readonly code: string;
  readonly state: PicklistState;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly traceability: "NONE" | "SKU" | "ITEM";
}

/** A unit that a pick list asks for, and is not settled: not invoiced, put back, missing or cancelled. */
export interface OpenPick {
  readonly unitId: SaleOrderItemId;
  readonly unitCode: string;
  readonly saleOrderId: SaleOrderId;
  readonly shippingPackageId: ShippingPackageId;
  readonly packageCode: string;
  readonly packageState: PackageState;
  readonly packageType: "FIXED" | "FLEXIBLE";
  readonly skuId: SkuId;
  readonly sku: string;
  readonly channelSku: string;
  readonly shelfId: ShelfId | null;
  readonly shelf: string | null;
}

/** One line of the walk. */
export interface Pick {
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly shelfId: ShelfId | null;
  readonly shelf: string | null;
  readonly quantity: number;
}

/** Units as lines of SKU x shelf, in the order of the shelves ("A2" before "A10"); what is made to order comes last. Pure. */
export function picksOf(units: readonly Omit<Pick, "quantity">[]): Pick[] {
  const groups = Map.groupBy(units, (unit) => `${unit.shelfId} ${unit.skuId}`);
  const picks = [...groups.values()].flatMap((group) => (group[0] ? [{ ...group[0], quantity: group.length }] : []));
  return picks.sort(
    (a, b) =>
      Number(a.shelf === null) - Number(b.shelf === null) ||
      byNumber.compare(a.shelf ?? "", b.shelf ?? "") ||
      byNumber.compare(a.sku, b.sku),
  );
}

const byNumber = new Intl.Collator("en", { numeric: true });

/** Whether a list still changes. Pure. */
export function decideOpen(list: { readonly code: string; readonly state: PicklistState }): Result<undefined> {
  return list.state === "CLOSED" ? refuse("PICKLIST_CLOSED", { picklist: list.code }) : ok();
}

/** What was scanned at the dock: a SKU code, or the channel's code of the SKU, and how often. */
export interface Scanned {
  readonly code: string;
  readonly quantity: number;
}

/**
 * Whether a list may be received. Pure. Where the facility traces SKUs every piece is scanned, and what was scanned must
 * be what the list asks for; where it traces nothing, scans are checked only when they are given.
 * Refusals: PICKLIST_CLOSED, PICKLIST_ALREADY_RECEIVED, PICKLIST_SCAN_NEEDED, PICKLIST_COUNT_DIFFERS.
 */
export function decideReceive(
  list: Picklist,
  picks: readonly { readonly sku: string; readonly channelSku: string }[],
  scanned: readonly Scanned[] | null,
): Result<undefined> {
  const open = decideOpen(list);
  if (!open.ok) return open;
  if (list.state === "RECEIVED") return refuse("PICKLIST_ALREADY_RECEIVED", { picklist: list.code });
  if (scanned === null)
    return list.traceability === "NONE"
      ? ok()
      : refuse("PICKLIST_SCAN_NEEDED", { picklist: list.code, facility: list.facilityCode });
  const wanted = new Map([...Map.groupBy(picks, (pick) => pick.sku)].map(([sku, units]) => [sku, units.length]));
  const seen = new Map<string, number>();
  for (const { code, quantity } of scanned) {
    const sku = picks.find((pick) => same(pick.sku, code) || same(pick.channelSku, code))?.sku ?? code;
    seen.set(sku, (seen.get(sku) ?? 0) + quantity);
  }
  const differences = [...new Set([...wanted.keys(), ...seen.keys()])].flatMap((sku) => {
    const asked = wanted.get(sku);
    const got = seen.get(sku) ?? 0;
    if (asked === undefined) return [`${got} of ${sku}, which is not on it`];
    return asked === got ? [] : [`${got} of ${asked} ${sku}`];
  });
  return differences.length > 0 ? refuse("PICKLIST_COUNT_DIFFERS", { picklist: list.code, differences }) : ok();
}

function same(a: string, b: string): boolean {
  return a.toUpperCase() === b.trim().toUpperCase();
}

/** What a person did not find at its shelf. */
export interface Missing {
  readonly skuId: SkuId;
  readonly shelfId: ShelfId | null;
  readonly quantity: number;
}

/** What becomes of units when pieces are missing. */
export interface NotFound {
  /** Units that go without: they wait for stock. */
  readonly missing: readonly OpenPick[];
  /** Units of orders that ship whole or not at all: in hand, but they go back and wait with the missing ones. */
  readonly released: readonly OpenPick[];
}

/**
 * Which units go without when pieces are missing on a shelf. Pure. @param picks open picks, the nearest deadline first:
 * the last in line go without. An order that ships whole or not at all leaves the list with all of its parcel.
 * Refusals: PICKLIST_CLOSED, PICK_HAS_NO_SHELF, PICK_NOT_ON_LIST.
 */
export function decideNotFound(list: Picklist, picks: readonly OpenPick[], given: Missing): Result<NotFound> {
  const open = decideOpen(list);
  if (!open.ok) return open;
  const on = picks.filter((pick) => pick.skuId === given.skuId && pick.shelfId === given.shelfId);
  const [first] = on;
  if (first && given.shelfId === null) return refuse("PICK_HAS_NO_SHELF", { sku: first.sku });
  if (!first || given.quantity > on.length)
    return refuse("PICK_NOT_ON_LIST", {
      picklist: list.code,
      sku: first?.sku ?? given.skuId,
      shelf: first?.shelf ?? "that shelf",
      units: on.length,
      given: given.quantity,
    });
  const missing = on.slice(on.length - given.quantity);
  const whole = new Set(missing.filter((p) => p.packageType === "FIXED").map((p) => p.shippingPackageId));
  const released = picks.filter((pick) => whole.has(pick.shippingPackageId) && !missing.includes(pick));
  return ok({ missing, released });
}
