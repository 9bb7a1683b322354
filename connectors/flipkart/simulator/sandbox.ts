/** The sandbox's own calls, by which a test makes orders and lets things happen to them. */
import type { Answer, SimOrder, SimOrderItem } from "../../kit/simulator/index.ts";
import { marksOf, type Parts, refusal, serve } from "./parts.ts";
import { heldItems, notification } from "./pushes.ts";
import { endReturn } from "./returns.ts";
import { MARK } from "./states.ts";
import { fsnOf } from "./wire.ts";

interface Line {
  readonly order: SimOrder;
  readonly item: SimOrderItem;
}

export function serveSandbox(parts: Parts): void {
  serveTestOrders(parts);
  const { sim } = parts;
  const withLine = async (
    seller: string,
    orderItemId: string | undefined,
    act: (line: Line) => Promise<unknown> | unknown,
  ): Promise<Answer> => {
    const id = orderItemId === undefined ? undefined : sim.world.orderOfItem.get(orderItemId);
    const order = id === undefined ? undefined : sim.world.orders.get(id);
    const item = order?.items.find((each) => each.orderItemId === orderItemId);
    if (!order || !item || order.seller !== seller) return refusal(404, "NOT_FOUND", `no order item ${orderItemId}`);
    await act({ order, item });
    return { status: 200, body: { response: "SUCCESS" } };
  };
  const hold =
    (eventType: "shipment_hold" | "shipment_unhold", at: Temporal.Instant) =>
    async ({ order }: Line) => {
      for (const item of order.items) item.onHold = eventType === "shipment_hold";
      sim.world.touch(order);
      await sim.announce(
        order,
        notification(sim.world, order, at, { eventType, attributes: { orderItems: heldItems(order) } }),
      );
    };
  serve(parts, "sandboxHold", ({ body, seller, at }) => withLine(seller, body.orderItemId, hold("shipment_hold", at)));
  serve(parts, "sandboxUnhold", ({ body, seller, at }) =>
    withLine(seller, body.orderItemId, hold("shipment_unhold", at)),
  );
  serve(parts, "sandboxPickup", ({ body, seller, at }) =>
    withLine(seller, body.orderItemId, ({ order }) => {
      Object.assign(marksOf(order), { [MARK.pickupAlone]: "yes", [MARK.pickedUpAt]: at.toString() });
      return sim.act(order, "dispatch", {});
    }),
  );
  serve(parts, "sandboxShipped", ({ body, seller, at }) =>
    withLine(seller, body.orderItemId, ({ order }) => {
      Object.assign(marksOf(order), { [MARK.pickupAlone]: "no", [MARK.pickedUpAt]: at.toString() });
      return sim.act(order, "dispatch", {});
    }),
  );
  serve(parts, "sandboxDelivered", ({ body, seller }) =>
    withLine(seller, body.orderItemId, ({ order }) => sim.act(order, "deliver", {})),
  );
  serve(parts, "sandboxDispatchSlot", ({ body, seller, at }) =>
    withLine(seller, body?.orderItemId, async ({ order }) => {
      const { dispatch_after_date: after, dispatch_by_date: by } = body ?? {};
      if (after !== undefined) marksOf(order)[MARK.dispatchAfter] = Temporal.Instant.from(after).toString();
      if (by !== undefined) marksOf(order)[MARK.dispatchBy] = Temporal.Instant.from(by).toString();
      sim.world.touch(order);
      const attributes = { dispatchAfterDate: after, dispatchByDate: by };
      await sim.announce(
        order,
        notification(sim.world, order, at, { eventType: "shipment_dispatch_dates_changed", attributes }),
      );
    }),
  );
  serve(parts, "sandboxCreateReturn", ({ body, seller }) =>
    withLine(seller, body?.orderItemId, ({ order, item }) =>
      sim.act(order, body?.returnType === "courier" ? "rto" : "return", { items: [{ orderItemId: item.orderItemId }] }),
    ),
  );
  serve(parts, "sandboxReturnEvent", ({ body, seller, at }) =>
    withLine(seller, body?.orderItemId, async ({ order, item }) => {
      const state = body?.eventType?.toLowerCase().includes("cancel") ? "CANCELLED" : "COMPLETED";
      const returnId = endReturn(parts, item.orderItemId, state, at);
      if (returnId === null) return;
      const eventType = `return_${state.toLowerCase()}`;
      const attributes = {
        status: `RETURN_${state}`,
        returnItems: [{ orderItemId: item.orderItemId, shipmentId: order.id }],
      };
      await sim.announce(order, notification(sim.world, order, at, { eventType, attributes, returnId }));
    }),
  );
}

function serveTestOrders(parts: Parts): void {
  const { sim } = parts;
  serve(parts, "sandboxCreateOrder", async ({ body, seller }) => {
    const { shipmentType, locationId, orderItems = [] } = body ?? {};
    const variants = [...sim.world.products.values()];
    const items = orderItems.flatMap(({ listingId, quantity = 1 }) => {
      const variant = variants.find((each) => `LST${fsnOf(each.productId)}` === listingId);
      return variant ? [{ sku: variant.sku, quantity }] : [];
    });
    if (items.length === 0 || items.length < orderItems.length)
      return refusal(400, "INVALID_REQUEST_JSON", "a listingId is not listed");
    const { order } = await sim.placeOrder({
      ...{ seller, items, thirdPartyShipping: shipmentType !== "SELF" },
      ...(locationId === undefined ? {} : { warehouse: locationId }),
    });
    const made = order.items.map((item) => ({
      orderItemId: item.orderItemId,
      listingId: `LST${fsnOf(item.productId)}`,
      quantity: item.quantity,
    }));
    return { status: 200, orderIds: [order.id], body: { orderId: order.displayOrderNumber, orderItems: made } };
  });
}
