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

/** Packages with a live number that they do not travel with: cancelled, or handed over with another one. */
export async function strayPackages(
  tx: Tx,
  limit: number,
): Promise<
  { readonly id: ShippingPackageId; readonly providerId: ShippingProviderId | null; readonly awb: string | null }[]
> {
  return tx.run(sql<{ id: ShippingPackageId; providerId: ShippingProviderId | null; awb: string | null }>`
    select p.shipping_package_id as id, p.shipping_provider_id as "providerId", p.awb
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
        and s.step = 'LABEL' and s.state in ('ASKING', 'WAITING'))`);
}
