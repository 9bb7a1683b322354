import type { PortalFault, Registered } from "../../connectors/kit/index.ts";
import type { Inv01 } from "../../contract/inv01.ts";
import type { FacilityId, Instant, LocalDate } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { EInvoiceId, EInvoiceState, SubjectType } from "./lifecycle.ts";

/** A registration as the commands know it. */
export interface EInvoiceRow {
  readonly eInvoiceId: EInvoiceId;
  readonly subjectType: SubjectType;
  readonly subjectId: string;
  readonly gstin: string;
  readonly documentType: "INV" | "CRN";
  readonly number: string;
  readonly issuedOn: LocalDate;
  readonly document: Inv01;
  readonly expectedIrn: string;
  readonly wish: "REGISTER" | "CANCEL";
  readonly state: EInvoiceState;
  readonly askingUntil: Instant | null;
  readonly attempts: number;
  readonly triedAt: Instant | null;
  readonly code: string | null;
  readonly words: string | null;
  readonly whatToDo: string | null;
  readonly nextAttemptAt: Instant | null;
  readonly continuation: Readonly<Record<string, unknown>>;
  readonly irn: string | null;
  readonly ackNo: string | null;
  readonly ackAt: Instant | null;
  readonly signedQr: string | null;
  readonly handedAt: Instant | null;
  readonly cancelReason: "DUPLICATE" | "MISTAKE" | "ORDER_CANCELLED" | "OTHER" | null;
  readonly cancelRemark: string | null;
}

const columns = sql`e_invoice_id as "eInvoiceId", subject_type as "subjectType", subject_id as "subjectId", gstin, document_type as "documentType", number,
  issued_on as "issuedOn", document, expected_irn as "expectedIrn", wish, state, asking_until as "askingUntil", attempts, tried_at as "triedAt", code, words,
  what_to_do as "whatToDo", next_attempt_at as "nextAttemptAt", continuation, irn, ack_no as "ackNo", ack_at as "ackAt", signed_qr as "signedQr",
  handed_at as "handedAt", cancel_reason as "cancelReason", cancel_remark as "cancelRemark"`;

export interface NewEInvoice {
  readonly eInvoiceId: EInvoiceId;
  readonly subjectType: SubjectType;
  readonly subjectId: string;
  readonly facilityId: FacilityId;
  readonly gstin: string;
  readonly documentType: "INV" | "CRN";
  readonly number: string;
  readonly issuedOn: LocalDate;
  readonly financialYear: number;
  readonly document: Inv01;
  readonly expectedIrn: string;
  readonly continuation: Readonly<Record<string, unknown>>;
}

export async function insertEInvoice(tx: Tx, e: NewEInvoice, by: string, at: Instant): Promise<void> {
  await tx.run(sql`
    insert into godown.e_invoice (tenant_id, e_invoice_id, subject_type, subject_id, facility_id, gstin, document_type, number, issued_on, financial_year,
      document, expected_irn, wish, state, next_attempt_at, continuation, created_at, created_by, updated_at)
    values (${tx.tenantId}, ${e.eInvoiceId}, ${e.subjectType}, ${e.subjectId}, ${e.facilityId}, ${e.gstin}, ${e.documentType}, ${e.number}, ${e.issuedOn},
      ${e.financialYear}, ${json(e.document)}, ${e.expectedIrn}, 'REGISTER', 'PENDING', ${at}, ${json(e.continuation)}, ${at}, ${by}, ${at})`);
}

/** Does another document hold this number: one that is open, or one whose IRN was cancelled (a number gets no second)? */
export function numberHolder(
  tx: Tx,
  which: { gstin: string; documentType: string; financialYear: number; number: string },
): Promise<{ readonly state: EInvoiceState; readonly irn: string | null } | undefined> {
  return tx.first(sql<{ state: EInvoiceState; irn: string | null }>`
    select state, irn from godown.e_invoice
    where tenant_id = ${tx.tenantId} and gstin = ${which.gstin} and document_type = ${which.documentType}
      and financial_year = ${which.financialYear} and number = ${which.number} and (state <> 'CANCELLED' or irn is not null)`);
}

/** Who has a number under a registration, in words of people: whose document it is, and of which channel. */
export interface NumberOwner {
  readonly number: string;
  readonly subjectType: SubjectType;
  /** The channel whose own number it is; null: a series of ours gave it. */
  readonly channel: string | null;
  readonly order: string | null;
}

/** The lowest of these numbers that has a registration, or waits for one. */
export function firstOwner(
  tx: Tx,
  which: { gstin: string; documentType: string; financialYear: number; numbers: readonly string[] },
): Promise<NumberOwner | undefined> {
  return tx.first(sql<NumberOwner>`
    select e.number, e.subject_type as "subjectType", o.code as "order",
      case when coalesce(i.numbered_by, n.numbered_by) = 'CHANNEL' then c.code end as channel
    from godown.e_invoice e
    left join godown.invoice i on i.tenant_id = e.tenant_id and e.subject_type = 'INVOICE' and i.invoice_id = e.subject_id
    left join godown.credit_note n on n.tenant_id = e.tenant_id and e.subject_type = 'CREDIT_NOTE' and n.credit_note_id = e.subject_id
    left join godown.sale_order o on o.tenant_id = e.tenant_id and o.sale_order_id = coalesce(i.sale_order_id, n.sale_order_id)
    left join godown.channel c on c.tenant_id = e.tenant_id and c.channel_id = o.channel_id
    where e.tenant_id = ${tx.tenantId} and e.gstin = ${which.gstin} and e.document_type = ${which.documentType}
      and e.financial_year = ${which.financialYear} and e.number = any(${which.numbers}::text[]) and (e.state <> 'CANCELLED' or e.irn is not null)
    order by array_position(${which.numbers}::text[], e.number) limit 1`);
}

/** The row, locked. */
export function lockEInvoice(tx: Tx, eInvoiceId: EInvoiceId): Promise<EInvoiceRow | undefined> {
  return tx.first(sql<EInvoiceRow>`
    select ${columns} from godown.e_invoice where tenant_id = ${tx.tenantId} and e_invoice_id = ${eInvoiceId} for update`);
}

/** The rows of subjects, locked in order. */
export function lockSubjects(tx: Tx, subjectType: SubjectType, subjectIds: readonly string[]): Promise<EInvoiceRow[]> {
  return tx.run(sql<EInvoiceRow>`
    select ${columns} from godown.e_invoice
    where tenant_id = ${tx.tenantId} and subject_type = ${subjectType} and subject_id = any(${subjectIds}::uuid[])
    order by e_invoice_id for update`);
}

export function readSubjects(tx: Tx, subjectType: SubjectType, subjectIds: readonly string[]): Promise<EInvoiceRow[]> {
  return tx.run(sql<EInvoiceRow>`
    select ${columns} from godown.e_invoice
    where tenant_id = ${tx.tenantId} and subject_type = ${subjectType} and subject_id = any(${subjectIds}::uuid[])
    order by e_invoice_id`);
}

/** What is due of a registration: asked for, or handed to its subject; also what a process that ended left under way. */
const isDue = (now: Instant) => sql`(next_attempt_at <= ${now} or asking_until <= ${now})`;

/** The next row of a registration whose time has come and that is not among those tried already, locked. */
export function lockNextDue(
  tx: Tx,
  gstin: string,
  tried: readonly EInvoiceId[],
  now: Instant,
): Promise<EInvoiceRow | undefined> {
  return tx.first(sql<EInvoiceRow>`
    select ${columns} from godown.e_invoice
    where tenant_id = ${tx.tenantId} and gstin = ${gstin} and ${isDue(now)} and e_invoice_id <> all(${tried}::uuid[])
    order by state = 'ACTIVE' desc, created_at, e_invoice_id limit 1 for update`);
}

export async function gstinsDue(tx: Tx, now: Instant): Promise<string[]> {
  const rows = await tx.run(sql<{ gstin: string }>`
    select distinct gstin from godown.e_invoice where tenant_id = ${tx.tenantId} and ${isDue(now)}`);
  return rows.map(({ gstin }) => gstin);
}

/** Notes before it is sent that it may arrive. Committed first: from then on nothing is sent blindly. */
export async function beginAsking(tx: Tx, eInvoiceId: EInvoiceId, until: Instant, now: Instant): Promise<void> {
  await tx.run(sql`
    update godown.e_invoice set state = 'ASKING', asking_until = ${until}, next_attempt_at = null, attempts = attempts + 1,
      tried_at = coalesce(tried_at, case when wish = 'REGISTER' then ${now}::timestamptz end), updated_at = ${now}
    where tenant_id = ${tx.tenantId} and e_invoice_id = ${eInvoiceId}`);
}

/** Stores what the portal registered, before anything else is done with it. What is stored once stays. */
export async function storeIrn(tx: Tx, eInvoiceId: EInvoiceId, r: Registered, now: Instant): Promise<void> {
  await tx.run(sql`
    update godown.e_invoice set irn = ${r.irn}, ack_no = ${r.ackNo}, ack_at = ${r.ackAt}, signed_invoice = ${r.signedInvoice}, signed_qr = ${r.signedQr},
      proved = ${r.proved}, updated_at = ${now}
    where tenant_id = ${tx.tenantId} and e_invoice_id = ${eInvoiceId} and irn is null`);
}

/** What an attempt came to, in words that stay until the next. */
export interface Told {
  readonly advice: string;
  readonly code: string | null;
  readonly faults: readonly PortalFault[];
  readonly words: string;
  readonly whatToDo: string;
}

const QUIET = sql`advice = null, code = null, faults = '[]', words = null, what_to_do = null`;
const said = (
  told: Told,
) => sql`advice = ${told.advice}, code = ${told.code}, faults = ${json(told.faults)}, words = ${told.words},
  what_to_do = ${told.whatToDo}`;

/** It has its IRN; its subject is told next. */
export async function becomeActive(tx: Tx, eInvoiceId: EInvoiceId, now: Instant): Promise<void> {
  await tx.run(sql`
    update godown.e_invoice set state = 'ACTIVE', asking_until = null, next_attempt_at = ${now}, attempts = 0, ${QUIET}, updated_at = ${now}
    where tenant_id = ${tx.tenantId} and e_invoice_id = ${eInvoiceId}`);
}

export async function becomeWaiting(
  tx: Tx,
  eInvoiceId: EInvoiceId,
  told: Told,
  end: { nextAttemptAt: Instant; certain: boolean; exchangeId: string | null },
  now: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.e_invoice set state = 'WAITING', asking_until = null, next_attempt_at = ${end.nextAttemptAt}, ${said(told)},
      tried_at = case when ${end.certain} then null else tried_at end, exchange_id = coalesce(${end.exchangeId}::uuid, exchange_id), updated_at = ${now}
    where tenant_id = ${tx.tenantId} and e_invoice_id = ${eInvoiceId}`);
}

export async function becomeBlocked(
  tx: Tx,
  eInvoiceId: EInvoiceId,
  told: Told,
  end: { certain: boolean; exchangeId: string | null },
  now: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.e_invoice set state = 'BLOCKED', asking_until = null, next_attempt_at = null, ${said(told)},
      tried_at = case when ${end.certain} then null else tried_at end, exchange_id = coalesce(${end.exchangeId}::uuid, exchange_id), updated_at = ${now}
    where tenant_id = ${tx.tenantId} and e_invoice_id = ${eInvoiceId}`);
}

/** Its turn comes again at once: a person asked, or what stopped it is gone. */
export async function becomePending(tx: Tx, eInvoiceId: EInvoiceId, now: Instant): Promise<void> {
  await tx.run(sql`
    update godown.e_invoice set state = 'PENDING', asking_until = null, next_attempt_at = ${now}, updated_at = ${now}
    where tenant_id = ${tx.tenantId} and e_invoice_id = ${eInvoiceId}`);
}

export async function becomeCancelled(tx: Tx, eInvoiceId: EInvoiceId, at: Instant, now: Instant): Promise<void> {
  await tx.run(sql`
    update godown.e_invoice set state = 'CANCELLED', asking_until = null, next_attempt_at = null, cancelled_at = ${at}, ${QUIET}, updated_at = ${now}
    where tenant_id = ${tx.tenantId} and e_invoice_id = ${eInvoiceId}`);
}

/** The wish to end it, noted on a row that is locked. While it is asked for, who asks sees the wish when the answer is here. */
export async function wishCancelled(
  tx: Tx,
  eInvoiceId: EInvoiceId,
  cancel: { reason: string; remark: string; to: "PENDING" | "CANCELLED" | "ASKING" },
  now: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.e_invoice set wish = 'CANCEL', cancel_reason = ${cancel.reason}, cancel_remark = ${cancel.remark}, cancel_wanted_at = ${now},
      state = ${cancel.to}, cancelled_at = case when ${cancel.to} = 'CANCELLED' then ${now}::timestamptz end,
      next_attempt_at = case when ${cancel.to} = 'PENDING' then ${now}::timestamptz end,
      asking_until = case when ${cancel.to} = 'ASKING' then asking_until end, attempts = case when ${cancel.to} = 'ASKING' then attempts else 0 end, ${QUIET}, updated_at = ${now}
    where tenant_id = ${tx.tenantId} and e_invoice_id = ${eInvoiceId}`);
}

/** Its subject has taken the IRN. False: it may not have it any more (it was withdrawn meanwhile), or has it already. */
export async function markHanded(tx: Tx, eInvoiceId: EInvoiceId, now: Instant): Promise<boolean> {
  const changed = await tx.count(sql`
    update godown.e_invoice set handed_at = ${now}, next_attempt_at = null, attempts = 0, ${QUIET}, updated_at = ${now}
    where tenant_id = ${tx.tenantId} and e_invoice_id = ${eInvoiceId} and state = 'ACTIVE' and handed_at is null`);
  return changed === 1;
}

/** Its subject could not take the IRN at the moment. */
export async function putOffHanding(
  tx: Tx,
  eInvoiceId: EInvoiceId,
  told: Told,
  nextAttemptAt: Instant,
  now: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.e_invoice set attempts = attempts + 1, next_attempt_at = ${nextAttemptAt}, ${said(told)}, updated_at = ${now}
    where tenant_id = ${tx.tenantId} and e_invoice_id = ${eInvoiceId} and state = 'ACTIVE' and handed_at is null`);
}

/** The portal does not answer: what is due besides waits as long, and says why. */
export async function waitTogether(
  tx: Tx,
  gstin: string,
  told: Told,
  nextAttemptAt: Instant,
  now: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.e_invoice set state = 'WAITING', next_attempt_at = ${nextAttemptAt}, ${said(told)}, updated_at = ${now}
    where tenant_id = ${tx.tenantId} and gstin = ${gstin} and state in ('PENDING', 'WAITING') and next_attempt_at < ${nextAttemptAt}`);
}

/** The portal answers again: those that waited because it did not are due at once. */
export function wakeUnanswered(tx: Tx, gstin: string, now: Instant): Promise<number> {
  return tx.count(sql`
    update godown.e_invoice set next_attempt_at = ${now}, updated_at = ${now}
    where tenant_id = ${tx.tenantId} and gstin = ${gstin} and state = 'WAITING' and code is null and next_attempt_at > ${now}`);
}

/** The account is refused: everything of it waits for other credentials. */
export async function blockAll(tx: Tx, gstin: string, told: Told, now: Instant): Promise<void> {
  await tx.run(sql`
    update godown.e_invoice set state = 'BLOCKED', next_attempt_at = null, ${said(told)}, updated_at = ${now}
    where tenant_id = ${tx.tenantId} and gstin = ${gstin} and state in ('PENDING', 'WAITING')`);
}

/** There are other credentials: what waited for them, and what waits for its time, is due at once. */
export function wakeAll(tx: Tx, gstin: string, now: Instant): Promise<number> {
  return tx.count(sql`
    update godown.e_invoice set state = 'PENDING', next_attempt_at = ${now}, updated_at = ${now}
    where tenant_id = ${tx.tenantId} and gstin = ${gstin} and (state = 'WAITING' or (state = 'BLOCKED' and advice = 'ACCOUNT'))`);
}

/** Adds to what goes on once the IRN is there, where it is not there yet. */
export async function addContinuation(
  tx: Tx,
  subjectType: SubjectType,
  subjectIds: readonly string[],
  more: Readonly<Record<string, unknown>>,
): Promise<void> {
  await tx.run(sql`
    update godown.e_invoice set continuation = continuation || ${json(more)}
    where tenant_id = ${tx.tenantId} and subject_type = ${subjectType} and subject_id = any(${subjectIds}::uuid[]) and handed_at is null`);
}

/** The tenant may use the test numbers of the portal's sandbox. */
export async function tenantIsSandbox(tx: Tx): Promise<boolean> {
  const row = await tx.one(
    sql<{ sandbox: boolean }>`select sandbox from godown.tenant where tenant_id = ${tx.tenantId}`,
  );
  return row.sandbox;
}
