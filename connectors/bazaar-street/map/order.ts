import { describeMisfits, validator } from "../../../contract/validators.ts";
import { type Paise, paise, sum } from "../../../src/kernel/index.ts";
import type { Connector, ImportedAddress, ImportedLine, ImportedSaleOrder } from "../../kit/index.ts";
import { BAZAAR_STREET_CONTRACT } from "../contract/index.ts";
import { listingKey } from "./listing.ts";
import { isKnownWord, statusOf } from "./words.ts";

const isOrder = validator(BAZAAR_STREET_CONTRACT, "Order");

type WireOrder = Extract<ReturnType<typeof isOrder>, { ok: true }>["value"];

/** Their order in our words. Pure. Fault: ORDER_MALFORMED. */
export const readOrder: NonNullable<Connector["readOrder"]> = (raw) => {
  const checked = isOrder(raw);
  if (!checked.ok) return malformed(describeMisfits(checked.errors));
  const order = checked.value;
  // An order whose state nobody knows is not made: it may be gone already.
  const strange = order.lines.filter((item) => !isKnownWord(item.word));
  if (strange.length > 0)
    return malformed(strange.map(({ line, word }) => `${line}: ${word} is no known word`).join("; "));
  return { ok: true, value: toOrder(order) };
};

function malformed(detail: string): ReturnType<typeof readOrder> {
  return { ok: false, faults: [{ code: "ORDER_MALFORMED", facts: { detail } }] };
}

function toOrder(order: WireOrder): ImportedSaleOrder {
  const lines = order.lines.map(toLine);
  const total = totalOf(lines);
  const address = toAddress(order.deliveryAddress);
  return {
    channelOrderId: order.id,
    displayCode: order.number,
    status: lines.every((line) => line.cancelled) ? "CANCELLED" : "CREATED",
    placedAt: Temporal.Instant.from(order.placedAt),
    dispatchBy: Temporal.Instant.from(order.sendBy),
    priority: 0,
    paymentType: order.payment === "cash" ? "COD" : "PREPAID",
    currency: "INR",
    thirdPartyShipping: false,
    taxExempt: false,
    buyerGstin: null,
    additionalInfo: null,
    // What is not paid at the door is paid in full.
    orderAmounts: order.payment === "cash" ? {} : { prepaid: total },
    lines,
    shippingAddress: address,
    billingAddress: address,
    payment: null,
  };
}

function toLine(item: WireOrder["lines"][number]): ImportedLine {
  return {
    channelOrderItemId: item.line,
    productId: item.product,
    variantId: item.variant,
    channelProductId: listingKey(item),
    channelSku: item.sku,
    title: item.title,
    quantity: item.units,
    cancelled: statusOf(item.word) === "CANCELLED",
    onHold: false, // it knows no holds
    packetNumber: 0,
    channelWarehouse: null,
    sellingPrice: paise(item.unitPaise),
    shippingCharges: paise(item.deliveryPaise),
    giftMessage: null,
  };
}

function totalOf(lines: readonly ImportedLine[]): Paise {
  return sum(lines.map((line) => paise((line.sellingPrice + (line.shippingCharges ?? 0)) * line.quantity)));
}

function toAddress(of: WireOrder["deliveryAddress"]): ImportedAddress {
  const { name, street, area, city, state, pincode, phone } = of;
  return {
    name,
    line1: street,
    line2: area === "" ? null : area,
    city,
    state,
    country: "India",
    pincode,
    phone,
    email: null,
  };
}
