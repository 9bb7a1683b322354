import type { PendencyPage } from "../../connectors/kit/index.ts";
import { callChannel, intakeChannels, type RunningSync, type SyncResult, sourceOf } from "../channels/index.ts";
import { assert, type ChannelId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { isUnholdable } from "../platform/db.ts";
import { anyOpenBut, dropUnlisted, type Kept, keepListed, markUnlisted, releaseSurplus } from "./pendency.ts";
import { readPages } from "./read-pages.ts";

/** A channel that pushes its orders has so long to push one that it lists no more. One that is asked is asked once more. */
const PUSH_GRACE_MINUTES = 15;

const NOTHING_YET = { orders: 0, wanted: 0, blocked: 0, unmapped: 0 };

/**
 * Reads the orders that a channel reviews, all of them in each run, and keeps stock for them. One that a complete list
 * names no more is either on its way as an order or dropped: what is kept for it stays until its order was looked for.
 */
export async function pullPendency(ctx: Ctx, run: RunningSync): Promise<SyncResult> {
  const { channelId } = run.channel;
  const can = sourceOf(run.channel.source).capabilities;
  assert(can.pullPendency !== undefined, "a source that is asked for reviews declares that it can be");
  const to = ctx.clock.now();
  const from = to.subtract({ hours: 24 * can.pullPendency.windowDays });
  const listed = new Set<string>();
  const rejected: string[] = [];
  const sums = { ...NOTHING_YET };
  const keep = async (orders: PendencyPage["orders"]): Promise<void> => {
    const kept = await ctx.db.transaction(ctx.tenantId, async (tx): Promise<Kept | null> => {
      const channel = (await intakeChannels(tx, [channelId])).get(channelId);
      return channel && orders.length > 0 ? keepListed(tx, { ...ctx, now: ctx.clock.now() }, channel, orders) : null;
    });
    for (const order of orders) listed.add(order.channelOrderId);
    if (kept) for (const member of ["orders", "wanted", "blocked", "unmapped"] as const) sums[member] += kept[member];
  };
  const take = async (page: PendencyPage): Promise<void> => {
    rejected.push(...page.rejected, ...(await keepEach(page.orders, keep)));
    await run.progress({ ok: listed.size, failed: rejected.length });
  };
  const links = { syncRunId: run.syncRunId };
  const ask = (page: number) => callChannel(ctx, channelId, "pullPendency", { from, to, page }, { links });
  let pages = 0;
  const counted = (page: PendencyPage) => {
    pages += 1;
    return take(page);
  };
  let stopped = await readPages("orders under review", ask, counted);
  // A list of several pages shifts while it is read, and one order may stand on none of them: what seems gone is looked
  // for once more before its stock could be given to others.
  if (stopped === null && pages > 1 && (await anyMissing(ctx, channelId, listed))) {
    Object.assign(sums, NOTHING_YET);
    rejected.length = 0;
    stopped = await readPages("orders under review", ask, take);
  }
  const counts = { ok: listed.size, failed: rejected.length };
  const words = inWords(sums, rejected);
  if (stopped !== null) return { ...counts, state: "FAILED", message: `${stopped} ${words}` };
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const now = ctx.clock.now();
    // A row that was not readable may be any of them: nothing is concluded from such a list.
    if (rejected.length === 0) await markUnlisted(tx, channelId, [...listed], now);
    if (can.pullOrders === undefined)
      await dropUnlisted(tx, ctx, channelId, now.subtract({ minutes: PUSH_GRACE_MINUTES }));
    await releaseSurplus(tx, ctx, { channelId });
  });
  return { ...counts, state: rejected.length === 0 ? "DONE" : "PARTIAL", message: words };
}

function anyMissing(ctx: Ctx, channelId: ChannelId, listed: ReadonlySet<string>): Promise<boolean> {
  return ctx.db.read(ctx.tenantId, (tx) => anyOpenBut(tx, channelId, [...listed]));
}

/**
 * Keeps the orders of a page together; where one holds a value that the database cannot (a quantity beyond all numbers), one
 * by one, so that it stands aside alone. Gives the words about those.
 */
async function keepEach(
  orders: PendencyPage["orders"],
  keep: (some: PendencyPage["orders"]) => Promise<void>,
): Promise<string[]> {
  try {
    await keep(orders);
    return [];
  } catch (error) {
    if (!isUnholdable(error)) throw error;
  }
  const words: string[] = [];
  for (const order of orders)
    try {
      await keep([order]);
    } catch (error) {
      if (!isUnholdable(error)) throw error;
      words.push(`order under review ${JSON.stringify(order.channelOrderId)} holds a value that cannot be stored`);
    }
  return words;
}

function inWords(sums: Kept, rejected: readonly string[]): string {
  return [
    `${sums.orders} ${sums.orders === 1 ? "order" : "orders"} under review, ${sums.blocked} of ${sums.wanted} units kept`,
    ...(sums.unmapped > 0 ? [`${sums.unmapped} lines are mapped to no SKU`] : []),
    ...(rejected.length > 0 ? [`not readable: ${rejected.slice(0, 3).join("; ")}`] : []),
  ]
    .join(", ")
    .concat(".");
}
