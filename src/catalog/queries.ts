import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import { type SkuRow, skuColumns, skuTables, type TaxClassId } from "./store.ts";

export interface SkuFilters {
  search?: string | undefined;
  enabled?: boolean | undefined;
  bundle?: boolean | undefined;
  category?: string | undefined;
  taxClassId?: TaxClassId | undefined;
  /** What is missing for an invoice. */
  lacks?: "HSN" | "TAX_CLASS" | "WEIGHT" | "COMPONENTS" | undefined;
}

const LACKS = {
  HSN: sql`k.hsn is null`,
  TAX_CLASS: sql`k.tax_class_id is null`,
  WEIGHT: sql`k.weight_grams is null`,
  COMPONENTS: sql`k.is_bundle and not exists (select from godown.bundle_component b where b.tenant_id = k.tenant_id and b.bundle_sku_id = k.sku_id)`,
} as const;

export async function listSkus(tx: Tx, filters: SkuFilters, page: Page): Promise<ListPage<SkuRow>> {
  const where = all([
    sql`k.tenant_id = ${tx.tenantId}`,
    filters.enabled === undefined ? undefined : sql`k.enabled = ${filters.enabled}`,
    filters.bundle === undefined ? undefined : sql`k.is_bundle = ${filters.bundle}`,
    filters.category ? sql`k.category = ${filters.category}` : undefined,
    filters.taxClassId === undefined ? undefined : sql`k.tax_class_id = ${filters.taxClassId}`,
    filters.lacks === undefined ? undefined : LACKS[filters.lacks],
    filters.search
      ? sql`(k.code ilike ${containing(filters.search)} or k.name ilike ${containing(filters.search)})`
      : undefined,
  ]);
  const sort = { code: sql`k.code`, name: sql`lower(k.name)`, updatedAt: sql`k.updated_at` }[page.sort] ?? sql`k.code`;
  const rows = await tx.run(sql<SkuRow>`
    select ${skuColumns} from ${skuTables} where ${where}
    order by ${sort} ${page.descending ? sql`desc` : sql`asc`}, k.sku_id limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from godown.sku k where ${where}`);
  return { rows, total };
}

export async function listBundleLines(
  tx: Tx,
  filters: { search?: string | undefined },
  page: Page,
): Promise<ListPage<{ bundleSkuId: string; bundle: string; component: string; quantity: number }>> {
  const where = all([
    sql`b.tenant_id = ${tx.tenantId}`,
    filters.search
      ? sql`(k.code ilike ${containing(filters.search)} or p.code ilike ${containing(filters.search)})`
      : undefined,
  ]);
  const tables = sql`godown.bundle_component b
    join godown.sku k on k.tenant_id = b.tenant_id and k.sku_id = b.bundle_sku_id
    join godown.sku p on p.tenant_id = b.tenant_id and p.sku_id = b.component_sku_id`;
  const rows = await tx.run(sql<{ bundleSkuId: string; bundle: string; component: string; quantity: number }>`
    select b.bundle_sku_id as "bundleSkuId", k.code as bundle, p.code as component, b.quantity from ${tables} where ${where}
    order by k.code ${page.descending ? sql`desc` : sql`asc`}, p.code limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${tables} where ${where}`);
  return { rows, total };
}

export async function listCategories(tx: Tx): Promise<string[]> {
  const rows = await tx.run(sql<{ category: string }>`
    select distinct category from godown.sku where tenant_id = ${tx.tenantId} and category is not null order by 1 limit 500`);
  return rows.map((r) => r.category);
}
