import type { Instant, ShippingPackageId } from "../../kernel/index.ts";
import { sql, type Tx } from "../../platform/db.ts";
import { couriersOfReturns } from "../../returns/index.ts";
import type { ShippingProviderId } from "../../shipping/index.ts";
import type { Pace } from "./pace.ts";

/** A parcel that a courier may be asked about. */
export interface Travelling {
  readonly shippingPackageId: ShippingPackageId;
  /** Its own, and that of the way back where it has one: couriers differ in which of them they go on telling of. */
  readonly numbers: readonly string[];
}

/** `p` is the package, `w` what is known of asking about it. */
const numbers = sql`case when w.rto_awb is null then jsonb_build_array(p.awb) else jsonb_build_array(p.awb, w.rto_awb) end as numbers`;

/** Parcels under way that the seller ships: labelled, handed over, or coming back and not received. `p` is the package. */
export const isTravelling = sql`not p.third_party_shipping and p.awb is not null and p.state in ('READY_TO_SHIP', 'MANIFESTED', 'DISPATCHED', 'SHIPPED', 'RETURN_EXPECTED')`;

/** Parcels of a courier that are due, those not asked about for longest first. */
export function dueParcels(tx: Tx, providerId: ShippingProviderId, pace: Pace, limit: number): Promise<Travelling[]> {
  return tx.run(sql<Travelling>`
    select p.shipping_package_id as "shippingPackageId", ${numbers}
    from godown.shipping_package p left join godown.parcel_watch w using (tenant_id, shipping_package_id)
    where p.tenant_id = ${tx.tenantId} and p.shipping_provider_id = ${providerId} and ${isTravelling}
      and coalesce(p.dispatched_at, p.created_at) > ${pace.youngerThan}
      and (w.asked_at is null or w.asked_at < ${pace.askedBefore})
      and (w.pushed_at is null or w.pushed_at < ${pace.pushedSince} or greatest(w.asked_at, w.pushed_at) < ${pace.heardBefore}
        or exists (select from godown.package_ndr n where n.tenant_id = p.tenant_id and n.shipping_package_id = p.shipping_package_id and n.state = 'OPEN' and n.reason is null)) -- a push need not say why
      and (not coalesce(w.resting, false) or w.asked_at < ${pace.restedBefore})
    order by w.asked_at nulls first, p.shipping_package_id limit ${limit}`);
}

/** All parcels of a courier that travel, whenever they were asked about; but for those asked about since then. */
export function allTravelling(
  tx: Tx,
  providerId: ShippingProviderId,
  askedBefore: Instant,
  limit: number,
): Promise<Travelling[]> {
  return tx.run(sql<Travelling>`
    select p.shipping_package_id as "shippingPackageId", ${numbers}
    from godown.shipping_package p left join godown.parcel_watch w using (tenant_id, shipping_package_id)
    where p.tenant_id = ${tx.tenantId} and p.shipping_provider_id = ${providerId} and ${isTravelling}
      and (w.asked_at is null or w.asked_at < ${askedBefore})
    order by w.asked_at nulls first, p.shipping_package_id limit ${limit}`);
}

/** Couriers with an account that is connected and whose next round is due, with how often each is asked. */
export async function dueCouriers(tx: Tx, now: Instant): Promise<ShippingProviderId[]> {
  const ofReturns = await couriersOfReturns(tx);
  return tx
    .run(sql<{ id: ShippingProviderId }>`
      select a.shipping_provider_id as id from godown.courier_account a join godown.shipping_provider s using (tenant_id, shipping_provider_id)
      left join godown.courier_watch w using (tenant_id, shipping_provider_id)
      where a.tenant_id = ${tx.tenantId} and a.state = 'CONNECTED' and (w.next_run_at is null or w.next_run_at <= ${now})
        and (exists (select from godown.shipping_package p where p.tenant_id = a.tenant_id and p.shipping_provider_id = a.shipping_provider_id and ${isTravelling})
          or a.shipping_provider_id = any(${ofReturns}::uuid[]))`)
    .then((rows) => rows.map((row) => row.id));
}

/** What a round came to. */
export interface Round {
  readonly startedAt: Instant;
  readonly nextRunAt: Instant;
  /** Why it stopped early, or what could not be read, in words. */
  readonly failed: string | null;
  readonly failures: number;
  readonly asked: number;
  readonly answered: number;
  readonly news: number;
  readonly unknown: number;
  readonly more: boolean;
}

export async function saveRound(tx: Tx, providerId: ShippingProviderId, round: Round, now: Instant): Promise<void> {
  const okAt = round.failures === 0 ? now : null;
  await tx.run(sql`
    insert into godown.courier_watch as w (tenant_id, shipping_provider_id, started_at, finished_at, ok_at, next_run_at, failed, failures, asked, answered, news, unknown, more)
    values (${tx.tenantId}, ${providerId}, ${round.startedAt}, ${now}, ${okAt}, ${round.nextRunAt}, ${round.failed}, ${round.failures}, ${round.asked}, ${round.answered}, ${round.news}, ${round.unknown}, ${round.more})
    on conflict (tenant_id, shipping_provider_id) do update set started_at = excluded.started_at, finished_at = excluded.finished_at, ok_at = coalesce(excluded.ok_at, w.ok_at),
      next_run_at = excluded.next_run_at, failed = excluded.failed, failures = excluded.failures, asked = excluded.asked, answered = excluded.answered, news = excluded.news,
      unknown = excluded.unknown, more = excluded.more`);
}

/** Failures in a row up to now. */
export async function failuresOf(tx: Tx, providerId: ShippingProviderId): Promise<number> {
  const found = await tx.first(sql<{ failures: number }>`
    select failures from godown.courier_watch where tenant_id = ${tx.tenantId} and shipping_provider_id = ${providerId}`);
  return found?.failures ?? 0;
}

/** Parcels of which a courier would not answer, one by one: they are asked about again in their turn, after all others. */
export async function noteUnanswered(tx: Tx, ids: readonly ShippingPackageId[], now: Instant): Promise<void> {
  await tx.run(sql`
    insert into godown.parcel_watch as w (tenant_id, shipping_package_id, asked_at)
    select ${tx.tenantId}::uuid, n.id, ${now}::timestamptz from unnest(${ids}::uuid[]) as n(id) order by n.id
    on conflict (tenant_id, shipping_package_id) do update set asked_at = excluded.asked_at`);
}

/** A package as somebody who wants to know where it is asks for it. */
export interface AskedPackage {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly state: string;
  readonly courier: string | null;
  readonly providerId: ShippingProviderId | null;
  readonly numbers: readonly string[];
  readonly travels: boolean;
}

export function askedPackage(
  tx: Tx,
  code: string,
  facilities: "all" | readonly string[],
): Promise<AskedPackage | undefined> {
  return tx.first(sql<AskedPackage>`
    select p.shipping_package_id as "shippingPackageId", p.code, p.state, coalesce(s.code, p.channel_courier_name) as courier, p.shipping_provider_id as "providerId",
      ${numbers}, (${isTravelling}) as travels
    from godown.shipping_package p left join godown.shipping_provider s using (tenant_id, shipping_provider_id)
    left join godown.parcel_watch w on w.tenant_id = p.tenant_id and w.shipping_package_id = p.shipping_package_id
    where p.tenant_id = ${tx.tenantId} and p.code = ${code} and ${facilities === "all" ? sql`true` : sql`p.facility_id = any(${facilities}::uuid[])`}`);
}
