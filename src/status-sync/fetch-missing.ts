import { sourceOf } from "../channels/index.ts";
import type { ChannelId } from "../kernel/index.ts";
import { readOrders } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import { applyAllDue, type Hearing } from "./hear.ts";
import { makeDue } from "./journal.store.ts";
import { ordersHooks } from "./orders-hooks.ts";
import { missingOrders } from "./store.ts";

/** Orders that one turn asks for. */
const MISSING_PER_TURN = 200;
/** An order that its source does not give when it is asked for it by id is asked for so often, with the words' growing pauses. */
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
export async function fetchMissing(ctx: Ctx, hearing: Hearing): Promise<MissingFetched> {
  const { channelId, source } = hearing;
  if (sourceOf(source).capabilities.readOrders === undefined) return NONE;
  const ids = await ctx.db.read(ctx.tenantId, (tx) => missingOrders(tx, channelId, TRIES_MAX, MISSING_PER_TURN));
  return ids.length === 0 ? NONE : fetchOrders(ctx, hearing, ids);
}

/** The same for orders that a push names. */
export async function fetchOrders(ctx: Ctx, hearing: Hearing, ids: readonly string[]): Promise<MissingFetched> {
  const { channelId, source } = hearing;
  const { counts, stopped, retryAfterMs } = await readOrders(ctx, { channelId, source }, ids, ordersHooks(hearing));
  await applyNow(ctx, channelId);
  return { asked: ids.length, made: counts.made, stopped, retryAfterMs };
}

/** What was said of orders that came just now is applied now. */
async function applyNow(ctx: Ctx, channelId: ChannelId): Promise<void> {
  const now = ctx.clock.now();
  await ctx.db.transaction(ctx.tenantId, (tx) => makeDue(tx, { codes: ["ORDER_NOT_HERE"], channelId }, now));
  await applyAllDue(ctx, channelId);
}
