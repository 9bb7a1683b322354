/** The report of customer returns: a table with a row for each SKU of a return. Pure. */
import type { Instant } from "../../../src/kernel/index.ts";
import type { ReportedOrder } from "../../kit/index.ts";
import { text } from "../../protocol/map/json.ts";
import { ZONE } from "./market.ts";

export interface ReturnRow {
  readonly orderId: string;
  readonly returnId: string | null;
  readonly sku: string | null;
  readonly asin: string | null;
  readonly quantity: number;
  readonly reason: string | null;
  readonly status: string;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  /** Days, as the report has them. */
  readonly requestedOn: Temporal.PlainDate | null;
  readonly deliveredOn: Temporal.PlainDate | null;
  /** The report says that it came back, whether its day can be read or not. */
  readonly delivered: boolean;
}

export interface ReturnTable {
  readonly rows: readonly ReturnRow[];
  readonly rejected: readonly string[];
}

/** Reads the table: tabs between columns, names of columns in the first line. Null: it is no such table. */
export function readReturnTable(content: string): ReturnTable | null {
  const [head = "", ...lines] = content.replace(/^\uFEFF/, "").split(/\r?\n/);
  const columns = head.split("\t").map(nameOf);
  if (!columns.includes("orderid") || !columns.includes("returnquantity")) return null;
  const rows: ReturnRow[] = [];
  const rejected: string[] = [];
  for (const line of lines) {
    if (line.trim() === "") continue;
    const cells = new Map(line.split("\t").map((cell, i) => [columns[i] ?? "", text(unquoted(cell))]));
    const row = readRow((name) => cells.get(name) ?? null);
    if (row === null) rejected.push(`a return without order or quantity: ${line.slice(0, 120)}`);
    else rows.push(row);
  }
  return { rows, rejected };
}

const nameOf = (name: string) =>
  unquoted(name)
    .toLowerCase()
    .replaceAll(/[^a-z]/g, "");
const unquoted = (cell: string) => /^"(.*)"$/s.exec(cell.trim())?.[1]?.replaceAll('""', '"') ?? cell;

function readRow(cell: (name: string) => string | null): ReturnRow | null {
  const orderId = cell("orderid");
  const quantity = Number(cell("returnquantity"));
  if (orderId === null || !Number.isSafeInteger(quantity) || quantity < 1) return null;
  const deliveredOn = cell("returndeliverydate");
  return {
    orderId,
    returnId: cell("amazonrmaid"),
    sku: cell("merchantsku"),
    asin: cell("asin"),
    quantity,
    reason: cell("returnreason"),
    status: cell("returnrequeststatus") ?? "RETURN",
    carrier: cell("returncarrier"),
    trackingNumber: cell("trackingid"),
    requestedOn: dayOf(cell("returnrequestdate")),
    deliveredOn: dayOf(deliveredOn),
    delivered: deliveredOn !== null,
  };
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** `2026-11-20`, `2026-11-20T…`, `20-Nov-2026`. Null: it cannot be read. */
function dayOf(given: string | null): Temporal.PlainDate | null {
  if (given === null) return null;
  const iso = /^(\d{4})-(\d{2})-(\d{2})/.exec(given);
  const named = /^(\d{1,2})[- ]([A-Za-z]{3})[a-z]*[- ](\d{4})/.exec(given);
  const [year, month, day] =
    iso !== null
      ? [Number(iso[1]), Number(iso[2]), Number(iso[3])]
      : [Number(named?.[3]), MONTHS.indexOf(named?.[2]?.toLowerCase() ?? "") + 1, Number(named?.[1])];
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: "reject" });
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return null; // 30 February, no date at all
    throw error;
  }
}

/**
 * Was it asked for or delivered since? Rows have days, not times: those of the day before are looked at again. A row whose days
 * cannot be read may be new.
 */
export function isNews({ requestedOn, deliveredOn, delivered }: ReturnRow, since: Instant): boolean {
  const from = since.toZonedDateTimeISO(ZONE).toPlainDate().subtract({ days: 1 });
  const days = delivered ? [requestedOn, deliveredOn] : [requestedOn];
  return days.some((day) => day === null || Temporal.PlainDate.compare(day, from) >= 0);
}

/** A line of the order, as far as a return is found on it. */
export interface OrderLine {
  readonly orderItemId: string;
  readonly quantity: number;
  readonly sku: string;
  readonly asin: string;
}

/**
 * The rows of one order, on its lines. The report names SKUs, not lines: units of a SKU lie on the lines that have it, in their
 * order. What finds no line is told in words.
 */
export function toReturned(
  orderId: string,
  orderLines: readonly OrderLine[],
  rows: readonly ReturnRow[],
): { reported: ReportedOrder; rejected: string[] } {
  const left = new Map(orderLines.map(({ orderItemId, quantity }) => [orderItemId, quantity]));
  const lines: ReportedOrder["lines"][number][] = [];
  const rejected: string[] = [];
  for (const row of rows) {
    let open = row.quantity;
    for (const { orderItemId, quantity, sku, asin } of orderLines) {
      const isIt = row.sku !== null ? sku === row.sku : asin === row.asin;
      const here = isIt ? Math.min(open, left.get(orderItemId) ?? 0) : 0;
      if (here <= 0) continue;
      open -= here;
      left.set(orderItemId, (left.get(orderItemId) ?? 0) - here);
      lines.push(lineOf(orderItemId, row, here === quantity ? null : here));
    }
    if (open > 0) rejected.push(`order ${orderId} has no ${open} units of ${row.sku ?? row.asin ?? "a SKU"} to return`);
  }
  return { reported: { channelOrderId: orderId, lines }, rejected };
}

function lineOf(channelOrderItemId: string, row: ReturnRow, quantity: number | null): ReportedOrder["lines"][number] {
  const day = row.delivered ? row.deliveredOn : row.requestedOn;
  return {
    channelOrderItemId,
    status: row.delivered ? "RETURNED" : "CIR",
    raw: row.status,
    ...(quantity === null ? {} : { quantity }),
    ...(day === null ? {} : { changedAt: day.toZonedDateTime(ZONE).toInstant() }),
    returnReason: row.reason,
    returnAwb: row.trackingNumber,
    returnCourier: row.carrier,
    channelReturnId: row.returnId,
  };
}
