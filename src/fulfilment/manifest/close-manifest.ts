import { sourceOf } from "../../channels/index.ts";
import { type ManifestId, ok, type Result } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { askForLists, beginAsking } from "./ask-channel.ts";
import { type Closed, handOver, judgeParcels } from "./hand-over.ts";
import { channelParcelsMax } from "./manifest.ts";
import { reachManifest } from "./reach-manifest.ts";

/**
 * Closes a manifest: its parcels are dispatched, their stock leaves the ledger, orders with nothing left become COMPLETE,
 * and the channel is told of each parcel in the background. All in one transaction; whether the channel was reached is a
 * separate outcome that never brings a parcel back.
 *
 * Where the channel makes the list, it is asked first, outside any transaction, courier by courier, or for all at once where
 * its list may be so; only when it has made every list does the manifest close, and what it refuses is named, with the
 * lists that it made all the same. A process that ends in between leaves the manifest open; asking again changes nothing
 * on the other side.
 *
 * Refusals, the first that holds: NOT_FOUND, MANIFEST_ALREADY_CLOSED, MANIFEST_DISCARDED, MANIFEST_BEING_CLOSED,
 * MANIFEST_EMPTY, MANIFEST_PARCEL_CANCELLED, MANIFEST_TOO_LARGE_FOR_CHANNEL, MANIFEST_INVOICE_MISSING, PACKAGE_STATE,
 * PACKAGE_ON_HOLD, PACKAGE_LOCKED, MANIFEST_COURIER_MISSING, MANIFEST_REFUSED_BY_CHANNEL, MANIFEST_LISTED_IN_PART,
 * MANIFEST_NOT_ANSWERED, MANIFEST_CHANGED; each names every parcel it holds for.
 */
export async function closeManifest(ctx: Ctx, manifestId: ManifestId): Promise<Result<Closed>> {
  const begun = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachManifest(tx, ctx, manifestId, "alone");
    if (!reached.ok) return reached;
    const manifest = reached.value;
    const judged = await judgeParcels(tx, manifest);
    if (!judged.ok) return judged;
    if (channelParcelsMax(sourceOf(manifest.source), manifest) !== null)
      return beginAsking(tx, ctx, manifest, judged.value);
    const handedOver = await handOver(tx, ctx, manifest, judged.value);
    return handedOver.ok ? ok({ closed: handedOver.value }) : handedOver;
  });
  if (!begun.ok) return begun;
  return "closed" in begun.value ? ok(begun.value.closed) : askForLists(ctx, begun.value);
}
