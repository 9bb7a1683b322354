/** New orders, how orders stand, and what changed. */
import type { Schema } from "../../../contract/types.ts";
import { operation } from "../../../contract/validators.ts";
import { deepMerge, type SimOrder, type SimOrderItem, type Simulation } from "../../kit/simulator/index.ts";
import { BAZAAR_STREET_CONTRACT } from "../contract/index.ts";
import { problem } from "./problem.ts";

const ORDERS_PER_PAGE = 50;
const CHANGES_PER_PAGE = 25;
const DAY_MS = 86_400_000;

const WORDS: Readonly<Record<SimOrderItem["status"], string>> = {
  CREATED: "new",
  DISPATCHED: "sent",
  DELIVERED: "delivered",
  CANCELLED: "cancelled",
  COURIER_RETURN: "coming_back",
  RETURN_REQUESTED: "sent_back",
};

export function serveLists({ server, world, clock }: Simulation): void {
  const ofSeller = (seller: string) => [...world.orders.values()].filter((order) => order.seller === seller);

  server.serve(
    operation(BAZAAR_STREET_CONTRACT, "getOrders"),
    ({ query: { placedFrom, placedTo, page }, seller }) => {
      const [from, to] = [Date.parse(placedFrom), Date.parse(placedTo)];
      // All of the window, whatever became of them: a list of the new ones alone would move while its pages are read.
      const all = ofSeller(seller)
        .filter((order) => order.orderStatus !== "PENDING_VERIFICATION")
        .filter((order) => Date.parse(order.orderDate) >= from && Date.parse(order.orderDate) <= to)
        .toSorted((one, other) => Date.parse(one.orderDate) - Date.parse(other.orderDate));
      const some = all.slice((page - 1) * ORDERS_PER_PAGE, page * ORDERS_PER_PAGE);
      const unchecked = some.some((order) => order.raw !== null);
      const orders = some.map((order) => (order.raw === null ? toOrder(order) : deepMerge(toOrder(order), order.raw)));
      const body = { orders, last: page * ORDERS_PER_PAGE >= all.length };
      return { status: 200, unchecked, orderIds: some.map((order) => order.id), body };
    },
    { pages: { later: ({ query }) => Number(query.page) > 1 } },
  );

  server.serve(operation(BAZAAR_STREET_CONTRACT, "getStates"), ({ query: { ids }, seller }) => {
    const wanted = new Set(ids);
    const some = ofSeller(seller).filter((order) => wanted.has(order.id));
    return { status: 200, orderIds: some.map((order) => order.id), body: { orders: some.map(toState) } };
  });

  server.serve(
    operation(BAZAAR_STREET_CONTRACT, "getChanges"),
    ({ query: { since, until, after }, seller }) => {
      const [from, to] = [Date.parse(since), Date.parse(until)];
      if (to - from > DAY_MS) return { status: 400, body: problem("WINDOW_TOO_LONG", "ask for a day at most") };
      // The place in the list is a time and an id: an order that changes again meanwhile moves behind it and is not lost.
      const place = (order: SimOrder) => `${order.updatedAt} ${order.id}`;
      const all = ofSeller(seller)
        .filter((order) => !order.underReview)
        .filter((order) => Date.parse(order.updatedAt) >= from && Date.parse(order.updatedAt) <= to)
        .toSorted((one, other) => (place(one) < place(other) ? -1 : 1));
      const rest = after === undefined ? all : all.filter((order) => place(order) > after);
      const some = rest.slice(0, CHANGES_PER_PAGE);
      const lastOf = some.at(-1);
      const next = rest.length > some.length && lastOf !== undefined ? place(lastOf) : null;
      const completeTo = to < clock().epochMilliseconds ? until : clock().toString();
      const orderIds = some.map((order) => order.id);
      return { status: 200, orderIds, body: { orders: some.map(toState), next, completeTo } };
    },
    { pages: { later: ({ query }) => query.after !== undefined } },
  );
}

function toOrder(order: SimOrder): Schema<"bazaar-street", "Order"> {
  const { name, addressLine1, addressLine2 = "", city, state, pincode, phone } = order.shippingAddress;
  return {
    id: order.id,
    number: order.displayOrderNumber,
    placedAt: order.orderDate,
    sendBy: order.slaBy,
    payment: order.paymentType === "COD" ? "cash" : "paid",
    deliveryAddress: { name, street: addressLine1, area: addressLine2, city, state, pincode, phone },
    // It knows neither discounts nor gift wrap: the buyer pays price and delivery.
    lines: order.items.map((item) => ({
      line: item.orderItemId,
      product: item.productId,
      variant: item.variantId,
      sku: item.sku,
      title: item.title,
      units: item.quantity,
      unitPaise: item.sellingPricePaise,
      deliveryPaise: item.shippingChargesPaise,
      word: WORDS[item.status],
      since: item.changedAt,
    })),
  };
}

/** A line whose units stand differently is there once for each word. */
function toState(order: SimOrder): Schema<"bazaar-street", "State"> {
  return {
    id: order.id,
    lines: order.items.flatMap((item) => {
      const parts = item.status === "CANCELLED" ? [["cancelled", item.quantity] as const] : partsOf(item);
      return parts
        .filter(([, units]) => units > 0)
        .map(([word, units]) => ({ line: item.orderItemId, units, word, since: item.changedAt }));
    }),
  };
}

function partsOf(item: SimOrderItem): readonly (readonly [word: string, units: number])[] {
  const left = item.quantity - item.cancelledQuantity;
  const cancelled = ["cancelled", item.cancelledQuantity] as const;
  if (item.status !== "CREATED") return [cancelled, [WORDS[item.status], left]];
  return [cancelled, ["sent", item.dispatchedQuantity], ["new", left - item.dispatchedQuantity]];
}
