import type { ChannelId, SaleOrderId, ShippingPackageId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import type { GradedReturnUnit } from "./grade-lines.ts";
import type { ReturnCaseId, ReturnKind } from "./return-case.ts";

/** A parcel of a return with its units and their grades on putaway lists. */
export interface GradedParcel {
  readonly returnCaseId: ReturnCaseId;
  readonly kind: ReturnKind;
  readonly channelReturnId: string | null;
  readonly channelId: ChannelId;
  readonly saleOrderId: SaleOrderId;
  readonly shippingPackageId: ShippingPackageId;
  readonly packageCode: string;
  readonly units: readonly GradedReturnUnit[];
}

/** The parcels of returns; a unit has the grade of the list that it lies on. */
export function gradedParcels(tx: Tx, ids: readonly ReturnCaseId[]): Promise<GradedParcel[]> {
  return tx.run(sql<GradedParcel>`
    select c.return_case_id as "returnCaseId", c.kind, c.channel_return_id as "channelReturnId", c.channel_id as "channelId", c.sale_order_id as "saleOrderId",
      p.shipping_package_id as "shippingPackageId", p.code as "packageCode",
      jsonb_agg(jsonb_build_object('line', u.channel_order_item_id, 'productId', u.product_id, 'variantId', u.variant_id,
        'parts', case when u.bundle_sku_id is null then 1 else (
          select coalesce(sum(b.quantity), 1) from godown.bundle_component b where b.tenant_id = u.tenant_id and b.bundle_sku_id = u.bundle_sku_id) end,
        'grade', (
          select w.grade from godown.putaway_item w
          where w.tenant_id = u.tenant_id and w.source_id = c.return_case_id and w.sale_order_item_id = u.sale_order_item_id and w.putaway_id is not null
          order by w.created_at desc, w.putaway_item_id desc limit 1)
      ) order by u.channel_order_item_id, u.unit_no) as units
    from godown.return_case c
    join godown.return_item i using (tenant_id, return_case_id)
    join godown.sale_order_item u on u.tenant_id = i.tenant_id and u.sale_order_item_id = i.sale_order_item_id
    join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
    where c.tenant_id = ${tx.tenantId} and c.return_case_id = any(${ids}::uuid[])
    group by c.tenant_id, c.return_case_id, p.tenant_id, p.shipping_package_id order by c.return_case_id, p.code`);
}
