import type { ChannelId, FacilityId, Id, Instant, ListingId } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import { sumUpWarehouses } from "./warehouse.store.ts";

export type StockTicketId = Id<"StockTicket">;

/** A figure that a channel took to judge later. */
export interface TakenLine {
  readonly listingId: ListingId;
  /** The listing's key on the channel. */
  readonly key: string;
  /** Null: the source knows no warehouses. */
  readonly warehouse: string | null;
  readonly facilityId: FacilityId | null;
  readonly quantity: number;
  /** What it held before. */
  readonly before: number | null;
}

export interface StockTicket {
  readonly stockTicketId: StockTicketId;
  readonly ticket: string;
  readonly lines: readonly TakenLine[];
  /** The moment that stands on the listings as told. */
  readonly takenAt: Instant;
  readonly looks: number;
}

export async function insertTicket(
  tx: Tx,
  channelId: ChannelId,
  of: Omit<StockTicket, "looks">,
  nextLookAt: Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.stock_ticket (tenant_id, stock_ticket_id, channel_id, ticket, lines, state, taken_at, next_look_at)
    values (${tx.tenantId}, ${of.stockTicketId}, ${channelId}, ${of.ticket}, ${json(of.lines)}, 'OPEN', ${of.takenAt}, ${nextLookAt})`);
}

/** Open tickets of a channel whose time to be asked about has come, in the order in which they were given. */
export function dueTickets(tx: Tx, channelId: ChannelId, now: Instant, limit: number): Promise<StockTicket[]> {
  return tx.run(sql<StockTicket>`
    select stock_ticket_id as "stockTicketId", ticket, lines, taken_at as "takenAt", looks from godown.stock_ticket
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and state = 'OPEN' and next_look_at <= ${now} order by seq limit ${limit}`);
}

/** Connected channels that have such tickets. */
export async function channelsWithDueTickets(tx: Tx, now: Instant): Promise<ChannelId[]> {
  const rows = await tx.run(sql<{ channelId: ChannelId }>`
    select distinct t.channel_id as "channelId" from godown.stock_ticket t join godown.channel c using (tenant_id, channel_id)
    where t.tenant_id = ${tx.tenantId} and t.state = 'OPEN' and t.next_look_at <= ${now} and c.state = 'CONNECTED'`);
  return rows.map((row) => row.channelId);
}

/** Locks a ticket that is still open. */
export async function lockTicket(tx: Tx, stockTicketId: StockTicketId): Promise<boolean> {
  const open = await tx.first(sql<{ one: number }>`
    select 1 as one from godown.stock_ticket where tenant_id = ${tx.tenantId} and stock_ticket_id = ${stockTicketId} and state = 'OPEN' for update`);
  return open !== undefined;
}

export async function lookAgain(
  tx: Tx,
  stockTicketId: StockTicketId,
  nextLookAt: Instant,
  message: string | null,
): Promise<void> {
  await tx.run(sql`
    update godown.stock_ticket set looks = looks + 1, next_look_at = ${nextLookAt}, message = ${message}
    where tenant_id = ${tx.tenantId} and stock_ticket_id = ${stockTicketId}`);
}

export async function settleTicket(
  tx: Tx,
  stockTicketId: StockTicketId,
  end: { readonly state: "JUDGED" | "GIVEN_UP"; readonly message: string | null },
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.stock_ticket set state = ${end.state}, message = ${end.message}, looks = looks + 1, next_look_at = null, settled_at = ${at}
    where tenant_id = ${tx.tenantId} and stock_ticket_id = ${stockTicketId}`);
}

/** What became of a figure that was taken. UNKNOWN: nobody knows; the words say why. */
export interface JudgedLine extends TakenLine {
  readonly outcome: "ACCEPTED" | "REFUSED" | "UNKNOWN";
  readonly message: string | null;
}

/**
 * Writes what became of figures; one that was told something after `takenAt` is judged by that. What was refused holds what it
 * held before. Gives the listings that it was the last word about.
 */
export async function writeJudged(tx: Tx, lines: readonly JudgedLine[], takenAt: Instant): Promise<ListingId[]> {
  const whole = lines.filter((line) => line.warehouse === null);
  const parts = lines.filter((line) => line.warehouse !== null);
  const change = sql`published = case when r.outcome = 'REFUSED' then r.before else r.quantity end, publish_outcome = r.outcome, publish_message = r.message`;
  const given = (rows: readonly JudgedLine[]) => sql`
    jsonb_to_recordset(${json(rows)}) as r("listingId" uuid, warehouse text, quantity integer, before integer, outcome text, message text)`;
  const told = await tx.run(sql<{ listingId: ListingId }>`
    update godown.listing l set ${change} from ${given(whole)}
    where l.tenant_id = ${tx.tenantId} and l.listing_id = r."listingId" and l.published_at = ${takenAt} and l.publish_outcome = 'UNKNOWN'
    returning l.listing_id as "listingId"`);
  if (parts.length === 0) return told.map((row) => row.listingId);
  const byWarehouse = await tx.run(sql<{ listingId: ListingId }>`
    update godown.listing_figure g set ${change} from ${given(parts)}
    where g.tenant_id = ${tx.tenantId} and g.listing_id = r."listingId" and g.channel_warehouse = r.warehouse
      and g.published_at = ${takenAt} and g.publish_outcome = 'UNKNOWN'
    returning g.listing_id as "listingId"`);
  const ids = [...new Set(byWarehouse.map((row) => row.listingId))];
  if (ids.length > 0) await sumUpWarehouses(tx, ids);
  return [...new Set([...told.map((row) => row.listingId), ...ids])];
}

/**
 * Listings that were told another figure after `takenAt`, and by a call that was answered at once: the channel came to the taken
 * one only afterwards. One that was told by a later ticket is judged in its turn.
 */
export async function toldAtOnceSince(
  tx: Tx,
  channelId: ChannelId,
  lines: readonly TakenLine[],
  takenAt: Instant,
): Promise<ListingId[]> {
  const rows = await tx.run(sql<{ listingId: ListingId }>`
    select distinct r."listingId" from jsonb_to_recordset(${json(lines)}) as r("listingId" uuid, warehouse text)
      join godown.listing l on l.tenant_id = ${tx.tenantId} and l.listing_id = r."listingId"
      left join godown.listing_figure g on g.tenant_id = l.tenant_id and g.listing_id = l.listing_id and g.channel_warehouse = r.warehouse
      cross join lateral (select case when r.warehouse is null then l.published_at else g.published_at end as at) said
    where said.at > ${takenAt} and not exists (
      select from godown.stock_ticket t where t.tenant_id = ${tx.tenantId} and t.channel_id = ${channelId} and t.taken_at = said.at)`);
  return rows.map((row) => row.listingId);
}

/** A channel that gave no judgement of figures, and none of later ones since. */
export interface UnjudgedChannel {
  readonly channelId: ChannelId;
  readonly channelCode: string;
  readonly tickets: number;
  readonly message: string | null;
}

/** Channels whose tickets were given up since `since`, with no later one judged. */
export function unjudgedChannels(tx: Tx, since: Instant): Promise<UnjudgedChannel[]> {
  return tx.run(sql<UnjudgedChannel>`
    select t.channel_id as "channelId", c.code as "channelCode", count(*)::integer as tickets, (array_agg(t.message order by t.seq desc))[1] as message
    from godown.stock_ticket t join godown.channel c using (tenant_id, channel_id)
    where t.tenant_id = ${tx.tenantId} and t.state = 'GIVEN_UP' and t.settled_at >= ${since}
      and not exists (
        select from godown.stock_ticket j
        where j.tenant_id = t.tenant_id and j.channel_id = t.channel_id and j.state = 'JUDGED' and j.settled_at > t.settled_at)
    group by 1, 2 order by 2`);
}

/** Tickets settled long ago are of no use to anybody. */
export function deleteOldTickets(tx: Tx, before: Instant, limit: number): Promise<number> {
  return tx.count(sql`
    delete from godown.stock_ticket where tenant_id = ${tx.tenantId} and stock_ticket_id in (
      select stock_ticket_id from godown.stock_ticket where tenant_id = ${tx.tenantId} and state <> 'OPEN' and settled_at < ${before} limit ${limit})`);
}
