import type {
  ChannelId,
  FacilityId,
  SaleOrderId,
  SaleOrderItemId,
  ShippingPackageId,
  SkuId,
} from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { Candidate } from "./decide.ts";

/** Where allocation went on to: the last order that it looked at, in the order in which orders are served. */
export interface ServedUpTo {
  readonly priority: number;
  readonly dispatchBy: Temporal.Instant;
  readonly createdAt: Temporal.Instant;
  readonly saleOrderId: SaleOrderId;
}

/**
 * Waiting units of a facility that allocation can do something for: new ones, those whose SKU has free stock, and those
 * that a courier serves by now. Whole orders, until `unitsMax` units are passed; in the order in which they are served,
 * after `after`. `couriersByLine`: sources that give courier and tracking number by line. Locked: a cancellation under way is waited for, since nobody would wake allocation if it were refused.
 */
export async function lockCandidates(
  tx: Tx,
  facilityId: FacilityId,
  unitsMax: number,
  after: ServedUpTo | null,
  how: {
    readonly couriersByLine: readonly string[];
    /** Shipping rules may send where no courier's list goes: what no list serves is looked at too. */
    readonly evenUnserved: boolean;
  },
): Promise<(Candidate & ServedUpTo)[]> {
  const rest = after
    ? sql`(-o.priority, o.dispatch_by, o.created_at, o.sale_order_id) > (${-after.priority}::integer, ${after.dispatchBy}::timestamptz, ${after.createdAt}::timestamptz, ${after.saleOrderId}::uuid)`
    : sql`true`;
  const candidates = await tx.run(sql<Candidate & ServedUpTo>`
    with everywhere as (
      select count(*) as prepaid, count(*) filter (where cod) as cod
      from godown.shipping_provider where tenant_id = ${tx.tenantId} and enabled and serves_everywhere
    ), waiting as materialized (
      -- Counted in the same pass: asked for each unit of a FIXED order, it cost 5 ms a unit where the planner took an index
      -- that only leads to the facility (all orders of channels that allow no split are FIXED).
      select x.*, count(*) over (partition by x.sale_order_id) as units_of_order
      from godown.sale_order_item x
      where x.tenant_id = ${tx.tenantId} and x.facility_id = ${facilityId} and x.state in ('CREATED', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE')
    ), eligible as materialized (
      -- Lookups by index, one for each waiting unit (offset 0): on tables that grew since their last ANALYZE the planner
      -- takes them for nearly empty and joins them whole, four seconds for 4,000 units instead of forty milliseconds.
      select u.sale_order_item_id, u.sku_id, u.state, u.code, u.packet_number, u.unit_no, u.facility_id, u.channel_order_item_id, o.sale_order_id, o.channel_id, o.third_party_shipping, o.priority, o.dispatch_by, o.created_at, o.package_type, s.served, u.units_of_order
      from waiting u
      cross join everywhere e
      cross join lateral (select * from godown.sale_order x where x.tenant_id = u.tenant_id and x.sale_order_id = u.sale_order_id offset 0) o
      cross join lateral (
        select x.pincode from godown.sale_order_address x
        where x.tenant_id = u.tenant_id and x.sale_order_id = u.sale_order_id and x.kind = 'SHIPPING' offset 0
      ) a
      cross join lateral (
        -- Some courier's list names the PIN code for the method, or one that goes everywhere does not deny it there.
        select case when o.third_party_shipping then true else (
          select coalesce(bool_or(case when o.payment_type = 'COD' then pp.cod and p.cod else pp.prepaid end), false)
            or case when o.payment_type = 'COD' then e.cod else e.prepaid end
              > count(*) filter (where p.serves_everywhere and case when o.payment_type = 'COD' then p.cod and not pp.cod else not pp.prepaid end)
          from godown.provider_pincode pp join godown.shipping_provider p using (tenant_id, shipping_provider_id)
          where pp.tenant_id = u.tenant_id and pp.pincode = a.pincode and p.enabled
        ) end as served
      ) s
      left join lateral (
        select x.good, x.virtual, x.blocked from godown.stock_level x
        where x.tenant_id = u.tenant_id and x.facility_id = u.facility_id and x.sku_id = u.sku_id offset 0
      ) l on true
      where o.state in ('CREATED', 'PROCESSING') and not o.on_hold and not u.on_hold and u.cancel_requested_at is null
        and case u.state when 'CREATED' then true when 'UNFULFILLABLE' then l.good + l.virtual > l.blocked or exists (
            select from godown.pendency k join godown.pendency_part kp using (tenant_id, pendency_id)
            where k.tenant_id = u.tenant_id and k.sale_order_id = u.sale_order_id and kp.sku_id = u.sku_id and kp.facility_id = u.facility_id and kp.blocked > 0
          ) else s.served or ${how.evenUnserved}::boolean end
        and ${rest}
    ), served as (
      -- Units before an order in the order of service: whole orders are taken until the limit is passed.
      select *, sum(1) over (order by priority desc, dispatch_by, created_at, sale_order_id) - count(*) over (partition by sale_order_id) as before
      from eligible
    )
    select e.sale_order_item_id as "unitId", e.sale_order_id as "saleOrderId", e.sku_id as "skuId", e.state, e.code as "unitCode",
      e.package_type as "packageType", e.packet_number as "packetNumber", e.served, e.priority, e.dispatch_by as "dispatchBy", e.created_at as "createdAt",
      case when e.package_type = 'FIXED' then e.units_of_order::integer else 0 end as "unitsOfOrder", e.channel_order_item_id as line,
      case when e.third_party_shipping and e.package_type <> 'FIXED' and exists (
        select from godown.channel c where c.tenant_id = ${tx.tenantId} and c.channel_id = e.channel_id and c.source = any(${how.couriersByLine}::text[])
      ) then (
        select count(*)::integer from godown.sale_order_item w
        where w.tenant_id = ${tx.tenantId} and w.sale_order_id = e.sale_order_id and w.facility_id = e.facility_id and w.channel_order_item_id = e.channel_order_item_id
          and w.state in ('CREATED', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE')
      ) else 0 end as "unitsOfLine"
    from served e where e.before < ${unitsMax}
    order by e.priority desc, e.dispatch_by, e.created_at, e.sale_order_id, e.unit_no`);
  // Looked at first, locked then: by the time a lock is had a unit may have been cancelled or held, and is left out.
  const locked = await tx.run(sql<{ unitId: string }>`
    select sale_order_item_id as "unitId" from godown.sale_order_item
    where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${candidates.map((c) => c.unitId)}::uuid[])
      and state in ('CREATED', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE') and not on_hold and cancel_requested_at is null
    order by sale_order_item_id for update`);
  const mine = new Set<string>(locked.map((unit) => unit.unitId));
  return candidates.filter((c) => mine.has(c.unitId));
}

/**
 * Free stock by SKU in a facility, locked in SKU order. What lies on a shelf that is being counted is not free: how much it
 * is will be known when the count is accepted.
 */
export async function lockFree(tx: Tx, facilityId: FacilityId, skuIds: readonly SkuId[]): Promise<Map<SkuId, number>> {
  const rows = await tx.run(sql<{ skuId: SkuId; free: number }>`
    select l.sku_id as "skuId", (l.good + l.virtual - l.blocked - (
      select coalesce(sum(x.quantity), 0) from godown.shelf h join godown.shelf_stock x using (tenant_id, shelf_id)
      where h.tenant_id = l.tenant_id and h.facility_id = l.facility_id and h.counting is not null and x.sku_id = l.sku_id and x.bucket = 'good'
    ))::integer as free
    from godown.stock_level l
    where l.tenant_id = ${tx.tenantId} and l.facility_id = ${facilityId} and l.sku_id = any(${skuIds}::uuid[])
    order by l.sku_id for update of l`);
  return new Map(rows.map((row) => [row.skuId, row.free]));
}

export interface NewPackage {
  readonly shippingPackageId: ShippingPackageId;
  readonly saleOrderId: SaleOrderId;
  readonly code: string;
  readonly unitIds: readonly SaleOrderItemId[];
}

export interface MadePackage {
  readonly shippingPackageId: ShippingPackageId;
  readonly channelId: ChannelId;
  readonly saleOrderId: SaleOrderId;
  readonly channelOrderItemIds: string[];
}

/** Makes packages of blocked units, moves the others to what they wait for, and their orders to PROCESSING: one statement. */
export function writeAllocation(
  tx: Tx,
  facilityId: FacilityId,
  written: {
    packages: readonly NewPackage[];
    unfulfillable: readonly SaleOrderItemId[];
    unserved: readonly SaleOrderItemId[];
    events: readonly unknown[];
  },
  at: Temporal.Instant,
): Promise<MadePackage[]> {
  const units = written.packages.flatMap((p) => p.unitIds.map((id) => ({ id, packageId: p.shippingPackageId })));
  return tx.run(sql<MadePackage>`
    with packages as (
      insert into godown.shipping_package (tenant_id, shipping_package_id, sale_order_id, channel_id, facility_id, code, state, third_party_shipping, created_at, state_changed_at, updated_at)
      select ${tx.tenantId}, p."shippingPackageId", p."saleOrderId", o.channel_id, ${facilityId}, p.code, 'CREATED', o.third_party_shipping, ${at}, ${at}, ${at}
      from jsonb_to_recordset(${json(written.packages)}) as p("shippingPackageId" uuid, "saleOrderId" uuid, code text)
      join godown.sale_order o on o.tenant_id = ${tx.tenantId} and o.sale_order_id = p."saleOrderId"
      returning shipping_package_id, channel_id, sale_order_id
    ), blocked as (
      update godown.sale_order_item u set state = 'FULFILLABLE', shipping_package_id = b."packageId", state_changed_at = ${at}
      from jsonb_to_recordset(${json(units)}) as b(id uuid, "packageId" uuid)
      where u.tenant_id = ${tx.tenantId} and u.sale_order_item_id = b.id
      returning u.shipping_package_id, u.channel_order_item_id, u.sale_order_id
    ), short as (
      update godown.sale_order_item u set state = 'UNFULFILLABLE', state_changed_at = ${at}
      where u.tenant_id = ${tx.tenantId} and u.sale_order_item_id = any(${written.unfulfillable}::uuid[]) returning u.sale_order_id
    ), unserved as (
      update godown.sale_order_item u set state = 'LOCATION_NOT_SERVICEABLE', state_changed_at = ${at}
      where u.tenant_id = ${tx.tenantId} and u.sale_order_item_id = any(${written.unserved}::uuid[]) returning u.sale_order_id
    ), orders as (
      update godown.sale_order o set state = 'PROCESSING', updated_at = ${at}
      where o.tenant_id = ${tx.tenantId} and o.state = 'CREATED'
        and o.sale_order_id in (select sale_order_id from blocked union select sale_order_id from short union select sale_order_id from unserved)
    ), events as (
      insert into godown.order_event (tenant_id, order_event_id, sale_order_id, shipping_package_id, at, actor_kind, actor_name, kind, facts)
      select ${tx.tenantId}, e.id, e."saleOrderId", e."packageId", ${at}, 'SYSTEM', 'allocation', e.kind, e.facts
      from jsonb_to_recordset(${json(written.events)}) as e(id uuid, "saleOrderId" uuid, "packageId" uuid, kind text, facts jsonb)
    )
    select p.shipping_package_id as "shippingPackageId", p.channel_id as "channelId", p.sale_order_id as "saleOrderId",
      array_agg(distinct b.channel_order_item_id) as "channelOrderItemIds"
    from packages p join blocked b using (shipping_package_id)
    group by p.shipping_package_id, p.channel_id, p.sale_order_id`);
}

export interface UnroutedUnit {
  readonly saleOrderId: SaleOrderId;
  readonly skuId: SkuId;
  readonly units: number;
  readonly pincode: string;
  readonly cod: boolean;
  readonly thirdPartyShipping: boolean;
}

/**
 * Units of a channel's orders that have no facility, oldest demand first, of so many orders; their orders are locked. One that
 * is being changed at this moment is waited for: whoever changes it wakes routing only where that is what he does, so that
 * an order passed over would get its facility when the channel's next order comes, or never.
 */
export async function lockUnrouted(tx: Tx, channelId: ChannelId, ordersMax: number): Promise<UnroutedUnit[]> {
  const unrouted = sql`o.tenant_id = ${tx.tenantId} and o.channel_id = ${channelId} and o.state in ('CREATED', 'PROCESSING') and not o.on_hold`;
  const picked = await tx.run(sql<{ saleOrderId: SaleOrderId }>`
    select o.sale_order_id as "saleOrderId" from godown.sale_order o
    where ${unrouted}
      and exists (select from godown.sale_order_item u where u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id and u.facility_id is null and u.state = 'CREATED')
    order by o.priority desc, o.dispatch_by, o.created_at, o.sale_order_id limit ${ordersMax}`);
  if (picked.length === 0) return [];
  const ids = picked.map((order) => order.saleOrderId);
  // By id, as everybody who locks several orders does.
  await tx.run(sql`
    select 1 from godown.sale_order where tenant_id = ${tx.tenantId} and sale_order_id = any(${ids}::uuid[]) order by sale_order_id for update`);
  return tx.run(sql<UnroutedUnit>`
    select o.sale_order_id as "saleOrderId", u.sku_id as "skuId", count(*)::integer as units, a.pincode, o.payment_type = 'COD' as cod, o.third_party_shipping as "thirdPartyShipping"
    from godown.sale_order o
    join godown.sale_order_item u on u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id and u.facility_id is null and u.state = 'CREATED'
    join godown.sale_order_address a on a.tenant_id = o.tenant_id and a.sale_order_id = o.sale_order_id and a.kind = 'SHIPPING'
    where ${unrouted} and o.sale_order_id = any(${ids}::uuid[])
    group by o.sale_order_id, o.priority, o.dispatch_by, o.created_at, u.sku_id, a.pincode, o.payment_type, o.third_party_shipping
    order by o.priority desc, o.dispatch_by, o.created_at, o.sale_order_id`);
}

/** Free stock of SKUs in facilities after the demand that already waits there, without what is being counted. */
export function freeAfterDemand(
  tx: Tx,
  facilityIds: readonly FacilityId[],
  skuIds: readonly SkuId[],
): Promise<{ facilityId: FacilityId; skuId: SkuId; free: number }[]> {
  return tx.run(sql<{ facilityId: FacilityId; skuId: SkuId; free: number }>`
    select l.facility_id as "facilityId", l.sku_id as "skuId", (l.good + l.virtual - l.blocked - (
      select count(*) from godown.sale_order_item u
      where u.tenant_id = l.tenant_id and u.sku_id = l.sku_id and u.facility_id = l.facility_id and u.state in ('CREATED', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE')
    ) - (
      select coalesce(sum(x.quantity), 0) from godown.shelf h join godown.shelf_stock x using (tenant_id, shelf_id)
      where h.tenant_id = l.tenant_id and h.facility_id = l.facility_id and h.counting is not null and x.sku_id = l.sku_id and x.bucket = 'good'
    ))::integer as free
    from godown.stock_level l
    where l.tenant_id = ${tx.tenantId} and l.facility_id = any(${facilityIds}::uuid[]) and l.sku_id = any(${skuIds}::uuid[])`);
}

/** Which of these (PIN code, COD) pairs some courier of ours serves. */
export async function servedPins(tx: Tx, pins: readonly { pincode: string; cod: boolean }[]): Promise<Set<string>> {
  const rows = await tx.run(sql<{ pincode: string; cod: boolean }>`
    select w.pincode, w.cod from jsonb_to_recordset(${json(pins)}) as w(pincode text, cod boolean)
    where exists (
      select from godown.shipping_provider p
      left join godown.provider_pincode pp on pp.tenant_id = p.tenant_id and pp.shipping_provider_id = p.shipping_provider_id and pp.pincode = w.pincode
      where p.tenant_id = ${tx.tenantId} and p.enabled
        and case when w.cod then p.cod and coalesce(pp.cod, p.serves_everywhere) else coalesce(pp.prepaid, p.serves_everywhere) end)`);
  return new Set(rows.map((row) => `${row.pincode} ${row.cod}`));
}

/** Writes the chosen facilities: on the units, and on the order why it was chosen and the others were not. */
export async function writeRoutes(
  tx: Tx,
  routes: readonly { saleOrderId: SaleOrderId; facilityId: FacilityId; choice: unknown; eventId: string }[],
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    with routed as (
      select r."saleOrderId" as sale_order_id, r."facilityId" as facility_id, r.choice, r."eventId" as event_id
      from jsonb_to_recordset(${json(routes)}) as r("saleOrderId" uuid, "facilityId" uuid, choice jsonb, "eventId" uuid)
    ), units as (
      update godown.sale_order_item u set facility_id = r.facility_id from routed r
      where u.tenant_id = ${tx.tenantId} and u.sale_order_id = r.sale_order_id and u.facility_id is null and u.state = 'CREATED'
    ), orders as (
      update godown.sale_order o set facility_choice = r.choice, updated_at = ${at} from routed r
      where o.tenant_id = ${tx.tenantId} and o.sale_order_id = r.sale_order_id
    )
    insert into godown.order_event (tenant_id, order_event_id, sale_order_id, at, actor_kind, actor_name, kind, facts)
    select ${tx.tenantId}, r.event_id, r.sale_order_id, ${at}, 'SYSTEM', 'routing', 'FACILITY_CHOSEN', r.choice from routed r`);
}
