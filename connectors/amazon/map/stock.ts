/** Figures of stock on the way out, and what Amazon says of them. Pure. */
import type { RequestBody, ResponseBody, Schema } from "../../../contract/types.ts";
import type { ChannelAnswer, LineResult, StockLine } from "../../kit/index.ts";
import { isJson, text } from "../../protocol/map/json.ts";
import { OWN_STOCK } from "./market.ts";

/** Attributes common to all product types may be changed under this one. */
const PRODUCT_TYPE = "PRODUCT";
const PATH = "/attributes/fulfillment_availability";

/** `merge` keeps what stands beside the quantity (handling time, restock date); `replace` would drop it. */
export function patchOf(quantity: number): RequestBody<"amazon", "patchListingsItem"> {
  const value = [{ fulfillment_channel_code: OWN_STOCK, quantity }];
  return { productType: PRODUCT_TYPE, patches: [{ op: "merge", path: PATH, value }] };
}

/** JSON_LISTINGS_FEED: a message for each SKU. */
export function feedOf(sellerId: string, lines: readonly StockLine[]): unknown {
  return {
    header: { sellerId, version: "2.0", issueLocale: "en_IN" },
    messages: lines.map((line, i) => ({
      messageId: i + 1,
      sku: line.channelProductId,
      operationType: "PATCH",
      ...patchOf(line.quantity),
    })),
  };
}

type Issue = Schema<"amazon", "Issue">;

/** ACCEPTED means queued. INVALID comes with HTTP 200, and its issues say why. */
export function patchedResult(key: string, answer: ResponseBody<"amazon", "patchListingsItem", 200>): LineResult {
  const errors = (answer.issues ?? []).filter(({ severity }) => severity === "ERROR");
  const accepted = answer.status === "ACCEPTED" || answer.status === "VALID";
  const message = wordsOf(errors) ?? (accepted ? null : `Amazon says ${answer.status} without a reason.`);
  return { key, accepted, message };
}

function wordsOf(issues: readonly Pick<Issue, "code" | "message">[]): string | null {
  return issues.map(({ code, message }) => `${message} (${code})`).join("; ") || null;
}

export function stockAnswer(results: readonly LineResult[]): ChannelAnswer {
  const accepted = results.filter((result) => result.accepted).length;
  const status = accepted === results.length ? "SUCCESS" : accepted === 0 ? "FAILED" : "PARTIAL_SUCCESS";
  const message = results.find((result) => !result.accepted)?.message ?? null;
  return { status, results, message: status === "SUCCESS" ? null : message };
}

export interface ReportIssue {
  readonly sku: string;
  readonly code: string;
  readonly message: string;
}

/**
 * The processing report of a feed: SKUs with an error were not taken, all others were. @returns null for what is no report
 */
export function readProcessingReport(report: unknown): ChannelAnswer | null {
  if (!isJson(report) || !isJson(report.summary)) return null;
  const { messagesInvalid, messagesAccepted } = report.summary;
  if (typeof messagesInvalid !== "number" || typeof messagesAccepted !== "number") return null;
  const issues = Array.isArray(report.issues) ? report.issues.filter(isJson) : [];
  const errors = issues.filter(({ severity }) => severity === "ERROR");
  const bySku = Map.groupBy(errors, ({ sku }) => (typeof sku === "string" ? sku : ""));
  const results = [...bySku].flatMap(([key, found]): LineResult[] =>
    key === "" ? [] : [{ key, accepted: false, message: wordsOf(found.map(asIssue)) }],
  );
  const [general] = (bySku.get("") ?? []).map(asIssue);
  const message = general === undefined ? (results[0]?.message ?? null) : wordsOf([general]);
  if (messagesInvalid === 0 && results.length === 0) return { status: "SUCCESS", results, message: null };
  const status = messagesAccepted === 0 ? "FAILED" : "PARTIAL_SUCCESS";
  return {
    status,
    results,
    message: message ?? `Amazon took ${messagesAccepted} figures and refused ${messagesInvalid}.`,
  };
}

function asIssue({ code, message }: Readonly<Record<string, unknown>>): Pick<Issue, "code" | "message"> {
  const textOf = (value: unknown) => (typeof value === "string" ? text(value) : null) ?? "";
  return { code: textOf(code), message: textOf(message) };
}
