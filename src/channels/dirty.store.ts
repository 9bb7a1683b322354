import { z } from "zod";
import type { ChannelId, ListingId, SkuId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import { enqueueAll, job } from "../platform/jobs.ts";

/** Tells a channel the figures of its dirty listings. One at a time per channel: an older absolute figure never overtakes a newer one. */
export const pushInventoryJob = job("inventory.push_to_channel", {
  payload: z.object({ channelId: z.uuid() }),
  key: (p) => p.channelId,
  queue: (p) => p.channelId,
  attemptsMax: 25,
  priority: -1,
});

/**
 * Marks listings whose publishable figure may have changed, in the transaction that changed it, and wakes the pushes of
 * their channels. SKUs mark the listings of every bundle that they are part of, too. `force`: told even when the figure did not change.
 */
export async function markDirty(
  tx: Tx,
  which:
    | { readonly skuIds: readonly SkuId[] }
    | { readonly listingIds: readonly ListingId[] }
    | { readonly channelId: ChannelId },
  force = false,
): Promise<void> {
  const chosen =
    "skuIds" in which
      ? sql`l.sku_id = any(${which.skuIds}::uuid[]) or l.sku_id in (
          select b.bundle_sku_id from godown.bundle_component b where b.tenant_id = ${tx.tenantId} and b.component_sku_id = any(${which.skuIds}::uuid[]))`
      : "listingIds" in which
        ? sql`l.listing_id = any(${which.listingIds}::uuid[])`
        : sql`l.channel_id = ${which.channelId}`;
  // In key order: two transactions that mark the same listings wait for each other, never in a ring.
  const channels = await tx.run(sql<{ channelId: ChannelId }>`
    with marked as (
      insert into godown.listing_dirty as d (tenant_id, channel_id, listing_id, force)
      select l.tenant_id, l.channel_id, l.listing_id, ${force} from godown.listing l
      where l.tenant_id = ${tx.tenantId} and l.sku_id is not null and (${chosen})
      order by l.channel_id, l.listing_id
      on conflict (tenant_id, channel_id, listing_id) do update set mark = nextval('godown.listing_mark'), force = d.force or excluded.force
      returning channel_id
    )
    select distinct channel_id as "channelId" from marked order by 1`);
  await enqueueAll(tx, pushInventoryJob, channels);
}
