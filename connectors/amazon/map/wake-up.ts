/** ORDER_CHANGE, as an EventBridge API destination brings it: proved by a header, and no more than a hint to read the order. Pure. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { ReceivedPush, WakeUp } from "../../kit/index.ts";
import { isJson, text } from "../../protocol/map/json.ts";

/** The header that the API destination's connection sends (authorization type API key); its value is the field `hookKey`. */
export const HOOK_HEADER = "x-godown-key";
export const HOOK_FIELD = "hookKey";

/**
 * Reads a push. Delivered at least once and in any order: the same notification has the same key, and what it says of the order
 * is never believed, the order is read.
 */
export function readWakeUp({ headers, bytes, fields }: ReceivedPush): WakeUp {
  const fault = keyFault(headers[HOOK_HEADER], fields[HOOK_FIELD] ?? "");
  if (fault !== null) return { kind: "REFUSED", status: 401, words: fault };
  const event = parsed(bytes);
  // EventBridge lays the notification into `detail`; a queue hands it on as it is.
  const notification = isJson(event) && isJson(event.detail) ? event.detail : event;
  if (!isJson(notification))
    return { kind: "REFUSED", status: 400, words: "The body is not a notification of Amazon's." };
  const metadata = isJson(notification.NotificationMetadata) ? notification.NotificationMetadata : {};
  const key = textOf(metadata.NotificationId) ?? createHash("sha256").update(bytes).digest("hex");
  const payload = isJson(notification.Payload) ? notification.Payload.OrderChangeNotification : undefined;
  if (notification.NotificationType !== "ORDER_CHANGE" || !isJson(payload)) return { kind: "NOTHING", key };
  const orderId = textOf(payload.AmazonOrderId);
  const seller = textOf(payload.SellerId);
  const another = seller !== null && seller !== (fields.sellerId ?? "").trim();
  const { FulfillmentType: fulfilledBy } = isJson(payload.Summary) ? payload.Summary : {};
  // What Amazon's own warehouse ships is nobody's work here, and a call for each of its orders would eat the seller's limit.
  if (orderId === null || another || fulfilledBy === "AFN") return { kind: "NOTHING", key };
  return { kind: "LOOK", key, channelOrderIds: [orderId] };
}

function keyFault(given: string | undefined, wanted: string): string | null {
  if (wanted === "") return "This channel has no hook key: pushes cannot be proved.";
  const [one, other] = [given ?? "", wanted].map((value) => createHash("sha256").update(value).digest());
  const right = one !== undefined && other !== undefined && timingSafeEqual(one, other);
  return right ? null : `The header ${HOOK_HEADER} does not hold this channel's hook key.`;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? text(value) : null;
}

function parsed(bytes: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return value;
  } catch {
    return null; // no JSON: it cannot be read, and is refused as such
  }
}
