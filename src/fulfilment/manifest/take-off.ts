import { audit } from "../../identity/index.ts";
import { type ManifestId, ok, type Result, refuse, type ShippingPackageId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { lockForMove } from "../lock.store.ts";
import { movePackages } from "../move.ts";
import { decideOpen } from "./manifest.ts";
import { reachManifest } from "./reach-manifest.ts";
import { parcels, takeOffRows } from "./store.ts";

/**
 * Takes parcels off an open manifest: they are READY_TO_SHIP again and may go onto another. All or none.
 * Refusals: NOT_FOUND, MANIFEST_ALREADY_CLOSED, MANIFEST_DISCARDED, NOT_ON_MANIFEST.
 */
export function takeOff(
  ctx: Ctx,
  input: { manifestId: ManifestId; packageIds: readonly ShippingPackageId[] },
): Promise<Result<{ taken: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const manifest = await reachManifest(tx, ctx, input.manifestId, "shared");
    if (!manifest.ok) return manifest;
    const open = decideOpen(manifest.value);
    if (!open.ok) return open;
    await lockForMove(tx, input.packageIds);
    const found = (await parcels(tx, input.packageIds)).filter((p) => p.manifestId === input.manifestId);
    const missing = input.packageIds.filter((id) => !found.some((p) => p.shippingPackageId === id));
    if (missing.length > 0) return refuse("NOT_ON_MANIFEST", { packages: missing, manifest: manifest.value.code });
    // One that was cancelled meanwhile only leaves the list.
    const standing = found.filter((p) => p.state === "MANIFESTED").map((p) => p.shippingPackageId);
    const moved = await movePackages(tx, ctx, standing, "takeOff", { facts: { manifest: manifest.value.code } });
    if (!moved.ok) return moved;
    await takeOffRows(tx, input.manifestId, input.packageIds);
    await audit(tx, ctx, {
      action: "fulfilment.manifest_parcels_taken_off",
      recordType: "manifest",
      recordId: input.manifestId,
      recordCode: manifest.value.code,
      before: { packages: found.map((p) => p.code) },
    });
    return ok({ taken: found.length });
  });
}
