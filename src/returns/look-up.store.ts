import type { ShippingPackageId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import type { ReturnCaseId } from "./return-case.ts";

/** By what a scanned text was found, the surest first. */
export const MATCHES = ["RETURN", "CHANNEL_RETURN", "RETURN_AWB", "PACKAGE", "AWB", "ORDER", "CHANNEL_ORDER"] as const;
export type MatchedBy = (typeof MATCHES)[number];

export interface Match {
  readonly shippingPackageId: ShippingPackageId;
  readonly by: MatchedBy;
  /** The return that the text names; null: it names a parcel or an order. */
  readonly returnCaseId: ReturnCaseId | null;
}

const CANDIDATES_MAX = 50; // an order with more parcels than that is scanned by its labels

/**
 * Parcels that a scanned text stands for: by code, channel's id or tracking number of a return; by package code, forward
 * tracking number or order. Only the surest reading that finds anything. Of every facility: a parcel may come back anywhere.
 */
export async function findBack(tx: Tx, text: string): Promise<Match[]> {
  const texts = [...new Set([text, text.toUpperCase()])];
  const rows = await tx.run(sql<{ id: ShippingPackageId; rank: number; returnCaseId: ReturnCaseId | null }>`
    with cases as (
      select r.return_case_id, case when r.code = any(${texts}) then 0 when r.channel_return_id = any(${texts}) then 1 else 2 end as rank
      from godown.return_case r
      where r.tenant_id = ${tx.tenantId} and r.state <> 'CANCELLED' and (r.code = any(${texts}) or r.channel_return_id = any(${texts}) or r.awb = any(${texts}))
    ), found as (
      select u.shipping_package_id as id, c.rank, c.return_case_id
      from cases c
      join godown.return_item i on i.tenant_id = ${tx.tenantId} and i.return_case_id = c.return_case_id
      join godown.sale_order_item u on u.tenant_id = i.tenant_id and u.sale_order_item_id = i.sale_order_item_id
      union
      select shipping_package_id, 3, null from godown.shipping_package where tenant_id = ${tx.tenantId} and code = any(${texts})
      union
      select shipping_package_id, 4, null from godown.shipping_package where tenant_id = ${tx.tenantId} and awb = any(${texts}) and state <> 'CANCELLED'
      union
      select p.shipping_package_id, 5, null from godown.shipping_package p
      where p.tenant_id = ${tx.tenantId} and p.state not in ('CANCELLED', 'SPLITTED', 'MERGED') and p.sale_order_id in (
        select sale_order_id from godown.sale_order where tenant_id = ${tx.tenantId} and code = any(${texts}))
      union
      select p.shipping_package_id, 6, null from godown.shipping_package p
      where p.tenant_id = ${tx.tenantId} and p.state not in ('CANCELLED', 'SPLITTED', 'MERGED') and p.sale_order_id in (
        select sale_order_id from godown.sale_order where tenant_id = ${tx.tenantId} and display_code = any(${texts})
        union
        select o.sale_order_id from godown.channel c join godown.sale_order o using (tenant_id, channel_id)
        where c.tenant_id = ${tx.tenantId} and o.channel_order_id = any(${texts}))
    )
    select id, rank::integer, return_case_id as "returnCaseId" from found where id is not null and rank = (select min(rank) from found where id is not null)
    order by 1, 3 limit ${CANDIDATES_MAX}`);
  return rows.map((row) => ({
    shippingPackageId: row.id,
    by: MATCHES[row.rank] ?? "PACKAGE",
    returnCaseId: row.returnCaseId,
  }));
}

/** The parcels whose units are in a return. */
export async function parcelsOfCase(tx: Tx, returnCaseId: ReturnCaseId): Promise<Match[]> {
  const rows = await tx.run(sql<{ id: ShippingPackageId }>`
    select distinct u.shipping_package_id as id
    from godown.return_item i join godown.sale_order_item u using (tenant_id, sale_order_item_id)
    where i.tenant_id = ${tx.tenantId} and i.return_case_id = ${returnCaseId} and u.shipping_package_id is not null order by 1`);
  return rows.map(({ id }) => ({ shippingPackageId: id, by: "RETURN" as const, returnCaseId }));
}
