import type { ShelfId } from "../inventory/index.ts";
import type { FacilityId, SkuId } from "../kernel/index.ts";
import { all, json, sql, type Tx } from "../platform/db.ts";
import type { ArrivedUnit } from "./await-putaway.ts";
import type { HeldThere, ShelfSpace } from "./place.ts";
import type {
  Grade,
  Putaway,
  PutawayId,
  PutawayItem,
  PutawayItemId,
  PutawayKind,
  ShelfRoom,
  WaitingItem,
} from "./putaway.ts";

// Waiting units

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
    select i.putaway_item_id as "itemId", i.facility_id as "facilityId", f.code as "facilityCode", i.kind, i.sku_id as "skuId",
      i.proposed_grade as "proposedGrade", i.source_id as "sourceId", i.source_shelf_id as "sourceShelfId", p.code as "putawayCode"
    from godown.putaway_item i
    join godown.facility f using (tenant_id, facility_id)
    left join godown.putaway p on p.tenant_id = i.tenant_id and p.putaway_id = i.putaway_id
    where i.tenant_id = ${tx.tenantId} and i.putaway_item_id = any(${ids}::uuid[]) and i.completed_at is null
      and ${facilities === "all" ? sql`true` : sql`i.facility_id = any(${facilities}::uuid[])`}
    order by i.putaway_item_id`);
}

export async function insertWaiting(
  tx: Tx,
  rows: readonly (Omit<ArrivedUnit, "grade"> & {
    itemId: PutawayItemId;
    grade: Grade | null;
    sourceShelfId: ShelfId | null;
  })[],
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.putaway_item (tenant_id, putaway_item_id, facility_id, kind, sku_id, sale_order_item_id, shipping_package_id, source_id,
      grade, proposed_grade, source_shelf_id, note, created_at)
    select ${tx.tenantId}, r."itemId", r."facilityId", r.kind, r."skuId", r."unitId", r."packageId", r."sourceId",
      r.grade, r.grade, r."sourceShelfId", r.note, ${at}
    from jsonb_to_recordset(${json(rows)}) as r("itemId" uuid, "facilityId" uuid, kind text, "skuId" uuid, "unitId" uuid, "packageId" uuid, "sourceId" uuid,
      grade text, "sourceShelfId" uuid, note text)`);
}

/** Units wait again, as if no list had taken them. */
export async function releaseItems(tx: Tx, ids: readonly PutawayItemId[]): Promise<void> {
  await tx.run(sql`
    update godown.putaway_item
    set putaway_id = null, grade = proposed_grade, shelf_id = null, shelf_chosen = false, confirmed_at = null, confirmed_by = null
    where tenant_id = ${tx.tenantId} and putaway_item_id = any(${ids}::uuid[])`);
}

/**
 * The units that a shelf transfer took, and the lists they are on. Until the transaction ends nobody else makes a transfer of
 * this id: of two requests under one id the second finds what the first took.
 */
export async function transferred(
  tx: Tx,
  transferId: string,
): Promise<{ itemId: PutawayItemId; facilityId: FacilityId; putawayId: PutawayId | null; putaway: string | null }[]> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`shelf-transfer:${transferId}`}, 0))`);
  return tx.run(sql<{
    itemId: PutawayItemId;
    facilityId: FacilityId;
    putawayId: PutawayId | null;
    putaway: string | null;
  }>`
    select i.putaway_item_id as "itemId", i.facility_id as "facilityId", i.putaway_id as "putawayId", p.code as putaway
    from godown.putaway_item i left join godown.putaway p on p.tenant_id = i.tenant_id and p.putaway_id = i.putaway_id
    where i.tenant_id = ${tx.tenantId} and i.source_id = ${transferId} and i.kind = 'PUTAWAY_SHELF_TRANSFER'
    order by i.putaway_id nulls last, i.putaway_item_id`);
}

/** Units of a shelf transfer lie where they lay before. */
export async function saveGivenBack(
  tx: Tx,
  ids: readonly PutawayItemId[],
  by: string,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.putaway_item
    set grade = proposed_grade, shelf_id = source_shelf_id, confirmed_at = ${at}, confirmed_by = ${by}, completed_at = ${at}
    where tenant_id = ${tx.tenantId} and putaway_item_id = any(${ids}::uuid[]) and completed_at is null`);
}

// Lists

export async function insertPutaway(
  tx: Tx,
  putaway: { putawayId: PutawayId; facilityId: FacilityId; code: string; kind: PutawayKind; note: string | null },
  by: string,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.putaway (tenant_id, putaway_id, facility_id, code, kind, state, note, created_at, created_by)
    values (${tx.tenantId}, ${putaway.putawayId}, ${putaway.facilityId}, ${putaway.code}, ${putaway.kind}, 'CREATED', ${putaway.note}, ${at}, ${by})`);
}

/** A list, locked: who changes or completes it does so alone. */
export function lockPutaway(tx: Tx, putawayId: PutawayId): Promise<Putaway | undefined> {
  return tx.first(sql<Putaway>`
    select p.putaway_id as "putawayId", p.code, p.state, p.kind, p.facility_id as "facilityId", f.code as "facilityCode", p.note
    from godown.putaway p join godown.facility f using (tenant_id, facility_id)
    where p.tenant_id = ${tx.tenantId} and p.putaway_id = ${putawayId} for update of p`);
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

// Units of a list

export async function takeOntoList(
  tx: Tx,
  putawayId: PutawayId,
  rows: readonly { itemId: PutawayItemId; grade: Grade | null }[],
): Promise<void> {
  await tx.run(sql`
    update godown.putaway_item i set putaway_id = ${putawayId}, grade = r.grade
    from jsonb_to_recordset(${json(rows)}) as r("itemId" uuid, grade text)
    where i.tenant_id = ${tx.tenantId} and i.putaway_item_id = r."itemId"`);
}

/** The units of a list, all or some; the lock on the list guards them. @param only.code a SKU, ours or the channel's, or a package */
export function itemsOf(
  tx: Tx,
  putawayId: PutawayId,
  only: { itemIds?: readonly PutawayItemId[]; code?: string } = {},
): Promise<PutawayItem[]> {
  const { itemIds, code } = only;
  const where = all([
    sql`i.tenant_id = ${tx.tenantId} and i.putaway_id = ${putawayId}`,
    itemIds === undefined ? undefined : sql`i.putaway_item_id = any(${itemIds}::uuid[])`,
    code === undefined
      ? undefined
      : sql`(upper(s.code) = upper(${code}) or upper(u.channel_sku) = upper(${code}) or upper(p.code) = upper(${code}))`,
  ]);
  return tx.run(sql<PutawayItem>`
    select i.putaway_item_id as "itemId", i.sku_id as "skuId", s.code as sku, u.channel_sku as "channelSku", i.sale_order_item_id as "unitId",
      u.sale_order_id as "saleOrderId", i.shipping_package_id as "shippingPackageId", p.code as "packageCode", i.source_id as "sourceId",
      i.source_shelf_id as "sourceShelfId", i.grade, i.shelf_id as "shelfId", h.code as shelf, i.shelf_chosen as "shelfChosen", i.confirmed_at is not null as confirmed
    from godown.putaway_item i
    join godown.sku s using (tenant_id, sku_id)
    left join godown.sale_order_item u on u.tenant_id = i.tenant_id and u.sale_order_item_id = i.sale_order_item_id
    left join godown.shipping_package p on p.tenant_id = i.tenant_id and p.shipping_package_id = i.shipping_package_id
    left join godown.shelf h on h.tenant_id = i.tenant_id and h.shelf_id = i.shelf_id
    where ${where} order by s.code, i.putaway_item_id`);
}

/** What is written on a unit of a list; what is left out stays. */
export interface ItemChange {
  readonly itemId: PutawayItemId;
  readonly grade?: Grade;
  readonly shelf?: { readonly id: ShelfId | null; readonly chosen: boolean };
}

export async function writeItems(tx: Tx, changes: readonly ItemChange[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.run(sql`
    update godown.putaway_item i
    set grade = coalesce(c.grade, i.grade),
      shelf_id = case when c.shelf is null then i.shelf_id else (c.shelf ->> 'id')::uuid end,
      shelf_chosen = case when c.shelf is null then i.shelf_chosen else (c.shelf ->> 'chosen')::boolean end
    from jsonb_to_recordset(${json(changes)}) as c("itemId" uuid, grade text, shelf jsonb)
    where i.tenant_id = ${tx.tenantId} and i.putaway_item_id = c."itemId"`);
}

/** Units of a list whose grade other modules were not told; they count as told from now on. */
export async function takeUntold(tx: Tx, putawayId: PutawayId): Promise<PutawayItemId[]> {
  const rows = await tx.run(sql<{ itemId: PutawayItemId }>`
    update godown.putaway_item set told_grade = grade
    where tenant_id = ${tx.tenantId} and putaway_id = ${putawayId} and grade is not null and grade is distinct from told_grade
    returning putaway_item_id as "itemId"`);
  return rows.map((row) => row.itemId);
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

export async function saveUnconfirmed(tx: Tx, ids: readonly PutawayItemId[]): Promise<void> {
  await tx.run(sql`
    update godown.putaway_item set confirmed_at = null, confirmed_by = null
    where tenant_id = ${tx.tenantId} and putaway_item_id = any(${ids}::uuid[]) and completed_at is null`);
}

/** How many units a list has, and how many were scanned. */
export function progressOf(tx: Tx, putawayId: PutawayId): Promise<{ confirmed: number; units: number }> {
  return tx.one(sql<{ confirmed: number; units: number }>`
    select count(confirmed_at) as confirmed, count(*) as units from godown.putaway_item
    where tenant_id = ${tx.tenantId} and putaway_id = ${putawayId}`);
}

// Shelves

/** What takes room on a shelf: goods that could not be found there take none. */
const takesRoom = sql`('good', 'bad', 'qc_rejected')`;

/**
 * Shelves of a facility that take new goods, with what lies there and what open lists bring.
 * @param placing units that are placed now: where they were to go before takes no room
 */
export function shelfSpaces(tx: Tx, facilityId: FacilityId, placing: readonly PutawayItemId[]): Promise<ShelfSpace[]> {
  return tx.run(sql<ShelfSpace>`
    with lies as (
      select s.shelf_id, sum(s.quantity) as held, coalesce(sum(s.quantity) filter (where s.bucket = 'good'), 0) as good,
        coalesce(sum(s.quantity) filter (where s.bucket = 'bad'), 0) as bad, coalesce(sum(s.quantity) filter (where s.bucket = 'qc_rejected'), 0) as qc_rejected
      from godown.shelf h join godown.shelf_stock s using (tenant_id, shelf_id)
      where h.tenant_id = ${tx.tenantId} and h.facility_id = ${facilityId} and s.quantity > 0 and s.bucket in ${takesRoom} group by 1
    ), comes as (
      select i.shelf_id, count(*) as held from godown.putaway_item i
      where i.tenant_id = ${tx.tenantId} and i.facility_id = ${facilityId} and i.completed_at is null and i.shelf_id is not null
        and i.putaway_item_id <> all(${placing}::uuid[]) group by 1
    )
    select h.shelf_id as "shelfId", h.code, h.section, t.capacity, (coalesce(m.held, 0) + coalesce(c.held, 0))::integer as held, h.code = 'DEFAULT' as "isDefault",
      jsonb_build_object('good', coalesce(m.good, 0), 'bad', coalesce(m.bad, 0), 'qc_rejected', coalesce(m.qc_rejected, 0)) as "ofGrade"
    from godown.shelf h
    left join godown.shelf_type t on t.tenant_id = h.tenant_id and t.shelf_type_id = h.shelf_type_id
    left join lies m on m.shelf_id = h.shelf_id
    left join comes c on c.shelf_id = h.shelf_id
    where h.tenant_id = ${tx.tenantId} and h.facility_id = ${facilityId} and h.enabled and h.counting is null`);
}

/** On which shelves of a facility SKUs lie, by grade. */
export function heldBySku(tx: Tx, facilityId: FacilityId, skuIds: readonly SkuId[]): Promise<HeldThere[]> {
  return tx.run(sql<HeldThere>`
    select s.shelf_id as "shelfId", s.sku_id as "skuId", s.bucket as grade, s.quantity
    from godown.shelf_stock s join godown.shelf h using (tenant_id, shelf_id)
    where s.tenant_id = ${tx.tenantId} and s.sku_id = any(${skuIds}::uuid[]) and s.quantity > 0 and s.bucket in ${takesRoom}
      and h.facility_id = ${facilityId}`);
}

/** Auto Putaway Split % of a facility; null: units are not split. */
export async function splitPercentOf(tx: Tx, facilityId: FacilityId): Promise<number | null> {
  const { percent } = await tx.one(sql<{ percent: number | null }>`
    select auto_putaway_split_percent as percent from godown.facility where tenant_id = ${tx.tenantId} and facility_id = ${facilityId}`);
  return percent;
}

/**
 * Shelves with what lies there; those that take only so much are locked, so that two lists do not fill the same room.
 * Levels are locked before, in SKU order: all who move stock lock levels first and shelves then.
 */
export async function lockRooms(
  tx: Tx,
  facilityId: FacilityId,
  skuIds: readonly SkuId[],
  shelfIds: readonly ShelfId[],
): Promise<ShelfRoom[]> {
  await tx.run(sql`
    select sku_id from godown.stock_level
    where tenant_id = ${tx.tenantId} and facility_id = ${facilityId} and sku_id = any(${skuIds}::uuid[]) order by sku_id for update`);
  await tx.run(sql`
    select h.shelf_id from godown.shelf h
    where h.tenant_id = ${tx.tenantId} and h.shelf_id = any(${shelfIds}::uuid[]) and exists (
      select from godown.shelf_type t where t.tenant_id = h.tenant_id and t.shelf_type_id = h.shelf_type_id and t.capacity is not null)
    order by h.shelf_id for no key update of h`);
  return tx.run(sql<ShelfRoom>`
    select h.shelf_id as "shelfId", h.code, h.enabled, t.capacity, coalesce(m.held, 0)::integer as held
    from godown.shelf h
    left join godown.shelf_type t on t.tenant_id = h.tenant_id and t.shelf_type_id = h.shelf_type_id
    left join lateral (
      select sum(s.quantity) as held from godown.shelf_stock s
      where s.tenant_id = h.tenant_id and s.shelf_id = h.shelf_id and s.quantity > 0 and s.bucket in ${takesRoom}
    ) m on t.capacity is not null
    where h.tenant_id = ${tx.tenantId} and h.shelf_id = any(${shelfIds}::uuid[]) order by h.code`);
}
