import type { ReportedParcel } from "../../connectors/kit/index.ts";
import {
  type ChannelId,
  type Facts,
  type Id,
  type Instant,
  newId,
  type SaleOrderId,
  type ShippingPackageId,
} from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { HeardStatus } from "./adopt-seam.ts";

export type ChannelWordId = Id<"ChannelWord">;
/** How a word came: a list of changes, orders read by their ids, pulled orders, the daily reading, a person's wish. */
export type HeardVia = "FEED" | "READ" | "ORDERS" | "REREAD" | "PERSON";
export type Outcome = "WAITING" | "ADOPTED" | "APPLIED" | "KNOWN" | "DOUBT" | "NOT_SYNCED";

/** What is kept of a line as it was reported. */
export interface KeptWord {
  readonly returnReason: string | null;
  readonly returnAwb: string | null;
  readonly returnCourier: string | null;
  /** Units of the line that had left by the same report; null: all of it. */
  readonly left: number | null;
  readonly parcels: readonly ReportedParcel[];
}

/** A word as it was heard. */
export interface Heard {
  readonly channelOrderId: string;
  readonly line: string;
  readonly status: HeardStatus;
  /** 0: all units of the line. */
  readonly quantity: number;
  readonly channelReturnId: string;
  readonly raw: string;
  readonly changedAt: Instant | null;
  readonly word: KeptWord;
}

export interface Hearing {
  readonly channelId: ChannelId;
  readonly via: HeardVia;
  /** It was asked last before at this moment: what is news became so after it. */
  readonly changedAfter: Instant;
  /** Only what the channel ships is believed. */
  readonly channelShippedAlone: boolean;
  readonly unknownOrders: UnknownOrders;
}

/** Words of orders that are not here: a list of changes may be ahead of the orders, so they wait; of other answers those that wait in intake do. */
export type UnknownOrders = "wait" | "intake" | "skip";

/** An entry of intake that waits for something to become an order: a mapping, a correction, the day on which its tenant is live. */
const WAITS = sql`i.kind = 'ORDER' and i.state in ('RECEIVED', 'FAILED')`;
/** The order of the word `w` is here. */
const HAS_ORDER = sql`exists (
  select from godown.sale_order o where o.tenant_id = w.tenant_id and o.channel_id = w.channel_id and o.channel_order_id = w.channel_order_id)`;
/** One that became no order; each of the two has an index of its own. */
const IGNORED = sql`i.kind = 'ORDER' and i.state = 'IGNORED'`;
const DISMISSED = sql`i.kind = 'ORDER' and i.state = 'DISMISSED'`;

/**
 * Keeps those of the words that are news: not heard before, and not so here already. One statement for a page. What
 * can be applied is due now; of orders that are not here the word waits, but where they were set aside for good.
 * Gives the orders with something to apply.
 */
export async function keepNews(tx: Tx, hearing: Hearing, words: readonly Heard[], now: Instant): Promise<string[]> {
  if (words.length === 0) return [];
  await forgetGivenUp(tx, hearing.channelId, words);
  const rows = words.map((heard) => ({ ...heard, id: newId<"ChannelWord">() }));
  const inIntake = (how: typeof WAITS) => sql`exists (
      select from godown.intake i where i.tenant_id = ${tx.tenantId} and i.channel_id = ${hearing.channelId} and i.channel_order_id = w."channelOrderId" and ${how})`;
  const kept = await tx.run(sql<{ channelOrderId: string; outcome: Outcome }>`
    insert into godown.channel_word (tenant_id, channel_word_id, channel_id, channel_order_id, channel_order_item_id, status, quantity, channel_return_id,
      sale_order_id, raw, word, via, changed_at, changed_after, heard_at, outcome, code, facts, next_attempt_at, settled_at)
    select ${tx.tenantId}::uuid, w.id, ${hearing.channelId}::uuid, w."channelOrderId", w.line, w.status, w.quantity, w."channelReturnId",
      o.sale_order_id, w.raw, w.word, ${hearing.via}, w."changedAt", least(${hearing.changedAfter}::timestamptz, ${now}::timestamptz), ${now}::timestamptz, j.outcome, j.code,
      case when j.code is null then '{}'::jsonb else jsonb_build_object('order', w."channelOrderId") end,
      case when j.outcome = 'WAITING' then ${now}::timestamptz end, case when j.outcome <> 'WAITING' then ${now}::timestamptz end
    from jsonb_to_recordset(${json(rows)}) as w(id uuid, "channelOrderId" text, line text, status text, quantity integer, "channelReturnId" text, raw text, "changedAt" timestamptz, word jsonb)
    left join lateral (
      select x.sale_order_id, x.third_party_shipping from godown.sale_order x
      where x.tenant_id = ${tx.tenantId} and x.channel_id = ${hearing.channelId} and x.channel_order_id = w."channelOrderId" offset 0
    ) o on true
    left join lateral (select ${inIntake(WAITS)} as waits, ${inIntake(IGNORED)} or ${inIntake(DISMISSED)} as aside) k on o.sale_order_id is null
    cross join lateral (select
      case when o.sale_order_id is not null and ${hearing.channelShippedAlone} and not o.third_party_shipping then 'NOT_SYNCED'
        when o.sale_order_id is null and k.aside and not k.waits then 'NOT_SYNCED'
        else 'WAITING' end as outcome,
      case when o.sale_order_id is not null and ${hearing.channelShippedAlone} and not o.third_party_shipping then 'SELLER_SHIPPED_NOT_SYNCED'
        when o.sale_order_id is null and k.aside and not k.waits then 'ORDER_SET_ASIDE'
        when o.sale_order_id is null then 'ORDER_NOT_HERE' end as code
    ) j
    where case when o.sale_order_id is null then ${hearing.unknownOrders} = 'wait' or (${hearing.unknownOrders} = 'intake' and k.waits) else exists (
      select from godown.sale_order_item u
      where u.tenant_id = ${tx.tenantId} and u.sale_order_id = o.sale_order_id and u.channel_order_item_id = w.line and u.channel_status is distinct from w.status
        and case w.status
          when 'DISPATCHED' then u.state not in ('DISPATCHED', 'DELIVERED', 'RETURNED', 'CANCELLED', 'REPLACED', 'RESHIPPED')
          when 'DELIVERED' then u.state not in ('DELIVERED', 'RETURNED', 'CANCELLED', 'REPLACED', 'RESHIPPED')
          else true end)
      -- Cancelled here by us or by the channel's word, and it left there all the same. Not what had left long before, nor what the
      -- channel had said more of: then it was known when it was cancelled.
      or (w.status in ('DISPATCHED', 'DELIVERED') and (
        select bool_and(u.state = 'CANCELLED') and bool_or(coalesce(u.channel_status, 'CANCELLED') = 'CANCELLED' and u.cancelled_at < coalesce(w."changedAt", ${now}::timestamptz) + interval '1 day')
        from godown.sale_order_item u
        where u.tenant_id = ${tx.tenantId} and u.sale_order_id = o.sale_order_id and u.channel_order_item_id = w.line)) end
    on conflict (tenant_id, channel_id, channel_order_id, channel_order_item_id, status, quantity, channel_return_id) do nothing
    returning channel_order_id as "channelOrderId", outcome`);
  return [...new Set(kept.filter((row) => row.outcome === "WAITING").map((row) => row.channelOrderId))];
}

/** Words of orders that were given up or set aside and came after all: told again they are judged like any other. */
async function forgetGivenUp(tx: Tx, channelId: ChannelId, words: readonly Heard[]): Promise<void> {
  const ids = [...new Set(words.map((heard) => heard.channelOrderId))];
  await tx.run(sql`
    delete from godown.channel_word w using unnest(${ids}::text[]) as told(id)
    where w.tenant_id = ${tx.tenantId} and w.channel_id = ${channelId} and w.channel_order_id = told.id
      and w.outcome = 'NOT_SYNCED' and w.code in ('ORDER_NEVER_CAME', 'ORDER_SET_ASIDE')
      and ${HAS_ORDER}`);
}

/** Is an order of that id here, and waits for something to become one: a mapping, a correction? */
export async function waitsInIntake(tx: Tx, channelId: ChannelId, channelOrderId: string): Promise<boolean> {
  const row = await tx.first(sql`
    select 1 from godown.intake i where i.tenant_id = ${tx.tenantId} and i.channel_id = ${channelId} and i.channel_order_id = ${channelOrderId} and ${WAITS} limit 1`);
  return row !== undefined;
}

/** A word that waits, with what is needed to apply it. */
export interface WaitingWord extends Heard {
  readonly channelWordId: ChannelWordId;
  readonly saleOrderId: SaleOrderId | null;
  readonly thirdPartyShipping: boolean | null;
  readonly heardAt: Instant;
  readonly attempts: number;
}

/** The words of an order that wait, locked; its order looked up anew. */
export function lockWaiting(tx: Tx, channelId: ChannelId, channelOrderId: string): Promise<WaitingWord[]> {
  return tx.run(sql<WaitingWord>`
    with locked as (
      select w.* from godown.channel_word w
      where w.tenant_id = ${tx.tenantId} and w.channel_id = ${channelId} and w.channel_order_id = ${channelOrderId} and w.outcome = 'WAITING'
      order by w.channel_word_id for update
    )
    select w.channel_word_id as "channelWordId", w.channel_order_id as "channelOrderId", w.channel_order_item_id as line, w.status, w.quantity,
      w.channel_return_id as "channelReturnId", w.raw, w.changed_at as "changedAt", w.word, w.heard_at as "heardAt", w.attempts,
      o.sale_order_id as "saleOrderId", o.third_party_shipping as "thirdPartyShipping"
    from locked w left join godown.sale_order o on o.tenant_id = w.tenant_id and o.channel_id = w.channel_id and o.channel_order_id = w.channel_order_id
    order by w.heard_at, w.channel_word_id`);
}

/** The words of those orders that wait for an order which is not here, locked. */
export function wordsWithoutOrder(
  tx: Tx,
  channelId: ChannelId,
  orders: readonly string[],
): Promise<Pick<WaitingWord, "channelWordId" | "channelOrderId" | "attempts">[]> {
  return tx.run(sql<Pick<WaitingWord, "channelWordId" | "channelOrderId" | "attempts">>`
    select w.channel_word_id as "channelWordId", w.channel_order_id as "channelOrderId", w.attempts from godown.channel_word w
    where w.tenant_id = ${tx.tenantId} and w.channel_id = ${channelId} and w.channel_order_id = any(${orders}::text[])
      and w.outcome = 'WAITING' and w.code = 'ORDER_NOT_HERE' and not ${HAS_ORDER}
    order by w.channel_word_id for update`);
}

/** What became of a word, to be written. */
export interface Settled {
  readonly channelWordId: ChannelWordId;
  readonly outcome: Outcome;
  readonly code: string | null;
  readonly facts: Facts;
  /** Of WAITING: when it is tried again. */
  readonly nextAttemptAt: Instant | null;
}

export async function settleWords(
  tx: Tx,
  saleOrderId: SaleOrderId | null,
  settled: readonly Settled[],
  now: Instant,
): Promise<void> {
  if (settled.length === 0) return;
  await tx.run(sql`
    update godown.channel_word w set outcome = s.outcome, code = s.code, facts = s.facts, next_attempt_at = s."nextAttemptAt",
      sale_order_id = coalesce(${saleOrderId}::uuid, w.sale_order_id), attempts = w.attempts + 1,
      settled_at = case when s.outcome = 'WAITING' then null else ${now}::timestamptz end
    from jsonb_to_recordset(${json(settled)}) as s("channelWordId" uuid, outcome text, code text, facts jsonb, "nextAttemptAt" timestamptz)
    where w.tenant_id = ${tx.tenantId} and w.channel_word_id = s."channelWordId" and w.outcome = 'WAITING'`);
}

/** Forgets words that said nothing new: should they be told again, they are judged again by how the order stands then. */
export async function forgetWords(tx: Tx, ids: readonly ChannelWordId[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.run(sql`
    delete from godown.channel_word where tenant_id = ${tx.tenantId} and channel_word_id = any(${ids}::uuid[]) and outcome = 'WAITING'`);
}

/**
 * The channel called returns off: what was said of them and has not taken effect yet does so no more.
 * @param returns the channel's returns, each with its order
 */
export async function forgetReturns(
  tx: Tx,
  channelId: ChannelId,
  returns: readonly { readonly channelOrderId: string; readonly channelReturnId: string }[],
  now: Instant,
): Promise<void> {
  if (returns.length === 0) return;
  await tx.run(sql`
    update godown.channel_word w set outcome = 'KNOWN', code = null, facts = '{}', next_attempt_at = null, settled_at = ${now}
    from jsonb_to_recordset(${json(returns)}) as r("channelOrderId" text, "channelReturnId" text)
    where w.tenant_id = ${tx.tenantId} and w.channel_id = ${channelId} and w.channel_order_id = r."channelOrderId" and w.channel_return_id = r."channelReturnId"
      and w.status in ('RTO', 'CIR', 'RETURNED') and w.outcome in ('WAITING', 'DOUBT')`);
}

export interface DueOrder {
  readonly channelId: ChannelId;
  readonly source: string;
  readonly channelOrderId: string;
}

/** Orders with words that are due, longest due first. Words of orders that are not here are due as soon as their order came, or when they are given up: not while it waits in intake. */
export function dueOrders(
  tx: Tx,
  channelId: ChannelId | null,
  due: { readonly now: Instant; readonly giveUpBefore: Instant; readonly limit: number },
): Promise<DueOrder[]> {
  return tx.run(sql<DueOrder>`
    select w.channel_id as "channelId", c.source, w.channel_order_id as "channelOrderId"
    from godown.channel_word w join godown.channel c using (tenant_id, channel_id)
    where w.tenant_id = ${tx.tenantId} and w.outcome = 'WAITING' and (${channelId}::uuid is null or w.channel_id = ${channelId}::uuid)
      and case when w.code = 'ORDER_NOT_HERE' then ${HAS_ORDER} or (w.heard_at < ${due.giveUpBefore} and not exists (
          select from godown.intake i where i.tenant_id = w.tenant_id and i.channel_id = w.channel_id and i.channel_order_id = w.channel_order_id and ${WAITS}))
        else w.next_attempt_at <= ${due.now} end
    group by w.channel_id, c.source, w.channel_order_id order by min(w.next_attempt_at), w.channel_order_id limit ${due.limit}`);
}

/** Words that wait are due now: what they waited for may be there. Gives their channels. */
export async function makeDue(
  tx: Tx,
  where: { readonly codes: readonly string[] | null; readonly channelId: ChannelId | null },
  now: Instant,
): Promise<ChannelId[]> {
  const rows = await tx.run(sql<{ channelId: ChannelId }>`
    with due as (
      select channel_word_id from godown.channel_word
      where tenant_id = ${tx.tenantId} and outcome = 'WAITING' and code is not null
        and (${where.codes}::text[] is null or code = any(${where.codes}::text[])) and (${where.channelId}::uuid is null or channel_id = ${where.channelId}::uuid)
      order by channel_word_id for update skip locked
    )
    update godown.channel_word w set next_attempt_at = least(w.next_attempt_at, ${now}) from due
    where w.tenant_id = ${tx.tenantId} and w.channel_word_id = due.channel_word_id returning w.channel_id as "channelId"`);
  return [...new Set(rows.map((row) => row.channelId))];
}

/**
 * Words about lines of packages that left just now, of what comes after that: somebody was asked what they mean while the
 * goods were still here, and they are never told again. They are judged anew. Gives their channels.
 */
export async function reviveDoubts(
  tx: Tx,
  packageIds: readonly ShippingPackageId[],
  now: Instant,
): Promise<ChannelId[]> {
  const rows = await tx.run(sql<{ channelId: ChannelId }>`
    update godown.channel_word w set outcome = 'WAITING', code = null, facts = '{}', next_attempt_at = ${now}, settled_at = null
    from (
      select distinct u.sale_order_id, u.channel_order_item_id from godown.sale_order_item u
      where u.tenant_id = ${tx.tenantId} and u.shipping_package_id = any(${packageIds}::uuid[])
    ) l
    where w.tenant_id = ${tx.tenantId} and w.sale_order_id = l.sale_order_id and w.channel_order_item_id = l.channel_order_item_id
      and w.outcome = 'DOUBT' and w.status in ('DELIVERED', 'RTO', 'CIR', 'RETURNED')
    returning w.channel_id as "channelId"`);
  return [...new Set(rows.map((row) => row.channelId))];
}

/** Channels with words that are due. */
export async function dueChannels(
  tx: Tx,
  due: { readonly now: Instant; readonly giveUpBefore: Instant },
): Promise<ChannelId[]> {
  const orders = await dueOrders(tx, null, { ...due, limit: 5_000 });
  return [...new Set(orders.map((order) => order.channelId))];
}

/** Removes settled words that nobody asks for any more, a share at a time. Gives how many. */
export function deleteOldWords(tx: Tx, before: Instant, limit: number): Promise<number> {
  return tx.count(sql`
    delete from godown.channel_word w using (
      select channel_word_id from godown.channel_word where tenant_id = ${tx.tenantId} and settled_at < ${before} limit ${limit}
    ) old where w.tenant_id = ${tx.tenantId} and w.channel_word_id = old.channel_word_id`);
}

/** Of lines of which a word counts the pieces: how many units they have here, and as how many of them the channel's piece counts. */
export interface LineUnits {
  readonly line: string;
  readonly units: number;
  /** A bundle's components; 1 otherwise. */
  readonly parts: number;
}

export function lineUnits(tx: Tx, saleOrderId: SaleOrderId, lines: readonly string[]): Promise<LineUnits[]> {
  return tx.run(sql<LineUnits>`
    select u.channel_order_item_id as line, count(*)::integer as units,
      max(case when u.bundle_sku_id is null then 1 else (
        select coalesce(sum(b.quantity), 1)::integer from godown.bundle_component b where b.tenant_id = u.tenant_id and b.bundle_sku_id = u.bundle_sku_id) end) as parts
    from godown.sale_order_item u
    where u.tenant_id = ${tx.tenantId} and u.sale_order_id = ${saleOrderId} and u.channel_order_item_id = any(${lines}::text[]) and u.state <> 'CANCELLED'
    group by u.channel_order_item_id`);
}
