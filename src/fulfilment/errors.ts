import { defineRefusals } from "../platform/refusals.ts";

export const fulfilmentRefusals = defineRefusals("fulfilment", {
  PACKAGE_NOT_FOUND: {
    status: 404,
    message: "There is no package {packages} here.",
    whatToDo: "Check the code; it may be in a facility that you do not see.",
  },
  PACKAGE_STATE: {
    status: 409,
    message: "{packages}: not possible in this state. {detail}",
    whatToDo: "See the package's page for its next step.",
  },
  PACKAGE_ON_HOLD: {
    status: 409,
    message: "{packages}: the order is on hold ({reason}).",
    whatToDo: "Unhold the order first.",
  },
  HELD_IN_DOUBT: {
    status: 409,
    message: "What is on hold of order {order} waits for a decision under Orders > Exceptions: {doubts}",
    whatToDo: "Decide it there; each choice says what becomes of the goods.",
  },
  HELD_BY_WORD: {
    status: 409,
    message:
      "The channel says that {units} of order {order} left ({statuses}); they stay on hold until that word takes effect here. The order's page says what it waits for.",
    whatToDo: "Bring what the word waits for; it takes effect by itself then.",
  },
  AWB_NOT_FOUND: {
    status: 404,
    message: "No package of this channel has the tracking number {awb}.",
    whatToDo: "Check the tracking number and the courier code.",
  },
  CHANNEL_CANCEL_NOT_ALLOWED: {
    status: 409,
    message: "{rule} Order {order} was not cancelled.",
    whatToDo: "The seller was asked to decide; a cancellation by the seller is told to the channel.",
  },
  CHANNEL_CANCEL_TOO_LATE: {
    status: 409,
    message: "{rule} Units of order {order} were not cancelled: {where}.",
    whatToDo: "The seller was asked to decide under Orders > Exceptions.",
  },
  CANCEL_WHILE_INVOICED: {
    status: 409,
    message: "Order {order}: the invoice of {packages} is being made at this moment.",
    whatToDo: "Say it again in a moment.",
  },
  CANCEL_WHILE_HANDED_OVER: {
    status: 409,
    message: "Order {order}: the manifest of {packages} is being closed at this moment.",
    whatToDo: "Say it again in a moment.",
  },
  PACKAGE_CANCEL_RULE: {
    status: 409,
    message: "{rule} Package {package} is {state}.",
    whatToDo: "Ship it, or settle it with the marketplace.",
  },
  PACKAGE_LOCKED: {
    status: 409,
    message: "{packages}: a cancellation of its units waits for the channel's answer.",
    whatToDo: "Wait for the answer, or settle it under Orders > Exceptions.",
  },
});
