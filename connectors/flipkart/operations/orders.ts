/** Shipments as orders, with their addresses: new ones by the time of their last change, any by their ids. */
import { assert } from "../../../src/kernel/index.ts";
import {
  type Call,
  type OperationTable,
  type OrdersPage,
  type Outcome,
  type PulledOrder,
  succeed,
} from "../../kit/index.ts";
import { excerpt, isJson } from "../../protocol/map/json.ts";
import { contentOf } from "../map/order.ts";
import { rangeOf } from "../map/outgoing.ts";
import { isSentByFlipkart, pick, readShipment, shipmentIdOf, timeOf } from "../map/shipment.ts";
import { couriersOf, toReported } from "../map/statuses.ts";
import { firstPage, nextPage } from "./search.ts";
import { askDetails, askShipments, IDS_MAX } from "./shipments.ts";

/** Shipments that are asked for by their ids at once. */
export const ORDERS_BATCH_MAX = IDS_MAX;

type Rows = Pick<OrdersPage, "orders" | "rejected">;

/**
 * A page of shipments that changed in the window, in every state before dispatch: also those that were packed on the
 * seller's panel before we saw them. Held ones, and those whose moment is to come, are among them and say so.
 */
export const pullOrders: OperationTable["pullOrders"] = async (call, wish) => {
  const asked = await (wish.token === undefined
    ? firstPage(call, { type: "preDispatch", modifiedDate: rangeOf(wish) })
    : nextPage(call, wish.token));
  if (!asked.ok) return asked;
  const { rows, next } = asked.value;
  const read = await withAddresses(call, rows);
  return read.ok ? succeed({ ...read.value, last: next === null, ...(next === null ? {} : { next }) }) : read;
};

/** Whole shipments in whatever state they are; those that Flipkart sends are passed over. */
export const readOrders: OperationTable["readOrders"] = async (call, ids) => {
  assert(ids.length > 0 && ids.length <= ORDERS_BATCH_MAX, `a call asks for 1 to ${ORDERS_BATCH_MAX} shipments`);
  const rows = await askShipments(call, { shipmentIds: ids });
  if (!rows.ok) return rows;
  return withAddresses(
    call,
    rows.value.filter((row) => !isSentByFlipkart(row)),
  );
};

/** The search and the list by ids know no addresses: one call more gives those of all. */
async function withAddresses(call: Call, rows: readonly unknown[]): Promise<Outcome<Rows>> {
  const ids = [...new Set(rows.flatMap((row) => shipmentIdOf(row) ?? []))];
  const details = await askDetails(call, ids);
  return details.ok ? succeed(readRows(rows, details.value)) : details;
}

/** A shipment needs nothing but an id to be handed on: what else is wrong with it is told when it is read. */
function readRows(rows: readonly unknown[], details: readonly unknown[]): Rows {
  const couriers = couriersOf(details);
  const views = new Map<string, unknown>();
  for (const row of details) {
    const id = shipmentIdOf(row);
    if (id !== null) views.set(id, row);
  }
  const orders = new Map<string, PulledOrder>();
  const rejected: { raw: unknown; words: string }[] = [];
  for (const row of rows) {
    const id = shipmentIdOf(row);
    if (id === null) rejected.push({ raw: row, words: `a shipment without an id: ${excerpt(row)}` });
    else if (!orders.has(id)) orders.set(id, pulledOrder(id, row, views.get(id) ?? null, couriers));
  }
  return { orders: [...orders.values()], rejected };
}

/** What is kept of the address view: its lines are those of the shipment, its other addresses the seller's own. */
const KEPT = ["shipmentId", "orderId", "deliveryAddress", "billingAddress", "buyerDetails"];

function pulledOrder(
  channelOrderId: string,
  row: unknown,
  details: unknown,
  couriers: ReturnType<typeof couriersOf>,
): PulledOrder {
  const read = readShipment(row);
  const reported = read.ok ? toReported(read.value, couriers.get(channelOrderId) ?? null) : null;
  const changedAt = read.ok ? timeOf(read.value.updatedAt) : null;
  const raw = { shipment: row, details: isJson(details) ? pick(details, KEPT) : details };
  return { channelOrderId, raw, content: contentOf(row), reported, ...(changedAt === null ? {} : { changedAt }) };
}
