import { createHash } from "node:crypto";
import type { ImportedAddress, ImportedSaleOrder } from "../../connectors/kit/index.ts";
import { sourceOf } from "../channels/index.ts";
import { type ChannelId, type Instant, newId, ok, type Paise, type Result, refuse } from "../kernel/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { customChannel } from "./custom-order.store.ts";
import { type Receipt, receiveOrders } from "./receive-orders.ts";

/** An order taken by a person (phone, shop, B2B): from a form or a row group of a CSV. */
export interface CustomOrder {
  readonly channelId: ChannelId;
  /** The seller's own number; made here when absent. The same number twice is the same order. */
  readonly code: string | null;
  readonly placedAt: Instant;
  readonly dispatchBy: Instant | null;
  readonly paymentType: "COD" | "PREPAID";
  readonly priority: number;
  readonly lines: readonly {
    readonly sku: string;
    readonly quantity: number;
    readonly sellingPrice: Paise;
    readonly discount: Paise;
    readonly facility: string | null;
  }[];
  readonly shippingCharges: Paise;
  readonly shippingAddress: ImportedAddress;
  readonly billingAddress: ImportedAddress;
  readonly buyerGstin: string | null;
  readonly additionalInfo: string | null;
}

/** Creates a custom order by the same road as every other. Refuses CHANNEL_TAKES_NO_FORMS and what intake refuses. */
export async function createCustomOrder(
  tx: Tx,
  ctx: Ctx,
  order: CustomOrder,
  via: "FORM" | "CSV",
): Promise<Result<Receipt>> {
  const channel = await customChannel(tx, order.channelId);
  if (!channel || sourceOf(channel.source).rules.ordersArrive !== "by hand")
    return refuse("CHANNEL_TAKES_NO_FORMS", { channel: channel?.code ?? order.channelId });
  const [made] = order.code === null ? await takeCodes(tx, "CUSTOM_ORDER", "SO-", 1) : [];
  const code = order.code ?? made ?? "";
  const imported = importedOf(order, code, channel.tatHours);
  const intakeId = newId<"Intake">();
  const raw = { ...order, code };
  const contentHash = createHash("sha256")
    .update(JSON.stringify({ ...raw, placedAt: order.code === null ? order.placedAt.toString() : null }))
    .digest("hex");
  const receipts = await receiveOrders(tx, ctx, [
    {
      intakeId,
      channelId: order.channelId,
      via,
      channelOrderId: code,
      raw,
      contentHash,
      read: { ok: true, value: imported },
    },
  ]);
  const receipt = receipts.get(intakeId);
  if (!receipt) throw new Error(`custom order ${code} has a receipt`);
  // A person is looking: what would wait in intake is refused instead, so that the form keeps what was typed.
  return receipt.refusal ? { ok: false, refusal: receipt.refusal } : ok(receipt);
}

function importedOf(order: CustomOrder, code: string, tatHours: number): ImportedSaleOrder {
  return {
    channelOrderId: code,
    displayCode: code,
    status: "CREATED",
    placedAt: order.placedAt,
    dispatchBy: order.dispatchBy ?? order.placedAt.add({ hours: tatHours }),
    priority: order.priority,
    paymentType: order.paymentType,
    currency: "INR",
    thirdPartyShipping: false,
    taxExempt: false,
    buyerGstin: order.buyerGstin,
    additionalInfo: order.additionalInfo,
    orderAmounts: order.shippingCharges > 0 ? { shippingCharges: order.shippingCharges } : {},
    lines: order.lines.map((line, i) => ({
      channelOrderItemId: `${code}-L${i + 1}`,
      productId: line.sku,
      variantId: line.sku,
      channelProductId: line.sku,
      channelSku: line.sku,
      title: null,
      quantity: line.quantity,
      cancelled: false,
      onHold: false,
      packetNumber: 0,
      channelWarehouse: line.facility,
      sellingPrice: line.sellingPrice,
      discount: line.discount,
      giftMessage: null,
    })),
    shippingAddress: order.shippingAddress,
    billingAddress: order.billingAddress,
    payment: null,
  };
}
