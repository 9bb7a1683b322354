import type { FacilityId, Instant, LocalDate, SkuId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { ShelfId } from "../warehouse/index.ts";
import type { CountShelf, CycleCount, CycleCountId, PendingWork, ShelfTally } from "./cycle-count.ts";

const countColumns = sql`c.cycle_count_id as "cycleCountId", c.code, c.state, c.facility_id as "facilityId", f.code as "facilityCode", c.target_on as "targetOn"`;

/** The count that a facility has at this moment. */
export function activeCount(tx: Tx, facilityId: FacilityId): Promise<CycleCount | undefined> {
  return tx.first(sql<CycleCount>`
    select ${countColumns} from godown.cycle_count c join godown.facility f using (tenant_id, facility_id)
    where c.tenant_id = ${tx.tenantId} and c.facility_id = ${facilityId} and c.state in ('CREATED', 'IN_PROGRESS')`);
}

/** Writes a count; false where the facility has an active one (somebody was faster). */
export async function insertCount(
  tx: Tx,
  count: {
    cycleCountId: CycleCountId;
    code: string;
    facilityId: FacilityId;
    targetOn: LocalDate;
    note: string | null;
  },
  by: string,
  at: Instant,
): Promise<boolean> {
  const written = await tx.count(sql`
    insert into godown.cycle_count (tenant_id, cycle_count_id, facility_id, code, state, target_on, note, created_at, created_by)
    values (${tx.tenantId}, ${count.cycleCountId}, ${count.facilityId}, ${count.code}, 'CREATED', ${count.targetOn.toString()}::date, ${count.note}, ${at}, ${by})
    on conflict (tenant_id, facility_id) where state in ('CREATED', 'IN_PROGRESS') do nothing`);
  return written === 1;
}

/** A count, locked: who plans, begins, accepts or ends something of it does so alone. Pieces are counted beside each other. */
export function lockCount(tx: Tx, cycleCountId: CycleCountId): Promise<CycleCount | undefined> {
  return tx.first(sql<CycleCount>`
    select ${countColumns} from godown.cycle_count c join godown.facility f using (tenant_id, facility_id)
    where c.tenant_id = ${tx.tenantId} and c.cycle_count_id = ${cycleCountId} for update of c`);
}

/** A count as it is. */
export function readCount(tx: Tx, cycleCountId: CycleCountId): Promise<CycleCount | undefined> {
  return tx.first(sql<CycleCount>`
    select ${countColumns} from godown.cycle_count c join godown.facility f using (tenant_id, facility_id)
    where c.tenant_id = ${tx.tenantId} and c.cycle_count_id = ${cycleCountId}`);
}

export async function tallyShelves(tx: Tx, cycleCountId: CycleCountId): Promise<ShelfTally> {
  return tx.one(sql<ShelfTally>`
    select count(*) filter (where state = 'TO_COUNT') as "TO_COUNT", count(*) filter (where state = 'COUNTING') as "COUNTING",
      count(*) filter (where state = 'COUNTED') as "COUNTED", count(*) filter (where state = 'ACCEPTED') as "ACCEPTED"
    from godown.cycle_count_shelf where tenant_id = ${tx.tenantId} and cycle_count_id = ${cycleCountId}`);
}

export async function saveBegun(tx: Tx, cycleCountId: CycleCountId, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.cycle_count set state = 'IN_PROGRESS', started_at = ${at}
    where tenant_id = ${tx.tenantId} and cycle_count_id = ${cycleCountId} and state = 'CREATED'`);
}

export async function saveEnded(
  tx: Tx,
  cycleCountId: CycleCountId,
  state: "CLOSED" | "CANCELLED",
  by: string,
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.cycle_count set state = ${state}, closed_at = ${at}, closed_by = ${by}
    where tenant_id = ${tx.tenantId} and cycle_count_id = ${cycleCountId}`);
}

// Shelves of a count

/** The part of a count with this name; made where there is none yet. */
export async function subCountNamed(tx: Tx, cycleCountId: CycleCountId, name: string, at: Instant): Promise<number> {
  const found = await tx.first(sql<{ number: number }>`
    select number from godown.cycle_sub_count
    where tenant_id = ${tx.tenantId} and cycle_count_id = ${cycleCountId} and name = ${name} order by number limit 1`);
  if (found) return found.number;
  const made = await tx.one(sql<{ number: number }>`
    insert into godown.cycle_sub_count (tenant_id, cycle_count_id, number, name, created_at)
    select ${tx.tenantId}, ${cycleCountId}, coalesce(max(number), 0) + 1, ${name}, ${at}::timestamptz
    from godown.cycle_sub_count where tenant_id = ${tx.tenantId} and cycle_count_id = ${cycleCountId}
    returning number`);
  return made.number;
}

/** Adds shelves; those in the count already stay where they are. @returns how many were added */
export function insertShelves(
  tx: Tx,
  cycleCountId: CycleCountId,
  subCount: number,
  shelfIds: readonly ShelfId[],
): Promise<number> {
  return tx.count(sql`
    insert into godown.cycle_count_shelf (tenant_id, cycle_count_id, shelf_id, sub_count, state)
    select ${tx.tenantId}, ${cycleCountId}, id, ${subCount}::integer, 'TO_COUNT'
    from jsonb_to_recordset(${json(shelfIds.map((id) => ({ id })))}) as w(id uuid)
    on conflict (tenant_id, cycle_count_id, shelf_id) do nothing`);
}

/** Shelves with stock that were not counted for longest (never counted first), and are not in the count. */
export async function longestUncounted(
  tx: Tx,
  count: Pick<CycleCount, "cycleCountId" | "facilityId">,
  prefix: string,
  most: number,
): Promise<ShelfId[]> {
  const rows = await tx.run(sql<{ shelfId: ShelfId }>`
    select h.shelf_id as "shelfId" from godown.shelf h
    left join lateral (
      select max(s.accepted_at) as at from godown.cycle_count_shelf s
      where s.tenant_id = h.tenant_id and s.shelf_id = h.shelf_id and s.accepted_at is not null
    ) last on true
    where h.tenant_id = ${tx.tenantId} and h.facility_id = ${count.facilityId} and starts_with(upper(h.code), upper(${prefix}))
      and exists (select from godown.shelf_stock k where k.tenant_id = h.tenant_id and k.shelf_id = h.shelf_id and k.quantity > 0)
      and not exists (
        select from godown.cycle_count_shelf s
        where s.tenant_id = h.tenant_id and s.cycle_count_id = ${count.cycleCountId} and s.shelf_id = h.shelf_id)
    order by last.at nulls first, h.code limit ${most}`);
  return rows.map((row) => row.shelfId);
}

/** Takes shelves out of a count that were not begun. @returns the codes of those that stay because they were */
export async function deleteShelves(
  tx: Tx,
  cycleCountId: CycleCountId,
  shelfIds: readonly ShelfId[],
): Promise<{ removed: number; begun: string[] }> {
  const removed = await tx.count(sql`
    delete from godown.cycle_count_shelf
    where tenant_id = ${tx.tenantId} and cycle_count_id = ${cycleCountId} and shelf_id = any(${shelfIds}::uuid[]) and state = 'TO_COUNT'`);
  const left = await tx.run(sql<{ code: string }>`
    select h.code from godown.cycle_count_shelf s join godown.shelf h using (tenant_id, shelf_id)
    where s.tenant_id = ${tx.tenantId} and s.cycle_count_id = ${cycleCountId} and s.shelf_id = any(${shelfIds}::uuid[]) order by h.code`);
  return { removed, begun: left.map((row) => row.code) };
}

const shelfColumns = sql`s.shelf_id as "shelfId", h.code as shelf, s.state, s.round, s.counter_id as "counterId", s.counter,
  to_char(s.started_at at time zone f.zone, 'HH24:MI on DD Mon') as since`;
const shelfTables = sql`godown.cycle_count_shelf s join godown.shelf h using (tenant_id, shelf_id)
  join godown.facility f on f.tenant_id = h.tenant_id and f.facility_id = h.facility_id`;

/** Shelves of a count, locked in id order. */
export function lockCountShelves(
  tx: Tx,
  cycleCountId: CycleCountId,
  shelfIds: readonly ShelfId[],
): Promise<CountShelf[]> {
  return tx.run(sql<CountShelf>`
    select ${shelfColumns} from ${shelfTables}
    where s.tenant_id = ${tx.tenantId} and s.cycle_count_id = ${cycleCountId} and s.shelf_id = any(${shelfIds}::uuid[])
    order by s.shelf_id for update of s`);
}

/** The shelf of a count by what was scanned (case does not count), locked. */
export function lockCountShelf(tx: Tx, cycleCountId: CycleCountId, code: string): Promise<CountShelf | undefined> {
  return tx.first(sql<CountShelf>`
    select ${shelfColumns} from ${shelfTables}
    where s.tenant_id = ${tx.tenantId} and s.cycle_count_id = ${cycleCountId} and upper(h.code) = upper(${code})
    order by h.code <> ${code} limit 1 for update of s`);
}

/** Where shelves with a code are, for the words of a refusal. */
export function facilitiesWithShelf(tx: Tx, code: string): Promise<{ facilityId: FacilityId; facilityCode: string }[]> {
  return tx.run(sql<{ facilityId: FacilityId; facilityCode: string }>`
    select h.facility_id as "facilityId", f.code as "facilityCode" from godown.shelf h join godown.facility f using (tenant_id, facility_id)
    where h.tenant_id = ${tx.tenantId} and upper(h.code) = upper(${code}) order by f.code limit 20`);
}

/** What a shelf becomes when somebody begins it, or goes on with it. */
export async function saveCounting(
  tx: Tx,
  cycleCountId: CycleCountId,
  shelfId: ShelfId,
  by: { id: string | null; name: string; round: number },
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.cycle_count_shelf
    set state = 'COUNTING', round = ${by.round}, started_at = ${at}, counter_id = ${by.id}, counter = ${by.name}, counted_at = null
    where tenant_id = ${tx.tenantId} and cycle_count_id = ${cycleCountId} and shelf_id = ${shelfId}`);
}

export async function saveCounted(tx: Tx, cycleCountId: CycleCountId, shelfId: ShelfId, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.cycle_count_shelf set state = 'COUNTED', counted_at = ${at}
    where tenant_id = ${tx.tenantId} and cycle_count_id = ${cycleCountId} and shelf_id = ${shelfId}`);
}

/** Shelves wait to be counted again, as if nobody had begun them. */
export async function saveGivenUp(tx: Tx, cycleCountId: CycleCountId, shelfIds: readonly ShelfId[]): Promise<void> {
  await tx.run(sql`
    with lines as (
      delete from godown.cycle_count_line
      where tenant_id = ${tx.tenantId} and cycle_count_id = ${cycleCountId} and shelf_id = any(${shelfIds}::uuid[])
    )
    update godown.cycle_count_shelf set state = 'TO_COUNT', started_at = null, counter_id = null, counter = null, counted_at = null
    where tenant_id = ${tx.tenantId} and cycle_count_id = ${cycleCountId} and shelf_id = any(${shelfIds}::uuid[])`);
}

export async function saveAccepted(
  tx: Tx,
  cycleCountId: CycleCountId,
  shelfIds: readonly ShelfId[],
  by: string,
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.cycle_count_shelf set state = 'ACCEPTED', accepted_at = ${at}, accepted_by = ${by}
    where tenant_id = ${tx.tenantId} and cycle_count_id = ${cycleCountId} and shelf_id = any(${shelfIds}::uuid[])`);
}

/**
 * Work that still takes from shelves of a facility or puts onto them. A parcel that was packed without a pick list came from
 * a shelf that nobody wrote down: it may have come from any that holds its SKU, and the books count it there until it is
 * handed over.
 */
export function pendingWork(tx: Tx, facilityId: FacilityId, shelfIds: readonly ShelfId[]): Promise<PendingWork[]> {
  return tx.run(sql<PendingWork>`
    with held as materialized (
      select shelf_id, sku_id from godown.shelf_stock
      where tenant_id = ${tx.tenantId} and shelf_id = any(${shelfIds}::uuid[]) and bucket = 'good' and quantity > 0
    ), in_hand as materialized (
      select distinct p.code, u.sku_id from godown.shipping_package p
      join godown.sale_order_item u on u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id
      where p.tenant_id = ${tx.tenantId} and p.facility_id = ${facilityId} and p.state in ('PACKED', 'READY_TO_SHIP', 'MANIFESTED')
        and u.state in ('PACKED', 'READY_TO_SHIP', 'MANIFESTED') and u.sku_id in (select sku_id from held)
        and not exists (
          select from godown.picklist_item i
          where i.tenant_id = u.tenant_id and i.sale_order_item_id = u.sale_order_item_id and i.shipping_package_id = p.shipping_package_id
            and i.outcome is null and i.shelf_id is not null)
    )
    select distinct i.shelf_id as "shelfId", 'PICK' as kind, l.code as record
    from godown.picklist_item i
    join godown.sale_order_item u using (tenant_id, sale_order_item_id)
    join godown.picklist l on l.tenant_id = i.tenant_id and l.picklist_id = i.picklist_id
    where i.tenant_id = ${tx.tenantId} and i.sku_id in (select sku_id from held) and i.shelf_id = any(${shelfIds}::uuid[]) and i.outcome is null
      and u.shipping_package_id = i.shipping_package_id and u.state in ('PICKING_FOR_INVOICING', 'PACKED', 'READY_TO_SHIP', 'MANIFESTED')
    union
    select i.shelf_id, 'PUTAWAY', p.code from godown.putaway_item i join godown.putaway p using (tenant_id, putaway_id)
    where i.tenant_id = ${tx.tenantId} and i.facility_id = ${facilityId} and i.shelf_id = any(${shelfIds}::uuid[]) and i.completed_at is null
    union
    select h.shelf_id, 'IN_HAND', x.code from held h join in_hand x using (sku_id)
    order by 2, 3`);
}

/** What somebody scanned as a SKU: our code, or a channel's code of it. */
export interface ScannedSku {
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly isBundle: boolean;
  readonly own: boolean;
}

/** SKUs that a scanned code may mean: one with exactly our code wins, then in other letters' case, then a channel's code. */
export function skusOfScan(tx: Tx, code: string): Promise<ScannedSku[]> {
  return tx.run(sql<ScannedSku>`
    with found as (
      select k.sku_id, 0 as rank from godown.sku k where k.tenant_id = ${tx.tenantId} and k.code = ${code}
      union all
      select k.sku_id, 1 from godown.sku k where k.tenant_id = ${tx.tenantId} and k.code in (upper(${code}), lower(${code})) and k.code <> ${code}
      union all
      select l.sku_id, 2 from godown.listing l
      where l.tenant_id = ${tx.tenantId} and l.sku_id is not null and l.channel_sku = ${code}
    )
    select distinct k.sku_id as "skuId", k.code as sku, k.name, k.image_url as "imageUrl", k.is_bundle as "isBundle", f.rank < 2 as own
    from found f join godown.sku k on k.tenant_id = ${tx.tenantId} and k.sku_id = f.sku_id
    where f.rank = (select min(rank) from found) order by k.code limit 5`);
}
