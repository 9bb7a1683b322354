import { type Id, type Instant, lifecycle } from "../kernel/index.ts";

/** What is reported: a module on the right owns each. */
export const SUBJECT_TYPES = ["INVOICE", "CREDIT_NOTE", "GATEPASS"] as const;
export type SubjectType = (typeof SUBJECT_TYPES)[number];
export type EInvoiceId = Id<"EInvoice">;

/**
 * Life of what is asked of the portal for one document: first its IRN, and, where its subject is cancelled, that IRN's end.
 * The row's `wish` says which of the two PENDING, ASKING, WAITING and BLOCKED speak of.
 */
export const eInvoiceLifecycle = lifecycle({
  name: "e-invoice",
  states: ["PENDING", "ASKING", "WAITING", "BLOCKED", "ACTIVE", "CANCELLED"],
  initial: ["PENDING"],
  terminal: ["CANCELLED"],
  events: {
    ask: { from: ["PENDING", "WAITING", "ASKING"], to: "ASKING" }, // ASKING: a process ended in the middle, its time is over
    wait: { from: ["ASKING", "PENDING", "WAITING"], to: "WAITING" },
    block: { from: ["ASKING", "PENDING", "WAITING"], to: "BLOCKED" },
    register: { from: ["ASKING"], to: "ACTIVE" },
    repeat: { from: ["WAITING", "BLOCKED"], to: "PENDING" },
    withdraw: { from: ["ACTIVE", "PENDING", "WAITING", "BLOCKED", "ASKING"], to: "PENDING" }, // its IRN has to end
    cancel: { from: ["PENDING", "ASKING", "WAITING", "BLOCKED"], to: "CANCELLED" },
  },
});
export const E_INVOICE_STATES = eInvoiceLifecycle.states;
export type EInvoiceState = (typeof E_INVOICE_STATES)[number];

/** Pauses before the next try, the last one from then on. */
const PAUSES_MINUTES = [1, 2, 5, 10, 20, 30] as const;

/** When to ask again after so many tries. A portal that names a longer pause gets it. */
export function nextAttempt(now: Instant, attempts: number, retryAfterMs = 0): Instant {
  const minutes = PAUSES_MINUTES[Math.min(Math.max(attempts, 1), PAUSES_MINUTES.length) - 1] ?? PAUSES_MINUTES[0];
  return now.add({ milliseconds: Math.max(minutes * 60_000, retryAfterMs) });
}
