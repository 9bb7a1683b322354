import { callChannel, type ExchangeId, sourceOf } from "../channels/index.ts";
import { ok, type Result, refuse, type SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { orderToAsk, orderWords } from "./store.ts";
import { hearFor } from "./sync.ts";

/** What the channel said of one order when it was asked, and how the order stands after it. */
export interface SyncedOrder {
  readonly order: string;
  /** Did anything of it change here? */
  readonly changed: boolean;
  /** The channel's lines with its words, in its spelling. */
  readonly lines: readonly { readonly line: string; readonly status: string; readonly raw: string }[];
  readonly exchangeId: ExchangeId | null;
}

/**
 * Asks the channel of one order for its statuses now and applies them by the road of the hourly sync: for a parcel that came
 * back before anybody announced it. Refusals: ORDER_NOT_FOUND, STATUS_NOT_REPORTED, STATUS_NOT_READ.
 */
export async function syncOrderNow(ctx: Ctx, saleOrderId: SaleOrderId): Promise<Result<SyncedOrder>> {
  const order = await ctx.db.read(ctx.tenantId, (tx) => orderToAsk(tx, saleOrderId));
  if (!order) return refuse("ORDER_NOT_FOUND", { order: saleOrderId });
  const { channelId, channelOrderId, channel } = order;
  if (sourceOf(order.source).capabilities.readStatuses === undefined)
    return refuse("STATUS_NOT_REPORTED", { channel, order: order.code });
  const before = await ctx.db.read(ctx.tenantId, (tx) => orderWords(tx, saleOrderId));
  let exchangeId: ExchangeId | null = null;
  const answer = await callChannel(ctx, channelId, "readStatuses", [channelOrderId], {
    interactive: true,
    links: { saleOrderId },
    onExchange: (id) => {
      exchangeId = id;
    },
  });
  if (!answer.ok)
    return refuse("STATUS_NOT_READ", {
      channel,
      order: order.code,
      detail: answer.failure.channelMessage ?? answer.failure.kind,
    });
  const reported = answer.value.orders.filter((each) => each.channelOrderId === channelOrderId);
  if (reported.length === 0)
    return refuse("STATUS_NOT_READ", {
      channel,
      order: order.code,
      detail: answer.value.rejected[0] ?? "it does not give this order",
    });
  await hearFor(ctx, { channelId, source: order.source }, reported);
  const after = await ctx.db.read(ctx.tenantId, (tx) => orderWords(tx, saleOrderId));
  const lines = reported.flatMap((each) =>
    each.lines.map(({ channelOrderItemId: line, status, raw }) => ({ line, status, raw })),
  );
  return ok({ order: order.code, changed: before !== after, lines, exchangeId });
}
