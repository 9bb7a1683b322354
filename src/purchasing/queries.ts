import type { Instant, SkuId } from "../kernel/index.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import { type VendorRow, vendorColumns } from "./vendor.store.ts";
import type { VendorId } from "./vendor.ts";

const direction = (page: Page) => (page.descending ? sql`desc` : sql`asc`);

export async function listVendors(
  tx: Tx,
  filters: { search?: string | undefined; enabled?: boolean | undefined },
  page: Page,
): Promise<ListPage<VendorRow & { skus: number; openOrders: number }>> {
  const where = all([
    sql`v.tenant_id = ${tx.tenantId}`,
    filters.enabled === undefined ? undefined : sql`v.enabled = ${filters.enabled}`,
    filters.search
      ? sql`concat_ws(' ', v.code, v.name, v.city, v.gstin, v.contact, v.phone) ilike ${containing(filters.search)}`
      : undefined,
  ]);
  const sort = page.sort === "name" ? sql`lower(v.name)` : page.sort === "updatedAt" ? sql`v.updated_at` : sql`v.code`;
  const rows = await tx.run(sql<VendorRow & { skus: number; openOrders: number }>`
    select ${vendorColumns},
      (select count(*) from godown.vendor_item i where i.tenant_id = v.tenant_id and i.vendor_id = v.vendor_id) as skus,
      (select count(*) from godown.purchase_order p where p.tenant_id = v.tenant_id and p.vendor_id = v.vendor_id
        and p.state in ('APPROVED', 'PARTIALLY_RECEIVED')) as "openOrders"
    from godown.vendor v where ${where} order by ${sort} ${direction(page)}, v.vendor_id limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from godown.vendor v where ${where}`);
  return { rows, total };
}

/** What vendors offer, for screens. */
export interface VendorItemRow {
  readonly vendorId: VendorId;
  readonly vendor: string;
  readonly vendorName: string;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly taxClass: string | null;
  readonly vendorSku: string | null;
  readonly unitPrice: number | null;
  readonly minimumQuantity: number | null;
  readonly leadTimeDays: number | null;
  readonly updatedAt: Instant;
}

export async function listVendorItems(
  tx: Tx,
  filters: { vendorId?: VendorId | undefined; skuId?: SkuId | undefined; search?: string | undefined },
  page: Page,
): Promise<ListPage<VendorItemRow>> {
  const tables = sql`godown.vendor_item i join godown.vendor v using (tenant_id, vendor_id)
    join godown.sku s on s.tenant_id = i.tenant_id and s.sku_id = i.sku_id
    left join godown.tax_class t on t.tenant_id = s.tenant_id and t.tax_class_id = s.tax_class_id`;
  const where = all([
    sql`i.tenant_id = ${tx.tenantId}`,
    filters.vendorId === undefined ? undefined : sql`i.vendor_id = ${filters.vendorId}`,
    filters.skuId === undefined ? undefined : sql`i.sku_id = ${filters.skuId}`,
    filters.search
      ? sql`concat_ws(' ', s.code, s.name, i.vendor_sku, v.code) ilike ${containing(filters.search)}`
      : undefined,
  ]);
  const sort = page.sort === "vendor" ? sql`v.code` : page.sort === "unitPrice" ? sql`i.unit_price_paise` : sql`s.code`;
  const rows = await tx.run(sql<VendorItemRow>`
    select i.vendor_id as "vendorId", v.code as vendor, v.name as "vendorName", i.sku_id as "skuId", s.code as sku, s.name,
      s.image_url as "imageUrl", t.code as "taxClass", i.vendor_sku as "vendorSku", i.unit_price_paise as "unitPrice",
      i.minimum_quantity as "minimumQuantity", i.lead_time_days as "leadTimeDays", i.updated_at as "updatedAt"
    from ${tables} where ${where}
    order by ${sort} ${direction(page)} nulls last, i.vendor_id, i.sku_id limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${tables} where ${where}`);
  return { rows, total };
}
