/** Stock: figures of a few SKUs one by one, of many in a feed. */
import { badAnswer, fail, type LineResult, type OperationTable, succeed } from "../../kit/index.ts";
import { MARKETPLACE } from "../map/market.ts";
import { feedOf, patchedResult, patchOf, readProcessingReport, stockAnswer } from "../map/stock.ts";
import { ended, feedResult, JSON_TYPE, readFeed, submitFeed } from "./feeds.ts";
import { decoded } from "./files.ts";
import { ask } from "./send.ts";

/** Told one by one up to here: five a second, so that a call ends within half a minute. Feeds are scarce: one in two minutes. */
export const PATCHES_MAX = 100;
/** A feed may hold 25,000; a call that waits for its answer holds fewer. */
export const STOCK_BATCH_MAX = 500;

/** Absolute figures of the seller's own stock: told again they change nothing. */
export const pushInventory: OperationTable["pushInventory"] = async (call, lines) => {
  const { sellerId = "" } = call.fields;
  if (lines.length > PATCHES_MAX) {
    const content = JSON.stringify(feedOf(sellerId, lines));
    const fed = await submitFeed(call, { feedType: "JSON_LISTINGS_FEED", contentType: JSON_TYPE, content });
    if (!fed.ok) return fed;
    return succeed({ status: "TAKEN", ticket: fed.value, results: [], message: null });
  }
  const results: LineResult[] = [];
  for (const { channelProductId: sku, quantity } of lines) {
    const told = await ask(call, {
      id: "patchListingsItem",
      path: { sellerId, sku },
      query: { marketplaceIds: [MARKETPLACE], issueLocale: "en_IN" },
      body: patchOf(quantity),
      idempotent: true,
    });
    if (told.ok) results.push(patchedResult(sku, told.value));
    // A SKU that Amazon refuses or does not know fails alone; anything else stops the batch, which is told again whole. Where
    // Amazon took some of it before, nobody may believe that it holds what it was told earlier.
    else if (told.failure.kind === "refused")
      results.push({ key: sku, accepted: false, message: told.failure.channelMessage ?? null });
    else return results.some((result) => result.accepted) ? fail({ ...told.failure, reached: "unknown" }) : told;
  }
  return succeed(stockAnswer(results));
};

/** The processing report of a feed of figures. */
export const readStockResult: OperationTable["readStockResult"] = async (call, feedId) => {
  const read = await readFeed(call, feedId);
  if (!read.ok) return read;
  if (read.value.state === "NOT_YET") return succeed(read.value);
  const { done, word, documentId } = read.value.value;
  if (documentId === null) {
    if (done) return fail(badAnswer({ idempotent: true }, undefined, `Feed ${feedId} is DONE without a report.`));
    // Amazon may have done some of it before: all is told again.
    const message = `Amazon ended the feed of figures as ${word}.`;
    return succeed({ state: "READY", value: { status: "FAILED", results: [], message } });
  }
  const report = await feedResult(call, documentId);
  if (!report.ok) return report;
  const answer = readProcessingReport(parsed(decoded(report.value)));
  if (answer === null)
    return fail(badAnswer({ idempotent: true }, undefined, `The report of feed ${feedId} is no report.`));
  if (done) return succeed({ state: "READY", value: answer });
  return ended(`feed ${feedId}`, word);
};

function parsed(content: string): unknown {
  try {
    const value: unknown = JSON.parse(content);
    return value;
  } catch {
    return null; // no JSON, no report
  }
}
