import type { ChannelId, ListingId, SkuId } from "../../kernel/index.ts";
import { sql, type Tx } from "../../platform/db.ts";

/** What a listing's page says beside the parts of its figure. */
export interface ListingTold {
  readonly listingId: ListingId;
  readonly channelId: ChannelId;
  readonly channelCode: string;
  readonly channelState: string;
  readonly source: string;
  /** The channel keeps its stock and counts it: no figure is told. */
  readonly stockAtChannel: boolean;
  readonly skuId: SkuId | null;
  readonly skuCode: string | null;
  readonly published: number | null;
  readonly publishedAt: Temporal.Instant | null;
  readonly publishOutcome: string | null;
  readonly publishMessage: string | null;
  /** Since when a newer figure waits to be told; null: none does. */
  readonly waitingSince: Temporal.Instant | null;
  /** Codes of the facilities whose stock the figure is made of, in routing order. */
  readonly facilities: readonly string[];
  readonly channelStopped: boolean;
  readonly skuStopped: boolean;
  /** The exchange in which it was told last; null where none is kept any more. */
  readonly exchangeId: string | null;
}

/**
 * What a channel was told of a listing, and what it said. Pushes of a channel run one at a time, so the newest stock
 * call that began before the answer was written is the one that carried the figure.
 */
export function readTold(tx: Tx, listingId: ListingId): Promise<ListingTold | undefined> {
  return tx.first(sql<ListingTold>`
    select l.listing_id as "listingId", l.channel_id as "channelId", c.code as "channelCode", c.state as "channelState", c.source, l.stock_at_channel as "stockAtChannel", l.sku_id as "skuId", s.code as "skuCode",
      l.published, l.published_at as "publishedAt", l.publish_outcome as "publishOutcome", l.publish_message as "publishMessage",
      (select d.since from godown.listing_dirty d where d.tenant_id = l.tenant_id and d.channel_id = l.channel_id and d.listing_id = l.listing_id) as "waitingSince",
      coalesce((
        select jsonb_agg(f.code order by cf.rank) from godown.channel_facility cf join godown.facility f using (tenant_id, facility_id)
        where cf.tenant_id = l.tenant_id and cf.channel_id = l.channel_id and f.enabled
      ), '[]') as facilities,
      exists (select from godown.publish_stop p where p.tenant_id = l.tenant_id and p.kind = 'CHANNEL' and p.record_id = l.channel_id) as "channelStopped",
      exists (select from godown.publish_stop p where p.tenant_id = l.tenant_id and p.kind = 'SKU' and p.record_id = l.sku_id) as "skuStopped",
      (
        select e.exchange_id from godown.exchange e
        where e.tenant_id = l.tenant_id and e.channel_id = l.channel_id and e.at <= l.published_at and e.operation like 'pushInventory%'
        order by e.at desc limit 1
      ) as "exchangeId"
    from godown.listing l join godown.channel c using (tenant_id, channel_id)
    left join godown.sku s on s.tenant_id = l.tenant_id and s.sku_id = l.sku_id
    where l.tenant_id = ${tx.tenantId} and l.listing_id = ${listingId}`);
}
