/** The protocol's words for the state of a line or an order, one a line. A word that is not here is "unknown": no change. */
import type { ReportedOrder } from "../../kit/index.ts";
import { isJson } from "./json.ts";

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

/** Words of an order, and what they say of lines whose own words were not brought up to date; null: nothing. */
const ORDER_WORDS: ReadonlyMap<string, Status | null> = new Map([
  ["PENDING_VERIFICATION", null],
  ["CREATED", null],
  ["COMPLETE", "DISPATCHED"], // from the warehouse
  ["CANCELLED", "CANCELLED"],
  ["PROCESSING", null], // 2016, 2020
  ["DELIVERED", "DELIVERED"], // 2020
  ["RETURN_REQUESTED", null], // 2020: RTO and CIR alike; the lines tell which
]);

export function isKnownLineWord(word: string): boolean {
  return LINE_WORDS.has(word);
}

export function isKnownOrderWord(word: string): boolean {
  return ORDER_WORDS.has(word);
}

export interface LineState {
  readonly status: Status;
  /** The word that decided it: the line's, or the order's. */
  readonly raw: string;
}

/**
 * The states of an order's lines. A cancelled order cancels all of them. COMPLETE and DELIVERED count where no line says
 * more than that it is there: a line that does shows that this channel keeps its lines, and then each stands for itself.
 * Under an order's word that nobody knows such lines are unknown too.
 */
export function lineStates(lineWords: readonly string[], orderWord: string): LineState[] {
  const own = lineWords.map((raw) => ({ status: LINE_WORDS.get(raw) ?? "unknown", raw }) as const);
  const said = ORDER_WORDS.has(orderWord) ? ORDER_WORDS.get(orderWord) : "unknown";
  if (said === "CANCELLED") return own.map(() => ({ status: said, raw: orderWord }));
  const silent = own.every(({ status }) => status === "OPEN" || status === "CANCELLED");
  if (!said || !silent) return own;
  return own.map((line) => (line.status === "OPEN" ? { status: said, raw: orderWord } : line));
}

/** The row with words of older editions or of nobody replaced, so that the contract's closed lists judge all but them. */
export function withKnownWords(raw: unknown): unknown {
  if (!isJson(raw)) return raw;
  const inContract = (word: unknown, words: readonly string[], known: (w: string) => boolean) =>
    typeof word === "string" && (!words.includes(word) || !known(word)) ? "CREATED" : word;
  const items = Array.isArray(raw.orderItems)
    ? raw.orderItems.map((item) =>
        isJson(item) ? { ...item, status: inContract(item.status, ITEM_WORDS, isKnownLineWord) } : item,
      )
    : raw.orderItems;
  return { ...raw, orderStatus: inContract(raw.orderStatus, ORDER_STATUSES, isKnownOrderWord), orderItems: items };
}

const ITEM_WORDS = ["CREATED", "CANCELLED", "DISPATCHED", "DELIVERED", "RETURN_REQUESTED", "COURIER_RETURN"];
const ORDER_STATUSES = ["PENDING_VERIFICATION", "CREATED", "COMPLETE", "CANCELLED"];

export function wordOf(value: unknown, member: string): string {
  const word = isJson(value) ? value[member] : undefined;
  return typeof word === "string" ? word : "";
}
