/** Snapdeal's words for the state of a package or of a unit, one a line. A word that is not here is "unknown": no change. */
import type { ReportedOrder } from "../../kit/index.ts";

type Status = ReportedOrder["lines"][number]["status"];

/** BARP, ASTN, MFG and FFD are read from where the pages allow a reprint; their meaning is our reading. */
const WORDS: ReadonlyMap<string, Status> = new Map([
  ["PFF", "OPEN"], // pending for fulfilment
  ["PRNT", "OPEN"], // label and invoice printed
  ["BARP", "OPEN"], // barcode printed
  ["AHOS", "OPEN"], // on a hand-over sheet
  ["ASTN", "DISPATCHED"],
  ["MFG", "DISPATCHED"], // on a closed manifest
  ["SHP", "DISPATCHED"],
  ["FFD", "DELIVERED"], // fulfilled
  ["DLVD", "DELIVERED"],
  ["COMPLETED", "DELIVERED"],
  ["VENDOR_MARKED_DELIVERED", "DELIVERED"],
  ["OOS", "CANCELLED"], // the seller has none
  ["CANCELLED", "CANCELLED"],
]);

export function statusOf(word: string): Status {
  return WORDS.get(word.trim().toUpperCase()) ?? "unknown";
}

/** States of which `GET /orders/new` gives packages that are new or not handed over yet. */
export const OPEN_STATES = ["PFF", "PRNT"] as const;
/** States on the way, in which a package that was processed on the panel is met first. */
export const TRAVELLING_STATES = ["ASTN", "MFG", "SHP"] as const;
/** Between the two: printed, and on a sheet that nobody has taken yet. */
export const WAITING_STATES = ["BARP", "AHOS"] as const;
/** States before the hand-over. From AHOS (on a closed sheet) or MFG (on a closed manifest) on it has happened. */
export const BEFORE_HAND_OVER: ReadonlySet<string> = new Set(["PFF", "PRNT", "BARP"]);
