import { sourceOf } from "../../channels/index.ts";
import { type ManifestId, ok, type Result } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { addTo } from "./add-parcels.ts";
import { decideRoom, decideScan, type Parcel } from "./manifest.ts";
import { reachManifest } from "./reach-manifest.ts";
import { findScanned, packagesOn, parcels } from "./store.ts";

/**
 * Puts the parcel that a person scanned onto a manifest: by package code, tracking number or order code.
 * Refusals: NOT_FOUND, MANIFEST_ALREADY_CLOSED, MANIFEST_DISCARDED, MANIFEST_BEING_CLOSED, SCAN_UNKNOWN, SCAN_AMBIGUOUS, MANIFEST_TOO_LARGE_FOR_CHANNEL,
 * MANIFEST_FULL, and those of `decideAdd`.
 */
export function scanIntoManifest(ctx: Ctx, input: { manifestId: ManifestId; code: string }): Promise<Result<Parcel>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const manifest = await reachManifest(tx, ctx, input.manifestId, "shared");
    if (!manifest.ok) return manifest;
    const code = input.code.trim();
    const found = await parcels(tx, await findScanned(tx, code, ctx.facilities));
    const chosen = decideScan(manifest.value, code, found);
    if (!chosen.ok) return chosen;
    const on = await packagesOn(tx, input.manifestId);
    const room = decideRoom(manifest.value, sourceOf(manifest.value.source), on.length, 1);
    if (!room.ok) return room;
    const { refused } = await addTo(tx, ctx, manifest.value, [chosen.value.shippingPackageId]);
    // Somebody was faster: the reason is the one that holds now, under the lock.
    return refused[0] ? { ok: false, refusal: refused[0].refusal } : ok(chosen.value);
  });
}
