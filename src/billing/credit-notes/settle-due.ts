import { newId, type Refusal } from "../../kernel/index.ts";
import { writeEvents } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { explain } from "../../platform/refusals.ts";
import type { Due, OriginalInvoice, ReturnOfUnits } from "./credit-facts.ts";
import { isNews } from "./credit-step.ts";
import { saveDue, stillDue } from "./due.store.ts";
import { tellReturnCredited } from "./hooks.ts";
import type { WrittenCreditNote } from "./write-credit-note.ts";

/** What came of one that waited for its credit note. */
export interface DueResult {
  readonly dueId: Due["dueId"];
  /** DONE: it is there. WAITING: it goes on by itself. FAILED: a person does something. UNCHANGED: nothing was done. */
  readonly outcome: "DONE" | "WAITING" | "FAILED" | "UNCHANGED";
  readonly refusal: Refusal | null;
  readonly number: string | null;
}

export interface DueContext {
  readonly due: Due;
  readonly original: OriginalInvoice;
  readonly returned: ReturnOfUnits;
}

/** The credit note is there: the timeline says so, and the return ends, unless another invoice's is missing or an IRN is. */
export async function noteWritten(
  tx: Tx,
  ctx: Ctx,
  { due, original, returned }: DueContext,
  note: WrittenCreditNote,
  exchangeId: string | null,
): Promise<DueResult> {
  const { creditNoteId, number, state } = note;
  await saveDue(
    tx,
    due.dueId,
    { state: state === "ISSUED" ? "DONE" : "IRN_PENDING", creditNoteId },
    { exchangeId },
    ctx.now,
  );
  const facts = {
    ...{ creditNote: number, creditNoteId, invoice: original.number, return: returned.code, total: note.total },
    ...{ units: due.unitIds.length, madeBy: due.madeBy === "US" ? null : original.channelCode, late: note.late },
    waitsForIrn: state === "IRN_PENDING",
  };
  await tell(tx, ctx, { due, original }, "CREDIT_NOTE_ISSUED", facts);
  if (state === "ISSUED") await endReturn(tx, ctx, due, number);
  return { dueId: due.dueId, outcome: state === "ISSUED" ? "DONE" : "WAITING", refusal: null, number };
}

/** Ends the return where nothing of it is missing any more. */
export async function endReturn(tx: Tx, ctx: Ctx, due: Pick<Due, "returnCaseId">, number: string): Promise<void> {
  if (await stillDue(tx, due.returnCaseId)) return;
  const ended = await tellReturnCredited(tx, ctx, due.returnCaseId, { creditNote: number });
  // The credit note stands; where the return stands is its own matter.
  if (!ended.ok)
    ctx.log.warn({ returnCaseId: due.returnCaseId, refusal: ended.refusal }, "a credited return did not end");
}

/** Keeps why there is none yet, and tells the timeline of a new cause. */
export async function noteRefused(
  tx: Tx,
  ctx: Ctx,
  of: DueContext,
  why: {
    readonly refusal: Refusal;
    readonly words: string | null;
    readonly nextAttemptAt: Temporal.Instant | null;
    readonly exchangeId: string | null;
    readonly attempts: number;
  },
): Promise<DueResult> {
  const { due } = of;
  const { refusal, words, nextAttemptAt, exchangeId, attempts } = why;
  const end =
    nextAttemptAt === null
      ? { state: "FAILED" as const, refusal, words }
      : { state: "WAITING" as const, refusal, words, nextAttemptAt };
  await saveDue(tx, due.dueId, end, { exchangeId, attempts }, ctx.now);
  if (isNews(refusal, due.code))
    await tell(tx, ctx, of, "CREDIT_NOTE_FAILED", {
      ...{ return: of.returned.code, code: refusal.code, message: explain(refusal).message, channelSays: words },
      ...{ exchangeId, nextAttemptAt: nextAttemptAt?.toString() ?? null },
    });
  return { dueId: due.dueId, outcome: end.state, refusal, number: null };
}

export function tell(
  tx: Tx,
  ctx: Ctx,
  { due, original }: Pick<DueContext, "due" | "original">,
  kind: string,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { saleOrderId } = due;
  return writeEvents(
    tx,
    [{ id: newId(), saleOrderId, packageId: original.shippingPackageId, kind, facts }],
    ctx.actor,
    ctx.now,
  );
}
