/** Invoice numbers, printing, out of stock, delivered by the seller. */
import { cancelUnits, type SimOrder, settleStatus } from "../../kit/simulator/index.ts";
import { isPrinted, mark, marksOf, stateOf, toPackage } from "./package.ts";
import { assignCourier, labelFile } from "./papers.ts";
import { answer, DEMANDED, done, failed, type Parts, packageOf, refusal, serve, stamp, struck } from "./parts.ts";

export function serveWrites(parts: Parts): void {
  serveInvoiceNumbers(parts);
  servePrinting(parts);
  serveOutOfStock(parts);
  serveDelivered(parts);
}

function serveInvoiceNumbers(parts: Parts): void {
  const { world } = parts.sim;
  serve(
    parts,
    "updateInvoices",
    ({ body, seller, at, fault }) => {
      const codes = Object.keys(body.invoiceUpdates);
      const refused = struck(fault, codes);
      const updates = codes.map((code) => {
        const order = packageOf(parts, seller, code);
        const wish = body.invoiceUpdates[code];
        if (refused.has(code)) return [code, failed(fault?.message ?? DEMANDED)] as const;
        if (!order || !wish) return [code, failed(`no package ${code}`)] as const;
        const { model } = marksOf(order);
        const state = stateOf(order, at);
        if (state !== "PFF") return [code, failed(`package is ${state ?? "cancelled"}, not PFF`)] as const;
        if (wish.fulfillmentType !== model) return [code, failed(`package is fulfilled by ${model}`)] as const;
        mark(world, order, { invoice: wish.invoiceCode });
        world.write("shipment", { orderId: code, seller, at: stamp(at), invoiceNumber: wish.invoiceCode });
        return [code, done] as const;
      });
      return answer(Object.fromEntries(updates), { orderIds: codes });
    },
    ["partial_success", "failed"],
  );
}

function servePrinting(parts: Parts): void {
  const { world } = parts.sim;
  serve(
    parts,
    "printOrders",
    async ({ body, seller, at, fault }) => {
      if (fault) return refusal(400, fault.message ?? DEMANDED);
      const orders = body.orderCodes.map((code) => packageOf(parts, seller, code));
      for (const [i, order] of orders.entries()) {
        const code = body.orderCodes[i] ?? "";
        if (!order) return refusal(400, `no package ${code}`);
        const state = stateOf(order, at);
        if (state !== "PFF") return refusal(400, `package ${code} is ${state ?? "cancelled"}: use reprint`);
        const { model, invoice } = marksOf(order);
        if (model !== body.fulfillmentType) return refusal(400, `package ${code} is fulfilled by ${model}`);
        if (invoice === "") return refusal(400, `package ${code} has no invoice number`);
      }
      const found = orders.flatMap((order) => order ?? []);
      for (const order of found) {
        const { model, invoice } = marksOf(order);
        // Of what the seller ships nothing is handed over to Snapdeal: printed is on its way.
        if (model === "VENDOR_SELF") leave(parts, order, at, invoice);
        mark(world, order, { state: "PRNT" });
        world.write("invoice", { orderId: order.id, seller, at: stamp(at), kind: "INVOICE", number: invoice });
      }
      return printed(parts, found, at);
    },
    ["failed"],
  );
  serve(
    parts,
    "reprintOrder",
    async ({ body, seller, at, fault }) => {
      const order = packageOf(parts, seller, body.orderCode);
      if (!order) return refusal(400, `no package ${body.orderCode}`);
      if (fault?.kind === "failed") return refusal(400, fault.message ?? DEMANDED);
      if (!isPrinted(order, at)) return refusal(400, `package ${order.id} is not printed yet`);
      return printed(parts, [order], at);
    },
    ["failed"],
  );
}

async function printed(parts: Parts, orders: readonly SimOrder[], at: Temporal.Instant) {
  for (const order of orders) assignCourier(parts, order, at);
  const downloadLink = await labelFile(parts, orders, at);
  const orderIds = orders.map((order) => order.id);
  const orderDetails = orders.map((order) => toPackage(order, at));
  return answer({ downloadLink, orderDetails }, { orderIds });
}

/** Units leave; what was told is noted as a dispatch. */
export function leave(parts: Parts, order: SimOrder, at: Temporal.Instant, invoiceNumber: string): void {
  const { world } = parts.sim;
  const accepted = order.items.flatMap((item) => {
    if (item.status === "CANCELLED") return [];
    const repeated = item.status !== "CREATED";
    if (!repeated) {
      item.status = "DISPATCHED";
      item.dispatchedQuantity = item.quantity - item.cancelledQuantity;
    }
    return [{ orderItemId: item.orderItemId, quantity: item.quantity, repeated }];
  });
  const courier = order.parcels.find((parcel) => parcel.courier)?.courier;
  settleStatus(order);
  order.shipments.push({
    trackingNumber: courier?.awb ?? "",
    courier: courier?.name ?? "Seller",
    providerCode: courier?.code ?? "SELLER",
    orderItemIds: accepted.map((line) => line.orderItemId),
    at: stamp(at),
  });
  world.dispatches.add({
    receivedAt: stamp(at),
    seller: order.seller,
    orderId: order.id,
    orderIds: [order.id],
    orderItemIds: accepted.map((line) => line.orderItemId),
    accepted,
    invoiceNumber,
    outcome: "SUCCESS",
    failures: [],
  });
}

function serveOutOfStock(parts: Parts): void {
  const { world } = parts.sim;
  serve(
    parts,
    "updateSuborderStatuses",
    ({ body, seller, at, fault }) => {
      const ids = Object.keys(body.subOrderStatusUpdates);
      const refused = struck(fault, ids);
      const accepted: { orderItemId: string; quantity: number; repeated: boolean }[] = [];
      const failures: { orderItemId: string; errorMessage: string }[] = [];
      const orderIds = new Set<string>();
      const updates = ids.map((id) => {
        const order = packageOf(parts, seller, world.orderOfItem.get(id) ?? "");
        const item = order?.items.find((one) => one.orderItemId === id);
        if (order) orderIds.add(order.id);
        const words = refused.has(id)
          ? (fault?.message ?? DEMANDED)
          : !item
            ? `no unit ${id}`
            : item.status === "CREATED" || item.status === "CANCELLED"
              ? null
              : "the package is handed over";
        if (words !== null || !item) {
          failures.push({ orderItemId: id, errorMessage: words ?? `no unit ${id}` });
          return [id, failed(words ?? `no unit ${id}`)] as const;
        }
        accepted.push({ orderItemId: id, quantity: item.quantity, repeated: item.status === "CANCELLED" });
        cancelUnits(item, item.quantity);
        if (order) settleStatus(order);
        return [id, done] as const;
      });
      const [orderId = null] = orderIds;
      world.cancellations.add({
        ...{ receivedAt: stamp(at), seller, orderId, orderItemIds: ids, accepted, failures },
        outcome: failures.length === 0 ? "SUCCESS" : accepted.length === 0 ? "FAILED" : "PARTIAL_SUCCESS",
      });
      return answer(Object.fromEntries(updates), { orderIds: [...orderIds] });
    },
    ["partial_success", "failed"],
  );
}

function serveDelivered(parts: Parts): void {
  const { world } = parts.sim;
  serve(
    parts,
    "updateOrderStatuses",
    ({ body, seller, at, fault }) => {
      const codes = Object.keys(body.orderStatusUpdates);
      const refused = struck(fault, codes);
      const updates = codes.map((code) => {
        const order = packageOf(parts, seller, code);
        if (refused.has(code)) return [code, failed(fault?.message ?? DEMANDED)] as const;
        if (!order) return [code, failed(`no package ${code}`)] as const;
        const { model } = marksOf(order);
        if (model !== "VENDOR_SELF")
          return [code, failed(`package is fulfilled by ${model}, not by the seller`)] as const;
        const state = stateOf(order, at);
        if (state !== "SHP" && state !== "FFD")
          return [code, failed(`package is ${state ?? "cancelled"}, not SHP`)] as const;
        for (const item of order.items) if (item.status === "DISPATCHED") item.status = "DELIVERED";
        world.notifications.add({
          ...{
            receivedAt: stamp(at),
            seller,
            orderId: code,
            statuses: ["DELIVERED"],
            outcome: "SUCCESS",
            failures: [],
          },
          orderItems: order.items.map((item) => ({ orderItemId: item.orderItemId, status: "DELIVERED" })),
        });
        return [code, done] as const;
      });
      return answer(Object.fromEntries(updates), { orderIds: codes });
    },
    ["partial_success", "failed"],
  );
}
