import type { OperationName } from "../../connectors/kit/index.ts";
import type { ChannelId, Instant, SaleOrderId } from "../kernel/index.ts";
import type { ExceptionKind } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { HeardStatus } from "./adopt-seam.ts";
import type { ChannelWordId, HeardVia, Outcome } from "./journal.store.ts";

/** When an order was made that had waited in intake: for a mapping, say, which is no lag of words. Null of any other. */
const madeLate = sql`(
  select i.decided_at from godown.intake i
  where i.tenant_id = w.tenant_id and i.channel_id = w.channel_id and i.channel_order_id = w.channel_order_id and i.kind = 'ORDER' and i.state = 'CREATED'
    and i.received_at < i.decided_at)`;

/** Seconds from the change on the channel's side to the change here; what was before the connection, or before the order was made of what waited, is counted from that. */
const lag = sql`greatest(0, extract(epoch from w.settled_at - greatest(coalesce(w.changed_at, w.changed_after), coalesce(c.connected_at, c.created_at), ${madeLate})))`;

/** Statuses that must be here within ten minutes, and those that come hourly. */
const soon = sql`w.status in ('CANCELLED', 'DISPATCHED')`;

/** Words that took effect here, and those that a person was asked about: both have arrived. */
const arrived = sql`w.outcome in ('ADOPTED', 'APPLIED', 'DOUBT')`;

export interface MeasuredLag {
  readonly channelId: ChannelId;
  readonly soon: boolean;
  readonly count: number;
  readonly p50Seconds: number;
  readonly p95Seconds: number;
  readonly maxSeconds: number;
}

/** The measured lag of words that arrived since a moment. A channel without any has no row. */
export function measuredLags(tx: Tx, since: Instant): Promise<MeasuredLag[]> {
  return tx.run(sql<MeasuredLag>`
    select w.channel_id as "channelId", ${soon} as soon, count(*)::integer as count,
      round((percentile_disc(0.5) within group (order by ${lag}))::numeric)::integer as "p50Seconds",
      round((percentile_disc(0.95) within group (order by ${lag}))::numeric)::integer as "p95Seconds", round(max(${lag})::numeric)::integer as "maxSeconds"
    from godown.channel_word w join godown.channel c using (tenant_id, channel_id)
    where w.tenant_id = ${tx.tenantId} and ${arrived} and w.settled_at >= ${since}
    group by w.channel_id, 2`);
}

/** How late Cancelled and Dispatched were that came to be so here within one hour. */
export interface LagHour {
  readonly channelId: ChannelId;
  /** Where the hour begins. */
  readonly at: Instant;
  readonly count: number;
  readonly p95Seconds: number;
  readonly maxSeconds: number;
}

/** The measured lag of Cancelled and Dispatched hour by hour since a moment; an hour without any has no row. */
export function lagHours(tx: Tx, since: Instant): Promise<LagHour[]> {
  return tx.run(sql<LagHour>`
    select w.channel_id as "channelId", date_trunc('hour', w.settled_at) as at, count(*)::integer as count,
      round((percentile_disc(0.95) within group (order by ${lag}))::numeric)::integer as "p95Seconds", round(max(${lag})::numeric)::integer as "maxSeconds"
    from godown.channel_word w join godown.channel c using (tenant_id, channel_id)
    where w.tenant_id = ${tx.tenantId} and ${arrived} and w.settled_at >= ${since} and ${soon}
    group by w.channel_id, 2 order by w.channel_id, 2`);
}

export interface WaitingReason {
  readonly channelId: ChannelId;
  readonly channelCode: string;
  /** Null: it has just been heard. */
  readonly code: string | null;
  /** Of the word that was heard first: its facts, its order there and here. */
  readonly facts: Readonly<Record<string, string>>;
  readonly channelOrderId: string;
  readonly saleOrderId: SaleOrderId | null;
  readonly soon: boolean;
  readonly count: number;
  /** Since when the oldest is so on the channel's side. */
  readonly oldestAt: Instant;
}

/** Words that wait, by channel and reason. */
export function waitingReasons(tx: Tx): Promise<WaitingReason[]> {
  return tx.run(sql<WaitingReason>`
    select w.channel_id as "channelId", c.code as "channelCode", w.code, (array_agg(w.facts order by w.heard_at))[1] as facts,
      (array_agg(w.channel_order_id order by w.heard_at))[1] as "channelOrderId", (array_agg(w.sale_order_id order by w.heard_at))[1] as "saleOrderId", ${soon} as soon, count(*)::integer as count,
      min(greatest(coalesce(w.changed_at, w.changed_after), coalesce(c.connected_at, c.created_at))) as "oldestAt"
    from godown.channel_word w join godown.channel c using (tenant_id, channel_id)
    where w.tenant_id = ${tx.tenantId} and w.outcome = 'WAITING'
    group by w.channel_id, c.code, w.code, soon order by w.channel_id, "oldestAt"`);
}

export interface ChannelFacts {
  readonly channelId: ChannelId;
  readonly code: string;
  readonly name: string;
  readonly source: string;
  readonly state: string;
  readonly brokenReason: string | null;
  readonly wishedMinutes: number | null;
  readonly costSeconds: number;
  readonly connectedAt: Instant | null;
  readonly adoptedToday: number;
  /** Doubts about its orders that wait for a person, whenever they arose: what the inbox shows of this channel. */
  readonly openDoubts: number;
  readonly openShortages: number;
  readonly lastAdoption: {
    readonly at: string;
    readonly saleOrderId: string;
    readonly orderCode: string;
    readonly status: string;
  } | null;
  readonly reread: {
    readonly day: string;
    readonly state: string;
    readonly asked: number;
    readonly corrected: number;
    readonly failed: number;
    readonly message: string | null;
    readonly startedAt: string;
    readonly finishedAt: string | null;
  } | null;
}

/** Channels that were connected once, with what the journal and the daily reading say of them. */
export function channelFacts(tx: Tx, dayStart: Instant): Promise<ChannelFacts[]> {
  return tx.run(sql<ChannelFacts>`
    select c.channel_id as "channelId", c.code, c.name, c.source, c.state, c.broken_reason as "brokenReason", c.sync_every_minutes as "wishedMinutes", c.connected_at as "connectedAt",
      (select coalesce(sum(s.cost_seconds), 0)::integer from godown.sync_state s
        where s.tenant_id = c.tenant_id and s.channel_id = c.channel_id and s.kind in ('ORDERS', 'STATUS_CANCELLED')) as "costSeconds",
      (select count(*)::integer from godown.channel_word w where w.tenant_id = c.tenant_id and w.channel_id = c.channel_id and w.outcome = 'ADOPTED' and w.settled_at >= ${dayStart}) as "adoptedToday",
      (select count(*)::integer from godown.order_exception e where e.tenant_id = c.tenant_id and e.channel_id = c.channel_id and e.state = 'OPEN') as "openDoubts",
      (select count(*)::integer from godown.stock_shortage x where x.tenant_id = c.tenant_id and x.channel_id = c.channel_id and x.state = 'OPEN') as "openShortages",
      (select jsonb_build_object('at', w.settled_at, 'saleOrderId', w.sale_order_id, 'orderCode', o.code, 'status', w.status)
        from godown.channel_word w join godown.sale_order o on o.tenant_id = w.tenant_id and o.sale_order_id = w.sale_order_id
        where w.tenant_id = c.tenant_id and w.channel_id = c.channel_id and w.outcome = 'ADOPTED' order by w.settled_at desc limit 1) as "lastAdoption",
      (select jsonb_build_object('day', r.day, 'state', r.state, 'asked', r.asked, 'corrected', r.corrected, 'failed', r.failed, 'message', r.message,
          'startedAt', r.started_at, 'finishedAt', r.finished_at)
        from godown.status_reread r where r.tenant_id = c.tenant_id and r.channel_id = c.channel_id order by r.day desc limit 1) as reread
    from godown.channel c where c.tenant_id = ${tx.tenantId} and c.connected_at is not null order by c.code`);
}

export interface StatusState {
  readonly channelId: ChannelId;
  readonly kind: "ORDERS" | "STATUS_CANCELLED" | "STATUS_DELIVERED";
  readonly enabled: boolean;
  readonly cursor: unknown;
  readonly lastAttemptAt: Instant | null;
  readonly lastSuccessAt: Instant | null;
  readonly lastMessage: string | null;
  readonly consecutiveFailures: number;
  readonly nextRunAt: Instant | null;
  readonly running: boolean;
}

/** How the syncs of orders and statuses of all channels stand. */
export function statusStates(tx: Tx): Promise<StatusState[]> {
  return tx.run(sql<StatusState>`
    select s.channel_id as "channelId", s.kind, s.enabled, s.cursor, s.last_attempt_at as "lastAttemptAt", s.last_success_at as "lastSuccessAt",
      s.last_message as "lastMessage", s.consecutive_failures as "consecutiveFailures", s.next_run_at as "nextRunAt",
      exists (select from godown.sync_run r where r.tenant_id = s.tenant_id and r.channel_id = s.channel_id and r.kind = s.kind and r.state = 'RUNNING') as running
    from godown.sync_state s where s.tenant_id = ${tx.tenantId} and s.kind in ('ORDERS', 'STATUS_CANCELLED', 'STATUS_DELIVERED')
    order by s.channel_id, s.kind`);
}

/** When each of the channels last sent an order. */
export async function lastPushes(tx: Tx, channelIds: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, Instant>> {
  const rows = await tx.run(sql<{ channelId: ChannelId; at: Instant }>`
    select c.id as "channelId", i.received_at as at
    from unnest(${channelIds}::uuid[]) as c(id) cross join lateral (
      select n.received_at from godown.intake n
      where n.tenant_id = ${tx.tenantId} and n.channel_id = c.id and n.kind = 'ORDER' and n.via = 'PUSH' order by n.received_at desc limit 1
    ) i`);
  return new Map(rows.map((row) => [row.channelId, row.at]));
}

/** The journal keeps that a person was asked; whether he still is, the doubt says: DOUBT waits for him, DECIDED does so no more. */
export type ListedOutcome = Outcome | "DECIDED";

export interface WordRow {
  readonly channelWordId: string;
  readonly channelId: ChannelId;
  readonly channelCode: string;
  readonly saleOrderId: SaleOrderId | null;
  readonly orderCode: string | null;
  readonly channelOrderId: string;
  readonly line: string;
  readonly status: HeardStatus;
  readonly quantity: number;
  readonly raw: string;
  readonly via: HeardVia;
  readonly changedAt: Instant | null;
  readonly heardAt: Instant;
  readonly settledAt: Instant | null;
  readonly lagSeconds: number | null;
  readonly outcome: ListedOutcome;
  readonly code: string | null;
  readonly facts: Readonly<Record<string, string | null>>;
  readonly attempts: number;
  readonly nextAttemptAt: Instant | null;
}

export interface WordFilters {
  readonly channelId?: ChannelId | undefined;
  readonly outcome?: ListedOutcome | undefined;
  readonly status?: HeardStatus | undefined;
  readonly code?: string | undefined;
  readonly via?: HeardVia | undefined;
  /** Heard so many minutes ago or earlier. */
  readonly olderThanMinutes?: number | undefined;
  readonly saleOrderId?: SaleOrderId | undefined;
  /** An order's code or the channel's id of it. */
  readonly q?: string | undefined;
}

const SORTS: Readonly<Record<string, string>> = { heardAt: "w.heard_at", settledAt: "w.settled_at", lag: "lag" };

const CANCEL_DOUBTS: readonly ExceptionKind[] = [
  "CHANNEL_CANCEL_NOT_ALLOWED",
  "CHANNEL_CANCEL_TOO_LATE",
  "CANCEL_AFTER_DISPATCH",
];
const LEFT_DOUBTS: readonly ExceptionKind[] = [
  "DISPATCHED_ON_CHANNEL",
  "PART_LEFT_ON_CHANNEL",
  "LEFT_THOUGH_CANCELLED",
  "DELIVERED_WITHOUT_DISPATCH",
  "DELIVERED_WHILE_RETURNING",
  "RETURN_WITHOUT_DISPATCH",
];

/** What the word `w` asks is open: a doubt that names a unit of its line, or is about a package that has one, or about the order as a whole. */
const isAsked = sql`exists (
  select from godown.order_exception e
  where e.tenant_id = w.tenant_id and e.sale_order_id = w.sale_order_id and e.state = 'OPEN'
    and e.kind = any(case w.status when 'CANCELLED' then ${CANCEL_DOUBTS}::text[] else ${LEFT_DOUBTS}::text[] end)
    and (e.facts -> 'units' is null and e.shipping_package_id is null or exists (
      select from godown.sale_order_item u
      where u.tenant_id = w.tenant_id and u.sale_order_id = w.sale_order_id and u.channel_order_item_id = w.channel_order_item_id
        and (e.facts -> 'units' ? u.code or e.facts -> 'units' is null and u.shipping_package_id = e.shipping_package_id))))`;

const listedOutcome = sql<ListedOutcome>`case when w.outcome = 'DOUBT' and not ${isAsked} then 'DECIDED' else w.outcome end`;

function outcomeIs(outcome: ListedOutcome) {
  if (outcome === "DOUBT") return sql`w.outcome = 'DOUBT' and ${isAsked}`;
  return outcome === "DECIDED" ? sql`w.outcome = 'DOUBT' and not ${isAsked}` : sql`w.outcome = ${outcome}`;
}

/** Why words of those orders changed nothing: they wait, are not synced, or a person is asked. */
export function reasonsOfOrders(
  tx: Tx,
  ids: readonly SaleOrderId[],
): Promise<{ saleOrderId: SaleOrderId; code: string; facts: WordRow["facts"] }[]> {
  return tx.run(sql<{ saleOrderId: SaleOrderId; code: string; facts: WordRow["facts"] }>`
    select distinct w.sale_order_id as "saleOrderId", w.code, w.facts from godown.channel_word w
    where w.tenant_id = ${tx.tenantId} and w.sale_order_id = any(${ids}::uuid[]) and w.code is not null
      and ${listedOutcome} in ('WAITING', 'NOT_SYNCED', 'DOUBT') order by w.sale_order_id, w.code`);
}

/** The journal: what channels said, and what became of it. */
export async function listWords(ctx: Ctx, tx: Tx, filters: WordFilters, page: Page): Promise<ListPage<WordRow>> {
  const { channelId, status, code, via, olderThanMinutes, saleOrderId, q, outcome } = filters;
  const others = [
    sql`w.tenant_id = ${tx.tenantId}`,
    channelId && sql`w.channel_id = ${channelId}`,
    status && sql`w.status = ${status}`,
    code && sql`w.code = ${code}`,
    via && sql`w.via = ${via}`,
    saleOrderId && sql`w.sale_order_id = ${saleOrderId}`,
    olderThanMinutes && sql`w.heard_at <= ${ctx.now.subtract({ minutes: olderThanMinutes })}`,
    q && sql`(w.channel_order_id = ${q} or o.code = ${q} or o.display_code = ${q})`,
  ].map((condition) => condition || undefined);
  const from = sql`godown.channel_word w join godown.channel c using (tenant_id, channel_id)
    left join godown.sale_order o on o.tenant_id = w.tenant_id and o.sale_order_id = w.sale_order_id`;
  const counted = await tx.run(sql<{ outcome: ListedOutcome; count: number }>`
    select ${listedOutcome} as outcome, count(*)::integer as count from ${from} where ${all(others)} group by 1`);
  const counts = Object.fromEntries(counted.map((row) => [row.outcome, row.count]));
  const everything = counted.reduce((sum, row) => sum + row.count, 0);
  const total = outcome ? (counts[outcome] ?? 0) : everything;
  const rows = await tx.run(sql<WordRow>`
    select w.channel_word_id as "channelWordId", w.channel_id as "channelId", c.code as "channelCode", w.sale_order_id as "saleOrderId", o.code as "orderCode",
      w.channel_order_id as "channelOrderId", w.channel_order_item_id as line, w.status, w.quantity, w.raw, w.via, w.changed_at as "changedAt", w.heard_at as "heardAt",
      w.settled_at as "settledAt", case when ${arrived} then round((${lag})::numeric)::integer end as "lagSeconds",
      ${listedOutcome} as outcome, w.code, w.facts, w.attempts, w.next_attempt_at as "nextAttemptAt"
    from ${from} where ${all([...others, outcome && outcomeIs(outcome)])}
    order by ${sql.raw(SORTS[page.sort] === "lag" ? `"lagSeconds"` : (SORTS[page.sort] ?? "w.heard_at"))} ${sql.raw(page.descending ? "desc nulls last" : "asc nulls last")}, w.channel_word_id
    limit ${page.limit} offset ${page.offset}`);
  return { rows, total, counts: { all: everything, ...counts } };
}

/** Which questions bring words, by how a word was heard. */
const QUESTIONS: Readonly<Record<HeardVia, readonly OperationName[]>> = {
  FEED: ["pullStatuses"],
  READ: ["readStatuses", "readOrders"],
  REREAD: ["readStatuses"],
  PERSON: ["readStatuses", "pullStatuses"],
  ORDERS: ["pullOrders"],
};
/** A word is heard within a run's time of its answer. */
const ANSWERED_MINUTES = 20;

/** The exchange that brought a word: the last answer before it was heard that names its order. Null: it is kept no more. */
export async function exchangeOfWord(tx: Tx, channelWordId: ChannelWordId): Promise<{ id: string | null } | undefined> {
  const word = await tx.first(sql<{
    channelId: ChannelId;
    order: string;
    line: string;
    via: HeardVia;
    heardAt: Instant;
  }>`
    select channel_id as "channelId", channel_order_id as "order", channel_order_item_id as line, via, heard_at as "heardAt"
    from godown.channel_word where tenant_id = ${tx.tenantId} and channel_word_id = ${channelWordId}`);
  if (!word) return undefined;
  const { channelId, order, line, via, heardAt } = word;
  const found = await tx.first(sql<{ id: string }>`
    select x.exchange_id as id from godown.exchange x
    where x.tenant_id = ${tx.tenantId} and x.channel_id = ${channelId} and x.at between ${heardAt.subtract({ minutes: ANSWERED_MINUTES })} and ${heardAt}
      and split_part(x.operation, '/', 1) = any(${QUESTIONS[via]}::text[])
      and (strpos(x.response::text, ${order}) > 0 or strpos(x.response::text, ${line}) > 0)
    order by x.at desc limit 1`);
  return { id: found?.id ?? null };
}
