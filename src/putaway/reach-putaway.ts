import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { mayWorkIn } from "../warehouse/index.ts";
import type { Putaway, PutawayId } from "./putaway.ts";
import { lockPutaway } from "./store.ts";

/** A putaway list of a facility in which the actor may work, locked. Refusals: NOT_FOUND. */
export async function reachPutaway(tx: Tx, ctx: Ctx, putawayId: PutawayId): Promise<Result<Putaway>> {
  const putaway = await lockPutaway(tx, putawayId);
  if (!putaway || !mayWorkIn(ctx, putaway.facilityId)) return refuse("NOT_FOUND", { what: "putaway", id: putawayId });
  return ok(putaway);
}
