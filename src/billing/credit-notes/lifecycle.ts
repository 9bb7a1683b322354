import { lifecycle } from "../../kernel/index.ts";

/** Life of a credit note: its number exists exactly when it does, and a cancelled one keeps it. */
export const creditNoteLifecycle = lifecycle({
  name: "credit note",
  states: ["IRN_PENDING", "ISSUED", "CANCELLED"],
  initial: ["IRN_PENDING", "ISSUED"],
  terminal: ["CANCELLED"],
  events: {
    register: { from: ["IRN_PENDING"], to: "ISSUED" },
    cancel: { from: ["IRN_PENDING", "ISSUED"], to: "CANCELLED" },
  },
});
export type CreditNoteState = (typeof creditNoteLifecycle.states)[number];

/** Life of a return's waiting for the credit note of one invoice. */
export const creditNoteDueLifecycle = lifecycle({
  name: "pending credit note",
  states: ["WAITING", "ASKING", "FAILED", "IRN_PENDING", "DONE"],
  initial: ["WAITING"],
  terminal: [],
  events: {
    ask: { from: ["WAITING", "FAILED", "ASKING"], to: "ASKING" }, // ASKING: a process ended in the middle, its time is over
    wait: { from: ["WAITING", "FAILED", "ASKING"], to: "WAITING" },
    fail: { from: ["WAITING", "FAILED", "ASKING"], to: "FAILED" },
    write: { from: ["WAITING", "FAILED", "ASKING"], to: "IRN_PENDING" },
    end: { from: ["WAITING", "FAILED", "ASKING", "IRN_PENDING"], to: "DONE" },
    cancelNote: { from: ["IRN_PENDING", "DONE"], to: "FAILED" }, // another credit note is needed
  },
});
export type DueState = (typeof creditNoteDueLifecycle.states)[number];
