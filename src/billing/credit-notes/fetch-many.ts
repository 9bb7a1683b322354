import { refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { enqueue } from "../../platform/jobs.ts";
import { takeDue } from "./ask-credit-note.ts";
import type { CreditNoteDueId } from "./credit-facts.ts";
import { askCreditNotesJob, makeCreditNotesJob } from "./definitions.ts";
import { leaveToJob } from "./due.store.ts";
import type { DueResult } from "./settle-due.ts";

/** Chosen at once on a list. */
export const FETCH_MAX = 200;
/** So many are asked for while the person waits; the others in the background, which asks a few per channel at once. */
const AT_ONCE_MAX = 8;

/** Fetch now: each by itself, one's fault stops no other. In the order of the ids. */
export async function fetchMany(ctx: Ctx, ids: readonly CreditNoteDueId[]): Promise<DueResult[]> {
  const wanted = [...new Set(ids)];
  const now = wanted.slice(0, AT_ONCE_MAX);
  const later = wanted.slice(AT_ONCE_MAX);
  const asked = await Promise.all(
    now.map(async (dueId): Promise<DueResult> => {
      const taken = await takeDue(ctx, dueId, { interactive: true, anew: true, acceptAmounts: false });
      return taken.ok ? taken.value : { dueId, outcome: "UNCHANGED", refusal: taken.refusal, number: null };
    }),
  );
  return [...asked, ...(later.length === 0 ? [] : await inBackground(ctx, later))];
}

function inBackground(ctx: Ctx, ids: readonly CreditNoteDueId[]): Promise<DueResult[]> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const left = await leaveToJob(tx, ctx, ids, ctx.now);
    for (const channelId of new Set(left.filter((due) => due.madeBy === "CHANNEL").map((due) => due.channelId)))
      await enqueue(tx, askCreditNotesJob, { channelId });
    if (left.some((due) => due.madeBy === "US")) await enqueue(tx, makeCreditNotesJob, {});
    const byId = new Map(left.map((due) => [due.dueId, due]));
    return ids.map((dueId): DueResult => {
      const due = byId.get(dueId);
      const { refusal } =
        due === undefined
          ? refuse("NOT_FOUND", { what: "pending credit note", id: dueId })
          : refuse("CREDIT_NOTE_LEFT_TO_JOB", { return: due.returnCode });
      return { dueId, outcome: due === undefined ? "UNCHANGED" : "WAITING", refusal, number: null };
    });
  });
}
