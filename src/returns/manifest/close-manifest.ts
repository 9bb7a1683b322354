import { lockForMove } from "../../fulfilment/index.ts";
import { ok, type Result } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { backParcels } from "../receive.store.ts";
import { receiveArrivals } from "../receive-units.ts";
import { note, reachReturnManifest } from "./fill-manifest.ts";
import { decideClose, type ReturnManifestId } from "./return-manifest.ts";
import { parcelsOn, saveEnded } from "./store.ts";

/**
 * Closes a return manifest: its parcels are RETURN_ACKNOWLEDGED and their goods wait for putaway in its facility, all in one
 * transaction; what nobody announced gets its return here. Refusals: NOT_FOUND and those of `decideClose`.
 */
export function closeReturnManifest(
  ctx: Ctx,
  id: ReturnManifestId,
): Promise<Result<{ parcels: number; units: number; missing: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachReturnManifest(tx, ctx, id, "alone");
    if (!reached.ok) return reached;
    const manifest = reached.value;
    const listed = await parcelsOn(tx, id);
    const ids = listed.map((each) => each.shippingPackageId);
    await lockForMove(tx, ids);
    const closed = decideClose(manifest, listed, await backParcels(tx, ids));
    if (!closed.ok) return closed;
    await receiveArrivals(tx, ctx, closed.value, {
      ...{ facilityId: manifest.facilityId, facilityCode: manifest.facilityCode, manifest: manifest.code },
      ...{ kind: "PUTAWAY_COURIER_RETURNED_ITEMS" as const, grades: new Map() },
    });
    await saveEnded(tx, id, "CLOSED", ctx.actor.name, ctx.now);
    const units = closed.value.reduce((sum, each) => sum + each.received.length, 0);
    const missing = closed.value.reduce((sum, each) => sum + each.missing.length, 0);
    const outcome = { parcels: closed.value.length, units, missing };
    await note(tx, ctx, manifest, "closed", {
      before: { state: manifest.state },
      after: { state: "CLOSED", ...outcome },
    });
    return ok(outcome);
  });
}
