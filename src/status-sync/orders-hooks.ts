import type { PullHooks } from "../orders/index.ts";
import { type Hearing, hearOrders, keepHeard } from "./hear.ts";

/** What is done with what pages of orders say besides their content. */
export function ordersHooks(hearing: Hearing): PullHooks {
  return {
    hear: async (ctx, _channelId, orders) => void (await hearOrders(ctx, hearing, orders)),
    madePartlyLeft: async (tx, ctx, _channelId, orders) => void (await keepHeard(tx, ctx, hearing, orders)),
  };
}
