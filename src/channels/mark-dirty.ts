import { z } from "zod";
import type { ChannelId, ListingId, SkuId } from "../kernel/index.ts";
import type { Tx } from "../platform/db.ts";
import { enqueueAll, job } from "../platform/jobs.ts";
import { markListings } from "./listing.store.ts";
import { allSources } from "./registry.ts";

/** Tells a channel the figures of its dirty listings; its handler is the inventory module's. One at a time per channel. */
export const pushInventoryJob = job("inventory.push", {
  payload: z.object({ channelId: z.uuid() }),
  // One push waits per channel: changes that come meanwhile are told by it too.
  key: (p) => p.channelId,
  queue: (p) => p.channelId,
  attemptsMax: 25,
  callsOut: true,
  priority: -5, // stock first: each second counts against overselling
});

export type DirtyScope =
  | { readonly skuIds: readonly SkuId[] }
  | { readonly listingIds: readonly ListingId[] }
  | { readonly channelId: ChannelId };

/**
 * Marks listings whose publishable figure may have changed, and wakes the push of their channels, in the transaction
 * that changed it. SKUs reach their listings and those of bundles that contain them. Rows are written in key order, so
 * that two transactions never wait for each other in a ring.
 * @param force tell the figure even where it is the one that was told last
 */
export async function markDirty(tx: Tx, scope: DirtyScope, force = false): Promise<void> {
  if ("skuIds" in scope && scope.skuIds.length === 0) return;
  if ("listingIds" in scope && scope.listingIds.length === 0) return;
  const sources = allSources()
    .filter((source) => source.capabilities.pushInventory)
    .map((source) => source.id);
  const channelIds = await markListings(tx, scope, force, sources);
  await enqueueAll(
    tx,
    pushInventoryJob,
    channelIds.map((channelId) => ({ channelId })),
  );
}
