/** What the seller tells of an order: that units left, or that they will not. */
import { operation } from "../../../contract/validators.ts";
import {
  cancelUnits,
  type Fault,
  type SimOrder,
  type SimOrderItem,
  type Simulation,
  settleStatus,
  type World,
} from "../../kit/simulator/index.ts";
import { BATCH_FAULTS, DEMANDED, stamp, struck } from "../../protocol/simulator/parts.ts";
import { BAZAAR_STREET_CONTRACT } from "../contract/index.ts";
import { problem } from "./problem.ts";

interface Units {
  readonly line: string;
  readonly units: number;
}
interface Judged extends Units {
  readonly item: SimOrderItem | null;
  /** Null: taken. */
  readonly words: string | null;
}

export function serveTold({ server, world }: Simulation): void {
  server.serve(
    operation(BAZAAR_STREET_CONTRACT, "postSent"),
    ({ path: { id }, body, seller, at, fault }) => {
      const order = orderOf(world, seller, id);
      if (order === null) return { status: 404, body: problem("NO_ORDER", `no order ${id}`) };
      const { courier, trackingNumber, invoice } = body;
      const repeated = order.shipments.some((shipment) => shipment.trackingNumber === trackingNumber);
      const judged = judge(order, body.lines, fault, (item, units) => {
        if (item.status === "CANCELLED") return "already cancelled";
        const left = item.quantity - item.cancelledQuantity - item.dispatchedQuantity;
        return !repeated && units > left ? `only ${left} left to send` : null;
      });
      const taken = takenOf(judged);
      if (!repeated && taken.length > 0) send(order, taken, { courier, trackingNumber }, stamp(at));
      note(world.dispatches, {
        order,
        judged,
        at,
        repeated,
        more: { body, courier, trackingNumber, invoiceNumber: invoice.number, invoiceDate: invoice.on },
      });
      return { status: 200, orderIds: [id], body: { results: resultsOf(judged) } };
    },
    { acts: BATCH_FAULTS },
  );

  server.serve(
    operation(BAZAAR_STREET_CONTRACT, "postCancelled"),
    ({ path: { id }, body, seller, at, fault }) => {
      const order = orderOf(world, seller, id);
      if (order === null) return { status: 404, body: problem("NO_ORDER", `no order ${id}`) };
      const judged = judge(order, body.lines, fault, (item, units) => {
        const left = item.quantity - item.cancelledQuantity - item.dispatchedQuantity;
        if (item.status !== "CREATED" && item.status !== "CANCELLED") return "already sent";
        return units > left ? `only ${left} left to cancel` : null;
      });
      for (const { item, units } of takenOf(judged)) cancelUnits(item, units);
      settleStatus(order);
      note(world.cancellations, { order, judged, at, repeated: false, more: { body } });
      return { status: 200, orderIds: [id], body: { results: resultsOf(judged) } };
    },
    { acts: BATCH_FAULTS },
  );
}

function orderOf(world: World, seller: string, id: string): SimOrder | null {
  const order = world.orders.get(id);
  return order?.seller === seller ? order : null;
}

function judge(
  order: SimOrder,
  lines: readonly Units[],
  fault: Fault | null,
  whyNot: (item: SimOrderItem, units: number) => string | null,
): Judged[] {
  const refused = struck(fault, lines);
  return lines.map((line) => {
    const item = order.items.find((candidate) => candidate.orderItemId === line.line) ?? null;
    if (refused.has(line)) return { ...line, item, words: fault?.message ?? DEMANDED };
    return { ...line, item, words: item === null ? "no such line" : whyNot(item, line.units) };
  });
}

function takenOf(judged: readonly Judged[]): { readonly item: SimOrderItem; readonly units: number }[] {
  return judged.flatMap(({ item, units, words }) => (item !== null && words === null ? [{ item, units }] : []));
}

function resultsOf(judged: readonly Judged[]) {
  return judged.map(({ line, words }) => (words === null ? { line, taken: true } : { line, taken: false, words }));
}

function send(
  order: SimOrder,
  taken: ReturnType<typeof takenOf>,
  of: { readonly courier: string; readonly trackingNumber: string },
  at: string,
): void {
  for (const { item, units } of taken) {
    item.dispatchedQuantity += units;
    if (item.dispatchedQuantity === item.quantity - item.cancelledQuantity) item.status = "DISPATCHED";
  }
  order.shipments.push({
    ...of,
    providerCode: of.courier.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_"),
    orderItemIds: taken.map(({ item }) => item.orderItemId),
    units: Object.fromEntries(taken.map(({ item, units }) => [item.orderItemId, units])),
    at,
  });
  settleStatus(order);
}

/** Keeps what was told, for whoever compares both sides. */
function note(
  kept: World["dispatches"],
  {
    order,
    judged,
    at,
    repeated,
    more,
  }: {
    readonly order: SimOrder;
    readonly judged: readonly Judged[];
    readonly at: Temporal.Instant;
    readonly repeated: boolean;
    readonly more: object;
  },
): void {
  const failures = judged.flatMap(({ line, words }) =>
    words === null ? [] : [{ orderItemId: line, errorMessage: words }],
  );
  const accepted = judged
    .filter(({ words }) => words === null)
    .map(({ line, units }) => ({ orderItemId: line, quantity: units, repeated }));
  kept.add({
    ...{ receivedAt: stamp(at), seller: order.seller, orderId: order.id, orderIds: [order.id] },
    orderItemIds: judged.map(({ line }) => line),
    ...{ accepted, failures, ...more },
    outcome: failures.length === 0 ? "SUCCESS" : accepted.length === 0 ? "FAILED" : "PARTIAL_SUCCESS",
  });
}
