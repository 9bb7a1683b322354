import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { AccountState } from "./couriers/account.ts";
import type { ProviderInput, ShippingProviderId } from "./provider.ts";
import { type PincodeRow, type ProviderRow, providerColumns } from "./store.ts";

const direction = (page: Page) => (page.descending ? sql`desc` : sql`asc`);

/** A provider with what it has left and, where it is asked by its API, how that stands. Parcels within the reader's reach. */
export interface ProviderListRow extends ProviderRow {
  readonly awbsLeft: number;
  readonly pincodes: number;
  /** Null: it has a pool of numbers. Without an account: NOT_CONNECTED. */
  readonly account: AccountState | null;
  readonly brokenReason: string | null;
  /** Packages whose tracking number is being asked for, and those where that failed. */
  readonly labelsWaiting: number;
  readonly labelsFailed: number;
  /** Numbers whose answer was lost: a person says what became of them. */
  readonly unsure: number;
  /** Numbers that are not used and that the courier does not know of yet. */
  readonly toGiveBack: number;
  /** What it could not be told: a person looks. */
  readonly notTold: number;
}

export interface ProviderFilters {
  readonly providerId?: ShippingProviderId | undefined;
  readonly search?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly kind?: ProviderInput["kind"] | undefined;
  readonly account?: AccountState | undefined;
  /** A broken account, failed labels, lost answers or words that were not taken. */
  readonly trouble?: boolean | undefined;
}

export async function listProviders(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  filters: ProviderFilters,
  page: Page,
): Promise<ListPage<ProviderListRow>> {
  const { providerId, search, enabled, kind, account, trouble } = filters;
  const reach = ctx.facilities === "all" ? sql`true` : sql`k.facility_id = any(${ctx.facilities}::uuid[])`;
  const base = sql`(
    select ${providerColumns}, case when p.kind = 'API' then coalesce(a.state, 'NOT_CONNECTED') end as account, a.broken_reason as "brokenReason",
      coalesce(s.waiting, 0) as "labelsWaiting", coalesce(s.failed, 0) as "labelsFailed", coalesce(w.unsure, 0) as unsure,
      coalesce(t.back, 0) as "toGiveBack", coalesce(t.failed, 0) as "notTold"
    from godown.shipping_provider p
    left join godown.courier_account a using (tenant_id, shipping_provider_id)
    left join (
      select s.shipping_provider_id, count(*) filter (where s.state <> 'FAILED')::integer as waiting, count(*) filter (where s.state = 'FAILED')::integer as failed
      from godown.package_step s join godown.shipping_package k using (tenant_id, shipping_package_id)
      where s.tenant_id = ${tx.tenantId} and s.shipping_provider_id is not null and s.state <> 'DONE' and k.state in ('CREATED', 'PICKED', 'PACKED') and ${reach}
      group by 1
    ) s using (shipping_provider_id)
    left join (
      select w.shipping_provider_id, count(*)::integer as unsure from godown.courier_waybill w
      left join godown.shipping_package k on k.tenant_id = w.tenant_id and k.shipping_package_id = w.shipping_package_id
      where w.tenant_id = ${tx.tenantId} and w.state = 'UNSURE' and (k.facility_id is null or ${reach}) group by 1
    ) w using (shipping_provider_id)
    left join (
      select t.shipping_provider_id, count(*) filter (where t.kind = 'CANCEL')::integer as back, count(*) filter (where t.state = 'FAILED')::integer as failed
      from godown.courier_telling t join godown.courier_waybill w using (tenant_id, courier_waybill_id)
      left join godown.shipping_package k on k.tenant_id = w.tenant_id and k.shipping_package_id = w.shipping_package_id
      where t.tenant_id = ${tx.tenantId} and t.state in ('WAITING', 'ASKING', 'FAILED') and (k.facility_id is null or ${reach}) group by 1
    ) t using (shipping_provider_id)
    where p.tenant_id = ${tx.tenantId}
  ) p`;
  const where = all([
    sql`true`,
    providerId === undefined ? undefined : sql`p."providerId" = ${providerId}`,
    enabled === undefined ? undefined : sql`p.enabled = ${enabled}`,
    kind === undefined ? undefined : sql`p.kind = ${kind}`,
    account === undefined ? undefined : sql`p.account = ${account}`,
    trouble === undefined
      ? undefined
      : sql`(p.account is not distinct from 'BROKEN' or p."labelsFailed" + p.unsure + p."notTold" > 0) = ${trouble}`,
    search ? sql`(p.code || ' ' || p.name) ilike ${containing(search)}` : undefined,
  ]);
  const sort = page.sort === "code" ? sql`p.code` : sql`p.preference`;
  const rows = await tx.run(sql<ProviderListRow>`
    select p.*,
      (select count(*) from godown.awb a where a.tenant_id = ${tx.tenantId} and a.shipping_provider_id = p."providerId" and a.used_at is null) as "awbsLeft",
      (select count(*) from godown.provider_pincode c where c.tenant_id = ${tx.tenantId} and c.shipping_provider_id = p."providerId") as pincodes
    from ${base} where ${where}
    order by ${sort} ${direction(page)}, p.code limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${base} where ${where}`);
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
