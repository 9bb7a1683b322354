/** Shipments, addresses, returns and prices as Flipkart writes them. */
import type { Schema } from "../../../contract/types.ts";
import {
  type Address,
  deepMerge,
  type SimOrder,
  type SimOrderItem,
  type SimReturn,
} from "../../kit/simulator/index.ts";
import type {} from "../contract/index.ts";
import { marksOf } from "./parts.ts";
import { dispatchAfter, dispatchBy, isHeld, isMps, MARK, profileOf, stateOf } from "./states.ts";

const FSN_MIN = 13;

/** Product ids have 13 to 16 characters; a shorter one of a made-up catalogue is filled up. */
export function fsnOf(productId: string): string {
  return productId.length >= FSN_MIN ? productId : `FSN${productId.toUpperCase().padStart(FSN_MIN, "0")}`;
}

/** Lines of the same packet are cancelled together; packet 1 stands for lines that go alone. */
export function groupOf(order: SimOrder, item: SimOrderItem): string {
  const own = item.packetNumber > 1 ? `${order.id.slice(0, 8)}-${item.packetNumber}` : item.orderItemId;
  return `grp${own}`;
}

export function wireTime(at: Temporal.Instant | string): string {
  const instant = typeof at === "string" ? Temporal.Instant.from(at) : at;
  return instant.toZonedDateTimeISO("+05:30").toString({ fractionalSecondDigits: 3, timeZoneName: "never" });
}

export function rupees(paise: number): number {
  return paise / 100;
}

/** Of the whole line. */
export function linePaise(item: SimOrderItem) {
  const each = item.quantity;
  const selling = item.sellingPricePaise * each;
  const shipping = (item.shippingChargesPaise + item.cashOnDeliveryChargesPaise) * each;
  const discount = item.discountPaise * each;
  return { selling, shipping, discount, customer: selling + shipping - discount };
}

/** What the buyer pays for one unit. */
export function unitPaise(item: SimOrderItem): number {
  return item.sellingPricePaise + item.shippingChargesPaise + item.cashOnDeliveryChargesPaise - item.discountPaise;
}

function toItem(order: SimOrder, item: SimOrderItem): Schema<"flipkart", "OrderItem"> {
  const { selling, shipping, discount, customer } = linePaise(item);
  const status = stateOf(order, item);
  return {
    orderItemId: item.orderItemId,
    orderId: order.displayOrderNumber,
    cancellationGroupId: groupOf(order, item),
    orderDate: wireTime(order.orderDate),
    cancellationDate: status === "CANCELLED" ? wireTime(item.changedAt) : null,
    paymentType: order.paymentType,
    status,
    cancellationReason: status === "CANCELLED" ? "order_cancelled" : null,
    cancellationSubReason: null,
    courierReturn: item.returned?.type === "COURIER_RETURN",
    quantity: item.quantity,
    fsn: fsnOf(item.productId),
    sku: marksOf(order)[MARK.quotedSkus] === "yes" ? `&quot;${escaped(item.sku)}&quot;` : item.sku,
    listingId: `LST${fsnOf(item.productId)}`,
    hsn: null,
    title: item.title,
    packageIds: [],
    priceComponents: {
      sellingPrice: rupees(selling),
      totalPrice: rupees(selling + shipping),
      shippingCharge: rupees(shipping),
      customerPrice: rupees(customer),
      flipkartDiscount: rupees(discount),
    },
    serviceProfile: profileOf(order),
    is_replacement: order.additionalInfo === "REPLACEMENT",
  };
}

function escaped(sku: string): string {
  return sku.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** What an order was wished to look like is laid over it: it need not fit the contract then. */
export function toShipment(order: SimOrder): unknown {
  const shipment: Schema<"flipkart", "Shipment"> = {
    shipmentId: order.id,
    locationId: order.items[0]?.facilityCode ?? "",
    dispatchByDate: wireTime(dispatchBy(order)),
    dispatchAfterDate: wireTime(dispatchAfter(order)),
    updatedAt: wireTime(order.updatedAt),
    hold: isHeld(order),
    mps: isMps(order),
    packagingPolicy: "DEFAULT",
    shipmentType: order.thirdPartyShipping ? "NORMAL" : "SELF",
    subShipments: [{ subShipmentId: "SS-1", packages: [] }],
    orderItems: order.items.map((item) => toItem(order, item)),
    forms: marksOf(order)[MARK.formFails] === "yes" ? [{ name: "TRANSIT_FORM", link: "", automated: true }] : [],
  };
  return order.raw === null ? shipment : deepMerge(shipment, order.raw);
}

export function toDetails(order: SimOrder): Schema<"flipkart", "ShipmentDetails"> {
  const courier = order.parcels.at(-1)?.courier;
  const own = order.shipments.at(-1);
  const known = courier
    ? { trackingId: courier.awb, vendorName: courier.name }
    : own
      ? { trackingId: own.trackingNumber, vendorName: own.courier }
      : null;
  const [firstName = "", ...others] = order.shippingAddress.name.split(" ");
  return {
    shipmentId: order.id,
    orderId: order.displayOrderNumber,
    orderItems: order.items.map((item) => toItem(order, item)),
    weighingRequired: false,
    deliveryAddress: toAddress(order.shippingAddress, !order.thirdPartyShipping),
    billingAddress: toAddress(order.billingAddress, !order.thirdPartyShipping),
    buyerDetails: { firstName, lastName: others.join(" ") },
    ...(known === null ? {} : { courierDetails: { pickupDetails: known, deliveryDetails: known } }),
  };
}

/** The telephone number only where the seller ships. */
function toAddress(of: Address, withPhone: boolean): Schema<"flipkart", "Address"> {
  const [firstName = "", ...others] = of.name.split(" ");
  return {
    firstName,
    lastName: others.join(" "),
    addressLine1: of.addressLine1,
    ...(of.addressLine2 === undefined ? {} : { addressLine2: of.addressLine2 }),
    city: of.city,
    state: of.state,
    pinCode: of.pincode,
    ...(withPhone ? { contactNumber: of.phone } : {}),
  };
}

/** One row for each line of a return. */
export function toReturnItems(order: SimOrder, of: SimReturn): Schema<"flipkart", "ReturnItem">[] {
  const marks = marksOf(order);
  const changedAt = marks[MARK.returnChangedAt(of.returnId)] ?? of.at;
  return of.lines.map((line) => ({
    returnId: of.returnId,
    orderItemId: line.orderItemId,
    orderId: order.displayOrderNumber,
    shipmentId: order.id,
    locationId: order.items[0]?.facilityCode ?? "",
    quantity: line.quantity,
    status: marks[MARK.returnState(of.returnId)] ?? "CREATED",
    type: of.type === "COURIER_RETURN" ? "courier_return" : "customer_return",
    reason: of.reason,
    subReason: "",
    courierName: of.courier,
    trackingId: of.trackingNumber,
    createdDate: wireTime(of.at),
    updatedDate: wireTime(changedAt),
  }));
}
