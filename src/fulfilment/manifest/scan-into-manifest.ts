import { type ManifestId, ok, type Result } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { addTo } from "./add-parcels.ts";
import { decideScan, type Parcel } from "./manifest.ts";
import { reachManifest } from "./reach-manifest.ts";
import { findScanned, parcels } from "./store.ts";

/**
 * Puts the parcel that a person scanned onto a manifest: by package code, tracking number or order code.
 * Refusals: NOT_FOUND, MANIFEST_ALREADY_CLOSED, MANIFEST_DISCARDED, SCAN_UNKNOWN, SCAN_AMBIGUOUS, and those of `decideAdd`.
 */
export function scanIntoManifest(ctx: Ctx, input: { manifestId: ManifestId; code: string }): Promise<Result<Parcel>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const manifest = await reachManifest(tx, ctx, input.manifestId, "shared");
    if (!manifest.ok) return manifest;
    const code = input.code.trim();
    const found = await parcels(tx, await findScanned(tx, code, ctx.facilities));
    const chosen = decideScan(manifest.value, code, found);
    if (!chosen.ok) return chosen;
    const { refused } = await addTo(tx, ctx, manifest.value, [chosen.value.shippingPackageId]);
    // Somebody was faster: the reason is the one that holds now, under the lock.
    return refused[0] ? { ok: false, refusal: refused[0].refusal } : ok(chosen.value);
  });
}
