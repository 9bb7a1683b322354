import type { ConnectorFailure, FeedPage, Outcome, StatusFeed } from "../../connectors/kit/index.ts";
import { callChannel, type ExchangeId, type RunningSync } from "../channels/index.ts";
import type { Instant } from "../kernel/index.ts";
import { type PageWish, readPages } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import { earlier, type FeedWindow, later, partOf, shorter, startOf } from "./feed-window.ts";
import { type HeardCounts, hearOrders, isQuiet, NOTHING_HEARD, plusHeard } from "./hear.ts";
import type { StatusCursor } from "./status-cursor.ts";

/** A month behind, an hour at a time. */
const PARTS_MAX = 800;

/** What reading one list came to. */
export interface FeedRead {
  readonly name: string;
  /** Orders that its pages named, each as often as they did. */
  readonly orders: number;
  /** Their ids, of a list of what is active; of others none. */
  readonly named: ReadonlySet<string>;
  readonly heard: HeardCounts;
  readonly rejected: readonly string[];
  /** Orders that were asked for and got no answer. */
  readonly notAnswered: number;
  /** Why it was not read to its end; null: it was. */
  readonly failed: string | null;
  /** It was told to slow down: it goes on from where it is. */
  readonly throttled: boolean;
  readonly retryAfterMs: number;
  /** Exchanges whose answers brought nothing new. */
  readonly quiet: readonly ExchangeId[];
}

/** How a part of a window ended. */
type Part =
  | { readonly kind: "read"; readonly reached: Instant }
  | { readonly kind: "capped" }
  | { readonly kind: "failed"; readonly words: string; readonly failure: ConnectorFailure | null };

/**
 * Reads one list of changes from where it was read to, up to now: in windows that the source allows, each page by page to its
 * end mark. Its place moves only in the transaction that keeps the last page of a window. A window that gives too much
 * is asked for by halves, and so is the next one after a "slow down": what is read stays read.
 */
export async function readFeed(ctx: Ctx, run: RunningSync, cursor: StatusCursor, feed: StatusFeed): Promise<FeedRead> {
  const reader = new FeedReader(ctx, run, cursor, feed);
  return reader.read();
}

class FeedReader {
  readonly #ctx: Ctx;
  readonly #run: RunningSync;
  readonly #cursor: StatusCursor;
  readonly #feed: StatusFeed;
  readonly #startedAt: Instant;
  readonly #changedAfter: Instant | null;
  #orders = 0;
  readonly #named = new Set<string>();
  #heard: HeardCounts = NOTHING_HEARD;
  #rejected: string[] = [];
  readonly #exchangesOf = new WeakMap<FeedPage, readonly ExchangeId[]>();
  readonly #quiet: ExchangeId[] = [];

  constructor(ctx: Ctx, run: RunningSync, cursor: StatusCursor, feed: StatusFeed) {
    this.#ctx = ctx;
    this.#run = run;
    this.#cursor = cursor;
    this.#feed = feed;
    this.#startedAt = ctx.clock.now();
    this.#changedAfter = cursor.of(feed.name)?.okAt ?? null;
  }

  async read(): Promise<FeedRead> {
    const before = this.#cursor.of(this.#feed.name);
    const spanMax = this.#feed.windowMinutesMax;
    let span = Math.min(before?.spanMinutes ?? spanMax, spanMax);
    let from = startOf(this.#startedAt, this.#feed, before?.through);
    for (let part = 0; part < PARTS_MAX; part++) {
      const window = partOf(from, this.#startedAt, span);
      const end = await this.#part(window);
      if (end.kind === "read") {
        // The source's own clock is behind: what it has not listed yet comes with the next run.
        if (window.last || Temporal.Instant.compare(end.reached, window.to) < 0) return this.#ended(span);
        from = window.to;
        span = Math.min(span * 2, spanMax);
        continue;
      }
      const less = shorter(span);
      if (end.kind === "failed") return this.#failed(end, less ?? span);
      if (less === null)
        return this.#failed({ words: "it gives no more than a part of a single minute", failure: null }, span);
      span = less;
    }
    return this.#failed(
      { words: `no end within ${PARTS_MAX} windows; it goes on with the next run`, failure: null },
      span,
    );
  }

  async #part(window: FeedWindow): Promise<Part> {
    const { name } = this.#feed;
    const links = { syncRunId: this.#run.syncRunId };
    const { from, to } = window;
    let failure: ConnectorFailure | null = null;
    const ask = async (wish: PageWish): Promise<Outcome<FeedPage>> => {
      let exchanges: readonly ExchangeId[] = [];
      const answer = await callChannel(
        this.#ctx,
        this.#run.channel.channelId,
        "pullStatuses",
        { feed: name, from, to, ...wish },
        {
          links,
          onExchanges: (ids) => {
            exchanges = ids;
          },
        },
      );
      if (!answer.ok) failure = answer.failure;
      else this.#exchangesOf.set(answer.value, exchanges);
      return answer;
    };
    let reached = to;
    let capped = false;
    const stopped = await readPages(
      name,
      ask,
      async (page) => {
        capped ||= page.capped === true;
        if (page.last) reached = page.through === undefined ? to : earlier(page.through, to);
        await this.#take(page, page.last && !capped ? reached : null);
      },
      { keysOf },
    );
    if (capped) return { kind: "capped" }; // also where it went on no more
    if (stopped !== null) return { kind: "failed", words: stopped.words, failure };
    return { kind: "read", reached };
  }

  /** Keeps and applies a page; `reached`: it ends a window, and the list is read up to there. */
  async #take(page: FeedPage, reached: Instant | null): Promise<void> {
    const { channelId, source } = this.#run.channel;
    const { name } = this.#feed;
    const hearing = { channelId, source, via: "FEED" as const, changedAfter: this.#changedAfter };
    const heard = await hearOrders(this.#ctx, hearing, page.orders, async (tx) => {
      if (reached === null) return;
      const before = this.#cursor.of(name)?.through ?? reached;
      await this.#cursor.keep(tx, name, this.#startedAt, { through: later(before, reached) });
    });
    if (page.rejected.length === 0 && isQuiet(heard, page.orders))
      this.#quiet.push(...(this.#exchangesOf.get(page) ?? []));
    this.#orders += page.orders.length;
    if (this.#feed.holds === "active") for (const order of page.orders) this.#named.add(order.channelOrderId);
    this.#heard = plusHeard(this.#heard, heard);
    this.#rejected = [...this.#rejected, ...page.rejected];
  }

  async #ended(spanMinutes: number): Promise<FeedRead> {
    const change = { okAt: this.#startedAt, failed: null, spanMinutes };
    await this.#cursor.keepAlone(this.#ctx, this.#feed.name, this.#startedAt, change);
    return this.#result(null, null);
  }

  async #failed(
    end: { readonly words: string; readonly failure: ConnectorFailure | null },
    spanMinutes: number,
  ): Promise<FeedRead> {
    const change = { failed: end.words, spanMinutes };
    await this.#cursor.keepAlone(this.#ctx, this.#feed.name, this.#startedAt, change);
    return this.#result(end.words, end.failure);
  }

  #result(failed: string | null, failure: ConnectorFailure | null): FeedRead {
    return {
      ...{ name: this.#feed.name, orders: this.#orders, heard: this.#heard, notAnswered: 0, failed },
      named: this.#named,
      rejected: [...this.#rejected, ...this.#heard.rejected],
      throttled: failure?.kind === "throttle",
      retryAfterMs: failure?.retryAfterMs ?? 0,
      quiet: this.#quiet,
    };
  }
}

/** What a page brings: an order may stand on several, each time with another word. */
function keysOf(page: FeedPage): string[] {
  return [...page.orders, ...page.rejected].map((row) => JSON.stringify(row));
}
