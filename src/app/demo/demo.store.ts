import type { ChannelId, FacilityId, SaleOrderId, ShippingPackageId, TenantId } from "../../kernel/index.ts";
import type { Ctx, Services } from "../../platform/context.ts";
import { sql } from "../../platform/db.ts";
import type { ShippingProviderId } from "../../shipping/index.ts";

export interface DemoChannel {
  readonly channelId: ChannelId;
  readonly code: string;
  readonly source: string;
  readonly state: string;
}

export function demoChannels(services: Services, tenantId: TenantId): Promise<DemoChannel[]> {
  return services.db.read(tenantId, (tx) =>
    tx.run(
      sql<DemoChannel>`select channel_id as "channelId", code, source, state from godown.channel where tenant_id = ${tx.tenantId} order by created_at, code`,
    ),
  );
}

export async function listingsOf(ctx: Ctx, channelId: ChannelId): Promise<number> {
  const { count } = await ctx.db.read(ctx.tenantId, (tx) =>
    tx.one(
      sql<{
        count: number;
      }>`select count(*) as count from godown.listing where tenant_id = ${tx.tenantId} and channel_id = ${channelId}`,
    ),
  );
  return count;
}

/** Packages of the demo, oldest first. */
export function packagesOf(
  ctx: Ctx,
): Promise<{ packageId: ShippingPackageId; state: string; channelOrderId: string }[]> {
  return ctx.db.read(ctx.tenantId, (tx) =>
    tx.run(sql<{ packageId: ShippingPackageId; state: string; channelOrderId: string }>`
      select p.shipping_package_id as "packageId", p.state, o.channel_order_id as "channelOrderId"
      from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
      where p.tenant_id = ${tx.tenantId} order by p.created_at, p.code`),
  );
}

export interface DemoParcel {
  readonly packageId: ShippingPackageId;
  readonly code: string;
  readonly saleOrderId: SaleOrderId;
  readonly channelOrderId: string;
  readonly facilityId: FacilityId;
  readonly channelId: ChannelId;
  readonly shippingProviderId: ShippingProviderId | null;
  readonly thirdPartyShipping: boolean;
}

/** Packages of orders by the channels' ids. */
export function parcelsOf(ctx: Ctx, channelOrderIds: readonly string[]): Promise<DemoParcel[]> {
  return ctx.db.read(ctx.tenantId, (tx) =>
    tx.run(sql<DemoParcel>`
      select p.shipping_package_id as "packageId", p.code, p.sale_order_id as "saleOrderId", o.channel_order_id as "channelOrderId",
        p.facility_id as "facilityId", p.channel_id as "channelId", p.shipping_provider_id as "shippingProviderId", p.third_party_shipping as "thirdPartyShipping"
      from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
      where p.tenant_id = ${tx.tenantId} and o.channel_order_id = any(${channelOrderIds}) and p.state <> 'CANCELLED'
      order by p.created_at, p.code`),
  );
}

export interface DemoOrder {
  readonly saleOrderId: SaleOrderId;
  readonly channelOrderId: string;
  /** States of its units, each once. */
  readonly states: readonly string[];
}

/** Orders by the channels' ids. */
export function ordersOf(ctx: Ctx, channelOrderIds: readonly string[]): Promise<DemoOrder[]> {
  return ctx.db.read(ctx.tenantId, (tx) =>
    tx.run(sql<DemoOrder>`
      select o.sale_order_id as "saleOrderId", o.channel_order_id as "channelOrderId", array_agg(distinct u.state) as states
      from godown.sale_order o join godown.sale_order_item u using (tenant_id, sale_order_id)
      where o.tenant_id = ${tx.tenantId} and o.channel_order_id = any(${channelOrderIds})
      group by o.tenant_id, o.sale_order_id, o.channel_order_id order by o.channel_order_id`),
  );
}

/** Facilities by code. */
export async function facilityIdsOf(ctx: Ctx): Promise<ReadonlyMap<string, FacilityId>> {
  const rows = await ctx.db.read(ctx.tenantId, (tx) =>
    tx.run(sql<{ code: string; facilityId: FacilityId }>`
      select code, facility_id as "facilityId" from godown.facility where tenant_id = ${tx.tenantId} order by code`),
  );
  return new Map(rows.map((row) => [row.code, row.facilityId]));
}

export async function skuCodes(ctx: Ctx): Promise<ReadonlySet<string>> {
  const rows = await ctx.db.read(ctx.tenantId, (tx) =>
    tx.run(sql<{ code: string }>`select code from godown.sku where tenant_id = ${tx.tenantId}`),
  );
  return new Set(rows.map((row) => row.code));
}
