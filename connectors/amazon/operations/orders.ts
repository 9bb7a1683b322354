/** Orders of 2026-01-01: what changed, and one by its id. */

import type { QueryOf } from "../../../contract/types.ts";
import type { Instant } from "../../../src/kernel/index.ts";
import {
  badAnswer,
  type Call,
  fail,
  type OperationTable,
  type OrdersPage,
  type OrdersWish,
  type Outcome,
  type PendingOrder,
  type PulledOrder,
  type ReportedOrder,
  succeed,
} from "../../kit/index.ts";
import { excerpt, isJson, textMember } from "../../protocol/map/json.ts";
import { fitsSchema } from "../map/fits.ts";
import { FBA_WORDS, MARKETPLACE, type Order, pathOf, takes } from "../map/market.ts";
import { contentOf } from "../map/order.ts";
import { isPending, toReported } from "../map/statuses.ts";
import { timeOf, utc } from "../map/time.ts";
import { ask, send } from "./send.ts";

type IncludedData = NonNullable<QueryOf<"amazon", "searchOrders">["includedData"]>;

/** All that is read of an order. What the application's roles do not allow is simply absent. */
export const INCLUDED: IncludedData = [
  "BUYER",
  "RECIPIENT",
  "PROCEEDS",
  "CANCELLATION",
  "FULFILLMENT",
  "PACKAGES",
  "TAX",
  "PAYMENT",
];
const PER_PAGE = 100;
/** Amazon takes no upper bound nearer to now than two minutes; left out it takes exactly that, by its own clock. */
const NEWEST_MINUTES = 2;
/** Our clock and Amazon's may differ: a bound within this of the newest is left to Amazon. */
const CLOCKS_MINUTES = 1;

/**
 * A page of orders of which anything changed in the window, the seller's own to fulfil. What Amazon says of the newest change
 * that a page can hold (`through`) is by its own clock: the next window begins there.
 */
export const pullOrders: OperationTable["pullOrders"] = async (call, wish) => {
  const { after, before, token } = askedFor(call, wish);
  const query: QueryOf<"amazon", "searchOrders"> = {
    marketplaceIds: [MARKETPLACE],
    fulfilledBy: ["MERCHANT"],
    lastUpdatedAfter: after,
    ...(before === "" ? {} : { lastUpdatedBefore: before }),
    ...(token === "" ? {} : { paginationToken: token }),
    maxResultsPerPage: PER_PAGE,
    includedData: INCLUDED,
  };
  const answered = await send(call, { id: "searchOrders", query, idempotent: true, deniedIs: "auth" });
  if (!answered.ok) return answered;
  const { json: page, status } = answered.value;
  const rows = isJson(page) ? page.orders : undefined;
  if (!isJson(page) || !Array.isArray(rows) || rows.length > PER_PAGE)
    return fail(badAnswer({ idempotent: true }, status, `The answer of searchOrders is no page: ${excerpt(page)}`));
  const next = textMember(page.pagination, "nextToken");
  const through = timeOf(textMember(page, "lastUpdatedBefore") ?? undefined);
  return succeed({
    ...readRows(call, rows),
    last: next === null,
    ...(next === null ? {} : { next: [after, before, next].join(" ") }),
    ...(through === null ? {} : { through }),
  });
};

/** What is asked for. A page after the first is asked for with the very bounds of the first: its token is good for no others. */
function askedFor(call: Call, wish: OrdersWish): { after: string; before: string; token: string } {
  const [, after = "", before = "", token = ""] = /^(\S+) (\S*) (\S+)$/.exec(wish.token ?? "") ?? [];
  if (token !== "") return { after, before, token };
  const newest = call.now.subtract({ minutes: NEWEST_MINUTES + CLOCKS_MINUTES });
  const earlier = (one: Instant, other: Instant) => (Temporal.Instant.compare(one, other) < 0 ? one : other);
  return {
    after: utc(earlier(wish.from, newest)),
    before: Temporal.Instant.compare(wish.to, newest) < 0 ? utc(wish.to) : "",
    token: "",
  };
}

/**
 * Each order by itself: one that is broken fails alone. What Amazon's own warehouse ships is passed over; of a kind that the
 * channel takes no more, orders that are here already go on.
 */
function readRows(call: Call, rows: readonly unknown[]): Pick<OrdersPage, "orders" | "rejected" | "pending"> {
  const orders: PulledOrder[] = [];
  const pending: PendingOrder[] = [];
  const rejected: { raw: unknown; words: string }[] = [];
  for (const row of rows) {
    const channelOrderId = textMember(row, "orderId");
    if (channelOrderId === null) {
      rejected.push({ raw: row, words: `an order without an id: ${excerpt(row)}` });
      continue;
    }
    const fits = fitsSchema("Order", row);
    if (!fits.ok) {
      // What is wrong with it is told when it is read.
      orders.push({ channelOrderId, raw: row, content: row, reported: null });
      continue;
    }
    const order = fits.value;
    if (pathOf(order) === "FBA") continue;
    const isTaken = takes(call.settings, pathOf(order));
    if (!isPending(order)) orders.push(isTaken ? pulledOf(order) : { ...pulledOf(order), onlyIfKnown: true });
    else if (isTaken) pending.push(pendingOf(order));
  }
  return { orders, rejected, pending };
}

function pulledOf(order: Order): PulledOrder {
  const changedAt = timeOf(order.lastUpdatedTime);
  return {
    channelOrderId: order.orderId,
    raw: order,
    content: contentOf(order),
    reported: toReported(order),
    ...(changedAt === null ? {} : { changedAt }),
  };
}

function pendingOf({ orderId, orderItems }: Order): PendingOrder {
  return {
    channelOrderId: orderId,
    lines: orderItems.map(({ orderItemId, product, quantityOrdered }) => {
      const sku = product.sellerSku ?? product.asin ?? "";
      return { channelOrderItemId: orderItemId, channelProductId: sku, channelSku: sku, quantity: quantityOrdered };
    }),
  };
}

/** Amazon gives one order a call, one in two seconds. */
export const ORDERS_BATCH_MAX = 1;

/** Whole orders by their ids, in whatever state they are: of these no search is spent, and no two minutes are waited. */
export const readOrders: OperationTable["readOrders"] = async (call, ids) => {
  const rows: unknown[] = [];
  for (const orderId of ids) {
    const row = await orderRow(call, orderId);
    if (!row.ok) return row;
    if (row.value !== null) rows.push(row.value);
  }
  return succeed(readRows(call, rows));
};

/** What Amazon says of known orders. One that it does not know is left out: nothing is concluded from that. */
export const readStatuses: OperationTable["readStatuses"] = async (call, ids) => {
  const read: { orders: ReportedOrder[]; rejected: string[] } = { orders: [], rejected: [] };
  for (const orderId of ids) {
    const row = await orderRow(call, orderId);
    if (!row.ok) return row;
    if (row.value === null) continue;
    const fits = fitsSchema("Order", row.value);
    // It fails alone: the others of a day's reading come after it.
    if (!fits.ok) read.rejected.push(`order ${orderId}: ${fits.words}`);
    else if (pathOf(fits.value) === "FBA") read.rejected.push(`${orderId} ${FBA_WORDS}`);
    else if (fits.value.orderId === orderId) read.orders.push(toReported(fits.value));
    else read.rejected.push(`order ${fits.value.orderId} was not asked for`);
  }
  return succeed(read);
};

const orderRequest = (orderId: string) =>
  ({
    id: "getOrder",
    path: { orderId },
    query: { includedData: INCLUDED },
    idempotent: true,
    deniedIs: "auth",
  }) as const;

/** An order as it came; null: Amazon does not know it. */
async function orderRow(call: Call, orderId: string): Promise<Outcome<unknown>> {
  const answered = await send(call, orderRequest(orderId));
  if (!answered.ok) return answered.failure.status === 404 ? succeed(null) : answered;
  const { json, status } = answered.value;
  if (isJson(json) && isJson(json.order)) return succeed(json.order);
  return fail(badAnswer({ idempotent: true }, status, `The answer of getOrder holds no order: ${excerpt(json)}`));
}

/** An order; null: Amazon does not know it. */
export async function findOrder(call: Call, orderId: string): Promise<Outcome<Order | null>> {
  const answered = await ask(call, orderRequest(orderId));
  if (answered.ok) return succeed(answered.value.order);
  return answered.failure.status === 404 ? succeed(null) : answered;
}
