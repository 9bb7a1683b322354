import { z } from "zod";
import type { ConnectorFailure } from "../../../connectors/kit/index.ts";
import { ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx, Services } from "../../platform/context.ts";
import { enqueueAll, type JobOutcome, job } from "../../platform/jobs.ts";
import { dueReturns, noteUnansweredReturns, type TravellingReturn, travellingReturns } from "../../returns/index.ts";
import {
  accountAbilities,
  callCourier,
  findCourier,
  findCourierAccount,
  type ShippingProviderId,
} from "../../shipping/index.ts";
import { applyTracking } from "../tracking.ts";
import { hearAnswer } from "./hear.ts";
import { paceOf, pauseMinutes } from "./pace.ts";
import {
  allTravelling,
  askedPackage,
  dueCouriers,
  dueParcels,
  failuresOf,
  noteUnanswered,
  saveRound,
  type Travelling,
} from "./poll.store.ts";

/** Calls of one round: with 50 numbers each that is 2,000 parcels; the rest follows a minute later. */
const CALLS_MAX = 40;
/** Of a round that a person wants: what was asked about just now need not be asked again. */
const JUST_NOW_SECONDS = 15;

export const pollCourierJob = job("status-sync.poll_courier", {
  payload: z.object({ providerId: z.uuid(), all: z.boolean() }),
  key: (p) => `${p.providerId}:${p.all}`,
  queue: (p) => p.providerId,
  attemptsMax: 2, // the schedule asks again by itself
  callsOut: true,
});

/** Each minute: couriers whose next round is due. A round that is under way is not begun twice: they share a queue. */
export async function startPolls(services: Services): Promise<void> {
  const now = services.clock.now();
  for (const { tenantId, live } of await services.db.tenants()) {
    if (!live) continue;
    await services.db.transaction(tenantId, async (tx) => {
      const due = await dueCouriers(tx, now);
      await enqueueAll(
        tx,
        pollCourierJob,
        due.map((providerId) => ({ providerId, all: false })),
      );
    });
  }
}

/** What a round came to. */
export interface PolledRound {
  readonly asked: number;
  readonly answered: number;
  readonly news: number;
  readonly unknown: number;
  readonly failed: string | null;
  readonly more: boolean;
}

/** One round as a job: how it went stands with the courier; nobody has to repeat it. */
export async function pollTurn(ctx: Ctx, providerId: ShippingProviderId, all: boolean): Promise<JobOutcome> {
  const done = await pollCourier(ctx, providerId, { all });
  if (!done.ok) ctx.log.info({ providerId, outcome: "skipped", code: done.refusal.code }, "a courier is not asked");
  return "done";
}

/**
 * Asks a courier about its parcels that are due, in groups as large as it takes, those not asked about for longest first. Each
 * group's answer is kept before the next is asked: a round that is cut off goes on where it was. Refuses COURIER_NOT_ASKED.
 * @param options.all a person wants to know now: all that travel, whenever they were asked about
 */
export async function pollCourier(
  ctx: Ctx,
  providerId: ShippingProviderId,
  options: { readonly all: boolean },
): Promise<Result<PolledRound>> {
  const able = await abilities(ctx, providerId);
  if (!able.ok) return able;
  const { batchMax, everyMinutes } = able.value;
  const startedAt = ctx.clock.now();
  const round = new Round(ctx, providerId, batchMax);
  const limit = CALLS_MAX * batchMax + 1;
  const due = await ctx.db.read(ctx.tenantId, async (tx): Promise<Asked[]> => {
    if (options.all) {
      const before = startedAt.subtract({ seconds: JUST_NOW_SECONDS });
      const parcels = await allTravelling(tx, providerId, before, limit);
      return [...(await travellingReturns(tx, providerId, before, limit)), ...parcels].slice(0, limit);
    }
    const pace = paceOf(startedAt, everyMinutes);
    const parcels = await dueParcels(tx, providerId, pace, limit);
    // Few beside the parcels: they come first, so that a round that is full does not leave them behind each time.
    return [...(await dueReturns(tx, providerId, pace, limit)), ...parcels].slice(0, limit);
  });
  await round.ask(due.slice(0, limit - 1));
  const { failure, counts } = round;
  const more = due.length === limit || round.isCutShort;
  const now = ctx.clock.now();
  const failures = failure === null ? 0 : (await ctx.db.read(ctx.tenantId, (tx) => failuresOf(tx, providerId))) + 1;
  const wait = failure === null ? (more ? 1 : everyMinutes) : pauseMinutes(failures, everyMinutes);
  const told = failure?.retryAfterMs === undefined ? 0 : Math.ceil(failure.retryAfterMs / 60_000);
  const nextRunAt = (failure === null && !more ? startedAt : now).add({ minutes: Math.max(wait, told) });
  const failed = failure === null ? round.unread : wordsOf(failure);
  await ctx.db.transaction(ctx.tenantId, (tx) =>
    saveRound(tx, providerId, { startedAt, nextRunAt, failed, failures, more, ...counts }, now),
  );
  return ok({ ...counts, failed, more });
}

/** A parcel, or a customer's return: what a courier is asked about together. */
type Asked = Travelling | TravellingReturn;

class Round {
  readonly #ctx: Ctx;
  readonly #providerId: ShippingProviderId;
  readonly #batchMax: number;
  #calls = 0;
  readonly counts = { asked: 0, answered: 0, news: 0, unknown: 0 };
  failure: ConnectorFailure | null = null;
  isCutShort = false;
  /** What of the answers could not be read, in words. */
  unread: string | null = null;

  constructor(ctx: Ctx, providerId: ShippingProviderId, batchMax: number) {
    this.#ctx = ctx;
    this.#providerId = providerId;
    this.#batchMax = batchMax;
  }

  async ask(parcels: readonly Asked[]): Promise<void> {
    let group: Asked[] = [];
    for (const parcel of parcels) {
      if (numbersOf([...group, parcel]).length > this.#batchMax) {
        await this.#group(group);
        group = [];
      }
      group.push(parcel);
    }
    await this.#group(group);
  }

  /** A group that is refused as it is asked again in halves: one number that the courier cannot bear must not hide the others. */
  async #group(group: readonly Asked[]): Promise<void> {
    if (this.failure !== null || group.length === 0) return;
    if (this.#calls >= CALLS_MAX) {
      this.isCutShort = true;
      return;
    }
    this.#calls++;
    const numbers = numbersOf(group);
    const answer = await callCourier(this.#ctx, this.#providerId, "track", numbers);
    if (answer.ok) return this.#keep(numbers, answer.value);
    const { failure } = answer;
    const isOfContent = failure.reached === "yes" && (failure.kind === "refused" || failure.kind === "bad_answer");
    if (!isOfContent) {
      this.failure = failure;
      return;
    }
    if (group.length > 1) {
      const half = Math.ceil(group.length / 2);
      await this.#group(group.slice(0, half));
      await this.#group(group.slice(half));
      return;
    }
    this.counts.asked++;
    this.unread = `${numbers[0]}: ${wordsOf(failure)}`;
    const ids = group.flatMap((asked) => ("shippingPackageId" in asked ? [asked.shippingPackageId] : []));
    const returnIds = group.flatMap((asked) => ("returnCaseId" in asked ? [asked.returnCaseId] : []));
    const now = this.#ctx.clock.now();
    await this.#ctx.db.transaction(this.#ctx.tenantId, async (tx) => {
      await noteUnanswered(tx, ids, now);
      await noteUnansweredReturns(tx, returnIds, now);
    });
  }

  async #keep(numbers: readonly string[], answer: Parameters<typeof hearAnswer>[4]): Promise<void> {
    const acting: Ctx = { ...this.#ctx, now: this.#ctx.clock.now() };
    const heard = await acting.db.transaction(acting.tenantId, (tx) =>
      hearAnswer(tx, acting, this.#providerId, numbers, answer),
    );
    this.counts.asked += heard.asked;
    this.counts.answered += heard.answered;
    this.counts.news += heard.news.length + heard.newsOfReturns;
    this.counts.unknown += heard.unknown;
    if (answer.rejected.length > 0) this.unread = answer.rejected.slice(0, 5).join("; ");
    await applyTracking(acting, heard.news);
  }
}

/** Asks about one package now, for a person. Refuses NOT_FOUND, PACKAGE_NOT_TRAVELLING, COURIER_NOT_ASKED, COURIER_DID_NOT_TELL. */
export async function trackNow(ctx: Ctx, code: string): Promise<Result<{ news: boolean; known: boolean }>> {
  const parcel = await ctx.db.read(ctx.tenantId, (tx) => askedPackage(tx, code, ctx.facilities));
  if (!parcel) return refuse("NOT_FOUND", { what: "package", id: code });
  const { shippingPackageId, providerId, numbers } = parcel;
  if (!parcel.travels || providerId === null)
    return refuse("PACKAGE_NOT_TRAVELLING", {
      package: code,
      state: parcel.state,
      courier: parcel.courier ?? "nobody",
    });
  const able = await abilities(ctx, providerId);
  if (!able.ok) return able;
  const answer = await callCourier(ctx, providerId, "track", numbers, {
    ...{ interactive: true, links: { shippingPackageId } },
  });
  if (!answer.ok) return refuse("COURIER_DID_NOT_TELL", { provider: able.value.code, detail: wordsOf(answer.failure) });
  const acting: Ctx = { ...ctx, now: ctx.clock.now() };
  const heard = await acting.db.transaction(acting.tenantId, (tx) =>
    hearAnswer(tx, acting, providerId, numbers, answer.value),
  );
  await applyTracking(acting, heard.news);
  return ok({ news: heard.news.length > 0, known: heard.answered > 0 });
}

function numbersOf(group: readonly Asked[]): string[] {
  return [...new Set(group.flatMap((parcel) => parcel.numbers))];
}

interface Able {
  readonly code: string;
  readonly batchMax: number;
  readonly everyMinutes: number;
}

/** What a courier's account can do about tracking. Refuses NOT_FOUND, COURIER_NOT_ASKED. */
export async function abilities(ctx: Ctx, providerId: ShippingProviderId): Promise<Result<Able>> {
  const account = await ctx.db.read(ctx.tenantId, (tx) => findCourierAccount(tx, providerId));
  if (!account) return refuse("COURIER_NOT_ASKED", { provider: "This provider", reason: "it has no API account" });
  const { code } = account;
  if (!findCourier(account.courier))
    return refuse("COURIER_NOT_ASKED", { provider: code, reason: "its kind of API is not installed" });
  if (account.state !== "CONNECTED")
    return refuse("COURIER_NOT_ASKED", { provider: code, reason: account.brokenReason ?? "it is not connected" });
  const { trackBatchMax, trackEveryMinutes } = accountAbilities(account);
  return ok({ code, batchMax: trackBatchMax, everyMinutes: trackEveryMinutes });
}

function wordsOf(failure: ConnectorFailure): string {
  if (failure.channelMessage !== undefined) return failure.channelMessage;
  const status = failure.status === undefined ? "" : ` (HTTP ${failure.status})`;
  return `${WORDS[failure.kind]}${status}`;
}

const WORDS: Readonly<Record<ConnectorFailure["kind"], string>> = {
  auth: "the credentials were refused",
  throttle: "it told us to slow down",
  refused: "it refused the question",
  transient: "it could not be reached",
  bad_answer: "its answer could not be read",
  breaker_open: "it failed too often just now",
};
