import type { ChannelId, Instant, InvoiceId, Refusal, SaleOrderItemId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { all, json, sql, type Tx } from "../../platform/db.ts";
import type { CreditNoteDueId, CreditNoteId, Due, ReturnCaseId } from "./credit-facts.ts";

const columns = sql`
  d.credit_note_due_id as "dueId", d.return_case_id as "returnCaseId", d.invoice_id as "invoiceId", d.sale_order_id as "saleOrderId", d.channel_id as "channelId",
  d.facility_id as "facilityId", d.made_by as "madeBy", d.unit_ids as "unitIds", d.state, d.attempts, d.code, d.message as words, d.put_away_at as "putAwayAt"`;

/**
 * Who works where the invoice was made, where the return is to come back or where it came back sees what it waits for, as
 * with the return itself. `d` is what waits.
 */
function withinReach(tx: Tx, { facilities }: Pick<Ctx, "facilities">) {
  if (facilities === "all") return undefined;
  return sql`(d.facility_id = any(${facilities}::uuid[]) or exists (
    select from godown.return_case w where w.tenant_id = ${tx.tenantId} and w.return_case_id = d.return_case_id
      and (w.facility_id = any(${facilities}::uuid[]) or w.return_facility_id = any(${facilities}::uuid[]))))`;
}

export async function insertDue(
  tx: Tx,
  due: {
    readonly dueId: CreditNoteDueId;
    readonly returnCaseId: ReturnCaseId;
    readonly invoiceId: InvoiceId;
    readonly madeBy: "US" | "CHANNEL";
    readonly unitIds: readonly SaleOrderItemId[];
    readonly nextAttemptAt: Instant;
  },
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.credit_note_due (tenant_id, credit_note_due_id, return_case_id, invoice_id, sale_order_id, channel_id, facility_id, made_by, unit_ids, state,
      put_away_at, next_attempt_at, updated_at)
    select ${tx.tenantId}, ${due.dueId}, ${due.returnCaseId}, i.invoice_id, i.sale_order_id, o.channel_id, i.facility_id,
      ${due.madeBy}, ${due.unitIds}::uuid[], 'WAITING', ${at}::timestamptz, ${due.nextAttemptAt}::timestamptz, ${at}::timestamptz
    from godown.invoice i join godown.sale_order o using (tenant_id, sale_order_id)
    where i.tenant_id = ${tx.tenantId} and i.invoice_id = ${due.invoiceId}`);
}

/** One that waits, locked; within the actor's reach. */
export function lockDue(
  tx: Tx,
  ctx: Pick<Ctx, "facilities">,
  dueId: CreditNoteDueId,
): Promise<(Due & { readonly askingUntil: Instant | null }) | undefined> {
  return tx.first(sql<Due & { askingUntil: Instant | null }>`
    select ${columns}, d.asking_until as "askingUntil" from godown.credit_note_due d
    where ${all([sql`d.tenant_id = ${tx.tenantId} and d.credit_note_due_id = ${dueId}`, withinReach(tx, ctx)])} for update`);
}

export function readDue(tx: Tx, ctx: Pick<Ctx, "facilities">, dueId: CreditNoteDueId): Promise<Due | undefined> {
  return tx.first(sql<Due>`
    select ${columns} from godown.credit_note_due d
    where ${all([sql`d.tenant_id = ${tx.tenantId} and d.credit_note_due_id = ${dueId}`, withinReach(tx, ctx)])}`);
}

/** Claims one that is locked for asking the channel. @param anew a person asks: tries are counted from here */
export async function claimDue(
  tx: Tx,
  due: Due,
  claim: { readonly until: Instant; readonly anew: boolean },
  at: Instant,
): Promise<number> {
  const attempts = claim.anew ? 1 : due.attempts + 1;
  await tx.run(sql`
    update godown.credit_note_due set state = 'ASKING', asking_until = ${claim.until}, next_attempt_at = null, attempts = ${attempts}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and credit_note_due_id = ${due.dueId}`);
  return attempts;
}

export type DueEnd =
  | { readonly state: "DONE" | "IRN_PENDING"; readonly creditNoteId: CreditNoteId }
  | { readonly state: "FAILED"; readonly refusal: Refusal; readonly words: string | null }
  | {
      readonly state: "WAITING";
      readonly refusal: Refusal;
      readonly words: string | null;
      readonly nextAttemptAt: Instant;
    };

/** Writes where a locked one stands. */
export async function saveDue(
  tx: Tx,
  dueId: CreditNoteDueId,
  end: DueEnd,
  more: { readonly exchangeId?: string | null; readonly attempts?: number },
  at: Instant,
): Promise<void> {
  const why = "refusal" in end ? end : null;
  const next = end.state === "WAITING" ? end.nextAttemptAt : null;
  const noteId = "creditNoteId" in end ? end.creditNoteId : null;
  await tx.run(sql`
    update godown.credit_note_due set state = ${end.state}, asking_until = null, code = ${why?.refusal.code ?? null}, facts = ${json(why?.refusal.facts ?? {})},
      message = ${why?.words ?? null}, exchange_id = coalesce(${more.exchangeId ?? null}::uuid, exchange_id), attempts = coalesce(${more.attempts ?? null}::integer, attempts),
      next_attempt_at = ${next}::timestamptz, credit_note_id = ${noteId}::uuid, settled_at = case when ${end.state} = 'DONE' then ${at}::timestamptz end, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and credit_note_due_id = ${dueId}`);
}

/** The one of a credit note, locked. */
export function lockDueOfNote(tx: Tx, creditNoteId: CreditNoteId): Promise<Due | undefined> {
  return tx.first(sql<Due>`
    select ${columns} from godown.credit_note_due d where d.tenant_id = ${tx.tenantId} and d.credit_note_id = ${creditNoteId} for update`);
}

/** Is a credit note of this return still missing? */
export async function stillDue(tx: Tx, returnCaseId: ReturnCaseId): Promise<boolean> {
  const { open } = await tx.one(sql<{ open: boolean }>`
    select exists (select from godown.credit_note_due where tenant_id = ${tx.tenantId} and return_case_id = ${returnCaseId} and state <> 'DONE') as open`);
  return open;
}

/** Does a return wait for a credit note of this invoice already? */
export async function isOpen(tx: Tx, returnCaseId: ReturnCaseId, invoiceId: InvoiceId): Promise<boolean> {
  const { open } = await tx.one(sql<{ open: boolean }>`
    select exists (select from godown.credit_note_due where tenant_id = ${tx.tenantId} and return_case_id = ${returnCaseId} and invoice_id = ${invoiceId}
      and state <> 'DONE') as open`);
  return open;
}

const isDue = (at: Instant) => sql`(
  (d.state = 'WAITING' and d.next_attempt_at <= ${at}) or (d.state = 'ASKING' and d.asking_until <= ${at}))`;

/** Those whose time has come, the longest waiting first: of one channel that makes them, or ours. */
export function dueNow(
  tx: Tx,
  who: { readonly madeBy: "US" } | { readonly madeBy: "CHANNEL"; readonly channelId: ChannelId },
  at: Instant,
  limit: number,
): Promise<{ readonly dueId: CreditNoteDueId }[]> {
  const channelId = "channelId" in who ? who.channelId : null;
  return tx.run(sql<{ dueId: CreditNoteDueId }>`
    select d.credit_note_due_id as "dueId" from godown.credit_note_due d
    where d.tenant_id = ${tx.tenantId} and d.made_by = ${who.madeBy} and (${channelId}::uuid is null or d.channel_id = ${channelId}::uuid) and ${isDue(at)}
    order by coalesce(d.next_attempt_at, d.asking_until), d.credit_note_due_id limit ${limit}`);
}

/** Who has some whose time has come: channels, and us (null). */
export async function whoIsDue(tx: Tx, at: Instant): Promise<(ChannelId | null)[]> {
  const rows = await tx.run(sql<{ channelId: ChannelId | null }>`
    select distinct case when d.made_by = 'CHANNEL' then d.channel_id end as "channelId"
    from godown.credit_note_due d where d.tenant_id = ${tx.tenantId} and ${isDue(at)}`);
  return rows.map((row) => row.channelId);
}

/** A channel is there again: what failed for want of it is asked for at once; what waits for its hour keeps that. */
export function wakeDues(tx: Tx, channelId: ChannelId, codes: readonly string[], at: Instant): Promise<number> {
  return tx.count(sql`
    update godown.credit_note_due set state = 'WAITING', next_attempt_at = ${at}, attempts = 0, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and made_by = 'CHANNEL' and state in ('WAITING', 'FAILED') and code = any(${codes}::text[])`);
}

/** Another series: what we could not make is tried at once. One that a person cancelled waits for him. */
export function wakeOurs(tx: Tx, at: Instant): Promise<number> {
  return tx.count(sql`
    update godown.credit_note_due set state = 'WAITING', next_attempt_at = ${at}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and made_by = 'US' and state = 'WAITING'`);
}

/** Lets the job take them as soon as it runs; those that are being asked for or are done are left out. */
export function leaveToJob(
  tx: Tx,
  ctx: Pick<Ctx, "facilities">,
  ids: readonly CreditNoteDueId[],
  at: Instant,
): Promise<(Pick<Due, "dueId" | "channelId" | "madeBy"> & { readonly returnCode: string })[]> {
  return tx.run(sql<Pick<Due, "dueId" | "channelId" | "madeBy"> & { returnCode: string }>`
    update godown.credit_note_due d set state = 'WAITING', next_attempt_at = ${at}, attempts = 0, updated_at = ${at}
    from godown.return_case r
    where r.tenant_id = d.tenant_id and r.return_case_id = d.return_case_id and d.state in ('WAITING', 'FAILED')
      and ${all([sql`d.tenant_id = ${tx.tenantId} and d.credit_note_due_id = any(${ids}::uuid[])`, withinReach(tx, ctx)])}
    returning d.credit_note_due_id as "dueId", d.channel_id as "channelId", d.made_by as "madeBy", r.code as "returnCode"`);
}

/** Returns whose credit note a person should look after, by channel. */
export interface LateCredits {
  readonly channelId: ChannelId;
  readonly channelCode: string;
  readonly failed: number;
  readonly waiting: number;
  /** Code of the return that has waited the longest. */
  readonly first: string;
}

/** Those that failed, and those that wait since before `since`. */
export function lateCredits(tx: Tx, since: Instant): Promise<LateCredits[]> {
  return tx.run(sql<LateCredits>`
    select d.channel_id as "channelId", c.code as "channelCode", count(*) filter (where d.state = 'FAILED') as failed,
      count(*) filter (where d.state <> 'FAILED') as waiting, (array_agg(r.code order by d.put_away_at, r.code))[1] as first
    from godown.credit_note_due d
    join godown.return_case r using (tenant_id, return_case_id)
    join godown.channel c on c.tenant_id = d.tenant_id and c.channel_id = d.channel_id
    where d.tenant_id = ${tx.tenantId} and d.state <> 'DONE' and (d.state = 'FAILED' or d.put_away_at < ${since})
    group by 1, 2 order by 2`);
}
