import type { FacilityId, SkuId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import type { PromisedUnit } from "./release-units.ts";

/**
 * Units of a facility that stock is promised to and nobody fetches yet, in packages with one of these SKUs, with all units
 * of those packages; the first in line first, as allocation serves them.
 */
export function promisedUnits(tx: Tx, facilityId: FacilityId, skuIds: readonly SkuId[]): Promise<PromisedUnit[]> {
  return tx.run(sql<PromisedUnit>`
    with packages as materialized (
      select p.shipping_package_id, p.code from godown.shipping_package p
      where p.tenant_id = ${tx.tenantId} and p.facility_id = ${facilityId} and p.state in ('CREATED', 'LOCATION_NOT_SERVICEABLE')
        and exists (
          select from godown.sale_order_item u
          where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and u.sku_id = any(${skuIds}::uuid[]) and u.state = 'FULFILLABLE')
        -- An invoice that waits for its IRN names its units already.
        and not exists (select from godown.invoice i where i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED')
    )
    select u.sale_order_item_id as "unitId", u.code as "unitCode", u.sale_order_id as "saleOrderId", o.code as "orderCode",
      p.shipping_package_id as "shippingPackageId", p.code as "packageCode", o.package_type as "packageType", u.sku_id as "skuId"
    from packages p
    join godown.sale_order_item u on u.tenant_id = ${tx.tenantId} and u.shipping_package_id = p.shipping_package_id and u.state = 'FULFILLABLE'
    join godown.sale_order o on o.tenant_id = u.tenant_id and o.sale_order_id = u.sale_order_id
    where u.cancel_requested_at is null
    order by o.priority desc, o.dispatch_by, o.created_at, o.sale_order_id, u.unit_no`);
}
