import { type Instant, newId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { Partner, PartnerDeliveryId, PartnerId } from "./partner.ts";
import type { Course, Line, Step } from "./rule.ts";
import type { Attempt, Outgoing } from "./send.ts";

/** A partner as its sender needs it, and the line to it. */
export interface OpenedLine
  extends Pick<
    Partner,
    "partnerId" | "code" | "name" | "baseUrl" | "auth" | "headerName" | "username" | "credentialsVersion"
  > {
  readonly sealed: Buffer;
  /** Changes with every change of the settings. */
  readonly updatedAt: Instant;
  readonly line: Line;
}

/** One that is due: nothing before it in its lane waits. */
export interface Due extends Outgoing, Course {}

type LineRow = Line & Omit<OpenedLine, "line">;

/**
 * Takes the line for one sender, until `until` unless it is renewed. `Awaited`: another has it, until then at least. Undefined:
 * there is no such partner, or it is disabled.
 */
export async function openLine(
  tx: Tx,
  partnerId: PartnerId,
  sender: { readonly id: string; readonly now: Instant; readonly until: Instant },
): Promise<OpenedLine | Awaited | undefined> {
  const row = await tx.first(sql<LineRow>`
    update godown.partner_line l set sender = ${sender.id}, sender_until = ${sender.until}
    from godown.partner p
    where l.tenant_id = ${tx.tenantId} and l.partner_id = ${partnerId} and (l.sender is null or l.sender_until <= ${sender.now})
      and p.tenant_id = l.tenant_id and p.partner_id = l.partner_id and p.enabled
    returning p.partner_id as "partnerId", p.code, p.name, p.base_url as "baseUrl", p.auth, p.header_name as "headerName", p.username,
      p.credentials_version as "credentialsVersion", p.sealed, p.updated_at as "updatedAt",
      l.failures, l.failing_since as "failingSince", l.held, l.held_since as "heldSince", l.held_until as "heldUntil", l.held_tries as "heldTries"`);
  if (row) {
    const { failures, failingSince, held, heldSince, heldUntil, heldTries, ...partner } = row;
    return { ...partner, line: { failures, failingSince, held, heldSince, heldUntil, heldTries } };
  }
  return tx.first(sql<Awaited>`
    select coalesce(l.sender_until, ${sender.now}) as until, clock_timestamp() as "queueNow"
    from godown.partner p join godown.partner_line l using (tenant_id, partner_id)
    where p.tenant_id = ${tx.tenantId} and p.partner_id = ${partnerId} and p.enabled`);
}

/**
 * Writes how the line is and renews the sender's hold on it. Answers the settings' time of change; undefined: another sender has
 * the line, or the partner was disabled.
 */
export async function saveLine(
  tx: Tx,
  partnerId: PartnerId,
  sender: { readonly id: string; readonly until: Instant },
  state: { line: Line; message: string | null; answeredAt: Instant | null; deliveredAt: Instant | null },
): Promise<Instant | undefined> {
  const { line } = state;
  const row = await tx.first(sql<{ updatedAt: Instant }>`
    update godown.partner_line l set sender_until = ${sender.until},
      failures = ${line.failures}, failing_since = ${line.failingSince},
      held = ${line.held}, held_since = ${line.heldSince}, held_until = ${line.heldUntil}, held_tries = ${line.heldTries},
      last_message = coalesce(${state.message}, l.last_message),
      last_answer_at = coalesce(${state.answeredAt}, l.last_answer_at),
      last_delivered_at = coalesce(${state.deliveredAt}, l.last_delivered_at)
    from godown.partner p
    where l.tenant_id = ${tx.tenantId} and l.partner_id = ${partnerId} and l.sender = ${sender.id}
      and p.tenant_id = l.tenant_id and p.partner_id = l.partner_id and p.enabled
    returning p.updated_at as "updatedAt"`);
  return row?.updatedAt;
}

/** A moment by our clock, and what the queue's clock, which is the database's, says now: the two may differ. */
export interface Awaited {
  readonly until: Instant;
  readonly queueNow: Instant;
}

/** The sender has ended. */
export async function closeLine(tx: Tx, partnerId: PartnerId, sender: string): Promise<void> {
  await tx.run(sql`
    update godown.partner_line set sender = null, sender_until = null
    where tenant_id = ${tx.tenantId} and partner_id = ${partnerId} and sender = ${sender}`);
}

/** How far back from the newest is looked for what may be sent. */
const NEWEST_LOOKED_AT = 200;

/**
 * Deliveries that may be sent now, the oldest first: the first that wait in their lanes, whose time has come. Or of the newest
 * ones, to try a line with what it has not failed with. The lane is looked up for each row in turn, in its own index, and the page
 * ends the search: with a hundred thousand waiting this reads as much as with ten.
 */
export async function dueHeads(
  tx: Tx,
  partnerId: PartnerId,
  wanted: { now: Instant; limit: number; except: readonly PartnerDeliveryId[]; newest?: boolean },
): Promise<Due[]> {
  const waiting = sql`d.tenant_id = ${tx.tenantId} and d.partner_id = ${partnerId} and d.state = 'PENDING'`;
  const from = wanted.newest
    ? sql`(select d.* from godown.partner_delivery d where ${waiting} order by d.position desc limit ${NEWEST_LOOKED_AT})`
    : sql`godown.partner_delivery`;
  return tx.run(sql<Due>`
    select d.partner_delivery_id as "partnerDeliveryId", d.event, d.dedupe_key as "dedupeKey", d.body::text as body, d.attempts,
      d.tries, d.first_tried_at as "firstTriedAt"
    from ${from} d
    where ${waiting} and (d.tries = 0 or d.next_attempt_at <= ${wanted.now})
      and d.partner_delivery_id <> all (${wanted.except}::uuid[])
      and d.position = (
        select e.position from godown.partner_delivery e
        where e.tenant_id = d.tenant_id and e.partner_id = d.partner_id and e.lane = d.lane and e.settled_at is null
        order by e.position limit 1)
    order by d.position ${wanted.newest ? sql`desc` : sql`asc`} limit ${wanted.limit}`);
}

/** What became of a delivery by one try, and the requests of it. */
export interface Tried extends Step {
  readonly partnerDeliveryId: PartnerDeliveryId;
  readonly status: number | null;
  readonly message: string | null;
  readonly settledAt: Instant | null;
  readonly attempts: readonly Attempt[];
}

/** Writes what tries brought. One that a person took away meanwhile stays as he left it; that it was sent is kept all the same. */
export async function saveTried(tx: Tx, tried: readonly Tried[]): Promise<void> {
  const rows = tried.map(({ attempts, ...step }) => ({ ...step, sent: attempts.length }));
  await tx.run(sql`
    update godown.partner_delivery d set state = r.state, attempts = d.attempts + r.sent, tries = r.tries, first_tried_at = r."firstTriedAt",
      next_attempt_at = r."nextAttemptAt", last_status = r.status, last_message = r.message, settled_at = r."settledAt"
    from jsonb_to_recordset(${json(rows)}) as r("partnerDeliveryId" uuid, state text, sent integer, tries integer, "firstTriedAt" timestamptz,
      "nextAttemptAt" timestamptz, status integer, message text, "settledAt" timestamptz)
    where d.tenant_id = ${tx.tenantId} and d.partner_delivery_id = r."partnerDeliveryId" and d.state = 'PENDING'`);
  const sent = tried.flatMap(({ partnerDeliveryId, attempts }) =>
    attempts.map((attempt) => ({ ...attempt, partnerDeliveryId, partnerAttemptId: newId<"PartnerAttempt">() })),
  );
  await tx.run(sql`
    insert into godown.partner_attempt (tenant_id, partner_attempt_id, partner_delivery_id, at, duration_ms, url, headers, outcome, status, answer, message)
    select d.tenant_id, r."partnerAttemptId", d.partner_delivery_id, r.at, r."durationMs", r.url, r.headers, r.outcome, r.status, r.answer, r.message
    from jsonb_to_recordset(${json(sent)}) as r("partnerAttemptId" uuid, "partnerDeliveryId" uuid, at timestamptz, "durationMs" integer, url text,
      headers jsonb, outcome text, status integer, answer jsonb, message text)
    join godown.partner_delivery d on d.tenant_id = ${tx.tenantId} and d.partner_delivery_id = r."partnerDeliveryId"`);
}

/** The partner is back: what failed while it was away has its turn now. */
export async function bringForward(tx: Tx, partnerId: PartnerId, now: Instant): Promise<void> {
  await tx.run(sql`
    update godown.partner_delivery set next_attempt_at = ${now}
    where tenant_id = ${tx.tenantId} and partner_id = ${partnerId} and state = 'PENDING' and next_attempt_at > ${now}`);
}

/** Partners for whom something is due and may be sent. */
export async function partnersDue(tx: Tx, now: Instant): Promise<PartnerId[]> {
  const rows = await tx.run(sql<{ partnerId: PartnerId }>`
    select p.partner_id as "partnerId"
    from godown.partner p join godown.partner_line l using (tenant_id, partner_id)
    where p.tenant_id = ${tx.tenantId} and p.enabled and (l.held_until is null or l.held_until <= ${now})
      and exists (
        select from godown.partner_delivery d
        where d.tenant_id = p.tenant_id and d.partner_id = p.partner_id and d.state = 'PENDING' and d.next_attempt_at <= ${now})`);
  return rows.map((row) => row.partnerId);
}

/** Deliveries that have served: `limit` at most. Answers how many there were. */
export function deleteOldDeliveries(
  tx: Tx,
  before: { readonly settled: Instant; readonly flagged: Instant },
  limit: number,
): Promise<number> {
  return tx.count(sql`
    delete from godown.partner_delivery where tenant_id = ${tx.tenantId} and partner_delivery_id in (
      select partner_delivery_id from godown.partner_delivery
      where tenant_id = ${tx.tenantId} and settled_at < ${before.settled}
        and (state in ('DELIVERED', 'DISCARDED') or dismissed_at < ${before.settled} or settled_at < ${before.flagged})
      limit ${limit})`);
}
