import { audit } from "../../identity/index.ts";
import { type ManifestId, ok, type Result, refuse, type ShippingPackageId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { lockForMove } from "../lock.store.ts";
import { movePackages } from "../move.ts";
import { decideOpen, type Manifest } from "./manifest.ts";
import { reachManifest } from "./reach-manifest.ts";
import { parcels, takeOffRows } from "./store.ts";

/**
 * Takes parcels off an open manifest: they are READY_TO_SHIP again and may go onto another. All or none.
 * Refusals: NOT_FOUND, MANIFEST_ALREADY_CLOSED, MANIFEST_DISCARDED, MANIFEST_BEING_CLOSED, NOT_ON_MANIFEST.
 */
export function takeOff(
  ctx: Ctx,
  input: { manifestId: ManifestId; packageIds: readonly ShippingPackageId[] },
): Promise<Result<{ taken: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const manifest = await reachManifest(tx, ctx, input.manifestId, "shared");
    if (!manifest.ok) return manifest;
    return takeOffIn(tx, ctx, manifest.value, input.packageIds);
  });
}

/**
 * `takeOff` of a locked manifest, in the caller's transaction. `facts` go onto the parcels' timelines. Refusals:
 * MANIFEST_ALREADY_CLOSED, MANIFEST_DISCARDED, MANIFEST_BEING_CLOSED, NOT_ON_MANIFEST.
 */
export async function takeOffIn(
  tx: Tx,
  ctx: Ctx,
  manifest: Manifest,
  packageIds: readonly ShippingPackageId[],
  facts: Readonly<Record<string, unknown>> = {},
): Promise<Result<{ taken: number }>> {
  const { manifestId, code } = manifest;
  const open = decideOpen(manifest);
  if (!open.ok) return open;
  await lockForMove(tx, packageIds);
  const found = (await parcels(tx, packageIds)).filter((p) => p.manifestId === manifestId);
  const missing = packageIds.filter((id) => !found.some((p) => p.shippingPackageId === id));
  if (missing.length > 0) return refuse("NOT_ON_MANIFEST", { packages: missing, manifest: code });
  // One that was cancelled meanwhile only leaves the list.
  const standing = found.filter((p) => p.state === "MANIFESTED").map((p) => p.shippingPackageId);
  const moved = await movePackages(tx, ctx, standing, "takeOff", { facts: { manifest: code, ...facts } });
  if (!moved.ok) return moved;
  await takeOffRows(tx, manifestId, packageIds);
  await audit(tx, ctx, {
    action: "fulfilment.manifest_parcels_taken_off",
    recordType: "manifest",
    recordId: manifestId,
    recordCode: code,
    before: { packages: found.map((p) => p.code) },
  });
  return ok({ taken: found.length });
}
