import type { ChannelId, Instant, SaleOrderId, ShippingPackageId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { TrackingMeaning } from "../shipping/index.ts";

/** A package that its channel ships. */
export interface ChannelShipped {
  readonly shippingPackageId: ShippingPackageId;
  readonly channelOrderId: string;
  readonly saleOrderId: SaleOrderId;
  readonly code: string;
  readonly orderCode: string;
  readonly awb: string | null;
  readonly isGone: boolean;
  readonly lines: readonly string[];
}

/** Packages of orders that their channel ships, but for those that are no parcels any more. */
export function channelShipped(tx: Tx, channelId: ChannelId, orders: readonly string[]): Promise<ChannelShipped[]> {
  return tx.run(sql<ChannelShipped>`
    select p.shipping_package_id as "shippingPackageId", o.channel_order_id as "channelOrderId", o.sale_order_id as "saleOrderId", p.code, o.code as "orderCode",
      p.awb, p.dispatched_at is not null as "isGone",
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
}

/** Keeps words of couriers; those that are kept already add nothing. Gives the new ones. */
export async function insertTracking(tx: Tx, words: readonly TrackedWord[], now: Instant): Promise<Set<string>> {
  if (words.length === 0) return new Set();
  const rows = await tx.run(sql<{ id: string }>`
    insert into godown.package_tracking (tenant_id, package_tracking_id, shipping_package_id, raw, meaning, at, heard_at, via)
    select ${tx.tenantId}::uuid, w.id, w."shippingPackageId", w.raw, w.meaning, w.at, ${now}::timestamptz, w.via
    from jsonb_to_recordset(${json(words)}) as w(id uuid, "shippingPackageId" uuid, raw text, meaning text, at timestamptz, via text)
    order by w."shippingPackageId", w.id
    on conflict (tenant_id, shipping_package_id, raw, at) do nothing returning package_tracking_id as id`);
  return new Set(rows.map((row) => row.id));
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

/** Courier and number of parcels that left without them, as those that were processed on the panel do. */
export async function fillCouriers(tx: Tx, couriers: readonly CourierOf[], now: Instant): Promise<void> {
  if (couriers.length === 0) return;
  await tx.run(sql`
    update godown.shipping_package p set channel_courier_code = c.code, channel_courier_name = c.name, awb = c.awb, updated_at = ${now}
    from jsonb_to_recordset(${json(couriers)}) as c("shippingPackageId" uuid, code text, name text, awb text)
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = c."shippingPackageId" and p.awb is null and p.third_party_shipping
      and not exists (
        select from godown.shipping_package x where x.tenant_id = p.tenant_id and x.channel_id = p.channel_id and x.channel_courier_code = c.code
          and x.awb = c.awb and x.state <> 'CANCELLED' and x.shipping_package_id <> p.shipping_package_id)`);
}

export interface DueTracking {
  readonly shippingPackageId: ShippingPackageId;
  readonly channelId: ChannelId;
  readonly code: string;
  readonly awb: string | null;
  /** Oldest first. */
  readonly words: readonly { readonly meaning: TrackingMeaning | null; readonly raw: string; readonly at: string }[];
}

/** Words whose effect was not looked at yet, of packages that left from here (or are none any more). */
export function dueTracking(tx: Tx, ids: readonly ShippingPackageId[] | null, limit: number): Promise<DueTracking[]> {
  return tx.run(sql<DueTracking>`
    select p.shipping_package_id as "shippingPackageId", p.channel_id as "channelId", p.code, p.awb,
      jsonb_agg(jsonb_build_object('meaning', t.meaning, 'raw', t.raw, 'at', coalesce(t.at, t.heard_at)) order by coalesce(t.at, t.heard_at), t.package_tracking_id) as words
    from godown.package_tracking t join godown.shipping_package p using (tenant_id, shipping_package_id)
    where t.tenant_id = ${tx.tenantId} and not t.applied and (${ids}::uuid[] is null or t.shipping_package_id = any(${ids}::uuid[]))
      and (p.dispatched_at is not null or p.state in ('CANCELLED', 'SPLITTED', 'MERGED'))
    group by p.shipping_package_id, p.channel_id, p.code, p.awb order by p.shipping_package_id limit ${limit}`);
}

export async function markApplied(tx: Tx, id: ShippingPackageId): Promise<void> {
  await tx.run(sql`
    update godown.package_tracking set applied = true where tenant_id = ${tx.tenantId} and shipping_package_id = ${id} and not applied`);
}

export async function anyDueTracking(tx: Tx): Promise<boolean> {
  return (await dueTracking(tx, null, 1)).length > 0;
}
