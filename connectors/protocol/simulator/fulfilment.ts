/** Hand-over and the notifications of package states. */
import type { RequestBody } from "../../../contract/types.ts";
import { type SimOrder, type SimOrderItem, settleStatus, type World } from "../../kit/simulator/index.ts";
import { findParcel } from "./parcels.ts";
import { BATCH_FAULTS, DEMANDED, lineOf, NO_ITEM, outcome, type Parts, serveOffered, stamp, struck } from "./parts.ts";

export function serveFulfilment(parts: Parts): void {
  serveDispatch(parts);
  serveNotifications(parts);
}

type Dispatch = RequestBody<"marketplace", "dispatchOrderItems">;

function serveDispatch(parts: Parts): void {
  const { world } = parts.sim;
  serveOffered(
    parts,
    "dispatchOrderItems",
    ({ body, seller, at, fault }) => {
      const refused = struck(fault, body.orderItems);
      const failures: { orderItemId: string; errorMessage: string }[] = [];
      const taken: Dispatch["orderItems"] = [];
      for (const entry of body.orderItems) {
        const found = lineOf(world, seller, entry.orderItemId);
        const words = refused.has(entry)
          ? (fault?.message ?? DEMANDED)
          : found
            ? whyNotDispatched(found.item, entry.quantity)
            : NO_ITEM;
        if (words !== null) failures.push({ orderItemId: entry.orderItemId, errorMessage: words });
        else taken.push(entry);
      }
      const accepted = taken.map(({ orderItemId, quantity }) => {
        const repeated = lineOf(world, seller, orderItemId)?.item.status === "DISPATCHED";
        return { orderItemId, quantity, repeated };
      });
      const orderIds = takeDispatch(world, seller, body, taken, stamp(at));
      const status = outcome(fault, body.orderItems.length, failures.length);
      const ship = body.selfShipping;
      world.dispatches.add({
        receivedAt: stamp(at),
        seller,
        orderId: orderIds[0] ?? null,
        orderIds,
        orderItemIds: body.orderItems.map((entry) => entry.orderItemId),
        accepted,
        courier: ship?.deliveryCourier ?? ship?.deliveryPartner ?? null,
        trackingNumber: ship?.trackingId ?? null,
        invoiceNumber: ship?.invoiceNumber ?? null,
        invoiceDate: ship?.invoiceDate ?? null,
        body,
        outcome: status,
        failures,
      });
      return { status: 200, orderIds, body: { status, orderItems: failures } };
    },
    BATCH_FAULTS,
  );
}

function whyNotDispatched(item: SimOrderItem, quantity: number): string | null {
  if (item.status === "CANCELLED") return "item already cancelled";
  return quantity > item.quantity - item.cancelledQuantity
    ? `only ${item.quantity - item.cancelledQuantity} to dispatch`
    : null;
}

/** Marks what was dispatched. The same parcel told twice changes nothing the second time. */
function takeDispatch(
  world: World,
  seller: string,
  body: Dispatch,
  taken: Dispatch["orderItems"],
  at: string,
): string[] {
  const byOrder = new Map<string, string[]>();
  const shipOf = (order: SimOrder) => shipmentOf(order, body);
  for (const entry of taken) {
    const found = lineOf(world, seller, entry.orderItemId);
    if (!found) continue;
    const { order, item } = found;
    const lines = byOrder.get(order.id) ?? [];
    byOrder.set(order.id, [...lines, item.orderItemId]);
    const repeated = order.shipments.some(
      ({ trackingNumber, orderItemIds }) =>
        trackingNumber === shipOf(order).trackingNumber && orderItemIds.includes(item.orderItemId),
    );
    if (repeated) continue;
    const alive = item.quantity - item.cancelledQuantity;
    item.dispatchedQuantity = Math.min(alive, item.dispatchedQuantity + entry.quantity);
    if (item.dispatchedQuantity === alive && item.status === "CREATED") item.status = "DISPATCHED";
  }
  for (const [orderId, orderItemIds] of byOrder) {
    const order = world.orders.get(orderId);
    if (!order) continue;
    settleStatus(order);
    const shipment = shipOf(order);
    if (order.shipments.some(({ trackingNumber }) => trackingNumber === shipment.trackingNumber)) continue;
    order.shipments.push({ ...shipment, orderItemIds, at });
  }
  return [...byOrder.keys()];
}

/** Courier and tracking number: the seller's own as he says, the marketplace's own as it assigned them. */
function shipmentOf(order: SimOrder, { selfShipping, orderItems }: Dispatch) {
  if (selfShipping) {
    const { trackingId = "", deliveryCourier, deliveryPartner } = selfShipping;
    const courier = deliveryCourier ?? deliveryPartner ?? "";
    return { trackingNumber: trackingId, courier, providerCode: deliveryPartner ?? courier };
  }
  const own = new Set(order.items.map((item) => item.orderItemId));
  const ids = orderItems.flatMap((entry) => (own.has(entry.orderItemId) ? [entry.orderItemId] : []));
  // The parcel of these very lines: one that was opened before a line was cancelled never left.
  const parcel =
    findParcel(order, ids) ??
    order.parcels.findLast(({ courier, orderItemIds }) => courier && orderItemIds.some((id) => ids.includes(id)));
  const { awb = "", name = "", code = "" } = parcel?.courier ?? {};
  return { trackingNumber: awb, courier: name, providerCode: code };
}

function serveNotifications(parts: Parts): void {
  const { world } = parts.sim;
  serveOffered(
    parts,
    "postStatusNotification",
    ({ path: { orderId }, body, seller, at, fault }) => {
      const refused = struck(fault, body.orderItems);
      const orderItems = body.orderItems.map((entry) => {
        const found = lineOf(world, seller, entry.orderItemId);
        const words = refused.has(entry) ? (fault?.message ?? DEMANDED) : found?.order.id === orderId ? null : NO_ITEM;
        return { orderItemId: entry.orderItemId, ...(words === null ? {} : { errorMessage: words }) };
      });
      // Problems with lines stand beside SUCCESS: another word would stop all further notifications of the order.
      const status = fault ? outcome(fault, orderItems.length, refused.size) : "SUCCESS";
      world.notifications.add({
        receivedAt: stamp(at),
        seller,
        orderId,
        statuses: [...new Set(body.orderItems.map((entry) => entry.status))],
        orderItems: body.orderItems,
        outcome: status,
        failures: orderItems.filter((entry) => "errorMessage" in entry),
      });
      return { status: 200, body: { status, orderItems } };
    },
    BATCH_FAULTS,
  );
}
