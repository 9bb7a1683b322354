import type { PendingOrder } from "../../connectors/kit/index.ts";
import type { ChannelId, FacilityId, SaleOrderId, SkuId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { KeptPart, PendencyId } from "./pendency-plan.ts";
import { WAITING_STATES } from "./sale-order.ts";

export interface ListedOrder {
  readonly channelOrderId: string;
  /** Under review here as well; locked. */
  readonly pendencyId: PendencyId | null;
  /** It came as an order. */
  readonly saleOrderId: SaleOrderId | null;
  /** A person let its stock go: nothing is kept for it again. */
  readonly letGo: boolean;
}

/** How orders that a channel lists as under review stand here. */
export async function lockListed(
  tx: Tx,
  channelId: ChannelId,
  channelOrderIds: readonly string[],
): Promise<ListedOrder[]> {
  await tx.run(sql`
    select 1 from godown.pendency where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and state = 'OPEN' and channel_order_id = any(${channelOrderIds}::text[])
    order by pendency_id for update`);
  return tx.run(sql<ListedOrder>`
    select w.id as "channelOrderId",
      (select p.pendency_id from godown.pendency p where p.tenant_id = ${tx.tenantId} and p.channel_id = ${channelId} and p.channel_order_id = w.id and p.state = 'OPEN') as "pendencyId",
      (select o.sale_order_id from godown.sale_order o where o.tenant_id = ${tx.tenantId} and o.channel_id = ${channelId} and o.channel_order_id = w.id) as "saleOrderId",
      exists (select from godown.pendency d where d.tenant_id = ${tx.tenantId} and d.channel_id = ${channelId} and d.channel_order_id = w.id and d.state = 'DROPPED' and d.settled_by is not null) as "letGo"
    from unnest(${channelOrderIds}::text[]) as w(id)`);
}

/** Notes that orders are listed: new ones begin, known ones are seen again, with their lines as they are now. */
export async function writeListed(
  tx: Tx,
  channelId: ChannelId,
  orders: readonly { pendencyId: PendencyId; channelOrderId: string; lines: PendingOrder["lines"] }[],
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.pendency (tenant_id, pendency_id, channel_id, channel_order_id, state, lines, first_seen_at, last_seen_at)
    select ${tx.tenantId}, r."pendencyId", ${channelId}, r."channelOrderId", 'OPEN', r.lines, ${at}, ${at}
    from jsonb_to_recordset(${json(orders)}) as r("pendencyId" uuid, "channelOrderId" text, lines jsonb)
    order by r."pendencyId"
    on conflict (tenant_id, pendency_id) do update set lines = excluded.lines, last_seen_at = excluded.last_seen_at, unlisted_at = null`);
}

const partColumns = sql`
  pp.pendency_id as "pendencyId", pp.facility_id as "facilityId", pp.sku_id as "skuId", pp.wanted, pp.blocked`;

/** What stands for orders under review, locked in key order. */
export function lockParts(tx: Tx, pendencyIds: readonly PendencyId[]): Promise<KeptPart[]> {
  return tx.run(sql<KeptPart>`
    select ${partColumns} from godown.pendency_part pp
    where pp.tenant_id = ${tx.tenantId} and pp.pendency_id = any(${pendencyIds}::uuid[])
    order by pp.pendency_id, pp.sku_id, pp.facility_id for update`);
}

/** Stock that no order waits for and that lies on no shelf which is being counted, with the levels locked in key order. */
export async function lockSpare(
  tx: Tx,
  facilityIds: readonly FacilityId[],
  skuIds: readonly SkuId[],
): Promise<{ facilityId: FacilityId; skuId: SkuId; free: number }[]> {
  await tx.run(sql`
    select 1 from godown.stock_level where tenant_id = ${tx.tenantId} and facility_id = any(${facilityIds}::uuid[]) and sku_id = any(${skuIds}::uuid[])
    order by facility_id, sku_id for update`);
  return tx.run(sql<{ facilityId: FacilityId; skuId: SkuId; free: number }>`
    select l.facility_id as "facilityId", l.sku_id as "skuId", (l.good + l.virtual - l.blocked - (
      select count(*) from godown.sale_order_item u
      where u.tenant_id = l.tenant_id and u.sku_id = l.sku_id and (u.facility_id = l.facility_id or u.facility_id is null) and u.state = any(${WAITING_STATES}::text[])
    ) - (
      select coalesce(sum(x.quantity), 0) from godown.shelf h join godown.shelf_stock x using (tenant_id, shelf_id)
      where h.tenant_id = l.tenant_id and h.facility_id = l.facility_id and h.counting is not null and x.sku_id = l.sku_id and x.bucket = 'good'
    ))::integer as free
    from godown.stock_level l
    where l.tenant_id = ${tx.tenantId} and l.facility_id = any(${facilityIds}::uuid[]) and l.sku_id = any(${skuIds}::uuid[])`);
}

/** Writes what stands from now on, and takes away what does not. */
export async function writeParts(tx: Tx, parts: readonly KeptPart[], gone: readonly KeptPart[]): Promise<void> {
  if (gone.length > 0)
    await tx.run(sql`
      delete from godown.pendency_part pp using jsonb_to_recordset(${json(gone)}) as g("pendencyId" uuid, "skuId" uuid, "facilityId" uuid)
      where pp.tenant_id = ${tx.tenantId} and pp.pendency_id = g."pendencyId" and pp.sku_id = g."skuId" and pp.facility_id = g."facilityId"`);
  if (parts.length === 0) return;
  await tx.run(sql`
    insert into godown.pendency_part (tenant_id, pendency_id, sku_id, facility_id, wanted, blocked)
    select ${tx.tenantId}, p."pendencyId", p."skuId", p."facilityId", p.wanted, p.blocked
    from jsonb_to_recordset(${json(parts)}) as p("pendencyId" uuid, "skuId" uuid, "facilityId" uuid, wanted integer, blocked integer)
    order by 2, 3, 4
    on conflict (tenant_id, pendency_id, sku_id, facility_id) do update set wanted = excluded.wanted, blocked = excluded.blocked
    where (pendency_part.wanted, pendency_part.blocked) is distinct from (excluded.wanted, excluded.blocked)`);
}

/** A complete list did not name them: their orders are looked for once more. */
export async function markUnlisted(
  tx: Tx,
  channelId: ChannelId,
  listed: readonly string[],
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.pendency set unlisted_at = ${at}
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and state = 'OPEN' and unlisted_at is null and channel_order_id <> all(${listed}::text[])`);
}

/** Is an order under review here that is not among these? */
export async function anyOpenBut(tx: Tx, channelId: ChannelId, listed: readonly string[]): Promise<boolean> {
  const { some } = await tx.one(sql<{ some: boolean }>`
    select exists (
      select from godown.pendency
      where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and state = 'OPEN' and unlisted_at is null and channel_order_id <> all(${listed}::text[])
    ) as some`);
  return some;
}

export async function anyUnlisted(tx: Tx, channelId: ChannelId): Promise<boolean> {
  const { some } = await tx.one(sql<{ some: boolean }>`
    select exists (select from godown.pendency where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and state = 'OPEN' and unlisted_at is not null) as some`);
  return some;
}

/** Open ones that no list has named since, locked. */
export async function lockUnlisted(tx: Tx, channelId: ChannelId, since: Temporal.Instant): Promise<PendencyId[]> {
  const rows = await tx.run(sql<{ pendencyId: PendencyId }>`
    select pendency_id as "pendencyId" from godown.pendency
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and state = 'OPEN' and unlisted_at <= ${since} order by pendency_id for update`);
  return rows.map((row) => row.pendencyId);
}

/** Open ones of these orders, locked. */
export async function lockOpen(
  tx: Tx,
  channelId: ChannelId,
  channelOrderIds: readonly string[],
): Promise<PendencyId[]> {
  const rows = await tx.run(sql<{ pendencyId: PendencyId }>`
    select pendency_id as "pendencyId" from godown.pendency
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and state = 'OPEN' and channel_order_id = any(${channelOrderIds}::text[])
    order by pendency_id for update`);
  return rows.map((row) => row.pendencyId);
}

/** Open ones that no list has named since, and that did not come as orders which wait here; locked. */
export async function lockSilent(tx: Tx, channelId: ChannelId, before: Temporal.Instant): Promise<PendencyId[]> {
  const rows = await tx.run(sql<{ pendencyId: PendencyId }>`
    select p.pendency_id as "pendencyId" from godown.pendency p
    where p.tenant_id = ${tx.tenantId} and p.channel_id = ${channelId} and p.state = 'OPEN' and p.last_seen_at < ${before}
      and not exists (
        select from godown.intake i
        where i.tenant_id = p.tenant_id and i.channel_id = p.channel_id and i.channel_order_id = p.channel_order_id and i.kind = 'ORDER' and i.state in ('RECEIVED', 'FAILED'))
    order by p.pendency_id for update of p`);
  return rows.map((row) => row.pendencyId);
}

export async function writeDropped(
  tx: Tx,
  pendencyIds: readonly PendencyId[],
  at: Temporal.Instant,
  by: string | null,
): Promise<void> {
  await tx.run(sql`
    with dropped as (
      update godown.pendency set state = 'DROPPED', settled_at = ${at}, settled_by = ${by}
      where tenant_id = ${tx.tenantId} and pendency_id = any(${pendencyIds}::uuid[])
    )
    update godown.pendency_part set blocked = 0 where tenant_id = ${tx.tenantId} and pendency_id = any(${pendencyIds}::uuid[]) and blocked > 0`);
}

/** An open one, locked. */
export function lockReview(
  tx: Tx,
  pendencyId: PendencyId,
): Promise<{ state: string; channelOrderId: string } | undefined> {
  return tx.first(sql<{ state: string; channelOrderId: string }>`
    select state, channel_order_id as "channelOrderId" from godown.pendency
    where tenant_id = ${tx.tenantId} and pendency_id = ${pendencyId} for update`);
}

export interface ArrivedOrder {
  readonly channelId: ChannelId;
  readonly channelOrderId: string;
  readonly saleOrderId: SaleOrderId;
}

/**
 * Orders came for which stock was kept: units that name no facility go to the one where it lies, so that they get it. Gives
 * the pendencies that are over, with their orders.
 */
export async function writeArrived(
  tx: Tx,
  orders: readonly ArrivedOrder[],
  at: Temporal.Instant,
  by: string,
): Promise<{ pendencyId: PendencyId; saleOrderId: SaleOrderId }[]> {
  const arrived = await tx.run(sql<{ pendencyId: PendencyId; saleOrderId: SaleOrderId }>`
    update godown.pendency p set state = 'ARRIVED', settled_at = ${at}, settled_by = ${by}, sale_order_id = r."saleOrderId"
    from jsonb_to_recordset(${json(orders)}) as r("channelId" uuid, "channelOrderId" text, "saleOrderId" uuid)
    where p.tenant_id = ${tx.tenantId} and p.channel_id = r."channelId" and p.channel_order_id = r."channelOrderId" and p.state = 'OPEN'
    returning p.pendency_id as "pendencyId", p.sale_order_id as "saleOrderId"`);
  if (arrived.length === 0) return [];
  await tx.run(sql`
    with places as (
      select distinct on (p.sale_order_id) p.sale_order_id, pp.facility_id, f.code
      from godown.pendency p join godown.pendency_part pp using (tenant_id, pendency_id) join godown.facility f using (tenant_id, facility_id)
      where p.tenant_id = ${tx.tenantId} and p.pendency_id = any(${arrived.map((a) => a.pendencyId)}::uuid[]) and pp.blocked > 0
      order by p.sale_order_id, pp.blocked desc
    ), units as (
      update godown.sale_order_item u set facility_id = l.facility_id from places l
      where u.tenant_id = ${tx.tenantId} and u.sale_order_id = l.sale_order_id and u.facility_id is null and u.state = 'CREATED'
      returning u.sale_order_id
    )
    update godown.sale_order o set facility_choice = jsonb_build_object('chosen', l.facility_id, 'chosenCode', l.code,
      'why', 'stock was kept for it here while the channel reviewed it', 'rejected', '[]'::jsonb)
    from places l where o.tenant_id = ${tx.tenantId} and o.sale_order_id = l.sale_order_id and o.sale_order_id in (select sale_order_id from units)`);
  return arrived;
}

export interface SurplusPart extends KeptPart {
  /** Units of its order that can still be given what is kept. */
  readonly waiting: number;
}

/** Parts of orders that came, of these or of a channel, that keep more than units of the order wait for; locked. */
export async function lockSurplus(
  tx: Tx,
  of: { readonly pendencyIds: readonly PendencyId[] } | { readonly channelId: ChannelId },
): Promise<SurplusPart[]> {
  const which =
    "channelId" in of ? sql`p.channel_id = ${of.channelId}` : sql`p.pendency_id = any(${of.pendencyIds}::uuid[])`;
  const parts = await tx.run(sql<KeptPart & { saleOrderId: SaleOrderId }>`
    select ${partColumns}, p.sale_order_id as "saleOrderId"
    from godown.pendency p join godown.pendency_part pp using (tenant_id, pendency_id)
    where p.tenant_id = ${tx.tenantId} and p.state = 'ARRIVED' and pp.blocked > 0 and ${which}
    order by pp.pendency_id, pp.sku_id, pp.facility_id for update of pp`);
  if (parts.length === 0) return [];
  // Counted after the lock: allocation takes the same lock before it gives stock to units.
  const waiting = await tx.run(sql<{ saleOrderId: SaleOrderId; facilityId: FacilityId; skuId: SkuId; units: number }>`
    select u.sale_order_id as "saleOrderId", u.facility_id as "facilityId", u.sku_id as "skuId", count(*)::integer as units
    from godown.sale_order_item u
    where u.tenant_id = ${tx.tenantId} and u.sale_order_id = any(${parts.map((p) => p.saleOrderId)}::uuid[]) and u.state = any(${WAITING_STATES}::text[])
    group by 1, 2, 3`);
  return parts
    .map((part) => ({
      ...part,
      waiting:
        waiting.find(
          (w) => w.saleOrderId === part.saleOrderId && w.facilityId === part.facilityId && w.skuId === part.skuId,
        )?.units ?? 0,
    }))
    .filter((part) => part.blocked > part.waiting);
}

/** What is kept in a facility for orders that came, by order and SKU; locked in key order. */
export function lockKeptFor(
  tx: Tx,
  facilityId: FacilityId,
  saleOrderIds: readonly SaleOrderId[],
): Promise<(KeptPart & { saleOrderId: SaleOrderId })[]> {
  return tx.run(sql<KeptPart & { saleOrderId: SaleOrderId }>`
    select ${partColumns}, p.sale_order_id as "saleOrderId"
    from godown.pendency p join godown.pendency_part pp using (tenant_id, pendency_id)
    where p.tenant_id = ${tx.tenantId} and p.state = 'ARRIVED' and p.sale_order_id = any(${saleOrderIds}::uuid[])
      and pp.facility_id = ${facilityId} and pp.blocked > 0
    order by pp.pendency_id, pp.sku_id, pp.facility_id for update of pp`);
}
