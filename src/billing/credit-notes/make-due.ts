import { assert } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import type { CreditNoteDueId, Due } from "./credit-facts.ts";
import { creditUnits } from "./credit-rules.ts";
import { nextAttempt } from "./credit-step.ts";
import { lockDue } from "./due.store.ts";
import { type DueContext, type DueResult, noteRefused, noteWritten } from "./settle-due.ts";
import { readOriginal, readReturn } from "./store.ts";
import { writeOwnCreditNote } from "./write-credit-note.ts";

/** Everything about one that waits, its invoice locked. */
export async function contextOf(tx: Tx, due: Due): Promise<DueContext> {
  const original = await readOriginal(tx, due.invoiceId, true);
  const returned = await readReturn(tx, due.returnCaseId);
  assert(
    original !== undefined && returned !== undefined,
    "what waits for a credit note is of an invoice and a return",
  );
  return { due, original, returned };
}

/** Makes the credit note of one that waits for ours. What keeps it back is kept with it and tried again. Undefined: it does not wait. */
export async function makeDue(tx: Tx, ctx: Ctx, dueId: CreditNoteDueId): Promise<DueResult | undefined> {
  const due = await lockDue(tx, { facilities: "all" }, dueId);
  if (due === undefined || due.madeBy !== "US" || (due.state !== "WAITING" && due.state !== "FAILED")) return undefined;
  const of = await contextOf(tx, due);
  const { original, returned } = of;
  const credit = creditUnits(original, due.unitIds);
  const written = credit.ok ? await writeOwnCreditNote(tx, ctx, { original, credit: credit.value, returned }) : credit;
  if (written.ok) return noteWritten(tx, ctx, of, written.value, null);
  const attempts = due.attempts + 1;
  // A series that is made wakes it at once; what else heals it (a SKU's HSN, a user at the portal) is found by trying.
  return noteRefused(tx, ctx, of, {
    ...{ refusal: written.refusal, words: null, exchangeId: null, attempts },
    nextAttemptAt: nextAttempt(ctx.now, attempts),
  });
}
