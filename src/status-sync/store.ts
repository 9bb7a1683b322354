import { orderWithin } from "../fulfilment/index.ts";
import type { ChannelId, FacilityId, SaleOrderId, SaleOrderItemId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";

export interface Asked {
  readonly saleOrderId: string;
  readonly channelOrderId: string;
}

/**
 * Orders that may have been cancelled on the channel's side, or whose cancellation waits for its word; those that left lately too:
 * a parcel that is just gone may still be called back. In id order, a page at a time.
 */
export function openOrders(
  tx: Tx,
  channelId: ChannelId,
  which: {
    /** Those that left since; null: none that left. */
    readonly goneSince: Temporal.Instant | null;
    /** Only what the channel ships. */
    readonly channelShippedAlone: boolean;
  },
  after: string | null,
  limit: number,
): Promise<Asked[]> {
  const behind = sql`(${after}::uuid is null or o.sale_order_id > ${after}::uuid) and (not ${which.channelShippedAlone} or o.third_party_shipping)`;
  return tx.run(sql<Asked>`
    (select o.sale_order_id as "saleOrderId", o.channel_order_id as "channelOrderId" from godown.sale_order o
      where o.tenant_id = ${tx.tenantId} and o.channel_id = ${channelId} and o.state in ('PENDING_VERIFICATION', 'CREATED', 'PROCESSING') and ${behind}
      order by o.sale_order_id limit ${limit})
    union
    (select o.sale_order_id, o.channel_order_id
      from godown.shipping_package p join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id
      where p.tenant_id = ${tx.tenantId} and p.channel_id = ${channelId} and p.dispatched_at > ${which.goneSince}::timestamptz and p.state in ('DISPATCHED', 'SHIPPED') and ${behind}
      order by o.sale_order_id limit ${limit})
    order by "saleOrderId" limit ${limit}`);
}

/** Up to when a channel's list of orders was read; null: never. */
export async function readThrough(tx: Tx, channelId: ChannelId): Promise<Temporal.Instant | null> {
  const row = await tx.first(sql<{ through: Temporal.Instant | null }>`
    select (cursor ->> 'through')::timestamptz as through from godown.sync_state
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and kind = 'ORDERS'`);
  return row?.through ?? null;
}

/** Open orders of which the channel was asked something since, by anybody but a sync. In id order, a page at a time. */
export function touchedOrders(
  tx: Tx,
  channelId: ChannelId,
  which: { readonly since: Temporal.Instant; readonly channelShippedAlone: boolean },
  after: string | null,
  limit: number,
): Promise<Asked[]> {
  return tx.run(sql<Asked>`
    select o.sale_order_id as "saleOrderId", o.channel_order_id as "channelOrderId"
    from (select distinct e.sale_order_id from godown.exchange e
      where e.tenant_id = ${tx.tenantId} and e.channel_id = ${channelId} and e.at > ${which.since} and e.sync_run_id is null) t
    join godown.sale_order o on o.tenant_id = ${tx.tenantId} and o.sale_order_id = t.sale_order_id
    where o.state in ('PENDING_VERIFICATION', 'CREATED', 'PROCESSING') and (not ${which.channelShippedAlone} or o.third_party_shipping)
      and (${after}::uuid is null or o.sale_order_id > ${after}::uuid)
    order by o.sale_order_id limit ${limit}`);
}

/** Orders are cancelled within days of coming; older ones are not looked for among them. */
const CANCELLED_OF_DAYS = 10;

/**
 * Orders with a parcel that is on its way, or was delivered lately enough to come back; and those that were cancelled here lately
 * without the channel having said so: somebody may send them from its panel all the same.
 */
export function travellingOrders(
  tx: Tx,
  channelId: ChannelId,
  since: { readonly delivered: Temporal.Instant; readonly cancelled: Temporal.Instant },
  after: string | null,
  limit: number,
): Promise<Asked[]> {
  const behind = sql`(${after}::uuid is null or o.sale_order_id > ${after}::uuid)`;
  return tx.run(sql<Asked>`
    (select o.sale_order_id as "saleOrderId", o.channel_order_id as "channelOrderId" from godown.sale_order o
      where o.tenant_id = ${tx.tenantId} and o.channel_id = ${channelId} and exists (
        select from godown.shipping_package p where p.tenant_id = o.tenant_id and p.sale_order_id = o.sale_order_id
          and (p.state in ('DISPATCHED', 'SHIPPED') or (p.state = 'DELIVERED' and p.delivered_at > ${since.delivered})
            or (p.state = 'RETURN_EXPECTED' and p.state_changed_at > ${since.delivered}))) -- which may be delivered after all
        and ${behind}
      order by o.sale_order_id limit ${limit})
    union
    (select o.sale_order_id, o.channel_order_id from godown.sale_order o
      where o.tenant_id = ${tx.tenantId} and o.channel_id = ${channelId} and o.state = 'CANCELLED' and o.created_at > ${since.cancelled.subtract({ hours: 24 * CANCELLED_OF_DAYS })}
        and exists (
          select from godown.sale_order_item u where u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id
            and u.cancelled_at > ${since.cancelled} and u.channel_status is null)
        and ${behind}
      order by o.sale_order_id limit ${limit})
    order by "saleOrderId" limit ${limit}`);
}

/** When a channel was asked for its statuses last, and answered; of one that tells them with its orders alone, for these. Null: never. */
export async function lastAskedAt(tx: Tx, channelId: ChannelId): Promise<Temporal.Instant | null> {
  const row = await tx.one(sql<{ at: Temporal.Instant | null }>`
    select coalesce(max(last_success_at) filter (where kind = 'STATUS_CANCELLED'), max(last_success_at) filter (where kind = 'ORDERS')) as at
    from godown.sync_state where tenant_id = ${tx.tenantId} and channel_id = ${channelId}`);
  return row.at;
}

/** One word of a channel about a line of an order. */
export interface LineWord {
  readonly channelOrderId: string;
  readonly line: string;
  readonly status: string;
}

export interface UnitStillHere extends LineWord {
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly unitId: SaleOrderItemId;
  readonly unitCode: string;
  readonly packageCode: string | null;
  readonly onHold: boolean;
  /** The word that was heard of it last. */
  readonly channelStatus: string | null;
}

/**
 * Units of lines that a channel says have left, which have not left from here; orders and units locked. Not of lines of
 * which some unit did leave, not those whose cancellation the channel is being asked for, and not what lies on a list
 * that the channel is being asked for.
 */
export async function lockStillHere(
  tx: Tx,
  channelId: ChannelId,
  words: readonly LineWord[],
): Promise<UnitStillHere[]> {
  const ids = [...new Set(words.map((word) => word.channelOrderId))];
  await tx.run(sql`
    select 1 from godown.sale_order where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and channel_order_id = any(${ids}::text[])
    order by sale_order_id for update`);
  return tx.run(sql<UnitStillHere>`
    select o.channel_order_id as "channelOrderId", w.line, w.status, o.sale_order_id as "saleOrderId", o.code as "orderCode",
      u.sale_order_item_id as "unitId", u.code as "unitCode", u.channel_status as "channelStatus", u.on_hold as "onHold",
      (select p.code from godown.shipping_package p where p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id) as "packageCode"
    from jsonb_to_recordset(${json(words)}) as w("channelOrderId" text, line text, status text)
    join godown.sale_order o on o.tenant_id = ${tx.tenantId} and o.channel_id = ${channelId} and o.channel_order_id = w."channelOrderId"
    join godown.sale_order_item u on u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id and u.channel_order_item_id = w.line
    where u.state in ('CREATED', 'FULFILLABLE', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE', 'PICKING_FOR_INVOICING', 'PACKED', 'READY_TO_SHIP', 'MANIFESTED')
      and u.cancel_requested_at is null
      and not exists (
        select from godown.sale_order_item g
        where g.tenant_id = u.tenant_id and g.sale_order_id = u.sale_order_id and g.channel_order_item_id = u.channel_order_item_id
          and g.state in ('DISPATCHED', 'DELIVERED', 'RETURNED', 'REPLACED', 'RESHIPPED'))
      and not exists (
        select from godown.manifest_package mp join godown.manifest m using (tenant_id, manifest_id)
        where mp.tenant_id = u.tenant_id and mp.shipping_package_id = u.shipping_package_id and m.state = 'CREATED' and m.asking_until is not null)
    order by u.sale_order_item_id for update of u`);
}

/** Holds units until a person decides, and remembers the word. */
export async function holdLeft(
  tx: Tx,
  units: readonly Pick<UnitStillHere, "unitId" | "status">[],
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.sale_order_item u set on_hold = true, channel_status = h.status, channel_status_at = ${at}
    from jsonb_to_recordset(${json(units)}) as h("unitId" uuid, status text)
    where u.tenant_id = ${tx.tenantId} and u.sale_order_item_id = h."unitId"`);
}

/** What is needed to ask the channel of an order about it. */
export interface OrderToAsk {
  readonly saleOrderId: SaleOrderId;
  readonly code: string;
  readonly channelId: ChannelId;
  readonly channel: string;
  readonly source: string;
  readonly channelOrderId: string;
}

/** Those of the orders that are here and that an actor of these facilities may see, the ones of a channel side by side. */
export function ordersToAsk(
  tx: Tx,
  facilities: "all" | readonly FacilityId[],
  ids: readonly SaleOrderId[],
): Promise<OrderToAsk[]> {
  return tx.run(sql<OrderToAsk>`
    select o.sale_order_id as "saleOrderId", o.code, o.channel_id as "channelId", c.code as channel, c.source, o.channel_order_id as "channelOrderId"
    from godown.sale_order o join godown.channel c using (tenant_id, channel_id)
    where o.tenant_id = ${tx.tenantId} and o.sale_order_id = any(${ids}::uuid[]) and ${orderWithin(facilities)}
    order by o.channel_id, o.sale_order_id`);
}

/** How orders stand, each as one text that differs when anything of it does: units, packages, returns, doubts. */
export async function orderWords(tx: Tx, ids: readonly SaleOrderId[]): Promise<Map<SaleOrderId, string>> {
  const rows = await tx.run(sql<{ saleOrderId: SaleOrderId; words: string }>`
    select o.sale_order_id as "saleOrderId", concat_ws('|',
      (select string_agg(u.state, ',' order by u.unit_no) from godown.sale_order_item u where u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id),
      (select string_agg(p.state, ',' order by p.code) from godown.shipping_package p where p.tenant_id = o.tenant_id and p.sale_order_id = o.sale_order_id),
      (select string_agg(r.code || r.state, ',' order by r.code) from godown.return_case r where r.tenant_id = o.tenant_id and r.sale_order_id = o.sale_order_id),
      (select count(*) from godown.order_exception e where e.tenant_id = o.tenant_id and e.sale_order_id = o.sale_order_id)) as words
    from godown.sale_order o where o.tenant_id = ${tx.tenantId} and o.sale_order_id = any(${ids}::uuid[])`);
  return new Map(rows.map((row) => [row.saleOrderId, row.words]));
}

/**
 * Orders that a channel has spoken of and that are nowhere here, not even among those that failed: those that were never asked
 * for first, then by when they are due again.
 * @param due.left only those of which something else was said than that they were cancelled
 */
export async function missingOrders(
  tx: Tx,
  channelId: ChannelId,
  due: { readonly now: Temporal.Instant; readonly triesMax: number; readonly limit: number; readonly left: boolean },
): Promise<string[]> {
  const rows = await tx.run(sql<{ id: string }>`
    select w.channel_order_id as id from godown.channel_word w
    where w.tenant_id = ${tx.tenantId} and w.channel_id = ${channelId} and w.outcome = 'WAITING' and w.code = 'ORDER_NOT_HERE'
      and (w.attempts <= 1 or (w.attempts <= ${due.triesMax} and w.next_attempt_at <= ${due.now})) -- the first is the word's own look for its order
      and not exists (select from godown.intake i where i.tenant_id = w.tenant_id and i.channel_id = w.channel_id and i.channel_order_id = w.channel_order_id)
    group by w.channel_order_id having not ${due.left}::boolean or bool_or(w.status <> 'CANCELLED') order by min(w.attempts), min(w.next_attempt_at), w.channel_order_id limit ${due.limit}`);
  return rows.map((row) => row.id);
}
