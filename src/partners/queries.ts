import type { Id, Instant, SaleOrderId, ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { LineFacts } from "./alarms.ts";
import type { Partner, PartnerDeliveryId, PartnerEvent, PartnerId } from "./partner.ts";
import type { AttemptOutcome, DeliveryState, Line } from "./rule.ts";

const LATENCY_HOURS = 1;

/** How the line to a partner is, and what went over it. */
export interface PartnerOverview {
  readonly held: Line["held"];
  readonly heldSince: Instant | null;
  readonly heldUntil: Instant | null;
  readonly failures: number;
  readonly failingSince: Instant | null;
  readonly lastMessage: string | null;
  readonly lastAnswerAt: Instant | null;
  readonly lastDeliveredAt: Instant | null;
  readonly waiting: number;
  readonly oldestWaitingAt: Instant | null;
  /** Since midnight where the first facility stands. */
  readonly deliveredToday: number;
  /** Refused or given up, and not dismissed. */
  readonly flagged: number;
  /** Of what was delivered within the last hour, from the event to the partner's word. Null: nothing was. */
  readonly medianMs: number | null;
  readonly p99Ms: number | null;
}

export type PartnerRow = Partner & PartnerOverview;

/** Partners with how they do, by code; one alone where its id is given. */
export function listPartners(tx: Tx, now: Instant, partnerId: PartnerId | null = null): Promise<PartnerRow[]> {
  return tx.run(sql<PartnerRow>`
    select p.partner_id as "partnerId", p.code, p.name, p.base_url as "baseUrl", p.auth, p.header_name as "headerName", p.username,
      p.secret_set_at as "secretSetAt", p.secret_set_by as "secretSetBy", p.credentials_version as "credentialsVersion", p.events, p.enabled,
      p.created_at as "createdAt", p.updated_at as "updatedAt",
      (select array_agg(c.channel_id) from godown.partner_channel c where c.tenant_id = p.tenant_id and c.partner_id = p.partner_id) as "channelIds",
      (select array_agg(f.facility_id) from godown.partner_facility f where f.tenant_id = p.tenant_id and f.partner_id = p.partner_id) as "facilityIds",
      l.held, l.held_since as "heldSince", l.held_until as "heldUntil", l.failures, l.failing_since as "failingSince",
      l.last_message as "lastMessage", l.last_answer_at as "lastAnswerAt", l.last_delivered_at as "lastDeliveredAt",
      w.waiting, w.oldest as "oldestWaitingAt", s.today as "deliveredToday", g.flagged, s.median as "medianMs", s.p99 as "p99Ms"
    from godown.partner p join godown.partner_line l using (tenant_id, partner_id)
    cross join lateral (
      select count(*)::integer as waiting, min(d.created_at) as oldest from godown.partner_delivery d
      where d.tenant_id = p.tenant_id and d.partner_id = p.partner_id and d.state = 'PENDING') w
    cross join lateral (
      select count(*)::integer as flagged from godown.partner_delivery d
      where d.tenant_id = p.tenant_id and d.partner_id = p.partner_id and d.state in ('FAILED', 'GIVEN_UP') and d.dismissed_at is null) g
    cross join (
      select date_trunc('day', ${now}::timestamptz at time zone z.zone) at time zone z.zone as midnight
      from (select coalesce((select f.zone from godown.facility f where f.tenant_id = ${tx.tenantId} order by f.created_at, f.facility_id limit 1), 'Asia/Kolkata') as zone) z) t
    cross join lateral (
      select count(*) filter (where d.settled_at >= t.midnight)::integer as today,
        round(percentile_cont(0.5) within group (order by d.ms) filter (where d.settled_at >= h.hour_ago))::integer as median,
        round(percentile_cont(0.99) within group (order by d.ms) filter (where d.settled_at >= h.hour_ago))::integer as p99
      from (select ${now.subtract({ hours: LATENCY_HOURS })}::timestamptz as hour_ago) h,
        lateral (
          select e.settled_at, (extract(epoch from e.settled_at - e.created_at) * 1000)::double precision as ms from godown.partner_delivery e
          where e.tenant_id = p.tenant_id and e.partner_id = p.partner_id and e.state = 'DELIVERED'
            and e.settled_at is not null and e.settled_at >= least(t.midnight, h.hour_ago)) d) s
    where p.tenant_id = ${tx.tenantId} and ${all([partnerId === null ? undefined : sql`p.partner_id = ${partnerId}`])}
    order by p.code`);
}

/** Enabled partners that are held back. */
export function heldLines(tx: Tx): Promise<LineFacts[]> {
  return tx.run(sql<LineFacts>`
    select p.partner_id as "partnerId", p.code, p.name, l.held, l.held_since as "heldSince", l.last_message as message
    from godown.partner p join godown.partner_line l using (tenant_id, partner_id)
    where p.tenant_id = ${tx.tenantId} and p.enabled and l.held is not null
    order by p.code`);
}

export interface FlaggedCount {
  readonly partnerId: PartnerId;
  readonly code: string;
  readonly name: string;
  readonly flagged: number;
  readonly oldestAt: Instant;
}

/** Partners with deliveries that wait for a person. */
export function countFlagged(tx: Tx): Promise<FlaggedCount[]> {
  return tx.run(sql<FlaggedCount>`
    select p.partner_id as "partnerId", p.code, p.name, count(*)::integer as flagged, min(d.settled_at) as "oldestAt"
    from godown.partner_delivery d join godown.partner p using (tenant_id, partner_id)
    where d.tenant_id = ${tx.tenantId} and d.state in ('FAILED', 'GIVEN_UP') and d.dismissed_at is null
    group by p.partner_id, p.code, p.name order by p.code`);
}

/** What waits for each partner. */
export function listWaiting(tx: Tx): Promise<{ code: string; waiting: number; oldestAt: Instant | null }[]> {
  return tx.run(sql<{ code: string; waiting: number; oldestAt: Instant | null }>`
    select p.code, count(d.partner_id)::integer as waiting, min(d.created_at) as "oldestAt"
    from godown.partner p left join godown.partner_delivery d
      on d.tenant_id = p.tenant_id and d.partner_id = p.partner_id and d.state = 'PENDING'
    where p.tenant_id = ${tx.tenantId} group by p.code order by p.code`);
}

export interface DeliveryFilters {
  readonly partnerId?: PartnerId | undefined;
  readonly event?: readonly PartnerEvent[] | undefined;
  readonly state?: readonly DeliveryState[] | undefined;
  /** Those that wait for a person. */
  readonly flagged?: boolean | undefined;
  readonly saleOrderId?: SaleOrderId | undefined;
  readonly shippingPackageId?: ShippingPackageId | undefined;
  readonly since?: Instant | undefined;
  readonly until?: Instant | undefined;
  readonly search?: string | undefined;
}

export interface DeliveryRow {
  readonly partnerDeliveryId: PartnerDeliveryId;
  readonly partnerId: PartnerId;
  readonly partnerCode: string;
  readonly event: PartnerEvent;
  readonly subject: string;
  readonly saleOrderId: SaleOrderId | null;
  readonly orderCode: string | null;
  readonly shippingPackageId: ShippingPackageId | null;
  readonly packageCode: string | null;
  readonly happenedAt: Instant;
  readonly createdAt: Instant;
  readonly state: DeliveryState;
  readonly flagged: boolean;
  /** An earlier one of the same shipment, return, order or gate pass is still to be sent. */
  readonly behind: boolean;
  readonly attempts: number;
  readonly nextAttemptAt: Instant | null;
  readonly status: number | null;
  readonly message: string | null;
  readonly settledAt: Instant | null;
  readonly dismissedAt: Instant | null;
  readonly dismissedBy: string | null;
}

const flagged = sql`(d.state in ('FAILED', 'GIVEN_UP') and d.dismissed_at is null)`;
const rowColumns = sql`
  d.partner_delivery_id as "partnerDeliveryId", d.partner_id as "partnerId", p.code as "partnerCode", d.event, d.subject,
  d.sale_order_id as "saleOrderId", o.code as "orderCode", d.shipping_package_id as "shippingPackageId", s.code as "packageCode",
  d.happened_at as "happenedAt", d.created_at as "createdAt", d.state, ${flagged} as flagged,
  (d.state = 'PENDING' and exists (
    select from godown.partner_delivery e
    where e.tenant_id = d.tenant_id and e.partner_id = d.partner_id and e.lane = d.lane and e.settled_at is null and e.position < d.position)) as behind,
  d.attempts, d.next_attempt_at as "nextAttemptAt", d.last_status as status, d.last_message as message, d.settled_at as "settledAt",
  d.dismissed_at as "dismissedAt", d.dismissed_by as "dismissedBy"`;
const rowJoins = sql`
  join godown.partner p on p.tenant_id = d.tenant_id and p.partner_id = d.partner_id
  left join godown.sale_order o on o.tenant_id = d.tenant_id and o.sale_order_id = d.sale_order_id
  left join godown.shipping_package s on s.tenant_id = d.tenant_id and s.shipping_package_id = d.shipping_package_id`;

/** By the beginning of the subject's code, or by an order's or a package's code as it is. */
function searched(tx: Tx, text: string) {
  const beginning = `${text.toUpperCase().replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
  return sql`(upper(d.subject) like ${beginning}
    or d.sale_order_id in (
      select o.sale_order_id from godown.sale_order o
      where o.tenant_id = ${tx.tenantId} and (o.code = ${text} or o.display_code = ${text} or o.channel_order_id = ${text}))
    or d.shipping_package_id in (
      select s.shipping_package_id from godown.shipping_package s
      where s.tenant_id = ${tx.tenantId} and (s.code = ${text} or s.awb = ${text})))`;
}

/** The log of deliveries, the newest first unless asked otherwise, with counts by state for the tabs. */
export async function listDeliveries(
  _ctx: Ctx,
  tx: Tx,
  filters: DeliveryFilters,
  page: Page,
): Promise<ListPage<DeliveryRow>> {
  const { partnerId, event, saleOrderId, shippingPackageId, since, until, search, state } = filters;
  const common = [
    sql`d.tenant_id = ${tx.tenantId}`,
    partnerId === undefined ? undefined : sql`d.partner_id = ${partnerId}`,
    event === undefined ? undefined : sql`d.event = any (${event}::text[])`,
    saleOrderId === undefined ? undefined : sql`d.sale_order_id = ${saleOrderId}`,
    shippingPackageId === undefined ? undefined : sql`d.shipping_package_id = ${shippingPackageId}`,
    since === undefined ? undefined : sql`d.created_at >= ${since}`,
    until === undefined ? undefined : sql`d.created_at < ${until}`,
    search === undefined || search === "" ? undefined : searched(tx, search),
  ];
  const where = all([
    ...common,
    state === undefined ? undefined : sql`d.state = any (${state}::text[])`,
    filters.flagged === undefined ? undefined : sql`${flagged} = ${filters.flagged}`,
  ]);
  const order = page.descending ? sql`order by d.position desc` : sql`order by d.position`;
  const rows = await tx.run(sql<DeliveryRow>`
    select ${rowColumns}
    from (select d.* from godown.partner_delivery d where ${where} ${order} limit ${page.limit} offset ${page.offset}) d ${rowJoins}
    ${order}`);
  const byState = await tx.run(sql<{ state: DeliveryState; count: number; flagged: number; wanted: number }>`
    select d.state, count(*)::integer as count, count(*) filter (where ${flagged})::integer as flagged,
      count(*) filter (where ${where})::integer as wanted
    from godown.partner_delivery d where ${all(common)} group by d.state`);
  const total = byState.reduce((sum, row) => sum + row.wanted, 0);
  const counts = Object.fromEntries(byState.map((row) => [row.state, row.count]));
  return { rows, total, counts: { ...counts, flagged: byState.reduce((sum, row) => sum + row.flagged, 0) } };
}

export interface AttemptRow {
  readonly partnerAttemptId: Id<"PartnerAttempt">;
  readonly at: Instant;
  readonly durationMs: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly outcome: AttemptOutcome;
  readonly status: number | null;
  readonly answer: unknown;
  readonly message: string | null;
}

export interface DeliveryDetail extends DeliveryRow {
  readonly lane: string;
  readonly dedupeKey: string;
  /** Failed tries by which the pauses are counted. */
  readonly tries: number;
  readonly firstTriedAt: Instant | null;
  /** Exactly as it was and will be sent. */
  readonly body: string;
  readonly attemptList: readonly AttemptRow[];
}

/** One delivery with its body and every request that was sent for it, the first one first. */
export async function findDelivery(
  tx: Tx,
  partnerDeliveryId: PartnerDeliveryId,
): Promise<{ detail: DeliveryDetail; partner: Pick<Partner, "baseUrl" | "headerName"> } | undefined> {
  const row = await tx.first(sql<Omit<DeliveryDetail, "attemptList"> & Pick<Partner, "baseUrl" | "headerName">>`
    select ${rowColumns}, d.lane, d.dedupe_key as "dedupeKey", d.tries, d.first_tried_at as "firstTriedAt", d.body::text as body,
      p.base_url as "baseUrl", p.header_name as "headerName"
    from godown.partner_delivery d ${rowJoins}
    where d.tenant_id = ${tx.tenantId} and d.partner_delivery_id = ${partnerDeliveryId}`);
  if (!row) return undefined;
  const attemptList = await tx.run(sql<AttemptRow>`
    select partner_attempt_id as "partnerAttemptId", at, duration_ms as "durationMs", url, headers, outcome, status, answer, message
    from godown.partner_attempt
    where tenant_id = ${tx.tenantId} and partner_delivery_id = ${partnerDeliveryId}
    order by at, partner_attempt_id`);
  const { baseUrl, headerName, ...rest } = row;
  return { detail: { ...rest, attemptList }, partner: { baseUrl, headerName } };
}
