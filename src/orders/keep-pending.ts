import type { PendingOrder } from "../../connectors/kit/index.ts";
import { intakeChannels } from "../channels/index.ts";
import type { ChannelId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { isUnholdable } from "../platform/db.ts";
import { type Kept, keepListed } from "./pendency.ts";

export const NOTHING_KEPT: Kept = { orders: 0, wanted: 0, blocked: 0, unmapped: 0 };

export interface Unholdable {
  readonly channelOrderId: string;
  readonly words: string;
}

/**
 * Keeps stock for a page of orders under review, together in a transaction of their own; where one holds a value that the
 * database cannot (a quantity beyond all numbers), one by one, so that it stands aside alone: `rejected` are words about those.
 */
export async function keepPending(
  ctx: Ctx,
  channelId: ChannelId,
  orders: readonly PendingOrder[],
): Promise<{ readonly kept: Kept; readonly rejected: readonly Unholdable[] }> {
  if (orders.length === 0) return { kept: NOTHING_KEPT, rejected: [] };
  try {
    return { kept: await keep(ctx, channelId, orders), rejected: [] };
  } catch (error) {
    if (!isUnholdable(error)) throw error;
  }
  let kept = NOTHING_KEPT;
  const rejected: Unholdable[] = [];
  for (const order of orders)
    try {
      kept = plusKept(kept, await keep(ctx, channelId, [order]));
    } catch (error) {
      if (!isUnholdable(error)) throw error;
      const { channelOrderId } = order;
      const words = `order under review ${JSON.stringify(channelOrderId)} holds a value that cannot be stored`;
      rejected.push({ channelOrderId, words });
    }
  return { kept, rejected };
}

function keep(ctx: Ctx, channelId: ChannelId, orders: readonly PendingOrder[]): Promise<Kept> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const channel = (await intakeChannels(tx, [channelId])).get(channelId);
    return channel ? keepListed(tx, { ...ctx, now: ctx.clock.now() }, channel, orders) : NOTHING_KEPT;
  });
}

export function plusKept(a: Kept, b: Kept): Kept {
  return {
    orders: a.orders + b.orders,
    wanted: a.wanted + b.wanted,
    blocked: a.blocked + b.blocked,
    unmapped: a.unmapped + b.unmapped,
  };
}

/** "2 orders under review, 3 of 4 units kept". */
export function keptInWords(sums: Kept): string {
  return [
    `${sums.orders} ${sums.orders === 1 ? "order" : "orders"} under review, ${sums.blocked} of ${sums.wanted} units kept`,
    ...(sums.unmapped > 0 ? [`${sums.unmapped} lines are mapped to no SKU`] : []),
  ].join(", ");
}
