import { queueNotices } from "../../channels/index.ts";
import { onCancelWanted, onRegistered, type RegisteredDocument, withdrawDocuments } from "../../e-invoice/index.ts";
import { audit } from "../../identity/index.ts";
import { ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { withIrn } from "../e-invoice-page.ts";
import { invoiceDocumentSchema } from "../invoice-document.ts";
import { creditCancelled } from "./credit-cancelled.ts";
import type { CreditNoteId } from "./credit-facts.ts";
import { lockDueOfNote, saveDue } from "./due.store.ts";
import { creditNoteLifecycle } from "./lifecycle.ts";
import { contextOf } from "./make-due.ts";
import { endReturn, tell } from "./settle-due.ts";
import { type LockedCreditNote, lockCreditNote, saveCancelled, saveRegistered } from "./store.ts";

/** Takes the IRNs of credit notes, and their cancellations, from the portal's side. Called once, from the composition root. */
export function followPortal(): void {
  onRegistered("CREDIT_NOTE", async (tx, ctx, registered) => {
    const note = await lockCreditNote(tx, registered.subjectId as CreditNoteId); // registered under such an id
    if (note === undefined || !creditNoteLifecycle.may("register", note.state)) return ok();
    await tellChannel(tx, ctx, note, registered);
    const due = await lockDueOfNote(tx, note.creditNoteId);
    const of = due === undefined ? undefined : await contextOf(tx, due);
    await saveRegistered(tx, note.creditNoteId, withIrn(invoiceDocumentSchema.parse(note.document), registered));
    if (due === undefined || of === undefined) return ok();
    await saveDue(tx, due.dueId, { state: "DONE", creditNoteId: note.creditNoteId }, {}, ctx.now);
    await tell(tx, ctx, of, "CREDIT_NOTE_REGISTERED", { creditNote: note.number, irn: registered.irn });
    await endReturn(tx, ctx, due, note.number);
    return ok();
  });
  onCancelWanted("CREDIT_NOTE", (tx, ctx, { subjectId, reason }) =>
    cancelCreditNoteIn(tx, ctx, subjectId as CreditNoteId, reason),
  );
}

/** A channel that made the credit note is told its IRN, where its source takes IRNs. */
async function tellChannel(
  tx: Tx,
  ctx: Ctx,
  note: LockedCreditNote,
  { number, irn, ackNo, ackAt, signedQr }: RegisteredDocument,
): Promise<void> {
  if (note.numberedBy !== "CHANNEL") return;
  const { channelId, saleOrderId, shippingPackageId, packageCode } = note;
  const facts = { packageCode, number, irn, ackNumber: ackNo, acknowledgedAt: ackAt, signedQr };
  await queueNotices(tx, ctx, [
    { kind: "IRN", channelId, saleOrderId, shippingPackageId, irn: { ...facts, document: "CREDIT_NOTE" } },
  ]);
}

/** Cancels a credit note, as `cancelCreditNoteIn`, in a transaction of its own. */
export function cancelCreditNote(ctx: Ctx, creditNoteId: CreditNoteId, reason: string): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, (tx) => cancelCreditNoteIn(tx, ctx, creditNoteId, reason));
}

/**
 * Cancels a credit note: it keeps its number, what it gave back can be given back again, and its return waits for another
 * one; one of goods that were cancelled before they left is followed by another at once. Its IRN, where it has one, is
 * cancelled at the portal. Refusals: NOT_FOUND, EINVOICE_CANCEL_TOO_LATE, those of `creditCancelled`.
 */
export async function cancelCreditNoteIn(
  tx: Tx,
  ctx: Ctx,
  creditNoteId: CreditNoteId,
  reason: string,
): Promise<Result<undefined>> {
  const note = await lockCreditNote(tx, creditNoteId);
  const reached = ctx.facilities === "all" || ctx.facilities.some((id) => id === note?.facilityId);
  if (note === undefined || !reached) return refuse("NOT_FOUND", { what: "credit note", id: creditNoteId });
  if (!creditNoteLifecycle.may("cancel", note.state)) return ok();
  const withdrawn = await withdrawDocuments(tx, ctx, {
    ...{ subjectType: "CREDIT_NOTE", subjectIds: [creditNoteId], reason: "OTHER", remark: reason.slice(0, 100) },
  });
  if (!withdrawn.ok) return withdrawn;
  const due = await lockDueOfNote(tx, creditNoteId);
  await saveCancelled(tx, creditNoteId, ctx.now);
  await audit(tx, ctx, {
    action: "billing.credit_note_cancelled",
    recordType: "credit_note",
    recordId: creditNoteId,
    recordCode: note.number,
    before: { state: note.state },
    after: { state: "CANCELLED", reason },
  });
  if (due === undefined) {
    // Nobody waits for another one: what was cancelled must not stand on its invoice again.
    const anew = await creditCancelled(tx, ctx, note.invoiceId);
    return anew.ok ? ok() : anew;
  }
  const of = await contextOf(tx, due);
  const facts = { number: note.number, return: of.returned.code };
  const { refusal } = refuse("CREDIT_NOTE_CANCELLED", facts);
  await saveDue(tx, due.dueId, { state: "FAILED", refusal, words: null }, { attempts: 0 }, ctx.now);
  await tell(tx, ctx, of, "CREDIT_NOTE_CANCELLED", { creditNote: note.number, return: of.returned.code, reason });
  return ok();
}
