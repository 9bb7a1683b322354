import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { tellGraded } from "./hooks.ts";
import { isGraded, type Putaway } from "./putaway.ts";
import { itemsOf, takeUntold } from "./store.ts";

/**
 * Tells other modules of each unit on a list whose grade is another than they were told last, and remembers it: a unit that
 * was taken off a list and comes back with the same grade is not told twice.
 */
export async function tellGrades(tx: Tx, ctx: Ctx, putaway: Putaway): Promise<void> {
  const itemIds = await takeUntold(tx, putaway.putawayId);
  if (itemIds.length === 0) return;
  const items = await itemsOf(tx, putaway.putawayId, { itemIds });
  await tellGraded(tx, ctx, { putaway, items: items.filter(isGraded) });
}
