import type { ShelfId } from "../../inventory/index.ts";
import type { FacilityId, Instant, ShippingPackageId, SkuId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { all, sql, type Tx } from "../../platform/db.ts";
import { containing } from "../../platform/http/fields.ts";
import type { ListPage, Page } from "../../platform/http/list.ts";
import type { PackageState } from "../shipping-package.ts";
import { IN_PICKING, type PicklistId, type PicklistState } from "./picklist.ts";

export interface PicklistRow {
  readonly picklistId: PicklistId;
  readonly code: string;
  readonly state: PicklistState;
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly packages: number;
  /** Shipments that are not invoiced yet. */
  readonly open: number;
  readonly units: number;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly receivedAt: Instant | null;
  readonly closedAt: Instant | null;
  readonly closedBy: string | null;
}

const columns = sql`l.picklist_id as "picklistId", l.code, l.state, l.facility_id as "facilityId", f.code as facility,
  coalesce(c.packages, 0)::integer as packages, coalesce(c.open, 0)::integer as open, coalesce(c.units, 0)::integer as units,
  l.created_at as "createdAt", l.created_by as "createdBy", l.received_at as "receivedAt", l.closed_at as "closedAt", l.closed_by as "closedBy"`;
const tables = sql`godown.picklist l
  join godown.facility f using (tenant_id, facility_id)
  left join lateral (
    select count(distinct i.shipping_package_id) as packages, count(*) as units,
      count(distinct i.shipping_package_id) filter (where i.outcome is null and p.state = any(${IN_PICKING})) as open
    from godown.picklist_item i join godown.shipping_package p using (tenant_id, shipping_package_id)
    where i.tenant_id = l.tenant_id and i.picklist_id = l.picklist_id
  ) c on true`;

export async function listPicklists(
  ctx: Ctx,
  tx: Tx,
  filters: {
    state?: PicklistState | undefined;
    facilityId?: FacilityId | undefined;
    search?: string | undefined;
  },
  page: Page,
): Promise<ListPage<PicklistRow>> {
  const within = all([
    sql`l.tenant_id = ${tx.tenantId}`,
    ctx.facilities === "all" ? undefined : sql`l.facility_id = any(${ctx.facilities}::uuid[])`,
    filters.facilityId === undefined ? undefined : sql`l.facility_id = ${filters.facilityId}`,
    filters.search ? sql`l.code ilike ${containing(filters.search)}` : undefined,
  ]);
  const where = all([within, filters.state === undefined ? undefined : sql`l.state = ${filters.state}`]);
  const sort = page.sort === "code" ? sql`l.code` : sql`l.created_at`;
  const rows = await tx.run(sql<PicklistRow>`
    select ${columns} from ${tables} where ${where}
    order by ${sort} ${page.descending ? sql`desc` : sql`asc`}, l.picklist_id limit ${page.limit} offset ${page.offset}`);
  const states = await tx.run(sql<{ state: PicklistState; count: number }>`
    select l.state, count(*) as count from godown.picklist l where ${within} group by 1`);
  const counts = Object.fromEntries(states.map((s) => [s.state, s.count]));
  const total = filters.state === undefined ? states.reduce((n, s) => n + s.count, 0) : (counts[filters.state] ?? 0);
  return { rows, total, counts };
}

/** A unit on a list, for its lines and its shipments. */
export interface PickRow {
  readonly shippingPackageId: ShippingPackageId;
  readonly package: string;
  readonly packageState: PackageState;
  readonly order: string;
  readonly unit: string;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly shelfId: ShelfId | null;
  readonly shelf: string | null;
  readonly outcome: "DISPATCHED" | "NOT_FOUND" | "PUT_BACK" | null;
  /** Still to be fetched or in hand. */
  readonly open: boolean;
}

export async function picklistDetail(
  ctx: Ctx,
  tx: Tx,
  picklistId: PicklistId,
): Promise<(PicklistRow & { readonly picks: PickRow[] }) | undefined> {
  const list = await tx.first(sql<PicklistRow>`
    select ${columns} from ${tables}
    where l.tenant_id = ${tx.tenantId} and l.picklist_id = ${picklistId}
      and ${ctx.facilities === "all" ? sql`true` : sql`l.facility_id = any(${ctx.facilities}::uuid[])`}`);
  if (!list) return undefined;
  const picks = await tx.run(sql<PickRow>`
    select i.shipping_package_id as "shippingPackageId", p.code as package, p.state as "packageState", o.code as "order", u.code as unit,
      i.sku_id as "skuId", s.code as sku, s.name, i.shelf_id as "shelfId", h.code as shelf, i.outcome,
      (i.outcome is null and u.shipping_package_id = i.shipping_package_id and u.state = 'PICKING_FOR_INVOICING' and p.state = any(${IN_PICKING})) as open
    from godown.picklist_item i
    join godown.sale_order_item u using (tenant_id, sale_order_item_id)
    join godown.sale_order o on o.tenant_id = u.tenant_id and o.sale_order_id = u.sale_order_id
    join godown.shipping_package p on p.tenant_id = i.tenant_id and p.shipping_package_id = i.shipping_package_id
    join godown.sku s on s.tenant_id = i.tenant_id and s.sku_id = i.sku_id
    left join godown.shelf h on h.tenant_id = i.tenant_id and h.shelf_id = i.shelf_id
    where i.tenant_id = ${tx.tenantId} and i.picklist_id = ${picklistId}
    order by p.code, u.unit_no`);
  return { ...list, picks };
}

/** States of chosen packages, to say which have nothing to fetch. */
export function statesOf(
  tx: Tx,
  ids: readonly ShippingPackageId[],
): Promise<{ shippingPackageId: ShippingPackageId; code: string; state: PackageState }[]> {
  return tx.run(sql<{ shippingPackageId: ShippingPackageId; code: string; state: PackageState }>`
    select shipping_package_id as "shippingPackageId", code, state from godown.shipping_package
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${ids}::uuid[]) order by code`);
}

/** What a printed list calls things. */
export async function namesFor(
  tx: Tx,
  of: { facilityId: FacilityId; skuIds: readonly SkuId[]; shelfIds: readonly ShelfId[] },
): Promise<{
  facility: { code: string; name: string; zone: string };
  skus: Map<SkuId, { sku: string; name: string }>;
  shelves: Map<ShelfId, string>;
}> {
  const facility = await tx.one(sql<{ code: string; name: string; zone: string }>`
    select code, name, zone from godown.facility where tenant_id = ${tx.tenantId} and facility_id = ${of.facilityId}`);
  const skus = await tx.run(sql<{ skuId: SkuId; sku: string; name: string }>`
    select sku_id as "skuId", code as sku, name from godown.sku where tenant_id = ${tx.tenantId} and sku_id = any(${of.skuIds}::uuid[])`);
  const shelves = await tx.run(sql<{ shelfId: ShelfId; code: string }>`
    select shelf_id as "shelfId", code from godown.shelf where tenant_id = ${tx.tenantId} and shelf_id = any(${of.shelfIds}::uuid[])`);
  return {
    facility,
    skus: new Map(skus.map((s) => [s.skuId, s])),
    shelves: new Map(shelves.map((s) => [s.shelfId, s.code])),
  };
}
