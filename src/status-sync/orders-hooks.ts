import type { PullHooks } from "../orders/index.ts";
import { type Hearing, hearOrders, isQuiet, keepHeard } from "./hear.ts";

/** What is done with what pages of orders say besides their content. */
export function ordersHooks(hearing: Hearing): PullHooks {
  return {
    hear: async (ctx, _channelId, orders) => !isQuiet(await hearOrders(ctx, hearing, orders), orders),
    keepSaid: async (tx, ctx, _channelId, orders) => void (await keepHeard(tx, ctx, hearing, orders, "intake")),
  };
}
