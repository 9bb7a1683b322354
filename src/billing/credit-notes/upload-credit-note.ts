import { audit } from "../../identity/index.ts";
import { type LocalDate, ok, type Paise, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { keepPdf } from "./ask-credit-note.ts";
import type { CreditNoteDueId } from "./credit-facts.ts";
import { creditUnits } from "./credit-rules.ts";
import { lockDue, readDue } from "./due.store.ts";
import { creditNoteDueLifecycle } from "./lifecycle.ts";
import { contextOf } from "./make-due.ts";
import { type DueResult, noteWritten } from "./settle-due.ts";
import { writeChannelCreditNote } from "./write-credit-note.ts";

/** What a person read on the channel's credit note, and its file. */
export interface UploadedCreditNote {
  readonly number: string;
  readonly series: string | null;
  readonly on: LocalDate;
  readonly taxable: Paise;
  /** All heads together. */
  readonly tax: Paise;
  readonly pdf: Buffer;
  /** Its amounts are not the invoice's share, and are taken all the same. */
  readonly acceptAmounts: boolean;
}

/**
 * Takes a channel's credit note from the hand of a person. The file is checked like one that came from the channel, the
 * amounts must be what is to be given back (within a rupee), and who did it stands in the audit log.
 * Refusals: NOT_FOUND, CREDIT_NOTE_OURS, CREDIT_NOTE_DONE, those of the file, those of `writeChannelCreditNote`.
 */
export async function uploadCreditNote(
  ctx: Ctx,
  dueId: CreditNoteDueId,
  given: UploadedCreditNote,
): Promise<Result<DueResult>> {
  const known = await ctx.db.read(ctx.tenantId, (tx) => readDue(tx, ctx, dueId));
  if (known === undefined) return refuse("NOT_FOUND", { what: "pending credit note", id: dueId });
  const file = await keepPdf(ctx, given.pdf);
  if (file.kind !== "ready") return { ok: false, refusal: file.refusal };
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const due = await lockDue(tx, ctx, dueId);
    if (due === undefined) return refuse("NOT_FOUND", { what: "pending credit note", id: dueId });
    const of = await contextOf(tx, due);
    const { original, returned } = of;
    if (due.madeBy === "US") return refuse("CREDIT_NOTE_OURS", { return: returned.code });
    // One that is asked for at this moment may be brought all the same: the answer then finds it there.
    if (!creditNoteDueLifecycle.may("write", due.state)) return refuse("CREDIT_NOTE_DONE", { return: returned.code });
    const credit = creditUnits(original, due.unitIds);
    if (!credit.ok) return credit;
    const { number, series, on, taxable, tax, acceptAmounts } = given;
    const paper = {
      given: { number, series, on, taxable, tax, originalInvoiceNumber: null },
      file: file.value,
      exchangeId: null,
      enteredBy: ctx.actor.name,
    };
    const task = { original, returned, credit: credit.value };
    const written = await writeChannelCreditNote(tx, ctx, task, paper, { acceptAmounts });
    if (!written.ok) return written;
    await audit(tx, ctx, {
      action: "billing.credit_note_uploaded",
      recordType: "credit_note",
      recordId: written.value.creditNoteId,
      recordCode: number,
      after: { return: returned.code, invoice: original.number, on: on.toString(), taxable, tax, acceptAmounts },
    });
    return ok(await noteWritten(tx, ctx, of, written.value, null));
  });
}
