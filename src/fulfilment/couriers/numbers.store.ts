import type { Instant, SaleOrderId, ShippingPackageId } from "../../kernel/index.ts";
import { sql, type Tx } from "../../platform/db.ts";
import type { ShippingProviderId } from "../../shipping/index.ts";

/** The order of a package, for its timeline. */
export function saleOrderOf(
  tx: Tx,
  id: ShippingPackageId,
): Promise<{ readonly saleOrderId: SaleOrderId; readonly package: string } | undefined> {
  return tx.first(sql<{ saleOrderId: SaleOrderId; package: string }>`
    select sale_order_id as "saleOrderId", code as package from godown.shipping_package
    where tenant_id = ${tx.tenantId} and shipping_package_id = ${id}`);
}

/** Packages with a live number that they do not travel with, and the one that they do: none where they are cancelled. */
export async function strayPackages(
  tx: Tx,
  limit: number,
): Promise<
  { readonly id: ShippingPackageId; readonly providerId: ShippingProviderId | null; readonly awb: string | null }[]
> {
  return tx.run(sql<{ id: ShippingPackageId; providerId: ShippingProviderId | null; awb: string | null }>`
    select p.shipping_package_id as id, case when p.state in ('CANCELLED', 'SPLITTED', 'MERGED') then null else p.shipping_provider_id end as "providerId", p.awb
    from godown.courier_waybill w join godown.shipping_package p on p.tenant_id = w.tenant_id and p.shipping_package_id = w.shipping_package_id
    where w.tenant_id = ${tx.tenantId} and w.state = 'GIVEN' and (
      p.state in ('CANCELLED', 'SPLITTED', 'MERGED')
      or (p.state not in ('CREATED', 'LOCATION_NOT_SERVICEABLE', 'PICKING', 'PICKED', 'PENDING_CUSTOMIZATION', 'CUSTOMIZATION_COMPLETE', 'PACKED')
        and (p.shipping_provider_id, p.awb) is distinct from (w.shipping_provider_id, w.awb)))
    limit ${limit}`);
}

/** Questions whose process ended before the answer came, and that nobody goes on with. @returns how many are unsure now */
export function cutOffQuestions(tx: Tx, before: Instant, at: Instant): Promise<number> {
  return tx.count(sql`
    update godown.courier_waybill w set state = 'UNSURE', asking_until = null, words = 'The process that asked ended before the answer came.', updated_at = ${at}
    where w.tenant_id = ${tx.tenantId} and w.state = 'ASKED' and w.asking_until < ${before}
      and not exists (select from godown.package_step s where s.tenant_id = w.tenant_id and s.shipping_package_id = w.shipping_package_id
        and s.step = 'LABEL' and s.state in ('ASKING', 'WAITING'))
      and not exists (select from godown.return_courier q where q.tenant_id = w.tenant_id and q.return_case_id = w.return_case_id and q.state in ('ASKING', 'WAITING'))`);
}

interface OfProvider {
  readonly providerId: ShippingProviderId;
  readonly provider: string;
  /** The package (or return) that has waited the longest. */
  readonly first: string;
}

/** Couriers that have not heard what they are to be told since a moment, or for whom it was given up. */
export function lateTellings(
  tx: Tx,
  since: Instant,
): Promise<(OfProvider & { readonly failed: number; readonly waiting: number; readonly cancels: number })[]> {
  return tx.run(sql<OfProvider & { failed: number; waiting: number; cancels: number }>`
    select t.shipping_provider_id as "providerId", v.code as provider, (array_agg(w.subject_code order by t.wanted_at))[1] as first,
      count(*) filter (where t.state = 'FAILED')::integer as failed, count(*) filter (where t.state <> 'FAILED')::integer as waiting,
      count(*) filter (where t.kind = 'CANCEL')::integer as cancels
    from godown.courier_telling t
    join godown.courier_waybill w on w.tenant_id = t.tenant_id and w.courier_waybill_id = t.courier_waybill_id
    join godown.shipping_provider v on v.tenant_id = t.tenant_id and v.shipping_provider_id = t.shipping_provider_id
    where t.tenant_id = ${tx.tenantId} and (t.state = 'FAILED' or (t.state in ('WAITING', 'ASKING') and t.wanted_at < ${since}))
    group by 1, 2 order by 2`);
}

/** Couriers that may have given numbers which nobody here knows, and that are not asked again by themselves. */
export function unsureNumbers(tx: Tx): Promise<(OfProvider & { readonly count: number })[]> {
  return tx.run(sql<OfProvider & { count: number }>`
    select w.shipping_provider_id as "providerId", v.code as provider, (array_agg(w.subject_code order by w.asked_at))[1] as first, count(*)::integer as count
    from godown.courier_waybill w join godown.shipping_provider v using (tenant_id, shipping_provider_id)
    where w.tenant_id = ${tx.tenantId} and w.state = 'UNSURE'
      and not exists (select from godown.package_step s where s.tenant_id = w.tenant_id and s.shipping_package_id = w.shipping_package_id and s.step = 'LABEL'
        and s.state in ('ASKING', 'WAITING'))
      and not exists (select from godown.return_courier q where q.tenant_id = w.tenant_id and q.return_case_id = w.return_case_id and q.state in ('ASKING', 'WAITING'))
    group by 1, 2 order by 2`);
}

/** Labels that couriers were asked for before `since` and have not given, of packages that still need them. */
export function lateCourierLabels(
  tx: Tx,
  since: Instant,
): Promise<(OfProvider & { readonly failed: number; readonly waiting: number })[]> {
  return tx.run(sql<OfProvider & { failed: number; waiting: number }>`
    select s.shipping_provider_id as "providerId", v.code as provider, (array_agg(p.code order by s.requested_at, p.code))[1] as first,
      count(*) filter (where s.state = 'FAILED')::integer as failed, count(*) filter (where s.state <> 'FAILED')::integer as waiting
    from godown.package_step s
    join godown.shipping_package p on p.tenant_id = s.tenant_id and p.shipping_package_id = s.shipping_package_id
    join godown.shipping_provider v on v.tenant_id = s.tenant_id and v.shipping_provider_id = s.shipping_provider_id
    where s.tenant_id = ${tx.tenantId} and s.state <> 'DONE' and p.state = 'PACKED' and s.requested_at < ${since}
    group by 1, 2 order by 2`);
}
