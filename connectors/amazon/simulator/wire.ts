/** An order of the simulated world as Amazon writes it. */
import { createHash } from "node:crypto";
import type { Schema } from "../../../contract/types.ts";
import { type SimOrder, type SimOrderItem, variantKey, type World } from "../../kit/simulator/index.ts";
import { MARKETPLACE, marksOf, type Pace } from "./parts.ts";

type Order = Schema<"amazon", "Order">;
type OrderItem = Schema<"amazon", "OrderItem">;
type OrderPackage = Schema<"amazon", "OrderPackage">;
type FulfillmentStatus = Schema<"amazon", "FulfillmentStatus">;
type PackageWord = Schema<"amazon", "PackageStatus">["status"];

const RATE_UNLISTED = 1_800;
export const CARRIER = "Amazon Transportation Services";

/** Amazon's own number of a product. */
export function asinOf(productId: string): string {
  return `B0${createHash("sha256").update(`asin ${productId}`).digest("hex").slice(0, 8).toUpperCase()}`;
}

export function money(paise: number): { amount: string; currencyCode: string } {
  const digits = String(Math.abs(paise)).padStart(3, "0");
  return { amount: `${paise < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`, currencyCode: "INR" };
}

/** When the order stops being PENDING; null: it is under review, or was let go at once. */
export function pendingUntil(order: SimOrder, pace: Pace): Temporal.Instant | null {
  return pace.pendingMs === 0 ? null : Temporal.Instant.from(order.orderDate).add({ milliseconds: pace.pendingMs });
}

/** When it changed last: the end of waiting is a change of its own. */
export function changedAt(order: SimOrder, pace: Pace, now: Temporal.Instant): Temporal.Instant {
  const changed = Temporal.Instant.from(order.updatedAt);
  const until = pendingUntil(order, pace);
  const released = until !== null && Temporal.Instant.compare(until, now) <= 0 ? until : changed;
  return Temporal.Instant.compare(released, changed) > 0 ? released : changed;
}

/** From when on a change shows: some show late. */
export function visibleAt(order: SimOrder, pace: Pace, now: Temporal.Instant): Temporal.Instant {
  const digest = createHash("sha256").update(`late ${order.id} ${order.updatedAt}`).digest();
  const late = pace.lateMs === 0 ? 0 : digest.readUInt32BE(0) % (pace.lateMs + 1);
  return changedAt(order, pace, now).add({ milliseconds: late });
}

/** Units of a line that left. */
export function unitsGone(item: SimOrderItem): number {
  if (item.status === "CANCELLED") return 0;
  if (item.status === "CREATED") return item.dispatchedQuantity;
  return item.dispatchedQuantity > 0 ? item.dispatchedQuantity : item.quantity - item.cancelledQuantity;
}

export function statusOf(order: SimOrder, pace: Pace, now: Temporal.Instant): FulfillmentStatus {
  if (order.orderStatus === "CANCELLED") return "CANCELLED";
  const until = pendingUntil(order, pace);
  const waits = until !== null && Temporal.Instant.compare(now, until) < 0;
  if (order.underReview || order.orderStatus === "PENDING_VERIFICATION" || waits) return "PENDING";
  const alive = order.items.reduce((sum, item) => sum + item.quantity - item.cancelledQuantity, 0);
  const gone = order.items.reduce((sum, item) => sum + unitsGone(item), 0);
  if (gone === 0) return "UNSHIPPED";
  return gone < alive ? "PARTIALLY_SHIPPED" : "SHIPPED";
}

/** The order with all that may be asked for; `included` names the parts that were. */
export function toOrder(
  world: World,
  order: SimOrder,
  at: { readonly pace: Pace; readonly now: Temporal.Instant },
  included: ReadonlySet<string>,
): Order {
  const status = statusOf(order, at.pace, at.now);
  const pending = status === "PENDING";
  const has = (part: string) => included.has(part) && !(pending && part !== "FULFILLMENT");
  const packages = has("PACKAGES") ? packagesOf(order) : [];
  const cod = order.paymentType === "COD";
  const total = order.items.reduce((sum, item) => sum + lineTotal(item), 0);
  return {
    orderId: order.id,
    createdTime: order.orderDate,
    lastUpdatedTime: changedAt(order, at.pace, at.now).toString({ smallestUnit: "millisecond" }),
    programs: [
      ...(order.thirdPartyShipping ? ["AMAZON_EASY_SHIP"] : []),
      ...(order.gstin === "" ? [] : ["AMAZON_BUSINESS"]),
    ],
    ...associated(order),
    salesChannel: { channelName: "AMAZON", marketplaceId: MARKETPLACE, marketplaceName: "Amazon.in" },
    ...(has("BUYER") ? { buyer: buyerOf(order) } : {}),
    ...(has("RECIPIENT") ? { recipient: { deliveryAddress: addressOf(order) } } : {}),
    ...(has("PROCEEDS") ? { proceeds: { grandTotal: money(total) } } : {}),
    ...(has("PAYMENT")
      ? {
          payment: {
            paymentExecutions: [{ paymentMethod: cod ? "CashOnDelivery" : "CreditCard", paymentAmount: money(total) }],
          },
        }
      : {}),
    ...(has("TAX") && order.gstin !== "" ? { tax: taxOf(order) } : {}),
    ...(has("FULFILLMENT")
      ? {
          fulfillment: {
            ...{ fulfillmentStatus: status, fulfilledBy: "MERCHANT", fulfillmentServiceLevel: "STANDARD" },
            shipByWindow: { earliestDateTime: order.orderDate, latestDateTime: order.slaBy },
          },
        }
      : {}),
    orderItems: order.items.map((item) => toItem(world, order, item, has)),
    ...(packages.length === 0 ? {} : { packages }),
  };
}

/** A replacement costs nothing and names what it replaces. */
function associated(order: SimOrder): Pick<Order, "associatedOrders"> {
  const { replaces } = marksOf(order);
  return replaces === undefined
    ? {}
    : { associatedOrders: [{ orderId: replaces, associationType: "REPLACEMENT_ORIGINAL_ID" }] };
}

function buyerOf(order: SimOrder): NonNullable<Order["buyer"]> {
  return { buyerName: order.billingAddress.name, buyerEmail: "buyer-email@marketplace.amazon.in" };
}

/** Of what Amazon collects it gives little: name, street and phone stand on its label. */
function addressOf(order: SimOrder): Schema<"amazon", "CustomerAddress"> {
  const { name, addressLine1, addressLine2, city, state, pincode, phone } = order.shippingAddress;
  const place = {
    city,
    stateOrRegion: state,
    postalCode: pincode,
    countryCode: "IN",
    addressType: "RESIDENTIAL",
  } as const;
  if (order.thirdPartyShipping) return place;
  return { name, addressLine1, ...(addressLine2 === undefined ? {} : { addressLine2 }), ...place, phone };
}

function taxOf(order: SimOrder): NonNullable<Order["tax"]> {
  const registration = {
    ...{ entityType: "BUYER", legalName: order.billingAddress.name },
    ...{ taxRegistrationType: "BUSINESS", taxRegistrationNumber: order.gstin },
  };
  return { taxRegistrations: [registration] };
}

function toItem(world: World, order: SimOrder, item: SimOrderItem, has: (part: string) => boolean): OrderItem {
  const gone = unitsGone(item);
  const left = item.quantity - item.cancelledQuantity - gone;
  const asked = marksOf(order)[`cancelAsked ${item.orderItemId}`];
  const cancellation = {
    ...(asked === undefined ? {} : { cancellationRequest: { requester: "BUYER", cancelReason: asked } }),
    ...(item.cancelledQuantity === 0
      ? {}
      : { cancellationExecution: { cancelledBy: "BUYER", cancelReason: "Cancelled" } }),
  };
  return {
    orderItemId: item.orderItemId,
    quantityOrdered: item.quantity,
    product: {
      ...{ asin: asinOf(item.productId), title: item.title, sellerSku: item.sku },
      ...(has("PROCEEDS") ? { price: { unitPrice: money(item.sellingPricePaise) } } : {}),
    },
    ...(has("PROCEEDS") ? { proceeds: proceedsOf(world, item) } : {}),
    ...(has("CANCELLATION") && Object.keys(cancellation).length > 0 ? { cancellation } : {}),
    ...(has("FULFILLMENT") ? { fulfillment: { quantityFulfilled: gone, quantityUnfulfilled: left } } : {}),
  };
}

/** Amounts of one unit with what they are to Amazon; a discount takes off. */
function partsOf(item: SimOrderItem) {
  return [
    ["ITEM", item.sellingPricePaise],
    ["SHIPPING", item.shippingChargesPaise],
    ["COD_FEE", item.cashOnDeliveryChargesPaise],
    ["GIFT_WRAP", item.giftWrap?.chargesPaise ?? 0],
    ["DISCOUNT", -item.discountPaise],
  ] as const;
}

function lineTotal(item: SimOrderItem): number {
  return partsOf(item).reduce((sum, [, paise]) => sum + paise * item.quantity, 0);
}

/** Each amount without its tax, and the tax of all beside them: together they are the total. */
function proceedsOf(world: World, item: SimOrderItem): NonNullable<OrderItem["proceeds"]> {
  const rate = world.products.get(variantKey(item.productId, item.variantId))?.gstBasisPoints ?? RATE_UNLISTED;
  const parts = partsOf(item)
    .map(([type, paise]) => ({ type, gross: paise * item.quantity }))
    .filter(({ type, gross }) => gross !== 0 || type === "ITEM")
    .map((part) => ({ ...part, tax: part.gross - Math.round((part.gross * 10_000) / (10_000 + rate)) }));
  const tax = parts.reduce((sum, part) => sum + part.tax, 0);
  return {
    proceedsTotal: money(lineTotal(item)),
    breakdowns: [
      ...parts.map(({ type, gross, tax: own }) => ({ type, subtotal: money(gross - own) })),
      {
        type: "TAX",
        subtotal: money(tax),
        detailedBreakdowns: parts.map(({ type, tax: own }) => ({ subtype: type, value: money(own) })),
      },
    ],
  };
}

/** Words of a parcel's way, from the line that lies in it. */
function wordOf(order: SimOrder, item: SimOrderItem): string {
  const said = order.courierStatuses.findLast(({ orderItemIds }) => orderItemIds.includes(item.orderItemId))?.raw;
  if (item.status === "COURIER_RETURN") return said === "RETURNED_TO_SELLER" ? said : "RETURNING_TO_SELLER";
  if (item.status === "DELIVERED" || item.status === "RETURN_REQUESTED") return "DELIVERED";
  return said ?? (order.thirdPartyShipping ? "PICKED_UP" : "SHIPPED");
}

const PRIMARY: Readonly<Record<string, PackageWord>> = {
  PENDING_PICK_UP: "PENDING",
  LABEL_CANCELLED: "CANCELLED",
  DELIVERED: "DELIVERED",
  REJECTED_BY_BUYER: "UNDELIVERABLE",
  UNDELIVERABLE: "UNDELIVERABLE",
  RETURNING_TO_SELLER: "UNDELIVERABLE",
  RETURNED_TO_SELLER: "UNDELIVERABLE",
};

/** What left, parcel by parcel and word by word, and what is scheduled to leave. */
export function packagesOf(order: SimOrder): OrderPackage[] {
  const packed = new Map<string, number>();
  const made: OrderPackage[] = [];
  const add = (
    ref: string,
    word: string,
    items: readonly (readonly [string, number])[],
    more: Partial<OrderPackage>,
  ) => {
    const packageItems = items.filter(([, quantity]) => quantity > 0);
    for (const [id, quantity] of packageItems) packed.set(id, (packed.get(id) ?? 0) + quantity);
    if (packageItems.length === 0) return;
    made.push({
      packageReferenceId: ref,
      // What the seller ships has no scans of Amazon's.
      packageStatus: {
        status: PRIMARY[word] ?? "IN_TRANSIT",
        ...(order.thirdPartyShipping ? { detailedStatus: word } : {}),
      },
      packageItems: packageItems.map(([orderItemId, quantity]) => ({ orderItemId, quantity })),
      ...more,
    });
  };
  const lineOf = (id: string) => order.items.find(({ orderItemId }) => orderItemId === id);
  order.shipments.forEach((shipment, nth) => {
    const inIt = Map.groupBy(
      shipment.orderItemIds.flatMap((id) => lineOf(id) ?? []),
      (item) => wordOf(order, item),
    );
    for (const [word, items] of inIt) {
      const units = items.map((item) => {
        const left = unitsGone(item) - (packed.get(item.orderItemId) ?? 0);
        return [item.orderItemId, Math.max(0, Math.min(shipment.units?.[item.orderItemId] ?? left, left))] as const;
      });
      const { trackingNumber, courier: carrier, at: shipTime } = shipment;
      // Lines of one parcel that fare differently are told apart.
      const ref = inIt.size === 1 ? `${nth + 1}` : `${nth + 1}-${word}`;
      add(ref, word, units, { trackingNumber, carrier, shipTime, createdTime: shipTime });
    }
  });
  const elsewhere = order.items.filter((item) => unitsGone(item) > (packed.get(item.orderItemId) ?? 0));
  for (const [word, items] of Map.groupBy(elsewhere, (item) => wordOf(order, item)))
    add(
      `0-${word}`,
      word,
      items.map((item) => [item.orderItemId, unitsGone(item) - (packed.get(item.orderItemId) ?? 0)]),
      {},
    );
  const scheduled = order.parcels.at(-1);
  if (order.thirdPartyShipping && scheduled) {
    const left = order.items.map(
      (item) =>
        [item.orderItemId, item.quantity - item.cancelledQuantity - (packed.get(item.orderItemId) ?? 0)] as const,
    );
    const trackingNumber = scheduled.courier?.awb;
    const more = { carrier: CARRIER, createdTime: scheduled.openedAt };
    const word = marksOf(order).labelVoid === "yes" ? "LABEL_CANCELLED" : "PENDING_PICK_UP";
    add("S1", word, left, trackingNumber === undefined ? more : { ...more, trackingNumber });
  }
  return made;
}
