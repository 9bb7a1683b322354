import {
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
import { type AskById, whoIsAsked } from "./ask-by-id.ts";
import { isDue } from "./feed-window.ts";
import { fetchMissing } from "./fetch-missing.ts";
import { applyAllDue, type Hearing } from "./hear.ts";
import { ordersHooks } from "./orders-hooks.ts";
import { askInstead } from "./orders-instead.ts";
import { ORDERS_PER_READ, type Question, readByIds } from "./read-by-ids.ts";
import { type FeedRead, readFeed } from "./read-feed.ts";
import { BY_ID, StatusCursor } from "./status-cursor.ts";
import { type Asked, openOrders, travellingOrders } from "./store.ts";
import { inWords, stateOf } from "./sync-words.ts";
import { askOfTouched } from "./touched-orders.ts";

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
 * New orders of a channel that is asked for them, and what it says of those that are known: by their ids, while a list that tells
 * it alone cannot be read, and of those that it hides because we changed them since. Words about orders that came only now are
 * applied when the run has them.
 */
export async function syncOrders(ctx: Ctx, run: RunningSync): Promise<SyncResult> {
  const { channelId, source } = run.channel;
  const hearing: Hearing = { channelId, source, via: "ORDERS", changedAfter: lastAsked(run.cursor) };
  try {
    const result = await pullOrders(ctx, run, ordersHooks(hearing));
    return await (result.state === "FAILED" ? askInstead : askOfTouched)(ctx, run, result);
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
  return {
    isAsked,
    page: (tx, after) =>
      openOrders(tx, channelId, { goneSince: lately, channelShippedAlone: false }, after, ORDERS_PER_READ),
  };
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
  const startedAt = ctx.clock.now();
  const before = cursor.of(BY_ID);
  const hearing: Hearing = { channelId, source, via: "READ", changedAfter: before?.okAt ?? null };
  const from = before?.after ?? null;
  const { read, after } = await readByIds(ctx, run, hearing, question, from, (done) =>
    run.progress(countsOf([...others, done])),
  );
  const ended = read.failed === null ? { okAt: startedAt, failed: null } : { failed: read.failed };
  await cursor.keepAlone(ctx, BY_ID, startedAt, { ...ended, after });
  return read;
}
