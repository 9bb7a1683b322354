import { audit } from "../identity/index.ts";
import { ok, type Result, refuse, type SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { parseGstin } from "../warehouse/index.ts";
import { lockBuyerGstin, saveBuyerGstin } from "./store.ts";

/**
 * Corrects the buyer's GSTIN of an order before anything of it is invoiced; null: the buyer is a consumer.
 * Refusals: NOT_FOUND, INVOICE_NOT_OPEN (it stands on an invoice already), those of `parseGstin`.
 */
export function correctBuyerGstin(
  ctx: Ctx,
  input: { saleOrderId: SaleOrderId; gstin: string | null },
): Promise<Result<{ buyerGstin: string | null }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const order = await lockBuyerGstin(ctx, tx, input.saleOrderId);
    if (!order) return refuse("NOT_FOUND", { what: "order", id: input.saleOrderId });
    if (order.invoices.length > 0) return refuse("INVOICE_NOT_OPEN", { order: order.code, invoices: order.invoices });
    const parsed = input.gstin === null ? null : parseGstin(input.gstin, { sandbox: order.sandbox });
    if (parsed !== null && !parsed.ok) return parsed;
    const buyerGstin = parsed?.value.text ?? null;
    await saveBuyerGstin(tx, input.saleOrderId, buyerGstin, ctx.now);
    await audit(tx, ctx, {
      action: "billing.buyer_gstin_corrected",
      recordType: "sale_order",
      recordId: input.saleOrderId,
      recordCode: order.code,
      before: { buyerGstin: order.buyerGstin },
      after: { buyerGstin },
    });
    return ok({ buyerGstin });
  });
}
