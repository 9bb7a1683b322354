/** Customer returns: a report that is asked for in one call, and read in a later one when Amazon has made it. */
import type { Instant } from "../../../src/kernel/index.ts";
import {
  badAnswer,
  type Call,
  type FeedPage,
  fail,
  type OperationTable,
  type Outcome,
  type ReportedOrder,
  succeed,
} from "../../kit/index.ts";
import { isNews, type OrderLine, type ReturnTable, readReturnTable, toReturned } from "../map/returns.ts";
import { timeOf, utc } from "../map/time.ts";
import { decoded } from "./files.ts";
import { findOrder } from "./orders.ts";
import { createReport, readReport, recentReports, reportFile } from "./reports.ts";

export const RETURNS_FEED = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE";
/** The report goes by the day on which a return was asked for: so far back deliveries of earlier ones are seen. 60 days are the most. */
const DAYS_BACK = 30;
/** A report that was begun so long ago is found again by another process. */
const REPORT_LIVES_HOURS = 6;
/** Each order of a page is read by itself, one in two seconds after the first thirty. */
const ORDERS_PER_PAGE = 20;

/** A report and the moment up to which it is complete. */
interface Asked {
  readonly reportId: string;
  readonly end: string;
}

/**
 * A page of returns. There is none until Amazon has made the report: then the list is complete no further than it was
 * (`through`), and the next question finds the report.
 */
export const pullStatuses: OperationTable["pullStatuses"] = async (call, wish) => {
  const [, documentId, end = "", offset = "0"] = /^(\S+) (\S+) (\d+)$/.exec(wish.token ?? "") ?? [];
  if (documentId !== undefined) return readPage(call, { documentId, end, offset: Number(offset), since: wish.from });
  const asked = await reportFor(call, wish.from, wish.to);
  if (!asked.ok) return asked;
  const report = await readReport(call, asked.value.reportId);
  if (!report.ok) {
    if (report.failure.status === 404) call.memory.drop(KEPT);
    return report;
  }
  if (report.value.state === "NOT_YET") return succeed(nothing(wish.from));
  const { word, documentId: made } = report.value.value;
  const through = timeOf(asked.value.end) ?? wish.from;
  // Amazon ends a report of a time without returns as cancelled.
  if (word === "CANCELLED") {
    call.memory.drop(KEPT);
    return succeed(nothing(through));
  }
  if (made === null) {
    call.memory.drop(KEPT);
    const channelMessage = `Amazon ended the report of returns as ${word}.`;
    return fail({ reached: "yes", kind: "refused", channelCode: word, channelMessage });
  }
  return readPage(call, { documentId: made, end: asked.value.end, offset: 0, since: wish.from });
};

function nothing(through: Instant): FeedPage {
  return { orders: [], rejected: [], last: true, through };
}

const KEPT = "returns report";

/** The report that goes further than what was read: the one that this process asked for, one that another has, or a new one. */
async function reportFor(call: Call, from: Instant, to: Instant): Promise<Outcome<Asked>> {
  const isNewer = (end: string) => {
    const until = timeOf(end);
    return until !== null && Temporal.Instant.compare(until, from) > 0;
  };
  const [reportId = "", end = ""] = (call.memory.get(KEPT) ?? "").split(" ");
  if (reportId !== "" && isNewer(end)) return succeed({ reportId, end });
  const since = utc(call.now.subtract({ hours: REPORT_LIVES_HOURS }));
  const recent = await recentReports(call, RETURNS_FEED, since);
  if (!recent.ok) return recent;
  const found = recent.value.find((report) => {
    const start = timeOf(report.start);
    return (
      report.word !== "FATAL" && isNewer(report.end) && start !== null && Temporal.Instant.compare(start, from) <= 0
    );
  });
  if (found !== undefined) {
    call.memory.set(KEPT, `${found.reportId} ${found.end}`);
    return succeed(found);
  }
  const window = { start: utc(from.subtract({ hours: 24 * DAYS_BACK })), end: utc(to) };
  const made = await createReport(call, RETURNS_FEED, window);
  if (!made.ok) return made;
  call.memory.set(KEPT, `${made.value} ${window.end}`);
  return succeed({ reportId: made.value, end: window.end });
}

interface Place {
  readonly documentId: string;
  readonly end: string;
  readonly offset: number;
  readonly since: Instant;
}

async function readPage(call: Call, { documentId, end, offset, since }: Place): Promise<Outcome<FeedPage>> {
  const table = await tableOf(call, documentId);
  if (!table.ok) return table;
  const byOrder = [
    ...Map.groupBy(
      table.value.rows.filter((row) => isNews(row, since)),
      (row) => row.orderId,
    ),
  ];
  const orders: ReportedOrder[] = [];
  const rejected: string[] = offset === 0 ? [...table.value.rejected] : [];
  for (const [orderId, rows] of byOrder.slice(offset, offset + ORDERS_PER_PAGE)) {
    const lines = await linesOf(call, orderId);
    if (!lines.ok) return lines;
    const read = toReturned(orderId, lines.value, rows);
    if (read.reported.lines.length > 0) orders.push(read.reported);
    rejected.push(...read.rejected);
  }
  const next = offset + ORDERS_PER_PAGE;
  if (next < byOrder.length) return succeed({ orders, rejected, last: false, next: `${documentId} ${end} ${next}` });
  for (const key of [KEPT, fileKey(documentId), ...byOrder.map(([orderId]) => linesKey(orderId))])
    call.memory.drop(key);
  const through = timeOf(end);
  return succeed({ orders, rejected, last: true, ...(through === null ? {} : { through }) });
}

const linesKey = (orderId: string) => `returns lines ${orderId}`;

/**
 * Lines of an order that comes back; none where Amazon does not know it. Kept while the report is read: a page that has to wait
 * for its turn goes on where it stood.
 */
async function linesOf(call: Call, orderId: string): Promise<Outcome<readonly OrderLine[]>> {
  const kept = call.memory.get(linesKey(orderId));
  if (kept !== undefined) return succeed(linesIn(kept));
  const order = await findOrder(call, orderId);
  if (!order.ok) return order;
  const lines = order.value?.orderItems.map(({ orderItemId, quantityOrdered, product }) =>
    [orderItemId, quantityOrdered, product.sellerSku ?? "", product.asin ?? ""].join("\t"),
  );
  const written = lines?.join("\n") ?? "";
  call.memory.set(linesKey(orderId), written);
  return succeed(linesIn(written));
}

function linesIn(written: string): OrderLine[] {
  return written.split("\n").flatMap((line) => {
    const [orderItemId = "", quantity = "0", sku = "", asin = ""] = line.split("\t");
    return orderItemId === "" ? [] : [{ orderItemId, quantity: Number(quantity), sku, asin }];
  });
}

const fileKey = (documentId: string) => `returns file ${documentId}`;

/** The report's table. Kept in memory while its pages are read. */
async function tableOf(call: Call, documentId: string): Promise<Outcome<ReturnTable>> {
  const kept = call.memory.get(fileKey(documentId));
  if (kept !== undefined) return tableIn(kept);
  const file = await reportFile(call, documentId);
  if (!file.ok) return file;
  const content = decoded(file.value);
  call.memory.set(fileKey(documentId), content);
  return tableIn(content);
}

function tableIn(content: string): Outcome<ReturnTable> {
  const table = readReturnTable(content);
  if (table !== null) return succeed(table);
  const words = `The report of returns is no table of returns: ${content.slice(0, 80)}`;
  return fail(badAnswer({ idempotent: true }, undefined, words));
}
