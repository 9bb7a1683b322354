import type { FacilityId, SkuId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { Entry, Level, ShelfBucket, ShelfId } from "./ledger.ts";

type Pair = { readonly facilityId: FacilityId; readonly skuId: SkuId };

/** Locks the levels of pairs in (facility, SKU) order; pairs that have none yet are absent. */
export function lockLevels(tx: Tx, pairs: readonly Pair[]): Promise<(Pair & Level)[]> {
  return tx.run(sql<Pair & Level>`
    select l.facility_id as "facilityId", l.sku_id as "skuId", l.good, l.blocked, l.bad, l.qc_rejected, l.putaway_pending, l.not_found, l.virtual
    from jsonb_to_recordset(${json(pairs)}) as w("facilityId" uuid, "skuId" uuid)
    join godown.stock_level l on l.tenant_id = ${tx.tenantId} and l.facility_id = w."facilityId" and l.sku_id = w."skuId"
    order by l.facility_id, l.sku_id for update of l`);
}

export async function makeLevels(tx: Tx, pairs: readonly Pair[], at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    insert into godown.stock_level (tenant_id, facility_id, sku_id, updated_at)
    select ${tx.tenantId}, w."facilityId", w."skuId", ${at}
    from jsonb_to_recordset(${json(pairs)}) as w("facilityId" uuid, "skuId" uuid)
    order by w."facilityId", w."skuId" on conflict do nothing`);
}

/** What lies on a shelf; null where nothing of the SKU ever did. */
export interface OnShelf {
  readonly shelfId: ShelfId;
  readonly code: string;
  readonly facilityCode: string;
  /** The code of the cycle count that counts the shelf at this moment. */
  readonly counting: string | null;
  readonly skuId: SkuId | null;
  readonly bucket: ShelfBucket | null;
  readonly quantity: number;
}

/**
 * The shelves of the entries and what lies on them; a shelf without stock of these SKUs has one row. The lock on the level
 * guards the quantities: a shelf belongs to one facility. The share lock guards the shelf itself: a count that begins at
 * this moment is seen, or waits until these entries are posted and counts what they made of it.
 */
export function readShelves(tx: Tx, entries: readonly Pick<Entry, "shelfId" | "skuId">[]): Promise<OnShelf[]> {
  return tx.run(sql<OnShelf>`
    with wanted as materialized (
      select distinct w."shelfId", w."skuId" from jsonb_to_recordset(${json(entries)}) as w("shelfId" uuid, "skuId" uuid) where w."shelfId" is not null
    ), held as materialized (
      select h.shelf_id, h.facility_id, h.code, h.counting from godown.shelf h
      where h.tenant_id = ${tx.tenantId} and h.shelf_id in (select "shelfId" from wanted)
      order by h.shelf_id for share
    )
    select h.shelf_id as "shelfId", h.code, f.code as "facilityCode", h.counting, s.sku_id as "skuId", s.bucket, coalesce(s.quantity, 0) as quantity
    from held h join godown.facility f on f.tenant_id = ${tx.tenantId} and f.facility_id = h.facility_id
    left join godown.shelf_stock s on s.tenant_id = ${tx.tenantId} and s.shelf_id = h.shelf_id
      and (s.shelf_id, s.sku_id) in (select "shelfId", "skuId" from wanted)`);
}

/** Writes ledger rows, and their sums onto levels and shelves, in one statement. */
export async function writeEntries(
  tx: Tx,
  entries: readonly (Entry & { id: string })[],
  at: Temporal.Instant,
  actorName: string,
): Promise<void> {
  await tx.run(sql`
    with given as materialized (
      select * from jsonb_to_recordset(${json(entries)}) as e(id uuid, "facilityId" uuid, "skuId" uuid, "shelfId" uuid, bucket text, quantity integer, cause text, "causeType" text, "causeId" uuid, note text)
    ), ledger as (
      insert into godown.stock_ledger (tenant_id, stock_ledger_id, facility_id, sku_id, shelf_id, bucket, quantity, cause, cause_type, cause_id, note, at, actor_name)
      select ${tx.tenantId}, id, "facilityId", "skuId", "shelfId", bucket, quantity, cause, "causeType", "causeId", note, ${at}, ${actorName} from given
    ), sums as (
      select "facilityId", "skuId",
        coalesce(sum(quantity) filter (where bucket = 'good'), 0) as good, coalesce(sum(quantity) filter (where bucket = 'blocked'), 0) as blocked,
        coalesce(sum(quantity) filter (where bucket = 'bad'), 0) as bad, coalesce(sum(quantity) filter (where bucket = 'qc_rejected'), 0) as qc_rejected,
        coalesce(sum(quantity) filter (where bucket = 'putaway_pending'), 0) as putaway_pending, coalesce(sum(quantity) filter (where bucket = 'not_found'), 0) as not_found,
        coalesce(sum(quantity) filter (where bucket = 'virtual'), 0) as virtual
      from given group by 1, 2
    ), levels as (
      update godown.stock_level l set good = l.good + s.good, blocked = l.blocked + s.blocked, bad = l.bad + s.bad, qc_rejected = l.qc_rejected + s.qc_rejected,
        putaway_pending = l.putaway_pending + s.putaway_pending, not_found = l.not_found + s.not_found, virtual = l.virtual + s.virtual, updated_at = ${at}
      from sums s where l.tenant_id = ${tx.tenantId} and l.facility_id = s."facilityId" and l.sku_id = s."skuId"
    ), shelves as (
      select "shelfId", "skuId", bucket, sum(quantity) as quantity from given where "shelfId" is not null group by 1, 2, 3 having sum(quantity) <> 0
    ), moved as (
      update godown.shelf_stock t set quantity = t.quantity + s.quantity
      from shelves s where t.tenant_id = ${tx.tenantId} and t.shelf_id = s."shelfId" and t.sku_id = s."skuId" and t.bucket = s.bucket
      returning t.shelf_id, t.sku_id, t.bucket
    )
    -- Not "on conflict": CHECK (quantity >= 0) would judge the negative row proposed, before the conflict is seen.
    insert into godown.shelf_stock (tenant_id, shelf_id, sku_id, bucket, quantity)
    select ${tx.tenantId}, "shelfId", "skuId", bucket, quantity from shelves s
    where not exists (select from moved m where m.shelf_id = s."shelfId" and m.sku_id = s."skuId" and m.bucket = s.bucket)`);
}

/** Codes for the words of a refusal. */
export async function namesOf(
  tx: Tx,
  wanted: readonly { facilityId: FacilityId; skuId: SkuId; shelfId: ShelfId | null }[],
): Promise<
  {
    facilityId: FacilityId;
    skuId: SkuId;
    shelfId: ShelfId | null;
    facility: string;
    sku: string;
    shelf: string | null;
  }[]
> {
  return tx.run(sql<{
    facilityId: FacilityId;
    skuId: SkuId;
    shelfId: ShelfId | null;
    facility: string;
    sku: string;
    shelf: string | null;
  }>`
    select w."facilityId", w."skuId", w."shelfId", f.code as facility, s.code as sku, h.code as shelf
    from jsonb_to_recordset(${json(wanted)}) as w("facilityId" uuid, "skuId" uuid, "shelfId" uuid)
    join godown.facility f on f.tenant_id = ${tx.tenantId} and f.facility_id = w."facilityId"
    join godown.sku s on s.tenant_id = ${tx.tenantId} and s.sku_id = w."skuId"
    left join godown.shelf h on h.tenant_id = ${tx.tenantId} and h.shelf_id = w."shelfId"`);
}
