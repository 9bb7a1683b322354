import { type Refusal, refuse } from "../kernel/index.ts";
import type { Cause, Entry, ShelfId } from "./ledger.ts";

/**
 * What may be posted to a shelf while it is counted: the count itself, and goods that were off the shelf already when it
 * was begun. They leave with their parcel or go back by putaway whatever is counted; the count is then not accepted
 * (behaviours 7.7: a shelf is counted only while no work is pending on it).
 */
const CAUSES_DURING_A_COUNT: ReadonlySet<Cause> = new Set<Cause>(["CYCLE_COUNT", "DISPATCH", "CANCEL_TO_PUTAWAY"]);

export interface Shelf {
  readonly shelfId: ShelfId;
  readonly code: string;
  readonly facilityCode: string;
  readonly counting: string | null;
}

/** Why entries may not be posted: one of their shelves is being counted. Pure; null where none is. */
export function whileCounted(
  entries: readonly Pick<Entry, "shelfId" | "cause">[],
  shelves: readonly Shelf[],
): Refusal<"SHELF_BEING_COUNTED"> | null {
  const touched = new Set(entries.filter((e) => !CAUSES_DURING_A_COUNT.has(e.cause)).map((e) => e.shelfId));
  const counted = shelves.find((shelf) => shelf.counting !== null && touched.has(shelf.shelfId));
  return counted === undefined ? null : beingCounted(counted);
}

export function beingCounted(shelf: Omit<Shelf, "shelfId">): Refusal<"SHELF_BEING_COUNTED"> {
  return refuse("SHELF_BEING_COUNTED", { shelf: shelf.code, facility: shelf.facilityCode, count: shelf.counting })
    .refusal;
}
