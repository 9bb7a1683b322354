import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { mayWorkIn, type ShelfId } from "../warehouse/index.ts";
import { type Counter, type CountShelf, type CycleCount, type CycleCountId, decideActive } from "./cycle-count.ts";
import { lockCount, lockCountShelves, readCount } from "./store.ts";

/** A count within reach that still changes, locked. Refuses NOT_FOUND, COUNT_ENDED. */
export async function reachCount(tx: Tx, ctx: Ctx, cycleCountId: CycleCountId): Promise<Result<CycleCount>> {
  const count = await lockCount(tx, cycleCountId);
  if (!count || !mayWorkIn(ctx, count.facilityId))
    return refuse("NOT_FOUND", { what: "cycle count", id: cycleCountId });
  const active = decideActive(count);
  return active.ok ? ok(count) : active;
}

/**
 * A shelf of a count, locked; the count itself is not, so that people count beside each other. Whoever ends the count looks
 * at its shelves after he locked it. Refuses NOT_FOUND, COUNT_ENDED.
 */
export async function reachShelf(
  tx: Tx,
  ctx: Ctx,
  of: { cycleCountId: CycleCountId; shelfId: ShelfId },
): Promise<Result<{ count: CycleCount; shelf: CountShelf }>> {
  const [shelf] = await lockCountShelves(tx, of.cycleCountId, [of.shelfId]);
  const count = await readCount(tx, of.cycleCountId);
  if (!count || !shelf || !mayWorkIn(ctx, count.facilityId))
    return refuse("NOT_FOUND", { what: "shelf of the cycle count", id: of.shelfId });
  const active = decideActive(count);
  return active.ok ? ok({ count, shelf }) : active;
}

export function counterOf(ctx: Ctx): Counter {
  return { id: ctx.actor.id, name: ctx.actor.name };
}
