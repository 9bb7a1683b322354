import type { ChannelId, FacilityId, SaleOrderId, SaleOrderItemId, ShippingPackageId, SkuId } from "../kernel/index.ts";
import type { UnitState } from "../orders/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { PackageState } from "./shipping-package.ts";

export async function facilityCode(tx: Tx, facilityId: FacilityId): Promise<string> {
  const { code } = await tx.one(
    sql<{
      code: string;
    }>`select code from godown.facility where tenant_id = ${tx.tenantId} and facility_id = ${facilityId}`,
  );
  return code;
}

export interface LockedPackage {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly state: PackageState;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly channelId: ChannelId;
  readonly facilityId: FacilityId;
  readonly thirdPartyShipping: boolean;
  readonly onHold: boolean;
  readonly holdReason: string | null;
  /** Units whose cancellation waits for the channel's answer. */
  readonly lockedUnits: number;
  /** Units that a person must decide about first. */
  readonly heldUnits: number;
  /** Lines of the channel that have a unit in it which is not cancelled; of a package that is empty, those that had one. */
  readonly channelOrderItemIds: string[];
  /** Those lines and the ones whose units in it are all cancelled. */
  readonly allLineIds: string[];
  readonly units: number;
}

/** Locks packages in id order, with what every step must know of them. */
export function lockPackages(tx: Tx, ids: readonly ShippingPackageId[]): Promise<LockedPackage[]> {
  return tx.run(sql<LockedPackage>`
    with locked as (
      select * from godown.shipping_package where tenant_id = ${tx.tenantId} and shipping_package_id = any(${ids}::uuid[])
      order by shipping_package_id for update
    )
    select p.shipping_package_id as "shippingPackageId", p.code, p.state, p.sale_order_id as "saleOrderId", o.code as "orderCode", p.channel_id as "channelId",
      p.facility_id as "facilityId", p.third_party_shipping as "thirdPartyShipping", o.on_hold as "onHold", o.hold_reason as "holdReason",
      coalesce(u.locked, 0)::integer as "lockedUnits", coalesce(u.held, 0)::integer as "heldUnits", coalesce(u.lines, u.gone, '{}') as "channelOrderItemIds", coalesce(u.gone_and_here, '{}') as "allLineIds", coalesce(u.units, 0)::integer as units
    from locked p
    join godown.sale_order o using (tenant_id, sale_order_id)
    left join lateral (
      select count(*) filter (where i.cancel_requested_at is not null and i.state <> 'CANCELLED') as locked, count(*) filter (where i.on_hold and i.state <> 'CANCELLED') as held,
        array_agg(distinct i.channel_order_item_id) filter (where i.state <> 'CANCELLED') as lines, array_agg(distinct i.channel_order_item_id) filter (where i.state = 'CANCELLED') as gone,
        array_agg(distinct i.channel_order_item_id) as gone_and_here, count(*) filter (where i.state <> 'CANCELLED') as units
      from godown.sale_order_item i
      where i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id
    ) u on true`);
}

/** Moves packages and the units in them, and writes their timeline, in one statement. */
export async function writeMove(
  tx: Tx,
  move: {
    ids: readonly ShippingPackageId[];
    to: PackageState;
    unitState: UnitState | null;
    /** How it leaves, of a move to DISPATCHED; null of others. */
    leaves: "MANIFEST" | "ADOPTED" | null;
    events: readonly unknown[];
    actorKind: string;
    actorName: string;
    /** When it happened outside, where that is known (delivery, and what left from the marketplace's panel). */
    happenedAt: Temporal.Instant;
  },
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    with packages as (
      update godown.shipping_package set state = ${move.to}, state_changed_at = ${at}, updated_at = ${at},
        dispatched_at = case when ${move.to} = 'DISPATCHED' then ${move.happenedAt}::timestamptz else dispatched_at end,
        dispatched_how = coalesce(${move.leaves}::text, dispatched_how),
        delivered_at = case when ${move.to} = 'DELIVERED' then ${move.happenedAt}::timestamptz else delivered_at end
      where tenant_id = ${tx.tenantId} and shipping_package_id = any(${move.ids}::uuid[])
    ), units as (
      update godown.sale_order_item set state = ${move.unitState ?? ""}, state_changed_at = ${at}
      where ${move.unitState !== null} and tenant_id = ${tx.tenantId} and shipping_package_id = any(${move.ids}::uuid[]) and state not in ('CANCELLED', 'RETURNED', 'REPLACED', 'RESHIPPED') and state <> ${move.unitState ?? ""}
    )
    insert into godown.order_event (tenant_id, order_event_id, sale_order_id, shipping_package_id, at, actor_kind, actor_name, kind, facts)
    select ${tx.tenantId}, e.id, e."saleOrderId", e."packageId", ${at}, ${move.actorKind}, ${move.actorName}, e.kind, e.facts
    from jsonb_to_recordset(${json(move.events)}) as e(id uuid, "saleOrderId" uuid, "packageId" uuid, kind text, facts jsonb)`);
}

/** Orders whose units have all left (or were cancelled) become COMPLETE; those with nothing left but cancelled units, CANCELLED. */
export async function settleOrders(tx: Tx, saleOrderIds: readonly SaleOrderId[], at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    update godown.sale_order o set state = s.state, on_hold = false, hold_reason = null, updated_at = ${at}
    from (
      select u.sale_order_id,
        case when bool_and(u.state = 'CANCELLED') then 'CANCELLED'
             when bool_and(u.state in ('CANCELLED', 'DISPATCHED', 'DELIVERED', 'RETURNED', 'REPLACED', 'RESHIPPED')) then 'COMPLETE' end as state
      from godown.sale_order_item u
      where u.tenant_id = ${tx.tenantId} and u.sale_order_id = any(${saleOrderIds}::uuid[]) group by u.sale_order_id
    ) s
    where o.tenant_id = ${tx.tenantId} and o.sale_order_id = s.sale_order_id and s.state is not null and o.state not in ('COMPLETE', 'CANCELLED')`);
}

export interface LockedUnit {
  readonly unitId: SaleOrderItemId;
  readonly unitNo: number;
  readonly code: string;
  readonly state: UnitState;
  readonly skuId: SkuId;
  readonly facilityId: FacilityId | null;
  readonly shippingPackageId: ShippingPackageId | null;
  readonly channelOrderItemId: string;
  readonly productId: string;
  readonly variantId: string;
  readonly cancelRequestedAt: Temporal.Instant | null;
  readonly cancelReason: string | null;
  readonly channelStatus: string | null;
  /** Units that one piece of the channel's line became: a bundle's components; 1 otherwise. */
  readonly parts: number;
}

/** Locks all units of an order, in unit order: the order's packages and stock are locked after them. */
export function lockUnits(tx: Tx, saleOrderId: SaleOrderId): Promise<LockedUnit[]> {
  return tx.run(sql<LockedUnit>`
    select sale_order_item_id as "unitId", unit_no as "unitNo", code, state, sku_id as "skuId", facility_id as "facilityId", shipping_package_id as "shippingPackageId",
      channel_order_item_id as "channelOrderItemId", product_id as "productId", variant_id as "variantId", cancel_requested_at as "cancelRequestedAt", cancel_reason as "cancelReason", channel_status as "channelStatus",
      case when u.bundle_sku_id is null then 1 else (
        select coalesce(sum(b.quantity), 1)::integer from godown.bundle_component b where b.tenant_id = u.tenant_id and b.bundle_sku_id = u.bundle_sku_id) end as parts
    from godown.sale_order_item u where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId}
    order by sale_order_item_id for update`);
}

/** Facilities in which units wait for a courier that serves their address. */
export async function facilitiesNotServed(tx: Tx): Promise<FacilityId[]> {
  const rows = await tx.run(sql<{ facilityId: FacilityId }>`
    select distinct facility_id as "facilityId" from godown.sale_order_item
    where tenant_id = ${tx.tenantId} and facility_id is not null and state = 'LOCATION_NOT_SERVICEABLE'`);
  return rows.map((row) => row.facilityId);
}
