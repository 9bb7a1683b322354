/** The list of active orders, one order, acceptance, rejection, returns. */
import type { SimOrder } from "../../kit/simulator/index.ts";
import { accept, hop, passOver } from "./offers.ts";
import { ACTS, eachLine, linesAnswer, numberOf, type Parts, said, serve, stamp } from "./parts.ts";
import { toReturns } from "./returns.ts";
import { shownOrders, toSalesOrder } from "./wire.ts";

export function serveOrders(parts: Parts): void {
  const { world } = parts.sim;
  const mine = (seller: string): SimOrder[] => [...world.orders.values()].filter((order) => order.seller === seller);
  const answerWith = (groups: readonly (readonly SimOrder[])[]) => ({
    status: 200,
    unchecked: groups.flat().some((order) => order.raw !== null),
    orderIds: groups.flat().map((order) => order.id),
    body: { order: groups.map(toSalesOrder) },
  });
  serve(parts, "getSalesOrders", ({ seller, at }) => {
    passOver(parts, at);
    return answerWith([...shownOrders(mine(seller), at, parts.lists.finishedDays).values()]);
  });
  serve(parts, "getSalesOrder", ({ path, seller, at }) => {
    passOver(parts, at);
    const own = mine(seller).filter((order) => numberOf(order) === path.orderNo);
    return own.length === 0 ? said(404, `no order ${path.orderNo}`) : answerWith([own]);
  });
  serve(parts, "getReturns", ({ seller }) => ({
    status: 200,
    orderIds: mine(seller)
      .filter((order) => order.returns.length > 0)
      .map((order) => order.id),
    body: { return: toReturns(mine(seller)) },
  }));
  serveAcceptance(parts);
  serveRejection(parts);
}

function serveAcceptance(parts: Parts): void {
  const { world } = parts.sim;
  serve(
    parts,
    "acceptOrder",
    ({ body, seller, at, fault }) => {
      passOver(parts, at);
      const { order, taken, failed } = eachLine(parts, seller, body, fault, (_, item) =>
        item.status === "CANCELLED" ? "the line has gone to another store" : null,
      );
      const outcome = failed.length === 0 ? "SUCCESS" : "FAILED";
      world.acknowledgements.add({ receivedAt: stamp(at), seller, orderId: order?.id ?? body.orderNo, outcome });
      if (order && failed.length === 0) accept(order, taken, at);
      return linesAnswer(order?.id ?? body.orderNo, body.transactionIds, failed, fault);
    },
    ACTS,
  );
}

function serveRejection(parts: Parts): void {
  const { world } = parts.sim;
  serve(
    parts,
    "rejectOrder",
    ({ body, seller, at, fault }) => {
      const { order, taken, failed } = eachLine(parts, seller, body, fault, (_, item) =>
        item.status === "CREATED" || item.status === "CANCELLED" ? null : "the line has left the store",
      );
      const orderId = order?.id ?? body.orderNo;
      const accepted = taken.map(({ orderItemId, quantity, status }) => {
        return { orderItemId, quantity, repeated: status === "CANCELLED" };
      });
      const going = taken.filter((item) => item.status === "CREATED");
      if (order && going.length > 0) hop(parts, order, going, at);
      world.cancellations.add({
        ...{ receivedAt: stamp(at), seller, orderId, orderItemIds: body.transactionIds, accepted },
        outcome: failed.length === 0 ? "SUCCESS" : taken.length === 0 ? "FAILED" : "PARTIAL_SUCCESS",
        failures: failed.map((line) => ({ orderItemId: line.transactionId, errorMessage: line.message })),
      });
      return linesAnswer(orderId, body.transactionIds, failed, fault);
    },
    ACTS,
  );
}
