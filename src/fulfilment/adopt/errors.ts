import { defineRefusals } from "../../platform/refusals.ts";

/** Why what was done on a marketplace's panel is not adopted yet, or is a person's to decide; and refusals of shortages. */
export const adoptionRefusals = defineRefusals("fulfilment", {
  ADOPTION_CANCEL_ASKED: {
    status: 409,
    message: "Order {order} left there, while the channel is asked to cancel {units}.",
    whatToDo: "Wait for its answer, or settle the cancellation under Orders > Exceptions; adoption goes on by itself.",
  },
  ADOPTION_NO_FACILITY: {
    status: 409,
    message: "Order {order} left there, and channel {channel} has no facility that it could have left from.",
    whatToDo: "Choose facilities on the channel's page; adoption goes on by itself.",
  },
  ADOPTION_BUSY: {
    status: 409,
    message: "Order {order} left there, while its packages are being worked on at this moment.",
    whatToDo: "Nothing: it is adopted by itself in a moment.",
  },
  PART_LEFT: {
    status: 409,
    message: "A part of package {package} left there, and invoice {invoice} names all of it.",
    whatToDo: "Say under Orders > Exceptions what became of the rest.",
  },
  LEFT_THOUGH_CANCELLED: {
    status: 409,
    message: "Line {line} of order {order} left there, and is cancelled here.",
    whatToDo: "See Orders > Exceptions.",
  },
  SHORTAGE_NOT_FOUND: {
    status: 404,
    message: "There is no shortage {shortages} here.",
    whatToDo: "Reload the list; it may be of a facility that you do not see.",
  },
  SHORTAGE_ENDED: {
    status: 409,
    message: "The shortage of {sku} in package {package} is {state} already.",
    whatToDo: "Reload the list.",
  },
});
