import type { ChannelId, FacilityId, Instant, SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import { EXPECTED_STATES, type ReturnCaseId, type ReturnKind, type ReturnState } from "./return-case.ts";

/**
 * Tabs of the lists of returns: what is on its way (of reverse pickups: still with the customer, or picked up), here, waits for
 * its credit note (Pending RTO invoice, Pending CIR Return Invoice), lacks a unit (any of the three: awaiting action), is over.
 */
export const RETURN_TABS = [
  ...(["expected", "open", "pickedUp", "received", "awaiting"] as const),
  ...(["pendingInvoice", "missing", "completed", "cancelled"] as const),
] as const;
export type ReturnTab = (typeof RETURN_TABS)[number];

/** Days since a return was announced, as the ageing shows them. */
export const AGES = ["0-3", "4-7", "8-15", ">15"] as const;
export type Age = (typeof AGES)[number];
const AGE_DAYS: Readonly<Record<Age, readonly [number, number]>> = {
  "0-3": [0, 3],
  "4-7": [4, 7],
  "8-15": [8, 15],
  ">15": [16, 100_000],
};

export interface ReturnRow {
  readonly returnCaseId: ReturnCaseId;
  readonly code: string;
  readonly kind: ReturnKind;
  readonly state: ReturnState;
  readonly channelId: ChannelId;
  readonly channel: string;
  readonly source: string;
  readonly saleOrderId: SaleOrderId;
  readonly order: string;
  readonly packages: string[];
  readonly units: number;
  readonly missing: number;
  readonly channelReturnId: string | null;
  readonly reason: string | null;
  readonly courier: string | null;
  readonly awb: string | null;
  readonly announcedVia: string;
  readonly announcedAt: Instant;
  readonly ageDays: number;
  readonly dispatchFacility: string | null;
  readonly expectedFacility: string | null;
  readonly facility: string | null;
  readonly receivedAt: Instant | null;
  readonly receivedBy: string | null;
  readonly putAwayAt: Instant | null;
  readonly pendingSince: Instant | null;
  readonly completedAt: Instant | null;
  readonly cancelledAt: Instant | null;
  readonly replacement: string | null;
  readonly creditNoteDueId: string | null;
  readonly creditState: string | null;
  readonly creditAttempts: number | null;
  readonly creditMessage: string | null;
  readonly creditNextAttemptAt: Instant | null;
  readonly creditNotes: string | null;
}

export interface ReturnFilters {
  readonly kind?: ReturnKind | undefined;
  readonly tab?: ReturnTab | undefined;
  readonly channelId?: ChannelId | undefined;
  readonly facilityId?: FacilityId | undefined;
  readonly courier?: string | undefined;
  readonly age?: Age | undefined;
  readonly via?: string | undefined;
  readonly search?: string | undefined;
}

/** Where the units of a return left from: one facility, for a package leaves from one and few returns span two. */
const FROM = sql`left join lateral (
    select min(u.facility_id::text)::uuid as facility_id, count(*)::integer as units, (count(*) filter (where i.state = 'MISSING'))::integer as missing,
      coalesce(array_agg(distinct p.code) filter (where p.code is not null), '{}') as packages, string_agg(distinct x.code, ', ') as replacement,
      string_agg(distinct p.awb, ', ') as awbs, string_agg(distinct coalesce(s.code, p.channel_courier_code), ', ') as couriers
    from godown.return_item i join godown.sale_order_item u using (tenant_id, sale_order_item_id)
    left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
    left join godown.shipping_provider s on s.tenant_id = p.tenant_id and s.shipping_provider_id = p.shipping_provider_id
    left join godown.sale_order x on x.tenant_id = i.tenant_id and x.sale_order_id = i.instead_order_id
    where i.tenant_id = r.tenant_id and i.return_case_id = r.return_case_id
  ) n on true`;
const TABLES = sql`godown.return_case r
  join godown.channel c using (tenant_id, channel_id)
  join godown.sale_order o on o.tenant_id = r.tenant_id and o.sale_order_id = r.sale_order_id
  ${FROM}
  left join godown.return_route t on t.tenant_id = r.tenant_id and t.channel_id = r.channel_id and t.dispatch_facility_id = n.facility_id and t.kind = r.kind`;
const MORE = sql`
  left join godown.facility d on d.tenant_id = r.tenant_id and d.facility_id = n.facility_id
  left join godown.facility e on e.tenant_id = r.tenant_id and e.facility_id = coalesce(r.return_facility_id, t.return_facility_id, n.facility_id)
  left join godown.facility f on f.tenant_id = r.tenant_id and f.facility_id = r.facility_id
  left join lateral (
    select q.credit_note_due_id, q.state, q.attempts, q.message, q.next_attempt_at from godown.credit_note_due q
    where q.tenant_id = r.tenant_id and q.return_case_id = r.return_case_id and q.state <> 'DONE' order by q.state = 'FAILED' desc, q.next_attempt_at nulls last limit 1
  ) q on true
  left join lateral (
    select string_agg(k.number, ', ' order by k.issued_at) as numbers from godown.credit_note k
    where k.tenant_id = r.tenant_id and k.return_case_id = r.return_case_id and k.state <> 'CANCELLED'
  ) k on true`;

/** Parcels that turned round come back as they went, unless somebody said otherwise. */
const COURIER = sql`coalesce(r.courier_code, case when r.kind = 'RTO' then n.couriers end)`;
const AWB = sql`coalesce(r.awb, case when r.kind = 'RTO' then n.awbs end)`;

const columnsAt = (
  now: Instant,
) => sql`r.return_case_id as "returnCaseId", r.code, r.kind, r.state, r.channel_id as "channelId", c.code as channel, c.source, r.sale_order_id as "saleOrderId", o.code as "order",
  n.packages, n.units, n.missing, r.channel_return_id as "channelReturnId", r.reason, ${COURIER} as courier, ${AWB} as awb, r.announced_via as "announcedVia", r.announced_at as "announcedAt",
  ${ageDays(now)} as "ageDays", d.code as "dispatchFacility", e.code as "expectedFacility", f.code as facility, r.received_at as "receivedAt", r.received_by as "receivedBy",
  r.put_away_at as "putAwayAt", r.pending_since as "pendingSince", r.completed_at as "completedAt", r.cancelled_at as "cancelledAt", n.replacement,
  q.credit_note_due_id as "creditNoteDueId", q.state as "creditState", q.attempts as "creditAttempts", q.message as "creditMessage", q.next_attempt_at as "creditNextAttemptAt", k.numbers as "creditNotes"`;

/** Whole days since a return was announced. */
const ageDays = (now: Instant) =>
  sql`greatest(0, floor(extract(epoch from ${now}::timestamptz - r.announced_at) / 86400))::integer`;

/** A person sees the returns of places where he works: from where the goods left, where they are to come back, or where they are. */
const within = (facilities: "all" | readonly FacilityId[]) =>
  facilities === "all"
    ? undefined
    : sql`(n.facility_id = any(${facilities}::uuid[]) or r.facility_id = any(${facilities}::uuid[]) or r.return_facility_id = any(${facilities}::uuid[]) or t.return_facility_id = any(${facilities}::uuid[]))`;

/** A unit that the parcel came without. */
const MISSING = sql`exists (select from godown.return_item i where i.tenant_id = r.tenant_id and i.return_case_id = r.return_case_id and i.state = 'MISSING')`;

const inTab = (tab: ReturnTab) =>
  ({
    expected: sql`r.state = any(${EXPECTED_STATES}::text[])`,
    open: sql`r.state in ('CREATED', 'COURIER_ALLOCATED')`,
    pickedUp: sql`r.state = 'PICKED_UP'`,
    received: sql`r.state in ('RECEIVED', 'PUTAWAY')`,
    awaiting: sql`(r.state in ('RECEIVED', 'PUTAWAY', 'PENDING_INVOICE') or ${MISSING})`,
    pendingInvoice: sql`r.state = 'PENDING_INVOICE'`,
    missing: MISSING,
    completed: sql`r.state = 'COMPLETED'`,
    cancelled: sql`r.state = 'CANCELLED'`,
  })[tab];

const ofAge = (age: Age, now: Instant) => {
  const [from, to] = AGE_DAYS[age];
  return sql`${ageDays(now)} between ${from}::integer and ${to}::integer`;
};

export async function listReturns(ctx: Ctx, tx: Tx, filters: ReturnFilters, page: Page): Promise<ListPage<ReturnRow>> {
  const { search } = filters;
  const base = all([
    sql`r.tenant_id = ${tx.tenantId}`,
    within(ctx.facilities),
    filters.kind === undefined ? undefined : sql`r.kind = ${filters.kind}`,
    filters.channelId === undefined ? undefined : sql`r.channel_id = ${filters.channelId}`,
    filters.facilityId === undefined ? undefined : within([filters.facilityId]),
    filters.courier === undefined ? undefined : sql`r.courier_code = ${filters.courier}`,
    filters.age === undefined ? undefined : ofAge(filters.age, ctx.now),
    filters.via === undefined ? undefined : sql`r.announced_via = ${filters.via}`,
    search
      ? sql`(r.code ilike ${containing(search)} or r.channel_return_id ilike ${containing(search)} or ${AWB} ilike ${containing(search)} or o.code ilike ${containing(search)} or array_to_string(n.packages, ' ') ilike ${containing(search)})`
      : undefined,
  ]);
  const where = all([base, filters.tab === undefined ? undefined : inTab(filters.tab)]);
  const sort = {
    announcedAt: sql`r.announced_at`,
    receivedAt: sql`r.received_at`,
    pendingSince: sql`r.pending_since`,
    code: sql`r.code`,
  }[page.sort];
  const direction = page.descending ? sql`desc nulls last` : sql`asc nulls last`;
  // Units are looked at for every return only where places or a search ask for them; otherwise for those of the page.
  const asksForMore = ctx.facilities !== "all" || filters.facilityId !== undefined || Boolean(search);
  const from = asksForMore ? TABLES : sql`godown.return_case r`;
  const order = sql`order by ${sort ?? sql`r.announced_at`} ${direction}, r.return_case_id`;
  const rows = await tx.run(sql<ReturnRow>`
    with page as materialized (select r.return_case_id from ${from} where ${where} ${order} limit ${page.limit} offset ${page.offset})
    select ${columnsAt(ctx.now)} from ${TABLES} ${MORE}
    where r.tenant_id = ${tx.tenantId} and r.return_case_id in (select return_case_id from page) ${order}`);
  const counted = await tx.one(sql<Record<ReturnTab, number> & { total: number }>`
    select ${sql.join(RETURN_TABS.map((tab) => sql`(count(*) filter (where ${inTab(tab)}))::integer as ${sql.ref(tab)}`))}, count(*)::integer as total
    from ${from} where ${base}`);
  const { total, ...counts } = counted;
  return { rows, total: filters.tab === undefined ? total : counts[filters.tab], counts };
}

export function returnById(
  ctx: Pick<Ctx, "facilities" | "now">,
  tx: Tx,
  id: ReturnCaseId,
): Promise<ReturnRow | undefined> {
  return tx.first(sql<ReturnRow>`
    select ${columnsAt(ctx.now)} from ${TABLES} ${MORE}
    where ${all([sql`r.tenant_id = ${tx.tenantId} and r.return_case_id = ${id}`, within(ctx.facilities)])}`);
}

/** Expected returns of one channel and courier, by how long they have been expected. */
export interface AgeingRow {
  readonly kind: ReturnKind;
  readonly channelId: ChannelId;
  readonly channel: string;
  readonly courier: string | null;
  readonly days0to3: number;
  readonly days4to7: number;
  readonly days8to15: number;
  readonly daysOver15: number;
  readonly total: number;
  readonly oldestAt: Instant;
}

export function ageing(
  ctx: Ctx,
  tx: Tx,
  filters: { kind?: ReturnKind | undefined; facilityId?: FacilityId | undefined },
): Promise<AgeingRow[]> {
  const where = all([
    sql`r.tenant_id = ${tx.tenantId}`,
    inTab("expected"),
    within(ctx.facilities),
    filters.kind === undefined ? undefined : sql`r.kind = ${filters.kind}`,
    filters.facilityId === undefined ? undefined : within([filters.facilityId]),
  ]);
  const count = (age: Age) => sql`(count(*) filter (where ${ofAge(age, ctx.now)}))::integer`;
  return tx.run(sql<AgeingRow>`
    select r.kind, r.channel_id as "channelId", c.code as channel, r.courier_code as courier, ${count("0-3")} as "days0to3", ${count("4-7")} as "days4to7", ${count("8-15")} as "days8to15",
      ${count(">15")} as "daysOver15", count(*)::integer as total, min(r.announced_at) as "oldestAt"
    from ${TABLES} where ${where} group by 1, 2, 3, 4 order by r.kind desc, c.code, r.courier_code nulls last`);
}
