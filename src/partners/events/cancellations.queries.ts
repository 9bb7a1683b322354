import type { SaleOrderItemId } from "../../kernel/index.ts";
import { sql, type Tx } from "../../platform/db.ts";
import type { CancelledFacts } from "./facts.ts";

/** Cancelled units by order, package and facility, in one statement: a body of the contract is about one package. */
export function readCancelled(tx: Tx, unitIds: readonly SaleOrderItemId[]): Promise<CancelledFacts[]> {
  return tx.run(sql<CancelledFacts>`
    select o.sale_order_id as "saleOrderId", o.code as "orderCode", o.display_code as "displayCode", o.channel_id as "channelId",
      p.shipping_package_id as "shippingPackageId", p.code as "packageCode", f.facility_id as "facilityId", f.code as "facilityCode",
      jsonb_agg(jsonb_build_object('unitId', u.sale_order_item_id, 'code', u.code, 'sku', k.code, 'by', u.cancelled_by, 'reason', u.cancel_reason) order by u.unit_no) as units
    from godown.sale_order_item u
    join godown.sale_order o on o.tenant_id = u.tenant_id and o.sale_order_id = u.sale_order_id
    join godown.sku k on k.tenant_id = u.tenant_id and k.sku_id = u.sku_id
    left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
    left join godown.facility f on f.tenant_id = u.tenant_id and f.facility_id = u.facility_id
    where u.tenant_id = ${tx.tenantId} and u.sale_order_item_id = any(${unitIds}::uuid[]) and u.state = 'CANCELLED'
    group by o.sale_order_id, o.code, o.display_code, o.channel_id, p.shipping_package_id, p.code, f.facility_id, f.code
    order by o.sale_order_id, p.code nulls last, f.code`);
}
