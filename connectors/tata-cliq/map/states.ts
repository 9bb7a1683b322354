/** States of a line at Tata CLiQ. The codes (`omsStatusCode`) are not public: a table of the channel's says what each means. Pure. */
import type { ReportedOrder } from "../../kit/index.ts";
import { isJson } from "../../protocol/map/json.ts";

type Status = ReportedOrder["lines"][number]["status"];

/** Our names for what a line can be, and what each says to us. */
const STATES = {
  OFFERED: "OPEN", // a store is asked: it accepts in time, or the line goes to the next
  ACCEPTED: "OPEN",
  PICKED: "OPEN",
  PACKED: "OPEN",
  READY: "OPEN", // labelled, on a manifest
  HANDED_OVER: "DISPATCHED",
  SHIPPED: "DISPATCHED",
  DELIVERED: "DELIVERED",
  CANCELLED: "CANCELLED",
  HOPPED: "CANCELLED", // for this store: re-allocated
  // That it comes back is told by the list of returns, with id, number, courier and reason; a state has none of these. It proves
  // that the line has left, and no more: what is "initiated" may be a customer's return or an undelivered parcel's.
  RETURN_INITIATED: "DISPATCHED",
  UNDELIVERED: "DISPATCHED",
  RETURN_RECEIVED: "DISPATCHED",
} as const satisfies Readonly<Record<string, Status>>;
export type LineState = keyof typeof STATES;
export const LINE_STATES = Object.keys(STATES);

/** "001" alone was ever seen, on new orders. The others have to be asked for. */
const KNOWN: Readonly<Record<string, LineState>> = { "001": "OFFERED" };

/** What each code means. */
export type StatusTable = ReadonlyMap<string, LineState>;

/** The channel's table: `{"002": "ACCEPTED", …}` over the one code that is known. `fault`: why it cannot be used. */
export function readStatusTable(text: string | undefined): {
  readonly table: StatusTable;
  readonly fault: string | null;
} {
  const known = new Map(Object.entries(KNOWN));
  if (text === undefined || text.trim() === "") return { table: known, fault: null };
  const given = parsed(text);
  if (!isJson(given)) return { table: known, fault: 'it is not of the form {"002":"ACCEPTED","007":"DELIVERED"}' };
  const strange: string[] = [];
  for (const [code, word] of Object.entries(given)) {
    const state = LINE_STATES.find(isState(word));
    if (isLineState(state)) known.set(code, state);
    else strange.push(`${code} stands for ${JSON.stringify(word)}`);
  }
  const words = `${strange.join(", ")}; there are ${LINE_STATES.join(", ")}`;
  return { table: known, fault: strange.length === 0 ? null : words };
}

const isState = (word: unknown) => (state: string) => state === word;

function isLineState(word: string | undefined): word is LineState {
  return word !== undefined && Object.hasOwn(STATES, word);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // typed by a person
  }
}

/** A code that the table does not have is "unknown": no change, shown to a person. */
export function statusOf(table: StatusTable, code: string): Status {
  const state = table.get(code.trim());
  return state === undefined ? "unknown" : STATES[state];
}

/** What a code says of a return at which it stands. */
export type ReturnWord = "COMES" | "RECEIVED" | "CALLED_OFF" | "unknown";

/** A return whose line is with its buyer, or was cancelled, will not come; what is no word for its end is a step of its way. */
export function returnWordOf(table: StatusTable, code: string): ReturnWord {
  const state = table.get(code.trim());
  if (state === undefined) return "unknown";
  if (state === "RETURN_RECEIVED") return "RECEIVED";
  return state === "DELIVERED" || STATES[state] === "CANCELLED" ? "CALLED_OFF" : "COMES";
}

export function isOffered(table: StatusTable, code: string): boolean {
  return table.get(code.trim()) === "OFFERED";
}

/** As shown to people: the code, and what it is taken for. */
export function wordOf(table: StatusTable, code: string): string {
  const state = table.get(code.trim());
  return state === undefined ? code : `${code} ${state}`;
}
