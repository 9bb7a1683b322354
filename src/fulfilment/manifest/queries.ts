import type { ExchangeId } from "../../channels/index.ts";
import type { ChannelId, FacilityId, Instant, ManifestId, Paise, ShippingPackageId } from "../../kernel/index.ts";
import type { ExceptionKind } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { all, sql, type Tx } from "../../platform/db.ts";
import { containing } from "../../platform/http/fields.ts";
import type { ListPage, Page } from "../../platform/http/list.ts";
import type { ShippingProviderId } from "../../shipping/index.ts";
import type { PackageState } from "../shipping-package.ts";
import type { ManifestState } from "./manifest.ts";
import { CHANNEL_SHIPS } from "./store.ts";

export interface ManifestRow {
  readonly manifestId: ManifestId;
  readonly code: string;
  readonly state: ManifestState;
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly channelId: ChannelId;
  readonly channel: string;
  readonly channelName: string;
  readonly source: string;
  readonly shippingProviderId: ShippingProviderId | null;
  /** The channel's courier that it is for; null: whichever the channel sends, or the seller ships. */
  readonly channelCourierCode: string | null;
  /** In words; of several couriers of a channel, all of them. */
  readonly courier: string;
  readonly thirdPartyShipping: boolean;
  /** The channel is asked for its list at this moment. */
  readonly asking: boolean;
  /** What it said when it was asked last and did not agree, and the exchange. */
  readonly channelMessage: string | null;
  readonly channelExchangeId: ExchangeId | null;
  /** Parcels that it refused then. */
  readonly refused: number;
  readonly parcels: number;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly closedAt: Instant | null;
  readonly closedBy: string | null;
}

export interface ManifestFilters {
  readonly state?: ManifestState | undefined;
  readonly facilityId?: FacilityId | undefined;
  readonly channelId?: ChannelId | undefined;
  readonly shippingProviderId?: ShippingProviderId | undefined;
  readonly search?: string | undefined;
}

const columnsAt = (
  now: Instant,
) => sql`m.manifest_id as "manifestId", m.code, m.state, m.facility_id as "facilityId", f.code as facility, m.channel_id as "channelId",
  c.code as channel, c.name as "channelName", c.source, m.shipping_provider_id as "shippingProviderId", m.channel_courier_code as "channelCourierCode", m.third_party_shipping as "thirdPartyShipping",
  coalesce(s.name, (
    select string_agg(distinct coalesce(p.channel_courier_name, p.channel_courier_code), ', ')
    from godown.manifest_package mp join godown.shipping_package p using (tenant_id, shipping_package_id)
    where mp.tenant_id = m.tenant_id and mp.manifest_id = m.manifest_id), m.channel_courier_code, ${CHANNEL_SHIPS}) as courier,
  coalesce(m.asking_until > ${now}, false) as asking, m.channel_message as "channelMessage", m.channel_exchange_id as "channelExchangeId",
  (select count(*)::integer from godown.manifest_package p where p.tenant_id = m.tenant_id and p.manifest_id = m.manifest_id and p.channel_refusal is not null) as refused,
  (select count(*)::integer from godown.manifest_package p where p.tenant_id = m.tenant_id and p.manifest_id = m.manifest_id) as parcels,
  m.created_at as "createdAt", m.created_by as "createdBy", m.closed_at as "closedAt", m.closed_by as "closedBy"`;
const tables = sql`godown.manifest m
  join godown.facility f using (tenant_id, facility_id)
  join godown.channel c using (tenant_id, channel_id)
  left join godown.shipping_provider s on s.tenant_id = m.tenant_id and s.shipping_provider_id = m.shipping_provider_id`;

export async function listManifests(
  ctx: Ctx,
  tx: Tx,
  filters: ManifestFilters,
  page: Page,
): Promise<ListPage<ManifestRow>> {
  const within = all([
    sql`m.tenant_id = ${tx.tenantId}`,
    ctx.facilities === "all" ? undefined : sql`m.facility_id = any(${ctx.facilities}::uuid[])`,
    filters.facilityId === undefined ? undefined : sql`m.facility_id = ${filters.facilityId}`,
    filters.channelId === undefined ? undefined : sql`m.channel_id = ${filters.channelId}`,
    filters.shippingProviderId === undefined ? undefined : sql`m.shipping_provider_id = ${filters.shippingProviderId}`,
    filters.search ? sql`m.code ilike ${containing(filters.search)}` : undefined,
  ]);
  const where = all([within, filters.state === undefined ? undefined : sql`m.state = ${filters.state}`]);
  const sort = { createdAt: sql`m.created_at`, closedAt: sql`m.closed_at`, code: sql`m.code` }[page.sort];
  const direction = page.descending ? sql`desc nulls last` : sql`asc nulls last`;
  const rows = await tx.run(sql<ManifestRow>`
    select ${columnsAt(ctx.clock.now())} from ${tables} where ${where}
    order by ${sort ?? sql`m.created_at`} ${direction}, m.manifest_id limit ${page.limit} offset ${page.offset}`);
  const states = await tx.run(sql<{ state: ManifestState; count: number }>`
    select m.state, count(*) as count from godown.manifest m where ${within} group by 1`);
  const counts = Object.fromEntries(states.map((s) => [s.state, s.count]));
  const total = filters.state === undefined ? states.reduce((n, s) => n + s.count, 0) : (counts[filters.state] ?? 0);
  return { rows, total, counts };
}

export function manifestById(ctx: Ctx, tx: Tx, manifestId: ManifestId): Promise<ManifestRow | undefined> {
  return tx.first(sql<ManifestRow>`
    select ${columnsAt(ctx.clock.now())} from ${tables}
    where m.tenant_id = ${tx.tenantId} and m.manifest_id = ${manifestId}
      and ${ctx.facilities === "all" ? sql`true` : sql`m.facility_id = any(${ctx.facilities}::uuid[])`}`);
}

/** A parcel on a manifest, with what came of telling the channel about its dispatch. */
export interface ManifestParcelRow {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly saleOrderId: string;
  readonly order: string;
  readonly state: PackageState;
  readonly awb: string | null;
  /** The channel's courier of the parcel, where the channel ships. */
  readonly courier: string | null;
  /** Why the channel does not take it on this manifest, in its words. */
  readonly channelRefusal: string | null;
  /** What of it waits for a person to decide: it leaves with the rest all the same. */
  readonly doubts: readonly ExceptionKind[];
  readonly invoiceNumber: string | null;
  readonly consignee: string;
  readonly city: string;
  readonly pincode: string;
  readonly units: number;
  readonly weightGrams: number | null;
  /** What the courier collects; null for a prepaid order. */
  readonly collect: Paise | null;
  readonly addedAt: Instant;
  readonly addedBy: string;
  /** Null: the source has no call for it, or the manifest is not closed. PENDING: also while it is being sent, which is kept as not known until it is answered. */
  readonly noticeState: "PENDING" | "SENT" | "REFUSED" | "PAUSED" | "NOT_SENT" | "UNKNOWN" | null;
  readonly noticeMessage: string | null;
  readonly noticeSentAt: Instant | null;
}

/** The parcels of a manifest in the order in which they were put on it. */
export function manifestParcels(tx: Tx, manifestId: ManifestId, now: Instant): Promise<ManifestParcelRow[]> {
  return tx.run(sql<ManifestParcelRow>`
    select p.shipping_package_id as "shippingPackageId", p.code, p.sale_order_id as "saleOrderId", o.code as "order", p.state, p.awb, coalesce(p.channel_courier_name, p.channel_courier_code) as courier,
      mp.channel_refusal as "channelRefusal", coalesce(d.doubts, '{}') as doubts, v.number as "invoiceNumber",
      a.name as consignee, a.city, a.pincode, coalesce(u.units, 0)::integer as units, p.weight_grams as "weightGrams",
      case when o.payment_type = 'COD' then coalesce(u.collect, 0)::bigint end as collect,
      mp.added_at as "addedAt", mp.added_by as "addedBy", n.state as "noticeState", n.last_message as "noticeMessage", n.sent_at as "noticeSentAt"
    from godown.manifest_package mp
    join godown.shipping_package p using (tenant_id, shipping_package_id)
    join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id
    join godown.sale_order_address a on a.tenant_id = p.tenant_id and a.sale_order_id = p.sale_order_id and a.kind = 'SHIPPING'
    left join godown.invoice v on v.tenant_id = p.tenant_id and v.shipping_package_id = p.shipping_package_id and v.state <> 'CANCELLED'
    left join lateral (
      select count(*) as units, sum(i.total_paise - i.store_credit_paise - i.voucher_paise - i.prepaid_paise) as collect
      from godown.sale_order_item i where i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED'
    ) u on true
    left join lateral (
      select array_agg(distinct e.kind order by e.kind) as doubts from godown.order_exception e
      where e.tenant_id = p.tenant_id and e.sale_order_id = p.sale_order_id and e.state = 'OPEN'
        and (e.shipping_package_id is null or e.shipping_package_id = p.shipping_package_id)
        and (jsonb_typeof(e.facts -> 'units') is distinct from 'array' or exists (
          select from godown.sale_order_item i
          where i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and e.facts -> 'units' ? i.code))
    ) d on true
    left join lateral (
      select case when t.state = 'UNKNOWN' and t.claimed_until > ${now} then 'PENDING' else t.state end as state, t.last_message, t.sent_at
      from godown.channel_notice t
      where t.tenant_id = p.tenant_id and t.sale_order_id = p.sale_order_id and t.shipping_package_id = p.shipping_package_id and t.kind = 'DISPATCH'
      order by t.seq desc limit 1
    ) n on true
    where mp.tenant_id = ${tx.tenantId} and mp.manifest_id = ${manifestId}
    order by mp.added_at, p.code`);
}

/** Where parcels are handed over, as it is printed. */
export interface HandOverPlace {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly pincode: string;
  readonly phone: string | null;
  readonly zone: string;
}

export function handOverPlace(tx: Tx, facilityId: FacilityId): Promise<HandOverPlace> {
  return tx.one(sql<HandOverPlace>`
    select name, line1, line2, city, pincode, phone, zone from godown.facility where tenant_id = ${tx.tenantId} and facility_id = ${facilityId}`);
}

/** A courier of a channel that has parcels ready, for choosing whom a new manifest is for. */
export interface ChannelCourierRow {
  readonly code: string;
  readonly name: string;
  /** Parcels that wait for a manifest. */
  readonly ready: number;
}

export function channelCouriers(
  tx: Tx,
  of: { channelId: ChannelId; facilityId: FacilityId },
): Promise<ChannelCourierRow[]> {
  return tx.run(sql<ChannelCourierRow>`
    select channel_courier_code as code, coalesce(min(channel_courier_name), channel_courier_code) as name, count(*)::integer as ready
    from godown.shipping_package
    where tenant_id = ${tx.tenantId} and channel_id = ${of.channelId} and facility_id = ${of.facilityId} and state = 'READY_TO_SHIP'
      and third_party_shipping and channel_courier_code is not null
    group by channel_courier_code order by 1`);
}
