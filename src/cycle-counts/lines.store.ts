import type { ShelfBucket } from "../inventory/index.ts";
import type { FacilityId, SaleOrderItemId, SkuId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import type { ShelfId } from "../warehouse/index.ts";
import type { CountedBucket, CycleCountId } from "./cycle-count.ts";
import type { CountLine, Promised } from "./variance.ts";

/** Writes what the books say of a shelf that is begun; whatever was counted of it before is gone. */
export async function openLines(tx: Tx, cycleCountId: CycleCountId, shelfId: ShelfId): Promise<void> {
  await tx.run(sql`
    delete from godown.cycle_count_line
    where tenant_id = ${tx.tenantId} and cycle_count_id = ${cycleCountId} and shelf_id = ${shelfId}`);
  await tx.run(sql`
    insert into godown.cycle_count_line (tenant_id, cycle_count_id, shelf_id, sku_id, bucket, expected, counted)
    select ${tx.tenantId}, ${cycleCountId}, shelf_id, sku_id, bucket, quantity, 0 from godown.shelf_stock
    where tenant_id = ${tx.tenantId} and shelf_id = ${shelfId} and quantity > 0`);
}

/** A piece that was counted, as far as it may be told to who counts blindly. */
export interface Tallied {
  readonly counted: number;
  /** Of all SKUs and buckets of the shelf. */
  readonly pieces: number;
  /** The books know this SKU on this shelf. */
  readonly known: boolean;
}

/** How many pieces of a SKU are counted in a bucket of a shelf so far. The lock on the shelf guards it. */
export async function countedSoFar(
  tx: Tx,
  of: { cycleCountId: CycleCountId; shelfId: ShelfId; skuId: SkuId; bucket: CountedBucket },
): Promise<number> {
  const line = await tx.first(sql<{ counted: number }>`
    select counted from godown.cycle_count_line
    where tenant_id = ${tx.tenantId} and cycle_count_id = ${of.cycleCountId} and shelf_id = ${of.shelfId} and sku_id = ${of.skuId} and bucket = ${of.bucket}`);
  return line?.counted ?? 0;
}

/** Writes how many are counted. A line that neither the books nor the counter know of is taken away again. */
export async function writeTally(
  tx: Tx,
  of: { cycleCountId: CycleCountId; shelfId: ShelfId; skuId: SkuId; bucket: CountedBucket; counted: number },
): Promise<Tallied> {
  await tx.run(sql`
    insert into godown.cycle_count_line (tenant_id, cycle_count_id, shelf_id, sku_id, bucket, expected, counted)
    values (${tx.tenantId}, ${of.cycleCountId}, ${of.shelfId}, ${of.skuId}, ${of.bucket}, 0, ${of.counted})
    on conflict (tenant_id, cycle_count_id, shelf_id, sku_id, bucket) do update set counted = excluded.counted`);
  await tx.run(sql`
    delete from godown.cycle_count_line
    where tenant_id = ${tx.tenantId} and cycle_count_id = ${of.cycleCountId} and shelf_id = ${of.shelfId} and sku_id = ${of.skuId}
      and expected = 0 and counted = 0`);
  return tx.one(sql<Tallied>`
    select ${of.counted}::integer as counted, coalesce(sum(counted), 0)::integer as pieces,
      coalesce(bool_or(sku_id = ${of.skuId} and expected > 0), false) as known
    from godown.cycle_count_line
    where tenant_id = ${tx.tenantId} and cycle_count_id = ${of.cycleCountId} and shelf_id = ${of.shelfId}`);
}

/** The lines of shelves, with the shelf's code. */
export function linesOf(
  tx: Tx,
  cycleCountId: CycleCountId,
  shelfIds: readonly ShelfId[],
): Promise<(CountLine & { shelf: string })[]> {
  return tx.run(sql<CountLine & { shelf: string }>`
    select l.shelf_id as "shelfId", h.code as shelf, l.sku_id as "skuId", l.bucket, l.expected, l.counted
    from godown.cycle_count_line l join godown.shelf h using (tenant_id, shelf_id)
    where l.tenant_id = ${tx.tenantId} and l.cycle_count_id = ${cycleCountId} and l.shelf_id = any(${shelfIds}::uuid[])
    order by h.code, l.sku_id, l.bucket`);
}

/** What the books say of shelves now. */
export function booksOf(
  tx: Tx,
  shelfIds: readonly ShelfId[],
): Promise<{ shelfId: ShelfId; skuId: SkuId; bucket: ShelfBucket; quantity: number }[]> {
  return tx.run(sql<{ shelfId: ShelfId; skuId: SkuId; bucket: ShelfBucket; quantity: number }>`
    select shelf_id as "shelfId", sku_id as "skuId", bucket, quantity from godown.shelf_stock
    where tenant_id = ${tx.tenantId} and shelf_id = any(${shelfIds}::uuid[]) and quantity > 0`);
}

/** SKUs with good stock on shelves: what may be sold of them changes when the shelf is blocked, and when it is free again. */
export async function goodsOn(tx: Tx, shelfIds: readonly ShelfId[]): Promise<SkuId[]> {
  const rows = await tx.run(sql<{ skuId: SkuId }>`
    select distinct sku_id as "skuId" from godown.shelf_stock
    where tenant_id = ${tx.tenantId} and shelf_id = any(${shelfIds}::uuid[]) and bucket = 'good' and quantity > 0`);
  return rows.map((row) => row.skuId);
}

/** What is there of SKUs and promised of it. */
export function levelsOf(tx: Tx, facilityId: FacilityId, skuIds: readonly SkuId[]): Promise<Promised[]> {
  return tx.run(sql<Promised>`
    select sku_id as "skuId", good, virtual, blocked from godown.stock_level
    where tenant_id = ${tx.tenantId} and facility_id = ${facilityId} and sku_id = any(${skuIds}::uuid[])`);
}

/** As `levelsOf`, locked in SKU order: shelves and promises of these SKUs then stand still. */
export function lockLevels(tx: Tx, facilityId: FacilityId, skuIds: readonly SkuId[]): Promise<Promised[]> {
  return tx.run(sql<Promised>`
    select sku_id as "skuId", good, virtual, blocked from godown.stock_level
    where tenant_id = ${tx.tenantId} and facility_id = ${facilityId} and sku_id = any(${skuIds}::uuid[])
    order by sku_id for update`);
}

export async function skuCodes(tx: Tx, skuIds: readonly SkuId[]): Promise<Map<SkuId, string>> {
  const rows = await tx.run(sql<{ skuId: SkuId; code: string }>`
    select sku_id as "skuId", code from godown.sku where tenant_id = ${tx.tenantId} and sku_id = any(${skuIds}::uuid[])`);
  return new Map(rows.map((row) => [row.skuId, row.code]));
}

/** Who holds stock of SKUs that no waiting order gives back: parcels in work, and orders that their channel reviews. */
export async function holders(tx: Tx, facilityId: FacilityId, skuIds: readonly SkuId[]): Promise<Map<SkuId, string[]>> {
  const rows = await tx.run(sql<{ skuId: SkuId; who: string; unitId: SaleOrderItemId | null }>`
    select distinct u.sku_id as "skuId", p.code as who from godown.shipping_package p
    join godown.sale_order_item u on u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id
    where p.tenant_id = ${tx.tenantId} and p.facility_id = ${facilityId} and u.sku_id = any(${skuIds}::uuid[])
      and p.state in ('PICKING', 'PICKED', 'PACKED', 'READY_TO_SHIP', 'MANIFESTED') and u.state <> 'CANCELLED'
    union
    select k.sku_id, 'order ' || d.channel_order_id || ' under review' from godown.pendency_part k join godown.pendency d using (tenant_id, pendency_id)
    where k.tenant_id = ${tx.tenantId} and k.facility_id = ${facilityId} and k.sku_id = any(${skuIds}::uuid[]) and k.blocked > 0
    order by 1, 2 limit 200`);
  return new Map([...Map.groupBy(rows, (row) => row.skuId)].map(([skuId, of]) => [skuId, of.map((row) => row.who)]));
}
