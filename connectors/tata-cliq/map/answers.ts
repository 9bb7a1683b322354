/** What Tata CLiQ says to writes, its papers and its returns, in our words. Pure. */
import type { RequestBody, Schema } from "../../../contract/types.ts";
import { parseRupees } from "../../../src/kernel/index.ts";
import type {
  ChannelAnswer,
  ChannelInvoice,
  CourierAnswer,
  ManifestAnswer,
  ReportedOrder,
  StockLine,
  TaxRates,
} from "../../kit/index.ts";
import { isPdf, type Reading, readBase64 } from "../../protocol/map/documents.ts";
import { answerOf } from "../../protocol/map/incoming.ts";
import { text } from "../../protocol/map/json.ts";
import type {} from "../contract/index.ts";
import { keyOf } from "./keys.ts";
import { plainLine, timeOf } from "./order.ts";
import { returnWordOf, type StatusTable, statusOf, wordOf } from "./states.ts";
import { used } from "./texts.ts";

type ReturnLine = Schema<"tata-cliq", "ReturnLine">;
type ReportedLine = ReportedOrder["lines"][number];
type InventoryItem = RequestBody<"tata-cliq", "updateInventoryJson">["InventoryUpdate"]["Item"][number];

/** @param otherwise the store whose figure one without a store is */
export function toInventory(lines: readonly StockLine[], otherwise: string): readonly InventoryItem[] {
  return lines.map((line) => ({
    SKU: line.variantId,
    SlaveID: line.channelWarehouse ?? otherwise,
    Inventory: line.quantity,
    SafetyStock: 0, // what is kept back is kept back before the figure is told
  }));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};
const escaped = (value: string) => value.replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);

export function toInventoryXml(items: readonly InventoryItem[]): Buffer {
  const rows = items.map(({ SKU, SlaveID, Inventory, SafetyStock }) =>
    [
      "  <Item>",
      `    <SKU>${escaped(SKU)}</SKU>`,
      `    <SlaveID>${escaped(SlaveID)}</SlaveID>`,
      `    <Inventory>${Inventory}</Inventory>`,
      `    <SafetyStock>${SafetyStock}</SafetyStock>`,
      "  </Item>",
    ].join("\n"),
  );
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<InventoryUpdate>\n${rows.join("\n")}\n</InventoryUpdate>\n`,
  );
}

/** Figures that are not named as failed were taken, but of a batch that failed none was. */
export function readInventoryResult(
  result: Schema<"tata-cliq", "InventoryResult">,
  lines: readonly StockLine[],
  otherwise: string,
): ChannelAnswer {
  const named = new Map((result.failed ?? []).map((row) => [`${row.SKU}\n${row.SlaveID}`, row.message]));
  const keyOfLine = (line: StockLine) => `${line.variantId}\n${line.channelWarehouse ?? otherwise}`;
  // PARTIAL_SUCCESS that names nothing leaves no figure certain. What was taken after all is told again without harm.
  const allFailed =
    result.status === "FAILED" ||
    (result.status === "PARTIAL_SUCCESS" && !lines.some((line) => named.has(keyOfLine(line))));
  return {
    status: result.status,
    results: lines.map((line) => {
      const words = named.get(keyOfLine(line));
      const message = words ?? (allFailed ? (text(result.message) ?? `Tata CLiQ answered ${result.status}.`) : null);
      return { key: line.channelProductId, accepted: message === null, message };
    }),
    message: text(result.message),
  };
}

/** Lines that are not named as failed were taken. */
export function readLinesResult(
  result: Schema<"tata-cliq", "LinesResult">,
  sentLineIds: readonly string[],
): ChannelAnswer {
  const failures = (result.failed ?? []).map((row) => ({ orderItemId: row.transactionId, errorMessage: row.message }));
  return answerOf(result.status, failures, sentLineIds, text(result.message));
}

export function readInvoice(
  answer: Schema<"tata-cliq", "Invoice">,
  products: ReadonlyMap<string, { readonly productId: string; readonly variantId: string }>,
): Reading<ChannelInvoice> {
  const number = answer.invoiceNo.trim();
  const issuedAt = timeOf(answer.invoiceDate);
  if (issuedAt === null) return { ok: false, words: `invoice ${number}: ${answer.invoiceDate} is no time` };
  const lines: ChannelInvoice["lines"][number][] = [];
  for (const line of answer.lines) {
    const rates = readRates(line);
    const taxable = parseRupees(line.taxableValue);
    if (rates === null || taxable === null)
      return { ok: false, words: `invoice ${number}: rates or value of ${line.transactionId} are none` };
    const product = products.get(line.transactionId) ?? { productId: "", variantId: "" };
    lines.push({ channelOrderItemId: line.transactionId, ...product, rates, taxable });
  }
  const pdf = readBase64(answer.document);
  if (pdf === null || !isPdf(pdf)) return { ok: false, words: `invoice ${number}: its document is no PDF in base64` };
  return { ok: true, value: { number, issuedAt, lines, buyer: null, pdf } };
}

/** Per cent as basis points; null: finer than one, or no rate. */
function readRates(line: Schema<"tata-cliq", "Invoice">["lines"][number]): TaxRates | null {
  const points = [line.cgstRate, line.sgstRate, line.utgstRate, line.igstRate, line.cessRate].map((percent) => {
    const bps = Math.round(percent * 100);
    return Math.abs(percent * 100 - bps) < 1e-6 && bps <= 100_00 ? bps : null; // binary noise is not a finer rate
  });
  const [cgstBps, sgstBps, utgstBps, igstBps, cessBps] = points;
  if (cgstBps == null || sgstBps == null || utgstBps == null || igstBps == null || cessBps == null) return null;
  return { gstBps: Math.max(cgstBps + sgstBps + utgstBps, igstBps), cgstBps, sgstBps, utgstBps, igstBps, cessBps };
}

/** Courier and number together, or none. */
export function readCourier(answer: Schema<"tata-cliq", "Label">): CourierAnswer {
  if (answer.fulfillmentType === "SSHIP") return { state: "SELLER_SHIPS" };
  const [code, name, awb] = [used(answer.logisticsId), used(answer.logisticsName), used(answer.awbNo)];
  const courier = code ?? name;
  if (courier === null || awb === null)
    return { state: "NOT_YET", message: "Tata CLiQ has not given courier and tracking number yet." };
  return { state: "READY", value: { code: courier, name: name ?? courier, awb, sortCode: used(answer.sortCode) } };
}

export function readManifest(answer: Schema<"tata-cliq", "Manifest">, sentLineIds: readonly string[]): ManifestAnswer {
  const sent = new Set(sentLineIds);
  const failed = (answer.failed ?? []).map((row) => ({ key: row.transactionId, message: row.message }));
  const refused = failed.filter(({ key }) => sent.has(key));
  const file = readBase64(answer.document ?? "");
  if (answer.status === "SUCCESS" && failed.length === 0 && file !== null && isPdf(file))
    return { made: true, url: null, file, refused: [], message: null };
  const silent =
    answer.status === "SUCCESS"
      ? "The manifest that Tata CLiQ made is no PDF."
      : `Tata CLiQ answered ${answer.status}.`;
  return { made: false, url: null, refused, message: refused.length > 0 ? null : (text(answer.message) ?? silent) };
}

/** Returns by the orders of their stores. */
export function readReturns(rows: readonly ReturnLine[], table: StatusTable): readonly ReportedOrder[] {
  const orders = Map.groupBy(rows, keyOf);
  return [...orders].map(([channelOrderId, own]) => ({
    channelOrderId,
    lines: own.flatMap((row) => returnWords(row, table)),
  }));
}

/**
 * An RTO is one however its code is called; what was received is over. A customer sends back what was delivered to him, which
 * the list of orders may have shown for less than an hour. Of a return that will not come the line is what it was before.
 */
function returnWords(row: ReturnLine, table: StatusTable): ReportedLine[] {
  const isRto = row.returnType === "RTO";
  const changedAt = timeOf(row.statusDate);
  const line = (status: ReportedLine["status"]): ReportedLine => ({
    ...plainLine(row.transactionId, status, wordOf(table, row.omsStatusCode)),
    ...(changedAt === null ? {} : { changedAt }),
  });
  const named = (status: ReportedLine["status"]): ReportedLine => ({
    ...line(status),
    returnReason: used(row.reason),
    returnAwb: used(row.awbNo),
    returnCourier: used(row.logisticsName),
    channelReturnId: row.returnId,
  });
  const before = isRto ? [] : [line("DELIVERED")];
  switch (returnWordOf(table, row.omsStatusCode)) {
    case "COMES":
      return [...before, named(isRto ? "RTO" : "CIR")];
    case "RECEIVED":
      return [...before, named("RETURNED")];
    case "CALLED_OFF": {
      const status = isRto && statusOf(table, row.omsStatusCode) !== "DELIVERED" ? "DISPATCHED" : "DELIVERED";
      return [{ ...named(status), returnCalledOff: true }];
    }
    case "unknown":
      return [named("unknown")];
  }
}
