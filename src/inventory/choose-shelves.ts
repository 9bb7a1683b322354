import type { FacilityId, SkuId } from "../kernel/index.ts";
import type { Tx } from "../platform/db.ts";
import { levelKey, type ShelfId } from "./ledger.ts";
import { goodOnShelves, lockLevels } from "./store.ts";

/** From where units of a SKU are taken: a shelf, or virtual stock (made to order) where the shelves are empty. */
export interface Take {
  readonly skuId: SkuId;
  readonly shelfId: ShelfId | null;
  readonly bucket: "good" | "virtual";
}

/**
 * Chooses for each wanted unit the shelf it is taken from: fullest shelf first, virtual stock when no shelf has any.
 * Locks the levels, so that what is chosen is still there when it is posted in the same transaction. Gives one entry a
 * unit, in the order of `wanted`; null where nothing is left to take.
 */
export async function chooseShelves(
  tx: Tx,
  facilityId: FacilityId,
  wanted: readonly SkuId[],
): Promise<(Take | null)[]> {
  const pairs = [...new Set(wanted)].map((skuId) => ({ facilityId, skuId }));
  const levels = new Map((await lockLevels(tx, pairs)).map((level) => [levelKey(level), { ...level }]));
  const shelves = (
    await goodOnShelves(
      tx,
      facilityId,
      pairs.map((p) => p.skuId),
    )
  ).map((s) => ({ ...s }));
  return wanted.map((skuId) => {
    const shelf = shelves.filter((s) => s.skuId === skuId && s.quantity > 0).sort((a, b) => b.quantity - a.quantity)[0];
    if (shelf) {
      shelf.quantity -= 1;
      return { skuId, shelfId: shelf.shelfId, bucket: "good" };
    }
    const level = levels.get(levelKey({ facilityId, skuId }));
    if (!level || level.virtual === 0) return null;
    levels.set(levelKey({ facilityId, skuId }), { ...level, virtual: level.virtual - 1 });
    return { skuId, shelfId: null, bucket: "virtual" };
  });
}
