import { refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { enqueueAll } from "../../platform/jobs.ts";
import { type StepResult, waiting } from "../step.ts";
import type { ChannelStep } from "./channel-step.ts";
import { askCourierStepsJob, askStepsJob } from "./definitions.ts";
import { inLane } from "./lanes.ts";
import { leaveToJob, type StepPlace } from "./store.ts";
import { type TakeOptions, takeStep } from "./take-step.ts";

/** How long an answer may take, and what is wanted after it. */
export interface Patience {
  /** Milliseconds after which what has not answered goes on by itself; null: wait for all. */
  readonly withinMs: number | null;
  /** One click: the label follows the invoice. */
  readonly thenLabel: boolean;
}

export const PATIENT: Patience = { withinMs: null, thenLabel: false };

const underWay = new Set<Promise<unknown>>();

/** Resolves when no step that outlasted its request is under way in this process. */
export async function stepsAtRest(): Promise<void> {
  while (underWay.size > 0) await Promise.allSettled(underWay);
}

/**
 * Asks channels for a step of many packages, a few per channel at once, each package by itself. What is not answered in
 * time goes on: what is being asked in this process, what was not begun by the job. One package's fault stops no other.
 */
export async function askMany(
  ctx: Ctx,
  places: readonly StepPlace[],
  step: ChannelStep,
  patience: Patience,
): Promise<StepResult[]> {
  const settled = new Map<string, StepResult>();
  const begun = new Set<string>();
  let over = false; // the request was answered: what is not begun is left to the job
  const options: TakeOptions = {
    interactive: ctx.actor.kind === "USER" || ctx.actor.kind === "API",
    anew: true,
    thenLabel: patience.thenLabel,
    labelToJob: () => over,
  };
  const all = places.map((place) =>
    inLane(place.providerId ?? place.channelId, async () => {
      if (over) return;
      begun.add(place.shippingPackageId);
      const result = await takeStep(ctx, place.shippingPackageId, step, options);
      settled.set(place.shippingPackageId, result);
      // Written in the moment in which its request gave up waiting: nobody asks for the label there.
      if (options.labelToJob() && patience.thenLabel && step === "INVOICE" && result.outcome === "DONE")
        await leave(ctx, [place], "LABEL", false);
    }),
  );
  const done = Promise.allSettled(all);
  const inTime = await within(done, patience.withinMs);
  if (inTime !== null) {
    const broken = inTime.find((each) => each.status === "rejected");
    if (broken) throw broken.reason;
    return inOrder(places, settled, step);
  }
  over = true;
  const answered = new Map(settled);
  keep(ctx, done);
  await leave(
    ctx,
    places.filter((place) => !begun.has(place.shippingPackageId)),
    step,
    patience.thenLabel,
  );
  return inOrder(places, answered, step);
}

/** What a promise brings, or null where it takes longer. */
async function within<T>(promise: Promise<T>, ms: number | null): Promise<T | null> {
  if (ms === null) return promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Follows what goes on after its request was answered: a fault there has nobody else to be told to. */
function keep(ctx: Ctx, done: Promise<PromiseSettledResult<void>[]>): void {
  const followed = done.then((all) => {
    for (const each of all)
      if (each.status === "rejected")
        ctx.log.error(
          { err: each.reason, outcome: "failed" },
          "a channel's step broke off; its claim runs out and it is asked again",
        );
    underWay.delete(followed);
  });
  underWay.add(followed);
}

async function leave(ctx: Ctx, places: readonly StepPlace[], step: ChannelStep, thenLabel: boolean): Promise<void> {
  if (places.length === 0) return;
  const at = ctx.clock.now();
  const ids = places.map((place) => place.shippingPackageId);
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    await leaveToJob(tx, ids, step, { by: ctx.actor.name, thenLabel }, at);
    const { channels, providers } = whomToAsk(places);
    await enqueueAll(tx, askStepsJob, channels);
    await enqueueAll(tx, askCourierStepsJob, providers);
  });
}

/** Of each place its courier, where its label waits for one, its channel otherwise. */
function whomToAsk(places: readonly StepPlace[]) {
  const channels = new Set(places.flatMap((place) => (place.providerId === null ? [place.channelId] : [])));
  const providers = new Set(places.flatMap((place) => place.providerId ?? []));
  return {
    channels: [...channels].map((channelId) => ({ channelId })),
    providers: [...providers].map((providerId) => ({ providerId })),
  };
}

function inOrder(
  places: readonly StepPlace[],
  settled: ReadonlyMap<string, StepResult>,
  step: ChannelStep,
): StepResult[] {
  return places.map((place) => {
    const what = step === "INVOICE" ? "invoice" : "label";
    const goesOn =
      place.providerId === null
        ? refuse("CHANNEL_STEP_GOES_ON", { package: place.code, channel: place.channelCode, what }).refusal
        : refuse("COURIER_ASKED_NOW", { package: place.code }).refusal;
    return settled.get(place.shippingPackageId) ?? waiting(place, goesOn);
  });
}
