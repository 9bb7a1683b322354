/** The protocol's words for the state of a line or an order, one a line. A word that is not here is "unknown": no change. */
import type { ReportedOrder } from "../../kit/index.ts";

type Status = ReportedOrder["lines"][number]["status"];

/** Words of order items; those of older editions marked. */
const LINE_WORDS: ReadonlyMap<string, Status> = new Map([
  ["CREATED", "OPEN"], // in the order
  ["CANCELLED", "CANCELLED"], // on the marketplace
  ["DISPATCHED", "DISPATCHED"], // left the warehouse
  ["DELIVERED", "DELIVERED"], // with the customer
  ["RETURN_REQUESTED", "CIR"], // customer return
  ["COURIER_RETURN", "RTO"], // comes back undelivered
  ["PENDING_VERIFICATION", "OPEN"], // waits for the seller's acceptance
  ["PROCESSING", "OPEN"], // 2016, 2020
  ["PACKED", "OPEN"], // 2016
  ["READY_TO_DISPATCH", "OPEN"], // 2016
  ["COMPLETE", "DISPATCHED"], // 2020: items had the order's words
  ["RETURNED", "RETURNED"], // 2016
]);

/** Words of an order that say more than its lines do. */
const ORDER_WORDS: ReadonlySet<string> = new Set([
  "PENDING_VERIFICATION", // says nothing of the lines
  "CREATED", // says nothing of the lines
  "COMPLETE", // dispatched, wholly or in the parts that its lines name
  "CANCELLED", // all lines are, whatever they say
  "PROCESSING", // 2016, 2020
  "DELIVERED", // 2020
  "RETURN_REQUESTED", // 2020: RTO and CIR alike; the lines tell which
]);

export function isKnownLineWord(word: string): boolean {
  return LINE_WORDS.has(word);
}

export function isKnownOrderWord(word: string): boolean {
  return ORDER_WORDS.has(word);
}

/** The state of a line. A cancelled order cancels all its lines, also those whose own word was not brought up to date. */
export function lineStatus(lineWord: string, orderWord: string): Status {
  if (orderWord === "CANCELLED") return "CANCELLED";
  return LINE_WORDS.get(lineWord) ?? "unknown";
}
