import type { ShelfId } from "../inventory/index.ts";
import type { FacilityId, Instant, SaleOrderId, SaleOrderItemId, ShippingPackageId, SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { Grade, PutawayId, PutawayItemId, PutawayKind, PutawayState } from "./putaway.ts";

/** A unit that waits for putaway or is on a list. */
export interface PutawayItemRow {
  readonly itemId: PutawayItemId;
  readonly kind: PutawayKind;
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly saleOrderId: SaleOrderId | null;
  readonly order: string | null;
  readonly unit: string | null;
  readonly package: string | null;
  readonly putawayId: PutawayId | null;
  readonly putaway: string | null;
  /** On no list yet: what is proposed. */
  readonly grade: Grade | null;
  readonly shelf: string | null;
  /** The shelf that a unit of a shelf transfer was taken off. */
  readonly fromShelf: string | null;
  readonly note: string | null;
  readonly createdAt: Instant;
  readonly confirmedAt: Instant | null;
  readonly completedAt: Instant | null;
}

const itemColumns = sql`i.putaway_item_id as "itemId", i.kind, i.facility_id as "facilityId", f.code as facility, s.code as sku, s.name, s.image_url as "imageUrl",
  u.sale_order_id as "saleOrderId", o.code as "order", u.code as unit, p.code as package, i.putaway_id as "putawayId", l.code as putaway, i.grade, h.code as shelf, z.code as "fromShelf", i.note,
  i.created_at as "createdAt", i.confirmed_at as "confirmedAt", i.completed_at as "completedAt"`;
const itemTables = sql`godown.putaway_item i
  join godown.facility f using (tenant_id, facility_id)
  join godown.sku s on s.tenant_id = i.tenant_id and s.sku_id = i.sku_id
  left join godown.sale_order_item u on u.tenant_id = i.tenant_id and u.sale_order_item_id = i.sale_order_item_id
  left join godown.sale_order o on o.tenant_id = u.tenant_id and o.sale_order_id = u.sale_order_id
  left join godown.shipping_package p on p.tenant_id = i.tenant_id and p.shipping_package_id = i.shipping_package_id
  left join godown.putaway l on l.tenant_id = i.tenant_id and l.putaway_id = i.putaway_id
  left join godown.shelf h on h.tenant_id = i.tenant_id and h.shelf_id = i.shelf_id
  left join godown.shelf z on z.tenant_id = i.tenant_id and z.shelf_id = i.source_shelf_id`;

/** Units that wait, counted by kind for the tabs; with `putawayId` the units of that list, complete or not. */
export async function listWaiting(
  ctx: Ctx,
  tx: Tx,
  filters: {
    facilityId?: FacilityId | undefined;
    kind?: PutawayKind | undefined;
    onList?: boolean | undefined;
    putawayId?: PutawayId | undefined;
    search?: string | undefined;
  },
  page: Page,
): Promise<ListPage<PutawayItemRow>> {
  const within = all([
    sql`i.tenant_id = ${tx.tenantId}`,
    filters.putawayId === undefined ? sql`i.completed_at is null` : sql`i.putaway_id = ${filters.putawayId}`,
    ctx.facilities === "all" ? undefined : sql`i.facility_id = any(${ctx.facilities}::uuid[])`,
    filters.facilityId === undefined ? undefined : sql`i.facility_id = ${filters.facilityId}`,
    filters.onList === undefined ? undefined : sql`(i.putaway_id is not null) = ${filters.onList}`,
    filters.search
      ? sql`concat_ws(' ', s.code, s.name, o.code, p.code, l.code) ilike ${containing(filters.search)}`
      : undefined,
  ]);
  const where = all([within, filters.kind === undefined ? undefined : sql`i.kind = ${filters.kind}`]);
  const sort = page.sort === "sku" ? sql`s.code` : sql`i.created_at`;
  const rows = await tx.run(sql<PutawayItemRow>`
    select ${itemColumns} from ${itemTables} where ${where}
    order by ${sort} ${page.descending ? sql`desc` : sql`asc`}, i.putaway_item_id limit ${page.limit} offset ${page.offset}`);
  const kinds = await tx.run(sql<{ kind: PutawayKind; count: number }>`
    select i.kind, count(*) as count from ${itemTables} where ${within} group by 1`);
  const counts: Record<string, number> = Object.fromEntries(kinds.map((each) => [each.kind, each.count]));
  const total = filters.kind === undefined ? kinds.reduce((n, each) => n + each.count, 0) : (counts[filters.kind] ?? 0);
  return { rows, total, counts };
}

export interface PutawayRow {
  readonly putawayId: PutawayId;
  readonly code: string;
  readonly state: PutawayState;
  readonly kind: PutawayKind;
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly units: number;
  readonly confirmed: number;
  readonly note: string | null;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly completedAt: Instant | null;
  readonly completedBy: string | null;
}

const columns = sql`p.putaway_id as "putawayId", p.code, p.state, p.kind, p.facility_id as "facilityId", f.code as facility,
  coalesce(c.units, 0)::integer as units, coalesce(c.confirmed, 0)::integer as confirmed, p.note,
  p.created_at as "createdAt", p.created_by as "createdBy", p.completed_at as "completedAt", p.completed_by as "completedBy"`;
const tables = sql`godown.putaway p
  join godown.facility f using (tenant_id, facility_id)
  left join lateral (
    select count(*) as units, count(i.confirmed_at) as confirmed from godown.putaway_item i
    where i.tenant_id = p.tenant_id and i.putaway_id = p.putaway_id
  ) c on true`;

export async function listPutaways(
  ctx: Ctx,
  tx: Tx,
  filters: {
    facilityId?: FacilityId | undefined;
    kind?: PutawayKind | undefined;
    state?: PutawayState | undefined;
    search?: string | undefined;
  },
  page: Page,
): Promise<ListPage<PutawayRow>> {
  const within = all([
    sql`p.tenant_id = ${tx.tenantId}`,
    ctx.facilities === "all" ? undefined : sql`p.facility_id = any(${ctx.facilities}::uuid[])`,
    filters.facilityId === undefined ? undefined : sql`p.facility_id = ${filters.facilityId}`,
    filters.kind === undefined ? undefined : sql`p.kind = ${filters.kind}`,
    filters.search ? sql`p.code ilike ${containing(filters.search)}` : undefined,
  ]);
  const where = all([within, filters.state === undefined ? undefined : sql`p.state = ${filters.state}`]);
  const sort = page.sort === "code" ? sql`p.code` : sql`p.created_at`;
  const rows = await tx.run(sql<PutawayRow>`
    select ${columns} from ${tables} where ${where}
    order by ${sort} ${page.descending ? sql`desc` : sql`asc`}, p.putaway_id limit ${page.limit} offset ${page.offset}`);
  const states = await tx.run(sql<{ state: PutawayState; count: number }>`
    select p.state, count(*) as count from godown.putaway p where ${within} group by 1`);
  const counts = Object.fromEntries(states.map((s) => [s.state, s.count]));
  const total = filters.state === undefined ? states.reduce((n, s) => n + s.count, 0) : (counts[filters.state] ?? 0);
  return { rows, total, counts };
}

/** Units of a list that look alike, in one line. */
export interface PutawayGroupRow {
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly grade: Grade | null;
  readonly shelfId: ShelfId | null;
  readonly shelf: string | null;
  readonly section: string | null;
  /** Where they came from: packages, or shelves of a transfer. Of many the first few. */
  readonly packages: string[];
  readonly fromShelves: string[];
  readonly units: number;
  readonly confirmed: number;
}

/** A list with its units in groups, in the order of the walk; what has no shelf or grade yet comes first. */
export async function putawayById(
  ctx: Ctx,
  tx: Tx,
  putawayId: PutawayId,
): Promise<(PutawayRow & { readonly groups: PutawayGroupRow[] }) | undefined> {
  const putaway = await tx.first(sql<PutawayRow>`
    select ${columns} from ${tables}
    where p.tenant_id = ${tx.tenantId} and p.putaway_id = ${putawayId}
      and ${ctx.facilities === "all" ? sql`true` : sql`p.facility_id = any(${ctx.facilities}::uuid[])`}`);
  if (!putaway) return undefined;
  const groups = await tx.run(sql<PutawayGroupRow>`
    select i.sku_id as "skuId", s.code as sku, s.name, s.image_url as "imageUrl", i.grade, i.shelf_id as "shelfId", h.code as shelf, h.section,
      coalesce((array_agg(distinct p.code) filter (where p.code is not null))[:5], '{}') as packages,
      coalesce((array_agg(distinct z.code) filter (where z.code is not null))[:5], '{}') as "fromShelves",
      count(*) as units, count(i.confirmed_at) as confirmed
    from ${itemTables}
    where i.tenant_id = ${tx.tenantId} and i.putaway_id = ${putawayId}
    group by i.sku_id, s.code, s.name, s.image_url, i.grade, i.shelf_id, h.code, h.section
    order by h.code nulls first, s.code, i.grade nulls first`);
  return { ...putaway, groups };
}

/** Where units stand on their way to a shelf, for modules that brought them here. */
export interface PutawayOf {
  readonly itemId: PutawayItemId;
  readonly kind: PutawayKind;
  readonly facilityId: FacilityId;
  readonly skuId: SkuId;
  readonly unitId: SaleOrderItemId | null;
  readonly packageId: ShippingPackageId | null;
  readonly sourceId: string | null;
  /** The list that took it; null: it waits. */
  readonly putawayId: PutawayId | null;
  readonly putaway: string | null;
  readonly state: PutawayState | null;
  readonly grade: Grade | null;
  readonly shelf: string | null;
  readonly completedAt: Instant | null;
}

/** What became of units that came to putaway, oldest first. @param of rows of putaway, units of orders, or what brought them */
export function putawayOf(
  tx: Tx,
  of:
    | { itemIds: readonly PutawayItemId[] }
    | { unitIds: readonly SaleOrderItemId[] }
    | { sourceIds: readonly string[] },
): Promise<PutawayOf[]> {
  const where =
    "itemIds" in of
      ? sql`i.putaway_item_id = any(${of.itemIds}::uuid[])`
      : "unitIds" in of
        ? sql`i.sale_order_item_id = any(${of.unitIds}::uuid[])`
        : sql`i.source_id = any(${of.sourceIds}::uuid[])`;
  return tx.run(sql<PutawayOf>`
    select i.putaway_item_id as "itemId", i.kind, i.facility_id as "facilityId", i.sku_id as "skuId", i.sale_order_item_id as "unitId",
      i.shipping_package_id as "packageId", i.source_id as "sourceId", i.putaway_id as "putawayId", l.code as putaway, l.state, i.grade,
      h.code as shelf, i.completed_at as "completedAt"
    from godown.putaway_item i
    left join godown.putaway l on l.tenant_id = i.tenant_id and l.putaway_id = i.putaway_id
    left join godown.shelf h on h.tenant_id = i.tenant_id and h.shelf_id = i.shelf_id
    where i.tenant_id = ${tx.tenantId} and ${where} order by i.created_at, i.putaway_item_id`);
}
