import type { Facts, Instant, Refusal } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { CourierExchangeId, ShippingProviderId } from "../../shipping/index.ts";
import type { ReturnCaseId } from "../return-case.ts";

export const ASK_STATES = ["WAITING", "ASKING", "FAILED", "DONE", "DROPPED"] as const;
export type AskState = (typeof ASK_STATES)[number];

/** A courier is wanted for returns, from now: by rules, or the one that a person chose. What is being asked stays as it is. */
export async function wantCouriers(
  tx: Tx,
  ids: readonly ReturnCaseId[],
  of: { readonly providerId: ShippingProviderId | null; readonly by: string },
  at: Instant,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.run(sql`
    insert into godown.return_courier as q (tenant_id, return_case_id, state, wanted_provider_id, next_attempt_at, wanted_at, wanted_by, updated_at)
    select ${tx.tenantId}::uuid, id, 'WAITING', ${of.providerId}::uuid, ${at}::timestamptz, ${at}::timestamptz, ${of.by}, ${at}::timestamptz from unnest(${ids}::uuid[]) as id order by id
    on conflict (tenant_id, return_case_id) do update set state = 'WAITING', wanted_provider_id = excluded.wanted_provider_id, next_attempt_at = excluded.next_attempt_at,
      attempts = 0, code = null, facts = '{}', words = null, wanted_at = excluded.wanted_at, wanted_by = excluded.wanted_by, updated_at = excluded.updated_at
    where q.state <> 'ASKING'`);
}

/** A wish that is being carried out: nothing is locked while the courier is called. */
export interface AskClaim {
  readonly returnCaseId: ReturnCaseId;
  readonly wantedProviderId: ShippingProviderId | null;
  readonly wantedBy: string;
  readonly until: Instant;
  readonly attempts: number;
}

const claimed = sql`returning return_case_id as "returnCaseId", wanted_provider_id as "wantedProviderId", wanted_by as "wantedBy", asking_until as until, attempts`;
const isDue = (at: Instant) =>
  sql`((state = 'WAITING' and next_attempt_at <= ${at}) or (state = 'ASKING' and asking_until <= ${at}))`;

/** Claims one wish for a person, due or not. Undefined: it is being carried out, or there is none. */
export function claimOne(tx: Tx, id: ReturnCaseId, until: Instant, at: Instant): Promise<AskClaim | undefined> {
  return tx.first(sql<AskClaim>`
    update godown.return_courier set state = 'ASKING', asking_until = ${until}, next_attempt_at = null, attempts = attempts + 1, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and return_case_id = ${id} and (state = 'WAITING' or (state = 'ASKING' and asking_until <= ${at}))
    ${claimed}`);
}

/** Claims the wish that is due for longest; a claim whose time is over belonged to a process that ended. */
export function claimDue(
  tx: Tx,
  tried: readonly ReturnCaseId[],
  until: Instant,
  at: Instant,
): Promise<AskClaim | undefined> {
  return tx.first(sql<AskClaim>`
    update godown.return_courier set state = 'ASKING', asking_until = ${until}, next_attempt_at = null, attempts = attempts + 1, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and return_case_id = (
      select return_case_id from godown.return_courier
      where tenant_id = ${tx.tenantId} and ${isDue(at)} and return_case_id <> all(${tried}::uuid[])
      order by coalesce(next_attempt_at, asking_until), return_case_id limit 1 for update skip locked)
    ${claimed}`);
}

export async function anyDue(tx: Tx, at: Instant): Promise<boolean> {
  const found = await tx.run(sql`
    select from godown.return_courier where tenant_id = ${tx.tenantId} and ${isDue(at)} limit 1`);
  return found.length > 0;
}

const isHeld = (tx: Tx, { returnCaseId, until }: AskClaim) =>
  sql`tenant_id = ${tx.tenantId} and return_case_id = ${returnCaseId} and state = 'ASKING' and asking_until = ${until}`;

/** Keeps the claim for another call. Undefined: it took too long, and somebody else asks by now. */
export function holdOn(
  tx: Tx,
  claim: AskClaim,
  to: { readonly until: Instant; readonly providerId: ShippingProviderId | null },
  at: Instant,
): Promise<AskClaim | undefined> {
  return tx.first(sql<AskClaim>`
    update godown.return_courier set asking_until = ${to.until}, provider_id = coalesce(${to.providerId}::uuid, provider_id), updated_at = ${at}
    where ${isHeld(tx, claim)} ${claimed}`);
}

export type AskEnd =
  | { readonly state: "DONE" | "DROPPED" }
  | { readonly state: "FAILED"; readonly refusal: Refusal; readonly words: string | null }
  | { readonly state: "WAITING"; readonly refusal: Refusal; readonly words: string | null; readonly nextAt: Instant };

/** Ends a claim; one that is somebody else's by now is left alone. */
export async function endAsk(
  tx: Tx,
  claim: AskClaim,
  end: AskEnd,
  exchangeId: CourierExchangeId | null,
  at: Instant,
): Promise<void> {
  const why = "refusal" in end ? end : null;
  await tx.run(sql`
    update godown.return_courier set state = ${end.state}, asking_until = null, next_attempt_at = ${end.state === "WAITING" ? end.nextAt : null}, code = ${why?.refusal.code ?? null},
      facts = ${json(why?.refusal.facts ?? {})}, words = ${why?.words ?? null}, exchange_id = coalesce(${exchangeId}::uuid, exchange_id), updated_at = ${at}
    where ${isHeld(tx, claim)}`);
}

/** Nobody has to be asked any more: a person entered the courier, or the return is over. What is being asked ends by itself. */
export async function settleAsk(tx: Tx, id: ReturnCaseId, state: "DONE" | "DROPPED", at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.return_courier set state = ${state}, next_attempt_at = null, code = null, facts = '{}', words = null, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and return_case_id = ${id} and state in ('WAITING', 'FAILED')`);
}

/** What failed for one of these reasons is tried again now. @returns how many */
export function wakeFailed(tx: Tx, codes: readonly string[], only: ReturnCaseId | null, at: Instant): Promise<number> {
  return tx.count(sql`
    update godown.return_courier set state = 'WAITING', next_attempt_at = ${at}, attempts = 0, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and state = 'FAILED' and code = any(${codes}::text[]) and (${only}::uuid is null or return_case_id = ${only}::uuid)`);
}

/** The wish for a return's courier, as its page shows it. */
export interface AskRow {
  readonly state: AskState;
  readonly wantedProvider: string | null;
  readonly provider: string | null;
  readonly nextAttemptAt: Instant | null;
  readonly attempts: number;
  readonly code: string | null;
  readonly facts: Facts;
  readonly words: string | null;
  readonly exchangeId: string | null;
  readonly wantedAt: Instant;
  readonly wantedBy: string;
}

export function askOf(tx: Tx, id: ReturnCaseId): Promise<AskRow | undefined> {
  return tx.first(sql<AskRow>`
    select q.state, w.code as "wantedProvider", v.code as provider, q.next_attempt_at as "nextAttemptAt", q.attempts, q.code, q.facts, q.words, q.exchange_id as "exchangeId",
      q.wanted_at as "wantedAt", q.wanted_by as "wantedBy"
    from godown.return_courier q
    left join godown.shipping_provider w on w.tenant_id = q.tenant_id and w.shipping_provider_id = q.wanted_provider_id
    left join godown.shipping_provider v on v.tenant_id = q.tenant_id and v.shipping_provider_id = q.provider_id
    where q.tenant_id = ${tx.tenantId} and q.return_case_id = ${id}`);
}

/** Who has a number of a courier besides those that couriers gave: a package, or another return. */
export async function numberElsewhere(
  tx: Tx,
  of: { readonly providerId: ShippingProviderId; readonly courier: string; readonly awb: string },
  except: ReturnCaseId,
): Promise<string | null> {
  const found = await tx.first(sql<{ code: string }>`
    select code from godown.shipping_package where tenant_id = ${tx.tenantId} and shipping_provider_id = ${of.providerId} and awb = ${of.awb} and state <> 'CANCELLED'
    union all
    select code from godown.return_case where tenant_id = ${tx.tenantId} and courier_code = ${of.courier} and awb = ${of.awb} and return_case_id <> ${except} and state <> 'CANCELLED'
    limit 1`);
  return found?.code ?? null;
}

/** Returns that are cancelled, or that somebody else collects, and whose number is still live. */
export async function strayReturns(tx: Tx, limit: number): Promise<ReturnCaseId[]> {
  const rows = await tx.run(sql<{ id: ReturnCaseId }>`
    select w.return_case_id as id
    from godown.courier_waybill w join godown.return_case r on r.tenant_id = w.tenant_id and r.return_case_id = w.return_case_id
    where w.tenant_id = ${tx.tenantId} and w.state = 'GIVEN' and (r.state = 'CANCELLED' or (r.awb is not null and r.awb <> w.awb))
    order by w.return_case_id limit ${limit}`);
  return rows.map((row) => row.id);
}
