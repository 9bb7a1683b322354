import { type ManifestId, ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { forgetMessage, refusedParcels } from "./asking.store.ts";
import { decideOpen } from "./manifest.ts";
import { reachManifest } from "./reach-manifest.ts";
import { takeOffIn } from "./take-off.ts";

/**
 * Takes off the parcels that the channel refused: READY_TO_SHIP again; its words stand on their timelines. Refusals:
 * NOT_FOUND, MANIFEST_ALREADY_CLOSED, MANIFEST_DISCARDED, MANIFEST_BEING_CLOSED, NOTHING_REFUSED.
 */
export function takeOffRefused(ctx: Ctx, manifestId: ManifestId): Promise<Result<{ taken: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const manifest = await reachManifest(tx, ctx, manifestId, "alone");
    if (!manifest.ok) return manifest;
    const open = decideOpen(manifest.value);
    if (!open.ok) return open; // before it is said that nothing is refused
    const packageIds = await refusedParcels(tx, manifestId);
    if (packageIds.length === 0) return refuse("NOTHING_REFUSED", { manifest: manifest.value.code });
    const taken = await takeOffIn(tx, ctx, manifest.value, packageIds, { refusedBy: manifest.value.channelCode });
    if (!taken.ok) return taken;
    await forgetMessage(tx, manifestId);
    return ok(taken.value);
  });
}
