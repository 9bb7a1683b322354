import { readTenantSetting } from "../identity/index.ts";
import {
  assert,
  type FacilityId,
  financialYear,
  type LocalDate,
  newId,
  ok,
  type Refusal,
  type Result,
  refuse,
} from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueue } from "../platform/jobs.ts";
import { readAccount } from "./account.store.ts";
import { askPortalJob } from "./definitions.ts";
import type { EInvoiceFacts } from "./facts.ts";
import type { EInvoiceId, SubjectType } from "./lifecycle.ts";
import { cancelBy, whyNoIrn } from "./need.ts";
import { invoicePortal } from "./portal.ts";
import { type PreparedEInvoice, prepareEInvoice } from "./prepare.ts";
import { turnoverCrore } from "./settings.ts";
import * as store from "./store.ts";

/** A document that stands in the portal's series of invoices or of credit notes. */
export interface DocumentSubject {
  readonly subjectType: SubjectType;
  /** The id of the invoice, credit note or gatepass. */
  readonly subjectId: string;
  readonly facilityId: FacilityId;
  readonly facts: EInvoiceFacts;
  /** Kept for `onRegistered`: what goes on once the IRN is there. */
  readonly continuation?: Readonly<Record<string, unknown>>;
}

export interface JudgeOptions {
  /** The day in the facility's zone. */
  readonly today: LocalDate;
  /** The tenant may use the test numbers of the portal's sandbox. */
  readonly sandbox: boolean;
  /** What the words call the document while it has no number: "package SP-12". Left out: its number. */
  readonly shown?: string;
}

/**
 * Would the portal take this document? Asked before its number is taken, with any number of its series' shape, so that what
 * is refused burns no number. `needsIrn` false: it is issued as ever (a consumer's, nothing taxed). Whether its seller
 * reports at all is the caller's question (the channel's setting; for a credit note, whether its invoice has an IRN).
 * Refusals: EINVOICE_PORTAL_NOT_SET, EINVOICE_ACCOUNT_MISSING, EINVOICE_NUMBER_SPENT, those of `prepareEInvoice`.
 */
export async function judgeDocument(
  tx: Tx,
  facts: EInvoiceFacts,
  options: JudgeOptions,
): Promise<Result<{ readonly needsIrn: boolean }>> {
  if (whyNoIrn(facts) !== null) return ok({ needsIrn: false });
  const shown = options.shown ?? facts.number;
  const gstin = facts.seller.gstin;
  assert(gstin !== null, "a seller who needs an IRN is registered");
  if (invoicePortal() === null) return refuse("EINVOICE_PORTAL_NOT_SET", { number: shown });
  if (!(await isEntered(tx, gstin))) return refuse("EINVOICE_ACCOUNT_MISSING", { number: shown, gstin });
  const prepared = await prepare(tx, facts, options);
  if (!prepared.ok)
    return { ok: false, refusal: { ...prepared.refusal, facts: { ...prepared.refusal.facts, number: shown } } };
  if (options.shown !== undefined) return ok({ needsIrn: true });
  const { documentType, number } = identityOf(prepared.value);
  const holder = await store.numberHolder(tx, {
    ...{ gstin, documentType, number },
    financialYear: financialYear(facts.on),
  });
  if (holder !== undefined)
    return refuse("EINVOICE_NUMBER_SPENT", { number: shown, irn: holder.irn ?? "", state: holder.state });
  return ok({ needsIrn: true });
}

/**
 * Notes a document that has its number and needs an IRN, in the transaction that writes it; a job asks the portal for it.
 * The caller has judged it with `judgeDocument` in this transaction: what is refused now is a fault of ours.
 */
export async function registerDocument(
  tx: Tx,
  ctx: Ctx,
  subject: DocumentSubject,
  options: JudgeOptions,
): Promise<EInvoiceId> {
  const { subjectType, subjectId, facilityId, facts } = subject;
  const prepared = await prepare(tx, facts, options);
  assert(prepared.ok, `a document that was judged good is good under its number${why(prepared)}`);
  const { document, irn, on } = prepared.value;
  const { documentType, number } = identityOf(prepared.value);
  const gstin = document.SellerDtls.Gstin;
  const eInvoiceId = newId<"EInvoice">();
  const row = { eInvoiceId, subjectType, subjectId, facilityId, gstin, documentType, number, document };
  await store.insertEInvoice(
    tx,
    {
      ...row,
      issuedOn: on,
      financialYear: financialYear(on),
      expectedIrn: irn,
      continuation: subject.continuation ?? {},
    },
    ctx.actor.name,
    ctx.now,
  );
  await enqueue(tx, askPortalJob, { gstin });
  return eInvoiceId;
}

function why(prepared: Result<PreparedEInvoice>): string {
  return prepared.ok ? "" : `: ${prepared.refusal.code} ${JSON.stringify(prepared.refusal.facts)}`;
}

async function prepare(tx: Tx, facts: EInvoiceFacts, { today, sandbox }: JudgeOptions) {
  return prepareEInvoice(facts, { today, sandbox, turnoverCrore: await turnoverIn(tx) });
}

/** Read once a transaction: fifty invoices are judged in one. */
const turnovers = new WeakMap<Tx, Promise<number>>();
const entered = new WeakMap<Tx, Map<string, Promise<boolean>>>();

function turnoverIn(tx: Tx): Promise<number> {
  const known = turnovers.get(tx) ?? readTenantSetting(tx, turnoverCrore);
  turnovers.set(tx, known);
  return known;
}

function isEntered(tx: Tx, gstin: string): Promise<boolean> {
  const known = entered.get(tx) ?? new Map<string, Promise<boolean>>();
  entered.set(tx, known);
  const found = known.get(gstin) ?? readAccount(tx, gstin).then((account) => account !== undefined);
  known.set(gstin, found);
  return found;
}

function identityOf({ document }: PreparedEInvoice): { documentType: "INV" | "CRN"; number: string } {
  const { Typ, No } = document.DocDtls;
  assert(Typ !== "DBN", "debit notes are not made here");
  return { documentType: Typ, number: No };
}

const SUBJECT_WORDS: Readonly<Record<SubjectType, string>> = {
  INVOICE: "invoice",
  CREDIT_NOTE: "credit note",
  GATEPASS: "gatepass document",
};

/**
 * Are these numbers of a series free at the portal, for documents that need an IRN? A channel numbers as it likes under the
 * same registration. Asked before the numbers are taken. Refuses EINVOICE_NUMBER_OF_ANOTHER: which number, whose document.
 */
export async function checkNumbers(
  tx: Tx,
  of: { readonly gstin: string; readonly documentType: "INV" | "CRN"; readonly on: LocalDate },
  numbers: readonly string[],
): Promise<Result<undefined>> {
  if (numbers.length === 0) return ok();
  const { gstin, documentType, on } = of;
  const owner = await store.firstOwner(tx, { gstin, documentType, financialYear: financialYear(on), numbers });
  if (owner === undefined) return ok();
  const { number, subjectType, channel, order } = owner;
  const what = `${channel === null ? "another" : `${channel}'s`} ${SUBJECT_WORDS[subjectType]}`;
  const holder = order === null ? what : `${what} (order ${order})`;
  return refuse("EINVOICE_NUMBER_OF_ANOTHER", { number, gstin, holder });
}

/** One whose IRN the portal no longer cancels, and the refusal that says so. */
export interface LateSubject {
  readonly subjectId: string;
  readonly refusal: Refusal<"EINVOICE_CANCEL_TOO_LATE">;
}

/** Those of the subjects whose IRNs the portal no longer cancels. Locks the rows of all. */
export async function lateSubjects(
  tx: Tx,
  ctx: Ctx,
  subjects: { readonly subjectType: SubjectType; readonly subjectIds: readonly string[] },
): Promise<LateSubject[]> {
  const rows = await store.lockSubjects(tx, subjects.subjectType, subjects.subjectIds);
  return rows.flatMap(({ subjectId, wish, number, irn, ackAt }) =>
    wish === "REGISTER" && ackAt !== null && isTooLate(ackAt, ctx.now)
      ? [{ subjectId, refusal: tooLate({ number, irn, ackAt }).refusal }]
      : [],
  );
}

/** May these be withdrawn now? Locks their rows. Refuses EINVOICE_CANCEL_TOO_LATE. */
export async function decideWithdraw(
  tx: Tx,
  ctx: Ctx,
  subjects: { readonly subjectType: SubjectType; readonly subjectIds: readonly string[] },
): Promise<Result<undefined>> {
  const [late] = await lateSubjects(tx, ctx, subjects);
  return late === undefined ? ok() : { ok: false, refusal: late.refusal };
}

/**
 * The subjects of these documents are cancelled, in the caller's transaction: what was never sent ends at once; of the
 * others the portal is asked to cancel the IRN, by a job. Subjects without a registration are left out.
 * Refuses EINVOICE_CANCEL_TOO_LATE where an IRN is older than the portal allows: then only a credit note takes it back.
 */
export async function withdrawDocuments(
  tx: Tx,
  ctx: Ctx,
  subjects: {
    readonly subjectType: SubjectType;
    readonly subjectIds: readonly string[];
    readonly reason: "DUPLICATE" | "MISTAKE" | "ORDER_CANCELLED" | "OTHER";
    readonly remark: string;
  },
): Promise<Result<undefined>> {
  const may = await decideWithdraw(tx, ctx, subjects);
  if (!may.ok) return may;
  const rows = await store.lockSubjects(tx, subjects.subjectType, subjects.subjectIds);
  const open = rows.filter((row) => row.wish === "REGISTER");
  const { reason, remark } = subjects;
  for (const row of open) {
    const never = row.irn === null && row.triedAt === null;
    const to = row.state === "ASKING" ? "ASKING" : never ? "CANCELLED" : "PENDING";
    await store.wishCancelled(tx, row.eInvoiceId, { reason, remark, to }, ctx.now);
    if (to !== "CANCELLED") await enqueue(tx, askPortalJob, { gstin: row.gstin });
  }
  return ok();
}

/** From this moment on the portal no longer cancels. */
export function isTooLate(ackAt: Temporal.Instant, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(now, cancelBy(ackAt)) >= 0;
}

/** Refuses a cancellation that comes too late, in words that say what to do instead. */
export function tooLate(row: {
  readonly number: string;
  readonly irn: string | null;
  readonly ackAt: Temporal.Instant;
}) {
  const { number, irn, ackAt } = row;
  return refuse("EINVOICE_CANCEL_TOO_LATE", {
    ...{ number, irn, since: ackAt.toString(), until: cancelBy(ackAt).toString() },
  });
}
