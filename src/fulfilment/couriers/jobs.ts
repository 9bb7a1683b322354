import { type Ctx, type Services, systemCtx } from "../../platform/context.ts";
import { enqueueAll, type JobRegistry } from "../../platform/jobs.ts";
import { giveBackNumbers, type ShippingProviderId, tellCourierJob, tellings } from "../../shipping/index.ts";
import { cutOffQuestions, strayPackages } from "./numbers.store.ts";
import { tellCourier } from "./tell-courier.ts";

const STRAYS_AT_ONCE = 200;
/** Longer than any claim: whoever could go on with a question has done so. */
const CUT_OFF_MINUTES = 5;

export function registerCourierJobs(registry: JobRegistry): void {
  registry.handle(tellCourierJob, (ctx, payload) => tellCourier(ctx, payload.providerId as ShippingProviderId));
  registry.schedule("fulfilment.start_due_courier_tellings", "* * * * *", startDueTellings);
  registry.schedule("fulfilment.sweep_courier_numbers", "*/5 * * * *", sweepNumbers);
}

/** Each minute: couriers of live tenants that are to be told something now. One tenant's trouble does not stop the others. */
export function startDueTellings(services: Services): Promise<void> {
  return eachLive(services, "tellings of couriers could not be started", (ctx) =>
    ctx.db.transaction(ctx.tenantId, async (tx) => {
      const providers = await tellings.providersWithDue(tx, ctx.now);
      await enqueueAll(
        tx,
        tellCourierJob,
        providers.map((providerId) => ({ providerId })),
      );
    }),
  );
}

/**
 * Every five minutes: numbers that are live although nothing travels with them go back, whatever road led there, and
 * questions that were cut off become doubts that a person sees.
 */
export function sweepNumbers(services: Services): Promise<void> {
  return eachLive(services, "numbers of couriers could not be swept", (ctx) =>
    ctx.db.transaction(ctx.tenantId, async (tx) => {
      for (const { id, providerId, awb } of await strayPackages(tx, STRAYS_AT_ONCE)) {
        const except = providerId === null || awb === null ? {} : { except: { providerId, awb } };
        await giveBackNumbers(tx, ctx, [id], { reason: "nothing travels with it", ...except });
      }
      await cutOffQuestions(tx, ctx.now.subtract({ minutes: CUT_OFF_MINUTES }), ctx.now);
    }),
  );
}

async function eachLive(services: Services, words: string, work: (ctx: Ctx) => Promise<unknown>): Promise<void> {
  for (const { tenantId, live } of await services.db.tenants()) {
    if (!live) continue;
    try {
      await work(systemCtx(services, tenantId, "couriers", "schedule"));
    } catch (error) {
      services.log.error({ err: error, tenantId, outcome: "failed" }, words);
    }
  }
}
