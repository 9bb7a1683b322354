import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { mayWorkIn } from "../warehouse/index.ts";
import type { Putaway, PutawayId, PutawayItem } from "./putaway.ts";
import { itemsOf, lockPutaway } from "./store.ts";

/** A putaway list within reach, locked, with its units. Refuses NOT_FOUND. */
export async function reachPutaway(
  tx: Tx,
  ctx: Ctx,
  putawayId: PutawayId,
): Promise<Result<{ putaway: Putaway; items: PutawayItem[] }>> {
  const putaway = await lockPutaway(tx, putawayId);
  if (!putaway || !mayWorkIn(ctx, putaway.facilityId)) return refuse("NOT_FOUND", { what: "putaway", id: putawayId });
  return ok({ putaway, items: await itemsOf(tx, putawayId) });
}
