/** What Snapdeal says to writes, in our words. Pure. */
import type { Schema } from "../../../contract/types.ts";
import { parseRupees } from "../../../src/kernel/index.ts";
import type { ChannelAnswer, LineResult, ListingRow, ReportedOrder } from "../../kit/index.ts";
import { isJson, text } from "../../protocol/map/json.ts";
import type {} from "../contract/index.ts";
import { listingOf } from "./package.ts";
import { readMoment } from "./time.ts";

type Updates = Schema<"snapdeal", "UpdatesAnswer">["payload"];

/** The answer about ids, spread over the keys that stand for each: the lines of a package, or a unit itself. */
export function answerOf(
  updates: Updates,
  keys: readonly { readonly key: string; readonly id: string }[],
): ChannelAnswer {
  const results = keys.map(({ key, id }): LineResult => {
    const update = updates[id];
    // An id that is not spoken of is not certain: nothing is taken for done that was not said.
    if (update === undefined) return { key, accepted: false, message: `Snapdeal said nothing about ${id}.` };
    const accepted = update.operationSuccessful;
    return { key, accepted, message: accepted ? null : (text(update.errorMessage) ?? "refused without a reason") };
  });
  return answerOfResults(results);
}

export function answerOfResults(results: readonly LineResult[]): ChannelAnswer {
  const refused = results.filter((line) => !line.accepted);
  const status = refused.length === 0 ? "SUCCESS" : refused.length === results.length ? "FAILED" : "PARTIAL_SUCCESS";
  const words = [...new Set(refused.map((line) => line.message ?? "refused"))].join("; ");
  return { status, results, message: words === "" ? null : words };
}

/** A product as a listing; null where it has no code. */
export function readProduct(product: Schema<"snapdeal", "Product">): ListingRow {
  const price = product.sellingPrice;
  return {
    ...listingOf(product.supc),
    channelSku: product.sku,
    title: text(product.name) ?? product.sku,
    imageUrl: imageOf(product.imageUrl),
    price: price == null ? null : parseRupees(price),
    live: product.active ?? true,
  };
}

/** A picture's broken address is no reason to lose a listing. */
function imageOf(given: string | null | undefined): string | null {
  const address = text(given);
  return address !== null && URL.canParse(address) ? address : null;
}

/** Cancelled units by their packages. */
export function readCancelled(
  rows: readonly Schema<"snapdeal", "CancelledSuborder">[],
  zone: string,
): readonly ReportedOrder[] {
  const orders = new Map<string, ReportedOrder["lines"][number][]>();
  for (const row of rows) {
    const changedAt = readMoment(row.cancelledDate, zone);
    const lines = orders.get(row.packageReferenceCode) ?? [];
    orders.set(row.packageReferenceCode, lines);
    lines.push({
      channelOrderItemId: row.siReferenceCode,
      status: "CANCELLED",
      raw: text(row.reason) === null ? "CANCELLED" : `CANCELLED: ${text(row.reason)}`,
      quantity: 1,
      ...(changedAt === null ? {} : { changedAt }),
      returnReason: null,
      returnAwb: null,
      returnCourier: null,
      channelReturnId: null,
    });
  }
  return [...orders].map(([channelOrderId, lines]) => ({ channelOrderId, lines }));
}

/** The words of an envelope whose answer is not good. */
export function envelopeWords(json: unknown): string | null {
  const metadata = isJson(json) ? json.metadata : undefined;
  return isJson(metadata) && typeof metadata.message === "string" ? text(metadata.message) : null;
}
