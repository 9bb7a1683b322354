import type { ShelfId } from "../../inventory/index.ts";
import type { FacilityId, SaleOrderItemId, ShippingPackageId, SkuId } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import { IN_PICKING, type OpenPick, type Picklist, type PicklistId } from "./picklist.ts";

export async function insertPicklist(
  tx: Tx,
  list: { picklistId: PicklistId; facilityId: FacilityId; code: string },
  items: readonly {
    unitId: SaleOrderItemId;
    shippingPackageId: ShippingPackageId;
    skuId: SkuId;
    shelfId: ShelfId | null;
  }[],
  by: string,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    with list as (
      insert into godown.picklist (tenant_id, picklist_id, facility_id, code, state, created_at, created_by)
      values (${tx.tenantId}, ${list.picklistId}, ${list.facilityId}, ${list.code}, 'CREATED', ${at}, ${by})
    )
    insert into godown.picklist_item (tenant_id, picklist_id, sale_order_item_id, shipping_package_id, sku_id, shelf_id)
    select ${tx.tenantId}, ${list.picklistId}, i."unitId", i."shippingPackageId", i."skuId", i."shelfId"
    from jsonb_to_recordset(${json(items)}) as i("unitId" uuid, "shippingPackageId" uuid, "skuId" uuid, "shelfId" uuid)`);
}

/** A list as it is; its packages are locked before it is read, which guards it. */
export function picklistById(tx: Tx, picklistId: PicklistId): Promise<Picklist | undefined> {
  return tx.first(sql<Picklist>`
    select l.picklist_id as "picklistId", l.code, l.state, l.facility_id as "facilityId", f.code as "facilityCode", f.traceability
    from godown.picklist l join godown.facility f using (tenant_id, facility_id)
    where l.tenant_id = ${tx.tenantId} and l.picklist_id = ${picklistId}`);
}

/** Every package that was ever on a list. */
export async function packagesOf(tx: Tx, picklistId: PicklistId): Promise<ShippingPackageId[]> {
  const rows = await tx.run(sql<{ id: ShippingPackageId }>`
    select distinct shipping_package_id as id from godown.picklist_item
    where tenant_id = ${tx.tenantId} and picklist_id = ${picklistId}`);
  return rows.map((row) => row.id);
}

/** What a list still holds: units in its packages that are not invoiced, put back, missing or cancelled; the nearest deadline first. */
export function openPicks(tx: Tx, picklistId: PicklistId): Promise<OpenPick[]> {
  return tx.run(sql<OpenPick>`
    select u.sale_order_item_id as "unitId", u.code as "unitCode", u.sale_order_id as "saleOrderId", p.shipping_package_id as "shippingPackageId", p.code as "packageCode",
      p.state as "packageState", o.package_type as "packageType", i.sku_id as "skuId", s.code as sku, u.channel_sku as "channelSku", i.shelf_id as "shelfId", h.code as shelf
    from godown.picklist_item i
    join godown.sale_order_item u using (tenant_id, sale_order_item_id)
    join godown.sale_order o on o.tenant_id = u.tenant_id and o.sale_order_id = u.sale_order_id
    join godown.shipping_package p on p.tenant_id = i.tenant_id and p.shipping_package_id = i.shipping_package_id
    join godown.sku s on s.tenant_id = i.tenant_id and s.sku_id = i.sku_id
    left join godown.shelf h on h.tenant_id = i.tenant_id and h.shelf_id = i.shelf_id
    where i.tenant_id = ${tx.tenantId} and i.picklist_id = ${picklistId} and i.outcome is null
      and u.shipping_package_id = i.shipping_package_id and u.state = 'PICKING_FOR_INVOICING' and p.state = any(${IN_PICKING})
    order by o.dispatch_by, o.sale_order_id, u.unit_no`);
}

export async function saveReceived(tx: Tx, picklistId: PicklistId, by: string, at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    update godown.picklist set state = 'RECEIVED', received_at = ${at}, received_by = ${by}
    where tenant_id = ${tx.tenantId} and picklist_id = ${picklistId}`);
}

export async function saveClosed(tx: Tx, picklistId: PicklistId, by: string, at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    update godown.picklist set state = 'CLOSED', closed_at = ${at}, closed_by = ${by}
    where tenant_id = ${tx.tenantId} and picklist_id = ${picklistId} and state <> 'CLOSED'`);
}

/** Closes the lists of these packages that have nothing left to fetch or to invoice. */
export async function closeDonePicklists(
  tx: Tx,
  packageIds: readonly ShippingPackageId[],
  by: string,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.picklist l set state = 'CLOSED', closed_at = ${at}, closed_by = ${by}
    where l.tenant_id = ${tx.tenantId} and l.state <> 'CLOSED'
      and l.picklist_id in (select i.picklist_id from godown.picklist_item i where i.tenant_id = ${tx.tenantId} and i.shipping_package_id = any(${packageIds}::uuid[]))
      and not exists (
        select from godown.picklist_item i
        join godown.shipping_package p using (tenant_id, shipping_package_id)
        where i.tenant_id = l.tenant_id and i.picklist_id = l.picklist_id and i.outcome is null and p.state = any(${IN_PICKING}))`);
}

/** Units leave their package and wait for stock. */
export async function writeUnfulfillable(
  tx: Tx,
  unitIds: readonly SaleOrderItemId[],
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.sale_order_item set state = 'UNFULFILLABLE', shipping_package_id = null, state_changed_at = ${at}
    where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${unitIds}::uuid[])`);
}
