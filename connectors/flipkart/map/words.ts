/** Flipkart's words for states and refusals, one a line. A state that is not here is "unknown": no change, shown to a person. */
import type { Schema } from "../../../contract/types.ts";
import type { ReportedOrder } from "../../kit/index.ts";
import type {} from "../contract/index.ts";

export type ItemState = Schema<"flipkart", "OrderItemState">;
type Status = ReportedOrder["lines"][number]["status"];

const STATES: { readonly [K in ItemState]: Status } = {
  APPROVED: "OPEN", // new; nothing is processed while it is held or before its dispatchAfterDate
  PACKING_IN_PROGRESS: "OPEN", // Flipkart makes invoice, courier and label: seconds, up to half an hour
  FORM_FAILED: "OPEN", // a transit form could not be made: a person enters its number on the seller's panel
  PACKED: "OPEN", // invoice, courier and label exist
  READY_TO_DISPATCH: "OPEN", // stands ready for the courier's pickup
  PICKUP_COMPLETE: "DISPATCHED", // the courier has it
  SHIPPED: "DISPATCHED", // travels
  DELIVERED: "DELIVERED",
  COMPLETED: "DELIVERED", // delivered, and the time for returns is over
  CANCELLED: "CANCELLED",
  // That it comes back is told by the lists of returns, with id, number and units; a state names whole lines and none of these.
  RETURN_REQUESTED: "DELIVERED", // or DISPATCHED, where `courierReturn` says so
  RETURNED: "DELIVERED", // likewise
};

/** States of what comes back. They say how far it had come before, and are no words of a courier. */
export const COMES_BACK: ReadonlySet<string> = new Set<ItemState>(["RETURN_REQUESTED", "RETURNED"]);

export function isKnownState(word: string): word is ItemState {
  return Object.hasOwn(STATES, word);
}

/** @param courierReturn it comes back, and was never delivered */
export function statusOf(word: string, courierReturn: boolean): Status {
  if (!isKnownState(word)) return "unknown";
  return COMES_BACK.has(word) && courierReturn ? "DISPATCHED" : STATES[word];
}

/** States from which a package is packed already: packing it again would be refused. */
export const PACKED_OR_LATER: ReadonlySet<string> = new Set<ItemState>([
  "PACKED",
  "READY_TO_DISPATCH",
  "PICKUP_COMPLETE",
  "SHIPPED",
  "DELIVERED",
  "COMPLETED",
  "RETURN_REQUESTED",
  "RETURNED",
]);

/** States from which a package is marked ready for the courier already. */
export const READY_OR_LATER: ReadonlySet<string> = new Set([...PACKED_OR_LATER].filter((state) => state !== "PACKED"));

/** States from which a package has left already. */
export const LEFT: ReadonlySet<string> = new Set([...READY_OR_LATER].filter((state) => state !== "READY_TO_DISPATCH"));

/** What Flipkart's error codes mean to the person who packs. The names are those seen by integrators; the list is not published. */
const ERRORS: Readonly<Record<string, string>> = {
  INVALID_REQUEST_ITEM_ID: "Flipkart does not know one of the lines in this shipment.",
  INVALID_REQUEST_TAX: "Flipkart does not accept the GST rate of a line: compare it with the listing's tax code.",
  INVALID_ITEM_STATE: "The shipment is in another state on Flipkart.",
  INVALID_REQUEST_JSON: "Flipkart could not read the request.",
  INVALID_REQUEST_DATE_FORMAT: "Flipkart does not accept the date.",
  UNPROCESSABLE_ENTITY: "Flipkart could not process the shipment.",
  DEPENDENT_SYSTEM_CALL_FAILED: "A system behind Flipkart did not answer: it will be asked again.",
  INVALID_SHIPMENTS: "Flipkart does not know this shipment.",
  OPERATION_NOT_ALLOWED: "Flipkart does not allow this in the shipment's present state.",
  ORDER_ITEM_NOT_PACKED: "The shipment is not packed on Flipkart yet.",
  ORDER_ITEM_ALREADY_CANCELLED: "The shipment is cancelled on Flipkart.",
  QUANTITY_MISMATCH_ERROR: "Flipkart has another quantity for a line of this shipment.",
  EMPTY_OR_INVALID_REASON_FOR_CANCELLATION: "Flipkart does not accept the reason of the cancellation.",
};

/** Refusals that say that it was done before. */
const ALREADY: ReadonlySet<string> = new Set(["ORDER_ITEM_ALREADY_DISPATCHED"]);
/** Refusals that may say so: the state tells. */
const STATE_SAYS: ReadonlySet<string> = new Set(["INVALID_ITEM_STATE", "OPERATION_NOT_ALLOWED", ...ALREADY]);

export function isAlready(code: string | null): boolean {
  return code !== null && ALREADY.has(code);
}

export function stateSays(code: string | null): boolean {
  return code !== null && STATE_SAYS.has(code);
}

/** Our sentence for a code, with Flipkart's own words behind it. */
export function wordsOf(code: string | null, message: string | null): string {
  const ours = code === null ? undefined : ERRORS[code];
  const theirs = [code, message].filter((part) => part !== null && part !== "").join(": ");
  if (ours === undefined) return theirs === "" ? "Flipkart gives no reason." : theirs;
  return theirs === "" ? ours : `${ours} (${theirs})`;
}
