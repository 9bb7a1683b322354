import type { PendencyPage } from "../../connectors/kit/index.ts";
import { callChannel, type RunningSync, type SyncResult, sourceOf } from "../channels/index.ts";
import { assert, type ChannelId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { keepPending, keptInWords, NOTHING_KEPT, plusKept } from "./keep-pending.ts";
import { anyOpenBut, dropUnlisted, type Kept, markUnlisted, releaseSurplus } from "./pendency.ts";
import { type PageWish, readPages } from "./read-pages.ts";

/** A channel that pushes its orders has so long to push one that it lists no more. One that is asked is asked once more. */
const PUSH_GRACE_MINUTES = 15;

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
  let sums = NOTHING_KEPT;
  const take = async (page: PendencyPage): Promise<void> => {
    const { kept, rejected: unholdable } = await keepPending(ctx, channelId, page.orders);
    const aside = new Set(unholdable.map((each) => each.channelOrderId));
    for (const { channelOrderId } of page.orders) if (!aside.has(channelOrderId)) listed.add(channelOrderId);
    sums = plusKept(sums, kept);
    rejected.push(...page.rejected, ...unholdable.map((each) => each.words));
    await run.progress({ ok: listed.size, failed: rejected.length });
  };
  const links = { syncRunId: run.syncRunId };
  const ask = (wish: PageWish) => callChannel(ctx, channelId, "pullPendency", { from, to, ...wish }, { links });
  let pages = 0;
  const counted = (page: PendencyPage) => {
    pages += 1;
    return take(page);
  };
  let stopped = await readPages("orders under review", ask, counted);
  // A list of several pages shifts while it is read, and one order may stand on none of them: what seems gone is looked
  // for once more before its stock could be given to others.
  if (stopped === null && pages > 1 && (await anyMissing(ctx, channelId, listed))) {
    sums = NOTHING_KEPT;
    rejected.length = 0;
    stopped = await readPages("orders under review", ask, take);
  }
  const counts = { ok: listed.size, failed: rejected.length };
  const words = inWords(sums, rejected);
  if (stopped !== null) return { ...counts, state: "FAILED", message: `${stopped.words} ${words}` };
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

function inWords(sums: Kept, rejected: readonly string[]): string {
  return [keptInWords(sums), ...(rejected.length > 0 ? [`not readable: ${rejected.slice(0, 3).join("; ")}`] : [])]
    .join(", ")
    .concat(".");
}
