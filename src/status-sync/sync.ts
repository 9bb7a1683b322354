import {
  type Answered,
  callChannelInTurn,
  type RunningSync,
  registerSync,
  type StatusKind,
  type SyncHandler,
  type SyncResult,
  sourceOf,
  statusPlan,
} from "../channels/index.ts";
import type { Instant } from "../kernel/index.ts";
import { pullOrders } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type AskById, whoIsAsked } from "./ask-by-id.ts";
import { isDue } from "./feed-window.ts";
import { fetchMissing } from "./fetch-missing.ts";
import { applyAllDue, type Hearing, hearOrders, isQuiet, NOTHING_HEARD, plusHeard } from "./hear.ts";
import { ordersHooks } from "./orders-hooks.ts";
import { type FeedRead, readFeed } from "./read-feed.ts";
import { BY_ID, StatusCursor } from "./status-cursor.ts";
import { type Asked, openOrders, travellingOrders } from "./store.ts";
import { inWords, stateOf } from "./sync-words.ts";

const ORDERS_PER_READ = 500;
const ORDERS_PER_RUN_MAX = 50_000;
/** Calls whose answers are heard in one transaction: most of them say nothing new. */
const HEARD_TOGETHER = 8;
/** A customer sends goods back within weeks; after this a delivered order is asked for no more. */
export const RETURN_WINDOW_HOURS = 45 * 24;
/**
 * A cancellation that comes so soon after a parcel left is heard within minutes; later ones with the hourly question. So long
 * orders are asked for, too, that were cancelled here and may leave there all the same.
 */
const CALLED_BACK_HOURS = 24;
/** A list that was read to its end so lately is read again at once where it fails; after that its source is in trouble and is not pressed. */
const AGAIN_WITHIN_MINUTES = 10;

/** Says how statuses are fetched, and what is done with those that pulled orders carry. Called once by the composition root. */
export function registerStatusSyncs(): void {
  registerSync("ORDERS", syncOrders);
  registerSync("STATUS_CANCELLED", statusHandler("STATUS_CANCELLED"));
  registerSync("STATUS_DELIVERED", statusHandler("STATUS_DELIVERED"));
}

/** What a run of a kind of statuses does. */
export function statusHandler(kind: StatusKind): SyncHandler {
  return (ctx, run) => syncStatuses(ctx, run, kind);
}

/**
 * New orders of a channel that is asked for them, and what it says of those that are known. Words about orders that came only
 * now are applied when the run has them.
 */
export async function syncOrders(ctx: Ctx, run: RunningSync): Promise<SyncResult> {
  const { channelId, source } = run.channel;
  const hearing: Hearing = { channelId, source, via: "ORDERS", changedAfter: lastAsked(run.cursor) };
  try {
    return await pullOrders(ctx, run, ordersHooks(hearing));
  } finally {
    await applyAllDue(ctx, channelId);
  }
}

/** How far orders were read, of the cursor that the reading of orders keeps. */
function lastAsked(cursor: unknown): Instant | null {
  const through = typeof cursor === "object" && cursor !== null && "through" in cursor ? cursor.through : null;
  if (typeof through !== "string") return null;
  try {
    return Temporal.Instant.from(through);
  } catch {
    return null;
  }
}

/**
 * Asks for statuses: each of the source's lists of changes that tells of this kind, one after the other, each from its own
 * place; and orders by their ids where no list tells everything, or while one cannot be read (`ask-by-id.ts`). What fails does
 * not stop the others: each terminal state is asked for on its own.
 */
async function syncStatuses(ctx: Ctx, run: RunningSync, kind: StatusKind): Promise<SyncResult> {
  const { channelId, source } = run.channel;
  const plan = statusPlan(sourceOf(source), kind);
  const cursor = new StatusCursor(run, [...plan.feeds.map((feed) => feed.name), BY_ID]);
  const reads: FeedRead[] = [];
  for (const feed of plan.feeds) {
    if (run.trigger !== "PERSON" && !isDue(feed, cursor.of(feed.name), ctx.clock.now())) continue;
    reads.push(await readFeed(ctx, run, cursor, feed));
    await run.progress(countsOf(reads));
  }
  const asked = whoIsAsked(sourceOf(source), kind, plan, (feed) => cursor.of(feed), reads, ctx.clock.now());
  if (asked.who !== "nobody")
    reads.push(await readById(ctx, run, cursor, questionOf(kind, run.channel, ctx, asked), reads));
  else if (asked.idle) await cursor.drop(ctx, BY_ID);
  const missing = await fetchMissing(ctx, { channelId, source, via: "READ", changedAfter: null }, run.syncRunId);
  const retryAfterMs = Math.max(missing.retryAfterMs, ...reads.map((read) => read.retryAfterMs));
  return {
    ...countsOf(reads),
    state: stateOf(reads),
    message: inWords(reads, asked.who === "all" ? asked.insteadOf : []),
    quiet: reads.flatMap((read) => read.quiet),
    ...(retryAfterMs > 0 ? { retryAfterMs } : {}),
    ...(reads.some((read) => isWorthMore(read, cursor, ctx.clock.now())) ? { again: true } : {}),
  };
}

/** It failed, and another try soon may bring what is missing: orders by their ids go on behind the last answer. */
function isWorthMore(read: FeedRead, cursor: StatusCursor, now: Instant): boolean {
  if (read.failed === null || read.throttled) return false;
  if (read.name === BY_ID && read.orders > 0) return true;
  const okAt = cursor.of(read.name)?.okAt ?? null;
  return okAt !== null && Temporal.Instant.compare(okAt.add({ minutes: AGAIN_WITHIN_MINUTES }), now) > 0;
}

function countsOf(reads: readonly FeedRead[]): { readonly ok: number; readonly failed: number } {
  const sum = (of: (read: FeedRead) => number) => reads.reduce((total, read) => total + of(read), 0);
  return { ok: sum((read) => read.orders), failed: sum((read) => read.rejected.length + read.notAnswered) };
}

/** Orders that a run asks about, a page at a time. */
interface Question {
  readonly page: (tx: Tx, after: string | null) => Promise<Asked[]>;
  readonly isAsked: (order: Asked) => boolean;
}

function questionOf(
  kind: StatusKind,
  { channelId, source }: RunningSync["channel"],
  ctx: Ctx,
  asked: Exclude<AskById, { who: "nobody" }>,
): Question {
  // What is over here as well is not missed on a list of what is active.
  const back = (hours: number) => ctx.now.subtract({ hours: asked.who === "unnamed" ? 0 : hours });
  const isAsked = (order: Asked) => asked.who === "all" || !asked.named.has(order.channelOrderId);
  // Where orders come by their changes, those of parcels that left are among them: a question for each would be spent twice.
  const lately = back(sourceOf(source).capabilities.pullOrders?.by === "changed" ? 0 : CALLED_BACK_HOURS);
  if (kind === "STATUS_DELIVERED") {
    const since = { delivered: back(RETURN_WINDOW_HOURS), cancelled: lately };
    return { isAsked, page: (tx, after) => travellingOrders(tx, channelId, since, after, ORDERS_PER_READ) };
  }
  return { isAsked, page: (tx, after) => openOrders(tx, channelId, lately, after, ORDERS_PER_READ) };
}

/** Orders that may change, by their ids. A run that is told to slow down goes on behind the last answer. */
async function readById(
  ctx: Ctx,
  run: RunningSync,
  cursor: StatusCursor,
  question: Question,
  others: readonly FeedRead[],
): Promise<FeedRead> {
  const { channelId, source } = run.channel;
  const batchMax = sourceOf(source).capabilities.readStatuses?.batchMax ?? 1;
  const startedAt = ctx.clock.now();
  const before = cursor.of(BY_ID);
  const hearing: Hearing = { channelId, source, via: "READ", changedAfter: before?.okAt ?? null };
  let done: FeedRead = {
    ...{ name: BY_ID, orders: 0, named: new Set(), heard: NOTHING_HEARD, rejected: [], notAnswered: 0 },
    ...{ failed: null, throttled: false, retryAfterMs: 0, quiet: [] },
  };
  let after = before?.after ?? null;
  let answered = after;
  for (let asked = 0; asked < ORDERS_PER_RUN_MAX; asked += ORDERS_PER_READ) {
    const from: string | null = after;
    const page: Asked[] = await ctx.db.read(ctx.tenantId, (tx) => question.page(tx, from));
    const orders = page.filter(question.isAsked);
    for (let i = 0; i < orders.length; i += batchMax * HEARD_TOGETHER) {
      const answers = await askInTurn(ctx, run, orders.slice(i, i + batchMax * HEARD_TOGETHER), batchMax);
      const came = answers.filter(({ outcome }) => outcome.ok);
      done = plusRead(done, await hearAnswers(ctx, hearing, came));
      answered = came.at(-1)?.batch.at(-1)?.saleOrderId ?? answered;
      const last = answers.at(-1);
      if (last === undefined || last.outcome.ok) continue;
      const { kind, channelMessage, retryAfterMs = 0 } = last.outcome.failure;
      const failed = channelMessage ?? kind;
      await cursor.keepAlone(ctx, BY_ID, startedAt, { failed, after: answered });
      return { ...done, failed, throttled: kind === "throttle", retryAfterMs, notAnswered: last.batch.length };
    }
    await run.progress(countsOf([...others, done]));
    after = page.at(-1)?.saleOrderId ?? null;
    if (page.length < ORDERS_PER_READ) break;
  }
  await cursor.keepAlone(ctx, BY_ID, startedAt, { okAt: startedAt, failed: null, after: null });
  return done;
}

type BatchAnswered = Answered<"readStatuses"> & { readonly batch: readonly Asked[] };

/** As many orders a call as the source allows, one call after the other, up to the first that failed: it is the last of what is given. */
async function askInTurn(
  ctx: Ctx,
  run: RunningSync,
  orders: readonly Asked[],
  batchMax: number,
): Promise<BatchAnswered[]> {
  const batches: (readonly Asked[])[] = [];
  for (let i = 0; i < orders.length; i += batchMax) batches.push(orders.slice(i, i + batchMax));
  const ids = batches.map((batch) => batch.map((order) => order.channelOrderId));
  const links = { syncRunId: run.syncRunId };
  const answers = await callChannelInTurn(ctx, run.channel.channelId, "readStatuses", ids, { links });
  return answers.map((answer, i) => ({ ...answer, batch: batches[i] ?? [] }));
}

/** Hears what several calls answered in one go. */
async function hearAnswers(
  ctx: Ctx,
  hearing: Hearing,
  came: readonly BatchAnswered[],
): Promise<Pick<FeedRead, "orders" | "heard" | "rejected" | "quiet">> {
  const pages = came.flatMap(({ outcome, exchanges }) => (outcome.ok ? [{ ...outcome.value, exchanges }] : []));
  const orders = pages.flatMap((page) => page.orders);
  const heard = orders.length === 0 ? NOTHING_HEARD : await hearOrders(ctx, hearing, orders);
  const silent = pages.filter((page) => page.rejected.length === 0 && isQuiet(heard, page.orders));
  return {
    orders: orders.length,
    heard,
    rejected: [...pages.flatMap((page) => page.rejected), ...heard.rejected],
    quiet: silent.flatMap((page) => page.exchanges),
  };
}

function plusRead(done: FeedRead, more: Pick<FeedRead, "orders" | "heard" | "rejected" | "quiet">): FeedRead {
  return {
    ...done,
    orders: done.orders + more.orders,
    heard: plusHeard(done.heard, more.heard),
    rejected: [...done.rejected, ...more.rejected],
    quiet: [...done.quiet, ...more.quiet],
  };
}
