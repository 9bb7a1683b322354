import type { ChannelId, FacilityId, Instant, ShippingPackageId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { all, sql, type Tx } from "../../platform/db.ts";
import { containing } from "../../platform/http/fields.ts";
import type { ListPage, Page } from "../../platform/http/list.ts";
import type { ReturnManifestId, ReturnManifestState } from "./return-manifest.ts";

export interface ReturnManifestRow {
  readonly returnManifestId: ReturnManifestId;
  readonly code: string;
  readonly state: ReturnManifestState;
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly channelId: ChannelId | null;
  readonly channel: string | null;
  readonly courier: string | null;
  readonly parcels: number;
  /** Of them, those that nobody had announced when they were scanned. */
  readonly unannounced: number;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly closedAt: Instant | null;
  readonly closedBy: string | null;
}

export interface ReturnManifestFilters {
  readonly state?: ReturnManifestState | undefined;
  readonly facilityId?: FacilityId | undefined;
  readonly channelId?: ChannelId | undefined;
  readonly search?: string | undefined;
}

const columns = sql`m.return_manifest_id as "returnManifestId", m.code, m.state, m.facility_id as "facilityId", f.code as facility, m.channel_id as "channelId", c.code as channel, m.courier,
  coalesce(n.parcels, 0)::integer as parcels, coalesce(n.unannounced, 0)::integer as unannounced,
  m.created_at as "createdAt", m.created_by as "createdBy", m.closed_at as "closedAt", m.closed_by as "closedBy"`;
const tables = sql`godown.return_manifest m
  join godown.facility f using (tenant_id, facility_id)
  left join godown.channel c on c.tenant_id = m.tenant_id and c.channel_id = m.channel_id
  left join lateral (
    select count(*) as parcels, count(*) filter (where not p.announced) as unannounced from godown.return_manifest_package p
    where p.tenant_id = m.tenant_id and p.return_manifest_id = m.return_manifest_id
  ) n on true`;

export async function listReturnManifests(
  ctx: Ctx,
  tx: Tx,
  filters: ReturnManifestFilters,
  page: Page,
): Promise<ListPage<ReturnManifestRow>> {
  const within = all([
    sql`m.tenant_id = ${tx.tenantId}`,
    ctx.facilities === "all" ? undefined : sql`m.facility_id = any(${ctx.facilities}::uuid[])`,
    filters.facilityId === undefined ? undefined : sql`m.facility_id = ${filters.facilityId}`,
    filters.channelId === undefined ? undefined : sql`m.channel_id = ${filters.channelId}`,
    filters.search
      ? sql`(m.code ilike ${containing(filters.search)} or m.courier ilike ${containing(filters.search)})`
      : undefined,
  ]);
  const where = all([within, filters.state === undefined ? undefined : sql`m.state = ${filters.state}`]);
  const sort = { createdAt: sql`m.created_at`, closedAt: sql`m.closed_at`, code: sql`m.code` }[page.sort];
  const direction = page.descending ? sql`desc nulls last` : sql`asc nulls last`;
  const rows = await tx.run(sql<ReturnManifestRow>`
    select ${columns} from ${tables} where ${where}
    order by ${sort ?? sql`m.created_at`} ${direction}, m.return_manifest_id limit ${page.limit} offset ${page.offset}`);
  const states = await tx.run(sql<{ state: ReturnManifestState; count: number }>`
    select m.state, count(*)::integer as count from godown.return_manifest m where ${within} group by 1`);
  const counts = Object.fromEntries(states.map((s) => [s.state, s.count]));
  const total = filters.state === undefined ? states.reduce((n, s) => n + s.count, 0) : (counts[filters.state] ?? 0);
  return { rows, total, counts };
}

export function returnManifestById(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  id: ReturnManifestId,
): Promise<ReturnManifestRow | undefined> {
  return tx.first(sql<ReturnManifestRow>`
    select ${columns} from ${tables} where m.tenant_id = ${tx.tenantId} and m.return_manifest_id = ${id}
      and ${ctx.facilities === "all" ? sql`true` : sql`m.facility_id = any(${ctx.facilities}::uuid[])`}`);
}

/** A parcel on a return manifest. */
export interface ReturnManifestParcel {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly state: string;
  readonly saleOrderId: string;
  readonly order: string;
  readonly channel: string;
  readonly awb: string | null;
  /** Codes of its returns; null: none yet, it gets one by closing. */
  readonly returns: string | null;
  readonly units: number;
  readonly missing: number;
  readonly missingUnitIds: string[];
  readonly announced: boolean;
  readonly scanned: string;
  readonly addedAt: Instant;
  readonly addedBy: string;
}

/** The parcels of a return manifest in the order in which they were scanned. */
export function returnManifestParcels(tx: Tx, id: ReturnManifestId): Promise<ReturnManifestParcel[]> {
  return tx.run(sql<ReturnManifestParcel>`
    select p.shipping_package_id as "shippingPackageId", p.code, p.state, p.sale_order_id as "saleOrderId", o.code as "order", c.code as channel, p.awb,
      (select string_agg(distinct r.code, ', ')
        from godown.sale_order_item u join godown.return_item i using (tenant_id, sale_order_item_id) join godown.return_case r using (tenant_id, return_case_id)
        where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED') as returns,
      (select count(*)::integer from godown.sale_order_item u where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and u.state <> 'CANCELLED') as units,
      cardinality(mp.missing_unit_ids) as missing, mp.missing_unit_ids::text[] as "missingUnitIds", mp.announced, mp.scanned, mp.added_at as "addedAt", mp.added_by as "addedBy"
    from godown.return_manifest_package mp
    join godown.shipping_package p using (tenant_id, shipping_package_id)
    join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id
    join godown.channel c on c.tenant_id = p.tenant_id and c.channel_id = p.channel_id
    where mp.tenant_id = ${tx.tenantId} and mp.return_manifest_id = ${id} order by mp.added_at, p.code`);
}

/** Where parcels were brought, as it is printed. */
export interface ReceivingPlace {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly pincode: string;
  readonly zone: string;
}

export function receivingPlace(tx: Tx, facilityId: FacilityId): Promise<ReceivingPlace> {
  return tx.one(sql<ReceivingPlace>`
    select name, line1, line2, city, pincode, zone from godown.facility where tenant_id = ${tx.tenantId} and facility_id = ${facilityId}`);
}
