import { formatDuration, plural } from "../../lib/format.ts";
import { type AttemptOutcome, type Delivery, hostOf, type Partner, type PartnerAuth, type TestAnswer } from "./data.ts";

/** What each event tells, for who chooses among them. An event that is not listed shows by its title alone. */
export const eventWords: Readonly<Record<string, string>> = {
  createShipment: "A package was made: its order, items, buyer, prices and custom fields.",
  invoiced: "It is packed: the invoice line by line with its taxes, and a link to its PDF.",
  assignAWB: "It has its courier, AWB and label, and is ready to ship.",
  dispatchedShipment: "Its manifest is closed: it left the facility, with HSN codes and taxes by unit.",
  delivered: "The courier, or the channel, says that the buyer has it.",
  cancelSOItem: "Units of an order are cancelled, in a package or before there is one.",
  createReturn: "Goods come back: a customer return (CIR) or undelivered (RTO).",
  allocateReturnCourier: "A courier fetches a customer return. Not sent for an RTO.",
  completeReturn: "Returned goods are checked and put away.",
  approvedPurchaseOrder: "A purchase order is approved.",
  completeInflowReceipt: "Goods of a purchase order were counted, and all of them lie on their shelves (GRN).",
  awaitedGatepass: "Goods left on a gatepass and are expected back.",
  closeGatepass: "A gatepass is closed.",
  discardGatepass: "A gatepass is discarded.",
};

/** The events in groups, as the checklist shows them. */
export const eventGroups: readonly { readonly title: string; readonly events: readonly string[] }[] = [
  {
    title: "Shipments",
    events: ["createShipment", "invoiced", "assignAWB", "dispatchedShipment", "delivered", "cancelSOItem"],
  },
  { title: "Returns", events: ["createReturn", "allocateReturnCourier", "completeReturn"] },
  { title: "Purchasing", events: ["approvedPurchaseOrder", "completeInflowReceipt"] },
  { title: "Gatepasses", events: ["awaitedGatepass", "closeGatepass", "discardGatepass"] },
];

export const authWords: Readonly<Record<PartnerAuth, string>> = {
  TOKEN_JSON: "Token, asked for by JSON",
  TOKEN_BASIC: "Token, asked for by Basic",
  STATIC_HEADER: "A key in a header",
};

/** What each way of proving who we are does and needs. */
export const authNeeds: Readonly<Record<PartnerAuth, string>> = {
  TOKEN_JSON:
    "User name and password go as JSON to /oauth/token; the token that comes back travels with each event, and is asked for anew when it is refused.",
  TOKEN_BASIC:
    "User name and password go to /oauth/token by HTTP Basic, with an empty body; the token that comes back travels with each event, and is asked for anew when it is refused.",
  STATIC_HEADER: "A key that never changes travels with each event. No token is asked for.",
};

/** "1 delivery is", "38 deliveries are". Pure. */
export const deliveriesAre = (count: number): string =>
  `${plural(count, "delivery", "deliveries")} ${count === 1 ? "is" : "are"}`;

/** How the line to a partner is: a row of `partnerLineStates`. Pure. */
export function lineStateOf({ enabled, line }: Pick<Partner, "enabled" | "line">): string {
  if (!enabled) return "OFF";
  if (line.held !== null) return line.held;
  return line.failures > 0 ? "FAILING" : "UP";
}

/**
 * How a delivery is shown: a row of `partnerDeliveryStates`. Pure.
 * @param stopped its partner is off or held back as a whole: nothing has its turn
 */
export function deliveryStateOf(
  { state, behind, attempts, dismissedAt }: Pick<Delivery, "state" | "behind" | "attempts" | "dismissedAt">,
  stopped: boolean,
): string {
  if (state === "PENDING") return stopped ? "HELD" : behind ? "BEHIND" : attempts > 0 ? "AGAIN" : "PENDING";
  return dismissedAt === null ? state : "DISMISSED";
}

/** What a try brought, in words. */
export const outcomeWords: Readonly<Record<AttemptOutcome, string>> = {
  DELIVERED: "Delivered: the partner answered Success",
  REFUSED: "Refused by the partner",
  UNREADABLE: "Answered, but neither Success nor Failed",
  BREAKDOWN: "The partner’s server broke down",
  NO_ANSWER: "No answer",
  CREDENTIALS_REFUSED: "Our credentials are refused",
  NO_TOKEN: "No token: the call for it was not answered",
};

/** Answers after which it is not tried again by itself. */
export const finalOutcomes: ReadonlySet<AttemptOutcome> = new Set(["REFUSED", "UNREADABLE"]);

export interface TestStep {
  readonly title: string;
  readonly state: "DONE" | "FAILED" | "UNTRIED";
  readonly detail: string;
}

/** What "Test now" did, step by step; it stops at the one that failed. Pure. */
export function testSteps(result: TestAnswer): readonly TestStep[] {
  const { good, status, tried, url, words, durationMs } = result;
  const asks = tried === "TOKEN";
  const reach = `Reach ${hostOf(new URL(url).origin)}`;
  const send = asks ? "Ask for a token" : "Send an empty event with the key";
  const last = asks ? "Get a token" : "Have the key taken";
  if (status === null)
    return [
      { title: reach, state: "FAILED", detail: words },
      { title: send, state: "UNTRIED", detail: "" },
      { title: last, state: "UNTRIED", detail: "" },
    ];
  return [
    { title: reach, state: "DONE", detail: `It answers within ${formatDuration(durationMs)}.` },
    { title: send, state: "DONE", detail: `POST ${new URL(url).pathname} was answered with HTTP ${status}.` },
    { title: last, state: good ? "DONE" : "FAILED", detail: words },
  ];
}

/** A day of India as the moment it begins; `end`: the moment it is over. What is a moment already stays. Pure. */
export function momentOf(given: string, end = false): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(given)) return given;
  const start = Date.parse(`${given}T00:00:00+05:30`);
  return new Date(start + (end ? 86_400_000 : 0)).toISOString();
}

/** "2026-11-22T11:30" of India, as a field for a moment wants it. Pure. */
export function indianTime(ms: number): string {
  return new Date(ms + 330 * 60_000).toISOString().slice(0, 16);
}

/** The moment that such a field holds, or null while it holds none. Pure. */
export function fromIndianTime(text: string): string | null {
  const ms = Date.parse(`${text}:00+05:30`);
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text) && !Number.isNaN(ms) ? new Date(ms).toISOString() : null;
}
