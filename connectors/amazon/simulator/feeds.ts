/** Feeds: figures of stock, the seller's cancellations, wishes for papers. Taken at once, done after a while. */
import {
  cancelReasonMark,
  cancelUnits,
  type Fault,
  isJson,
  type SimOrder,
  type SimOrderItem,
  settleStatus,
} from "../../kit/simulator/index.ts";
import { stamp } from "../../protocol/simulator/parts.ts";
import { hasInvoice } from "./easy-ship.ts";
import { takeFigure } from "./listings.ts";
import { badInput, isBefore, MARKETPLACE, marksOf, orderOf, type Parts, refusal, serve, settle } from "./parts.ts";
import type { Reports } from "./reports.ts";
import { type Documents, type Kept, packed } from "./store.ts";
import { unitsGone } from "./wire.ts";

interface Feed {
  readonly id: string;
  readonly type: string;
  readonly seller: string;
  readonly input: Kept;
  readonly options: Readonly<Record<string, string>>;
  readonly createdAt: Temporal.Instant;
  readonly doneAt: Temporal.Instant;
  /** Strikes its content. */
  readonly fault: Fault | null;
  result: Kept | null;
}

/** Oldest are forgotten past this. */
const FEEDS_MAX = 2_000;

export interface Feeds {
  clear(): void;
}

export function serveFeeds(parts: Parts, documents: Documents, reports: Reports): Feeds {
  const feeds = new Map<string, Feed>();
  serve(
    parts,
    "createFeedDocument",
    ({ body, seller }) => {
      const document = documents.open({ seller, contentType: body.contentType, gzip: false, bytes: null });
      return { status: 201, body: { feedDocumentId: document.id, url: documents.addressOf(document) } };
    },
    { acts: ["failed"] },
  );
  serve(
    parts,
    "createFeed",
    ({ body, seller, at, fault }) => {
      const input = documents.find(body.inputFeedDocumentId, seller);
      if (!input?.bytes) return badInput("The input document was not uploaded");
      if (!body.marketplaceIds.includes(MARKETPLACE)) return badInput("The marketplace is not the seller's");
      if (!WORKS.has(body.feedType)) return badInput(`Feed type ${body.feedType} is not supported`);
      const id = String(50_000_000 + parts.next());
      const doneAt = at.add({ milliseconds: parts.pace.workMs });
      const feed: Feed = {
        ...{ id, type: body.feedType, seller, input, options: body.feedOptions ?? {}, createdAt: at, doneAt, fault },
        result: null,
      };
      feeds.set(id, feed);
      const oldest = feeds.keys().next().value;
      if (feeds.size > FEEDS_MAX && oldest !== undefined) feeds.delete(oldest);
      parts.due.push({
        at: doneAt,
        act: () => {
          const content = WORKS.get(feed.type)?.({ parts, reports }, feed) ?? "";
          const contentType = feed.type === "JSON_LISTINGS_FEED" ? "application/json" : "text/xml; charset=UTF-8";
          feed.result = documents.open({ seller, contentType, gzip: true, bytes: packed(content) });
        },
      });
      return { status: 202, body: { feedId: id } };
    },
    { acts: ["failed", "partial_success"] },
  );
  serve(parts, "getFeed", ({ path, seller, at }) => {
    settle(parts, at);
    const feed = feeds.get(path.feedId);
    if (feed?.seller !== seller) return refusal(404, "NotFound", `Feed ${path.feedId} was not found`);
    const half = feed.createdAt.add({ milliseconds: parts.pace.workMs / 2 });
    const processingStatus = feed.result !== null ? "DONE" : isBefore(at, half) ? "IN_QUEUE" : "IN_PROGRESS";
    return {
      status: 200,
      body: {
        ...{ feedId: feed.id, feedType: feed.type, marketplaceIds: [MARKETPLACE], processingStatus },
        createdTime: feed.createdAt.toString(),
        ...(feed.result === null ? {} : { resultFeedDocumentId: feed.result.id }),
      },
    };
  });
  serve(parts, "getFeedDocument", ({ path, seller }) => {
    const document = documents.find(path.feedDocumentId, seller);
    if (!document) return refusal(404, "NotFound", `Document ${path.feedDocumentId} was not found`);
    const url = documents.addressOf(document);
    return {
      status: 200,
      body: { feedDocumentId: document.id, url, ...(document.gzip ? { compressionAlgorithm: "GZIP" as const } : {}) },
    };
  });
  return { clear: () => feeds.clear() };
}

interface Tools {
  readonly parts: Parts;
  readonly reports: Reports;
}

/** What each type of feed does, and the document that it answers with. */
const WORKS: ReadonlyMap<string, (tools: Tools, feed: Feed) => string> = new Map([
  ["JSON_LISTINGS_FEED", takeFigures],
  ["POST_ORDER_ACKNOWLEDGEMENT_DATA", cancelLines],
  ["POST_EASYSHIP_DOCUMENTS", wishPapers],
]);

/** Figures message by message: one that is wrong is refused alone. */
function takeFigures({ parts }: Tools, { id, seller, input, doneAt, fault }: Feed): string {
  const feed: unknown = JSON.parse(input.bytes?.toString("utf8") ?? "null");
  const messages = isJson(feed) && Array.isArray(feed.messages) ? feed.messages.filter(isJson) : [];
  // Struck, the second half is refused.
  const struckFrom = fault?.kind === "partial_success" ? Math.floor(messages.length / 2) : messages.length;
  const issues = messages.flatMap((message, i) => {
    const { messageId, sku } = message;
    const patches = Array.isArray(message.patches) ? message.patches : [];
    const wrong =
      i >= struckFrom
        ? { code: "99300", message: fault?.message ?? "refused on demand", severity: "ERROR" }
        : takeFigure(parts, { seller, sku: String(sku), patches, at: doneAt });
    return wrong === null ? [] : [{ messageId, sku, code: wrong.code, severity: "ERROR", message: wrong.message }];
  });
  const invalid = issues.length;
  return JSON.stringify({
    header: { sellerId: parts.accounts.accountOf(seller).sellerId, version: "2.0", feedId: id },
    issues,
    summary: {
      ...{ errors: invalid, warnings: 0, messagesProcessed: messages.length },
      ...{ messagesAccepted: messages.length - invalid, messagesInvalid: invalid },
    },
  });
}

const all = (xml: string, element: string) =>
  [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, "g"))].map(([, value = ""]) => value);

/** The seller cannot ship whole lines. */
function cancelLines({ parts }: Tools, { seller, input, doneAt }: Feed): string {
  const xml = input.bytes?.toString("utf8") ?? "";
  const [orderId = ""] = all(xml, "AmazonOrderID");
  const order = orderOf(parts, seller, orderId);
  const failures: { orderItemId: string; errorMessage: string }[] = [];
  const accepted: { orderItemId: string; quantity: number; repeated: boolean }[] = [];
  const reasons = all(xml, "CancelReason");
  for (const [nth, orderItemId] of all(xml, "AmazonOrderItemCode").entries()) {
    const item = order?.items.find((one) => one.orderItemId === orderItemId);
    const reason = reasons[nth] ?? "";
    const why = whyNotCancelled(item, reason);
    if (why !== null || item === undefined || order === undefined) {
      failures.push({ orderItemId, errorMessage: why ?? "" });
      continue;
    }
    accepted.push({ orderItemId, quantity: item.quantity, repeated: item.status === "CANCELLED" });
    cancelUnits(item, item.quantity - item.cancelledQuantity);
    marksOf(order)[cancelReasonMark(item)] = reason;
  }
  if (order) settleStatus(order);
  noteCancellation(parts, order, { seller, orderId, accepted, failures, at: doneAt });
  return processingReport(
    accepted.length + failures.length,
    failures.map(({ errorMessage }) => errorMessage),
  );
}

/** Reasons that Amazon takes for a line. */
const CANCEL_REASONS: ReadonlySet<string> = new Set([
  "NoInventory",
  "ShippingAddressUndeliverable",
  "CustomerExchange",
  "BuyerCanceled",
  "GeneralAdjustment",
  "CarrierCreditDecision",
  "RiskAssessmentInformationNotValid",
  "CarrierCoverageFailure",
  "CustomerReturn",
  "MerchandiseNotReceived",
]);

function whyNotCancelled(item: SimOrderItem | undefined, reason: string): string | null {
  if (item === undefined) return "no such item";
  if (!CANCEL_REASONS.has(reason)) return `CancelReason ${reason} is none`;
  return unitsGone(item) > 0 ? "the item has shipped" : null;
}

function noteCancellation(
  { sim }: Parts,
  order: SimOrder | undefined,
  of: {
    readonly seller: string;
    readonly orderId: string;
    readonly accepted: readonly { readonly orderItemId: string; readonly quantity: number }[];
    readonly failures: readonly { readonly orderItemId: string; readonly errorMessage: string }[];
    readonly at: Temporal.Instant;
  },
): void {
  const { seller, orderId, accepted, failures, at } = of;
  const lines = [...accepted, ...failures.map(({ orderItemId }) => ({ orderItemId, quantity: 0 }))];
  sim.world.cancellations.add({
    ...{ receivedAt: stamp(at), seller, orderId, orderItemIds: lines.map(({ orderItemId }) => orderItemId) },
    ...{ orderItems: lines, accepted, failures },
    outcome: failures.length === 0 ? "SUCCESS" : accepted.length === 0 ? "FAILED" : "PARTIAL_SUCCESS",
  });
  if (order) sim.world.touch(order);
}

/** Papers are made as a report, which the answer names. */
function wishPapers({ parts, reports }: Tools, { seller, input, options, doneAt }: Feed): string {
  const [orderId = options.AmazonOrderId ?? ""] = all(input.bytes?.toString("utf8") ?? "", "AmazonOrderID");
  const order = orderOf(parts, seller, orderId);
  if (!order || !hasInvoice(parts, order, doneAt)) return processingReport(1, ["The order has no scheduled package"]);
  const report = reports.begin({ type: "GET_EASYSHIP_DOCUMENTS", seller, orderId, at: doneAt, window: null });
  return processingReport(1, [], `<DocumentReportReferenceID>${report.id}</DocumentReportReferenceID>`);
}

function processingReport(messages: number, errors: readonly string[], more = ""): string {
  const results = errors.map(
    (words) =>
      `<Result><MessageID>1</MessageID><ResultCode>Error</ResultCode><ResultDescription>${words}</ResultDescription></Result>`,
  );
  const counts = `<MessagesProcessed>${messages}</MessagesProcessed><MessagesSuccessful>${messages - errors.length}</MessagesSuccessful><MessagesWithError>${errors.length}</MessagesWithError>`;
  return `<?xml version="1.0" encoding="UTF-8"?><AmazonEnvelope><MessageType>ProcessingReport</MessageType><Message><ProcessingReport><StatusCode>Complete</StatusCode><ProcessingSummary>${counts}</ProcessingSummary>${results.join("")}${more}</ProcessingReport></Message></AmazonEnvelope>`;
}
