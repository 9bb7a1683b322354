/** Lists of packages: ten a page, newest change first, a list that is being read keeps its order. */
import type { Json, SimOrder } from "../../kit/simulator/index.ts";
import { asGiven, marksOf, stateOf } from "./package.ts";
import { answer, type Parts, serve } from "./parts.ts";

export function serveLists(parts: Parts): void {
  const { world } = parts.sim;
  const mine = (seller: string, fModes: string, wanted: (order: SimOrder) => boolean) => {
    const models = new Set(fModes.split(","));
    return [...world.orders.values()]
      .filter((order) => order.seller === seller && wanted(order))
      .filter((order) => order.orderStatus !== "PENDING_VERIFICATION" && models.has(marksOf(order).model))
      .sort((one, other) => (one.updatedAt < other.updatedAt ? 1 : one.updatedAt > other.updatedAt ? -1 : 0));
  };
  const page = (orders: readonly SimOrder[], query: { pageNumber: number; pageSize: number }, at: Temporal.Instant) => {
    const from = (query.pageNumber - 1) * query.pageSize;
    const given = orders.slice(from, from + query.pageSize);
    const unchecked = given.some((order) => order.raw !== null);
    const orderIds = given.map((order) => order.id);
    return answer({ packages: given.map((order) => asGiven(order, at)) }, { unchecked, orderIds });
  };
  serve(parts, "getNewOrders", ({ query, seller, at }) =>
    page(
      mine(seller, query.fModes, (order) => stateOf(order, at) === query.orderStatus),
      query,
      at,
    ),
  );
  serve(parts, "getCompletedOrders", ({ query, seller, at }) =>
    page(
      mine(seller, query.fModes, (order) => stateOf(order, at) === "FFD"),
      query,
      at,
    ),
  );
  serve(parts, "getCancelledSuborders", ({ query, seller }) => {
    const [from, to] = [Date.parse(query.startDate), Date.parse(query.endDate)];
    const isCancelled = (order: SimOrder) => order.items.some((item) => item.status === "CANCELLED");
    const rows = mine(seller, query.fModes, isCancelled)
      .flatMap((order) => order.items.map((item) => ({ order, item })))
      .filter(({ item }) => item.status === "CANCELLED")
      .filter(({ item }) => Date.parse(item.changedAt) >= from && Date.parse(item.changedAt) <= to)
      .sort((one, other) => (one.item.changedAt < other.item.changedAt ? 1 : -1));
    const start = (query.pageNumber - 1) * query.pageSize;
    const given = rows.slice(start, start + query.pageSize);
    const suborders = given.map(
      ({ order, item }): Json => ({
        packageReferenceCode: order.id,
        orderCode: order.displayOrderNumber,
        suborderCode: item.orderItemId,
        siReferenceCode: item.orderItemId,
        cancelledDate: Date.parse(item.changedAt),
        reason: "Cancelled",
      }),
    );
    return answer({ suborders }, { orderIds: [...new Set(given.map(({ order }) => order.id))] });
  });
}
