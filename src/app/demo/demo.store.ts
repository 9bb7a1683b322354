import type { ChannelId, FacilityId, ShippingPackageId, TenantId } from "../../kernel/index.ts";
import type { Ctx, Services } from "../../platform/context.ts";
import { sql } from "../../platform/db.ts";

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
