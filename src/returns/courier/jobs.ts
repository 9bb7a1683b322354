import { type Ctx, type Services, systemCtx } from "../../platform/context.ts";
import { enqueue, type JobOutcome, type JobRegistry } from "../../platform/jobs.ts";
import { callOffJob, callOffReturn } from "../call-off.ts";
import type { ReturnCaseId } from "../return-case.ts";
import { anyDue, strayReturns } from "./ask.store.ts";
import { askNext } from "./ask.ts";
import { askReturnCouriersJob, wakeReturnCouriersJob } from "./definitions.ts";
import { giveBackStrays, wakeReturnCouriers } from "./want.ts";

/** Then the job hands over to a next one, so that a stop of the process need not wait. */
const TURN_MAX_MS = 20_000;
const STRAYS_AT_ONCE = 200;

export function registerJobs(registry: JobRegistry): void {
  registry.handle(askReturnCouriersJob, (ctx) => askDueReturns(ctx));
  registry.handle(wakeReturnCouriersJob, async (ctx) => {
    await ctx.db.transaction(ctx.tenantId, (tx) => wakeReturnCouriers(tx, ctx));
    return "done";
  });
  registry.handle(callOffJob, async (ctx, { returnCaseId }) => {
    await callOffReturn(ctx, returnCaseId as ReturnCaseId); // enqueued by callOffReturns alone
    return "done";
  });
  registry.schedule("returns.start_due_couriers", "* * * * *", startDueReturns);
  registry.schedule("returns.sweep_courier_numbers", "*/5 * * * *", sweepReturnNumbers);
}

/** Asks couriers for the returns that are due, one after the other, each once. */
export async function askDueReturns(ctx: Ctx): Promise<JobOutcome> {
  const endAtMs = performance.now() + TURN_MAX_MS;
  const tried: ReturnCaseId[] = [];
  for (;;) {
    const asked = await askNext(ctx, tried);
    if (asked === null) return "done";
    tried.push(asked);
    if (performance.now() < endAtMs) continue;
    await ctx.db.transaction(ctx.tenantId, (tx) => enqueue(tx, askReturnCouriersJob, {}));
    return "done";
  }
}

/** Each minute: tenants with returns whose courier is due to be asked. One tenant's trouble does not stop the others. */
export function startDueReturns(services: Services): Promise<void> {
  return eachLive(services, "couriers of returns could not be asked", (ctx) =>
    ctx.db.transaction(ctx.tenantId, async (tx) => {
      if (await anyDue(tx, ctx.now)) await enqueue(tx, askReturnCouriersJob, {});
    }),
  );
}

export function sweepReturnNumbers(services: Services): Promise<void> {
  return eachLive(services, "numbers of returns could not be swept", (ctx) =>
    ctx.db.transaction(ctx.tenantId, async (tx) => giveBackStrays(tx, ctx, await strayReturns(tx, STRAYS_AT_ONCE))),
  );
}

async function eachLive(services: Services, words: string, work: (ctx: Ctx) => Promise<unknown>): Promise<void> {
  for (const { tenantId, live } of await services.db.tenants()) {
    if (!live) continue;
    try {
      await work(systemCtx(services, tenantId, "returns.couriers", "schedule"));
    } catch (error) {
      services.log.error({ err: error, tenantId, outcome: "failed" }, words);
    }
  }
}
