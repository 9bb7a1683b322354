import { sql, type Tx } from "../../platform/db.ts";
import type { ReturnFacts } from "./facts.ts";

/**
 * All that partners are told of these returns, in one statement. A parcel that turned back is named by its shipment, so that an
 * RTO of several packages is told package by package; a customer's return is one, with its package where all of it lay in one.
 */
export function readReturns(tx: Tx, ids: readonly string[]): Promise<ReturnFacts[]> {
  return tx.run(sql<ReturnFacts>`
    with part as (
      select r.return_case_id, (array_agg(u.shipping_package_id order by u.unit_no))[1] as package_id, count(distinct u.shipping_package_id) as packages,
        jsonb_agg(jsonb_build_object('unitId', u.sale_order_item_id, 'code', u.code, 'sku', k.code, 'channelOrderItemId', u.channel_order_item_id,
          'bundleSku', b.code, 'state', i.state, 'grade', i.grade) order by u.unit_no) as units
      from godown.return_case r
      join godown.return_item i on i.tenant_id = r.tenant_id and i.return_case_id = r.return_case_id and i.state <> 'CANCELLED'
      join godown.sale_order_item u on u.tenant_id = i.tenant_id and u.sale_order_item_id = i.sale_order_item_id
      join godown.sku k on k.tenant_id = u.tenant_id and k.sku_id = u.sku_id
      left join godown.sku b on b.tenant_id = u.tenant_id and b.sku_id = u.bundle_sku_id
      where r.tenant_id = ${tx.tenantId} and r.return_case_id = any(${ids}::uuid[])
      group by r.return_case_id, case when r.kind = 'RTO' then u.shipping_package_id end
    )
    select r.return_case_id as "returnCaseId", r.code, r.kind, r.created_at as "createdAt", r.completed_at as "completedAt", r.reason,
      r.courier_code as "courierCode", r.awb, rf.code as "returnFacilityCode", r.sale_order_id as "saleOrderId", o.code as "orderCode", r.channel_id as "channelId",
      case when part.packages = 1 then p.shipping_package_id end as "shippingPackageId", case when part.packages = 1 then p.code end as "packageCode",
      p.awb as "packageAwb", coalesce(s.code, p.channel_courier_name, p.channel_courier_code) as "packageCourier",
      p.facility_id as "facilityId", f.code as "facilityCode", f.zone, part.units,
      not exists (
        select from godown.sale_order_item eu
        join godown.return_item ei on ei.tenant_id = eu.tenant_id and ei.sale_order_item_id = eu.sale_order_item_id
        join godown.return_case e on e.tenant_id = ei.tenant_id and e.return_case_id = ei.return_case_id
        where eu.tenant_id = r.tenant_id and eu.shipping_package_id = p.shipping_package_id and e.kind = r.kind
          and (e.created_at, e.return_case_id) < (r.created_at, r.return_case_id)) as "firstOfPackage",
      coalesce((
        select jsonb_agg(n.number order by n.issued_at, n.number) from godown.credit_note n
        where n.tenant_id = r.tenant_id and n.return_case_id = r.return_case_id and n.state <> 'CANCELLED'
          and (r.kind = 'CIR' or n.shipping_package_id = p.shipping_package_id)), '[]') as "creditNotes"
    from part
    join godown.return_case r on r.tenant_id = ${tx.tenantId} and r.return_case_id = part.return_case_id
    join godown.sale_order o on o.tenant_id = r.tenant_id and o.sale_order_id = r.sale_order_id
    join godown.shipping_package p on p.tenant_id = r.tenant_id and p.shipping_package_id = part.package_id
    join godown.facility f on f.tenant_id = p.tenant_id and f.facility_id = p.facility_id
    left join godown.facility rf on rf.tenant_id = r.tenant_id and rf.facility_id = coalesce(r.facility_id, r.return_facility_id)
    left join godown.shipping_provider s on s.tenant_id = p.tenant_id and s.shipping_provider_id = p.shipping_provider_id
    order by r.return_case_id, p.code`);
}
