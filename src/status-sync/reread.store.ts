import type { SyncKind } from "../channels/index.ts";
import type { ChannelId, Id, Instant } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { Asked } from "./store.ts";

/** What is read, one part after the other: what is still here, what travels, what was delivered lately. */
export const REREAD_PARTS = ["OPEN", "TRAVELLING", "DELIVERED"] as const;
export type RereadPart = (typeof REREAD_PARTS)[number];

export interface Reread {
  readonly statusRereadId: Id<"StatusReread">;
  readonly channelId: ChannelId;
  readonly state: "RUNNING" | "DONE" | "PARTIAL" | "FAILED";
  /** The part that is being read; of one that has ended, the last it came to. */
  readonly part: RereadPart;
  /** Read up to here within the part, newest orders first. */
  readonly afterOrder: string | null;
  readonly asked: number;
  readonly corrected: number;
  /** Questions that got no answer, or one that was not understood as a whole. */
  readonly failed: number;
  /** Which parts were left out, then why the last question had no answer; of one that its day ended, that as well. */
  readonly message: string | null;
}

/** Connected channels without a daily reading of that day. */
export function dueRereads(tx: Tx, day: Temporal.PlainDate): Promise<{ channelId: ChannelId; source: string }[]> {
  return tx.run(sql<{ channelId: ChannelId; source: string }>`
    select c.channel_id as "channelId", c.source from godown.channel c
    where c.tenant_id = ${tx.tenantId} and c.state = 'CONNECTED' and not exists (
      select from godown.status_reread r
      where r.tenant_id = c.tenant_id and r.channel_id = c.channel_id and r.day = ${day.toString()}::date)
    order by c.channel_id`);
}

/** Ends readings whose day is over: those of channels that begin anew, and those that nobody goes on with. */
export async function endRereads(tx: Tx, channelIds: readonly ChannelId[], now: Instant): Promise<void> {
  await tx.run(sql`
    update godown.status_reread set state = case when asked > 0 then 'PARTIAL' else 'FAILED' end, finished_at = ${now},
      message = format('The day was over: %s orders read again, %s corrected; %s.%s', asked, corrected,
        case part when 'OPEN' then 'not all open ones were reached' when 'TRAVELLING' then 'not all that travel were reached'
          else 'not all that were delivered lately were reached' end,
        case when failed > 0 then format(' %s questions had no whole answer: %s', failed, message) else ' ' || message end)
    where tenant_id = ${tx.tenantId} and state = 'RUNNING' and (channel_id = any(${channelIds}::uuid[]) or started_at <= ${now.subtract({ hours: 24 })})`);
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
    select status_reread_id as "statusRereadId", channel_id as "channelId", state, part, after_order as "afterOrder", asked, corrected, failed, message
    from godown.status_reread where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and state = 'RUNNING' order by day desc limit 1`);
}

/** Syncs of a channel that are switched off. */
export async function switchedOff(tx: Tx, channelId: ChannelId): Promise<SyncKind[]> {
  const rows = await tx.run(sql<{ kind: SyncKind }>`
    select kind from godown.sync_state where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and not enabled`);
  return rows.map((row) => row.kind);
}

export async function noteReread(tx: Tx, reread: Reread, now: Instant): Promise<void> {
  await tx.run(sql`
    update godown.status_reread set state = ${reread.state}, part = ${reread.part}, after_order = ${reread.afterOrder}, asked = ${reread.asked}, corrected = ${reread.corrected},
      failed = ${reread.failed}, message = ${reread.message}, finished_at = case when ${reread.state} = 'RUNNING' then null else ${now}::timestamptz end
    where tenant_id = ${tx.tenantId} and status_reread_id = ${reread.statusRereadId} and state = 'RUNNING'`);
}

export interface ToReread {
  readonly part: RereadPart;
  readonly after: string | null;
  /** Orders that the seller ships are left out: of them the source's words are not synced. */
  readonly channelShippedAlone: boolean;
  readonly deliveredSince: Instant;
}

/** Orders of a part that may still change on the channel's side, newest first: those that come meanwhile have just been read. */
export function rereadOrders(
  tx: Tx,
  channelId: ChannelId,
  { part, after, channelShippedAlone, deliveredSince }: ToReread,
  limit: number,
): Promise<Asked[]> {
  const open = sql`o.state in ('PENDING_VERIFICATION', 'CREATED', 'PROCESSING')`;
  const has = (which: ReturnType<typeof sql>) => sql`exists (
    select from godown.shipping_package p where p.tenant_id = o.tenant_id and p.sale_order_id = o.sale_order_id and ${which})`;
  const travels = sql`not ${open} and ${has(sql`p.state in ('DISPATCHED', 'SHIPPED')`)}`;
  const arrived = sql`((p.state = 'DELIVERED' and p.delivered_at > ${deliveredSince})
    or (p.state = 'RETURN_EXPECTED' and p.state_changed_at > ${deliveredSince}))`;
  const parts: Readonly<Record<RereadPart, ReturnType<typeof sql>>> = {
    OPEN: open,
    TRAVELLING: travels,
    DELIVERED: sql`not ${open} and not ${has(sql`p.state in ('DISPATCHED', 'SHIPPED')`)} and ${has(arrived)}`,
  };
  return tx.run(sql<Asked>`
    select o.sale_order_id as "saleOrderId", o.channel_order_id as "channelOrderId" from godown.sale_order o
    where o.tenant_id = ${tx.tenantId} and o.channel_id = ${channelId} and (${after}::uuid is null or o.sale_order_id < ${after}::uuid)
      and (not ${channelShippedAlone}::boolean or o.third_party_shipping) and ${parts[part]}
    order by o.sale_order_id desc limit ${limit}`);
}

export interface UnfinishedReread {
  readonly channelId: ChannelId;
  readonly code: string;
  readonly source: string;
  readonly day: string;
  readonly message: string | null;
  readonly switchedOff: readonly SyncKind[];
}

/** Connected channels whose last reading ended before all open orders were asked for; one that is past them now counts as well. */
export function unfinishedRereads(tx: Tx): Promise<UnfinishedReread[]> {
  return tx.run(sql<UnfinishedReread>`
    select c.channel_id as "channelId", c.code, c.source, r.day::text as day, r.message,
      array(select s.kind from godown.sync_state s where s.tenant_id = c.tenant_id and s.channel_id = c.channel_id and not s.enabled) as "switchedOff"
    from godown.channel c cross join lateral (
      select r.* from godown.status_reread r
      where r.tenant_id = c.tenant_id and r.channel_id = c.channel_id and (r.state <> 'RUNNING' or r.part <> 'OPEN')
      order by r.day desc limit 1) r
    where c.tenant_id = ${tx.tenantId} and c.state = 'CONNECTED' and r.state in ('PARTIAL', 'FAILED') and r.part = 'OPEN'
    order by c.code`);
}

/** Removes the records of old readings. */
export async function deleteOldRereads(tx: Tx, before: Temporal.PlainDate): Promise<void> {
  await tx.run(
    sql`delete from godown.status_reread where tenant_id = ${tx.tenantId} and day < ${before.toString()}::date`,
  );
}
