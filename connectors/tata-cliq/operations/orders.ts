/** Orders, what became of them, acceptance and rejection. */
import { describeMisfits, validator } from "../../../contract/validators.ts";
import {
  badAnswer,
  type Call,
  fail,
  type OperationTable,
  type Outcome,
  type ReportedOrder,
  succeed,
} from "../../kit/index.ts";
import { isJson } from "../../protocol/map/json.ts";
import { TATA_CLIQ_CONTRACT } from "../contract/index.ts";
import { readLinesResult, readReturns } from "../map/answers.ts";
import { readKey, slavesOf } from "../map/keys.ts";
import { goneWords, lateWords, offerOf } from "../map/offers.ts";
import { byStore, hoppedReport, pulledOrders, readSalesOrder, reportOf, type SalesOrder } from "../map/order.ts";
import { isOffered, readStatusTable, type StatusTable } from "../map/states.ts";
import { send, sendRaw } from "./send.ts";

/** The same list, read often for what ends work here, and hourly for what has arrived. */
export const ORDERS_FEED = "sales-orders";
export const DELIVERED_FEED = "sales-orders/delivered";
export const RETURNS_FEED = "returns";
/** One call an order. */
export const STATUS_BATCH_MAX = 10;

const isReturn = validator(TATA_CLIQ_CONTRACT, "ReturnLine");

export const tableOf = (call: Call): StatusTable => readStatusTable(call.fields.statusTable).table;
export const ownSlaves = (call: Call) => slavesOf(call.fields.slaves);

/** All active orders, each time: filters are ignored there, and there are no pages. */
async function activeOrders(call: Call): Promise<Outcome<readonly unknown[]>> {
  return rowsOf(await sendRaw(call, { id: "getSalesOrders", idempotent: true }), "order");
}

function rowsOf(sent: Awaited<ReturnType<typeof sendRaw>>, member: string): Outcome<readonly unknown[]> {
  if (!sent.ok) return sent;
  const { json, status } = sent.value;
  const rows = isJson(json) ? json[member] : undefined;
  if (Array.isArray(rows)) return succeed(rows);
  return fail(badAnswer({ idempotent: true }, status, `The answer has no list "${member}".`));
}

/**
 * The whole list is one page whatever window is asked for: an order that hopped here comes with the date of the day on which
 * another store was asked, and must not be missed for that. What is known already is told from what is new by who asks.
 */
export const pullOrders: OperationTable["pullOrders"] = async (call, wish) => {
  const rows = await activeOrders(call);
  if (!rows.ok) return rows;
  return succeed({ ...pulledOrders(rows.value, tableOf(call), ownSlaves(call), wish.status), last: true });
};

/** States of all active orders, or of all active returns. */
export const pullStatuses: OperationTable["pullStatuses"] = async (call, wish) => {
  if (wish.feed === RETURNS_FEED) return activeReturns(call);
  const rows = await activeOrders(call);
  if (!rows.ok) return rows;
  const read = rows.value.map(readSalesOrder);
  return succeed({
    orders: read.flatMap((one) => (one.ok ? reportsOf(call, one.value) : [])),
    rejected: read.flatMap((one) => (one.ok ? [] : [one.words])),
    last: true,
  });
};

/**
 * What an order says to each store that has lines of it: of the others' lines, that they are not there (any more). The list does
 * not tell which stores had a line, and what one process saw is not known to the next; words about lines that the store's order
 * never had change nothing. Two parts are left out, and so are asked about by their numbers in the same run where they are known
 * here: what has no line of the order any more; and what is still offered while other lines are elsewhere. That one may not be
 * here yet, words about it would wait for it, and a line that is elsewhere now may still hop to it.
 */
function reportsOf(call: Call, order: SalesOrder): ReportedOrder[] {
  const table = tableOf(call);
  const stores = byStore(order);
  return [...stores].flatMap(([slaveId, own]) => {
    const isOpenOffer = stores.size > 1 && own.some((line) => isOffered(table, line.omsStatusCode));
    return isOpenOffer ? [] : [whole(order, slaveId, table)];
  });
}

async function activeReturns(call: Call) {
  const rows = rowsOf(await sendRaw(call, { id: "getReturns", idempotent: true }), "return");
  if (!rows.ok) return rows;
  const checked = rows.value.map((row) => isReturn(row));
  const good = checked.flatMap((one) => (one.ok ? [one.value] : []));
  return succeed({
    orders: readReturns(good, tableOf(call)),
    rejected: checked.flatMap((one) => (one.ok ? [] : [`a return: ${describeMisfits(one.errors, "return")}`])),
    last: true,
  });
}

/** What is said of known orders, one call each. Lines that are at another store now are re-allocated. */
export const readStatuses: OperationTable["readStatuses"] = async (call, ids) => {
  const orders: ReportedOrder[] = [];
  const rejected: string[] = [];
  for (const id of ids) {
    const key = readKey(id);
    const sent = await sendRaw(call, { id: "getSalesOrder", path: { orderNo: key?.orderNo ?? id }, idempotent: true });
    if (!sent.ok && sent.failure.status === 404) continue;
    const rows = rowsOf(sent, "order");
    if (!rows.ok) return rows;
    for (const row of rows.value) {
      const read = readSalesOrder(row);
      if (!read.ok) rejected.push(read.words);
      else if (key === null || read.value.orderNo !== key.orderNo)
        rejected.push(`order ${read.value.orderNo} was not asked for`);
      else orders.push(whole(read.value, key.slaveId, tableOf(call)));
    }
  }
  return succeed({ orders, rejected });
};

function whole(order: SalesOrder, slaveId: string, table: StatusTable): ReportedOrder {
  const own = order.orderLine.filter((line) => line.p1SlaveId === slaveId);
  const gone = order.orderLine.filter((line) => line.p1SlaveId !== slaveId);
  const report = reportOf(order, slaveId, own, table);
  return { ...report, lines: [...report.lines, ...hoppedReport(order.orderNo, slaveId, gone).lines] };
}

/**
 * Accepts what a store is offered of an order, and nothing that came to the store after it. What is accepted already, from here
 * or on the panel, is as good; what was cancelled meanwhile is left out.
 */
export const acknowledge: OperationTable["acknowledge"] = async (call, channelOrderId) => {
  const key = readKey(channelOrderId);
  const refused = (message: string) =>
    succeed({ status: "FAILED" as const, results: [{ key: channelOrderId, accepted: false, message }], message });
  if (key === null) return refused(`${channelOrderId} names no order and store of Tata CLiQ`);
  const sent = await sendRaw(call, { id: "getSalesOrder", path: { orderNo: key.orderNo }, idempotent: true });
  if (!sent.ok && sent.failure.status === 404) return refused("Tata CLiQ knows no such order any more.");
  const rows = rowsOf(sent, "order");
  if (!rows.ok) return rows;
  const read = rows.value.map(readSalesOrder).find((one) => one.ok);
  const lines = read?.ok ? (byStore(read.value).get(key.slaveId) ?? []) : [];
  if (lines.length === 0) return refused("The time limit is over: the order has gone to another store.");
  const offer = offerOf(lines, tableOf(call));
  if (offer.own.length > 0) {
    const transactionIds = offer.own.map((line) => line.transactionId);
    const told = await send(call, { id: "acceptOrder", body: { ...key, transactionIds }, idempotent: true });
    if (!told.ok) return told.failure.kind === "refused" ? refused(told.failure.channelMessage ?? "refused") : told;
    const { status, results, message } = readLinesResult(told.value, transactionIds);
    if (status !== "SUCCESS" || results.some((line) => !line.accepted))
      return refused(message ?? `Tata CLiQ answered ${status}.`);
  }
  if (offer.late.length > 0) return refused(lateWords(channelOrderId, offer));
  if (offer.own.length + offer.taken.length === 0) return refused(goneWords(lines, tableOf(call)));
  return succeed({
    status: "SUCCESS",
    results: [{ key: channelOrderId, accepted: true, message: null }],
    message: null,
  });
};

/** The seller's cancellation is a rejection: the lines hop to another store, or are cancelled where there is none. */
export const cancel: OperationTable["cancel"] = async (call, facts) => {
  const transactionIds = [...new Set(facts.lines.map((line) => line.channelOrderItemId))];
  const body = { ...storeOf(facts.channelOrderId), transactionIds, reason: "OUT_OF_STOCK" };
  const told = await send(call, { id: "rejectOrder", body, idempotent: false });
  return told.ok ? succeed(readLinesResult(told.value, transactionIds)) : told;
};

/** An order's id is of our own making, so it is always readable; one from elsewhere is nobody's. */
export function storeOf(channelOrderId: string) {
  return readKey(channelOrderId) ?? { orderNo: channelOrderId, slaveId: "?" };
}
