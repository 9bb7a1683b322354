import type { ChannelId, ListingId } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { ListingParts } from "./figure.ts";

export interface DirtyListing {
  readonly listingId: ListingId;
  readonly mark: number;
  readonly force: boolean;
}

export interface ListingToTell extends ListingParts {
  readonly listingId: ListingId;
  readonly channelProductId: string;
  readonly productId: string;
  readonly variantId: string;
  readonly hsn: string | null;
  readonly published: number | null;
  readonly publishOutcome: string | null;
}

/** Dirty listings of a channel, longest waiting first. Nobody else takes them: pushes of a channel run one at a time. */
export function readDirty(tx: Tx, channelId: ChannelId, limit: number): Promise<DirtyListing[]> {
  return tx.run(sql<DirtyListing>`
    select listing_id as "listingId", mark, force from godown.listing_dirty
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} order by mark limit ${limit}`);
}

/**
 * Listings (`wanted`) and the SKUs that each is made of (`parts`), as common table expressions. Those whose stock the channel
 * keeps are left out: there is no figure of theirs, and a mark from before goes untold. Lookups by index, one for
 * each listing and each of its SKUs (offset 0): the planner cannot know how few a parameter holds, and read all SKUs once
 * for each listing (measured: half a second for fifty listings of ten thousand).
 */
export function wantedParts(tx: Tx, channelId: ChannelId, listingIds: readonly ListingId[]) {
  return sql`
    wanted as materialized (
      select l.*, coalesce(s.is_bundle, false) as is_bundle, s.enabled as sku_enabled, s.hsn
      from (select distinct id from unnest(${listingIds}::uuid[]) as id) w
      cross join lateral (
        select * from godown.listing x where x.tenant_id = ${tx.tenantId} and x.listing_id = w.id and x.channel_id = ${channelId} and not x.stock_at_channel offset 0
      ) l
      left join lateral (select * from godown.sku y where y.tenant_id = l.tenant_id and y.sku_id = l.sku_id offset 0) s on true
    ), parts as materialized (
      select listing_id, sku_id as component_id, 1 as per_listing from wanted where not is_bundle and sku_id is not null
      union all
      select w.listing_id, b.component_sku_id, b.quantity from wanted w
      join godown.bundle_component b on b.tenant_id = w.tenant_id and b.bundle_sku_id = w.sku_id where w.is_bundle
    )`;
}

/**
 * What stands behind the figures of listings, in one query. Reads the units of orders (open sale) beside the stock: both
 * in one statement, so that a unit which is being blocked at this moment is counted once.
 */
export function readParts(tx: Tx, channelId: ChannelId, listingIds: readonly ListingId[]): Promise<ListingToTell[]> {
  return tx.run(sql<ListingToTell>`
    with ${wantedParts(tx, channelId, listingIds)}, places as materialized (
      -- From one that is switched off no order would be served.
      select cf.facility_id from godown.channel_facility cf join godown.facility f using (tenant_id, facility_id)
      where cf.tenant_id = ${tx.tenantId} and cf.channel_id = ${channelId} and f.enabled
    ), components as materialized (
      select p.listing_id, jsonb_agg(jsonb_build_object('sku', s.code, 'perListing', p.per_listing, 'good', coalesce(k.good, 0), 'virtual', coalesce(k.virtual, 0), 'counting', coalesce(n.units, 0), 'blocked', coalesce(k.blocked, 0),
        'openSale', greatest(d.units - coalesce(h.units, 0), 0), 'reservedForOthers', coalesce(r.units, 0)) order by s.code) as list
      from parts p
      cross join lateral (select x.code from godown.sku x where x.tenant_id = ${tx.tenantId} and x.sku_id = p.component_id offset 0) s
      cross join lateral (
        select sum(x.good) as good, sum(x.virtual) as virtual, sum(x.blocked) as blocked from godown.stock_level x
        where x.tenant_id = ${tx.tenantId} and x.sku_id = p.component_id and x.facility_id in (select facility_id from places)
      ) k
      cross join lateral (
        -- Shelves that are counted are few, and read first.
        select sum(x.quantity) as units from godown.shelf y
        join godown.shelf_stock x on x.tenant_id = y.tenant_id and x.shelf_id = y.shelf_id and x.sku_id = p.component_id and x.bucket = 'good'
        where y.tenant_id = ${tx.tenantId} and y.counting is not null and y.facility_id in (select facility_id from places)
      ) n
      cross join lateral (
        select count(*) as units from godown.sale_order_item x
        where x.tenant_id = ${tx.tenantId} and x.sku_id = p.component_id and x.state in ('CREATED', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE')
          and (x.facility_id is null or x.facility_id in (select facility_id from places))
      ) d
      -- Kept while the channel reviewed an order that has come since: until allocation gives it to the order's units it is
      -- blocked, and they are open sale. Counted once.
      cross join lateral (
        select sum(x.blocked) as units
        from places f join godown.pendency_part x on x.tenant_id = ${tx.tenantId} and x.facility_id = f.facility_id and x.sku_id = p.component_id and x.blocked > 0
        join godown.pendency y on y.tenant_id = x.tenant_id and y.pendency_id = x.pendency_id and y.state = 'ARRIVED'
      ) h
      cross join lateral (
        select sum(x.reserved_for_channel) as units from godown.listing x
        where x.tenant_id = ${tx.tenantId} and x.sku_id = p.component_id and x.channel_id <> ${channelId} and x.reserved_for_channel > 0 and not x.stock_at_channel
      ) r
      group by p.listing_id
    )
    select w.listing_id as "listingId", w.channel_product_id as "channelProductId", w.product_id as "productId", w.variant_id as "variantId", w.hsn,
      w.published, w.publish_outcome as "publishOutcome", w.buffer, w.cap,
      case when w.sku_id is null then 'it is mapped to no SKU' when w.disabled then 'the listing is disabled' when not w.sku_enabled then 'the SKU is disabled'
        when exists (select from godown.publish_stop p where p.tenant_id = w.tenant_id and p.kind = 'CHANNEL' and p.record_id = w.channel_id) then 'the channel is stopped'
        when exists (select from godown.publish_stop p where p.tenant_id = w.tenant_id and p.kind = 'SKU' and p.record_id = w.sku_id) then 'the SKU is stopped' end as stopped,
      coalesce(c.list, '[]') as components
    from wanted w left join components c using (listing_id)`);
}

export interface Told {
  readonly listingId: ListingId;
  readonly quantity: number;
  /** NOT_REACHED: the channel never heard of it, and holds what it was told before. */
  readonly outcome: "ACCEPTED" | "REFUSED" | "UNKNOWN" | "NOT_REACHED";
  readonly message: string | null;
}

/** Writes what the channel was told of whole listings, and what it said. */
export async function writeTold(tx: Tx, told: readonly Told[], at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    update godown.listing l set published = case when t.outcome in ('REFUSED', 'NOT_REACHED') then l.published else t.quantity end,
      published_at = case when t.outcome = 'NOT_REACHED' then l.published_at else ${at} end,
      publish_outcome = case when t.outcome = 'NOT_REACHED' then l.publish_outcome else t.outcome end, publish_message = t.message
    from jsonb_to_recordset(${json(told)}) as t("listingId" uuid, quantity integer, outcome text, message text)
    where l.tenant_id = ${tx.tenantId} and l.listing_id = t."listingId"`);
}

/**
 * Takes marks away whose figures were all told, or are the ones that were told last. A mark that grew meanwhile stays:
 * there is a newer figure to tell.
 */
export async function dropMarks(
  tx: Tx,
  channelId: ChannelId,
  rows: readonly { listingId: ListingId; mark: number }[],
): Promise<void> {
  await tx.run(sql`
    delete from godown.listing_dirty d using jsonb_to_recordset(${json(rows)}) as t("listingId" uuid, mark bigint)
    where d.tenant_id = ${tx.tenantId} and d.channel_id = ${channelId} and d.listing_id = t."listingId" and d.mark = t.mark`);
}

/** The source of a connected channel. */
export async function channelSource(tx: Tx, channelId: ChannelId): Promise<string | null> {
  const row = await tx.first(sql<{ source: string }>`
    select source from godown.channel where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and state = 'CONNECTED'`);
  return row?.source ?? null;
}

/** May this channel be told stock now? Connected, inventory sync on, tenant live. */
export async function mayPush(tx: Tx, channelId: ChannelId): Promise<{ source: string; allowed: boolean } | undefined> {
  return tx.first(sql<{ source: string; allowed: boolean }>`
    select c.source, (c.state = 'CONNECTED' and t.live and coalesce(y.enabled, true)) as allowed
    from godown.channel c join godown.tenant t using (tenant_id)
    left join godown.sync_state y on y.tenant_id = c.tenant_id and y.channel_id = c.channel_id and y.kind = 'INVENTORY'
    where c.tenant_id = ${tx.tenantId} and c.channel_id = ${channelId}`);
}

/**
 * Channels that may be told stock, have figures that wait since before `before`, and are being told by nobody at `now`. One
 * whose publishing is stopped is among them: its figure is 0, and has to be told.
 */
export async function channelsLeftWaiting(
  tx: Tx,
  before: Temporal.Instant,
  now: Temporal.Instant,
): Promise<ChannelId[]> {
  const rows = await tx.run(sql<{ channelId: ChannelId }>`
    select c.channel_id as "channelId" from godown.channel c
    left join godown.sync_state y on y.tenant_id = c.tenant_id and y.channel_id = c.channel_id and y.kind = 'INVENTORY'
    where c.tenant_id = ${tx.tenantId} and c.state = 'CONNECTED' and coalesce(y.enabled, true)
      and exists (select from godown.listing_dirty d where d.tenant_id = c.tenant_id and d.channel_id = c.channel_id and d.since < ${before})
      and not exists (select from godown.push_lease p where p.tenant_id = c.tenant_id and p.channel_id = c.channel_id and p.until > ${now})`);
  return rows.map((row) => row.channelId);
}

/**
 * Makes `holder` the one who tells this channel; again, to go on with it. Null while somebody else does. "taken over": there
 * was a lease already, of one who goes on or of one who ended without dropping it.
 */
export async function takeLease(
  tx: Tx,
  channelId: ChannelId,
  holder: string,
  now: Temporal.Instant,
  until: Temporal.Instant,
): Promise<"taken" | "taken over" | null> {
  const lease = await tx.first(sql<{ wasThere: boolean }>`
    with found as (select from godown.push_lease where tenant_id = ${tx.tenantId} and channel_id = ${channelId})
    insert into godown.push_lease as l (tenant_id, channel_id, holder, until) values (${tx.tenantId}, ${channelId}, ${holder}, ${until})
    on conflict (tenant_id, channel_id) do update set holder = excluded.holder, until = excluded.until
    where l.holder = excluded.holder or l.until <= ${now}
    returning exists (select from found) as "wasThere"`);
  if (lease === undefined) return null;
  return lease.wasThere ? "taken over" : "taken";
}

export async function dropLease(tx: Tx, channelId: ChannelId, holder: string): Promise<void> {
  await tx.run(sql`
    delete from godown.push_lease where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and holder = ${holder}`);
}

/** Of one that broke off: nobody has to wait for it, and who comes next sees that there was one. */
export async function breakOffLease(tx: Tx, channelId: ChannelId, holder: string): Promise<void> {
  await tx.run(sql`
    update godown.push_lease set until = '-infinity' where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and holder = ${holder}`);
}

/**
 * Of all marked listings of a channel it is not known what it holds, so that each is told whatever its figure is: by the mark,
 * since a judgement of an older figure may settle the outcome meanwhile, and by the outcome, since people read it and a
 * warehouse that is mapped no more goes by it. What was refused is told again anyway.
 */
export async function doubtMarked(tx: Tx, channelId: ChannelId, message: string): Promise<void> {
  await tx.run(sql`
    with marked as (
      update godown.listing_dirty d set force = true
      from (
        -- In the order in which marks are made, so that nobody waits in a ring.
        select listing_id from godown.listing_dirty where tenant_id = ${tx.tenantId} and channel_id = ${channelId} order by listing_id for update
      ) m
      where d.tenant_id = ${tx.tenantId} and d.channel_id = ${channelId} and d.listing_id = m.listing_id
      returning d.listing_id
    ), warehouses as (
      update godown.listing_figure g set publish_outcome = 'UNKNOWN', publish_message = ${message} from marked m
      where g.tenant_id = ${tx.tenantId} and g.listing_id = m.listing_id and g.publish_outcome = 'ACCEPTED'
    )
    update godown.listing l set publish_outcome = 'UNKNOWN', publish_message = ${message} from marked m
    where l.tenant_id = ${tx.tenantId} and l.listing_id = m.listing_id and l.publish_outcome = 'ACCEPTED'`);
}
