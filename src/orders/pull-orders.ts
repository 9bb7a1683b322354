import type { Connector, OrdersPage, Outcome, PulledStatus, ReportedOrder } from "../../connectors/kit/index.ts";
import { callChannel, type ExchangeId, type RunningSync, type SyncResult, sourceOf } from "../channels/index.ts";
import { assert, type ChannelId, type Instant } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { keepPending, keptInWords, NOTHING_KEPT, plusKept } from "./keep-pending.ts";
import { anyUnlisted, dropSilent, dropUnlisted, type Kept } from "./pendency.ts";
import {
  earliest,
  type LeftOff,
  type PlannedReading,
  readingsOf,
  readState,
  toStored,
  withLeft,
  withRead,
} from "./pull-window.ts";
import { type PageWish, readPages, type Stopped } from "./read-pages.ts";
import {
  NOTHING_TAKEN,
  type PageCounts,
  type PageHooks,
  type PulledFrom,
  plus,
  saysMore,
  storePage,
  withoutStale,
} from "./take-page.ts";

/** A run is believed dead after minutes of silence: it says that it lives at least this often. */
const BEAT_SECONDS = 15;
/** An order under review that stands in the same list as others is shown by every reading of all days. After this it is gone. */
const SILENT_HOURS = 24;

/** What modules further right do with what a page says of orders besides their content. */
export interface PullHooks extends PageHooks {
  /** States of lines that are not open, before the page is stored: orders that are not known here are passed over. Gives whether any of it was news. */
  readonly hear: (ctx: Ctx, channelId: ChannelId, reported: readonly ReportedOrder[]) => Promise<boolean>;
}

/**
 * Pulls the new orders of a channel: for each state in which they may be new, the window from where the last run ended
 * (with an overlap; every hour, or as its source declares, and when a person asks, all days that the source gives), page by
 * page to the source's own end mark. The window counts when orders were placed, or changed: the source says which. A page is
 * stored in one transaction. The cursor is kept in the transaction of the last page. What fails before leaves it where it was,
 * and the next run asks again: from the page that did not come, where the source gave a token for it. Repeating it changes
 * nothing.
 */
export async function pullOrders(ctx: Ctx, run: RunningSync, hooks: PullHooks): Promise<SyncResult> {
  const { channelId } = run.channel;
  const { pullOrders: can, pullPendency } = sourceOf(run.channel.source).capabilities;
  assert(can !== undefined, "a source that is asked for orders declares that it can be");
  // Somebody looks for an order, or one that was under review must be among the orders now, whatever its date.
  const looked =
    run.trigger === "PERSON" ||
    (pullPendency !== undefined && (await ctx.db.read(ctx.tenantId, (tx) => anyUnlisted(tx, channelId))));
  const reading = new Reading(ctx, run, hooks);
  let state = readState(run.cursor);
  // Those that wait for acceptance first: one that is accepted meanwhile is met among the others.
  const statuses = can.statuses.toSorted((a, b) => rank(a) - rank(b));
  for (const [i, planned] of readingsOf(ctx.clock.now(), can, state, looked).entries()) {
    const { window, startedAt } = planned;
    const before = state;
    const finish = async (tx: Tx, through: Instant | null): Promise<void> => {
      if (window.whole) await endReviews(tx, ctx, channelId, pullPendency, startedAt);
      state = withRead(before, window, through);
      await run.saveCursor(tx, toStored(state));
    };
    const stopped = await readWindow(ctx, run, reading, { ...planned, statuses, finish });
    if (stopped === null) continue;
    state = withLeft(before, window, stopped.left);
    // What is new was read: the rest has time.
    if (i > 0 && stopped.failure?.kind === "throttle")
      return { ...reading.done(" All days are read on as calls are left over."), cursor: toStored(state) };
    const { retryAfterMs = 0 } = stopped.failure ?? {};
    const message = `${ended(stopped.words)} ${reading.words()}`;
    return {
      ...{ ...reading.result(), state: "FAILED", message, quiet: reading.quiet, cursor: toStored(state) },
      ...(retryAfterMs > 0 ? { retryAfterMs } : {}),
    };
  }
  return reading.done();
}

interface WindowReading extends PlannedReading {
  readonly statuses: readonly PulledStatus[];
  /** What ends the window, in the transaction of its last page. */
  readonly finish: (tx: Tx, through: Instant | null) => Promise<void>;
}

/** Reads a window to its end. @returns why it did not come so far, and where the next run may go on */
async function readWindow(
  ctx: Ctx,
  run: RunningSync,
  reading: Reading,
  { window, startedAt, left, spare, statuses, finish }: WindowReading,
): Promise<(Stopped & { readonly left: LeftOff | null }) | null> {
  reading.begin(left?.through ?? null);
  const links = { syncRunId: run.syncRunId };
  const from = left === null ? 0 : Math.max(0, statuses.indexOf(left.status));
  for (const [i, status] of statuses.slice(from).entries()) {
    const ask = async (wish: PageWish): Promise<Outcome<OrdersPage>> => {
      const asked = { status, from: window.from, to: window.to, ...wish };
      let exchanges: readonly ExchangeId[] = [];
      const onExchanges = (ids: readonly ExchangeId[]) => {
        exchanges = ids;
      };
      const answer = await callChannel(ctx, run.channel.channelId, "pullOrders", asked, { links, onExchanges, spare });
      if (answer.ok) reading.came(answer.value, exchanges);
      return answer;
    };
    const isLast = from + i === statuses.length - 1;
    const first = i === 0 && left !== null ? { page: left.page, token: left.token } : { page: 1 };
    const take = (page: OrdersPage) => reading.take(page, page.last && isLast ? finish : null);
    const stopped = await readPages(`${status} orders`, ask, take, { first });
    if (stopped === null) continue;
    const { wish, failure } = stopped;
    const { page, token } = wish;
    // A page that fails twice in a row may never come: begun anew, the window at least brings what stands before it.
    const isTwice = left !== null && left.status === status && left.page === page && failure?.kind !== "throttle";
    if (token === undefined || isTwice || !isWorthAnotherTry(failure)) return { ...stopped, left: null };
    return { ...stopped, left: { window, status, page, token, startedAt, through: reading.through } };
  }
  return null;
}

/** What a source refused, or answered without sense, it will again: such a window is begun anew. */
function isWorthAnotherTry(failure: Stopped["failure"]): boolean {
  if (failure === null || failure.kind === "bad_answer") return false;
  return failure.kind !== "refused" || failure.reached === "no";
}

/** All days were read: what the channel reviewed and shows no more is over. */
async function endReviews(
  tx: Tx,
  ctx: Ctx,
  channelId: ChannelId,
  listed: Connector["capabilities"]["pullPendency"],
  startedAt: Instant,
): Promise<void> {
  if (listed !== undefined) await dropUnlisted(tx, ctx, channelId, startedAt);
  else await dropSilent(tx, ctx, channelId, startedAt.subtract({ hours: SILENT_HOURS }));
}

function rank(status: PulledStatus): number {
  return status === "PENDING_VERIFICATION" ? 0 : 1;
}

/** What a channel says may end without a full stop; our own words follow it. */
const ended = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`);

/** A run's work on its pages, and what it came to. */
class Reading {
  readonly #ctx: Ctx;
  readonly #run: RunningSync;
  readonly #hooks: PullHooks;
  #counts: PageCounts = NOTHING_TAKEN;
  #kept: Kept = NOTHING_KEPT;
  #notKept: readonly string[] = [];
  #through: Instant | null = null;
  #read = 0;
  #beatAt: Temporal.Instant;
  readonly #exchangesOf = new WeakMap<OrdersPage, readonly ExchangeId[]>();
  readonly #quiet: ExchangeId[] = [];

  constructor(ctx: Ctx, run: RunningSync, hooks: PullHooks) {
    this.#ctx = ctx;
    this.#run = run;
    this.#hooks = hooks;
    this.#beatAt = ctx.clock.now();
  }

  /** Another window. `through`: what its pages said that were read before. */
  begin(through: Instant | null): void {
    this.#through = through;
  }

  /** Up to when the window's lists were complete, by the source's clock; null: it did not say. */
  get through(): Instant | null {
    return this.#through;
  }

  /** Exchanges whose answers brought nothing new. */
  get quiet(): readonly ExchangeId[] {
    return this.#quiet;
  }

  /** A page came by these exchanges. */
  came(page: OrdersPage, exchanges: readonly ExchangeId[]): void {
    this.#exchangesOf.set(page, exchanges);
  }

  /** What it says of known orders first, then the page with what ends the window: should we stop between, it is heard again. */
  async take(given: OrdersPage, finish: WindowReading["finish"] | null): Promise<void> {
    const { channelId, source } = this.#run.channel;
    const ctx: Ctx = { ...this.#ctx, now: this.#ctx.clock.now() };
    this.#through = earliest(this.#through, given.through ?? null);
    const { kept, rejected } = await keepPending(ctx, channelId, given.pending ?? []);
    this.#kept = plusKept(this.#kept, kept);
    this.#notKept = [...this.#notKept, ...rejected.map((each) => each.words)];
    const from: PulledFrom = { channelId, source };
    const page = await withoutStale(ctx, from, given);
    const spoken = page.orders.flatMap(({ reported }) => (reported !== null && saysMore(reported) ? [reported] : []));
    const isNews = spoken.length > 0 && (await this.#hooks.hear(ctx, channelId, spoken));
    const empty = page.orders.length === 0 && page.rejected.length === 0;
    const counts =
      empty && finish === null
        ? NOTHING_TAKEN
        : await storePage(ctx, from, page, this.#hooks, async (tx) => finish?.(tx, this.#through));
    this.#counts = plus(this.#counts, counts);
    const isQuiet = !isNews && counts.unseen === 0 && counts.changed === 0 && (given.pending ?? []).length === 0;
    if (isQuiet) this.#quiet.push(...(this.#exchangesOf.get(given) ?? []));
    this.#read += given.orders.length + given.rejected.length;
    await this.#beat();
  }

  async #beat(): Promise<void> {
    const now = this.#ctx.clock.now();
    if (now.epochMilliseconds - this.#beatAt.epochMilliseconds < BEAT_SECONDS * 1000) return;
    this.#beatAt = now;
    await this.#run.progress(this.result());
  }

  /** `failed` counts what is new and waits for a person or a cause; what failed before is not counted again. */
  result(): { readonly ok: number; readonly failed: number } {
    const failed = this.#counts.waiting + this.#counts.malformed;
    return { ok: this.#read - failed, failed: failed + this.#notKept.length };
  }

  /** All that was to be read is. */
  done(more = ""): SyncResult {
    const { ok, failed } = this.result();
    const message = `${this.words()}${more}`;
    return { ok, failed, state: failed === 0 ? "DONE" : "PARTIAL", message, quiet: this.quiet };
  }

  words(): string {
    const { made, waiting, malformed, shipped, changed } = this.#counts;
    return [
      `${this.#read} orders read, ${made} new`,
      ...(this.#kept.orders > 0 ? [keptInWords(this.#kept)] : []),
      ...(this.#notKept.length > 0 ? [this.#notKept.slice(0, 3).join("; ")] : []),
      ...(changed > 0 ? [`${changed} accepted, held or released on the channel`] : []),
      ...(waiting > 0 ? [`${waiting} wait under Failed orders`] : []),
      ...(malformed > 0 ? [`${malformed} not readable (see Failed orders)`] : []),
      ...(shipped > 0 ? [`${shipped} had left there before they were seen here (see Failed orders > Ignored)`] : []),
    ]
      .join(", ")
      .concat(".");
  }
}
