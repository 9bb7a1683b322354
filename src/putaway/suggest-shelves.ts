import type { Tx } from "../platform/db.ts";
import { placeUnits } from "./place.ts";
import type { Putaway, PutawayItem } from "./putaway.ts";
import { heldBySku, shelfSpaces, splitPercentOf, writeItems } from "./store.ts";

/**
 * Gives units of a list the shelves that `placeUnits` finds, except where a person chose one. What is not graded yet is
 * placed as if it were good: most is, and another grade asks again.
 */
export async function suggestShelves(
  tx: Tx,
  putaway: Pick<Putaway, "facilityId">,
  items: readonly PutawayItem[],
): Promise<void> {
  const open = items.filter((item) => !item.shelfChosen);
  if (open.length === 0) return;
  const units = open.map((item) => ({
    ...{ itemId: item.itemId, skuId: item.skuId, grade: item.grade ?? ("good" as const) },
    notOn: item.sourceShelfId,
  }));
  const { facilityId } = putaway;
  const placed = placeUnits(
    units,
    await shelfSpaces(
      tx,
      facilityId,
      open.map((item) => item.itemId),
    ),
    await heldBySku(tx, facilityId, [...new Set(open.map((item) => item.skuId))]),
    await splitPercentOf(tx, facilityId),
  );
  await writeItems(
    tx,
    open.map(({ itemId }) => ({ itemId, shelf: { id: placed.get(itemId) ?? null, chosen: false } })),
  );
}
