/** Flipkart's pushes: proved by their signature, and never more than a hint to read the shipment itself. Pure. */
import { createHash, timingSafeEqual } from "node:crypto";
import { validator } from "../../../contract/validators.ts";
import type { ReceivedPush, WakeUp } from "../../kit/index.ts";
import { text } from "../../protocol/map/json.ts";
import { FLIPKART_CONTRACT } from "../contract/index.ts";

const isNotification = validator(FLIPKART_CONTRACT, "Notification");
const SCHEME = /^FKLOGIN\s+([A-Za-z0-9+/]+={0,2})$/;

/**
 * `sha1hex(epochSeconds + url + "POST" + appSecret)`. The body is not signed: whoever replays a push may alter it, which is
 * why nothing of it is believed.
 */
export function signatureOf(epochSeconds: number, url: string, appSecret: string): string {
  return createHash("sha1").update(`${epochSeconds}${url}POST${appSecret}`).digest("hex");
}

/**
 * Reads a push. Headers come in lower case; their names have an underscore, which proxies drop unless they are told otherwise.
 * A signed push is always taken (LOOK, or NOTHING where it cannot be read): an answer other than 200 holds back all later
 * pushes of its shipment. One of a return names no shipment to be read: only the lists tell of returns, and are read then.
 */
export function readWakeUp({ headers, url, bytes, fields }: ReceivedPush): WakeUp {
  const fault = signatureFault(headers, url, fields);
  if (fault !== null) return { kind: "REFUSED", status: 401, words: fault };
  const checked = isNotification(parsed(bytes));
  if (!checked.ok) return { kind: "NOTHING", key: createHash("sha256").update(bytes).digest("hex") };
  const { eventType, timestamp, shipmentId, returnId } = checked.value;
  const key = [text(shipmentId) ?? text(returnId) ?? "", eventType, timestamp].join("|");
  const isReturn = text(returnId) !== null || eventType.startsWith("return_");
  const named = isReturn ? null : text(shipmentId);
  return { kind: "LOOK", key, channelOrderIds: named === null ? [] : [named] };
}

function signatureFault(
  headers: ReceivedPush["headers"],
  url: string,
  { appId = "", appSecret = "" }: ReceivedPush["fields"],
): string | null {
  const [date, authorization] = [headers.x_date, headers.x_authorization];
  if (date === undefined || authorization === undefined)
    return "The headers X_Date and X_Authorization are missing: a proxy may drop names with an underscore.";
  const signedMs = Date.parse(date);
  const given = SCHEME.exec(authorization.trim())?.[1];
  if (Number.isNaN(signedMs) || given === undefined) return "X_Date or X_Authorization is not of Flipkart's form.";
  const wanted = Buffer.from(`${appId}:${signatureOf(Math.floor(signedMs / 1000), url, appSecret)}`);
  const found = Buffer.from(given, "base64");
  const right = found.length === wanted.length && timingSafeEqual(found, wanted);
  return right ? null : "The signature is not that of this channel's application.";
}

function parsed(bytes: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return value;
  } catch {
    return null; // no JSON: it cannot be read, and is taken as such
  }
}
