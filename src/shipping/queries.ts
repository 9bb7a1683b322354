import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { ShippingProviderId } from "./provider.ts";
import { type PincodeRow, type ProviderRow, providerColumns } from "./store.ts";

const direction = (page: Page) => (page.descending ? sql`desc` : sql`asc`);

export type ProviderListRow = ProviderRow & { awbsLeft: number; pincodes: number };

export async function listProviders(
  tx: Tx,
  filters: { search?: string | undefined; enabled?: boolean | undefined },
  page: Page,
): Promise<ListPage<ProviderListRow>> {
  const where = all([
    sql`p.tenant_id = ${tx.tenantId}`,
    filters.enabled === undefined ? undefined : sql`p.enabled = ${filters.enabled}`,
    filters.search ? sql`(p.code || ' ' || p.name) ilike ${containing(filters.search)}` : undefined,
  ]);
  const sort = page.sort === "code" ? sql`p.code` : sql`p.preference`;
  const rows = await tx.run(sql<ProviderListRow>`
    select ${providerColumns},
      (select count(*) from godown.awb a where a.tenant_id = p.tenant_id and a.shipping_provider_id = p.shipping_provider_id and a.used_at is null) as "awbsLeft",
      (select count(*) from godown.provider_pincode c where c.tenant_id = p.tenant_id and c.shipping_provider_id = p.shipping_provider_id) as pincodes
    from godown.shipping_provider p where ${where}
    order by ${sort} ${direction(page)}, p.code limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(
    sql<{ total: number }>`select count(*) as total from godown.shipping_provider p where ${where}`,
  );
  return { rows, total };
}

export interface AwbRow {
  readonly provider: string;
  readonly awb: string;
  readonly packageId: string | null;
  readonly packageCode: string | null;
  readonly usedAt: Temporal.Instant | null;
}

export async function listAwbs(
  tx: Tx,
  filters: { providerId?: ShippingProviderId | undefined; used?: boolean | undefined; search?: string | undefined },
  page: Page,
): Promise<ListPage<AwbRow>> {
  const where = all([
    sql`a.tenant_id = ${tx.tenantId}`,
    filters.providerId === undefined ? undefined : sql`a.shipping_provider_id = ${filters.providerId}`,
    filters.used === undefined ? undefined : sql`(a.used_at is not null) = ${filters.used}`,
    filters.search ? sql`a.awb ilike ${containing(filters.search)}` : undefined,
  ]);
  const rows = await tx.run(sql<AwbRow>`
    select p.code as provider, a.awb, a.shipping_package_id as "packageId", s.code as "packageCode", a.used_at as "usedAt"
    from godown.awb a join godown.shipping_provider p using (tenant_id, shipping_provider_id)
    left join godown.shipping_package s on s.tenant_id = a.tenant_id and s.shipping_package_id = a.shipping_package_id
    where ${where} order by a.seq ${direction(page)} limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from godown.awb a where ${where}`);
  return { rows, total };
}

export async function listPincodes(
  tx: Tx,
  filters: { providerId?: ShippingProviderId | undefined; pincode?: string | undefined },
  page: Page,
): Promise<ListPage<PincodeRow & { provider: string }>> {
  const where = all([
    sql`c.tenant_id = ${tx.tenantId}`,
    filters.providerId === undefined ? undefined : sql`c.shipping_provider_id = ${filters.providerId}`,
    filters.pincode ? sql`c.pincode like ${`${filters.pincode}%`}` : undefined,
  ]);
  const rows = await tx.run(sql<PincodeRow & { provider: string }>`
    select c.shipping_provider_id as "providerId", p.code as provider, c.pincode, c.cod, c.prepaid, c.cod_priority as "codPriority",
      c.prepaid_priority as "prepaidPriority", c.sort_code as "sortCode"
    from godown.provider_pincode c join godown.shipping_provider p using (tenant_id, shipping_provider_id)
    where ${where} order by c.pincode ${direction(page)}, p.code limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(
    sql<{ total: number }>`select count(*) as total from godown.provider_pincode c where ${where}`,
  );
  return { rows, total };
}

export const METHODS = ["COD", "PREPAID"] as const;

export interface ServiceabilityRow {
  readonly pincode: string;
  readonly method: (typeof METHODS)[number];
  readonly provider: string;
  /** 1 is asked first; null: by the courier's general preference. */
  readonly priority: number | null;
  readonly sortCode: string | null;
}

/** Who serves which pincode by which method, in the order in which couriers are asked there; as the serviceability file has it. */
export async function listServiceability(
  tx: Tx,
  filters: {
    providerId?: ShippingProviderId | undefined;
    pincode?: string | undefined;
    method?: ServiceabilityRow["method"] | undefined;
  },
  page: Page,
): Promise<ListPage<ServiceabilityRow>> {
  const where = all([
    sql`c.tenant_id = ${tx.tenantId}`,
    sql`m.serves`,
    filters.method === undefined ? undefined : sql`m.method = ${filters.method}`,
    filters.providerId === undefined ? undefined : sql`c.shipping_provider_id = ${filters.providerId}`,
    filters.pincode ? sql`c.pincode like ${`${filters.pincode}%`}` : undefined,
  ]);
  const from = sql`godown.provider_pincode c join godown.shipping_provider p using (tenant_id, shipping_provider_id)
    cross join lateral (values ('COD', c.cod, c.cod_priority), ('PREPAID', c.prepaid, c.prepaid_priority)) as m(method, serves, priority)`;
  const rows = await tx.run(sql<ServiceabilityRow>`
    select c.pincode, m.method, p.code as provider, m.priority, c.sort_code as "sortCode" from ${from} where ${where}
    order by c.pincode ${direction(page)}, m.method, m.priority nulls last, p.preference, p.code limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${from} where ${where}`);
  return { rows, total };
}
