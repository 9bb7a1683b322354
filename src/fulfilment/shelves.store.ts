import type { ShelfId } from "../inventory/index.ts";
import type { FacilityId, SaleOrderItemId, ShippingPackageId, SkuId } from "../kernel/index.ts";
import { BLOCKING_STATES } from "../orders/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import type { ShelfStock } from "./assign-shelves.ts";

/** A unit that is (still) in a package, with the shelf that a pick list gave it. */
export interface PackedUnit {
  readonly unitId: SaleOrderItemId;
  readonly shippingPackageId: ShippingPackageId;
  readonly skuId: SkuId;
  readonly picked: ShelfId | null;
}

/** Units of packages that are not cancelled: those of the nearest deadline first, so that they get the shelves nearest at hand. */
export function unitsOf(tx: Tx, ids: readonly ShippingPackageId[]): Promise<PackedUnit[]> {
  return tx.run(sql<PackedUnit>`
    select u.sale_order_item_id as "unitId", u.shipping_package_id as "shippingPackageId", u.sku_id as "skuId", i.shelf_id as picked
    from godown.sale_order_item u
    join godown.sale_order o using (tenant_id, sale_order_id)
    left join godown.picklist_item i on i.tenant_id = u.tenant_id and i.sale_order_item_id = u.sale_order_item_id
      and i.shipping_package_id = u.shipping_package_id and i.outcome is null
    where u.tenant_id = ${tx.tenantId} and u.shipping_package_id = any(${ids}::uuid[]) and u.state <> 'CANCELLED'
    order by o.dispatch_by, o.sale_order_id, u.unit_no`);
}

/** Locks the levels of SKUs in a facility, in SKU order: shelves and what is promised of them then stand still. */
export async function lockStock(tx: Tx, facilityId: FacilityId, skuIds: readonly SkuId[]): Promise<void> {
  await tx.run(sql`
    select sku_id from godown.stock_level
    where tenant_id = ${tx.tenantId} and facility_id = ${facilityId} and sku_id = any(${skuIds}::uuid[])
    order by sku_id for update`);
}

/** What lies on the shelves of a facility and what pick lists have promised of it; virtual stock by SKU. */
export async function stockOn(
  tx: Tx,
  facilityId: FacilityId,
  skuIds: readonly SkuId[],
): Promise<{ shelves: ShelfStock[]; virtual: Map<SkuId, number> }> {
  const shelves = await tx.run(sql<ShelfStock>`
    with promised as (
      select i.shelf_id, i.sku_id, count(*)::integer as units
      from godown.picklist_item i
      join godown.sale_order_item u using (tenant_id, sale_order_item_id)
      where i.tenant_id = ${tx.tenantId} and i.sku_id = any(${skuIds}::uuid[]) and i.outcome is null and i.shelf_id is not null
        and u.shipping_package_id = i.shipping_package_id and u.state = any(${BLOCKING_STATES})
      group by 1, 2
    )
    select s.sku_id as "skuId", s.shelf_id as "shelfId", s.quantity, coalesce(p.units, 0) as promised, h.counting
    from godown.shelf_stock s
    join godown.shelf h using (tenant_id, shelf_id)
    left join promised p on p.shelf_id = s.shelf_id and p.sku_id = s.sku_id
    where s.tenant_id = ${tx.tenantId} and h.facility_id = ${facilityId} and s.sku_id = any(${skuIds}::uuid[]) and s.bucket = 'good' and s.quantity > 0
    order by s.sku_id, h.code`);
  const levels = await tx.run(sql<{ skuId: SkuId; virtual: number }>`
    select sku_id as "skuId", virtual from godown.stock_level
    where tenant_id = ${tx.tenantId} and facility_id = ${facilityId} and sku_id = any(${skuIds}::uuid[]) and virtual > 0`);
  return { shelves, virtual: new Map(levels.map((l) => [l.skuId, l.virtual])) };
}

/** The shelves that pick lists sent somebody to for these units. */
export async function pickedShelves(
  tx: Tx,
  unitIds: readonly SaleOrderItemId[],
): Promise<Map<SaleOrderItemId, ShelfId>> {
  const rows = await tx.run(sql<{ unitId: SaleOrderItemId; shelfId: ShelfId }>`
    select sale_order_item_id as "unitId", shelf_id as "shelfId" from godown.picklist_item
    where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${unitIds}::uuid[]) and outcome is null and shelf_id is not null`);
  return new Map(rows.map((row) => [row.unitId, row.shelfId]));
}

/** Closes the promise of picked units: they left, were not found, or go back. */
export async function settlePicks(
  tx: Tx,
  unitIds: readonly SaleOrderItemId[],
  outcome: "DISPATCHED" | "NOT_FOUND" | "PUT_BACK",
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.picklist_item set outcome = ${outcome}, outcome_at = ${at}
    where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${unitIds}::uuid[]) and outcome is null`);
}

/**
 * Those of these shelves that are being counted, with the code of the count. All of them are locked: a count that begins at
 * this moment is seen, or waits and sees what was promised of the shelf.
 */
export async function countedShelves(
  tx: Tx,
  shelfIds: readonly ShelfId[],
): Promise<{ shelfId: ShelfId; code: string; counting: string }[]> {
  const rows = await tx.run(sql<{ shelfId: ShelfId; code: string; counting: string | null }>`
    select shelf_id as "shelfId", code, counting from godown.shelf
    where tenant_id = ${tx.tenantId} and shelf_id = any(${shelfIds}::uuid[]) order by shelf_id for share`);
  return rows.flatMap(({ counting, ...shelf }) => (counting === null ? [] : [{ ...shelf, counting }]));
}

export async function packageCodes(tx: Tx, ids: readonly ShippingPackageId[]): Promise<string[]> {
  const rows = await tx.run(sql<{ code: string }>`
    select code from godown.shipping_package where tenant_id = ${tx.tenantId} and shipping_package_id = any(${ids}::uuid[]) order by code`);
  return rows.map((row) => row.code);
}
