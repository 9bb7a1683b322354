import { type Facts, type Instant, newId, type Refusal } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { ShippingProviderId } from "../provider.ts";
import type { CourierExchangeId } from "./exchange.store.ts";
import type { TellingKind, TellingState } from "./telling.ts";
import type { TellingId, WaybillId } from "./waybill.ts";

/** Wants a number's courier to be told of something: at once, and after what is being told at this moment. */
export async function wantTelling(
  tx: Tx,
  wanted: readonly { readonly waybillId: WaybillId; readonly providerId: ShippingProviderId }[],
  kind: TellingKind,
  why: { readonly reason: string; readonly by: string },
  at: Instant,
): Promise<void> {
  if (wanted.length === 0) return;
  const rows = wanted.map((each) => ({ ...each, id: newId<"CourierTelling">() }));
  await tx.run(sql`
    insert into godown.courier_telling as t (tenant_id, courier_telling_id, courier_waybill_id, shipping_provider_id, kind, state, next_attempt_at, reason, wanted_at, wanted_by, updated_at)
    select ${tx.tenantId}::uuid, r.id, r."waybillId", r."providerId", ${kind}, 'WAITING', ${at}, ${why.reason}, ${at}, ${why.by}, ${at}
    from jsonb_to_recordset(${json(rows)}) as r(id uuid, "waybillId" uuid, "providerId" uuid) order by r."waybillId"
    on conflict (tenant_id, courier_waybill_id, kind) do update set wanted = t.wanted + 1, reason = excluded.reason, wanted_at = excluded.wanted_at, wanted_by = excluded.wanted_by,
      state = case when t.state = 'ASKING' then t.state else 'WAITING' end, next_attempt_at = case when t.state = 'ASKING' then null else excluded.next_attempt_at end,
      attempts = case when t.state = 'ASKING' then t.attempts else 0 end, settled_at = null, settled_by = null, updated_at = excluded.updated_at`);
}

/** Changes of numbers that are given back need not be told any more. One that is being told ends by itself. */
export async function dropUpdates(tx: Tx, waybillIds: readonly WaybillId[], at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.courier_telling set state = 'DROPPED', next_attempt_at = null, settled_at = ${at}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and courier_waybill_id = any(${waybillIds}::uuid[]) and kind = 'UPDATE' and state in ('WAITING', 'FAILED')`);
}

const isDue = (at: Instant) =>
  sql`((t.state = 'WAITING' and t.next_attempt_at <= ${at}) or (t.state = 'ASKING' and t.asking_until <= ${at}))`;

export async function providersWithDue(tx: Tx, at: Instant): Promise<ShippingProviderId[]> {
  const found = await tx.run(sql<{ id: ShippingProviderId }>`
    select distinct t.shipping_provider_id as id from godown.courier_telling t where t.tenant_id = ${tx.tenantId} and ${isDue(at)}`);
  return found.map((row) => row.id);
}

/** A telling, claimed: nothing of it is locked while the courier is called. */
export interface Claimed {
  readonly tellingId: TellingId;
  readonly waybillId: WaybillId;
  readonly kind: TellingKind;
  readonly wanted: number;
  readonly until: Instant;
  readonly attempts: number;
  /** What the last try came to. */
  readonly code: string | null;
  readonly words: string | null;
}

/** Claims the next due telling of a provider; a claim whose time is over belonged to a process that ended. */
export function claimNext(
  tx: Tx,
  providerId: ShippingProviderId,
  tried: readonly TellingId[],
  until: Instant,
  at: Instant,
): Promise<Claimed | undefined> {
  return tx.first(sql<Claimed>`
    update godown.courier_telling set state = 'ASKING', asking_until = ${until}, next_attempt_at = null, attempts = attempts + 1, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and courier_telling_id = (
      select t.courier_telling_id from godown.courier_telling t
      where t.tenant_id = ${tx.tenantId} and t.shipping_provider_id = ${providerId} and ${isDue(at)} and t.courier_telling_id <> all(${tried}::uuid[])
      order by coalesce(t.next_attempt_at, t.asking_until), t.wanted_at, t.courier_telling_id limit 1 for update skip locked)
    returning courier_telling_id as "tellingId", courier_waybill_id as "waybillId", kind, wanted, asking_until as until, attempts, code, words`);
}

export type TellingEnd =
  | { readonly state: "DONE" | "DROPPED" }
  | { readonly state: "FAILED"; readonly refusal: Refusal; readonly words: string | null }
  | {
      readonly state: "WAITING";
      readonly refusal: Refusal | null;
      readonly words: string | null;
      readonly nextAttemptAt: Instant;
    };

/**
 * Ends a claim. What was wanted meanwhile is told next, whatever this came to. @returns "again" then, "ended" otherwise, and
 * null where it is somebody else's by now
 */
export async function endTelling(
  tx: Tx,
  claim: Claimed,
  end: TellingEnd,
  exchangeId: CourierExchangeId | null,
  at: Instant,
): Promise<"ended" | "again" | null> {
  const why = "refusal" in end ? end : null;
  const next = end.state === "WAITING" ? end.nextAttemptAt : null;
  const isOver = end.state === "DONE" || end.state === "DROPPED";
  const row = await tx.first(sql<{ again: boolean }>`
    update godown.courier_telling t set
      state = case when t.wanted > ${claim.wanted} then 'WAITING' else ${end.state} end, asking_until = null,
      next_attempt_at = case when t.wanted > ${claim.wanted} then ${at}::timestamptz else ${next}::timestamptz end,
      attempts = case when t.wanted > ${claim.wanted} then 0 else t.attempts end,
      code = ${why?.refusal?.code ?? null}, facts = ${json(why?.refusal?.facts ?? {})}, words = ${why?.words ?? null}, exchange_id = coalesce(${exchangeId}::uuid, t.exchange_id),
      settled_at = case when t.wanted = ${claim.wanted} and ${isOver} then ${at}::timestamptz end, updated_at = ${at}
    where t.tenant_id = ${tx.tenantId} and t.courier_telling_id = ${claim.tellingId} and t.state = 'ASKING' and t.asking_until = ${claim.until}
    returning t.state = 'WAITING' and t.wanted > ${claim.wanted} as again`);
  return row === undefined ? null : row.again ? "again" : "ended";
}

/** A courier is connected again: what waits for it is told at once. */
export function wakeTellings(tx: Tx, providerId: ShippingProviderId, at: Instant): Promise<number> {
  return tx.count(sql`
    update godown.courier_telling set next_attempt_at = ${at}, attempts = 0, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and shipping_provider_id = ${providerId} and state = 'WAITING'`);
}

/** A telling as people act on it; locked. */
export interface LockedTelling {
  readonly tellingId: TellingId;
  readonly waybillId: WaybillId;
  readonly providerId: ShippingProviderId;
  readonly provider: string;
  readonly kind: TellingKind;
  readonly state: TellingState;
  readonly awb: string;
  readonly code: string | null;
  readonly facts: Facts;
}

/** Of packages in facilities that the actor's right reaches; customers' returns belong to none yet. */
export function lockTelling(
  tx: Tx,
  ctx: Pick<Ctx, "facilities">,
  tellingId: TellingId,
): Promise<LockedTelling | undefined> {
  const within =
    ctx.facilities === "all"
      ? sql`true`
      : sql`(p.facility_id is null or p.facility_id = any(${ctx.facilities}::uuid[]))`;
  return tx.first(sql<LockedTelling>`
    select t.courier_telling_id as "tellingId", t.courier_waybill_id as "waybillId", t.shipping_provider_id as "providerId", v.code as provider, t.kind, t.state, w.awb, t.code, t.facts
    from godown.courier_telling t join godown.shipping_provider v using (tenant_id, shipping_provider_id)
    join godown.courier_waybill w on w.tenant_id = t.tenant_id and w.courier_waybill_id = t.courier_waybill_id
    left join godown.shipping_package p on p.tenant_id = w.tenant_id and p.shipping_package_id = w.shipping_package_id
    where t.tenant_id = ${tx.tenantId} and t.courier_telling_id = ${tellingId} and ${within} for update of t`);
}

export async function repeatRow(tx: Tx, tellingId: TellingId, by: string, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.courier_telling set state = 'WAITING', next_attempt_at = ${at}, attempts = 0, wanted_by = ${by}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and courier_telling_id = ${tellingId}`);
}

export async function settleRow(tx: Tx, tellingId: TellingId, by: string, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.courier_telling set state = 'SETTLED', next_attempt_at = null, settled_at = ${at}, settled_by = ${by}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and courier_telling_id = ${tellingId}`);
}
