import { queueNotices, sourceOf } from "../../channels/index.ts";
import { audit } from "../../identity/index.ts";
import { type ManifestId, ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { lockForMove } from "../lock.store.ts";
import { movePackages } from "../move.ts";
import { takeStock } from "../take-stock.ts";
import { dispatchLines, mayLeave, shipperOf } from "./dispatch-facts.ts";
import { decideClose } from "./manifest.ts";
import { reachManifest } from "./reach-manifest.ts";
import { dispatchRows, packagesOn, parcels, saveClosed } from "./store.ts";

/**
 * Closes a manifest: its parcels are dispatched, their stock leaves the ledger, orders with nothing left become COMPLETE,
 * and the channel is told of each parcel in the background. All in one transaction; whether the channel was reached is a
 * separate outcome that never brings a parcel back. Refusals, the first that holds: NOT_FOUND, MANIFEST_ALREADY_CLOSED,
 * MANIFEST_DISCARDED, MANIFEST_EMPTY, MANIFEST_PARCEL_CANCELLED, MANIFEST_INVOICE_MISSING, PACKAGE_STATE,
 * PACKAGE_ON_HOLD, PACKAGE_LOCKED; each names every parcel it holds for.
 */
export function closeManifest(ctx: Ctx, manifestId: ManifestId): Promise<Result<{ dispatched: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachManifest(tx, ctx, manifestId, "alone");
    if (!reached.ok) return reached;
    const manifest = reached.value;
    const packageIds = await packagesOn(tx, manifestId);
    await lockForMove(tx, packageIds);
    const decision = decideClose(manifest, await parcels(tx, packageIds));
    if (!decision.ok) return decision;
    const rows = await dispatchRows(tx, packageIds);
    const paperless = rows.filter((row) => !mayLeave(row)).map((row) => row.code);
    if (paperless.length > 0)
      return refuse("MANIFEST_INVOICE_MISSING", { manifest: manifest.code, packages: paperless });
    const moved = await movePackages(tx, ctx, packageIds, "dispatch", { facts: { manifest: manifest.code } });
    if (!moved.ok) return moved;
    await takeStock(tx, ctx, { facilityId: manifest.facilityId, packageIds, note: `manifest ${manifest.code}` });
    await saveClosed(tx, manifestId, ctx.actor.name, ctx.now);
    await queueNotices(
      tx,
      ctx,
      rows.map((row) => ({
        kind: "DISPATCH",
        channelId: row.channelId,
        saleOrderId: row.saleOrderId,
        shippingPackageId: row.shippingPackageId,
        lines: dispatchLines(row),
        shipper: shipperOf(row, ctx.now, sourceOf(row.source).rules.zone),
      })),
    );
    await audit(tx, ctx, {
      action: "fulfilment.manifest_closed",
      recordType: "manifest",
      recordId: manifestId,
      recordCode: manifest.code,
      before: { state: manifest.state },
      after: { state: "CLOSED", packages: rows.map((row) => row.code) },
    });
    return ok({ dispatched: rows.length });
  });
}
