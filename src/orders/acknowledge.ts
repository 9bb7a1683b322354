import { type AcknowledgeAnswer, queueNotices } from "../channels/index.ts";
import { type ChannelId, newId, type SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { openExceptions } from "./exceptions.store.ts";
import { ACCEPTANCE_REFUSED } from "./hold-reasons.ts";
import {
  closeRefusedAcceptances,
  freeHeldFor,
  holdOrder,
  settleAcceptanceRow,
  writeOrderEvents,
} from "./standing.store.ts";
import { wakeOrders } from "./wake-orders.ts";

/** The seller accepts these orders, for which their channels wait: each is told so, once, in the background. */
export async function acceptOrders(
  tx: Tx,
  ctx: Ctx,
  orders: readonly { readonly saleOrderId: SaleOrderId; readonly channelId: ChannelId }[],
): Promise<void> {
  await queueNotices(
    tx,
    ctx,
    orders.map(({ saleOrderId, channelId }) => ({
      ...{ kind: "ACKNOWLEDGE" as const, channelId, saleOrderId, shippingPackageId: null },
    })),
  );
}

/**
 * What the channel said to an acceptance. Taken: it waits no more, and an order that stood still for that goes on. Refused:
 * what is not packed yet stands still and a person decides; an order that nobody took is not shipped.
 */
export async function settleAcceptance(tx: Tx, ctx: Ctx, answer: AcknowledgeAnswer): Promise<void> {
  const { saleOrderId, channelId, accepted, message } = answer;
  const order = await settleAcceptanceRow(tx, saleOrderId, accepted, ctx.now);
  if (!order) return;
  const event = (kind: string) => ({ id: newId(), saleOrderId, kind, facts: { message } });
  await writeOrderEvents(tx, ctx, [event(accepted ? "ACCEPTANCE_TAKEN" : "ACCEPTANCE_REFUSED")]);
  if (accepted) {
    await closeRefusedAcceptances(tx, ctx, [saleOrderId]);
    if (await freeHeldFor(tx, saleOrderId, ACCEPTANCE_REFUSED, ctx.now)) await wakeOrders(tx, [saleOrderId]);
    return;
  }
  if (order.state === "COMPLETE" || order.state === "CANCELLED") return; // too late to matter, and it is on the timeline
  await holdOrder(tx, saleOrderId, ACCEPTANCE_REFUSED, ctx.now);
  await openExceptions(tx, ctx, [
    {
      kind: "ACCEPTANCE_REFUSED",
      channelId,
      saleOrderId,
      key: saleOrderId,
      facts: { order: order.code, channelMessage: message ?? "no reason was given" },
    },
  ]);
}
