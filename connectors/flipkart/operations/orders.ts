/** New shipments with their addresses, by the time of their last change. */
import {
  type Call,
  type OperationTable,
  type OrdersPage,
  type OrdersWish,
  type Outcome,
  type PulledOrder,
  succeed,
} from "../../kit/index.ts";
import { excerpt, isJson } from "../../protocol/map/json.ts";
import { contentOf } from "../map/order.ts";
import { rangeOf } from "../map/outgoing.ts";
import { pick, readShipment, shipmentIdOf, timeOf } from "../map/shipment.ts";
import { couriersOf, toReported } from "../map/statuses.ts";
import { type FoundPage, firstPage, nextPage } from "./search.ts";
import { askDetails } from "./shipments.ts";

/**
 * What is listed, one after the other: shipments in every state before dispatch (also those that were packed on the seller's
 * panel before we saw them), then those that left since, which nobody here may know yet. Cancelled ones that were never seen
 * concern nobody.
 */
const LISTS = ["pre", "post"] as const;
type List = (typeof LISTS)[number];

interface Listed extends FoundPage {
  readonly list: List;
}

/** A page of shipments that changed in the window. Its addresses are asked for by one call more. */
export const pullOrders: OperationTable["pullOrders"] = async (call, wish) => {
  const pages = await pagesOf(call, wish);
  if (!pages.ok) return pages;
  const rows = pages.value.flatMap((page) => page.rows);
  const ids = [...new Set(rows.flatMap((row) => shipmentIdOf(row) ?? []))];
  const details = await askDetails(call, ids);
  if (!details.ok) return details;
  const end = pages.value.at(-1);
  const next = end?.next == null ? {} : { next: `${end.list}:${end.next}` };
  return succeed({ ...readRows(rows, details.value), last: end?.next == null, ...next });
};

/** The page that is asked for, and, where it ends the first list, the beginning of the second. */
async function pagesOf(call: Call, wish: OrdersWish): Promise<Outcome<readonly Listed[]>> {
  const [, named = "pre", token] = /^(pre|post):(.*)$/s.exec(wish.token ?? "") ?? [];
  const list: List = named === "post" ? "post" : "pre";
  const first = await (token === undefined ? begin(call, wish, list) : nextPage(call, token));
  if (!first.ok) return first;
  const here: Listed = { ...first.value, list };
  if (list === "post" || here.next !== null) return succeed([here]);
  const second = await begin(call, wish, "post");
  return second.ok ? succeed([here, { ...second.value, list: "post" }]) : second;
}

function begin(call: Call, wish: OrdersWish, list: List): Promise<Outcome<FoundPage>> {
  const modifiedDate = rangeOf(wish);
  if (list === "pre") return firstPage(call, { type: "preDispatch", modifiedDate });
  return firstPage(call, { type: "postDispatch", states: ["SHIPPED", "PICKUP_COMPLETE"], modifiedDate });
}

/** A shipment needs nothing but an id to be handed on: what else is wrong with it is told when it is read. */
function readRows(rows: readonly unknown[], details: readonly unknown[]): Pick<OrdersPage, "orders" | "rejected"> {
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

const KEPT = ["shipmentId", "orderId", "deliveryAddress", "billingAddress", "buyerDetails"];

function pulledOrder(
  channelOrderId: string,
  row: unknown,
  details: unknown,
  couriers: ReturnType<typeof couriersOf>,
): PulledOrder {
  const read = readShipment(row);
  const reported = read.ok ? toReported(read.value, couriers.get(channelOrderId) ?? null) : null;
  // Of the view the addresses alone are kept: its lines are those of the search, and its other addresses the seller's own.
  const kept = isJson(details) ? pick(details, KEPT) : details;
  const changedAt = read.ok ? timeOf(read.value.updatedAt) : null;
  const raw = { shipment: row, details: kept };
  return { channelOrderId, raw, content: contentOf(row), reported, ...(changedAt === null ? {} : { changedAt }) };
}
