/** Orders in the spelling of the protocol: amounts are rupees, times Indian without a zone. */
import type { RequestBody, Schema } from "../../../contract/types.ts";
import { operation } from "../../../contract/validators.ts";
import {
  type Action,
  type Address,
  type Announcement,
  type CatalogueVariant,
  type Done,
  fullTitle,
  type SimOrder,
  type SimOrderItem,
} from "../../kit/simulator/index.ts";

const ZONE = "Asia/Kolkata";
/** What the channel keeps of a price, for `transferPrice`. */
const COMMISSION_PERCENT = 15;

/** `2025-11-20 19:40:05`, as pushes have it. */
export function pushedTime(at: Temporal.Instant | string): string {
  return wallTime(at).replace("T", " ");
}

/** `2025-11-20T19:40:05`, as answers have it. */
export function wallTime(at: Temporal.Instant | string): string {
  return Temporal.Instant.from(at).toZonedDateTimeISO(ZONE).toPlainDateTime().toString({ smallestUnit: "second" });
}

/** Whole paise as the rupees of the wire. */
export function rupees(paise: number): number {
  return paise / 100;
}

/** What the customer pays for one unit. */
export function itemTotalPaise(item: SimOrderItem): number {
  return item.sellingPricePaise + item.shippingChargesPaise + item.cashOnDeliveryChargesPaise - item.discountPaise;
}

/** What the channel passes on to the seller for one unit. */
export function transferPaise(item: SimOrderItem): number {
  return Math.round((item.sellingPricePaise * (100 - COMMISSION_PERCENT)) / 100);
}

/** What the buyer pays for the whole order. */
function orderTotalPaise(order: SimOrder): number {
  return order.items.reduce(
    (sum, item) => sum + (itemTotalPaise(item) + (item.giftWrap?.chargesPaise ?? 0)) * item.quantity, // amounts of a line are those of one unit
    0,
  );
}

/** Charges stand on the items, so here they are 0: giving both is against the protocol. */
function orderPrice(order: SimOrder): Schema<"marketplace", "OrderPrice"> {
  return {
    currency: "INR",
    totalCashOnDeliveryCharges: 0,
    totalDiscount: 0,
    totalGiftCharges: 0,
    totalStoreCredit: 0,
    totalPrepaidAmount: order.paymentType === "PREPAID" ? rupees(orderTotalPaise(order)) : 0,
    totalShippingCharges: 0,
  };
}

/** Prices are of one unit. */
function itemPrice(item: SimOrderItem): Schema<"marketplace", "OrderItemPrice"> {
  return {
    currency: "INR",
    sellingPrice: rupees(item.sellingPricePaise),
    shippingCharges: rupees(item.shippingChargesPaise),
    cashOnDeliveryCharges: rupees(item.cashOnDeliveryChargesPaise),
    discount: rupees(item.discountPaise),
    totalPrice: rupees(itemTotalPaise(item)),
    transferPrice: rupees(transferPaise(item)),
  };
}

function address(of: Address): Schema<"marketplace", "Address"> {
  return { ...of };
}

function line(item: SimOrderItem) {
  return {
    orderItemId: item.orderItemId,
    productId: item.productId,
    variantId: item.variantId,
    sku: item.sku,
    title: item.title,
    shippingMethodCode: "STD" as const,
    orderItemPrice: itemPrice(item),
    quantity: item.quantity,
    ...(item.giftWrap === null
      ? {}
      : { giftWrap: { giftWrapMessage: item.giftWrap.message, giftWrapCharges: rupees(item.giftWrap.chargesPaise) } }),
    onHold: item.onHold,
    packetNumber: item.packetNumber,
    ...(item.facilityCode === null ? {} : { facilityCode: item.facilityCode }),
  };
}

function head(order: SimOrder) {
  return {
    id: order.id,
    displayOrderNumber: order.displayOrderNumber,
    priority: order.priority,
    paymentType: order.paymentType,
    orderPrice: orderPrice(order),
    taxExempted: false,
    cFormProvided: false,
    thirdPartyShipping: order.thirdPartyShipping,
    shippingAddress: address(order.shippingAddress),
    billingAddress: address(order.billingAddress),
    gstin: order.gstin,
    additionalInfo: order.additionalInfo,
  };
}

/** The order as it is pushed when it is placed. */
export function toPushedOrder(order: SimOrder): RequestBody<"marketplace-inbound", "pushOrder"> {
  const status = order.orderStatus === "COMPLETE" ? "CREATED" : order.orderStatus;
  return {
    ...head(order),
    orderDate: pushedTime(order.orderDate),
    sla: pushedTime(order.slaBy),
    orderStatus: status,
    orderItems: order.items.map((item) => ({ ...line(item), status: status === "CANCELLED" ? status : "CREATED" })),
  };
}

/** The order as `GET /orders` gives it, in both modes. */
export function toOrder(order: SimOrder): Schema<"marketplace", "Order"> {
  return {
    ...head(order),
    orderDate: wallTime(order.orderDate),
    sla: wallTime(order.slaBy),
    orderStatus: order.orderStatus,
    orderItems: order.items.map((item) => ({
      ...line(item),
      status: item.status,
      ...courierWord(order, item),
      ...(item.returned === null
        ? {}
        : {
            returnReason: item.returned.reason,
            returnDate: wallTime(item.returned.at),
            returnAWB: item.returned.trackingNumber,
            returnShippingProvider: item.returned.courier,
            returnId: item.returned.returnId,
          }),
    })),
  };
}

/** The courier's last word about a line, where it said one. */
function courierWord(order: SimOrder, { orderItemId }: SimOrderItem): { courierStatus?: string } {
  const said = order.courierStatuses.findLast(({ orderItemIds }) => orderItemIds.includes(orderItemId));
  return said === undefined ? {} : { courierStatus: said.raw };
}

export function toProduct(
  variants: readonly CatalogueVariant[],
  stock: (variant: CatalogueVariant) => number,
): Schema<"marketplace", "Product"> {
  const [first] = variants;
  return {
    id: first?.productId ?? "",
    parentTitle: first?.title ?? "",
    brand: first?.brand ?? "",
    commissionPercentage: COMMISSION_PERCENT,
    variants: variants.map((variant) => ({
      variantId: variant.variantId,
      title: fullTitle(variant),
      sku: variant.sku,
      size: variant.sizeMm.map((side) => side.toFixed(2)).join("X"),
      live: true,
      itemPrice: { currency: "INR", listingPrice: rupees(variant.pricePaise), mrp: rupees(variant.mrpPaise) },
      inventory: stock(variant),
    })),
  };
}

const pushOrder = operation("marketplace-inbound", "pushOrder");
const pushCancellation = operation("marketplace-inbound", "pushCancellation");
const pushReturn = operation("marketplace-inbound", "pushReturn");
const pushDelivered = operation("marketplace-inbound", "pushDelivered");

/** The pushes that tell of an event. Dispatch has none: it is learned by asking. */
export function announce(
  event: "placed" | Exclude<Action, "push">,
  order: SimOrder,
  done: Done | null,
): readonly Announcement[] {
  if (event === "placed") return [{ operation: pushOrder, body: toPushedOrder(order) }];
  if (done === null || event === "dispatch" || event === "release" || event === "drop") return [];
  if (event === "cancel") return [{ operation: pushCancellation, body: cancellation(order, done) }];
  if (event === "deliver") return deliveries(order, done).map((body) => ({ operation: pushDelivered, body }));
  return returnsOf(order, done).map((body) => ({ operation: pushReturn, body }));
}

function cancellation(order: SimOrder, done: Done): RequestBody<"marketplace-inbound", "pushCancellation"> {
  const whole = { saleOrderCode: order.id, cancellationReason: done.reason };
  if (done.wholeOrder) return whole;
  const cancelledSkuCodes = done.lines.map(({ item: { productId, variantId }, quantity }) => ({
    quantity,
    productId,
    variantId,
  }));
  return { ...whole, cancelledSkuCodes };
}

/** One call for each parcel that holds a delivered line. */
function deliveries(order: SimOrder, done: Done): RequestBody<"marketplace-inbound", "pushDelivered">[] {
  const ids = new Set(done.lines.map(({ item }) => item.orderItemId));
  const parcels = order.shipments.filter((shipment) => shipment.orderItemIds.some((id) => ids.has(id)));
  // Without a parcel known here the call names a number nobody has: the other side must say that it does not know it.
  const told = parcels.length > 0 ? parcels : [{ trackingNumber: `UNKNOWN-${order.id}`, providerCode: "UNKNOWN" }];
  return told.map(({ trackingNumber, providerCode }) => ({
    trackingNumber,
    providerCode,
    trackingStatus: "DELIVERED_SHIPMENT_DELIVERED",
    statusDate: pushedTime(done.at),
    facilityCode: null,
    shippingPackageCode: null,
  }));
}

/** One call for each return, with the units of it that come back now. */
function returnsOf(order: SimOrder, done: Done): RequestBody<"marketplace-inbound", "pushReturn">[] {
  return done.returns.map(({ of, lines }) => ({
    saleOrderCode: order.id,
    reason: of.reason,
    trackingNumber: of.trackingNumber,
    returnID: of.returnId,
    returnWarehouseCode: null,
    shippingProviderCode: of.courier,
    type: of.type,
    status: "CREATED",
    orderItems: unitsByProduct(lines),
    createdOn: pushedTime(of.at),
  }));
}

/** The call names products, not lines: two lines of one product are one entry. */
function unitsByProduct(lines: Done["lines"]): { channelProductId: string; quantity: number }[] {
  const units = new Map<string, number>();
  for (const { item, quantity } of lines) {
    const key = `${item.productId}-${item.variantId}`;
    units.set(key, (units.get(key) ?? 0) + quantity);
  }
  return [...units].map(([channelProductId, quantity]) => ({ channelProductId, quantity }));
}
