import type { RunningSync } from "../channels/index.ts";
import type { Instant } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type FeedCursor, readFeeds } from "./feed-window.ts";

/** The name under which orders that are read by their ids have their place among the lists. */
export const BY_ID = "orders by id";

/** How far each list of a run was read, kept as it goes. Lists that the source does not declare any more are dropped. */
export class StatusCursor {
  readonly #run: RunningSync;
  readonly #feeds: Map<string, FeedCursor>;

  constructor(run: RunningSync, names: readonly string[]) {
    this.#run = run;
    this.#feeds = new Map([...readFeeds(run.cursor)].filter(([name]) => names.includes(name)));
  }

  of(name: string): FeedCursor | undefined {
    return this.#feeds.get(name);
  }

  /** Keeps a list's place in the transaction that stores what was read up to there. */
  async keep(tx: Tx, name: string, askedAt: Instant, change: Partial<FeedCursor>): Promise<void> {
    const before: FeedCursor = this.#feeds.get(name) ?? {
      ...{ through: null, spanMinutes: null, askedAt, okAt: null, failed: null, after: null },
    };
    this.#feeds.set(name, { ...before, askedAt, ...change });
    await this.#run.saveCursor(tx, { feeds: Object.fromEntries(this.#feeds) });
  }

  /** The same where nothing is stored with it. */
  keepAlone(ctx: Ctx, name: string, askedAt: Instant, change: Partial<FeedCursor>): Promise<void> {
    return ctx.db.transaction(ctx.tenantId, (tx) => this.keep(tx, name, askedAt, change));
  }

  /** Forgets a list's place, where it had one: nothing is measured by what is not read any more. */
  async drop(ctx: Ctx, name: string): Promise<void> {
    if (!this.#feeds.delete(name)) return;
    await ctx.db.transaction(ctx.tenantId, (tx) =>
      this.#run.saveCursor(tx, { feeds: Object.fromEntries(this.#feeds) }),
    );
  }
}
