/** May a step be taken with a shipment, by its state on Flipkart? Its answers are read before anything is sent: there is no key
 *  by which a repeat is known, and one that comes too late is refused with an error. Pure. */
import type { Instant } from "../../../src/kernel/index.ts";
import type { PackFacts } from "../../kit/index.ts";
import { aliveLines, type ReadShipment, type ShipmentLine, timeOf, ZONE } from "./shipment.ts";
import { PACKED_OR_LATER, READY_OR_LATER } from "./words.ts";

export type Step =
  /** To be sent. */
  | { readonly kind: "send" }
  /** It is so already. */
  | { readonly kind: "done" }
  /** Lines and why; `others` is said of all other lines of the package. */
  | { readonly kind: "refused"; readonly lines: ReadonlyMap<string, string>; readonly others: string };

const FORM_FAILED =
  "Flipkart could not make a transit form of this shipment: its number has to be entered on the seller panel.";

/** The state that the shipment's living lines share, or that of the one that is least far. */
export function stateOf(shipment: ReadShipment): string {
  const order = ["APPROVED", "PACKING_IN_PROGRESS", "FORM_FAILED", "PACKED", "READY_TO_DISPATCH"];
  const states = new Set(aliveLines(shipment).map((line) => line.state));
  return order.find((state) => states.has(state)) ?? [...states][0] ?? "CANCELLED";
}

/** Packing: of a whole shipment that may be worked on now. */
export function packStep(facts: PackFacts, shipment: ReadShipment, now: Instant): Step {
  const state = stateOf(shipment);
  const lines = strangeLines(facts.lines, shipment);
  if (lines.size > 0)
    return { kind: "refused", lines, others: "Flipkart packs a shipment whole, and this package is not all of it." };
  if (state === "PACKING_IN_PROGRESS" || PACKED_OR_LATER.has(state)) return { kind: "done" };
  if (state === "FORM_FAILED") return whole(FORM_FAILED);
  if (state !== "APPROVED") return whole(`The shipment is ${state} on Flipkart.`);
  if (shipment.hold) return whole("Flipkart holds the shipment: it may not be packed until the hold is lifted.");
  const from = timeOf(shipment.dispatchAfterDate);
  if (from !== null && Temporal.Instant.compare(now, from) < 0)
    return whole(`Flipkart lets the shipment be packed from ${shownTime(from)} on.`);
  return { kind: "send" };
}

/** Ready for the courier: a packed shipment. */
export function readyStep(lines: readonly { readonly channelOrderItemId: string }[], shipment: ReadShipment): Step {
  const cancelled = cancelledLines(lines, shipment);
  const state = stateOf(shipment);
  if (cancelled.size > 0 && state === "CANCELLED") return { kind: "refused", lines: cancelled, others: "" };
  if (READY_OR_LATER.has(state))
    return cancelled.size > 0 ? { kind: "refused", lines: cancelled, others: "" } : { kind: "done" };
  if (cancelled.size > 0)
    return {
      kind: "refused",
      lines: cancelled,
      others: "A line of the package is cancelled on Flipkart: take it out first.",
    };
  if (state === "PACKED") return { kind: "send" };
  return whole(state === "FORM_FAILED" ? FORM_FAILED : `The shipment is not packed on Flipkart: it is ${state} there.`);
}

/** Why there are no papers and no courier yet; null: there should be. */
export function waitingWords(shipment: ReadShipment): { readonly over: boolean; readonly words: string } | null {
  const state = stateOf(shipment);
  if (state === "PACKING_IN_PROGRESS")
    return { over: false, words: "Flipkart is packing the shipment: seconds as a rule, half an hour at most." };
  if (state === "APPROVED") return { over: false, words: "Flipkart has not begun to pack the shipment." };
  if (state === "FORM_FAILED") return { over: true, words: FORM_FAILED };
  if (state === "CANCELLED") return { over: true, words: "The shipment is cancelled on Flipkart." };
  return null;
}

function whole(others: string): Step {
  return { kind: "refused", lines: new Map(), others };
}

function cancelledLines(
  lines: readonly { readonly channelOrderItemId: string }[],
  shipment: ReadShipment,
): Map<string, string> {
  const gone = new Set(shipment.lines.filter((line) => line.state === "CANCELLED").map((line) => line.orderItemId));
  return new Map(
    lines
      .filter((line) => gone.has(line.channelOrderItemId))
      .map((line) => [line.channelOrderItemId, "The line is cancelled on Flipkart."]),
  );
}

/** Lines of the package that are not Flipkart's lines, in units too. */
function strangeLines(lines: PackFacts["lines"], shipment: ReadShipment): Map<string, string> {
  const units = new Map<string, number>();
  for (const { channelOrderItemId: id, quantity } of lines) units.set(id, (units.get(id) ?? 0) + quantity);
  const strange = cancelledLines(lines, shipment);
  const there = new Map<string, ShipmentLine>(aliveLines(shipment).map((line) => [line.orderItemId, line]));
  for (const [id, quantity] of units) {
    const line = there.get(id);
    if (strange.has(id) || line?.quantity === quantity) continue;
    strange.set(
      id,
      line === undefined
        ? `Flipkart's shipment has no line ${id}.`
        : `Flipkart has ${line.quantity} units of the line, the package ${quantity}.`,
    );
  }
  for (const line of there.values())
    if (!units.has(line.orderItemId))
      strange.set(
        line.orderItemId,
        `The package lacks the line ${line.orderItemId} (${line.sku}) of Flipkart's shipment.`,
      );
  return strange;
}

function shownTime(at: Instant): string {
  return at.toZonedDateTimeISO(ZONE).toPlainDateTime().toString({ smallestUnit: "minute" }).replace("T", " ");
}
