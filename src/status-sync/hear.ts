import type { ReportedOrder } from "../../connectors/kit/index.ts";
import { sourceOf } from "../channels/index.ts";
import { askAboutWishes } from "../fulfilment/index.ts";
import type { ChannelId, Instant, ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { isServerAway, isUnholdable, type Tx } from "../platform/db.ts";
import { callOffReturns } from "../returns/index.ts";
import { applyOrder, type OrderToApply } from "./apply-words.ts";
import {
  dueOrders,
  forgetReturns,
  type HeardVia,
  keepNews,
  lockWaiting,
  settleWords,
  type UnknownOrders,
} from "./journal.store.ts";
import { heardOf, ORDER_WAIT_HOURS, retryAt } from "./journal.ts";
import { askAboutLines } from "./line-doubts.ts";
import { lastAskedAt } from "./store.ts";
import { applyTracking, hearParcels, type ParcelsHeard } from "./tracking.ts";

/** Who is heard, and how. */
export interface Hearing {
  readonly channelId: ChannelId;
  readonly source: string;
  readonly via: HeardVia;
  /** When it was asked last before; null: never. */
  readonly changedAfter: Instant | null;
}

/** What hearing some orders came to, in words of theirs. */
export interface HeardCounts {
  /** Orders of which something came: a change here, a word that waits, a doubt. Not those that said what is so here already. */
  readonly news: readonly string[];
  /** Words that changed something here. */
  readonly changed: number;
  readonly waiting: number;
  readonly doubts: number;
  /** Parcels of which a courier's word was news. */
  readonly tracked: number;
  /** Orders whose answer could not be kept, in words. */
  readonly rejected: readonly string[];
}

export const NOTHING_HEARD: HeardCounts = { news: [], changed: 0, waiting: 0, doubts: 0, tracked: 0, rejected: [] };

export function plusHeard(a: HeardCounts, b: HeardCounts): HeardCounts {
  return {
    ...{ news: [...a.news, ...b.news], changed: a.changed + b.changed, waiting: a.waiting + b.waiting },
    ...{ doubts: a.doubts + b.doubts, tracked: a.tracked + b.tracked, rejected: [...a.rejected, ...b.rejected] },
  };
}

/**
 * Takes what a channel says of orders: first all of its news is kept with `also` (a cursor) in one transaction, so that nothing
 * heard is lost; then it is applied, order by order. What the process does not come to, the job of waiting words does.
 */
export async function hearOrders(
  ctx: Ctx,
  hearing: Hearing,
  orders: readonly ReportedOrder[],
  also: (tx: Tx) => Promise<void> = async () => undefined,
): Promise<HeardCounts> {
  const { channelId, source } = hearing;
  const acting: Ctx = { ...ctx, now: ctx.clock.now() };
  const { news, rejected } = await keep(acting, hearing, orders, also);
  // Those of orders with news follow their words. The others come first: a fault of ours in one order's words must not cost them.
  const parcels = orders.filter((order) => (order.parcels ?? []).length > 0 && !news.includes(order.channelOrderId));
  const followed = await followEach(acting, channelId, parcels);
  const applied = await applyOrders(
    acting,
    news.map((channelOrderId) => ({ channelId, source, channelOrderId })),
  );
  return { ...applied, tracked: followed.tracked, rejected: [...rejected, ...followed.rejected] };
}

/** An answer said nothing that was not known. Pure. @param orders what it named; others may have been heard with them */
export function isQuiet(heard: HeardCounts, orders: readonly ReportedOrder[]): boolean {
  if (heard.rejected.length > 0 || orders.some((order) => heard.news.includes(order.channelOrderId))) return false;
  if (heard.tracked > 0 && orders.some((order) => (order.parcels ?? []).length > 0)) return false;
  return orders.every((order) =>
    order.lines.every(
      (line) => line.status !== "unknown" && line.cancelWished !== true && line.needsPerson === undefined,
    ),
  );
}

/** The same in the caller's transaction; what is news waits for whoever applies it. */
export async function keepHeard(
  tx: Tx,
  ctx: Ctx,
  hearing: Hearing,
  orders: readonly ReportedOrder[],
  unknownOrders: UnknownOrders = hearing.via === "FEED" ? "wait" : "skip",
): Promise<string[]> {
  const { channelId, via } = hearing;
  // Before words are written: it waits for whoever works on an order, and nobody need wait for words meanwhile.
  await askAboutWishes(tx, ctx, { channelId, orders, inIntake: unknownOrders === "intake" });
  const news = await keepNews(
    tx,
    {
      ...{ channelId, via, changedAfter: hearing.changedAfter ?? (await lastAskedAt(tx, channelId)) ?? ctx.now },
      channelShippedAlone: sourceOf(hearing.source).rules.reportsOf === "channel-shipped",
      unknownOrders,
    },
    orders.flatMap(heardOf),
    ctx.now,
  );
  await callOff(tx, ctx, channelId, orders);
  await askAboutLines(tx, ctx, channelId, orders, { onlyHere: unknownOrders === "skip", whole: via !== "FEED" });
  return news;
}

/** Returns that will not come: what waits to be announced is announced no more, and what is expected is called off. */
async function callOff(tx: Tx, ctx: Ctx, channelId: ChannelId, orders: readonly ReportedOrder[]): Promise<void> {
  const returns = orders.flatMap(({ channelOrderId, lines }) =>
    lines.flatMap(({ returnCalledOff, channelReturnId }) =>
      returnCalledOff === true && channelReturnId !== null ? [{ channelOrderId, channelReturnId }] : [],
    ),
  );
  await forgetReturns(tx, channelId, returns, ctx.now);
  await callOffReturns(
    tx,
    channelId,
    returns.map((each) => each.channelReturnId),
  );
}

/** One transaction for all; where one order holds a value that the database has no room for, one for each. */
async function keep(
  ctx: Ctx,
  hearing: Hearing,
  orders: readonly ReportedOrder[],
  also: (tx: Tx) => Promise<void>,
): Promise<{ readonly news: string[]; readonly rejected: string[] }> {
  const store = (some: readonly ReportedOrder[], and: (tx: Tx) => Promise<void>) =>
    ctx.db.transaction(ctx.tenantId, async (tx) => {
      const news = await keepHeard(tx, ctx, hearing, some);
      await and(tx);
      return news;
    });
  try {
    return { news: await store(orders, also), rejected: [] };
  } catch (error) {
    if (!isUnholdable(error)) throw error;
  }
  const kept: { news: string[]; rejected: string[] } = { news: [], rejected: [] };
  for (const order of orders)
    try {
      kept.news.push(...(await store([order], async () => undefined)));
    } catch (error) {
      if (!isUnholdable(error)) throw error;
      kept.rejected.push(`order ${JSON.stringify(order.channelOrderId)} holds a value that cannot be stored`);
    }
  await store([], also);
  return kept;
}

/** Applies the waiting words of orders. One order's fault of ours does not stop the others; it is thrown when they are through. */
export async function applyOrders(ctx: Ctx, orders: readonly OrderToApply[]): Promise<HeardCounts> {
  const sum = { changed: 0, waiting: 0, doubts: 0 };
  const news: string[] = [];
  const faults: unknown[] = [];
  for (const order of orders)
    try {
      const { changed, waiting, doubts, parcels } = await applyOrder(ctx, order);
      await followParcels(ctx, order.channelId, [{ channelOrderId: order.channelOrderId, parcels }]);
      sum.changed += changed;
      sum.waiting += waiting;
      sum.doubts += doubts;
      if (changed + waiting + doubts > 0) news.push(order.channelOrderId);
    } catch (error) {
      const { channelId, channelOrderId } = order;
      ctx.log.error({ err: error, channelId, channelOrderId, outcome: "failed" }, "a channel's word was not applied");
      await postpone(ctx, order);
      faults.push(error);
    }
  if (faults.length > 0) throw faults[0];
  return { ...NOTHING_HEARD, ...sum, news };
}

/** Words that meet a fault of ours come last from now on, so that they hold up no other. */
function postpone(ctx: Ctx, { channelId, channelOrderId }: OrderToApply): Promise<void> {
  const now = ctx.clock.now();
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const words = await lockWaiting(tx, channelId, channelOrderId);
    const facts = { order: channelOrderId };
    const settled = words.map(({ channelWordId, attempts }) => ({
      ...{ channelWordId, outcome: "WAITING" as const, code: "WORD_NOT_APPLIED", facts },
      nextAttemptAt: retryAt(now, attempts, "WORD_NOT_APPLIED"),
    }));
    await settleWords(tx, null, settled, now);
  });
}

/** Gives how many parcels something new was said of. */
async function followParcels(ctx: Ctx, channelId: ChannelId, orders: readonly ParcelsHeard[]): Promise<number> {
  const moved = await keepParcels(ctx, channelId, orders);
  await applyTracking(ctx, moved);
  return moved.length;
}

/** The same for all at once; where one order's news cannot be kept, for each alone: the others' stays, and that order is named. */
async function followEach(
  ctx: Ctx,
  channelId: ChannelId,
  orders: readonly ParcelsHeard[],
): Promise<Pick<HeardCounts, "tracked" | "rejected">> {
  const moved: ShippingPackageId[] = [];
  const rejected: string[] = [];
  try {
    moved.push(...(await keepParcels(ctx, channelId, orders)));
  } catch (error) {
    if (isServerAway(error)) throw error;
    for (const order of orders)
      try {
        moved.push(...(await keepParcels(ctx, channelId, [order])));
      } catch (fault) {
        if (isServerAway(fault)) throw fault;
        const { channelOrderId } = order;
        ctx.log.error({ err: fault, channelId, channelOrderId, outcome: "failed" }, "a parcel's news was not kept");
        rejected.push(
          `order ${JSON.stringify(channelOrderId)}: what was said of its parcels was not kept; our log names the cause`,
        );
      }
  }
  await applyTracking(ctx, moved);
  return { tracked: moved.length, rejected };
}

async function keepParcels(
  ctx: Ctx,
  channelId: ChannelId,
  orders: readonly ParcelsHeard[],
): Promise<ShippingPackageId[]> {
  if (orders.every((order) => (order.parcels ?? []).length === 0)) return [];
  return ctx.db.transaction(ctx.tenantId, (tx) => hearParcels(tx, ctx, channelId, orders));
}

/** Orders of one look; a job goes on with the rest. */
const DUE_PER_LOOK = 500;

/** Applies words that are due, of one channel: what they waited for may be there. True where more may be due. */
export async function applyDue(ctx: Ctx, channelId: ChannelId): Promise<boolean> {
  const now = ctx.clock.now();
  const due = await ctx.db.read(ctx.tenantId, (tx) =>
    dueOrders(tx, channelId, { now, giveUpBefore: now.subtract({ hours: ORDER_WAIT_HOURS }), limit: DUE_PER_LOOK }),
  );
  await applyOrders(ctx, due);
  return due.length === DUE_PER_LOOK;
}

/** Shares of what is due that one run applies at most; the job of waiting words goes on with the rest. */
const DUE_LOOKS_MAX = 20;

/** The same until nothing is due, within a bound. */
export async function applyAllDue(ctx: Ctx, channelId: ChannelId): Promise<void> {
  for (let look = 0; look < DUE_LOOKS_MAX && (await applyDue(ctx, channelId)); look++);
}
