import { ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { mayWorkIn } from "../../warehouse/index.ts";
import { lockForMove } from "../lock.store.ts";
import type { OpenPick, Picklist, PicklistId } from "./picklist.ts";
import { openPicks, packagesOf, picklistById } from "./store.ts";

/**
 * A pick list within reach with what it still holds. Its orders, units and packages are locked first, as cancellations
 * lock them; a list changes only together with its packages, so that guards it too. Refuses NOT_FOUND.
 */
export async function reachPicklist(
  tx: Tx,
  ctx: Ctx,
  picklistId: PicklistId,
): Promise<Result<{ list: Picklist; picks: OpenPick[] }>> {
  await lockForMove(tx, await packagesOf(tx, picklistId));
  const list = await picklistById(tx, picklistId);
  if (!list || !mayWorkIn(ctx, list.facilityId)) return refuse("NOT_FOUND", { what: "pick list", id: picklistId });
  return ok({ list, picks: await openPicks(tx, picklistId) });
}
