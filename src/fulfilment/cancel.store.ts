import type {
  ChannelId,
  FacilityId,
  ListingId,
  SaleOrderId,
  SaleOrderItemId,
  ShippingPackageId,
} from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import { type LockedPackage, type LockedUnit, lockPackages, lockUnits } from "./store.ts";

/** Locks the packages that units are in. */
export function lockPackagesOf(tx: Tx, units: readonly LockedUnit[]): Promise<LockedPackage[]> {
  const ids = [...new Set(units.flatMap((u) => u.shippingPackageId ?? []))];
  return ids.length === 0 ? Promise.resolve([]) : lockPackages(tx, ids);
}

export async function cancelRows(
  tx: Tx,
  cancel: { unitIds: readonly SaleOrderItemId[]; reason: string; by: "SELLER" | "CHANNEL" },
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.sale_order_item set state = 'CANCELLED', on_hold = false, cancelled_at = ${at}, cancel_reason = ${cancel.reason}, cancelled_by = ${cancel.by}, cancel_requested_at = null, state_changed_at = ${at}
    where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${cancel.unitIds}::uuid[])`);
}

/** A new package in CREATED for units of a cancelled one; gives the channel's lines in it. */
export async function moveUnitsToNewPackage(
  tx: Tx,
  move: {
    from: ShippingPackageId;
    shippingPackageId: ShippingPackageId;
    code: string;
    unitIds: readonly SaleOrderItemId[];
  },
  at: Temporal.Instant,
): Promise<string[]> {
  const rows = await tx.run(sql<{ line: string }>`
    with made as (
      insert into godown.shipping_package (tenant_id, shipping_package_id, sale_order_id, channel_id, facility_id, code, state, third_party_shipping, created_at, state_changed_at, updated_at)
      select tenant_id, ${move.shippingPackageId}, sale_order_id, channel_id, facility_id, ${move.code}, 'CREATED', third_party_shipping, ${at}, ${at}, ${at}
      from godown.shipping_package where tenant_id = ${tx.tenantId} and shipping_package_id = ${move.from}
    ), units as (
      update godown.sale_order_item set shipping_package_id = ${move.shippingPackageId}, state = 'FULFILLABLE', state_changed_at = ${at}
      where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${move.unitIds}::uuid[])
      returning channel_order_item_id
    )
    select distinct channel_order_item_id as line from units`);
  return rows.map((row) => row.line);
}

/** The order, locked. Undefined also where none of its units is in these facilities (or in none yet). */
export function findOrderById(
  tx: Tx,
  saleOrderId: SaleOrderId,
  facilities: "all" | readonly FacilityId[],
): Promise<{ saleOrderId: SaleOrderId; code: string; channelId: ChannelId; source: string } | undefined> {
  return tx.first(sql<{ saleOrderId: SaleOrderId; code: string; channelId: ChannelId; source: string }>`
    select o.sale_order_id as "saleOrderId", o.code, o.channel_id as "channelId", c.source
    from godown.sale_order o join godown.channel c using (tenant_id, channel_id)
    where o.tenant_id = ${tx.tenantId} and o.sale_order_id = ${saleOrderId} and ${orderWithin(facilities)} for update of o`);
}

/** May an actor of these facilities see the order `o`: one with a unit there, or with one that has no facility yet. */
export function orderWithin(facilities: "all" | readonly FacilityId[]) {
  return facilities === "all"
    ? sql`true`
    : sql`exists (
        select from godown.sale_order_item v
        where v.tenant_id = o.tenant_id and v.sale_order_id = o.sale_order_id and (v.facility_id is null or v.facility_id = any(${facilities}::uuid[])))`;
}

export async function lockUnitsById(
  tx: Tx,
  saleOrderId: SaleOrderId,
  unitIds: readonly SaleOrderItemId[],
): Promise<LockedUnit[]> {
  return (await lockUnits(tx, saleOrderId)).filter((unit) => unitIds.includes(unit.unitId));
}

/** Locks units while the channel's answer to their cancellation is awaited. */
export async function requestRows(
  tx: Tx,
  request: { unitIds: readonly SaleOrderItemId[]; reason: string },
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.sale_order_item set cancel_requested_at = ${at}, cancel_reason = ${request.reason}
    where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${request.unitIds}::uuid[])`);
}

/** The channel refused: the units stand as they were. */
export async function unlockRows(tx: Tx, unitIds: readonly SaleOrderItemId[]): Promise<void> {
  await tx.run(sql`
    update godown.sale_order_item set cancel_requested_at = null, cancel_reason = null
    where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${unitIds}::uuid[])`);
}

/** Codes of those packages for whose invoice the channel is asked at this moment. Whoever asks has locked them before. */
export async function invoicesAsked(
  tx: Tx,
  ids: readonly ShippingPackageId[],
  now: Temporal.Instant,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await tx.run(sql<{ code: string }>`
    select p.code from godown.package_step s join godown.shipping_package p using (tenant_id, shipping_package_id)
    where s.tenant_id = ${tx.tenantId} and s.shipping_package_id = any(${ids}::uuid[]) and s.step = 'INVOICE' and s.state = 'ASKING' and s.asking_until > ${now}
    order by p.code`);
  return rows.map((row) => row.code);
}

/** The listings that units were sold by, with their channel's source. */
export function listingsOfUnits(
  tx: Tx,
  unitIds: readonly SaleOrderItemId[],
): Promise<{ listingId: ListingId; source: string }[]> {
  return tx.run(sql<{ listingId: ListingId; source: string }>`
    select distinct u.listing_id as "listingId", c.source
    from godown.sale_order_item u
    join godown.sale_order o on o.tenant_id = u.tenant_id and o.sale_order_id = u.sale_order_id
    join godown.channel c on c.tenant_id = o.tenant_id and c.channel_id = o.channel_id
    where u.tenant_id = ${tx.tenantId} and u.sale_order_item_id = any(${unitIds}::uuid[]) and u.listing_id is not null order by 1`);
}
