import type { PackageState } from "../fulfilment/index.ts";
import type { ChannelId, Instant, SaleOrderId, ShippingPackageId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { ShippingProviderId, TrackingMeaning } from "../shipping/index.ts";
import type { StoryWord, WordOutcome } from "./courier-tracking/story.ts";

/** A package of which somebody told. */
export interface TrackedPackage {
  readonly shippingPackageId: ShippingPackageId;
  readonly saleOrderId: SaleOrderId;
  readonly channelId: ChannelId;
  readonly code: string;
  readonly orderCode: string;
  readonly state: PackageState;
  readonly awb: string | null;
  /** It left from here. */
  readonly isGone: boolean;
  /** The courier that carries it, where the seller ships it. */
  readonly provider: { readonly id: ShippingProviderId; readonly code: string } | null;
}

/** A package that its channel ships. */
export interface ChannelShipped extends TrackedPackage {
  readonly channelOrderId: string;
  readonly lines: readonly string[];
}

/** Packages of orders that their channel ships, but for those that are no parcels any more. */
export function channelShipped(tx: Tx, channelId: ChannelId, orders: readonly string[]): Promise<ChannelShipped[]> {
  return tx.run(sql<ChannelShipped>`
    select p.shipping_package_id as "shippingPackageId", o.channel_order_id as "channelOrderId", o.sale_order_id as "saleOrderId", p.channel_id as "channelId",
      p.code, o.code as "orderCode", p.state, p.awb, p.dispatched_at is not null as "isGone", null as provider,
      coalesce((select jsonb_agg(distinct u.channel_order_item_id) from godown.sale_order_item u
        where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id), '[]'::jsonb) as lines
    from godown.sale_order o join godown.shipping_package p on p.tenant_id = o.tenant_id and p.sale_order_id = o.sale_order_id
    where o.tenant_id = ${tx.tenantId} and o.channel_id = ${channelId} and o.channel_order_id = any(${orders}::text[])
      and p.third_party_shipping and p.state not in ('CANCELLED', 'SPLITTED', 'MERGED')
    order by p.code`);
}

export type TrackingVia = "STATUS" | "COURIER_DETAILS" | "COURIER_PUSH";

export interface TrackedWord {
  readonly id: string;
  readonly shippingPackageId: ShippingPackageId;
  readonly raw: string;
  readonly meaning: TrackingMeaning | null;
  readonly at: Instant | null;
  readonly via: TrackingVia;
  readonly place: string | null;
  readonly remark: string | null;
  readonly ndrCode: string | null;
  readonly ndrReason: string | null;
  readonly attempts: number | null;
  readonly nextAttemptAt: Instant | null;
}

/**
 * Keeps words of couriers. One that is kept already is no news: only what it lacked is added to it, for who pushes says less
 * than who is asked.
 */
export async function insertTracking(
  tx: Tx,
  words: readonly TrackedWord[],
  now: Instant,
): Promise<{ readonly id: string; readonly shippingPackageId: ShippingPackageId; readonly isNew: boolean }[]> {
  if (words.length === 0) return [];
  return tx.run(sql<{ id: string; shippingPackageId: ShippingPackageId; isNew: boolean }>`
    insert into godown.package_tracking as k (tenant_id, package_tracking_id, shipping_package_id, raw, meaning, at, heard_at, via,
      place, remark, ndr_code, ndr_reason, attempts, next_attempt_at)
    select distinct on (w."shippingPackageId", w.raw, w.at) ${tx.tenantId}::uuid, w.id, w."shippingPackageId", w.raw, w.meaning, w.at, ${now}::timestamptz, w.via,
      w.place, w.remark, w."ndrCode", w."ndrReason", w.attempts, w."nextAttemptAt"
    from jsonb_to_recordset(${json(words)}) as w(id uuid, "shippingPackageId" uuid, raw text, meaning text, at timestamptz, via text,
      place text, remark text, "ndrCode" text, "ndrReason" text, attempts integer, "nextAttemptAt" timestamptz)
    order by w."shippingPackageId", w.raw, w.at, w.id
    on conflict (tenant_id, shipping_package_id, raw, at) do update set
      place = coalesce(k.place, excluded.place), remark = coalesce(k.remark, excluded.remark),
      ndr_code = coalesce(k.ndr_code, excluded.ndr_code), ndr_reason = coalesce(k.ndr_reason, excluded.ndr_reason),
      attempts = greatest(k.attempts, excluded.attempts), next_attempt_at = coalesce(excluded.next_attempt_at, k.next_attempt_at)
    where (k.place is null and excluded.place is not null) or (k.remark is null and excluded.remark is not null)
      or (k.ndr_code is null and excluded.ndr_code is not null) or (k.ndr_reason is null and excluded.ndr_reason is not null)
      or coalesce(excluded.attempts, 0) > coalesce(k.attempts, 0)
      or (excluded.next_attempt_at is not null and excluded.next_attempt_at is distinct from k.next_attempt_at)
    returning k.package_tracking_id as id, k.shipping_package_id as "shippingPackageId", k.xmax = 0 as "isNew"`);
}

/** What a channel's own status answers said of packages before: the last word, and each that it ever said. */
export async function saidBefore(
  tx: Tx,
  ids: readonly ShippingPackageId[],
): Promise<ReadonlyMap<ShippingPackageId, { readonly last: string; readonly raws: readonly string[] }>> {
  const rows = await tx.run(sql<{ id: ShippingPackageId; last: string; raws: readonly string[] }>`
    select shipping_package_id as id, (array_agg(raw order by coalesce(at, heard_at) desc, package_tracking_id desc))[1] as last, array_agg(distinct raw) as raws
    from godown.package_tracking
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${ids}::uuid[]) and via = 'STATUS' group by shipping_package_id`);
  return new Map(rows.map(({ id, ...said }) => [id, said]));
}

/** Packages show the latest word of their courier. */
export async function showLatest(tx: Tx, ids: readonly ShippingPackageId[], now: Instant): Promise<void> {
  await tx.run(sql`
    update godown.shipping_package p set courier_status = t.raw, courier_status_at = t.at, updated_at = ${now}
    from (
      select distinct on (shipping_package_id) shipping_package_id, raw, coalesce(at, heard_at) as at from godown.package_tracking
      where tenant_id = ${tx.tenantId} and shipping_package_id = any(${ids}::uuid[]) order by shipping_package_id, coalesce(at, heard_at) desc, package_tracking_id desc
    ) t
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = t.shipping_package_id`);
}

export interface CourierOf {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly name: string;
  readonly awb: string;
}

/**
 * Courier and number of parcels that left without them, as those that were processed on the panel do. A number is one package's
 * of its channel: where several are said to have it, or one has it already, the others stay without.
 */
export async function fillCouriers(tx: Tx, couriers: readonly CourierOf[], now: Instant): Promise<void> {
  if (couriers.length === 0) return;
  await tx.run(sql`
    update godown.shipping_package p set channel_courier_code = c.code, channel_courier_name = c.name, awb = c.awb, updated_at = ${now}
    from (
      select distinct on (w.channel_id, w.code, w.awb) w.* from (
        select distinct on (f.shipping_package_id) f.channel_id, f.shipping_package_id, c.code, c.name, c.awb
        from jsonb_to_recordset(${json(couriers)}) as c("shippingPackageId" uuid, code text, name text, awb text)
        join godown.shipping_package f on f.tenant_id = ${tx.tenantId} and f.shipping_package_id = c."shippingPackageId"
        where f.awb is null and f.third_party_shipping and not exists (
          select from godown.shipping_package x where x.tenant_id = f.tenant_id and x.channel_id = f.channel_id and x.channel_courier_code = c.code
            and x.awb = c.awb and x.state <> 'CANCELLED' and x.shipping_package_id <> f.shipping_package_id)
        order by f.shipping_package_id, c.awb, c.code) w
      order by w.channel_id, w.code, w.awb, w.shipping_package_id) c
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = c.shipping_package_id and p.awb is null`);
}

/** Words whose effect was not looked at yet, of packages that left from here (or are none any more). */
const isDue = (tx: Tx) => sql`t.tenant_id = ${tx.tenantId} and not t.applied
  and (p.dispatched_at is not null or p.state in ('CANCELLED', 'SPLITTED', 'MERGED'))`;

/** Packages with words that are due; null: any. */
export async function dueTracking(
  tx: Tx,
  ids: readonly ShippingPackageId[] | null,
  limit: number,
): Promise<ShippingPackageId[]> {
  const rows = await tx.run(sql<{ id: ShippingPackageId }>`
    select distinct p.shipping_package_id as id
    from godown.package_tracking t join godown.shipping_package p using (tenant_id, shipping_package_id)
    where ${isDue(tx)} and (${ids}::uuid[] is null or t.shipping_package_id = any(${ids}::uuid[]))
    order by p.shipping_package_id limit ${limit}`);
  return rows.map((row) => row.id);
}

/** What a package is besides its words, when these are judged. */
export interface StoryFacts {
  readonly deliveredAt: Instant | null;
  readonly awb: string | null;
  readonly providerCode: string | null;
  readonly rtoAwb: string | null;
}

/** The words about a package, those of earlier too, with what it is. Lock the package before. */
export async function storyOf(
  tx: Tx,
  id: ShippingPackageId,
): Promise<{ readonly facts: StoryFacts; readonly words: readonly StoryWord[] }> {
  const facts = await tx.one(sql<StoryFacts>`
    select p.delivered_at as "deliveredAt", p.awb, s.code as "providerCode", w.rto_awb as "rtoAwb" from godown.shipping_package p
    left join godown.shipping_provider s using (tenant_id, shipping_provider_id)
    left join godown.parcel_watch w using (tenant_id, shipping_package_id)
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = ${id}`);
  return { facts, words: (await storyWords(tx, [id])).map(({ shippingPackageId: _, ...word }) => word) };
}

export function storyWords(
  tx: Tx,
  ids: readonly ShippingPackageId[],
): Promise<(StoryWord & { readonly shippingPackageId: ShippingPackageId })[]> {
  return tx.run(sql<StoryWord & { readonly shippingPackageId: ShippingPackageId }>`
    select t.shipping_package_id as "shippingPackageId", t.package_tracking_id as id, t.raw, t.meaning, coalesce(t.at, t.heard_at) as at, t.remark, t.place,
      t.ndr_code as "ndrCode", t.ndr_reason as "ndrReason", t.attempts, t.next_attempt_at as "nextAttemptAt", t.applied
    from godown.package_tracking t where t.tenant_id = ${tx.tenantId} and t.shipping_package_id = any(${ids}::uuid[])
    order by coalesce(t.at, t.heard_at), t.package_tracking_id`);
}

/** Words that were looked at, each with what it did. */
export async function markApplied(tx: Tx, outcomes: ReadonlyMap<string, WordOutcome>): Promise<void> {
  const rows = [...outcomes].map(([id, outcome]) => ({ id, outcome }));
  if (rows.length === 0) return;
  await tx.run(sql`
    update godown.package_tracking t set applied = true, outcome = o.outcome
    from jsonb_to_recordset(${json(rows)}) as o(id uuid, outcome text)
    where t.tenant_id = ${tx.tenantId} and t.package_tracking_id = o.id and not t.applied`);
}

export async function anyDueTracking(tx: Tx): Promise<boolean> {
  return (await dueTracking(tx, null, 1)).length > 0;
}
