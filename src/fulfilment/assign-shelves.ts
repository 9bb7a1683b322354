import type { ShelfId, Take } from "../inventory/index.ts";
import type { SkuId } from "../kernel/index.ts";

/** Good stock of a SKU on a shelf, and how much of it other pick lists have promised already. */
export interface ShelfStock {
  readonly skuId: SkuId;
  readonly shelfId: ShelfId;
  readonly quantity: number;
  readonly promised: number;
  /** The code of the cycle count that counts the shelf at this moment; null: it is free. */
  readonly counting: string | null;
}

export interface WantedUnit {
  readonly skuId: SkuId;
  /** The shelf that a pick list sent somebody to for this unit; its promise is this unit's own. */
  readonly picked: ShelfId | null;
}

/**
 * From which shelf each unit is taken. Pure. A picked unit comes from where it was picked; the others from the shelf with
 * the most that is promised to nobody, then from virtual stock (made to order), last from a shelf whose stock is all
 * promised (its pick list then finds another). A shelf that is being counted gives only what is nowhere else: who makes a pick
 * list refuses it, goods in hand have to come from somewhere. One entry a unit, in the order of `wanted`; null where nothing is left.
 */
export function assignShelves(
  wanted: readonly WantedUnit[],
  shelves: readonly ShelfStock[],
  virtual: ReadonlyMap<SkuId, number>,
): (Take | null)[] {
  const bySku = Map.groupBy(
    shelves.map((s) => ({ ...s })),
    (s) => s.skuId,
  );
  const virtualLeft = new Map(virtual);
  const takes = wanted.map((unit): Take | null => {
    if (unit.picked === null) return null;
    const shelf = bySku.get(unit.skuId)?.find((s) => s.shelfId === unit.picked && s.quantity > 0);
    if (!shelf) return null;
    shelf.quantity -= 1;
    shelf.promised -= 1;
    return { skuId: unit.skuId, shelfId: shelf.shelfId, bucket: "good" };
  });
  return wanted.map((unit, i) => {
    const picked = takes[i];
    if (picked) return picked;
    const left = (bySku.get(unit.skuId) ?? []).filter((s) => s.quantity > 0);
    const spare = left.filter((s) => s.quantity > s.promised);
    const free = spare.filter((s) => s.counting === null);
    const made = virtualLeft.get(unit.skuId) ?? 0;
    const shelf =
      most(free, (s) => s.quantity - s.promised) ??
      (made > 0 ? undefined : (most(spare, (s) => s.quantity - s.promised) ?? most(left, (s) => s.quantity)));
    if (shelf) {
      shelf.quantity -= 1;
      return { skuId: unit.skuId, shelfId: shelf.shelfId, bucket: "good" };
    }
    if (made === 0) return null;
    virtualLeft.set(unit.skuId, made - 1);
    return { skuId: unit.skuId, shelfId: null, bucket: "virtual" };
  });
}

/** The one with the largest number; the first of equals. */
function most<T>(of: readonly T[], number: (one: T) => number): T | undefined {
  return of.reduce<T | undefined>(
    (best, one) => (best === undefined || number(one) > number(best) ? one : best),
    undefined,
  );
}
