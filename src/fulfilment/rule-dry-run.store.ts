import type { FacilityId, SaleOrderId, ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { sql, type Tx } from "../platform/db.ts";

const withinReach = (ctx: Pick<Ctx, "facilities">, facility: ReturnType<typeof sql>) =>
  ctx.facilities === "all" ? sql`true` : sql`${facility} = any(${ctx.facilities}::uuid[])`;

/** Packages of a code: the package of that code, or those of the order; cancelled, split and merged ones are left out. */
export async function packagesToExplain(
  tx: Tx,
  ctx: Pick<Ctx, "facilities">,
  code: string,
): Promise<ShippingPackageId[]> {
  const rows = await tx.run(sql<{ id: ShippingPackageId }>`
    select p.shipping_package_id as id from godown.shipping_package p
    join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id
    where p.tenant_id = ${tx.tenantId} and (p.code = ${code} or o.code = ${code} or o.display_code = ${code})
      and p.state not in ('CANCELLED', 'SPLITTED', 'MERGED') and ${withinReach(ctx, sql`p.facility_id`)}
    order by p.created_at desc, p.code limit 20`);
  return rows.map((row) => row.id);
}

/** Orders of a code whose units wait, with the facility where; null: none was chosen yet. */
export function waitingToExplain(
  tx: Tx,
  ctx: Pick<Ctx, "facilities">,
  code: string,
): Promise<{ saleOrderId: SaleOrderId; facilityId: FacilityId | null }[]> {
  return tx.run(sql<{ saleOrderId: SaleOrderId; facilityId: FacilityId | null }>`
    select distinct o.sale_order_id as "saleOrderId", u.facility_id as "facilityId" from godown.sale_order o
    join godown.sale_order_item u on u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id
    where o.tenant_id = ${tx.tenantId} and (o.code = ${code} or o.display_code = ${code})
      and u.state in ('CREATED', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE') and (u.facility_id is null or ${withinReach(ctx, sql`u.facility_id`)})
    limit 20`);
}

/** Packages that wait to be picked or packed, served or not, and that the seller ships; by id, after `after`. */
export async function packagesToJudge(
  tx: Tx,
  after: ShippingPackageId | null,
  limit: number,
): Promise<ShippingPackageId[]> {
  const rows = await tx.run(sql<{ id: ShippingPackageId }>`
    select p.shipping_package_id as id from godown.shipping_package p
    where p.tenant_id = ${tx.tenantId} and p.state in ('CREATED', 'LOCATION_NOT_SERVICEABLE') and not p.third_party_shipping and p.awb is null
      and ${after === null ? sql`true` : sql`p.shipping_package_id > ${after}`}
    order by p.shipping_package_id limit ${limit}`);
  return rows.map((row) => row.id);
}
