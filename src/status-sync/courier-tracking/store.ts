import type { Id, Instant, ShippingPackageId } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { ShippingProviderId } from "../../shipping/index.ts";
import type { TrackedPackage } from "../tracking.store.ts";

/** A package that a courier of the seller's carries, by the number that it was found with. */
export interface CourierParcel extends TrackedPackage {
  readonly number: string;
  /** The number is the one of the way back. */
  readonly wayBack: boolean;
}

/** Parcels of a provider by their numbers, those of the way back too. One that is cancelled only where no other has its number. */
export function courierParcels(
  tx: Tx,
  providerId: ShippingProviderId,
  numbers: readonly string[],
): Promise<CourierParcel[]> {
  return tx.run(sql<CourierParcel>`
    select distinct on (f.number) f.number, f.way_back as "wayBack", p.shipping_package_id as "shippingPackageId", p.sale_order_id as "saleOrderId", p.channel_id as "channelId",
      p.code, o.code as "orderCode", p.state, p.awb, p.dispatched_at is not null as "isGone", jsonb_build_object('id', s.shipping_provider_id, 'code', s.code) as provider
    from (
      select p.shipping_package_id, p.awb as number, false as way_back from godown.shipping_package p
      where p.tenant_id = ${tx.tenantId} and p.awb = any(${numbers}::text[])
      union all
      select w.shipping_package_id, w.rto_awb, true from godown.parcel_watch w where w.tenant_id = ${tx.tenantId} and w.rto_awb = any(${numbers}::text[])
    ) f
    join godown.shipping_package p on p.tenant_id = ${tx.tenantId} and p.shipping_package_id = f.shipping_package_id
    join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id
    join godown.shipping_provider s on s.tenant_id = p.tenant_id and s.shipping_provider_id = p.shipping_provider_id
    where p.shipping_provider_id = ${providerId} and not p.third_party_shipping and p.state not in ('SPLITTED', 'MERGED')
    order by f.number, f.way_back, p.state = 'CANCELLED', p.created_at desc`);
}

/** A number that the courier gave once and that no parcel has now. */
export function formerNumber(
  tx: Tx,
  providerId: ShippingProviderId,
  awb: string,
): Promise<{ readonly direction: "FORWARD" | "REVERSE" } | undefined> {
  return tx.first(sql<{ direction: "FORWARD" | "REVERSE" }>`
    select direction from godown.courier_waybill where tenant_id = ${tx.tenantId} and shipping_provider_id = ${providerId} and awb = ${awb}`);
}

/** What a courier said of its parcels beside their words. */
export interface Watched {
  readonly shippingPackageId: ShippingPackageId;
  readonly asked: boolean;
  readonly pushed: boolean;
  /** Asked, and the courier knows the number; null: it was not asked. */
  readonly known: boolean | null;
  readonly resting: boolean | null;
  readonly expectedAt: Instant | null;
  readonly rtoAwb: string | null;
}

export async function noteWatched(tx: Tx, watched: readonly Watched[], now: Instant): Promise<void> {
  if (watched.length === 0) return;
  await tx.run(sql`
    insert into godown.parcel_watch as w (tenant_id, shipping_package_id, asked_at, answered_at, pushed_at, resting, unknown_since, expected_at, rto_awb)
    select ${tx.tenantId}::uuid, n."shippingPackageId", case when n.asked then ${now}::timestamptz end, case when n.known then ${now}::timestamptz end,
      case when n.pushed then ${now}::timestamptz end, coalesce(n.resting, false), case when n.known = false then ${now}::timestamptz end, n."expectedAt", n."rtoAwb"
    from jsonb_to_recordset(${json(watched)}) as n("shippingPackageId" uuid, asked boolean, pushed boolean, known boolean, resting boolean, "expectedAt" timestamptz, "rtoAwb" text)
    order by n."shippingPackageId"
    on conflict (tenant_id, shipping_package_id) do update set
      asked_at = coalesce(excluded.asked_at, w.asked_at), answered_at = coalesce(excluded.answered_at, w.answered_at),
      pushed_at = coalesce(excluded.pushed_at, w.pushed_at), resting = excluded.resting,
      unknown_since = case when excluded.unknown_since is not null then coalesce(w.unknown_since, excluded.unknown_since)
        when excluded.answered_at is not null or excluded.pushed_at is not null then null else w.unknown_since end,
      expected_at = coalesce(excluded.expected_at, w.expected_at), rto_awb = coalesce(excluded.rto_awb, w.rto_awb)`);
}

export type CourierPushId = Id<"CourierPush">;

export interface NewPush {
  readonly id: CourierPushId;
  readonly providerId: ShippingProviderId;
  readonly awb: string;
  readonly raw: string;
  readonly at: Instant | null;
  readonly contentHash: string;
  readonly body: unknown;
}

export type PushOutcome = "TAKEN" | "WAITING" | "REFUSED";

export interface KeptPush {
  readonly id: CourierPushId;
  /** It was pushed before, word for word. */
  readonly before: PushOutcome | null;
}

/** Keeps a push, each once: pushed again it counts. Who pushes the same at the same moment waits here. */
export async function keepPush(tx: Tx, push: NewPush, now: Instant): Promise<KeptPush> {
  const kept = await tx.one(sql<{ id: CourierPushId; isNew: boolean; outcome: PushOutcome }>`
    insert into godown.courier_push as k (tenant_id, courier_push_id, shipping_provider_id, awb, raw, at, content_hash, body, outcome, code, heard_at, last_heard_at)
    values (${tx.tenantId}, ${push.id}, ${push.providerId}, ${push.awb}, ${push.raw}, ${push.at}, decode(${push.contentHash}, 'hex'), ${json(push.body)}, 'WAITING', 'COURIER_NUMBER_UNKNOWN', ${now}, ${now})
    on conflict (tenant_id, shipping_provider_id, content_hash) do update set times = k.times + 1, last_heard_at = excluded.last_heard_at
    returning k.courier_push_id as id, k.xmax = 0 as "isNew", k.outcome`);
  return { id: kept.id, before: kept.isNew ? null : kept.outcome };
}

export async function settlePush(
  tx: Tx,
  id: CourierPushId,
  to: {
    readonly outcome: PushOutcome;
    readonly code: string | null;
    readonly facts: unknown;
    readonly shippingPackageId: ShippingPackageId | null;
    readonly returnCaseId?: Id<"ReturnCase">;
  },
): Promise<void> {
  await tx.run(sql`
    update godown.courier_push set outcome = ${to.outcome}, code = ${to.code}, facts = ${json(to.facts)}, shipping_package_id = ${to.shippingPackageId},
      return_case_id = ${to.returnCaseId ?? null}
    where tenant_id = ${tx.tenantId} and courier_push_id = ${id}`);
}

export interface WaitingPush {
  readonly id: CourierPushId;
  readonly providerId: ShippingProviderId;
  readonly providerCode: string;
  readonly body: unknown;
}

/** Pushes whose parcel has its number now, those heard first first. */
export function placeablePushes(tx: Tx, limit: number): Promise<WaitingPush[]> {
  return tx.run(sql<WaitingPush>`
    select k.courier_push_id as id, k.shipping_provider_id as "providerId", s.code as "providerCode", k.body
    from godown.courier_push k join godown.shipping_provider s using (tenant_id, shipping_provider_id)
    where k.tenant_id = ${tx.tenantId} and k.outcome = 'WAITING' and (
      exists (select from godown.shipping_package p where p.tenant_id = k.tenant_id and p.shipping_provider_id = k.shipping_provider_id and p.awb = k.awb and not p.third_party_shipping
        and p.state not in ('CANCELLED', 'SPLITTED', 'MERGED'))
      or exists (select from godown.parcel_watch w where w.tenant_id = k.tenant_id and w.rto_awb = k.awb)
      or exists (select from godown.courier_waybill b where b.tenant_id = k.tenant_id and b.shipping_provider_id = k.shipping_provider_id and b.awb = k.awb
        and b.return_case_id is not null and b.state = 'GIVEN'))
    order by k.heard_at, k.courier_push_id limit ${limit}`);
}

/** Locks a push that still waits. */
export async function lockWaitingPush(tx: Tx, id: CourierPushId): Promise<boolean> {
  const found = await tx.first(sql<{ id: string }>`
    select courier_push_id as id from godown.courier_push where tenant_id = ${tx.tenantId} and courier_push_id = ${id} and outcome = 'WAITING' for update`);
  return found !== undefined;
}

/** Gives up pushes whose parcel did not come. */
export async function giveUpPushes(tx: Tx, before: Instant, days: number): Promise<void> {
  await tx.run(sql`
    update godown.courier_push k set outcome = 'REFUSED', code = 'COURIER_NUMBER_NEVER_CAME', facts = jsonb_build_object('awb', k.awb, 'provider', s.code, 'days', ${days}::integer)
    from godown.shipping_provider s
    where k.tenant_id = ${tx.tenantId} and k.outcome = 'WAITING' and k.heard_at < ${before} and s.tenant_id = k.tenant_id and s.shipping_provider_id = k.shipping_provider_id`);
}

/** A bounded share of what is kept no longer. */
export function deleteOldPushes(tx: Tx, before: Instant, limit: number): Promise<number> {
  return tx.count(sql`
    delete from godown.courier_push where tenant_id = ${tx.tenantId} and courier_push_id in (
      select courier_push_id from godown.courier_push where tenant_id = ${tx.tenantId} and last_heard_at < ${before} order by last_heard_at limit ${limit})`);
}

/** Open doubts whose matter is over: a cancelled number that its package has no more, a parcel whose manifest was closed. */
export function settledDoubts(tx: Tx): Promise<{ kind: "COURIER_GAVE_BACK" | "LEFT_WITHOUT_MANIFEST"; key: string }[]> {
  return tx.run(sql<{ kind: "COURIER_GAVE_BACK" | "LEFT_WITHOUT_MANIFEST"; key: string }>`
    select e.kind, e.key from godown.order_exception e join godown.shipping_package p using (tenant_id, shipping_package_id)
    where e.tenant_id = ${tx.tenantId} and e.state = 'OPEN' and (
      (e.kind = 'COURIER_GAVE_BACK' and (p.state in ('CANCELLED', 'DELIVERED', 'RETURNED') or p.awb is distinct from e.facts ->> 'awb'))
      or (e.kind = 'LEFT_WITHOUT_MANIFEST' and p.dispatched_at is not null))`);
}
