import type { ChannelId } from "../../kernel/index.ts";
import type { Ctx, Services } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueue, type JobOutcome, type JobRegistry } from "../../platform/jobs.ts";
import { takeDue } from "./ask-credit-note.ts";
import type { CreditNoteDueId } from "./credit-facts.ts";
import { HEALED_BY_CONNECTING } from "./credit-step.ts";
import { askCreditNotesJob, makeCreditNotesJob } from "./definitions.ts";
import { dueNow, wakeDues, wakeOurs, whoIsDue } from "./due.store.ts";

/** Then the job hands over to a next one, so that a stop of the process need not wait. */
const TURN_MAX_MS = 20_000;
const DUES_AT_ONCE = 4;
const DUES_READ = 20;

type Who = Parameters<typeof dueNow>[1];

/** Takes those whose time has come: not there yet at the last try, or left behind by a process that ended. */
async function takeAll(ctx: Ctx, who: Who, goOn: (tx: Tx) => Promise<void>): Promise<JobOutcome> {
  const endAtMs = performance.now() + TURN_MAX_MS;
  const taken = new Set<CreditNoteDueId>();
  const broken: unknown[] = [];
  for (;;) {
    const found = await ctx.db.read(ctx.tenantId, (tx) => dueNow(tx, who, ctx.clock.now(), DUES_READ + taken.size));
    // Each is tried once a turn, whatever became of it.
    const due = found.filter((each) => !taken.has(each.dueId)).slice(0, DUES_AT_ONCE);
    if (due.length === 0) break;
    for (const { dueId } of due) taken.add(dueId);
    const options = { interactive: false, anew: false, acceptAmounts: false };
    const tried = await Promise.allSettled(
      due.map(({ dueId }) => takeDue({ ...ctx, now: ctx.clock.now() }, dueId, options)),
    );
    broken.push(...tried.flatMap((each) => (each.status === "rejected" ? [each.reason] : [])));
    if (performance.now() < endAtMs) continue;
    if (broken.length === 0) await ctx.db.transaction(ctx.tenantId, goOn);
    break;
  }
  // Those beside it had their turn. The queue keeps the fault; what it had claimed runs out and is asked again.
  if (broken.length > 0) throw broken[0];
  return "done";
}

export function askDueCreditNotes(ctx: Ctx, channelId: ChannelId): Promise<JobOutcome> {
  return takeAll(ctx, { madeBy: "CHANNEL", channelId }, (tx) => enqueue(tx, askCreditNotesJob, { channelId }));
}

export function makeDueCreditNotes(ctx: Ctx): Promise<JobOutcome> {
  return takeAll(ctx, { madeBy: "US" }, (tx) => enqueue(tx, makeCreditNotesJob, {}));
}

/** Each minute: what has come due of live tenants. One tenant's trouble does not stop the others. */
export async function startDueCreditNotes(services: Services): Promise<void> {
  const now = services.clock.now();
  for (const { tenantId, live } of await services.db.tenants()) {
    if (!live) continue;
    try {
      await services.db.transaction(tenantId, async (tx) => {
        for (const channelId of await whoIsDue(tx, now))
          if (channelId === null) await enqueue(tx, makeCreditNotesJob, {});
          else await enqueue(tx, askCreditNotesJob, { channelId });
      });
    } catch (error) {
      services.log.error({ err: error, tenantId, outcome: "failed" }, "due credit notes could not be started");
    }
  }
}

/** A channel was connected, or changed: what could not be asked for is asked for at once. */
export async function wakeCreditNotes(tx: Tx, ctx: Pick<Ctx, "clock">, channelId: ChannelId): Promise<void> {
  const woken = await wakeDues(tx, channelId, HEALED_BY_CONNECTING, ctx.clock.now());
  if (woken > 0) await enqueue(tx, askCreditNotesJob, { channelId });
}

/** A series was made or changed: what waits for one is made at once. */
export async function wakeOwnCreditNotes(tx: Tx, ctx: Pick<Ctx, "clock">): Promise<void> {
  const woken = await wakeOurs(tx, ctx.clock.now());
  if (woken > 0) await enqueue(tx, makeCreditNotesJob, {});
}

export function registerCreditNoteJobs(registry: JobRegistry): void {
  registry.handle(askCreditNotesJob, (ctx, payload) => askDueCreditNotes(ctx, payload.channelId as ChannelId));
  registry.handle(makeCreditNotesJob, (ctx) => makeDueCreditNotes(ctx));
  registry.schedule("billing.start_due_credit_notes", "* * * * *", startDueCreditNotes);
}
