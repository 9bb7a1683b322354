import { lifecycle } from "../kernel/index.ts";

/** Life of a return that was announced: an RTO waits for the parcel; a CIR is a reverse pickup (behaviours (a)). */
export const returnLifecycle = lifecycle({
  name: "return",
  states: [
    "RETURN_EXPECTED",
    "CREATED",
    "COURIER_ALLOCATED",
    "PICKED_UP",
    "RECEIVED",
    "PUTAWAY",
    "PENDING_INVOICE",
    "COMPLETED",
    "CANCELLED",
  ],
  initial: ["RETURN_EXPECTED", "CREATED"],
  terminal: ["COMPLETED", "CANCELLED"],
  events: {
    allocateCourier: { from: ["CREATED"], to: "COURIER_ALLOCATED" },
    pickUp: { from: ["CREATED", "COURIER_ALLOCATED"], to: "PICKED_UP" },
    receive: { from: ["RETURN_EXPECTED", "CREATED", "COURIER_ALLOCATED", "PICKED_UP"], to: "RECEIVED" },
    putAway: { from: ["RECEIVED"], to: "PUTAWAY" },
    awaitInvoice: { from: ["PUTAWAY"], to: "PENDING_INVOICE" },
    complete: { from: ["PENDING_INVOICE", "PUTAWAY"], to: "COMPLETED" },
    takeTheChannelsWord: { from: ["RETURN_EXPECTED", "CREATED", "COURIER_ALLOCATED", "PICKED_UP"], to: "COMPLETED" },
    cancel: { from: ["CREATED", "COURIER_ALLOCATED"], to: "CANCELLED" },
  },
});
export type ReturnState = (typeof returnLifecycle.states)[number];
