import type { PackageState } from "../../connectors/kit/index.ts";
import type { ChannelId, Id, Instant, SaleOrderId, SaleOrderItemId, ShippingPackageId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { ChannelState, NoticeId } from "./channel.ts";
import { type NoticeKind, type NoticeState, REPEATABLE_KINDS } from "./notice.ts";

/** What decides how a notice of an order begins: its channel's source and setting, and whether its notifications pause. */
export function noticeContexts(
  tx: Tx,
  saleOrderIds: readonly SaleOrderId[],
): Promise<{ saleOrderId: SaleOrderId; source: string; notifyOnDispatch: boolean; paused: boolean }[]> {
  return tx.run(sql<{ saleOrderId: SaleOrderId; source: string; notifyOnDispatch: boolean; paused: boolean }>`
    select o.sale_order_id as "saleOrderId", c.source, c.notify_on_dispatch as "notifyOnDispatch", o.notices_paused_at is not null as paused
    from godown.sale_order o join godown.channel c using (tenant_id, channel_id)
    where o.tenant_id = ${tx.tenantId} and o.sale_order_id = any (${saleOrderIds}::uuid[])`);
}

export interface NewNotice {
  readonly no: number;
  readonly noticeId: NoticeId;
  readonly channelId: ChannelId;
  readonly saleOrderId: SaleOrderId;
  readonly shippingPackageId: ShippingPackageId | null;
  readonly returnCaseId: Id<"ReturnCase"> | null;
  readonly kind: NoticeKind;
  readonly packageState: PackageState | null;
  readonly payload: unknown;
  readonly state: NoticeState;
}

/** In the order given: the numbers by which they are sent follow it. */
export async function insertNotices(tx: Tx, rows: readonly NewNotice[], at: Instant): Promise<void> {
  await tx.run(sql`
    insert into godown.channel_notice (tenant_id, channel_notice_id, channel_id, sale_order_id, shipping_package_id, return_case_id, kind, package_state, payload, state, created_at)
    select ${tx.tenantId}::uuid, r."noticeId", r."channelId", r."saleOrderId", r."shippingPackageId", r."returnCaseId", r.kind, r."packageState", r.payload, r.state, ${at}
    from jsonb_to_recordset(${json(rows)}) as r(no integer, "noticeId" uuid, "channelId" uuid, "saleOrderId" uuid, "shippingPackageId" uuid, "returnCaseId" uuid, kind text, "packageState" text, payload jsonb, state text)
    order by r.no`);
}

/**
 * Grades of a parcel of a return that join what is there: they become those of a report that waits and is not under way; or
 * the last report, whatever became of it, said the same. False: they need one of their own.
 */
export async function joinGrades(
  tx: Tx,
  of: { returnCaseId: Id<"ReturnCase">; shippingPackageId: ShippingPackageId; grades: unknown },
): Promise<boolean> {
  const same = sql`tenant_id = ${tx.tenantId} and return_case_id = ${of.returnCaseId} and shipping_package_id = ${of.shippingPackageId} and kind = 'GRADE'`;
  const last = await tx.first(sql<{ noticeId: NoticeId; waits: boolean; told: boolean }>`
    select channel_notice_id as "noticeId", state = 'PENDING' and claimed_until is null as waits, payload = ${json(of.grades)} as told
    from godown.channel_notice where ${same} order by seq desc limit 1 for update`);
  if (last?.waits)
    await tx.run(sql`
      update godown.channel_notice set payload = ${json(of.grades)} where tenant_id = ${tx.tenantId} and channel_notice_id = ${last.noticeId}`);
  return last?.waits === true || last?.told === true;
}

export interface ClaimedNotice {
  readonly noticeId: NoticeId;
  readonly channelId: ChannelId;
  readonly channelState: ChannelState;
  readonly source: string;
  readonly saleOrderId: SaleOrderId;
  readonly channelOrderId: string;
  readonly shippingPackageId: ShippingPackageId | null;
  readonly kind: NoticeKind;
  readonly packageState: PackageState | null;
  readonly payload: unknown;
  /** Before it was claimed: UNKNOWN is read back before it is sent. */
  readonly state: "PENDING" | "UNKNOWN";
  readonly attempts: number;
  /** When the channel took it to decide later; null: it did not. */
  readonly takenAt: Instant | null;
  /** Somebody else is sending it at this moment. */
  readonly taken: boolean;
}

/**
 * Takes the first notice of an order that is to be sent. Dispatches and cancellations become UNKNOWN at once: should this
 * process end before the answer is stored, they are read back and not sent twice.
 */
export async function claimNext(
  tx: Tx,
  saleOrderId: SaleOrderId,
  skip: { readonly noticeIds: readonly NoticeId[]; readonly kinds: readonly NoticeKind[] },
  now: Instant,
  until: Instant,
): Promise<ClaimedNotice | undefined> {
  const next = await tx.first(sql<ClaimedNotice>`
    select n.channel_notice_id as "noticeId", n.channel_id as "channelId", c.state as "channelState", c.source, n.sale_order_id as "saleOrderId",
      o.channel_order_id as "channelOrderId", n.shipping_package_id as "shippingPackageId", n.kind, n.package_state as "packageState", n.payload, n.state, n.attempts,
      n.taken_at as "takenAt", coalesce(n.claimed_until > ${now}, false) as taken
    from godown.channel_notice n join godown.channel c using (tenant_id, channel_id)
    join godown.sale_order o on o.tenant_id = n.tenant_id and o.sale_order_id = n.sale_order_id
    where n.tenant_id = ${tx.tenantId} and n.sale_order_id = ${saleOrderId} and n.state in ('PENDING', 'UNKNOWN') and not n.needs_person
      and n.channel_notice_id <> all (${skip.noticeIds}::uuid[]) and n.kind <> all (${skip.kinds}::text[])
      and (n.next_look_at is null or n.next_look_at <= ${now})
    order by n.seq limit 1 for update of n`);
  if (next === undefined || next.taken || next.channelState !== "CONNECTED") return next;
  await tx.run(sql`
    update godown.channel_notice set claimed_until = ${until}, state = case when kind = any (${REPEATABLE_KINDS}::text[]) then state else 'UNKNOWN' end
    where tenant_id = ${tx.tenantId} and channel_notice_id = ${next.noticeId}`);
  return next;
}

export async function settleNotice(
  tx: Tx,
  noticeId: NoticeId,
  change: {
    readonly state: NoticeState;
    readonly message: string | null;
    readonly answer?: unknown;
    readonly attempted: boolean;
    readonly sentAt?: Instant;
    readonly needsPerson?: boolean;
    /** The channel took it and is asked what became of it: since when, and when next. */
    readonly taken?: { readonly at: Instant; readonly nextLookAt: Instant };
  },
): Promise<void> {
  await tx.run(sql`
    update godown.channel_notice set state = ${change.state}, last_message = ${change.message},
      channel_answer = coalesce(${change.answer === undefined ? null : JSON.stringify(change.answer)}::jsonb, channel_answer),
      attempts = attempts + ${change.attempted ? 1 : 0}, sent_at = coalesce(${change.sentAt ?? null}::timestamptz, sent_at),
      needs_person = ${change.needsPerson ?? false}, claimed_until = null, next_look_at = ${change.taken?.nextLookAt ?? null}::timestamptz,
      taken_at = case when ${change.state} = 'PENDING' then null else coalesce(taken_at, ${change.taken?.at ?? null}::timestamptz) end
    where tenant_id = ${tx.tenantId} and channel_notice_id = ${noticeId}`);
}

/** After an answer other than SUCCESS: the order's further state notifications wait for a person. */
export async function pauseOrder(tx: Tx, saleOrderId: SaleOrderId, reason: string, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.sale_order set notices_paused_at = coalesce(notices_paused_at, ${at}), notices_paused_reason = ${reason}
    where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId}`);
  await tx.run(sql`
    update godown.channel_notice set state = 'PAUSED'
    where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId} and kind = 'STATE' and state = 'PENDING'`);
}

export async function resumeOrder(tx: Tx, saleOrderId: SaleOrderId): Promise<void> {
  await tx.run(sql`
    update godown.sale_order set notices_paused_at = null, notices_paused_reason = null
    where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId} and notices_paused_at is not null`);
  await tx.run(sql`
    update godown.channel_notice set state = 'PENDING'
    where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId} and state = 'PAUSED'`);
}

export interface StoredNotice {
  readonly noticeId: NoticeId;
  readonly channelId: ChannelId;
  readonly saleOrderId: SaleOrderId;
  readonly channelOrderId: string;
  readonly source: string;
  readonly kind: NoticeKind;
  readonly payload: unknown;
  readonly state: NoticeState;
  readonly needsPerson: boolean;
  /** When the channel took it to decide later; null: it did not. */
  readonly takenAt: Instant | null;
}

export function findNotice(tx: Tx, noticeId: NoticeId, lock: boolean): Promise<StoredNotice | undefined> {
  return tx.first(sql<StoredNotice>`
    select n.channel_notice_id as "noticeId", n.channel_id as "channelId", n.sale_order_id as "saleOrderId", o.channel_order_id as "channelOrderId", c.source,
      n.kind, n.payload, n.state, n.needs_person as "needsPerson", n.taken_at as "takenAt"
    from godown.channel_notice n join godown.channel c using (tenant_id, channel_id)
    join godown.sale_order o on o.tenant_id = n.tenant_id and o.sale_order_id = n.sale_order_id
    where n.tenant_id = ${tx.tenantId} and n.channel_notice_id = ${noticeId} ${lock ? sql`for update of n` : sql``}`);
}

/**
 * Pieces of each line of the order as the channel counts them (a bundle is one), and how many of them are cancelled already:
 * tells whether a cancellation is of whole lines.
 */
export async function linePieces(
  tx: Tx,
  saleOrderId: SaleOrderId,
): Promise<Map<string, { pieces: number; cancelled: number }>> {
  const rows = await tx.run(sql<{ line: string; pieces: number; cancelled: number }>`
    select u.channel_order_item_id as line, count(*) / max(p.parts) as pieces, count(*) filter (where u.state = 'CANCELLED') / max(p.parts) as cancelled
    from godown.sale_order_item u
    cross join lateral (
      select coalesce(sum(b.quantity), 1)::integer as parts from godown.bundle_component b where b.tenant_id = u.tenant_id and b.bundle_sku_id = u.bundle_sku_id
    ) p
    where u.tenant_id = ${tx.tenantId} and u.sale_order_id = ${saleOrderId} group by u.channel_order_item_id`);
  return new Map(rows.map(({ line, ...counts }) => [line, counts]));
}

/** Are these units cancelled here by now? */
export async function areCancelled(tx: Tx, unitIds: readonly SaleOrderItemId[]): Promise<boolean> {
  const open = await tx.first(sql<{ one: number }>`
    select 1 as one from godown.sale_order_item
    where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${unitIds}::uuid[]) and state <> 'CANCELLED' limit 1`);
  return open === undefined;
}

/** Orders with something that their channel took and is to be asked about now. */
export function ordersToLookAt(tx: Tx, now: Instant, limit: number): Promise<OrderToSend[]> {
  return tx.run(sql<OrderToSend>`
    select n.channel_id as "channelId", n.sale_order_id as "saleOrderId"
    from godown.channel_notice n join godown.channel c using (tenant_id, channel_id)
    where n.tenant_id = ${tx.tenantId} and n.next_look_at <= ${now} and n.state = 'UNKNOWN' and not n.needs_person and c.state = 'CONNECTED'
    group by n.channel_id, n.sale_order_id order by min(n.next_look_at) limit ${limit}`);
}

export interface OrderToSend {
  readonly channelId: ChannelId;
  readonly saleOrderId: SaleOrderId;
}

/** Orders with something to send; of one channel or all connected ones, waiting at least since `before`. */
export function ordersToSend(
  tx: Tx,
  only: { channelId: ChannelId | null; kind: NoticeKind | null; before: Instant | null; limit: number },
): Promise<OrderToSend[]> {
  return tx.run(sql<OrderToSend>`
    select n.channel_id as "channelId", n.sale_order_id as "saleOrderId"
    from godown.channel_notice n join godown.channel c using (tenant_id, channel_id)
    where n.tenant_id = ${tx.tenantId} and n.state in ('PENDING', 'UNKNOWN') and not n.needs_person and c.state = 'CONNECTED'
      and (${only.channelId}::uuid is null or n.channel_id = ${only.channelId}::uuid) and (${only.kind}::text is null or n.kind = ${only.kind})
      and (${only.before}::timestamptz is null or n.created_at < ${only.before}::timestamptz)
    group by n.channel_id, n.sale_order_id order by min(n.seq) limit ${only.limit}`);
}

/** What was not sent because the setting was off is to be sent after all. */
export function releaseUnsent(tx: Tx, channelId: ChannelId): Promise<OrderToSend[]> {
  return tx.run(sql<OrderToSend>`
    with released as (
      update godown.channel_notice n set state = case when n.kind = 'STATE' and o.notices_paused_at is not null then 'PAUSED' else 'PENDING' end
      from godown.sale_order o
      where n.tenant_id = ${tx.tenantId} and n.channel_id = ${channelId} and n.state = 'NOT_SENT' and o.tenant_id = n.tenant_id and o.sale_order_id = n.sale_order_id
      returning n.channel_id, n.sale_order_id
    )
    select distinct channel_id as "channelId", sale_order_id as "saleOrderId" from released`);
}

export async function countNotices(
  tx: Tx,
  channelId: ChannelId,
  kind: NoticeKind,
  saleOrderIds: readonly SaleOrderId[],
): Promise<{ sent: number; open: number }> {
  return tx.one(sql<{ sent: number; open: number }>`
    select count(*) filter (where state = 'SENT') as sent, count(*) filter (where state not in ('SENT', 'NOT_SENT')) as open
    from godown.channel_notice
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and kind = ${kind} and sale_order_id = any (${saleOrderIds}::uuid[])`);
}

export interface UnclearNotice {
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly channelCode: string;
  readonly lastMessage: string | null;
}

/** Writes of which nobody can say whether they were taken. */
export function noticesForPeople(tx: Tx): Promise<UnclearNotice[]> {
  return tx.run(sql<UnclearNotice>`
    select distinct on (n.sale_order_id) n.sale_order_id as "saleOrderId", o.code as "orderCode", c.code as "channelCode", n.last_message as "lastMessage"
    from godown.channel_notice n join godown.channel c using (tenant_id, channel_id)
    join godown.sale_order o on o.tenant_id = n.tenant_id and o.sale_order_id = n.sale_order_id
    where n.tenant_id = ${tx.tenantId} and n.needs_person order by n.sale_order_id, n.seq`);
}
