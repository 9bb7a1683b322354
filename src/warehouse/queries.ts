import type { FacilityId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import {
  type ShelfRow,
  type ShelfTypeId,
  type ShelfTypeRow,
  shelfColumns,
  shelfTables,
  shelfTypeColumns,
} from "./shelves.store.ts";
import {
  type BillingPartyRow,
  billingPartyColumns,
  type FacilityRow,
  facilityColumns,
  type SeriesRow,
  seriesColumns,
  seriesTables,
} from "./store.ts";

/** Facilities that the actor's right reaches. */
function withinReach(ctx: Ctx, column: ReturnType<typeof sql>) {
  return ctx.facilities === "all" ? undefined : sql`${column} = any(${ctx.facilities}::uuid[])`;
}

const direction = (page: Page) => (page.descending ? sql`desc` : sql`asc`);

export async function listFacilities(
  ctx: Ctx,
  tx: Tx,
  filters: { search?: string | undefined; enabled?: boolean | undefined },
  page: Page,
): Promise<ListPage<FacilityRow & { shelves: number; series: number }>> {
  const where = all([
    sql`f.tenant_id = ${tx.tenantId}`,
    withinReach(ctx, sql`f.facility_id`),
    filters.enabled === undefined ? undefined : sql`f.enabled = ${filters.enabled}`,
    filters.search ? sql`(f.code || ' ' || f.name || ' ' || f.city) ilike ${containing(filters.search)}` : undefined,
  ]);
  const sort = page.sort === "name" ? sql`f.name` : sql`f.code`;
  const rows = await tx.run(sql<FacilityRow & { shelves: number; series: number }>`
    select ${facilityColumns},
      (select count(*) from godown.shelf s where s.tenant_id = f.tenant_id and s.facility_id = f.facility_id) as shelves,
      (select count(*) from godown.invoice_series s where s.tenant_id = f.tenant_id and s.facility_id = f.facility_id) as series
    from godown.facility f where ${where}
    order by ${sort} ${direction(page)}, f.facility_id limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(
    sql<{ total: number }>`select count(*) as total from godown.facility f where ${where}`,
  );
  return { rows, total };
}

export async function listShelves(
  ctx: Ctx,
  tx: Tx,
  filters: {
    facilityId?: FacilityId | undefined;
    shelfTypeId?: ShelfTypeId | undefined;
    search?: string | undefined;
    enabled?: boolean | undefined;
  },
  page: Page,
): Promise<ListPage<ShelfRow & { skus: number; pieces: number }>> {
  const where = all([
    sql`s.tenant_id = ${tx.tenantId}`,
    withinReach(ctx, sql`s.facility_id`),
    filters.facilityId === undefined ? undefined : sql`s.facility_id = ${filters.facilityId}`,
    filters.shelfTypeId === undefined ? undefined : sql`s.shelf_type_id = ${filters.shelfTypeId}`,
    filters.enabled === undefined ? undefined : sql`s.enabled = ${filters.enabled}`,
    filters.search ? sql`concat_ws(' ', s.code, s.section) ilike ${containing(filters.search)}` : undefined,
  ]);
  const first = page.sort === "section" ? sql`s.section` : sql`f.code`;
  const rows = await tx.run(sql<ShelfRow & { skus: number; pieces: number }>`
    select ${shelfColumns}, coalesce(held.skus, 0) as skus, coalesce(held.pieces, 0) as pieces
    from ${shelfTables}
    left join lateral (select count(distinct h.sku_id) as skus, sum(h.quantity) as pieces from godown.shelf_stock h
      where h.tenant_id = s.tenant_id and h.shelf_id = s.shelf_id and h.quantity > 0) held on true
    where ${where} order by ${first} ${direction(page)}, s.code ${direction(page)}, s.shelf_id limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from godown.shelf s where ${where}`);
  return { rows, total };
}

export async function listShelfTypes(
  tx: Tx,
  filters: { search?: string | undefined },
  page: Page,
): Promise<ListPage<ShelfTypeRow & { shelves: number }>> {
  const where = all([
    sql`y.tenant_id = ${tx.tenantId}`,
    filters.search ? sql`y.code ilike ${containing(filters.search)}` : undefined,
  ]);
  const rows = await tx.run(sql<ShelfTypeRow & { shelves: number }>`
    select ${shelfTypeColumns},
      (select count(*) from godown.shelf s where s.tenant_id = y.tenant_id and s.shelf_type_id = y.shelf_type_id) as shelves
    from godown.shelf_type y where ${where} order by y.code ${direction(page)} limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(
    sql<{ total: number }>`select count(*) as total from godown.shelf_type y where ${where}`,
  );
  return { rows, total };
}

export async function listBillingParties(
  tx: Tx,
  filters: { search?: string | undefined },
  page: Page,
): Promise<ListPage<BillingPartyRow>> {
  const where = all([
    sql`b.tenant_id = ${tx.tenantId}`,
    filters.search
      ? sql`(b.code || ' ' || b.legal_name || ' ' || b.gstin) ilike ${containing(filters.search)}`
      : undefined,
  ]);
  const rows = await tx.run(sql<BillingPartyRow>`
    select ${billingPartyColumns} from godown.billing_party b where ${where}
    order by b.code ${direction(page)} limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(
    sql<{ total: number }>`select count(*) as total from godown.billing_party b where ${where}`,
  );
  return { rows, total };
}

export async function listSeries(
  ctx: Ctx,
  tx: Tx,
  filters: { facilityId?: string | undefined; billingPartyId?: string | undefined; documentType?: string | undefined },
  page: Page,
): Promise<ListPage<SeriesRow>> {
  const where = all([
    sql`s.tenant_id = ${tx.tenantId}`,
    ctx.facilities === "all"
      ? undefined
      : sql`(s.facility_id is null or s.facility_id = any(${ctx.facilities}::uuid[]))`,
    filters.facilityId === undefined ? undefined : sql`s.facility_id = ${filters.facilityId}`,
    filters.billingPartyId === undefined ? undefined : sql`s.billing_party_id = ${filters.billingPartyId}`,
    filters.documentType === undefined ? undefined : sql`s.document_type = ${filters.documentType}`,
  ]);
  const rows = await tx.run(sql<SeriesRow>`
    select ${seriesColumns} from ${seriesTables} where ${where}
    order by owner ${direction(page)}, s.document_type, s.invoice_series_id limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${seriesTables} where ${where}`);
  return { rows, total };
}
