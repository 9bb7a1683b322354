import type { ChannelId, SaleOrderId, SaleOrderItemId, ShippingPackageId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import type { PackageState } from "./shipping-package.ts";

export interface FoundOrder {
  readonly saleOrderId: SaleOrderId;
  readonly code: string;
  readonly channelId: ChannelId;
  readonly source: string;
  readonly returnedOnChannelWord: boolean;
}

/** The order that a channel names, locked. */
export function findOrder(tx: Tx, channelId: ChannelId, channelOrderId: string): Promise<FoundOrder | undefined> {
  return tx.first(sql<FoundOrder>`
    select o.sale_order_id as "saleOrderId", o.code, o.channel_id as "channelId", c.source, c.returned_on_channel_word as "returnedOnChannelWord"
    from godown.sale_order o join godown.channel c using (tenant_id, channel_id)
    where o.tenant_id = ${tx.tenantId} and o.channel_id = ${channelId} and o.channel_order_id = ${channelOrderId} for update of o`);
}

/** When the first of these packages left; null: none has. */
export async function firstDispatch(
  tx: Tx,
  packageIds: readonly ShippingPackageId[],
): Promise<Temporal.Instant | null> {
  if (packageIds.length === 0) return null;
  const first = await tx.one(sql<{ at: Temporal.Instant | null }>`
    select min(dispatched_at) as at from godown.shipping_package
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${packageIds}::uuid[])`);
  return first.at;
}

/** The channel has said that these units are cancelled. */
export async function confirmCancelled(
  tx: Tx,
  unitIds: readonly SaleOrderItemId[],
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.sale_order_item set channel_status = 'CANCELLED', channel_status_at = ${at}
    where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${unitIds}::uuid[])`);
}

/** Holds units until a person decides; the order remembers that the channel called it cancelled. */
export async function holdUnits(
  tx: Tx,
  saleOrderId: SaleOrderId,
  unitIds: readonly SaleOrderItemId[],
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    with held as (update godown.sale_order_item set on_hold = true where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${unitIds}::uuid[]))
    update godown.sale_order set channel_cancelled_at = coalesce(channel_cancelled_at, ${at}), updated_at = ${at}
    where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId}`);
}

export interface FoundPackage {
  readonly shippingPackageId: ShippingPackageId;
  readonly saleOrderId: SaleOrderId;
  readonly channelId: ChannelId;
  readonly code: string;
  readonly orderCode: string;
  readonly state: PackageState;
}

/** Packages of a channel by tracking number, or by our package code; several where a courier reuses numbers. Newest first. */
export function findPackages(
  tx: Tx,
  channelId: ChannelId,
  by: { awb: string; packageCode: string | null; providerCode: string | null },
): Promise<FoundPackage[]> {
  return tx.run(sql<FoundPackage>`
    select p.shipping_package_id as "shippingPackageId", p.sale_order_id as "saleOrderId", p.channel_id as "channelId", p.code, o.code as "orderCode", p.state
    from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
    left join godown.shipping_provider s using (tenant_id, shipping_provider_id)
    where p.tenant_id = ${tx.tenantId} and p.channel_id = ${channelId} and p.awb = ${by.awb} and p.state <> 'CANCELLED'
      and (${by.packageCode}::text is null or p.code = ${by.packageCode})
      and (${by.providerCode}::text is null or ${by.packageCode}::text is not null or s.code is null or s.code = ${by.providerCode}
        or not exists (select from godown.shipping_provider k where k.tenant_id = p.tenant_id and k.code = ${by.providerCode}))
    order by p.created_at desc`);
}

/** Packages of an order that hold units of the channel's lines. */
export function packagesOfLines(tx: Tx, saleOrderId: SaleOrderId, lines: readonly string[]): Promise<FoundPackage[]> {
  return tx.run(sql<FoundPackage>`
    select p.shipping_package_id as "shippingPackageId", p.sale_order_id as "saleOrderId", p.channel_id as "channelId", p.code, o.code as "orderCode", p.state
    from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
    where p.tenant_id = ${tx.tenantId} and p.sale_order_id = ${saleOrderId} and p.state <> 'CANCELLED' and exists (
      select from godown.sale_order_item u where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and u.channel_order_item_id = any(${lines}::text[]))
    order by p.created_at`);
}
