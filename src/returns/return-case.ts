import { type Id, lifecycle } from "../kernel/index.ts";

export type ReturnCaseId = Id<"ReturnCase">;
export type ReturnKind = "RTO" | "CIR";

/** Life of a return: an RTO waits for the parcel; a CIR is a reverse pickup (behaviours (a)). */
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
    allocateCourier: { from: ["CREATED", "COURIER_ALLOCATED"], to: "COURIER_ALLOCATED" }, // or another courier
    pickUp: { from: ["CREATED", "COURIER_ALLOCATED"], to: "PICKED_UP" },
    receive: { from: ["RETURN_EXPECTED", "CREATED", "COURIER_ALLOCATED", "PICKED_UP"], to: "RECEIVED" },
    putAway: { from: ["RECEIVED"], to: "PUTAWAY" },
    awaitInvoice: { from: ["PUTAWAY"], to: "PENDING_INVOICE" },
    complete: { from: ["PENDING_INVOICE", "PUTAWAY"], to: "COMPLETED" },
    takeTheChannelsWord: { from: ["RETURN_EXPECTED", "CREATED", "COURIER_ALLOCATED", "PICKED_UP"], to: "COMPLETED" },
    cancel: { from: ["CREATED", "COURIER_ALLOCATED"], to: "CANCELLED" }, // whole, and before the courier has it
    callOff: { from: ["RETURN_EXPECTED"], to: "CANCELLED" }, // the parcel was delivered after all, or its return was called off
  },
});
export type ReturnState = (typeof returnLifecycle.states)[number];

/** Its goods are on their way: what is expected, and how long it has been. */
export const EXPECTED_STATES: readonly ReturnState[] = returnLifecycle.from("receive");

/**
 * Life of one unit in a return. A unit that the parcel came without is MISSING: found later it is a return of its own;
 * given up it is LOST, and its parcel is done without it.
 */
export const returnUnitLifecycle = lifecycle({
  name: "returned unit",
  states: ["EXPECTED", "RECEIVED", "PUT_AWAY", "RETURNED", "MISSING", "LOST", "CANCELLED"],
  initial: ["EXPECTED"],
  terminal: ["RETURNED", "LOST", "CANCELLED"],
  events: {
    receive: { from: ["EXPECTED"], to: "RECEIVED" },
    miss: { from: ["EXPECTED"], to: "MISSING" },
    giveUp: { from: ["MISSING"], to: "LOST" },
    putAway: { from: ["RECEIVED"], to: "PUT_AWAY" },
    settle: { from: ["PUT_AWAY"], to: "RETURNED" },
    takeTheChannelsWord: { from: ["EXPECTED"], to: "RETURNED" },
    callOff: { from: ["EXPECTED"], to: "CANCELLED" },
  },
});
export type ReturnUnitState = (typeof returnUnitLifecycle.states)[number];
