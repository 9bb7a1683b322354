import { type ManifestId, ok, type Result, refuse } from "../kernel/index.ts";
import { raiseAlarms } from "../platform/alarms.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { insertRemovals, manifestsOf } from "./adopt/adopt.store.ts";
import { removalAlarm } from "./adopt/alarms.ts";
import { lockPackagesOf } from "./cancel.store.ts";
import type { Manifest } from "./manifest/manifest.ts";
import { takeOffIn } from "./manifest/take-off.ts";
import type { LockedUnit } from "./store.ts";

/** Manifests that were locked before the order. */
export type OpenManifests = ReadonlyMap<ManifestId, Manifest>;

/**
 * Takes parcels of which the channel cancelled units off their open manifests, before they are cancelled: the courier must not
 * get them. People at those manifests and at the board are alarmed until somebody has seen it or puts the goods away, closed
 * manifest or not. Refuses CANCEL_WHILE_HANDED_OVER
 * while the channel is asked for a manifest's list.
 */
export async function takeOffCancelled(
  tx: Tx,
  ctx: Ctx,
  { order, manifests }: { readonly order: { readonly code: string }; readonly manifests: OpenManifests },
  units: readonly LockedUnit[],
): Promise<Result<undefined>> {
  const standing = (await lockPackagesOf(tx, units)).filter((parcel) => parcel.state === "MANIFESTED");
  if (standing.length === 0) return ok();
  const busy = refuse("CANCEL_WHILE_HANDED_OVER", {
    order: order.code,
    packages: standing.map((parcel) => parcel.code),
  });
  const on = await manifestsOf(
    tx,
    standing.map((parcel) => parcel.shippingPackageId),
  );
  for (const [manifestId, rows] of Map.groupBy(on, (row) => row.manifestId)) {
    const manifest = manifests.get(manifestId);
    if (manifest === undefined || manifest.asking) return busy;
    const ids = rows.map((row) => row.shippingPackageId);
    const off = await takeOffIn(tx, ctx, manifest, ids, { because: "cancelled on the channel" });
    if (!off.ok) return off;
    await insertRemovals(
      tx,
      ids.map((shippingPackageId) => ({ shippingPackageId, manifestId, picklistId: null, why: "CANCELLED" as const })),
      ctx.now,
    );
    const codes = standing.filter((parcel) => ids.includes(parcel.shippingPackageId)).map((parcel) => parcel.code);
    await raiseAlarms(tx, ctx, [removalAlarm({ ...manifest, packages: codes })]);
  }
  // One that is manifested and on no manifest could not be taken off.
  return on.length === standing.length ? ok() : busy;
}
