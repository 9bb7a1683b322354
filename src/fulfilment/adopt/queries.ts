import type { ChannelId, FacilityId, Instant, ManifestId, ShippingPackageId, SkuId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { all, sql, type Tx } from "../../platform/db.ts";
import { containing } from "../../platform/http/fields.ts";
import type { ListPage, Page } from "../../platform/http/list.ts";
import type { ShortageState, StockShortageId } from "./shortage.ts";

export interface ShortageRow {
  readonly stockShortageId: StockShortageId;
  readonly state: ShortageState;
  readonly at: Instant;
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly channelId: ChannelId;
  readonly channel: string;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly saleOrderId: string;
  readonly order: string;
  readonly unit: string;
  readonly shippingPackageId: ShippingPackageId;
  readonly package: string;
  /** Pieces of the SKU in the facility that are promised to nobody: so many could be settled now. */
  readonly free: number;
  readonly endedAt: Instant | null;
  readonly endedBy: string | null;
  readonly reason: string | null;
}

export interface ShortageFilters {
  readonly state?: ShortageState | undefined;
  readonly facilityId?: FacilityId | undefined;
  readonly skuId?: SkuId | undefined;
  readonly channelId?: ChannelId | undefined;
  readonly search?: string | undefined;
}

const tables = sql`godown.stock_shortage s
  join godown.facility f using (tenant_id, facility_id)
  join godown.channel c on c.tenant_id = s.tenant_id and c.channel_id = s.channel_id
  join godown.sku k on k.tenant_id = s.tenant_id and k.sku_id = s.sku_id
  join godown.sale_order o on o.tenant_id = s.tenant_id and o.sale_order_id = s.sale_order_id
  join godown.sale_order_item u on u.tenant_id = s.tenant_id and u.sale_order_item_id = s.sale_order_item_id
  join godown.shipping_package p on p.tenant_id = s.tenant_id and p.shipping_package_id = s.shipping_package_id`;

/** Shortages, the newest first unless sorted otherwise; the counts are by state. */
export async function listShortages(
  ctx: Ctx,
  tx: Tx,
  filters: ShortageFilters,
  page: Page,
): Promise<ListPage<ShortageRow>> {
  const like = filters.search ? containing(filters.search) : undefined;
  const within = all([
    sql`s.tenant_id = ${tx.tenantId}`,
    ctx.facilities === "all" ? undefined : sql`s.facility_id = any(${ctx.facilities}::uuid[])`,
    filters.facilityId === undefined ? undefined : sql`s.facility_id = ${filters.facilityId}`,
    filters.skuId === undefined ? undefined : sql`s.sku_id = ${filters.skuId}`,
    filters.channelId === undefined ? undefined : sql`s.channel_id = ${filters.channelId}`,
    like === undefined
      ? undefined
      : sql`(k.code ilike ${like} or k.name ilike ${like} or o.code ilike ${like} or p.code ilike ${like})`,
  ]);
  const where = all([within, filters.state === undefined ? undefined : sql`s.state = ${filters.state}`]);
  const sort = page.sort === "sku" ? sql`k.code` : sql`s.at`;
  const rows = await tx.run(sql<ShortageRow>`
    select s.stock_shortage_id as "stockShortageId", s.state, s.at, s.facility_id as "facilityId", f.code as facility, s.channel_id as "channelId", c.code as channel,
      s.sku_id as "skuId", k.code as sku, k.name, s.sale_order_id as "saleOrderId", o.code as "order", u.code as unit,
      s.shipping_package_id as "shippingPackageId", p.code as package,
      coalesce((select greatest(l.good + l.virtual - l.blocked, 0) from godown.stock_level l
        where l.tenant_id = s.tenant_id and l.facility_id = s.facility_id and l.sku_id = s.sku_id), 0) as free,
      s.ended_at as "endedAt", s.ended_by as "endedBy", s.reason
    from ${tables} where ${where}
    order by ${sort} ${page.descending ? sql`desc` : sql`asc`}, s.stock_shortage_id limit ${page.limit} offset ${page.offset}`);
  const states = await tx.run(sql<{ state: ShortageState; count: number }>`
    select s.state, count(*) as count from ${tables} where ${within} group by 1`);
  const counts = Object.fromEntries(states.map((each) => [each.state, each.count]));
  const total =
    filters.state === undefined ? states.reduce((n, each) => n + each.count, 0) : (counts[filters.state] ?? 0);
  return { rows, total, counts };
}

/** A parcel that its channel took off a list, by sending it or by cancelling it. */
export interface RemovalRow {
  readonly shippingPackageId: ShippingPackageId;
  readonly package: string;
  readonly order: string;
  readonly why: "ADOPTED" | "CANCELLED";
  readonly at: Instant;
  readonly seenAt: Instant | null;
  readonly seenBy: string | null;
}

/** Parcels that were taken off a manifest or a pick list so, the newest first. */
export function removalsOf(
  tx: Tx,
  of: { readonly manifestId: ManifestId } | { readonly picklistId: string },
): Promise<RemovalRow[]> {
  const list = "manifestId" in of ? sql`r.manifest_id = ${of.manifestId}` : sql`r.picklist_id = ${of.picklistId}`;
  return tx.run(sql<RemovalRow>`
    select r.shipping_package_id as "shippingPackageId", p.code as package, o.code as "order", r.why, r.at, r.seen_at as "seenAt", r.seen_by as "seenBy"
    from godown.parcel_removal r
    join godown.shipping_package p using (tenant_id, shipping_package_id)
    join godown.sale_order o using (tenant_id, sale_order_id)
    where r.tenant_id = ${tx.tenantId} and ${list}
    order by r.at desc, p.code`);
}
