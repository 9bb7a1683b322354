import { type SyncRunId, sourceOf } from "../channels/index.ts";
import type { ChannelId } from "../kernel/index.ts";
import { readOrders } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import { applyAllDue, type Hearing } from "./hear.ts";
import { settleWords, wordsWithoutOrder } from "./journal.store.ts";
import { retryAt } from "./journal.ts";
import { ordersHooks } from "./orders-hooks.ts";
import { missingOrders } from "./store.ts";

/** Orders that one turn asks for. */
const MISSING_PER_TURN = 200;
/** An order that its source does not give when it is asked for it by id is asked for so often, with growing pauses. */
const TRIES_MAX = 6;

/** What came of asking for orders by id; `stopped` in the channel's words, null where all were asked for. */
export interface MissingFetched {
  readonly asked: number;
  readonly made: number;
  readonly stopped: string | null;
  readonly retryAfterMs: number;
}

const NONE: MissingFetched = { asked: 0, made: 0, stopped: null, retryAfterMs: 0 };

/**
 * Asks for orders of which a channel has spoken and that no list of new orders has shown: somebody finished them on its
 * panel before anybody here could see them. They are made, and what was said of them is adopted. A source that gives no order
 * by its id is not asked: its words wait for the order, and are given up after a day where people see it.
 */
export async function fetchMissing(ctx: Ctx, hearing: Hearing, syncRunId: SyncRunId): Promise<MissingFetched> {
  const { channelId, source } = hearing;
  const how = sourceOf(source).capabilities.readOrders;
  if (how === undefined) return NONE;
  // Looking through lists costs hundreds of calls, and no list has what was cancelled as a whole: the rest comes with the orders.
  const left = how.byLists === true;
  const due = { left, now: ctx.clock.now(), triesMax: TRIES_MAX, limit: MISSING_PER_TURN };
  const ids = await ctx.db.read(ctx.tenantId, (tx) => missingOrders(tx, channelId, due));
  return ids.length === 0 ? NONE : fetchOrders(ctx, hearing, ids, syncRunId);
}

/** The same for orders that a push names. */
export async function fetchOrders(
  ctx: Ctx,
  hearing: Hearing,
  ids: readonly string[],
  syncRunId?: SyncRunId,
): Promise<MissingFetched> {
  const { channelId, source } = hearing;
  const links = syncRunId === undefined ? {} : { syncRunId };
  const read = await readOrders(ctx, { channelId, source }, ids, ordersHooks(hearing), links);
  await noteTried(ctx, channelId, ids.slice(0, read.asked));
  await applyAllDue(ctx, channelId); // what was said of those that came just now
  return { asked: read.asked, made: read.counts.made, stopped: read.stopped, retryAfterMs: read.retryAfterMs };
}

/** Orders that did not come though they were asked for are asked for again later, behind those that never were. */
async function noteTried(ctx: Ctx, channelId: ChannelId, ids: readonly string[]): Promise<void> {
  const now = ctx.clock.now();
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const words = await wordsWithoutOrder(tx, channelId, ids);
    const tried = words.map(({ channelWordId, channelOrderId, attempts }) => ({
      ...{ channelWordId, outcome: "WAITING" as const, code: "ORDER_NOT_HERE", facts: { order: channelOrderId } },
      nextAttemptAt: retryAt(now, attempts, "ORDER_NOT_HERE"),
    }));
    await settleWords(tx, null, tried, now);
  });
}
