/** New orders, their status, orders under review, acceptance, the seller's cancellations. */
import { cancelUnits, deepMerge, endReview, type SimOrder, settleStatus } from "../../kit/simulator/index.ts";
import { whyNotCancelled } from "./index.ts";
import { BATCH_FAULTS, DEMANDED, lineOf, NO_ITEM, outcome, type Parts, serveOffered, stamp, struck } from "./parts.ts";
import { toOrder } from "./wire.ts";

const ORDERS_PER_PAGE = 50;

/** Walks through pages that are still under way; past these the oldest start anew. */
const WALKS_MAX = 200;

/**
 * The orders of a walk through pages, fixed when its first page is asked for. Without this an order that is dispatched
 * between two pages would move all later ones up, and one of them would be on no page.
 */
export interface OrderPages {
  ids(walk: string, page: number, fresh: () => readonly string[]): readonly string[];
  clear(): void;
}

export function createOrderPages(): OrderPages {
  const walks = new Map<string, readonly string[]>();
  return {
    ids(walk, page, fresh) {
      const known = page === 1 ? undefined : walks.get(walk);
      if (known) return known;
      const ids = fresh();
      walks.delete(walk);
      walks.set(walk, ids);
      const oldest = walks.keys().next().value;
      if (walks.size > WALKS_MAX && oldest !== undefined) walks.delete(oldest);
      return ids;
    },
    clear: () => walks.clear(),
  };
}

export function serveOrders(parts: Parts, pages: OrderPages): void {
  serveGetOrders(parts, pages);
  servePendency(parts);
  serveAcceptance(parts);
  serveCancel(parts);
}

function serveGetOrders(parts: Parts, pages: OrderPages): void {
  const { world } = parts.sim;
  serveOffered(parts, "getOrders", ({ query, seller }) => {
    const from = (query.pageNumber - 1) * query.pageSize;
    if (query.orderIds !== undefined) {
      const asked = [...new Set(query.orderIds.split(","))].flatMap((id) => world.orders.get(id) ?? []);
      const page = asked.filter((order) => order.seller === seller).slice(from, from + query.pageSize);
      return { status: 200, orderIds: page.map((order) => order.id), body: { orders: page.map(toOrder) } };
    }
    // Orders are pushed or pulled, never both.
    if (parts.offer.ordersArePushed) return { status: 200, body: { orders: [] } };
    const wanted = query.orderStatus ?? "CREATED";
    const walk = [seller, wanted, query.orderDateFrom ?? "", query.orderDateTo ?? ""].join("\n");
    const inWindow = within(query);
    const fresh = () =>
      [...world.orders.values()]
        .filter((order) => order.seller === seller && order.orderStatus === wanted && !order.underReview)
        .filter((order) => inWindow(order.orderDate))
        .sort((one, other) => (one.orderDate < other.orderDate ? -1 : one.orderDate > other.orderDate ? 1 : 0))
        .map((order) => order.id);
    const ids = pages.ids(walk, query.pageNumber, fresh).slice(from, from + query.pageSize);
    const page = ids.flatMap((id) => world.orders.get(id) ?? []);
    const unchecked = page.some((order) => order.raw !== null);
    return { status: 200, unchecked, orderIds: ids, body: { orders: page.map(asFirstGiven) } };
  });
}

function servePendency(parts: Parts): void {
  const { world } = parts.sim;
  serveOffered(parts, "getOnHoldOrders", ({ query, seller }) => {
    const inWindow = within(query);
    const held = [...world.orders.values()].filter(
      (order) =>
        order.seller === seller &&
        order.orderStatus === "PENDING_VERIFICATION" &&
        order.underReview &&
        inWindow(order.orderDate),
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
    const orderIds = pendencies.map((pendency) => pendency.orderId);
    return { status: 200, orderIds, body: { pendencies, hasMore: held.length > from + ORDERS_PER_PAGE } };
  });
}

/** An order that was made wrong on purpose is given so once, as new; its status is told rightly. */
function asFirstGiven(order: SimOrder): unknown {
  return order.raw === null ? toOrder(order) : deepMerge(toOrder(order), order.raw);
}

/** Bounds are read once: of twenty thousand orders each date is compared as a number. */
function within(query: { orderDateFrom?: string; orderDateTo?: string }): (orderDate: string) => boolean {
  const bound = (text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : Temporal.Instant.from(text).epochMilliseconds;
  const from = bound(query.orderDateFrom, Number.NEGATIVE_INFINITY);
  const to = bound(query.orderDateTo, Number.POSITIVE_INFINITY);
  return (orderDate) => {
    const at = Date.parse(orderDate);
    return at >= from && at <= to;
  };
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
        if (order.orderStatus === "PENDING_VERIFICATION") endReview(order);
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
      const accepted: { orderItemId: string; quantity: number; repeated: boolean }[] = [];
      for (const entry of body.orderItems) {
        const found = lineOf(world, seller, entry.orderItemId);
        const words = refused.has(entry)
          ? (fault?.message ?? DEMANDED)
          : !found || found.order.id !== body.orderId
            ? NO_ITEM
            : (whyNotItem(found.item.status, found.item.quantity, entry.quantity) ??
              (found.item.status === "CANCELLED" ? null : whyNotCancelled(parts.offer, found.order)));
        if (words !== null || !found) {
          failures.push({ orderItemId: entry.orderItemId, errorMessage: words ?? NO_ITEM });
          continue;
        }
        const repeated = found.item.status === "CANCELLED";
        accepted.push({ orderItemId: entry.orderItemId, quantity: entry.quantity, repeated });
        if (!repeated) cancelUnits(found.item, entry.quantity);
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
        accepted,
        outcome: status,
        failures,
      });
      return { status: 200, orderIds: [body.orderId], body: { status, orderItems: failures } };
    },
    BATCH_FAULTS,
  );
}

/** A repeat of a cancellation is no failure: calls can repeat. */
function whyNotItem(status: string, ordered: number, quantity: number): string | null {
  if (status !== "CREATED" && status !== "CANCELLED") return "item already dispatched";
  return quantity > ordered ? `only ${ordered} ordered` : null;
}
