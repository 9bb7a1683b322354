import type { ChannelId, FacilityId, Instant, ListingId } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { ComponentParts } from "./figure.ts";
import { type Told, wantedParts } from "./publish.store.ts";

/** The warehouse of a figure that is told of all facilities together, by a source that could be told by warehouse. */
export const ALL_TOGETHER = "";

/** What was told of a listing in a warehouse of the channel. */
export interface WarehouseTold {
  readonly listingId: ListingId;
  /** The channel's code, or ALL_TOGETHER. */
  readonly warehouse: string;
  readonly facilityId: FacilityId | null;
  readonly facilityCode: string | null;
  readonly published: number | null;
  readonly publishedAt: Instant | null;
  readonly publishOutcome: string | null;
  readonly publishMessage: string | null;
}

/** A mapped warehouse with the stock that stands behind its figure. */
export interface WarehouseToTell extends WarehouseTold {
  readonly components: readonly ComponentParts[];
}

/**
 * What stands behind the figure of each listing in each mapped warehouse of a channel, in routing order; none where no
 * warehouse is mapped. One statement, like `readParts`, so that a unit which is being blocked at this moment is counted once.
 */
export function readWarehouses(
  tx: Tx,
  channelId: ChannelId,
  listingIds: readonly ListingId[],
): Promise<WarehouseToTell[]> {
  return tx.run(sql<WarehouseToTell>`
    with ${wantedParts(tx, channelId, listingIds)}, places as materialized (
      select cf.facility_id, cf.channel_warehouse as warehouse, cf.rank, f.code, f.enabled
      from godown.channel_facility cf join godown.facility f using (tenant_id, facility_id)
      where cf.tenant_id = ${tx.tenantId} and cf.channel_id = ${channelId} and cf.channel_warehouse is not null
    ), components as materialized (
      select p.listing_id, f.facility_id, jsonb_agg(jsonb_build_object('sku', s.code, 'perListing', p.per_listing, 'good', coalesce(k.good, 0), 'virtual', coalesce(k.virtual, 0), 'counting', coalesce(n.units, 0), 'blocked', coalesce(k.blocked, 0),
        'openSale', greatest(d.units - coalesce(t.units, 0), 0), 'reservedForOthers', coalesce(r.units, 0)) order by s.code) as list
      from parts p cross join places f
      cross join lateral (select x.code from godown.sku x where x.tenant_id = ${tx.tenantId} and x.sku_id = p.component_id offset 0) s
      left join lateral (
        select x.good, x.virtual, x.blocked from godown.stock_level x
        where x.tenant_id = ${tx.tenantId} and x.facility_id = f.facility_id and x.sku_id = p.component_id offset 0
      ) k on f.enabled -- the warehouse of one that is switched off stays mapped, and is told 0: no order would be served there
      cross join lateral (
        -- As in readParts. Of a facility that is switched off there is no stock it could be taken off.
        select sum(x.quantity) as units from godown.shelf y
        join godown.shelf_stock x on x.tenant_id = y.tenant_id and x.shelf_id = y.shelf_id and x.sku_id = p.component_id and x.bucket = 'good'
        where y.tenant_id = ${tx.tenantId} and y.counting is not null and y.facility_id = f.facility_id and f.enabled
      ) n
      cross join lateral (
        -- What waits for a facility to be chosen may come from any of them.
        select count(*) as units from godown.sale_order_item x
        where x.tenant_id = ${tx.tenantId} and x.sku_id = p.component_id and x.state in ('CREATED', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE')
          and (x.facility_id is null or x.facility_id = f.facility_id)
      ) d
      cross join lateral (
        -- As in readParts: kept for an order that has come, and not given to its units yet.
        select sum(x.blocked) as units
        from godown.pendency_part x join godown.pendency y on y.tenant_id = x.tenant_id and y.pendency_id = x.pendency_id and y.state = 'ARRIVED'
        where x.tenant_id = ${tx.tenantId} and x.facility_id = f.facility_id and x.sku_id = p.component_id and x.blocked > 0
      ) t
      cross join lateral (
        -- Of channels that may be served from the facility: elsewhere nothing can be kept for them.
        select sum(o.reserved_for_channel) as units
        from godown.listing o join godown.channel_facility cf on cf.tenant_id = o.tenant_id and cf.channel_id = o.channel_id and cf.facility_id = f.facility_id
        where o.tenant_id = ${tx.tenantId} and o.sku_id = p.component_id and o.channel_id <> ${channelId} and o.reserved_for_channel > 0 and not o.stock_at_channel
      ) r
      group by p.listing_id, f.facility_id
    )
    select w.listing_id as "listingId", h.warehouse, h.facility_id as "facilityId", h.code as "facilityCode",
      g.published, g.published_at as "publishedAt", g.publish_outcome as "publishOutcome", g.publish_message as "publishMessage",
      coalesce(c.list, '[]') as components
    from wanted w cross join places h
    left join components c on c.listing_id = w.listing_id and c.facility_id = h.facility_id
    left join lateral (
      select * from godown.listing_figure x
      where x.tenant_id = ${tx.tenantId} and x.listing_id = w.listing_id and x.channel_warehouse = h.warehouse offset 0
    ) g on true
    order by h.rank, h.facility_id`);
}

/** Everything that was told of listings by warehouse: of those mapped now and of those that were. */
export function readWarehousesTold(tx: Tx, listingIds: readonly ListingId[]): Promise<WarehouseTold[]> {
  return tx.run(sql<WarehouseTold>`
    select g.listing_id as "listingId", g.channel_warehouse as warehouse, g.facility_id as "facilityId", f.code as "facilityCode",
      g.published, g.published_at as "publishedAt", g.publish_outcome as "publishOutcome", g.publish_message as "publishMessage"
    from godown.listing_figure g left join godown.facility f using (tenant_id, facility_id)
    where g.tenant_id = ${tx.tenantId} and g.listing_id = any(${listingIds}::uuid[])
    order by g.channel_warehouse`);
}

/**
 * Writes what warehouses were told and said. The listing itself shows the sum of what its warehouses hold, and the worst of
 * their answers; one that is mapped no more counts until it holds nothing.
 */
export async function writeToldByWarehouse(
  tx: Tx,
  told: readonly (Told & { readonly warehouse: string; readonly facilityId: FacilityId | null })[],
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.listing_figure as g (tenant_id, listing_id, channel_warehouse, facility_id, published, published_at, publish_outcome, publish_message)
    select ${tx.tenantId}::uuid, t."listingId", t.warehouse, t."facilityId", case when t.outcome in ('ACCEPTED', 'UNKNOWN') then t.quantity end,
      case when t.outcome <> 'NOT_REACHED' then ${at}::timestamptz end, case when t.outcome <> 'NOT_REACHED' then t.outcome end, t.message
    from jsonb_to_recordset(${json(told)}) as t("listingId" uuid, warehouse text, "facilityId" uuid, quantity integer, outcome text, message text)
    order by t."listingId", t.warehouse
    on conflict (tenant_id, listing_id, channel_warehouse) do update set facility_id = excluded.facility_id,
      published = coalesce(excluded.published, g.published), published_at = coalesce(excluded.published_at, g.published_at),
      publish_outcome = coalesce(excluded.publish_outcome, g.publish_outcome), publish_message = excluded.publish_message`);
  await sumUpWarehouses(tx, [...new Set(told.map((t) => t.listingId))]);
}

/** The listing itself shows the sum of what its warehouses hold, and the worst of their answers. */
export async function sumUpWarehouses(tx: Tx, listingIds: readonly ListingId[]): Promise<void> {
  await tx.run(sql`
    update godown.listing l set published = s.published, published_at = s.at, publish_outcome = s.outcome, publish_message = s.message
    from (
      select g.listing_id, sum(g.published) as published, max(g.published_at) as at,
        case when bool_or(g.publish_outcome = 'REFUSED') then 'REFUSED' when bool_or(g.publish_outcome = 'UNKNOWN') then 'UNKNOWN' else max(g.publish_outcome) end as outcome,
        string_agg(case when g.channel_warehouse = ${ALL_TOGETHER} then '' else g.channel_warehouse || ': ' end || g.publish_message, ' ' order by g.channel_warehouse) as message
      from unnest(${listingIds}::uuid[]) as w(id)
      cross join lateral (select * from godown.listing x where x.tenant_id = ${tx.tenantId} and x.listing_id = w.id offset 0) o
      cross join lateral (select * from godown.listing_figure x where x.tenant_id = ${tx.tenantId} and x.listing_id = w.id offset 0) g
      where (g.published > 0 or g.publish_outcome = 'UNKNOWN' or case g.channel_warehouse
          when ${ALL_TOGETHER} then not exists (select from godown.channel_facility cf where cf.tenant_id = o.tenant_id and cf.channel_id = o.channel_id and cf.channel_warehouse is not null)
          else exists (select from godown.channel_facility cf where cf.tenant_id = o.tenant_id and cf.channel_id = o.channel_id and cf.channel_warehouse = g.channel_warehouse) end)
      group by g.listing_id
    ) s
    -- Named twice, so that the listings are looked up by id and not all read for each of these.
    where l.tenant_id = ${tx.tenantId} and l.listing_id = any(${listingIds}::uuid[]) and l.listing_id = s.listing_id`);
}
