/** Bazaar Street's words for how a line stands, one a line. A word that is not here is "unknown": no change, shown to a person. */
import type { ReportedOrder } from "../../kit/index.ts";

type Status = ReportedOrder["lines"][number]["status"];

const WORDS: ReadonlyMap<string, Status> = new Map([
  ["new", "OPEN"],
  ["sent", "DISPATCHED"],
  ["delivered", "DELIVERED"],
  ["cancelled", "CANCELLED"],
  ["coming_back", "RTO"], // undelivered
  ["sent_back", "CIR"], // by the buyer
]);

export function isKnownWord(word: string): boolean {
  return WORDS.has(word);
}

export function statusOf(word: string): Status {
  return WORDS.get(word) ?? "unknown";
}
