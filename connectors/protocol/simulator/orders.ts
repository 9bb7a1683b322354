/** New orders, their status, orders under review, acceptance, the seller's cancellations. */
import { cancelUnits, deepMerge, type SimOrder, settleStatus } from "../../kit/simulator/index.ts";
import { BATCH_FAULTS, DEMANDED, lineOf, NO_ITEM, outcome, type Parts, serveOffered, stamp, struck } from "./parts.ts";
import { toOrder } from "./wire.ts";

const ORDERS_PER_PAGE = 50;

export function serveOrders(parts: Parts): void {
  serveGetOrders(parts);
  serveAcceptance(parts);
  serveCancel(parts);
}

function serveGetOrders(parts: Parts): void {
  const { world } = parts.sim;
  serveOffered(parts, "getOrders", ({ query, seller }) => {
    const own = [...world.orders.values()].filter((order) => order.seller === seller);
    const from = (query.pageNumber - 1) * query.pageSize;
    if (query.orderIds !== undefined) {
      const asked = new Set(query.orderIds.split(","));
      const page = own.filter((order) => asked.has(order.id)).slice(from, from + query.pageSize);
      return { status: 200, body: { orders: page.map(toOrder) } };
    }
    // Orders are pushed or pulled, never both.
    if (parts.offer.ordersArePushed) return { status: 200, body: { orders: [] } };
    const wanted = query.orderStatus ?? "CREATED";
    const fresh = own.filter((order) => order.orderStatus === wanted && within(order.orderDate, query));
    const page = fresh.slice(from, from + query.pageSize);
    const unchecked = page.some((order) => order.raw !== null);
    return { status: 200, unchecked, body: { orders: page.map(asFirstGiven) } };
  });

  serveOffered(parts, "getOnHoldOrders", ({ query, seller }) => {
    const held = [...world.orders.values()].filter(
      (order) =>
        order.seller === seller &&
        order.orderStatus === "PENDING_VERIFICATION" &&
        order.items.some((item) => item.onHold) &&
        within(order.orderDate, query),
    );
    const from = (query.pageNumber - 1) * ORDERS_PER_PAGE;
    const pendencies = held.slice(from, from + ORDERS_PER_PAGE).map((order) => ({
      orderId: order.id,
      orderStatus: "PENDING_VERIFICATION",
      orderItems: order.items.map(
        ({ orderItemId, productId, variantId, sku, title, quantity, onHold, packetNumber }) => ({
          orderItemId,
          productId,
          variantId,
          sku,
          title,
          status: "CREATED",
          quantity,
          onHold,
          packetNumber,
        }),
      ),
    }));
    return { status: 200, body: { pendencies, hasMore: held.length > from + ORDERS_PER_PAGE } };
  });
}

/** An order that was made wrong on purpose is given so once, as new; its status is told rightly. */
function asFirstGiven(order: SimOrder): unknown {
  return order.raw === null ? toOrder(order) : deepMerge(toOrder(order), order.raw);
}

function within(orderDate: string, query: { orderDateFrom?: string; orderDateTo?: string }): boolean {
  const at = Temporal.Instant.from(orderDate);
  const { orderDateFrom, orderDateTo } = query;
  return (
    (orderDateFrom === undefined || Temporal.Instant.compare(at, Temporal.Instant.from(orderDateFrom)) >= 0) &&
    (orderDateTo === undefined || Temporal.Instant.compare(at, Temporal.Instant.from(orderDateTo)) <= 0)
  );
}

function serveAcceptance(parts: Parts): void {
  const { world } = parts.sim;
  serveOffered(
    parts,
    "acknowledgeOrder",
    ({ body: { orderId }, seller, at, fault }) => {
      const order = world.orders.get(orderId);
      const known = order !== undefined && order.seller === seller && order.orderStatus !== "CANCELLED" && !fault;
      const status = known ? "SUCCESS" : "FAILED";
      world.acknowledgements.add({ receivedAt: stamp(at), seller, orderId, outcome: status });
      if (known) {
        order.acknowledgedAt ??= stamp(at);
        if (order.orderStatus === "PENDING_VERIFICATION") order.orderStatus = "CREATED";
      }
      return { status: 200, body: { status } };
    },
    ["failed"],
  );
}

function serveCancel(parts: Parts): void {
  const { world } = parts.sim;
  serveOffered(
    parts,
    "cancelOrderItems",
    ({ body, seller, at, fault }) => {
      const refused = struck(fault, body.orderItems);
      const failures: { orderItemId: string; errorMessage: string }[] = [];
      for (const entry of body.orderItems) {
        const found = lineOf(world, seller, entry.orderItemId);
        const words = refused.has(entry)
          ? (fault?.message ?? DEMANDED)
          : !found || found.order.id !== body.orderId
            ? NO_ITEM
            : whyNotCancelled(found.item.status, found.item.quantity, entry.quantity);
        if (words !== null) failures.push({ orderItemId: entry.orderItemId, errorMessage: words });
        else if (found && found.item.status !== "CANCELLED") cancelUnits(found.item, entry.quantity);
      }
      const order = world.orders.get(body.orderId);
      if (order) settleStatus(order);
      const status = outcome(fault, body.orderItems.length, failures.length);
      world.cancellations.add({
        receivedAt: stamp(at),
        seller,
        orderId: body.orderId,
        orderItemIds: body.orderItems.map((entry) => entry.orderItemId),
        orderItems: body.orderItems,
        outcome: status,
        failures,
      });
      return { status: 200, body: { status, orderItems: failures } };
    },
    BATCH_FAULTS,
  );
}

/** A repeat of a cancellation is no failure: calls can repeat. */
function whyNotCancelled(status: string, ordered: number, quantity: number): string | null {
  if (status !== "CREATED" && status !== "CANCELLED") return "item already dispatched";
  return quantity > ordered ? `only ${ordered} ordered` : null;
}
