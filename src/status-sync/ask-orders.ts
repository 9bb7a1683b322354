import { callChannel, type ExchangeId, sourceOf } from "../channels/index.ts";
import { ok, type Result, refuse, type SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { hearOrders } from "./hear.ts";
import { reasonsOfOrders } from "./queries.ts";
import { explainReason, type ReasonWords } from "./reason-words.ts";
import { type OrderToAsk, orderWords } from "./store.ts";

/** What the channel said of one order when it was asked, and how the order stands after it. */
export interface SyncedOrder {
  readonly order: string;
  /** Did anything of it change here? */
  readonly changed: boolean;
  /** The channel's lines with its words, in its spelling. */
  readonly lines: readonly { readonly line: string; readonly status: string; readonly raw: string }[];
  /** Why words of the order changed nothing, each with its remedy. */
  readonly reasons: readonly ReasonWords[];
  readonly exchangeId: ExchangeId | null;
}

/**
 * Asks the channels of orders for their statuses now, as many orders a question as the source allows, and applies them by the
 * road of the sync. An answer for each order, in their order. Refusals: STATUS_NOT_REPORTED, STATUS_NOT_READ.
 */
export async function askOrders(ctx: Ctx, orders: readonly OrderToAsk[]): Promise<Result<SyncedOrder>[]> {
  const answers = new Map<SaleOrderId, Result<SyncedOrder>>();
  for (const of of Map.groupBy(orders, (order) => order.channelId).values()) {
    const [first] = of;
    const batchMax = first && sourceOf(first.source).capabilities.readStatuses?.batchMax;
    if (batchMax === undefined) {
      for (const { saleOrderId, code, channel } of of)
        answers.set(saleOrderId, refuse("STATUS_NOT_REPORTED", { channel, order: code }));
      continue;
    }
    for (let i = 0; i < of.length; i += batchMax) {
      const batch = of.slice(i, i + batchMax);
      const asked = await askBatch(ctx, batch);
      for (const [j, order] of batch.entries()) {
        const answer = asked[j];
        if (answer) answers.set(order.saleOrderId, answer);
      }
    }
  }
  return orders.flatMap((order) => answers.get(order.saleOrderId) ?? []);
}

/** One question about orders of one channel. */
async function askBatch(ctx: Ctx, batch: readonly OrderToAsk[]): Promise<Result<SyncedOrder>[]> {
  const [first, ...more] = batch;
  if (!first) return [];
  const { channelId, channel, source } = first;
  const ids = batch.map((order) => order.saleOrderId);
  const before = await ctx.db.read(ctx.tenantId, (tx) => orderWords(tx, ids));
  let exchangeId: ExchangeId | null = null;
  const answer = await callChannel(
    ctx,
    channelId,
    "readStatuses",
    batch.map((order) => order.channelOrderId),
    {
      interactive: true,
      links: more.length === 0 ? { saleOrderId: first.saleOrderId } : {},
      onExchange: (id) => {
        exchangeId = id;
      },
    },
  );
  if (!answer.ok) {
    const detail = answer.failure.channelMessage ?? answer.failure.kind;
    return batch.map(({ code }) => refuse("STATUS_NOT_READ", { channel, order: code, detail }));
  }
  const { orders: reported, rejected } = answer.value;
  const asked = new Set(batch.map((order) => order.channelOrderId));
  await hearOrders(
    ctx,
    { channelId, source, via: "PERSON", changedAfter: null },
    reported.filter((each) => asked.has(each.channelOrderId)),
  );
  const { after, reasons } = await ctx.db.read(ctx.tenantId, async (tx) => ({
    after: await orderWords(tx, ids),
    reasons: await reasonsOfOrders(tx, ids),
  }));
  return batch.map((order) => {
    const of = reported.filter((each) => each.channelOrderId === order.channelOrderId);
    const detail = rejected.find((words) => words.includes(order.channelOrderId)) ?? rejected[0];
    if (of.length === 0)
      return refuse("STATUS_NOT_READ", { channel, order: order.code, detail: detail ?? "it does not give this order" });
    const lines = of.flatMap((each) =>
      each.lines.map(({ channelOrderItemId: line, status, raw }) => ({ line, status, raw })),
    );
    const changed = before.get(order.saleOrderId) !== after.get(order.saleOrderId);
    const why = reasons.filter((reason) => reason.saleOrderId === order.saleOrderId).map(explainReason);
    return ok({ order: order.code, changed, lines, reasons: why, exchangeId });
  });
}
