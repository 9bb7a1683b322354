import type { ChannelId } from "../../kernel/index.ts";
import type { Ctx, Services } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueue, enqueueAll, type JobOutcome, type JobRegistry } from "../../platform/jobs.ts";
import type { ShippingProviderId } from "../../shipping/index.ts";
import { askCourierStepsJob, askStepsJob } from "./definitions.ts";
import { inLane } from "./lanes.ts";
import { type Asked, askedWithDueSteps, dueSteps, wakeSteps } from "./store.ts";
import { takeStep } from "./take-step.ts";

/** Then the job hands over to a next one, so that a stop of the process need not wait. */
const TURN_MAX_MS = 20_000;
const STEPS_AT_ONCE = 20;
/** What failed because the channel could not be asked at all heals when it can. */
const HEALED_BY_CONNECTING = [
  "CHANNEL_LOGIN_REFUSED",
  "CHANNEL_NOT_ASKED",
  "COURIER_LOGIN_REFUSED",
  "COURIER_NUMBER_NOT_ASKED",
];

/** Asks a channel for the steps whose time has come: not there yet at the last try, or left behind by a process that ended. */
export function askDueSteps(ctx: Ctx, channelId: ChannelId): Promise<JobOutcome> {
  return askDue(ctx, { channelId });
}

/** The same of a courier that labels wait for. */
export function askDueCourierSteps(ctx: Ctx, providerId: ShippingProviderId): Promise<JobOutcome> {
  return askDue(ctx, { providerId });
}

function goOn(tx: Tx, asked: Asked): Promise<void> {
  return "providerId" in asked ? enqueue(tx, askCourierStepsJob, asked) : enqueue(tx, askStepsJob, asked);
}

async function askDue(ctx: Ctx, asked: Asked): Promise<JobOutcome> {
  const lane = "providerId" in asked ? asked.providerId : asked.channelId;
  const endAtMs = performance.now() + TURN_MAX_MS;
  const taken = new Set<string>();
  for (;;) {
    const found = await ctx.db.read(ctx.tenantId, (tx) =>
      dueSteps(tx, asked, ctx.clock.now(), STEPS_AT_ONCE + taken.size),
    );
    // A step is tried once a turn, whatever became of it.
    const due = found.filter((each) => !taken.has(`${each.shippingPackageId} ${each.step}`)).slice(0, STEPS_AT_ONCE);
    if (due.length === 0) return "done";
    for (const each of due) taken.add(`${each.shippingPackageId} ${each.step}`);
    const tried = await Promise.allSettled(
      due.map(({ shippingPackageId, step }) =>
        inLane(lane, () =>
          takeStep({ ...ctx, now: ctx.clock.now() }, shippingPackageId, step, {
            interactive: false,
            anew: false,
            thenLabel: false,
            labelToJob: () => true,
          }),
        ),
      ),
    );
    const broken = tried.find((each) => each.status === "rejected");
    if (broken) throw broken.reason; // the queue keeps it; what it had claimed runs out and is asked again
    if (performance.now() < endAtMs) continue;
    await ctx.db.transaction(ctx.tenantId, (tx) => goOn(tx, asked));
    return "done";
  }
}

/** Each minute: channels and couriers of live tenants with steps whose time has come. One tenant's trouble does not stop the others. */
export async function startDueSteps(services: Services): Promise<void> {
  const now = services.clock.now();
  for (const { tenantId, live } of await services.db.tenants()) {
    if (!live) continue;
    try {
      await services.db.transaction(tenantId, async (tx) => {
        const { channels, providers } = await askedWithDueSteps(tx, now);
        await enqueueAll(
          tx,
          askStepsJob,
          channels.map((channelId) => ({ channelId })),
        );
        await enqueueAll(
          tx,
          askCourierStepsJob,
          providers.map((providerId) => ({ providerId })),
        );
      });
    } catch (error) {
      services.log.error({ err: error, tenantId, outcome: "failed" }, "due steps of channels could not be started");
    }
  }
}

/** A channel was connected, or changed: what waits for it is asked for at once. */
export async function wakeChannelSteps(tx: Tx, ctx: Pick<Ctx, "clock">, channelId: ChannelId): Promise<void> {
  const woken = await wakeSteps(tx, { channelId }, HEALED_BY_CONNECTING, ctx.clock.now());
  if (woken > 0) await enqueue(tx, askStepsJob, { channelId });
}

/** A courier was connected: labels that wait for it are asked for at once. */
export async function wakeCourierSteps(tx: Tx, ctx: Pick<Ctx, "clock">, providerId: ShippingProviderId): Promise<void> {
  const woken = await wakeSteps(tx, { providerId }, HEALED_BY_CONNECTING, ctx.clock.now());
  if (woken > 0) await enqueue(tx, askCourierStepsJob, { providerId });
}

export function registerChannelSteps(registry: JobRegistry): void {
  registry.handle(askStepsJob, (ctx, payload) => askDueSteps(ctx, payload.channelId as ChannelId));
  registry.handle(askCourierStepsJob, (ctx, payload) =>
    askDueCourierSteps(ctx, payload.providerId as ShippingProviderId),
  );
  registry.schedule("fulfilment.start_due_channel_steps", "* * * * *", startDueSteps);
}
