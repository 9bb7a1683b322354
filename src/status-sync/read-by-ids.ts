/** Asking a channel about many known orders by their ids. */
import { type Answered, callChannelInTurn, type RunningSync, sourceOf } from "../channels/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type Hearing, hearOrders, isQuiet, NOTHING_HEARD, plusHeard } from "./hear.ts";
import type { FeedRead } from "./read-feed.ts";
import { BY_ID } from "./status-cursor.ts";
import type { Asked } from "./store.ts";

/** Orders of one page of a question. */
export const ORDERS_PER_READ = 500;
const ORDERS_PER_RUN_MAX = 50_000;
/** Calls whose answers are heard in one transaction: most of them say nothing new. */
const HEARD_TOGETHER = 8;

/** Orders that a run asks about, a page at a time. */
export interface Question {
  readonly page: (tx: Tx, after: string | null) => Promise<Asked[]>;
  readonly isAsked: (order: Asked) => boolean;
}

/** What came of asking. `after`: the last order that was answered, where a call failed; null: all were asked about. */
export interface ReadByIds {
  readonly read: FeedRead;
  readonly after: string | null;
}

/**
 * Asks about orders by their ids, as many a call as the source allows, and hears each answer; up to the first call that fails.
 * @param from the last order that was answered before: it goes on behind it
 * @param tell is given what came of it so far, after each page
 */
export async function readByIds(
  ctx: Ctx,
  run: RunningSync,
  hearing: Hearing,
  question: Question,
  from: string | null,
  tell: (done: FeedRead) => Promise<void>,
): Promise<ReadByIds> {
  const batchMax = sourceOf(hearing.source).capabilities.readStatuses?.batchMax ?? 1;
  let done: FeedRead = {
    ...{ name: BY_ID, orders: 0, named: new Set(), heard: NOTHING_HEARD, rejected: [], notAnswered: 0 },
    ...{ failed: null, throttled: false, retryAfterMs: 0, quiet: [] },
  };
  let answered = from;
  let behind = from;
  for (let asked = 0; asked < ORDERS_PER_RUN_MAX; asked += ORDERS_PER_READ) {
    const after = behind;
    const page: Asked[] = await ctx.db.read(ctx.tenantId, (tx) => question.page(tx, after));
    const orders = page.filter(question.isAsked);
    for (let i = 0; i < orders.length; i += batchMax * HEARD_TOGETHER) {
      const answers = await askInTurn(ctx, run, orders.slice(i, i + batchMax * HEARD_TOGETHER), batchMax);
      const came = answers.filter(({ outcome }) => outcome.ok);
      done = plusRead(done, await hearAnswers(ctx, hearing, came));
      answered = came.at(-1)?.batch.at(-1)?.saleOrderId ?? answered;
      const last = answers.at(-1);
      if (last === undefined || last.outcome.ok) continue;
      const { kind, channelMessage, retryAfterMs = 0 } = last.outcome.failure;
      const stopped = { failed: channelMessage ?? kind, throttled: kind === "throttle", retryAfterMs };
      return { read: { ...done, ...stopped, notAnswered: last.batch.length }, after: answered };
    }
    await tell(done);
    behind = page.at(-1)?.saleOrderId ?? null;
    if (page.length < ORDERS_PER_READ) break;
  }
  return { read: done, after: null };
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
