import { type Result, refuse, type SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { askOrders, type SyncedOrder } from "./ask-orders.ts";
import { ordersToAsk } from "./store.ts";

/**
 * Asks the channel of one order for its statuses now and applies them by the road of the sync: for a parcel that came back
 * before anybody announced it. Refusals: ORDER_NOT_FOUND, STATUS_NOT_REPORTED, STATUS_NOT_READ.
 */
export async function syncOrderNow(ctx: Ctx, saleOrderId: SaleOrderId): Promise<Result<SyncedOrder>> {
  const orders = await ctx.db.read(ctx.tenantId, (tx) => ordersToAsk(tx, ctx.facilities, [saleOrderId]));
  const [answer] = await askOrders(ctx, orders);
  return answer ?? refuse("ORDER_NOT_FOUND", { order: saleOrderId });
}
