import { announce } from "../events/index.ts";
import { audit } from "../identity/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { mayWorkIn } from "../warehouse/index.ts";
import { decideTaxStands } from "./parties.ts";
import * as store from "./purchase-order.store.ts";
import { decideEnd, decideEvent, type PurchaseOrderId } from "./purchase-order.ts";
import { partiesOf, readTraders } from "./save-purchase-order.ts";

/**
 * Approves an order: it may be sent to the vendor and goods may be received on it; nothing of it changes any more. Vendor and
 * facility are kept as they are at this moment. Refusals: NOT_FOUND, PO_STATE, VENDOR_DISABLED, FACILITY_DISABLED, PO_TAX_STALE.
 */
export function approvePurchaseOrder(ctx: Ctx, purchaseOrderId: PurchaseOrderId): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const order = await store.lockOrder(tx, purchaseOrderId);
    if (!order || !mayWorkIn(ctx, order.facilityId))
      return refuse("NOT_FOUND", { what: "purchase order", id: purchaseOrderId });
    const may = decideEvent(order, "approve");
    if (!may.ok) return may;
    const traders = await readTraders(tx, ctx, order);
    if (!traders.ok) return traders;
    const parties = partiesOf(traders.value.vendor, traders.value.facility);
    const current = decideTaxStands(order, parties);
    if (!current.ok) return current;
    await store.saveApproved(tx, purchaseOrderId, parties, ctx.actor.name, ctx.now);
    announce(tx, ctx, [{ kind: "PURCHASE_ORDER_APPROVED", purchaseOrderId, happenedAt: ctx.now }]);
    await audit(tx, ctx, {
      action: "purchasing.order_approved",
      recordType: "purchase_order",
      recordId: purchaseOrderId,
      recordCode: order.code,
      before: { state: order.state },
      after: { state: may.value },
    });
    return ok();
  });
}

/**
 * Gives up what has not come: closed short where goods came or were to come, cancelled where none did. Refusals: NOT_FOUND,
 * PO_STATE, PO_GRN_OPEN.
 */
export function endPurchaseOrder(
  ctx: Ctx,
  input: { purchaseOrderId: PurchaseOrderId; event: "close" | "cancel"; reason: string },
): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const { purchaseOrderId, event, reason } = input;
    const order = await store.lockOrder(tx, purchaseOrderId);
    if (!order || !mayWorkIn(ctx, order.facilityId))
      return refuse("NOT_FOUND", { what: "purchase order", id: purchaseOrderId });
    const decision = decideEnd(order, event, await store.openGrns(tx, purchaseOrderId));
    if (!decision.ok) return decision;
    const ended = { purchaseOrderId, state: decision.value, reason };
    await store.saveEnded(tx, ended, ctx.actor.name, ctx.now);
    await audit(tx, ctx, {
      action: event === "close" ? "purchasing.order_closed" : "purchasing.order_cancelled",
      recordType: "purchase_order",
      recordId: purchaseOrderId,
      recordCode: order.code,
      before: { state: order.state },
      after: { state: decision.value, reason },
    });
    return ok();
  });
}
