/** Orders of the simulated Tata CLiQ in the spelling of its interface: an order once, each line at its present store. */
import type { Schema } from "../../../contract/types.ts";
import { deepMerge, type SimOrder, type SimOrderItem } from "../../kit/simulator/index.ts";
import type {} from "../contract/index.ts";
import { stateCodeOf } from "../map/texts.ts";
import { isOffered, offerEnd } from "./offers.ts";
import { numberOf, slaveOf } from "./parts.ts";
import { codeOfReturning } from "./returns.ts";
import { isListed } from "./steps.ts";

type Order = Schema<"tata-cliq", "SalesOrder">;

/** Codes of this simulator. The real ones are not public, 001 excepted. */
export const SIMULATED_STATUS_TABLE = {
  "001": "OFFERED",
  "002": "ACCEPTED",
  "004": "PACKED",
  "005": "READY",
  "006": "SHIPPED",
  "007": "DELIVERED",
  "008": "CANCELLED",
  "009": "RETURN_INITIATED",
  "010": "UNDELIVERED",
  "011": "RETURN_RECEIVED",
} as const;

/** Lines as they were written last: most of the list is as it was five minutes ago. */
const written = new WeakMap<SimOrder, { readonly key: string; readonly lines: Order["orderLine"] }>();

export function codeOf(order: SimOrder, item: SimOrderItem): keyof typeof SIMULATED_STATUS_TABLE {
  switch (item.status) {
    case "CANCELLED":
      return "008";
    case "DELIVERED":
      return "007";
    case "DISPATCHED":
      return "006";
    case "RETURN_REQUESTED":
    case "COURIER_RETURN":
      return codeOfReturning(order, item);
    case "CREATED": {
      if (isOffered(order, item)) return "001";
      if (!order.parcels.some((parcel) => parcel.orderItemIds.includes(item.orderItemId))) return "002";
      return isListed(order, item) ? "005" : "004";
    }
  }
}

/**
 * The parts of orders that are shown, by order number: of a line that hopped, where it is now.
 * @param finishedDays what is over is listed so long
 */
export function shownOrders(
  orders: readonly SimOrder[],
  at: Temporal.Instant,
  finishedDays: number,
): ReadonlyMap<string, readonly SimOrder[]> {
  const byNumber = new Map<string, SimOrder[]>();
  for (const order of orders) {
    const known = byNumber.get(numberOf(order)) ?? [];
    byNumber.set(numberOf(order), [...known, order]);
  }
  for (const [number, parts] of byNumber)
    if (!parts.some((order) => isActive(order, at, finishedDays))) byNumber.delete(number);
  return byNumber;
}

function isActive(order: SimOrder, at: Temporal.Instant, finishedDays: number): boolean {
  const isOver = order.items.every((item) => item.status === "CANCELLED" || item.status === "DELIVERED");
  const until = Temporal.Instant.from(order.updatedAt).add({ hours: 24 * finishedDays });
  return !isOver || Temporal.Instant.compare(at, until) < 0;
}

/** @param parts of one order number, those of earlier stores first */
export function toSalesOrder(parts: readonly SimOrder[]): unknown {
  const [first] = parts;
  if (!first) return null;
  // A later store's part holds the lines that hopped there.
  const holder = new Map(
    parts.flatMap((order) => order.items.map((item) => [item.orderItemId, { order, item }] as const)),
  );
  const { shippingAddress, billingAddress } = first;
  const lines = new Map(parts.flatMap((order) => linesOf(order).map((line) => [line.transactionId, line] as const)));
  const whole: Order = {
    orderType: "01",
    orderNo: numberOf(first),
    orderDate: clockTime(first.orderDate),
    addressInfo: [address("DA", shippingAddress, first.gstin), address("BA", billingAddress, first.gstin)],
    paymentInfo: [
      {
        paymentCost: [...holder.values()].reduce((sum, { item }) => sum + totalOf(item), 0) / 100,
        paymentMode: first.paymentType === "COD" ? "COD" : "Prepaid",
        ...(first.paymentType === "COD" ? {} : { paymentStatus: "S", paymentDate: clockTime(first.orderDate) }),
      },
    ],
    orderLine: [...lines.values()],
  };
  return first.raw === null ? whole : deepMerge(whole, first.raw);
}

/** What the customer owes for a line. */
export function totalOf(item: SimOrderItem): number {
  return item.sellingPricePaise + item.shippingChargesPaise + item.cashOnDeliveryChargesPaise - item.discountPaise;
}

function linesOf(order: SimOrder): Order["orderLine"] {
  const { updatedAt, orderStatus, items, marks, parcels, shipments, courierStatuses } = order;
  const states = items.map((item) => `${item.status} ${item.changedAt}`);
  const courier = parcels.map((parcel) => `${parcel.orderItemIds} ${parcel.courier?.awb ?? ""}`);
  const counts = [shipments.length, courierStatuses.length];
  const key = [updatedAt, orderStatus, states, courier, counts, JSON.stringify(marks)].join("|");
  const known = written.get(order);
  if (known?.key === key) return known.lines;
  const lines = items.map((item) => lineOf(order, item));
  written.set(order, { key, lines });
  return lines;
}

function lineOf(order: SimOrder, item: SimOrderItem): Order["orderLine"][number] {
  const courier = order.parcels.find((parcel) => parcel.orderItemIds.includes(item.orderItemId))?.courier;
  const left = order.shipments.findLast((shipment) => shipment.orderItemIds.includes(item.orderItemId));
  const own = order.thirdPartyShipping;
  return {
    transactionId: item.orderItemId,
    shipByDate: Temporal.Instant.from(order.slaBy).toString({ smallestUnit: "second" }),
    acceptByDate: isOffered(order, item) ? indian(offerEnd(order, item)) : null,
    omsStatusCode: codeOf(order, item),
    sellerID: order.seller,
    articleNumber: item.sku,
    articleName: item.title,
    price: item.sellingPricePaise / 100,
    mrp: item.sellingPricePaise / 100,
    isCOD: order.paymentType === "COD" ? "Y" : "N",
    deliveryMode: "HD",
    fulfillmentType: own ? "TSHIP" : "SSHIP",
    p1SlaveId: slaveOf(order),
    p1LogisticsID: courier?.code ?? (own ? (left?.providerCode ?? null) : null),
    awbNo: courier?.awb ?? (own ? (left?.trackingNumber ?? null) : null),
    statusDate: indian(item.changedAt),
    courierStatuses: order.courierStatuses
      .filter((word) => word.orderItemIds.includes(item.orderItemId))
      .map(({ raw, at }) => ({ status: raw, at: indian(at) })),
    apportionedPrice: (item.sellingPricePaise - item.discountPaise) / 100,
    apportionedCODPrice: item.cashOnDeliveryChargesPaise / 100,
    apportionedShippingCharge: item.shippingChargesPaise / 100,
    ...{ isaGift: item.giftWrap ? "Y" : "N", giftMessage: item.giftWrap?.message ?? "null", giftPrice: 0 },
    ...{ isAFreebie: "N", isPrecious: "N", isFragile: "N", transportMode: "AIR", returnLogisticsID: "null" },
    ...{ alternateContactName: "N", alternatePhoneNo: "N" },
    gst: {
      slavegstin: null,
      destinationStateCode: stateCodeOf(order.shippingAddress.state),
      hsnCode: null,
      hsnTax: [],
    },
  };
}

function address(
  addressType: "DA" | "BA",
  of: SimOrder["shippingAddress"],
  gstin: string,
): Order["addressInfo"][number] {
  const { name, addressLine1, addressLine2 = "NA", city, state, country, pincode, phone, email = "NA" } = of;
  const [firstName = "", ...rest] = name.split(" ");
  const stateCode = stateCodeOf(state);
  return {
    ...{ addressType, emailID: email, firstName, lastName: rest.length === 0 ? "NA" : rest.join(" "), phoneNo: phone },
    ...{ address1: addressLine1, address2: addressLine2, landmark: "null--", city, pincode },
    country: country === "India" ? "IN" : country,
    state: stateCode === null ? state : `${stateCode} `,
    gstin: gstin === "" ? null : gstin,
  };
}

/** "2026-11-20 10:00:00.0": the date of an order, by India's clocks. */
function clockTime(at: string): string {
  const here = Temporal.Instant.from(at).toZonedDateTimeISO("Asia/Kolkata").toPlainDateTime();
  return `${here.toString({ smallestUnit: "second" }).replace("T", " ")}.0`;
}

export function indian(at: Temporal.Instant | string): string {
  return Temporal.Instant.from(at)
    .toZonedDateTimeISO("Asia/Kolkata")
    .toString({ smallestUnit: "second", timeZoneName: "never" });
}
