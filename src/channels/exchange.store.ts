import type { ChannelId, Instant, ListingId, SaleOrderId, ShippingPackageId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { ExchangeId, NoticeId, SyncRunId } from "./channel.ts";

export const EXCHANGES_KEPT_DAYS = 30;

/** What an exchange was about. */
export interface ExchangeLinks {
  readonly saleOrderId?: SaleOrderId;
  readonly shippingPackageId?: ShippingPackageId;
  readonly listingId?: ListingId;
  readonly syncRunId?: SyncRunId;
  readonly repeatOf?: ExchangeId;
  readonly noticeId?: NoticeId;
}

export interface ExchangeRow {
  readonly exchangeId: ExchangeId;
  readonly operation: string;
  readonly direction: "IN" | "OUT";
  readonly at: Instant;
  readonly durationMs: number;
  readonly method: string;
  readonly url: string;
  readonly request: unknown;
  readonly status: number | null;
  readonly response: unknown;
  readonly outcome: "OK" | "REFUSED" | "NOT_REACHED" | "UNKNOWN" | "BAD_ANSWER";
  readonly message: string | null;
  readonly attempt: number;
}

export async function insertExchanges(
  tx: Tx,
  channelId: ChannelId,
  rows: readonly ExchangeRow[],
  links: ExchangeLinks,
): Promise<void> {
  await tx.run(sql`
    insert into godown.exchange (tenant_id, exchange_id, channel_id, operation, direction, at, duration_ms, method, url, request, status, response,
      outcome, message, attempt, sale_order_id, shipping_package_id, listing_id, sync_run_id, repeat_of, notice_id)
    select ${tx.tenantId}::uuid, e."exchangeId", ${channelId}::uuid, e.operation, e.direction, e.at, e."durationMs", e.method, e.url, e.request, e.status, e.response,
      e.outcome, e.message, e.attempt, ${links.saleOrderId ?? null}::uuid, ${links.shippingPackageId ?? null}::uuid, ${links.listingId ?? null}::uuid,
      ${links.syncRunId ?? null}::uuid, ${links.repeatOf ?? null}::uuid, ${links.noticeId ?? null}::uuid
    from jsonb_to_recordset(${withoutNul(rows)}) as e("exchangeId" uuid, operation text, direction text, at timestamptz, "durationMs" integer, method text, url text,
      request jsonb, status integer, response jsonb, outcome text, message text, attempt integer)`);
}

/** A channel may say a NUL, and jsonb has no room for one: what cannot be kept must not lose the rest of its exchange. */
function withoutNul(rows: readonly ExchangeRow[]): ReturnType<typeof json> {
  const text = JSON.stringify(rows);
  if (!text.includes("\\u0000")) return sql`${text}::jsonb`;
  const plain = (_: string, value: unknown) =>
    typeof value === "string" ? value.replaceAll("\u0000", "\uFFFD") : nameless(value);
  return json(JSON.parse(JSON.stringify(rows, plain)));
}

/** Names of members may hold one too. */
function nameless(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.replaceAll("\u0000", "\uFFFD"), member]),
  );
}

/**
 * Of answers that brought nothing new the latest is kept, one for each operation and hour, with how many it stands for. What did
 * not go well stays. Two runs that end at the same moment may leave one each.
 */
export async function foldQuiet(tx: Tx, channelId: ChannelId, ids: readonly ExchangeId[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.run(sql`
    with quiet as (
      select exchange_id, operation, date_trunc('hour', at, 'UTC') as hour,
        row_number() over (partition by operation, date_trunc('hour', at, 'UTC') order by at desc, exchange_id desc) as nth,
        count(*) over same as count, min(at) over same as since
      from godown.exchange where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and exchange_id = any(${ids}::uuid[]) and outcome = 'OK'
      window same as (partition by operation, date_trunc('hour', at, 'UTC'))
    ), latest as (
      select * from quiet where nth = 1
    ), former as (
      select e.exchange_id, e.operation, l.hour, e.quiet_count, e.quiet_since
      from godown.exchange e join latest l on e.operation = l.operation and e.at >= l.hour and e.at < l.hour + interval '1 hour'
      where e.tenant_id = ${tx.tenantId} and e.channel_id = ${channelId} and e.quiet_count is not null
      order by e.exchange_id for update of e
    ), gone as (
      delete from godown.exchange x using (select exchange_id from quiet where nth > 1 union all select exchange_id from former) g
      where x.tenant_id = ${tx.tenantId} and x.exchange_id = g.exchange_id
    )
    update godown.exchange x set
      quiet_count = l.count + coalesce((select sum(f.quiet_count) from former f where f.operation = l.operation and f.hour = l.hour), 0),
      quiet_since = least(l.since, (select min(f.quiet_since) from former f where f.operation = l.operation and f.hour = l.hour))
    from latest l where x.tenant_id = ${tx.tenantId} and x.exchange_id = l.exchange_id`);
}

/** A bounded share of what is older than the days they are kept. */
export async function deleteOldExchanges(tx: Tx, before: Instant, limit: number): Promise<number> {
  return tx.count(sql`
    delete from godown.exchange where tenant_id = ${tx.tenantId} and exchange_id in (
      select exchange_id from godown.exchange where tenant_id = ${tx.tenantId} and at < ${before} order by at limit ${limit})`);
}

/** Removes old runs; those of the clock that ended well after a shorter time: there is one every minute. */
export async function deleteOldRuns(tx: Tx, before: Instant, quietBefore: Instant): Promise<number> {
  return tx.count(sql`
    delete from godown.sync_run where tenant_id = ${tx.tenantId}
      and (finished_at < ${before} or (finished_at < ${quietBefore} and state = 'DONE' and trigger = 'SCHEDULE' and kind <> 'CATALOG'))`);
}

export interface StoredExchange extends ExchangeRow {
  readonly channelId: ChannelId;
  readonly saleOrderId: SaleOrderId | null;
  readonly noticeId: NoticeId | null;
  readonly syncRunId: SyncRunId | null;
  /** It stands for so many answers that brought nothing new, since that moment; null: for itself. */
  readonly quietCount: number | null;
  readonly quietSince: Instant | null;
}

export function findExchange(tx: Tx, exchangeId: ExchangeId): Promise<StoredExchange | undefined> {
  return tx.first(sql<StoredExchange>`
    select exchange_id as "exchangeId", channel_id as "channelId", operation, direction, at, coalesce(duration_ms, 0) as "durationMs", method, url, request,
      status, response, outcome, message, attempt, sale_order_id as "saleOrderId", notice_id as "noticeId", sync_run_id as "syncRunId", quiet_count as "quietCount", quiet_since as "quietSince"
    from godown.exchange where tenant_id = ${tx.tenantId} and exchange_id = ${exchangeId}`);
}
