import type { ShelfId } from "../inventory/index.ts";
import type { FacilityId, SkuId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { ArrivedUnit } from "./await-putaway.ts";
import type { Grade, Putaway, PutawayId, PutawayItem, PutawayItemId, PutawayKind, WaitingItem } from "./putaway.ts";

/**
 * Locks units that wait for putaway, in id order, and reads them then: with the list that somebody has just taken them
 * into, which the statement that waited for the lock would not see.
 */
export async function lockWaiting(
  tx: Tx,
  ids: readonly PutawayItemId[],
  facilities: "all" | readonly FacilityId[],
): Promise<WaitingItem[]> {
  await tx.run(sql`
    select putaway_item_id from godown.putaway_item
    where tenant_id = ${tx.tenantId} and putaway_item_id = any(${ids}::uuid[]) order by putaway_item_id for update`);
  return tx.run(sql<WaitingItem>`
    select i.putaway_item_id as "itemId", i.facility_id as "facilityId", f.code as "facilityCode", i.kind, i.sku_id as "skuId", p.code as "putawayCode"
    from godown.putaway_item i
    join godown.facility f using (tenant_id, facility_id)
    left join godown.putaway p on p.tenant_id = i.tenant_id and p.putaway_id = i.putaway_id
    where i.tenant_id = ${tx.tenantId} and i.putaway_item_id = any(${ids}::uuid[]) and i.completed_at is null
      and ${facilities === "all" ? sql`true` : sql`i.facility_id = any(${facilities}::uuid[])`}`);
}

export async function insertWaiting(
  tx: Tx,
  rows: readonly (Omit<ArrivedUnit, "grade"> & { itemId: PutawayItemId; grade: Grade | null })[],
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.putaway_item (tenant_id, putaway_item_id, facility_id, kind, sku_id, sale_order_item_id, shipping_package_id, source_id, grade, note, created_at)
    select ${tx.tenantId}, r."itemId", r."facilityId", r.kind, r."skuId", r."unitId", r."packageId", r."sourceId", r.grade, r.note, ${at}
    from jsonb_to_recordset(${json(rows)}) as r("itemId" uuid, "facilityId" uuid, kind text, "skuId" uuid, "unitId" uuid, "packageId" uuid, "sourceId" uuid, grade text, note text)`);
}

/** The enabled shelf of a facility where most of each SKU lies (in good stock), else DEFAULT. */
export async function suggestShelves(
  tx: Tx,
  facilityId: FacilityId,
  skuIds: readonly SkuId[],
): Promise<Map<SkuId, ShelfId>> {
  const rows = await tx.run(sql<{ skuId: SkuId; shelfId: ShelfId }>`
    select w.sku_id as "skuId", h.shelf_id as "shelfId"
    from unnest(${[...new Set(skuIds)]}::uuid[]) as w(sku_id)
    cross join lateral (
      select h.shelf_id from godown.shelf h
      left join godown.shelf_stock s on s.tenant_id = h.tenant_id and s.shelf_id = h.shelf_id and s.sku_id = w.sku_id and s.bucket = 'good' and s.quantity > 0
      where h.tenant_id = ${tx.tenantId} and h.facility_id = ${facilityId} and h.enabled and (s.quantity is not null or h.code = 'DEFAULT')
      order by coalesce(s.quantity, 0) desc, h.code limit 1
    ) h`);
  return new Map(rows.map((row) => [row.skuId, row.shelfId]));
}

export async function insertPutaway(
  tx: Tx,
  putaway: { putawayId: PutawayId; facilityId: FacilityId; code: string; kind: PutawayKind },
  by: string,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.putaway (tenant_id, putaway_id, facility_id, code, kind, state, created_at, created_by)
    values (${tx.tenantId}, ${putaway.putawayId}, ${putaway.facilityId}, ${putaway.code}, ${putaway.kind}, 'CREATED', ${at}, ${by})`);
}

/** What is written on units of a list; what is left out stays. */
export interface ItemChange {
  readonly itemId: PutawayItemId;
  readonly putawayId?: PutawayId;
  readonly grade?: Grade | null;
  readonly shelfId?: ShelfId | null;
}

export async function writeItems(tx: Tx, changes: readonly ItemChange[]): Promise<void> {
  await tx.run(sql`
    update godown.putaway_item i
    set putaway_id = coalesce(c."putawayId", i.putaway_id), grade = coalesce(c.grade, i.grade), shelf_id = coalesce(c."shelfId", i.shelf_id)
    from jsonb_to_recordset(${json(changes)}) as c("itemId" uuid, "putawayId" uuid, grade text, "shelfId" uuid)
    where i.tenant_id = ${tx.tenantId} and i.putaway_item_id = c."itemId"`);
}

/** A list, locked: who changes or completes it does so alone. */
export function lockPutaway(tx: Tx, putawayId: PutawayId): Promise<Putaway | undefined> {
  return tx.first(sql<Putaway>`
    select p.putaway_id as "putawayId", p.code, p.state, p.kind, p.facility_id as "facilityId", f.code as "facilityCode"
    from godown.putaway p join godown.facility f using (tenant_id, facility_id)
    where p.tenant_id = ${tx.tenantId} and p.putaway_id = ${putawayId} for update of p`);
}

/** The units of a list; the lock on the list guards them. */
export function itemsOf(tx: Tx, putawayId: PutawayId): Promise<PutawayItem[]> {
  return tx.run(sql<PutawayItem>`
    select i.putaway_item_id as "itemId", i.sku_id as "skuId", s.code as sku, u.channel_sku as "channelSku", i.sale_order_item_id as "unitId",
      u.sale_order_id as "saleOrderId", i.shipping_package_id as "shippingPackageId", p.code as "packageCode", i.source_id as "sourceId", i.grade, i.shelf_id as "shelfId", i.confirmed_at is not null as confirmed
    from godown.putaway_item i
    join godown.sku s using (tenant_id, sku_id)
    left join godown.sale_order_item u on u.tenant_id = i.tenant_id and u.sale_order_item_id = i.sale_order_item_id
    left join godown.shipping_package p on p.tenant_id = i.tenant_id and p.shipping_package_id = i.shipping_package_id
    where i.tenant_id = ${tx.tenantId} and i.putaway_id = ${putawayId}
    order by s.code, i.putaway_item_id`);
}

export async function saveConfirmed(
  tx: Tx,
  ids: readonly PutawayItemId[],
  by: string,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.putaway_item set confirmed_at = ${at}, confirmed_by = ${by}
    where tenant_id = ${tx.tenantId} and putaway_item_id = any(${ids}::uuid[]) and confirmed_at is null`);
}

/** Units wait again, as if no list had taken them. */
export async function releaseItems(tx: Tx, ids: readonly PutawayItemId[]): Promise<void> {
  await tx.run(sql`
    update godown.putaway_item set putaway_id = null, grade = null, shelf_id = null, confirmed_at = null, confirmed_by = null
    where tenant_id = ${tx.tenantId} and putaway_item_id = any(${ids}::uuid[])`);
}

/** A list that was emptied before it was completed leaves nothing behind but its audit trail. */
export async function deletePutaway(tx: Tx, putawayId: PutawayId): Promise<void> {
  await tx.run(sql`delete from godown.putaway where tenant_id = ${tx.tenantId} and putaway_id = ${putawayId}`);
}

export async function savePending(tx: Tx, putawayId: PutawayId): Promise<void> {
  await tx.run(sql`
    update godown.putaway set state = 'PENDING' where tenant_id = ${tx.tenantId} and putaway_id = ${putawayId} and state = 'CREATED'`);
}

export async function saveComplete(tx: Tx, putawayId: PutawayId, by: string, at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    with list as (
      update godown.putaway set state = 'COMPLETE', completed_at = ${at}, completed_by = ${by}
      where tenant_id = ${tx.tenantId} and putaway_id = ${putawayId}
    )
    update godown.putaway_item set completed_at = ${at}, confirmed_at = coalesce(confirmed_at, ${at}), confirmed_by = coalesce(confirmed_by, ${by})
    where tenant_id = ${tx.tenantId} and putaway_id = ${putawayId}`);
}
