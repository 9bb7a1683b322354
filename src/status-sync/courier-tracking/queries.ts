import type { FacilityId, Instant, SaleOrderId, ShippingPackageId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { all, sql, type Tx } from "../../platform/db.ts";
import { containing } from "../../platform/http/fields.ts";
import type { ListPage, Page } from "../../platform/http/list.ts";
import type { ShippingProviderId, TrackingMeaning } from "../../shipping/index.ts";
import type { TrackingVia } from "../tracking.store.ts";
import { isTravelling } from "./poll.store.ts";
import { NDR_FLAGGED_FROM, type Ndr, type WordOutcome } from "./story.ts";

/** One word of a parcel's timeline. */
export interface TrackingRow {
  readonly shippingPackageId: ShippingPackageId;
  readonly raw: string;
  readonly meaning: TrackingMeaning | null;
  readonly at: Instant | null;
  readonly heardAt: Instant;
  readonly via: TrackingVia;
  readonly place: string | null;
  readonly remark: string | null;
  readonly ndrCode: string | null;
  readonly ndrReason: string | null;
  readonly attempts: number | null;
  readonly nextAttemptAt: Instant | null;
  readonly applied: boolean;
  readonly outcome: WordOutcome | null;
}

/** A parcel whose courier tells, with what is known besides its words. */
export interface TrackedParcelFacts {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly state: string;
  readonly thirdPartyShipping: boolean;
  readonly isGone: boolean;
  readonly channelCode: string;
  /** Code and name of who carries it; null: nobody yet, or the channel has not said. */
  readonly courier: string | null;
  readonly providerId: ShippingProviderId | null;
  readonly awb: string | null;
  readonly trackingUrl: string | null;
  readonly rtoAwb: string | null;
  readonly askedAt: Instant | null;
  readonly pushedAt: Instant | null;
  readonly unknownSince: Instant | null;
  readonly expectedAt: Instant | null;
  /** Its courier is asked by an account that is connected. */
  readonly isAsked: boolean;
  readonly travels: boolean;
  readonly ndr: NdrFacts | null;
}

export interface NdrFacts {
  readonly state: Ndr["state"];
  readonly attempts: number;
  readonly code: string | null;
  readonly reason: string | null;
  readonly firstFailedAt: string;
  readonly lastFailedAt: string;
  readonly nextAttemptAt: string | null;
}

const reach = (ctx: Pick<Ctx, "facilities">) =>
  ctx.facilities === "all" ? undefined : sql`p.facility_id = any(${ctx.facilities}::uuid[])`;

/** Parcels by their code, or all of an order; none of facilities out of reach. */
export function trackedParcels(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  of: { readonly code: string } | { readonly saleOrderId: SaleOrderId },
): Promise<TrackedParcelFacts[]> {
  const wanted = "code" in of ? sql`p.code = ${of.code}` : sql`p.sale_order_id = ${of.saleOrderId}`;
  return tx.run(sql<TrackedParcelFacts>`
    select p.shipping_package_id as "shippingPackageId", p.code, p.state, p.third_party_shipping as "thirdPartyShipping", p.dispatched_at is not null as "isGone", c.code as "channelCode",
      coalesce(s.name, p.channel_courier_name, p.channel_courier_code) as courier, p.shipping_provider_id as "providerId", p.awb,
      replace(s.tracking_url_template, '{awb}', p.awb) as "trackingUrl", w.rto_awb as "rtoAwb",
      w.asked_at as "askedAt", w.pushed_at as "pushedAt", w.unknown_since as "unknownSince", w.expected_at as "expectedAt",
      coalesce(a.state = 'CONNECTED', false) as "isAsked", (${isTravelling}) as travels,
      case when n.state is not null then jsonb_build_object('state', n.state, 'attempts', n.attempts, 'code', n.code, 'reason', n.reason, 'firstFailedAt', n.first_failed_at,
        'lastFailedAt', n.last_failed_at, 'nextAttemptAt', n.next_attempt_at) end as ndr
    from godown.shipping_package p join godown.channel c using (tenant_id, channel_id)
    left join godown.shipping_provider s on s.tenant_id = p.tenant_id and s.shipping_provider_id = p.shipping_provider_id
    left join godown.courier_account a on a.tenant_id = p.tenant_id and a.shipping_provider_id = p.shipping_provider_id
    left join godown.parcel_watch w on w.tenant_id = p.tenant_id and w.shipping_package_id = p.shipping_package_id
    left join godown.package_ndr n on n.tenant_id = p.tenant_id and n.shipping_package_id = p.shipping_package_id
    where ${all([sql`p.tenant_id = ${tx.tenantId}`, wanted, reach(ctx), "code" in of ? undefined : sql`p.state not in ('SPLITTED', 'MERGED')`])}
    order by p.created_at, p.code`);
}

/** The words about parcels, newest first. */
export function trackingRows(tx: Tx, ids: readonly ShippingPackageId[]): Promise<TrackingRow[]> {
  return tx.run(sql<TrackingRow>`
    select shipping_package_id as "shippingPackageId", raw, meaning, at, heard_at as "heardAt", via, place, remark, ndr_code as "ndrCode", ndr_reason as "ndrReason", attempts,
      next_attempt_at as "nextAttemptAt", applied, outcome
    from godown.package_tracking where tenant_id = ${tx.tenantId} and shipping_package_id = any(${ids}::uuid[])
    order by coalesce(at, heard_at) desc, package_tracking_id desc`);
}

export const NDR_TABS = ["open", "trying", "ended", "all"] as const;
export type NdrTab = (typeof NDR_TABS)[number];

export interface NdrFilters {
  readonly tab?: NdrTab | undefined;
  readonly facilityId?: FacilityId | undefined;
  readonly courier?: readonly string[] | undefined;
  readonly channel?: readonly string[] | undefined;
  /** Three attempts or more. */
  readonly flagged?: boolean | undefined;
  /** The first attempt failed so many hours ago, or earlier. */
  readonly olderThanHours?: number | undefined;
  readonly cod?: boolean | undefined;
  readonly search?: string | undefined;
}

export interface NdrRow {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly channelCode: string;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly courier: string | null;
  readonly awb: string | null;
  readonly packageState: string;
  readonly state: Ndr["state"];
  readonly attempts: number;
  readonly reasonCode: string | null;
  readonly reason: string | null;
  readonly place: string | null;
  readonly firstFailedAt: Instant;
  readonly lastFailedAt: Instant;
  readonly nextAttemptAt: Instant | null;
  readonly cod: boolean;
  readonly buyer: string | null;
  readonly phone: string | null;
  readonly city: string | null;
  readonly pincode: string | null;
}

// What people or a channel have ended meanwhile waits for no courier.
const stillOut = sql`p.state in ('DISPATCHED', 'SHIPPED')`;
const inTab: Readonly<Record<NdrTab, ReturnType<typeof sql>>> = {
  open: sql`n.state = 'OPEN' and ${stillOut}`,
  trying: sql`n.state = 'TRYING' and ${stillOut}`,
  ended: sql`(n.state not in ('OPEN', 'TRYING') or not ${stillOut})`,
  all: sql`true`,
};

const ndrFrom = sql`
  from godown.package_ndr n join godown.shipping_package p using (tenant_id, shipping_package_id)
  join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id
  join godown.channel c on c.tenant_id = p.tenant_id and c.channel_id = p.channel_id
  join godown.facility f on f.tenant_id = p.tenant_id and f.facility_id = p.facility_id
  left join godown.shipping_provider s on s.tenant_id = p.tenant_id and s.shipping_provider_id = p.shipping_provider_id
  left join godown.sale_order_address a on a.tenant_id = p.tenant_id and a.sale_order_id = p.sale_order_id and a.kind = 'SHIPPING'`;

/** Deliveries that failed, longest open first unless asked otherwise. */
export async function listNdrs(
  ctx: Pick<Ctx, "facilities" | "now">,
  tx: Tx,
  filters: NdrFilters,
  page: Page,
): Promise<ListPage<NdrRow>> {
  const courier = sql`coalesce(s.code, p.channel_courier_code)`;
  const base = [
    sql`n.tenant_id = ${tx.tenantId}`,
    reach(ctx),
    filters.facilityId === undefined ? undefined : sql`p.facility_id = ${filters.facilityId}`,
    filters.courier === undefined ? undefined : sql`${courier} = any(${filters.courier}::text[])`,
    filters.channel === undefined ? undefined : sql`c.code = any(${filters.channel}::text[])`,
    filters.flagged === undefined ? undefined : sql`(n.attempts >= ${NDR_FLAGGED_FROM}) = ${filters.flagged}`,
    filters.olderThanHours === undefined
      ? undefined
      : sql`n.first_failed_at <= ${ctx.now.subtract({ hours: filters.olderThanHours })}`,
    filters.cod === undefined ? undefined : sql`(o.payment_type = 'COD') = ${filters.cod}`,
    filters.search
      ? sql`(p.code || ' ' || o.code || ' ' || coalesce(p.awb, '') || ' ' || coalesce(n.reason, '')) ilike ${containing(filters.search)}`
      : undefined,
  ];
  const where = all([...base, inTab[filters.tab ?? "open"]]);
  const sorts: Readonly<Record<string, ReturnType<typeof sql>>> = {
    attempts: sql`n.attempts`,
    lastFailedAt: sql`n.last_failed_at`,
    nextAttemptAt: sql`n.next_attempt_at`,
  };
  const sort = sorts[page.sort] ?? sql`n.first_failed_at`;
  const rows = await tx.run(sql<NdrRow>`
    select p.shipping_package_id as "shippingPackageId", p.code, o.sale_order_id as "saleOrderId", o.code as "orderCode", c.code as "channelCode", p.facility_id as "facilityId", f.code as "facilityCode",
      ${courier} as courier, p.awb, p.state as "packageState", n.state, n.attempts, n.code as "reasonCode", n.reason, n.place,
      n.first_failed_at as "firstFailedAt", n.last_failed_at as "lastFailedAt", n.next_attempt_at as "nextAttemptAt", o.payment_type = 'COD' as cod, a.name as buyer, a.phone, a.city, a.pincode
    ${ndrFrom} where ${where}
    order by ${sort} ${page.descending ? sql`desc` : sql`asc`} nulls last, p.code limit ${page.limit} offset ${page.offset}`);
  const counts = await tx.one(sql<Record<NdrTab, number>>`
    select count(*) filter (where ${inTab.open}) as open, count(*) filter (where ${inTab.trying}) as trying, count(*) filter (where ${inTab.ended}) as ended, count(*) as "all"
    ${ndrFrom} where ${all(base)}`);
  return { rows, total: counts[filters.tab ?? "open"], counts: { ...counts } };
}

export interface CourierFacts {
  readonly providerId: ShippingProviderId;
  readonly code: string;
  readonly name: string;
  readonly kind: "AWB_POOL" | "API";
  readonly enabled: boolean;
  /** Its API account; null: none. */
  readonly accountState: string | null;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly okAt: Instant | null;
  readonly nextRunAt: Instant | null;
  readonly failed: string | null;
  readonly failures: number;
  readonly lastAsked: number;
  readonly lastAnswered: number;
  readonly lastNews: number;
  readonly lastUnknown: number;
  /** Parcels that travel with it. */
  readonly travelling: number;
  readonly neverAsked: number;
  readonly unknownNumbers: number;
  readonly oldestAskedAt: Instant | null;
  readonly pushedAt: Instant | null;
  readonly waitingPushes: number;
  readonly keyUsedAt: Instant | null;
  readonly keys: number;
}

/** Every courier of the seller with how it tells of parcels, by code. */
export function courierFacts(tx: Tx, now: Instant): Promise<CourierFacts[]> {
  return tx.run(sql<CourierFacts>`
    select s.shipping_provider_id as "providerId", s.code, s.name, s.kind, s.enabled, a.state as "accountState",
      w.started_at as "startedAt", w.finished_at as "finishedAt", w.ok_at as "okAt", w.next_run_at as "nextRunAt", w.failed, coalesce(w.failures, 0)::integer as failures,
      coalesce(w.asked, 0)::integer as "lastAsked", coalesce(w.answered, 0)::integer as "lastAnswered", coalesce(w.news, 0)::integer as "lastNews", coalesce(w.unknown, 0)::integer as "lastUnknown",
      coalesce(t.travelling, 0)::integer as travelling, coalesce(t.never, 0)::integer as "neverAsked", coalesce(t.unknown, 0)::integer as "unknownNumbers", t.oldest as "oldestAskedAt", t.pushed as "pushedAt",
      (select count(*)::integer from godown.courier_push k where k.tenant_id = s.tenant_id and k.shipping_provider_id = s.shipping_provider_id and k.outcome = 'WAITING') as "waitingPushes",
      keys.used as "keyUsedAt", coalesce(keys.count, 0)::integer as keys
    from godown.shipping_provider s
    left join godown.courier_account a using (tenant_id, shipping_provider_id)
    left join godown.courier_watch w using (tenant_id, shipping_provider_id)
    left join lateral (
      select count(*) as travelling, count(*) filter (where v.asked_at is null) as never, count(*) filter (where v.unknown_since is not null) as unknown, min(v.asked_at) as oldest, max(v.pushed_at) as pushed
      from godown.shipping_package p left join godown.parcel_watch v using (tenant_id, shipping_package_id)
      where p.tenant_id = s.tenant_id and p.shipping_provider_id = s.shipping_provider_id and ${isTravelling}
    ) t on true
    left join lateral (
      select count(*) as count, max(c.last_used_at) as used from godown.push_credential c
      where c.tenant_id = s.tenant_id and c.shipping_provider_id = s.shipping_provider_id and c.revoked_at is null and (c.expires_at is null or c.expires_at > ${now})
    ) keys on true
    where s.tenant_id = ${tx.tenantId} order by s.code`);
}

export interface CourierLag {
  readonly providerId: ShippingProviderId;
  readonly via: "COURIER_DETAILS" | "COURIER_PUSH";
  readonly count: number;
  readonly p50Seconds: number;
  readonly p95Seconds: number;
  readonly maxSeconds: number;
}

const late = sql`greatest(0, extract(epoch from t.heard_at - t.at))`;

/** How late couriers' words came: from the scan to when it was heard here, since a moment. */
export function courierLags(tx: Tx, since: Instant): Promise<CourierLag[]> {
  return tx.run(sql<CourierLag>`
    select p.shipping_provider_id as "providerId", t.via, count(*)::integer as count, round((percentile_disc(0.5) within group (order by ${late}))::numeric)::integer as "p50Seconds",
      round((percentile_disc(0.95) within group (order by ${late}))::numeric)::integer as "p95Seconds", round(max(${late})::numeric)::integer as "maxSeconds"
    from godown.package_tracking t join godown.shipping_package p using (tenant_id, shipping_package_id)
    where t.tenant_id = ${tx.tenantId} and t.heard_at >= ${since} and t.at is not null and t.via in ('COURIER_DETAILS', 'COURIER_PUSH') and p.shipping_provider_id is not null
    group by p.shipping_provider_id, t.via`);
}

export interface UnknownWord {
  readonly providerId: ShippingProviderId;
  readonly raw: string;
  readonly parcels: number;
  readonly lastHeardAt: Instant;
}

/** Words of couriers that nobody knows, since a moment, most frequent first. */
export function unknownWords(tx: Tx, since: Instant, limit: number): Promise<UnknownWord[]> {
  return tx.run(sql<UnknownWord>`
    select p.shipping_provider_id as "providerId", t.raw, count(distinct t.shipping_package_id)::integer as parcels, max(t.heard_at) as "lastHeardAt"
    from godown.package_tracking t join godown.shipping_package p using (tenant_id, shipping_package_id)
    where t.tenant_id = ${tx.tenantId} and t.heard_at >= ${since} and t.meaning is null and p.shipping_provider_id is not null
    group by p.shipping_provider_id, t.raw order by parcels desc, t.raw limit ${limit}`);
}

export interface PushRow {
  readonly courierPushId: string;
  readonly provider: string;
  readonly awb: string;
  readonly raw: string;
  readonly at: Instant | null;
  readonly heardAt: Instant;
  readonly lastHeardAt: Instant;
  readonly times: number;
  readonly outcome: "TAKEN" | "WAITING" | "REFUSED";
  readonly code: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly packageCode: string | null;
  readonly body: unknown;
}

/** Everything that couriers pushed, what was said last first. */
export async function listPushes(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  filters: {
    readonly providerId?: ShippingProviderId | undefined;
    readonly outcome?: PushRow["outcome"] | undefined;
    readonly search?: string | undefined;
  },
  page: Page,
): Promise<ListPage<PushRow>> {
  // What no parcel is known of belongs to no facility: whoever may see couriers sees it.
  const mine = reach(ctx);
  const where = all([
    sql`k.tenant_id = ${tx.tenantId}`,
    mine === undefined ? undefined : sql`(k.shipping_package_id is null or ${mine})`,
    filters.providerId === undefined ? undefined : sql`k.shipping_provider_id = ${filters.providerId}`,
    filters.outcome === undefined ? undefined : sql`k.outcome = ${filters.outcome}`,
    filters.search
      ? sql`(k.awb || ' ' || k.raw || ' ' || coalesce(p.code, '')) ilike ${containing(filters.search)}`
      : undefined,
  ]);
  const from = sql`
    from godown.courier_push k join godown.shipping_provider s using (tenant_id, shipping_provider_id)
    left join godown.shipping_package p on p.tenant_id = k.tenant_id and p.shipping_package_id = k.shipping_package_id`;
  const rows = await tx.run(sql<PushRow>`
    select k.courier_push_id as "courierPushId", s.code as provider, k.awb, k.raw, k.at, k.heard_at as "heardAt", k.last_heard_at as "lastHeardAt", k.times, k.outcome, k.code, k.facts,
      p.code as "packageCode", k.body
    ${from} where ${where} order by k.last_heard_at ${page.descending ? sql`desc` : sql`asc`}, k.courier_push_id limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*)::integer as total ${from} where ${where}`);
  return { rows, total };
}
