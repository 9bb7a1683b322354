import type { ShelfBucket } from "../inventory/index.ts";
import type { FacilityId, Instant, LocalDate, Paise, SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { ShelfId } from "../warehouse/index.ts";
import type { CountedBucket, CountShelfState, CycleCountId, CycleCountState } from "./cycle-count.ts";

const direction = (page: Page) => (page.descending ? sql`desc` : sql`asc`);

function place(ctx: Ctx, column: ReturnType<typeof sql>, facilityId: FacilityId | undefined) {
  return all([
    ctx.facilities === "all" ? undefined : sql`${column} = any(${ctx.facilities}::uuid[])`,
    facilityId === undefined ? undefined : sql`${column} = ${facilityId}`,
  ]);
}

export interface CountRow {
  readonly cycleCountId: CycleCountId;
  readonly code: string;
  readonly state: CycleCountState;
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly targetOn: LocalDate;
  /** The target date has passed in the facility's zone, and the count is not ended. */
  readonly late: boolean;
  readonly note: string | null;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly startedAt: Instant | null;
  readonly closedAt: Instant | null;
  readonly closedBy: string | null;
  readonly shelves: number;
  readonly counting: number;
  readonly toAccept: number;
  readonly accepted: number;
  /** Shelves that are counted or accepted, and those of them without any difference. */
  readonly judged: number;
  readonly right: number;
  /** Pieces on the judged shelves: in the books, missing there, and more than the books say. */
  readonly expected: number;
  readonly missing: number;
  readonly extra: number;
  /** At MRP, of SKUs that have one. */
  readonly missingValue: Paise;
  readonly extraValue: Paise;
}

/** Sums of counted shelves: of one shelf or of all of a count. `l` is the line, `k` its SKU. */
const sums = sql`coalesce(sum(l.expected) filter (where l.bucket <> 'not_found'), 0)::integer as expected,
  coalesce(sum(l.counted), 0)::integer as counted,
  coalesce(sum(greatest(l.expected - l.counted, 0)) filter (where l.bucket <> 'not_found'), 0)::integer as missing,
  coalesce(sum(greatest(l.counted - l.expected, 0)), 0)::integer as extra,
  coalesce(sum(greatest(l.expected - l.counted, 0) * k.mrp_paise) filter (where l.bucket <> 'not_found'), 0)::bigint as missing_value,
  coalesce(sum(greatest(l.counted - l.expected, 0) * k.mrp_paise), 0)::bigint as extra_value`;

const countColumns = sql`c.cycle_count_id as "cycleCountId", c.code, c.state, c.facility_id as "facilityId", f.code as facility, c.target_on as "targetOn",
  c.note, c.created_at as "createdAt", c.created_by as "createdBy", c.started_at as "startedAt", c.closed_at as "closedAt", c.closed_by as "closedBy",
  n.shelves, n.counting, n.to_accept as "toAccept", n.accepted, n.judged, n."right", v.expected, v.missing, v.extra,
  v.missing_value as "missingValue", v.extra_value as "extraValue"`;
const countTables = sql`godown.cycle_count c join godown.facility f using (tenant_id, facility_id)
  cross join lateral (
    select count(*) as shelves, count(*) filter (where s.state = 'COUNTING') as counting, count(*) filter (where s.state = 'COUNTED') as to_accept,
      count(*) filter (where s.state = 'ACCEPTED') as accepted, count(*) filter (where s.state in ('COUNTED', 'ACCEPTED')) as judged,
      count(*) filter (where s.state in ('COUNTED', 'ACCEPTED') and not exists (
        select from godown.cycle_count_line l where l.tenant_id = s.tenant_id and l.cycle_count_id = s.cycle_count_id and l.shelf_id = s.shelf_id
          and l.bucket <> 'not_found' and l.expected <> l.counted)) as "right"
    from godown.cycle_count_shelf s where s.tenant_id = c.tenant_id and s.cycle_count_id = c.cycle_count_id
  ) n
  cross join lateral (
    select ${sums} from godown.cycle_count_shelf s
    join godown.cycle_count_line l using (tenant_id, cycle_count_id, shelf_id)
    join godown.sku k on k.tenant_id = l.tenant_id and k.sku_id = l.sku_id
    where s.tenant_id = c.tenant_id and s.cycle_count_id = c.cycle_count_id and s.state in ('COUNTED', 'ACCEPTED')
  ) v`;

function isLate(now: Instant) {
  return sql`c.state in ('CREATED', 'IN_PROGRESS') and c.target_on < (${now}::timestamptz at time zone f.zone)::date`;
}

export interface CountFilters {
  state?: CycleCountState | undefined;
  facilityId?: FacilityId | undefined;
  late?: boolean | undefined;
  search?: string | undefined;
}

export async function listCounts(ctx: Ctx, tx: Tx, filters: CountFilters, page: Page): Promise<ListPage<CountRow>> {
  const within = all([
    sql`c.tenant_id = ${tx.tenantId}`,
    place(ctx, sql`c.facility_id`, filters.facilityId),
    filters.late === undefined ? undefined : sql`(${isLate(ctx.now)}) = ${filters.late}`,
    filters.search
      ? sql`(c.code ilike ${containing(filters.search)} or c.note ilike ${containing(filters.search)})`
      : undefined,
  ]);
  const where = all([within, filters.state === undefined ? undefined : sql`c.state = ${filters.state}`]);
  const sort = { code: sql`c.code`, targetOn: sql`c.target_on`, createdAt: sql`c.created_at` }[page.sort];
  // The page is chosen first: the sums of counts that are not shown are not made.
  const rows = await tx.run(sql<CountRow>`
    select ${countColumns}, ${isLate(ctx.now)} as late from ${countTables}
    where c.tenant_id = ${tx.tenantId} and c.cycle_count_id in (
      select c.cycle_count_id from godown.cycle_count c join godown.facility f using (tenant_id, facility_id) where ${where}
      order by ${sort ?? sql`c.created_at`} ${direction(page)}, c.cycle_count_id limit ${page.limit} offset ${page.offset})
    order by ${sort ?? sql`c.created_at`} ${direction(page)}, c.cycle_count_id`);
  const states = await tx.run(sql<{ state: CycleCountState; count: number }>`
    select c.state, count(*) as count from godown.cycle_count c join godown.facility f using (tenant_id, facility_id) where ${within} group by 1`);
  const counts = Object.fromEntries(states.map((s) => [s.state, s.count]));
  const total = filters.state === undefined ? states.reduce((n, s) => n + s.count, 0) : (counts[filters.state] ?? 0);
  return { rows, total, counts };
}

export async function countDetail(
  ctx: Ctx,
  tx: Tx,
  cycleCountId: CycleCountId,
): Promise<(CountRow & { subCounts: SubCountRow[] }) | undefined> {
  const row = await tx.first(sql<CountRow>`
    select ${countColumns}, ${isLate(ctx.now)} as late from ${countTables}
    where ${all([sql`c.tenant_id = ${tx.tenantId}`, sql`c.cycle_count_id = ${cycleCountId}`, place(ctx, sql`c.facility_id`, undefined)])}`);
  if (!row) return undefined;
  const subCounts = await tx.run(sql<SubCountRow>`
    select b.number, b.name, count(s.shelf_id) as shelves, count(*) filter (where s.state in ('COUNTED', 'ACCEPTED')) as counted
    from godown.cycle_sub_count b
    left join godown.cycle_count_shelf s on s.tenant_id = b.tenant_id and s.cycle_count_id = b.cycle_count_id and s.sub_count = b.number
    where b.tenant_id = ${tx.tenantId} and b.cycle_count_id = ${cycleCountId} group by b.number, b.name order by b.number`);
  return { ...row, subCounts };
}

/** A part of a count. */
export interface SubCountRow {
  readonly number: number;
  readonly name: string;
  readonly shelves: number;
  readonly counted: number;
}

export interface CountShelfRow {
  readonly shelfId: ShelfId;
  readonly shelf: string;
  readonly enabled: boolean;
  readonly subCount: number;
  readonly subCountName: string;
  readonly state: CountShelfState;
  readonly round: number;
  readonly counter: string | null;
  readonly startedAt: Instant | null;
  readonly countedAt: Instant | null;
  readonly acceptedAt: Instant | null;
  readonly acceptedBy: string | null;
  /** Null until the shelf is counted: who counts is not told what is expected. */
  readonly expected: number | null;
  readonly counted: number | null;
  readonly missing: number | null;
  readonly extra: number | null;
  readonly missingValue: Paise | null;
  readonly extraValue: Paise | null;
}

export interface CountShelfFilters {
  cycleCountId: CycleCountId;
  state?: CountShelfState | undefined;
  subCount?: number | undefined;
  different?: boolean | undefined;
  search?: string | undefined;
}

const judged = sql`s.state in ('COUNTED', 'ACCEPTED')`;
const countShelfTables = sql`godown.cycle_count_shelf s join godown.shelf h using (tenant_id, shelf_id)
  join godown.cycle_sub_count b on b.tenant_id = s.tenant_id and b.cycle_count_id = s.cycle_count_id and b.number = s.sub_count
  cross join lateral (
    select ${sums} from godown.cycle_count_line l join godown.sku k using (tenant_id, sku_id)
    where l.tenant_id = s.tenant_id and l.cycle_count_id = s.cycle_count_id and l.shelf_id = s.shelf_id
  ) v`;

/** The shelves of a count. */
export async function listCountShelves(
  ctx: Ctx,
  tx: Tx,
  filters: CountShelfFilters,
  page: Page,
): Promise<ListPage<CountShelfRow>> {
  const within = all([
    sql`s.tenant_id = ${tx.tenantId}`,
    sql`s.cycle_count_id = ${filters.cycleCountId}`,
    place(ctx, sql`h.facility_id`, undefined),
    filters.subCount === undefined ? undefined : sql`s.sub_count = ${filters.subCount}`,
    filters.different === undefined ? undefined : sql`(${judged} and v.missing + v.extra > 0) = ${filters.different}`,
    filters.search ? sql`h.code ilike ${containing(filters.search)}` : undefined,
  ]);
  const where = all([within, filters.state === undefined ? undefined : sql`s.state = ${filters.state}`]);
  const sort = {
    shelf: sql`h.code`,
    countedAt: sql`s.counted_at`,
    missing: sql`case when ${judged} then v.missing + v.extra end`,
  }[page.sort];
  const rows = await tx.run(sql<CountShelfRow>`
    select s.shelf_id as "shelfId", h.code as shelf, h.enabled, s.sub_count as "subCount", b.name as "subCountName", s.state, s.round, s.counter,
      s.started_at as "startedAt", s.counted_at as "countedAt", s.accepted_at as "acceptedAt", s.accepted_by as "acceptedBy",
      case when ${judged} then v.expected end as expected, case when ${judged} then v.counted end as counted,
      case when ${judged} then v.missing end as missing, case when ${judged} then v.extra end as extra,
      case when ${judged} then v.missing_value end as "missingValue", case when ${judged} then v.extra_value end as "extraValue"
    from ${countShelfTables} where ${where}
    order by ${sort ?? sql`h.code`} ${direction(page)} nulls last, h.code limit ${page.limit} offset ${page.offset}`);
  const states = await tx.run(sql<{ state: CountShelfState; count: number }>`
    select s.state, count(*) as count from ${countShelfTables} where ${within} group by 1`);
  const counts = Object.fromEntries(states.map((s) => [s.state, s.count]));
  const total = filters.state === undefined ? states.reduce((n, s) => n + s.count, 0) : (counts[filters.state] ?? 0);
  return { rows, total, counts };
}

export interface VarianceRow {
  readonly shelfId: ShelfId;
  readonly shelf: string;
  readonly state: CountShelfState;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly bucket: ShelfBucket;
  readonly expected: number;
  readonly counted: number;
  readonly difference: number;
  readonly mrp: Paise | null;
  /** The difference at MRP; null for a SKU without one. */
  readonly value: Paise | null;
  readonly counter: string | null;
  readonly countedAt: Instant | null;
  readonly acceptedAt: Instant | null;
  readonly acceptedBy: string | null;
}

export interface VarianceFilters {
  cycleCountId: CycleCountId;
  shelfId?: ShelfId | undefined;
  different?: boolean | undefined;
  bucket?: ShelfBucket | undefined;
  search?: string | undefined;
}

/** What was expected and what was found, line by line, of shelves that are counted. */
export async function listVariances(
  ctx: Ctx,
  tx: Tx,
  filters: VarianceFilters,
  page: Page,
): Promise<ListPage<VarianceRow>> {
  const where = all([
    sql`l.tenant_id = ${tx.tenantId}`,
    sql`l.cycle_count_id = ${filters.cycleCountId}`,
    judged,
    place(ctx, sql`h.facility_id`, undefined),
    filters.shelfId === undefined ? undefined : sql`l.shelf_id = ${filters.shelfId}`,
    filters.different === undefined ? undefined : sql`(l.expected <> l.counted) = ${filters.different}`,
    filters.bucket === undefined ? undefined : sql`l.bucket = ${filters.bucket}`,
    filters.search
      ? sql`(k.code ilike ${containing(filters.search)} or k.name ilike ${containing(filters.search)} or h.code ilike ${containing(filters.search)})`
      : undefined,
  ]);
  const tables = sql`godown.cycle_count_line l
    join godown.cycle_count_shelf s using (tenant_id, cycle_count_id, shelf_id)
    join godown.shelf h on h.tenant_id = l.tenant_id and h.shelf_id = l.shelf_id
    join godown.sku k on k.tenant_id = l.tenant_id and k.sku_id = l.sku_id`;
  const sort = {
    shelf: sql`h.code`,
    sku: sql`k.code`,
    difference: sql`abs(l.counted - l.expected)`,
    value: sql`abs((l.counted - l.expected) * k.mrp_paise)`,
  }[page.sort];
  const rows = await tx.run(sql<VarianceRow>`
    select l.shelf_id as "shelfId", h.code as shelf, s.state, l.sku_id as "skuId", k.code as sku, k.name, k.image_url as "imageUrl", l.bucket, l.expected, l.counted,
      l.counted - l.expected as difference, k.mrp_paise as mrp, (l.counted - l.expected) * k.mrp_paise as value, s.counter,
      s.counted_at as "countedAt", s.accepted_at as "acceptedAt", s.accepted_by as "acceptedBy"
    from ${tables} where ${where}
    order by ${sort ?? sql`h.code`} ${direction(page)} nulls last, h.code, k.code, l.bucket limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${tables} where ${where}`);
  return { rows, total };
}

export interface ShelfHistoryRow {
  readonly shelfId: ShelfId;
  readonly shelf: string;
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly enabled: boolean;
  readonly skus: number;
  readonly pieces: number;
  /** The count that counts it at this moment. */
  readonly counting: string | null;
  readonly counts: number;
  readonly lastCountedAt: Instant | null;
  readonly lastCountId: CycleCountId | null;
  readonly lastCount: string | null;
  /** Pieces that were missing or more at its last count. */
  readonly lastMissing: number | null;
  readonly lastExtra: number | null;
}

export interface ShelfHistoryFilters {
  facilityId?: FacilityId | undefined;
  never?: boolean | undefined;
  stocked?: boolean | undefined;
  search?: string | undefined;
}

/** When each shelf was counted last, and how right its books were. */
export async function listShelfHistory(
  ctx: Ctx,
  tx: Tx,
  filters: ShelfHistoryFilters,
  page: Page,
): Promise<ListPage<ShelfHistoryRow>> {
  const where = all([
    sql`h.tenant_id = ${tx.tenantId}`,
    place(ctx, sql`h.facility_id`, filters.facilityId),
    filters.never === undefined ? undefined : sql`(p.counts = 0) = ${filters.never}`,
    filters.stocked === undefined ? undefined : sql`(k.pieces > 0) = ${filters.stocked}`,
    filters.search ? sql`h.code ilike ${containing(filters.search)}` : undefined,
  ]);
  const tables = sql`godown.shelf h join godown.facility f using (tenant_id, facility_id)
    cross join lateral (
      select count(distinct x.sku_id) as skus, coalesce(sum(x.quantity), 0)::integer as pieces from godown.shelf_stock x
      where x.tenant_id = h.tenant_id and x.shelf_id = h.shelf_id and x.quantity > 0
    ) k
    cross join lateral (
      select count(*) as counts, max(s.accepted_at) as last_at from godown.cycle_count_shelf s
      where s.tenant_id = h.tenant_id and s.shelf_id = h.shelf_id and s.accepted_at is not null
    ) p`;
  const last = sql`left join lateral (
      select s.cycle_count_id, c.code from godown.cycle_count_shelf s join godown.cycle_count c using (tenant_id, cycle_count_id)
      where s.tenant_id = h.tenant_id and s.shelf_id = h.shelf_id and s.accepted_at is not null
      order by s.accepted_at desc limit 1
    ) r on true
    left join lateral (
      select ${sums} from godown.cycle_count_line l join godown.sku k using (tenant_id, sku_id)
      where l.tenant_id = h.tenant_id and l.cycle_count_id = r.cycle_count_id and l.shelf_id = h.shelf_id
    ) v on r.cycle_count_id is not null`;
  const sort = { shelf: sql`h.code`, lastCountedAt: sql`p.last_at`, pieces: sql`k.pieces` }[page.sort];
  // Never counted comes before long ago.
  const rows = await tx.run(sql<ShelfHistoryRow>`
    select h.shelf_id as "shelfId", h.code as shelf, h.facility_id as "facilityId", f.code as facility, h.enabled, k.skus, k.pieces, h.counting,
      p.counts, p.last_at as "lastCountedAt", r.cycle_count_id as "lastCountId", r.code as "lastCount", v.missing as "lastMissing", v.extra as "lastExtra"
    from ${tables} ${last} where ${where}
    order by ${sort ?? sql`h.code`} ${page.descending ? sql`desc nulls last` : sql`asc nulls first`}, f.code, h.code
    limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${tables} where ${where}`);
  return { rows, total };
}

/** A line as its counter sees it: what was counted so far, nothing of what is expected. */
export interface BlindLine {
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly bucket: CountedBucket;
  readonly counted: number;
}

/** A shelf that is being counted, for its counter. */
export async function blindShelf(
  ctx: Ctx,
  tx: Tx,
  of: { cycleCountId: CycleCountId; shelfId: ShelfId },
): Promise<{ shelf: string; state: CountShelfState; counter: string | null; lines: BlindLine[] } | undefined> {
  const shelf = await tx.first(sql<{ shelf: string; state: CountShelfState; counter: string | null }>`
    select h.code as shelf, s.state, s.counter from godown.cycle_count_shelf s join godown.shelf h using (tenant_id, shelf_id)
    where ${all([
      sql`s.tenant_id = ${tx.tenantId}`,
      sql`s.cycle_count_id = ${of.cycleCountId}`,
      sql`s.shelf_id = ${of.shelfId}`,
      place(ctx, sql`h.facility_id`, undefined),
    ])}`);
  if (!shelf) return undefined;
  const lines = await tx.run(sql<BlindLine>`
    select l.sku_id as "skuId", k.code as sku, k.name, k.image_url as "imageUrl", l.bucket, l.counted
    from godown.cycle_count_line l join godown.sku k using (tenant_id, sku_id)
    where l.tenant_id = ${tx.tenantId} and l.cycle_count_id = ${of.cycleCountId} and l.shelf_id = ${of.shelfId} and l.counted > 0
    order by k.code, l.bucket`);
  return { ...shelf, lines };
}
