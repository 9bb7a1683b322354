/** Results of writes: HTTP 200 with one word for each id. Pure. */
import type { Schema } from "../../../contract/types.ts";
import type { ChannelAnswer, LineResult, StockLine } from "../../kit/index.ts";
import { text } from "../../protocol/map/json.ts";
import type {} from "../contract/index.ts";
import { wordsOf } from "./words.ts";

/** What a batch says of one shipment. Some operations name the word `status`, others `processingStatus`. */
export interface ShipmentResult {
  readonly done: boolean;
  readonly code: string | null;
  readonly message: string | null;
}

/** A shipment that the answer does not name was not done. */
export function resultOf(answer: Schema<"flipkart", "ShipmentResults">, shipmentId: string): ShipmentResult {
  const row = answer.shipments.find((each) => each.shipmentId === shipmentId);
  if (row === undefined) return { done: false, code: null, message: "Flipkart's answer does not name the shipment." };
  const word = row.status ?? row.processingStatus;
  return { done: word === "SUCCESS", code: text(row.errorCode), message: text(row.errorMessage) };
}

/** An answer of ours by line: those in `refused` with their words, the others accepted. */
export function answerOf(ids: readonly string[], refused: ReadonlyMap<string, string>): ChannelAnswer {
  const results = [...new Set(ids)].map((key): LineResult => {
    const message = refused.get(key) ?? null;
    return { key, accepted: message === null, message };
  });
  const failed = results.filter((line) => !line.accepted).length;
  const status = failed === 0 ? "SUCCESS" : failed === results.length ? "FAILED" : "PARTIAL_SUCCESS";
  const words = [...new Set(refused.values())].join("; ");
  return { status, results, message: words === "" ? null : words };
}

/** Every line is told the same. */
export function wholeAnswer(ids: readonly string[], words: string | null): ChannelAnswer {
  return answerOf(ids, new Map(words === null ? [] : ids.map((id) => [id, words])));
}

export function failedAnswer(ids: readonly string[], { code, message }: ShipmentResult): ChannelAnswer {
  return wholeAnswer(ids, wordsOf(code, message));
}

/**
 * Results of a stock push, by SKU. WARNING counts as applied. Figures of one SKU for several locations share its word; a SKU
 * that the answer does not name was not taken.
 */
export function readStockResults(
  answer: Schema<"flipkart", "SkuResults">,
  sent: readonly StockLine[],
  refused: ReadonlyMap<StockLine, string>,
): ChannelAnswer {
  const results = sent.map((line): LineResult => {
    const own = refused.get(line);
    const row = answer[line.channelProductId];
    const message = own ?? (row === undefined ? "Flipkart's answer does not name this SKU." : skuWords(row));
    return { key: line.channelProductId, accepted: message === null, message };
  });
  const failed = results.filter((line) => !line.accepted).length;
  const status = failed === 0 ? "SUCCESS" : failed === results.length ? "FAILED" : "PARTIAL_SUCCESS";
  return { status, results, message: null };
}

function skuWords(row: Schema<"flipkart", "SkuResults">[string]): string | null {
  if (row.status !== "FAILURE") return null;
  const errors = [...(row.errors ?? []), ...(row.attribute_errors ?? [])].filter((error) => error.severity === "ERROR");
  const words = errors.map((error) => [error.description, error.path ?? ""].filter((part) => part !== "").join(": "));
  return [...new Set(words)].join("; ") || "Flipkart gives no reason.";
}
