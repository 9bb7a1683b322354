import type { ChannelId, Instant, SaleOrderId } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { ReturnMeaning, ShippingProviderId } from "../../shipping/index.ts";
import type { ReturnCaseId, ReturnState } from "../return-case.ts";

/** A customer's return by a number that a courier gave for it. */
export interface TrackedReturn {
  readonly number: string;
  /** It is the number that the return travels with: not one that was given back. */
  readonly isLive: boolean;
  readonly returnCaseId: ReturnCaseId;
  readonly code: string;
  readonly state: ReturnState;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly channelId: ChannelId;
  readonly provider: { readonly id: ShippingProviderId; readonly code: string };
}

export function returnsByNumbers(
  tx: Tx,
  providerId: ShippingProviderId,
  numbers: readonly string[],
): Promise<TrackedReturn[]> {
  return tx.run(sql<TrackedReturn>`
    select w.awb as number, w.state = 'GIVEN' as "isLive", r.return_case_id as "returnCaseId", r.code, r.state, o.sale_order_id as "saleOrderId", o.code as "orderCode",
      r.channel_id as "channelId", jsonb_build_object('id', v.shipping_provider_id, 'code', v.code) as provider
    from godown.courier_waybill w
    join godown.return_case r on r.tenant_id = w.tenant_id and r.return_case_id = w.return_case_id
    join godown.sale_order o on o.tenant_id = r.tenant_id and o.sale_order_id = r.sale_order_id
    join godown.shipping_provider v on v.tenant_id = w.tenant_id and v.shipping_provider_id = w.shipping_provider_id
    where w.tenant_id = ${tx.tenantId} and w.shipping_provider_id = ${providerId} and w.awb = any(${numbers}::text[]) order by w.awb`);
}

/** When a courier is asked about a return: as of its parcels. */
export interface AskedPace {
  readonly youngerThan: Instant;
  readonly askedBefore: Instant;
  readonly pushedSince: Instant;
  readonly heardBefore: Instant;
  readonly restedBefore: Instant;
}

/** `w` is the number, `r` the return, `k` what is known of asking about it. */
const travelling = sql`w.state = 'GIVEN' and w.return_case_id is not null and r.state in ('CREATED', 'COURIER_ALLOCATED', 'PICKED_UP')`;
const tables = sql`godown.courier_waybill w
  join godown.return_case r on r.tenant_id = w.tenant_id and r.return_case_id = w.return_case_id
  left join godown.return_watch k on k.tenant_id = r.tenant_id and k.return_case_id = r.return_case_id`;

export interface TravellingReturn {
  readonly returnCaseId: ReturnCaseId;
  readonly numbers: readonly string[];
}

/** Returns that a courier brings and that are due to be asked about, those not asked about for longest first. */
export function dueReturns(
  tx: Tx,
  providerId: ShippingProviderId,
  pace: AskedPace,
  limit: number,
): Promise<TravellingReturn[]> {
  return tx.run(sql<TravellingReturn>`
    select r.return_case_id as "returnCaseId", jsonb_build_array(w.awb) as numbers from ${tables}
    where w.tenant_id = ${tx.tenantId} and w.shipping_provider_id = ${providerId} and ${travelling} and w.given_at > ${pace.youngerThan}
      and (k.asked_at is null or k.asked_at < ${pace.askedBefore})
      and (k.pushed_at is null or k.pushed_at < ${pace.pushedSince} or greatest(k.asked_at, k.pushed_at) < ${pace.heardBefore})
      and (not coalesce(k.resting, false) or k.asked_at < ${pace.restedBefore})
    order by k.asked_at nulls first, r.return_case_id limit ${limit}`);
}

/** All that travel, but for those asked about since then. */
export function travellingReturns(
  tx: Tx,
  providerId: ShippingProviderId,
  askedBefore: Instant,
  limit: number,
): Promise<TravellingReturn[]> {
  return tx.run(sql<TravellingReturn>`
    select r.return_case_id as "returnCaseId", jsonb_build_array(w.awb) as numbers from ${tables}
    where w.tenant_id = ${tx.tenantId} and w.shipping_provider_id = ${providerId} and ${travelling} and (k.asked_at is null or k.asked_at < ${askedBefore})
    order by k.asked_at nulls first, r.return_case_id limit ${limit}`);
}

/** Couriers that bring returns at this moment. */
export async function couriersOfReturns(tx: Tx): Promise<ShippingProviderId[]> {
  const rows = await tx.run(sql<{ id: ShippingProviderId }>`
    select distinct w.shipping_provider_id as id from ${tables} where w.tenant_id = ${tx.tenantId} and ${travelling}`);
  return rows.map((row) => row.id);
}

export interface ReturnWord {
  readonly returnCaseId: ReturnCaseId;
  readonly awb: string;
  readonly raw: string;
  readonly at: Instant | null;
  readonly via: "COURIER_DETAILS" | "COURIER_PUSH";
  readonly place: string | null;
  readonly remark: string | null;
}

export type ReturnWordOutcome = "MOVED" | "NOTHING" | "DOUBT" | "UNKNOWN";

/** Keeps words, each once; what a former one lacked is added to it. @returns those that are news */
export async function insertWords(
  tx: Tx,
  words: readonly (ReturnWord & {
    readonly id: string;
    readonly meaning: ReturnMeaning | null;
    readonly outcome: ReturnWordOutcome;
  })[],
  at: Instant,
): Promise<Set<string>> {
  if (words.length === 0) return new Set();
  const rows = await tx.run(sql<{ id: string; isNew: boolean }>`
    insert into godown.return_tracking as k (tenant_id, return_tracking_id, return_case_id, awb, raw, meaning, at, heard_at, via, place, remark, outcome)
    select distinct on (w."returnCaseId", w.awb, w.raw, w.at) ${tx.tenantId}::uuid, w.id, w."returnCaseId", w.awb, w.raw, w.meaning, w.at, ${at}::timestamptz, w.via, w.place, w.remark, w.outcome
    from jsonb_to_recordset(${json(words)}) as w(id uuid, "returnCaseId" uuid, awb text, raw text, meaning text, at timestamptz, via text, place text, remark text, outcome text)
    order by w."returnCaseId", w.awb, w.raw, w.at, w.id
    on conflict (tenant_id, return_case_id, awb, raw, at) do update set place = coalesce(k.place, excluded.place), remark = coalesce(k.remark, excluded.remark)
    where (k.place is null and excluded.place is not null) or (k.remark is null and excluded.remark is not null)
    returning k.return_tracking_id as id, k.xmax = 0 as "isNew"`);
  return new Set(rows.flatMap((row) => (row.isNew ? [row.id] : [])));
}

export interface WatchedReturn {
  readonly returnCaseId: ReturnCaseId;
  readonly asked: boolean;
  readonly pushed: boolean;
  /** Asked, and the courier knows the number; null: it was not asked. */
  readonly known: boolean | null;
  readonly resting: boolean;
  readonly expectedAt: Instant | null;
}

export async function noteWatchedReturns(tx: Tx, watched: readonly WatchedReturn[], at: Instant): Promise<void> {
  if (watched.length === 0) return;
  await tx.run(sql`
    insert into godown.return_watch as w (tenant_id, return_case_id, asked_at, answered_at, pushed_at, resting, unknown_since, expected_at)
    select ${tx.tenantId}::uuid, n."returnCaseId", case when n.asked then ${at}::timestamptz end, case when n.known then ${at}::timestamptz end,
      case when n.pushed then ${at}::timestamptz end, n.resting, case when n.known = false then ${at}::timestamptz end, n."expectedAt"
    from jsonb_to_recordset(${json(watched)}) as n("returnCaseId" uuid, asked boolean, pushed boolean, known boolean, resting boolean, "expectedAt" timestamptz)
    order by n."returnCaseId"
    on conflict (tenant_id, return_case_id) do update set asked_at = coalesce(excluded.asked_at, w.asked_at), answered_at = coalesce(excluded.answered_at, w.answered_at),
      pushed_at = coalesce(excluded.pushed_at, w.pushed_at), resting = excluded.resting, expected_at = coalesce(excluded.expected_at, w.expected_at),
      unknown_since = case when excluded.unknown_since is not null then coalesce(w.unknown_since, excluded.unknown_since)
        when excluded.answered_at is not null or excluded.pushed_at is not null then null else w.unknown_since end`);
}

/** Returns of which a courier would not answer: asked about again in their turn. */
export async function noteUnansweredReturns(tx: Tx, ids: readonly ReturnCaseId[], at: Instant): Promise<void> {
  await tx.run(sql`
    insert into godown.return_watch as w (tenant_id, return_case_id, asked_at)
    select ${tx.tenantId}::uuid, id, ${at}::timestamptz from unnest(${ids}::uuid[]) as id order by id
    on conflict (tenant_id, return_case_id) do update set asked_at = excluded.asked_at`);
}

/** Another courier carries it: what was known of asking about it is the former one's. */
export async function forgetWatch(tx: Tx, id: ReturnCaseId): Promise<void> {
  await tx.run(sql`delete from godown.return_watch where tenant_id = ${tx.tenantId} and return_case_id = ${id}`);
}
