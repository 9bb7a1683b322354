import { queueNotices, sourceOf } from "../../channels/index.ts";
import { audit } from "../../identity/index.ts";
import { ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { lockForMove } from "../lock.store.ts";
import { movePackages } from "../move.ts";
import { takeStock } from "../take-stock.ts";
import { wantCourierLists } from "./courier-list.ts";
import { type DispatchRow, dispatchLines, mayLeave, shipperOf } from "./dispatch-facts.ts";
import { decideClose, decideRoom, type Manifest } from "./manifest.ts";
import { dispatchRows, packagesOn, parcels, saveClosed } from "./store.ts";

export interface Closed {
  readonly dispatched: number;
}

/** Locks what is on a locked manifest and says whether it may leave now; gives what leaves. */
export async function judgeParcels(tx: Tx, manifest: Manifest): Promise<Result<readonly DispatchRow[]>> {
  const packageIds = await packagesOn(tx, manifest.manifestId);
  await lockForMove(tx, packageIds);
  const decision = decideClose(manifest, await parcels(tx, packageIds));
  if (!decision.ok) return decision;
  const room = decideRoom(manifest, sourceOf(manifest.source), packageIds.length, 0);
  if (!room.ok) return room;
  const rows = await dispatchRows(tx, packageIds);
  const paperless = rows.filter((row) => !mayLeave(row)).map((row) => row.code);
  if (paperless.length > 0) return refuse("MANIFEST_INVOICE_MISSING", { manifest: manifest.code, packages: paperless });
  return ok(rows);
}

/** The hand-over itself, in the caller's transaction: parcels, stock, orders, notices, and the manifest closed. */
export async function handOver(
  tx: Tx,
  ctx: Ctx,
  manifest: Manifest,
  rows: readonly DispatchRow[],
): Promise<Result<Closed>> {
  const packageIds = rows.map((row) => row.shippingPackageId);
  const moved = await movePackages(tx, ctx, packageIds, "dispatch", { facts: { manifest: manifest.code } });
  if (!moved.ok) return moved;
  await takeStock(tx, ctx, { facilityId: manifest.facilityId, packageIds, note: `manifest ${manifest.code}` });
  await saveClosed(tx, manifest.manifestId, ctx.actor.name, ctx.now);
  await queueNotices(
    tx,
    ctx,
    rows.map((row) => ({
      kind: "DISPATCH",
      channelId: row.channelId,
      saleOrderId: row.saleOrderId,
      shippingPackageId: row.shippingPackageId,
      packageNo: row.packageNo,
      lines: dispatchLines(row),
      shipper: shipperOf(row, ctx.now, sourceOf(row.source).rules.zone),
    })),
  );
  await wantCourierLists(tx, ctx, manifest.manifestId);
  await audit(tx, ctx, {
    action: "fulfilment.manifest_closed",
    recordType: "manifest",
    recordId: manifest.manifestId,
    recordCode: manifest.code,
    before: { state: manifest.state },
    after: { state: "CLOSED", packages: rows.map((row) => row.code) },
  });
  return ok({ dispatched: rows.length });
}
