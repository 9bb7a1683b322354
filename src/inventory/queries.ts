import type { FacilityId, SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";

const direction = (page: Page) => (page.descending ? sql`desc` : sql`asc`);

function place(ctx: Ctx, column: ReturnType<typeof sql>, facilityId: FacilityId | undefined) {
  return all([
    ctx.facilities === "all" ? undefined : sql`${column} = any(${ctx.facilities}::uuid[])`,
    facilityId === undefined ? undefined : sql`${column} = ${facilityId}`,
  ]);
}

export interface StockRow {
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly good: number;
  readonly blocked: number;
  /** good + virtual - blocked: what may still be promised. */
  readonly available: number;
  readonly bad: number;
  readonly qcRejected: number;
  readonly putawayPending: number;
  readonly notFound: number;
  readonly virtual: number;
  /** Units sold and not blocked yet. */
  readonly openSale: number;
  /** Pieces of approved purchase orders that have not arrived yet. */
  readonly openPurchase: number;
  readonly updatedAt: Temporal.Instant;
}

export interface StockFilters {
  facilityId?: FacilityId | undefined;
  skuId?: SkuId | undefined;
  search?: string | undefined;
  state?: "IN_STOCK" | "OUT_OF_STOCK" | "SHORT" | "PUTAWAY_PENDING" | undefined;
}

const OPEN_SALE = sql`(select count(*) from godown.sale_order_item u where u.tenant_id = l.tenant_id and u.sku_id = l.sku_id
  and u.facility_id = l.facility_id and u.state in ('CREATED', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE'))`;
const OPEN_PURCHASE = sql`(select coalesce(sum(b.quantity - b.accepted - b.rejected), 0)::integer from godown.purchase_order_line b
  join godown.purchase_order p using (tenant_id, purchase_order_id)
  where b.tenant_id = l.tenant_id and b.sku_id = l.sku_id and p.facility_id = l.facility_id and p.state in ('APPROVED', 'PARTIALLY_RECEIVED'))`;
const IN_STATE = {
  IN_STOCK: sql`l.good + l.virtual > l.blocked`,
  OUT_OF_STOCK: sql`l.good + l.virtual <= l.blocked`,
  SHORT: sql`${OPEN_SALE} > l.good + l.virtual - l.blocked`,
  PUTAWAY_PENDING: sql`l.putaway_pending > 0`,
} as const;

/** Stock per SKU and facility. */
export async function listStock(ctx: Ctx, tx: Tx, filters: StockFilters, page: Page): Promise<ListPage<StockRow>> {
  const where = all([
    sql`l.tenant_id = ${tx.tenantId}`,
    place(ctx, sql`l.facility_id`, filters.facilityId),
    filters.skuId === undefined ? undefined : sql`l.sku_id = ${filters.skuId}`,
    filters.state === undefined ? undefined : IN_STATE[filters.state],
    filters.search
      ? sql`(k.code ilike ${containing(filters.search)} or k.name ilike ${containing(filters.search)})`
      : undefined,
  ]);
  const tables = sql`godown.stock_level l join godown.sku k using (tenant_id, sku_id) join godown.facility f using (tenant_id, facility_id)`;
  const sort = { sku: sql`k.code`, available: sql`l.good + l.virtual - l.blocked`, updatedAt: sql`l.updated_at` }[
    page.sort
  ];
  const rows = await tx.run(sql<StockRow>`
    select l.facility_id as "facilityId", f.code as "facilityCode", l.sku_id as "skuId", k.code as sku, k.name, k.image_url as "imageUrl",
      l.good, l.blocked, l.good + l.virtual - l.blocked as available, l.bad, l.qc_rejected as "qcRejected",
      l.putaway_pending as "putawayPending", l.not_found as "notFound", l.virtual, ${OPEN_SALE} as "openSale", ${OPEN_PURCHASE} as "openPurchase", l.updated_at as "updatedAt"
    from ${tables} where ${where}
    order by ${sort ?? sql`k.code`} ${direction(page)}, k.code, f.code limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${tables} where ${where}`);
  return { rows, total };
}

export interface LedgerRow {
  readonly id: string;
  readonly at: Temporal.Instant;
  readonly facilityCode: string;
  readonly sku: string;
  readonly shelf: string | null;
  readonly bucket: string;
  readonly quantity: number;
  readonly cause: string;
  readonly causeType: string | null;
  readonly causeId: string | null;
  readonly note: string | null;
  readonly actorName: string;
}

export interface LedgerFilters {
  facilityId?: FacilityId | undefined;
  skuId?: SkuId | undefined;
  search?: string | undefined;
  bucket?: string | undefined;
  cause?: string | undefined;
}

/** The ledger: who moved what, when and why. */
export async function listLedger(ctx: Ctx, tx: Tx, filters: LedgerFilters, page: Page): Promise<ListPage<LedgerRow>> {
  const where = all([
    sql`l.tenant_id = ${tx.tenantId}`,
    place(ctx, sql`l.facility_id`, filters.facilityId),
    filters.skuId === undefined ? undefined : sql`l.sku_id = ${filters.skuId}`,
    filters.bucket === undefined ? undefined : sql`l.bucket = ${filters.bucket}`,
    filters.cause === undefined ? undefined : sql`l.cause = ${filters.cause}`,
    filters.search ? sql`k.code ilike ${containing(filters.search)}` : undefined,
  ]);
  const tables = sql`godown.stock_ledger l join godown.sku k using (tenant_id, sku_id) join godown.facility f using (tenant_id, facility_id)
    left join godown.shelf s on s.tenant_id = l.tenant_id and s.shelf_id = l.shelf_id`;
  // Ids are made in time order: they settle the order of rows written in one moment.
  const rows = await tx.run(sql<LedgerRow>`
    select l.stock_ledger_id as id, l.at, f.code as "facilityCode", k.code as sku, s.code as shelf, l.bucket, l.quantity, l.cause,
      l.cause_type as "causeType", l.cause_id as "causeId", l.note, l.actor_name as "actorName"
    from ${tables} where ${where} order by l.at ${direction(page)}, l.stock_ledger_id ${direction(page)}
    limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${tables} where ${where}`);
  return { rows, total };
}

export interface ShelfStockRow {
  readonly facilityCode: string;
  readonly shelfId: string;
  readonly shelf: string;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly bucket: string;
  readonly quantity: number;
}

export interface ShelfStockFilters {
  facilityId?: FacilityId | undefined;
  skuId?: SkuId | undefined;
  shelf?: string | undefined;
  search?: string | undefined;
  bucket?: string | undefined;
}

/** What lies on which shelf. */
export async function listShelfStock(
  ctx: Ctx,
  tx: Tx,
  filters: ShelfStockFilters,
  page: Page,
): Promise<ListPage<ShelfStockRow>> {
  const where = all([
    sql`h.tenant_id = ${tx.tenantId}`,
    sql`h.quantity > 0`,
    place(ctx, sql`s.facility_id`, filters.facilityId),
    filters.skuId === undefined ? undefined : sql`h.sku_id = ${filters.skuId}`,
    filters.shelf ? sql`s.code = ${filters.shelf}` : undefined,
    filters.bucket === undefined ? undefined : sql`h.bucket = ${filters.bucket}`,
    filters.search
      ? sql`(k.code ilike ${containing(filters.search)} or s.code ilike ${containing(filters.search)})`
      : undefined,
  ]);
  const tables = sql`godown.shelf_stock h join godown.shelf s using (tenant_id, shelf_id) join godown.sku k using (tenant_id, sku_id)
    join godown.facility f on f.tenant_id = s.tenant_id and f.facility_id = s.facility_id`;
  const [first, second] = page.sort === "sku" ? [sql`k.code`, sql`s.code`] : [sql`s.code`, sql`k.code`];
  const rows = await tx.run(sql<ShelfStockRow>`
    select f.code as "facilityCode", s.shelf_id as "shelfId", s.code as shelf, k.sku_id as "skuId", k.code as sku, k.name, h.bucket, h.quantity
    from ${tables} where ${where} order by f.code, ${first} ${direction(page)}, ${second} ${direction(page)}, h.bucket
    limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${tables} where ${where}`);
  return { rows, total };
}
