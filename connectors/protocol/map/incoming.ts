/** The marketplace's answers in our words. Pure. One bad row never sinks the others. */
import type { Schema } from "../../../contract/types.ts";
import { describeMisfits, validator } from "../../../contract/validators.ts";
import { INDIA, parseRupees } from "../../../src/kernel/index.ts";
import type { ChannelAnswer, ListingRow, ReportedOrder, ReportedParcel } from "../../kit/index.ts";
import { channelProductId, excerpt, isJson } from "./json.ts";
import { lineStates, withKnownWords, wordOf } from "./status-words.ts";
import { readTime } from "./time.ts";

const isVariant = validator("marketplace", "Variant");
const isOrder = validator("marketplace", "Order");

/** The variants of one product as listings. A variant that does not fit is named, the others are taken. */
export function readProduct(raw: unknown): { rows: ListingRow[]; rejected: string[] } {
  if (!isJson(raw) || typeof raw.id !== "string" || raw.id === "" || !Array.isArray(raw.variants))
    return { rows: [], rejected: [`a product without id or variants: ${excerpt(raw)}`] };
  const productId = raw.id;
  const rows: ListingRow[] = [];
  const rejected: string[] = [];
  for (const variant of raw.variants) {
    const checked = isVariant(withoutBadUrls(variant));
    if (checked.ok && checked.value.variantId !== "") rows.push(toListing(productId, checked.value, raw.parentTitle));
    else
      rejected.push(
        `product ${productId}: ${checked.ok ? "variantId is empty" : describeMisfits(checked.errors, "variant")}`,
      );
  }
  return { rows, rejected };
}

/** A picture's broken address is no reason to lose a listing. */
function withoutBadUrls(variant: unknown): unknown {
  if (!isJson(variant)) return variant;
  const bad = ["imageUrl", "productUrl"].filter((name) => {
    const value = variant[name];
    return value !== undefined && (typeof value !== "string" || !URL.canParse(value));
  });
  return bad.length === 0
    ? variant
    : Object.fromEntries(Object.entries(variant).filter(([name]) => !bad.includes(name)));
}

function toListing(productId: string, variant: Schema<"marketplace", "Variant">, parentTitle: unknown): ListingRow {
  const price = variant.itemPrice?.listingPrice;
  return {
    channelProductId: channelProductId(productId, variant.variantId),
    productId,
    variantId: variant.variantId,
    channelSku: variant.sku,
    title: variant.title || (typeof parentTitle === "string" ? parentTitle : variant.sku),
    imageUrl: variant.imageUrl ?? null,
    price: price === undefined ? null : parseRupees(price), // shown only: one beyond two decimals is left out
    live: variant.live,
  };
}

/** One row of `GET /orders?orderIds=`. Words of status that nobody knows become "unknown"; all else must fit the contract. */
export function readReportedOrder(raw: unknown): { ok: true; value: ReportedOrder } | { ok: false; words: string } {
  const checked = isOrder(withKnownWords(raw));
  if (!checked.ok) {
    const id = isJson(raw) && typeof raw.id === "string" ? raw.id : "without id";
    return { ok: false, words: `order ${id}: ${describeMisfits(checked.errors, "order")}` };
  }
  const rawItems = isJson(raw) && Array.isArray(raw.orderItems) ? raw.orderItems : [];
  const words = rawItems.map((item: unknown) => wordOf(item, "status"));
  const states = lineStates(words, wordOf(raw, "orderStatus"));
  const lines = checked.value.orderItems.map((item, i) => {
    const status = states[i]?.status ?? "unknown";
    // The protocol has a time for returns alone.
    const changedAt = RETURN_STATUSES.has(status) ? readTime(item.returnDate ?? "", INDIA) : null;
    return {
      ...{ channelOrderItemId: item.orderItemId, status, raw: states[i]?.raw ?? "" },
      ...(changedAt === null ? {} : { changedAt }),
      returnReason: item.returnReason ?? null,
      returnAwb: item.returnAWB ?? null,
      returnCourier: item.returnShippingProvider ?? null,
      channelReturnId: item.returnId ?? null,
    };
  });
  const parcels = readParcels(checked.value.orderItems);
  return { ok: true, value: { channelOrderId: checked.value.id, lines, ...(parcels.length === 0 ? {} : { parcels }) } };
}

const RETURN_STATUSES: ReadonlySet<string> = new Set(["RTO", "CIR", "RETURNED"]);

/** How an order's parcels travel: the protocol tells the last word of the courier with each line, without courier or time. */
function readParcels(
  items: readonly { readonly orderItemId: string; readonly courierStatus?: string }[],
): ReportedParcel[] {
  const told = items.filter((item) => (item.courierStatus ?? "").trim() !== "");
  return [...Map.groupBy(told, (item) => item.courierStatus ?? "")].map(([raw, of]) => ({
    channelOrderItemIds: of.map((item) => item.orderItemId),
    ...{ courierCode: null, courierName: null, awb: null },
    statuses: [{ raw, at: null }],
  }));
}

/** Answer to a list of stock figures. Listings that are not named as failed were taken, but of a list that FAILED none was. */
export function readInventoryResult(
  result: Schema<"marketplace", "InventoryUpdateResult">,
  sent: readonly { readonly channelProductId: string; readonly productId: string; readonly variantId: string }[],
): ChannelAnswer {
  const failed = new Map(
    (result.failedProductList ?? []).map((entry) => [
      channelProductId(entry.productId, entry.variantId),
      entry.message,
    ]),
  );
  const named = sent.some((line) => failed.has(channelProductId(line.productId, line.variantId)));
  // FAILED means none, also where it names some; PARTIAL_SUCCESS that names nothing leaves no line certain.
  const allFailed = result.status === "FAILED" || (result.status === "PARTIAL_SUCCESS" && !named);
  return {
    status: result.status,
    results: sent.map((line) => {
      const words = failed.get(channelProductId(line.productId, line.variantId));
      const accepted = words === undefined && !allFailed;
      return {
        key: line.channelProductId,
        accepted,
        message: words ?? (allFailed ? `The channel answered ${result.status}.` : null),
      };
    }),
    message: null,
  };
}

/** Answer to a dispatch or a cancellation: lines that are not named as failed were taken. */
export function readItemsResult(
  result: Schema<"marketplace", "ItemsResult">,
  sentLineIds: readonly string[],
): ChannelAnswer {
  return answerOf(result.status, result.orderItems ?? [], sentLineIds, null);
}

/** Answer to a notification. Every line may be listed; those with an error message failed. */
export function readNotificationResult(
  result: Schema<"marketplace", "StatusNotificationResult">,
  sentLineIds: readonly string[],
): ChannelAnswer {
  const failures = (result.orderItems ?? []).filter((entry) => (entry.errorMessage ?? "") !== "");
  return answerOf(result.status, failures, sentLineIds, result.error ?? null);
}

/** A batch's outcome: lines that are not named as failed were taken, unless all failed. */
export function answerOf(
  status: ChannelAnswer["status"],
  failures: readonly Schema<"marketplace", "ItemFailure">[],
  sentLineIds: readonly string[],
  message: string | null,
): ChannelAnswer {
  const failed = new Map(failures.map((entry) => [entry.orderItemId ?? "", entry.errorMessage ?? "(no reason given)"]));
  const ids = [...new Set(sentLineIds)];
  const allFailed = status === "FAILED";
  const results = ids.map((key) => ({
    key,
    accepted: !allFailed && !failed.has(key),
    message: failed.get(key) ?? null,
  }));
  const words = [...new Set(failed.values())].join("; ");
  return { status, results, message: message ?? (words === "" ? null : words) };
}
