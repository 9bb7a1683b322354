import type { ChannelId, Instant, SkuId } from "../kernel/index.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { ExchangeId, NoticeId, SyncKind } from "./channel.ts";
import type { NoticeKind } from "./notice.ts";
import type { SyncRun } from "./sync.store.ts";

/** Everything the cards of a Channel Summary count, in one query. */
export interface SummaryCounts {
  readonly ordersToday: number;
  readonly ordersFailedToday: number;
  readonly ordersWaiting: number;
  readonly lastPushAt: Instant | null;
  readonly listings: number;
  readonly unmapped: number;
  readonly stockAccepted: number;
  readonly stockRefused: number;
  readonly stockWaiting: number;
  readonly lastStockAt: Instant | null;
  readonly stopped: boolean;
  /** Orders under the channel's review for which stock is kept. */
  readonly underReview: number;
}

export function summaryCounts(tx: Tx, channelId: ChannelId, dayStart: Instant): Promise<SummaryCounts> {
  const of = sql`tenant_id = ${tx.tenantId} and channel_id = ${channelId}`;
  return tx.one(sql<SummaryCounts>`
    select i.today as "ordersToday", i.failed as "ordersFailedToday", i.waiting as "ordersWaiting", i.last as "lastPushAt",
      l.listings, l.unmapped, l.accepted as "stockAccepted", l.refused as "stockRefused", l.last as "lastStockAt",
      (select count(*) from godown.listing_dirty where ${of}) as "stockWaiting",
      (select count(*) from godown.pendency where ${of} and state = 'OPEN') as "underReview",
      exists (select from godown.publish_stop where tenant_id = ${tx.tenantId} and kind = 'CHANNEL' and record_id = ${channelId}) as stopped
    from (
      select count(*) filter (where received_at >= ${dayStart} and state not in ('DUPLICATE')) as today, count(*) filter (where received_at >= ${dayStart} and state = 'FAILED') as failed,
        count(*) filter (where state in ('RECEIVED', 'FAILED')) as waiting, max(received_at) as last
      from godown.intake where ${of} and kind = 'ORDER' and via in ('PUSH', 'PULL') and (received_at >= ${dayStart} or state in ('RECEIVED', 'FAILED')
        or intake_id = (select intake_id from godown.intake where ${of} and kind = 'ORDER' order by received_at desc limit 1))
    ) i, (
      -- Where the channel keeps the stock no SKU is wanted, and what was answered once means nothing any more.
      select count(*) as listings, count(*) filter (where sku_id is null and not stock_at_channel) as unmapped,
        count(*) filter (where publish_outcome = 'ACCEPTED' and not stock_at_channel) as accepted,
        count(*) filter (where publish_outcome = 'REFUSED' and not stock_at_channel) as refused, max(published_at) as last
      from godown.listing where ${of}
    ) l`);
}

/** What the list of channels says of each beside its settings. */
export interface ChannelCounts {
  readonly channelId: ChannelId;
  readonly ordersToday: number;
  /** Pushed or fetched orders that became no order yet. */
  readonly ordersFailed: number;
  readonly lastOrderAt: Instant | null;
  readonly listings: number;
  readonly unmapped: number;
  readonly stockRefused: number;
  readonly publishingStopped: boolean;
  readonly lastSuccessAt: Instant | null;
  /** Syncs that are on and whose last attempt failed. */
  readonly failing: readonly { readonly kind: SyncKind; readonly message: string | null }[];
}

export function channelCounts(tx: Tx, dayStart: Instant): Promise<ChannelCounts[]> {
  return tx.run(sql<ChannelCounts>`
    select c.channel_id as "channelId", i.today as "ordersToday", i.failed as "ordersFailed", i.last as "lastOrderAt",
      l.listings, l.unmapped, l.refused as "stockRefused", y.last as "lastSuccessAt", y.failing,
      exists (select from godown.publish_stop p where p.tenant_id = c.tenant_id and p.kind = 'CHANNEL' and p.record_id = c.channel_id) as "publishingStopped"
    from godown.channel c
    cross join lateral (
      select count(*) filter (where n.received_at >= ${dayStart} and n.state <> 'DUPLICATE') as today, count(*) filter (where n.state = 'FAILED') as failed,
        max(n.received_at) as last
      from godown.intake n where n.tenant_id = c.tenant_id and n.channel_id = c.channel_id and n.kind = 'ORDER' and (n.received_at >= ${dayStart} or n.state = 'FAILED'
        or n.intake_id = (select m.intake_id from godown.intake m where m.tenant_id = c.tenant_id and m.channel_id = c.channel_id and m.kind = 'ORDER' order by m.received_at desc limit 1))
    ) i
    cross join lateral (
      select count(*) as listings, count(*) filter (where g.sku_id is null and not g.stock_at_channel) as unmapped,
        count(*) filter (where g.publish_outcome = 'REFUSED' and not g.stock_at_channel) as refused
      from godown.listing g where g.tenant_id = c.tenant_id and g.channel_id = c.channel_id
    ) l
    cross join lateral (
      select max(s.last_success_at) as last,
        coalesce(jsonb_agg(jsonb_build_object('kind', s.kind, 'message', s.last_message) order by s.kind) filter (where s.enabled and s.consecutive_failures > 0), '[]') as failing
      from godown.sync_state s where s.tenant_id = c.tenant_id and s.channel_id = c.channel_id
    ) y
    where c.tenant_id = ${tx.tenantId}`);
}

export interface NoticeCounts {
  readonly kind: NoticeKind;
  readonly sentToday: number;
  readonly refused: number;
  readonly paused: number;
  readonly waiting: number;
  readonly notSent: number;
  readonly lastSentAt: Instant | null;
}

export function noticeCounts(tx: Tx, channelId: ChannelId, dayStart: Instant): Promise<NoticeCounts[]> {
  return tx.run(sql<NoticeCounts>`
    select kind, count(*) filter (where state = 'SENT' and sent_at >= ${dayStart}) as "sentToday", count(*) filter (where state = 'REFUSED') as refused,
      count(*) filter (where state = 'PAUSED') as paused, count(*) filter (where state in ('PENDING', 'UNKNOWN')) as waiting,
      count(*) filter (where state = 'NOT_SENT') as "notSent", max(sent_at) as "lastSentAt"
    from godown.channel_notice
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and (state <> 'SENT' or sent_at >= ${dayStart.subtract({ hours: 24 * 30 })})
    group by kind`);
}

/** The newest run of each kind. */
export function lastRuns(tx: Tx, channelId: ChannelId): Promise<SyncRun[]> {
  return tx.run(sql<SyncRun>`
    select distinct on (kind) sync_run_id as "syncRunId", channel_id as "channelId", kind, trigger, state, started_at as "startedAt", finished_at as "finishedAt",
      ok_count as "okCount", failed_count as "failedCount", message, started_by as "startedBy", heartbeat_at as "heartbeatAt"
    from godown.sync_run where tenant_id = ${tx.tenantId} and channel_id = ${channelId} order by kind, started_at desc, sync_run_id desc`);
}

export interface ExchangeListRow {
  readonly exchangeId: ExchangeId;
  readonly channelId: ChannelId;
  readonly channelCode: string;
  readonly operation: string;
  readonly direction: "IN" | "OUT";
  readonly at: Instant;
  readonly durationMs: number | null;
  readonly method: string;
  readonly url: string;
  readonly status: number | null;
  readonly outcome: string;
  readonly message: string | null;
  readonly attempt: number;
  readonly saleOrderId: string | null;
  readonly noticeId: string | null;
  readonly quietCount: number | null;
  readonly quietSince: Instant | null;
}

const exchangeColumns = sql`
  e.exchange_id as "exchangeId", e.channel_id as "channelId", c.code as "channelCode", e.operation, e.direction, e.at, e.duration_ms as "durationMs", e.method, e.url,
  e.status, e.outcome, e.message, e.attempt, e.sale_order_id as "saleOrderId", e.notice_id as "noticeId", e.quiet_count as "quietCount", e.quiet_since as "quietSince"`;

export interface ExchangeFilters {
  readonly channelId?: ChannelId | undefined;
  readonly saleOrderId?: string | undefined;
  /** Any of these. */
  readonly operation?: readonly string[] | undefined;
  readonly outcome?: readonly string[] | undefined;
  readonly search?: string | undefined;
}

export async function listExchanges(tx: Tx, filters: ExchangeFilters, page: Page): Promise<ListPage<ExchangeListRow>> {
  const where = all([
    sql`e.tenant_id = ${tx.tenantId}`,
    filters.channelId === undefined ? undefined : sql`e.channel_id = ${filters.channelId}`,
    filters.saleOrderId === undefined ? undefined : sql`e.sale_order_id = ${filters.saleOrderId}`,
    filters.operation === undefined
      ? undefined
      : sql`split_part(e.operation, '/', 1) = any (${filters.operation}::text[])`,
    filters.outcome === undefined ? undefined : sql`e.outcome = any (${filters.outcome}::text[])`,
    filters.search === undefined
      ? undefined
      : sql`(e.message ilike ${containing(filters.search)} or e.url ilike ${containing(filters.search)})`,
  ]);
  const from = sql`from godown.exchange e join godown.channel c using (tenant_id, channel_id) where ${where}`;
  const rows = await tx.run(sql<ExchangeListRow>`
    select ${exchangeColumns} ${from} order by e.at ${direction(page)}, e.exchange_id ${direction(page)} limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total ${from}`);
  return { rows, total };
}

/** The newest exchanges of each purpose, for the cards. */
export function recentExchanges(
  tx: Tx,
  channelId: ChannelId,
  perPurpose: number,
): Promise<(ExchangeListRow & { purpose: string })[]> {
  return tx.run(sql<ExchangeListRow & { purpose: string }>`
    with recent as (
      select e.*, split_part(e.operation, '/', 1) as purpose, row_number() over (partition by split_part(e.operation, '/', 1) order by e.at desc, e.exchange_id desc) as nth
      from (select * from godown.exchange where tenant_id = ${tx.tenantId} and channel_id = ${channelId} order by at desc limit 500) e
    )
    select e.purpose, ${exchangeColumns} from recent e join godown.channel c using (tenant_id, channel_id) where e.nth <= ${perPurpose} order by e.at desc, e.exchange_id desc`);
}

export interface ReceivedRow {
  readonly intakeId: string;
  readonly kind: string;
  readonly channelOrderId: string;
  readonly state: string;
  readonly message: string | null;
  readonly receivedAt: Instant;
  readonly saleOrderId: string | null;
}

/** What was pushed to us lately, and what became of it. */
export function recentlyReceived(tx: Tx, channelId: ChannelId, limit: number): Promise<ReceivedRow[]> {
  return tx.run(sql<ReceivedRow>`
    select intake_id as "intakeId", kind, channel_order_id as "channelOrderId", state, message, received_at as "receivedAt", sale_order_id as "saleOrderId"
    from godown.intake where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and via in ('PUSH', 'PULL')
    order by received_at desc, intake_id desc limit ${limit}`);
}

export interface NoticeListRow {
  readonly noticeId: NoticeId;
  readonly channelId: ChannelId;
  readonly channelCode: string;
  readonly saleOrderId: string;
  readonly orderCode: string;
  readonly packageCode: string | null;
  readonly kind: NoticeKind;
  readonly packageState: string | null;
  readonly state: string;
  readonly attempts: number;
  readonly message: string | null;
  readonly needsPerson: boolean;
  readonly createdAt: Instant;
  readonly sentAt: Instant | null;
}

export interface NoticeFilters {
  readonly channelId?: ChannelId | undefined;
  readonly saleOrderId?: string | undefined;
  readonly returnCaseId?: string | undefined;
  readonly kind?: readonly string[] | undefined;
  readonly state?: string | undefined;
}

export async function listNotices(tx: Tx, filters: NoticeFilters, page: Page): Promise<ListPage<NoticeListRow>> {
  const base = all([
    sql`n.tenant_id = ${tx.tenantId}`,
    filters.channelId === undefined ? undefined : sql`n.channel_id = ${filters.channelId}`,
    filters.saleOrderId === undefined ? undefined : sql`n.sale_order_id = ${filters.saleOrderId}`,
    filters.returnCaseId === undefined ? undefined : sql`n.return_case_id = ${filters.returnCaseId}`,
    filters.kind === undefined ? undefined : sql`n.kind = any (${filters.kind}::text[])`,
  ]);
  const where = filters.state === undefined ? base : sql`${base} and n.state = ${filters.state}`;
  const rows = await tx.run(sql<NoticeListRow>`
    select n.channel_notice_id as "noticeId", n.channel_id as "channelId", c.code as "channelCode", n.sale_order_id as "saleOrderId", o.code as "orderCode",
      p.code as "packageCode", n.kind, n.package_state as "packageState", n.state, n.attempts, n.last_message as message, n.needs_person as "needsPerson",
      n.created_at as "createdAt", n.sent_at as "sentAt"
    from godown.channel_notice n join godown.channel c using (tenant_id, channel_id)
    join godown.sale_order o on o.tenant_id = n.tenant_id and o.sale_order_id = n.sale_order_id
    left join godown.shipping_package p on p.tenant_id = n.tenant_id and p.shipping_package_id = n.shipping_package_id
    where ${where} order by n.seq ${direction(page)} limit ${page.limit} offset ${page.offset}`);
  const counts = await tx.run(sql<{ state: string; count: number }>`
    select n.state, count(*) as count from godown.channel_notice n where ${base} group by n.state`);
  const byState = Object.fromEntries(counts.map(({ state, count }) => [state, count]));
  const total =
    filters.state === undefined ? counts.reduce((sum, { count }) => sum + count, 0) : (byState[filters.state] ?? 0);
  return { rows, total, counts: byState };
}

export interface ListingListRow {
  readonly listingId: string;
  readonly channelId: ChannelId;
  readonly channelCode: string;
  readonly channelProductId: string;
  readonly channelSku: string;
  readonly title: string | null;
  readonly imageUrl: string | null;
  readonly channelPricePaise: number | null;
  readonly skuId: SkuId | null;
  readonly skuCode: string | null;
  readonly skuName: string | null;
  readonly live: boolean;
  /** The channel keeps its stock and counts it: no figure is told, and no SKU is wanted. */
  readonly stockAtChannel: boolean;
  readonly disabled: boolean;
  readonly buffer: number;
  readonly reservedForChannel: number;
  readonly cap: number | null;
  readonly published: number | null;
  readonly publishedAt: Instant | null;
  readonly publishOutcome: string | null;
  readonly publishMessage: string | null;
  /** By the channel's own warehouses, where it is told so; `published` is their sum. */
  readonly warehouses: readonly {
    readonly warehouse: string;
    readonly facilityCode: string;
    readonly published: number | null;
    readonly publishOutcome: string | null;
  }[];
  readonly waiting: boolean;
  readonly stopped: boolean;
  /** The SKU that auto-match would take. */
  readonly suggestedSku: string | null;
}

export const LISTING_TABS = {
  unmapped: sql`l.sku_id is null and not l.stock_at_channel`,
  mapped: sql`l.sku_id is not null`,
  disabled: sql`l.disabled`,
  refused: sql`l.publish_outcome = 'REFUSED' and not l.stock_at_channel`,
  notLive: sql`not l.live`,
};

export interface ListingFilters {
  readonly channelId?: readonly ChannelId[] | undefined;
  readonly skuId?: string | undefined;
  readonly listingId?: string | undefined;
  readonly tab?: keyof typeof LISTING_TABS | undefined;
  readonly search?: string | undefined;
}

export async function listListings(tx: Tx, filters: ListingFilters, page: Page): Promise<ListPage<ListingListRow>> {
  const base = all([
    sql`l.tenant_id = ${tx.tenantId}`,
    filters.channelId === undefined ? undefined : sql`l.channel_id = any (${filters.channelId}::uuid[])`,
    filters.listingId === undefined ? undefined : sql`l.listing_id = ${filters.listingId}`,
    filters.skuId === undefined ? undefined : sql`l.sku_id = ${filters.skuId}`,
    filters.search === undefined
      ? undefined
      : sql`(l.channel_sku ilike ${containing(filters.search)} or l.channel_product_id ilike ${containing(filters.search)} or l.title ilike ${containing(filters.search)} or s.code ilike ${containing(filters.search)})`,
  ]);
  const where = filters.tab === undefined ? base : sql`${base} and ${LISTING_TABS[filters.tab]}`;
  const from = sql`from godown.listing l join godown.channel c using (tenant_id, channel_id) left join godown.sku s on s.tenant_id = l.tenant_id and s.sku_id = l.sku_id`;
  const sort =
    {
      channelSku: sql`l.channel_sku`,
      title: sql`l.title`,
      publishedAt: sql`l.published_at`,
      updatedAt: sql`l.updated_at`,
    }[page.sort] ?? sql`l.channel_sku`;
  const rows = await tx.run(sql<ListingListRow>`
    select l.listing_id as "listingId", l.channel_id as "channelId", c.code as "channelCode", l.channel_product_id as "channelProductId", l.channel_sku as "channelSku",
      l.title, l.image_url as "imageUrl", l.channel_price_paise as "channelPricePaise", l.sku_id as "skuId", s.code as "skuCode", s.name as "skuName", l.live, l.stock_at_channel as "stockAtChannel", l.disabled,
      l.buffer, l.reserved_for_channel as "reservedForChannel", l.cap, l.published, l.published_at as "publishedAt", l.publish_outcome as "publishOutcome", l.publish_message as "publishMessage",
      coalesce((
        select jsonb_agg(jsonb_build_object('warehouse', g.channel_warehouse, 'facilityCode', f.code, 'published', g.published, 'publishOutcome', g.publish_outcome) order by g.channel_warehouse)
        from godown.listing_figure g join godown.facility f using (tenant_id, facility_id)
        where g.tenant_id = l.tenant_id and g.listing_id = l.listing_id and (g.published > 0 or g.publish_outcome = 'UNKNOWN' or exists (
          select from godown.channel_facility cf where cf.tenant_id = l.tenant_id and cf.channel_id = l.channel_id and cf.channel_warehouse = g.channel_warehouse))
      ), '[]') as warehouses,
      exists (select from godown.listing_dirty d where d.tenant_id = l.tenant_id and d.channel_id = l.channel_id and d.listing_id = l.listing_id) as waiting,
      exists (select from godown.publish_stop p where p.tenant_id = l.tenant_id and ((p.kind = 'CHANNEL' and p.record_id = l.channel_id) or (p.kind = 'SKU' and p.record_id = l.sku_id))) as stopped,
      case when l.sku_id is null then (select m.code from godown.sku m where m.tenant_id = l.tenant_id and m.code = l.channel_sku and m.enabled) end as "suggestedSku"
    ${from} where ${where} order by ${sort} ${direction(page)} nulls last, l.listing_id limit ${page.limit} offset ${page.offset}`);
  const counts = await tx.one(sql<{ all: number } & Record<keyof typeof LISTING_TABS, number>>`
    select count(*) as "all", count(*) filter (where ${LISTING_TABS.unmapped}) as unmapped, count(*) filter (where ${LISTING_TABS.mapped}) as mapped,
      count(*) filter (where ${LISTING_TABS.disabled}) as disabled, count(*) filter (where ${LISTING_TABS.refused}) as refused, count(*) filter (where ${LISTING_TABS.notLive}) as "notLive"
    ${from} where ${base}`);
  return { rows, total: filters.tab === undefined ? counts.all : counts[filters.tab], counts: { ...counts } };
}

export interface RunFilters {
  readonly channelId?: ChannelId | undefined;
  readonly kind?: SyncKind | undefined;
}

export async function listRuns(tx: Tx, filters: RunFilters, page: Page): Promise<ListPage<SyncRun>> {
  const where = all([
    sql`tenant_id = ${tx.tenantId}`,
    filters.channelId === undefined ? undefined : sql`channel_id = ${filters.channelId}`,
    filters.kind === undefined ? undefined : sql`kind = ${filters.kind}`,
  ]);
  const rows = await tx.run(sql<SyncRun>`
    select sync_run_id as "syncRunId", channel_id as "channelId", kind, trigger, state, started_at as "startedAt", finished_at as "finishedAt",
      ok_count as "okCount", failed_count as "failedCount", message, started_by as "startedBy", heartbeat_at as "heartbeatAt"
    from godown.sync_run where ${where} order by started_at ${direction(page)}, sync_run_id limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from godown.sync_run where ${where}`);
  return { rows, total };
}

function direction(page: Page) {
  return page.descending ? sql`desc` : sql`asc`;
}
