import type { ChannelId, Id, Instant } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { Asked } from "./store.ts";

export interface Reread {
  readonly statusRereadId: Id<"StatusReread">;
  readonly channelId: ChannelId;
  readonly state: "RUNNING" | "DONE" | "PARTIAL" | "FAILED";
  readonly afterOrder: string | null;
  readonly asked: number;
  readonly corrected: number;
  /** Questions that got no answer. */
  readonly failed: number;
  readonly message: string | null;
}

/** Connected channels without a daily reading of that day. One whose reading of another day still runs waits for its end. */
export function dueRereads(tx: Tx, day: Temporal.PlainDate): Promise<{ channelId: ChannelId; source: string }[]> {
  return tx.run(sql<{ channelId: ChannelId; source: string }>`
    select c.channel_id as "channelId", c.source from godown.channel c
    where c.tenant_id = ${tx.tenantId} and c.state = 'CONNECTED' and not exists (
      select from godown.status_reread r
      where r.tenant_id = c.tenant_id and r.channel_id = c.channel_id and (r.day = ${day.toString()}::date or (r.state = 'RUNNING' and r.day = ${day.subtract({ days: 1 }).toString()}::date)))
    order by c.channel_id`);
}

export async function beginReread(
  tx: Tx,
  rows: readonly { readonly statusRereadId: string; readonly channelId: ChannelId }[],
  day: Temporal.PlainDate,
  now: Instant,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(sql`
    insert into godown.status_reread (tenant_id, status_reread_id, channel_id, day, state, started_at)
    select ${tx.tenantId}::uuid, r."statusRereadId", r."channelId", ${day.toString()}::date, 'RUNNING', ${now}
    from jsonb_to_recordset(${json(rows)}) as r("statusRereadId" uuid, "channelId" uuid) order by r."channelId"
    on conflict (tenant_id, channel_id, day) do nothing`);
}

/** The daily reading that is under way. */
export function rereadToday(tx: Tx, channelId: ChannelId): Promise<Reread | undefined> {
  return tx.first(sql<Reread>`
    select status_reread_id as "statusRereadId", channel_id as "channelId", state, after_order as "afterOrder", asked, corrected, failed, message
    from godown.status_reread where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and state = 'RUNNING' order by day desc limit 1`);
}

export async function noteReread(tx: Tx, reread: Reread, now: Instant): Promise<void> {
  await tx.run(sql`
    update godown.status_reread set state = ${reread.state}, after_order = ${reread.afterOrder}, asked = ${reread.asked}, corrected = ${reread.corrected},
      failed = ${reread.failed}, message = ${reread.message}, finished_at = case when ${reread.state} = 'RUNNING' then null else ${now}::timestamptz end
    where tenant_id = ${tx.tenantId} and status_reread_id = ${reread.statusRereadId} and state = 'RUNNING'`);
}

/** Orders that may still change on the channel's side: open ones, and those with a parcel that travels or was delivered lately. */
export function rereadOrders(
  tx: Tx,
  channelId: ChannelId,
  deliveredSince: Instant,
  after: string | null,
  limit: number,
): Promise<Asked[]> {
  return tx.run(sql<Asked>`
    select o.sale_order_id as "saleOrderId", o.channel_order_id as "channelOrderId" from godown.sale_order o
    where o.tenant_id = ${tx.tenantId} and o.channel_id = ${channelId} and (${after}::uuid is null or o.sale_order_id > ${after}::uuid)
      and (o.state in ('PENDING_VERIFICATION', 'CREATED', 'PROCESSING') or exists (
        select from godown.shipping_package p where p.tenant_id = o.tenant_id and p.sale_order_id = o.sale_order_id
          and (p.state in ('DISPATCHED', 'SHIPPED') or (p.state = 'DELIVERED' and p.delivered_at > ${deliveredSince})
            or (p.state = 'RETURN_EXPECTED' and p.state_changed_at > ${deliveredSince}))))
    order by o.sale_order_id limit ${limit}`);
}

/** Removes the records of old readings. */
export async function deleteOldRereads(tx: Tx, before: Temporal.PlainDate): Promise<void> {
  await tx.run(
    sql`delete from godown.status_reread where tenant_id = ${tx.tenantId} and day < ${before.toString()}::date`,
  );
}
