import { defineRefusals } from "../../platform/refusals.ts";

/** What becomes of an invoice or a label that the channel makes. `what` says which of its answers a sentence is about. */
export const channelStepRefusals = defineRefusals("fulfilment", {
  CHANNEL_ASKED_NOW: {
    status: 409,
    message: "{channel} is being asked for the {what} of package {package} at this moment.",
    whatToDo: "Wait for the answer; the page shows it when it is there.",
  },
  CHANNEL_STEP_GOES_ON: {
    status: 409,
    message: "{channel} has not answered yet for the {what} of package {package}.",
    whatToDo: "It goes on by itself; the page shows what becomes of it.",
  },
  CHANNEL_INVOICE_NOT_YET: {
    status: 409,
    message: "{channel} has not made the invoice of package {package} yet.",
    whatToDo: "It is asked for again by itself; press Repeat to ask now.",
  },
  CHANNEL_COURIER_NOT_YET: {
    status: 409,
    message: "{channel} has not given package {package} a courier yet.",
    whatToDo: "It is asked for again by itself; press Repeat to ask now.",
  },
  CHANNEL_LABEL_NOT_YET: {
    status: 409,
    message: "{channel} has not made the label of package {package} yet.",
    whatToDo: "It is asked for again by itself; press Repeat to ask now.",
  },
  CHANNEL_NOT_REACHED: {
    status: 503,
    message: "{channel} could not be asked for the {what} of package {package}: {words}",
    whatToDo: "It is asked for again by itself; press Repeat to ask now.",
  },
  CHANNEL_ANSWER_UNREADABLE: {
    status: 409,
    message: "{channel} was asked for the {what} of package {package}; its answer cannot be used: {words}",
    whatToDo: "Look at the exchange, and repeat; if it stays so, tell the channel's team.",
  },
  CHANNEL_STEP_REFUSED: {
    status: 409,
    message: "{channel} did not give the {what} of package {package}: {words}",
    whatToDo: "Take the cause away (the exchange shows it), then repeat.",
  },
  CHANNEL_LOGIN_REFUSED: {
    status: 409,
    message: "{channel} refused our credentials when it was asked for the {what} of package {package}: {words}",
    whatToDo: "Connect the channel again on its page; what waits for it goes on by itself then.",
  },
  CHANNEL_NOT_ASKED: {
    status: 409,
    message: "{channel} was not asked for the {what} of package {package}: {words}",
    whatToDo: "Connect the channel on its page; what waits for it goes on by itself then.",
  },
  SHIPMENT_INCOMPLETE: {
    status: 409,
    message: "{channel} makes the label from box and weight, and package {package} lacks: {missing}.",
    whatToDo: "Enter box and weight on the package's page (or at its SKUs), then label it.",
  },
  PACK_INCOMPLETE: {
    status: 409,
    message: "{channel} is told box and weight when package {package} is packed, and it lacks: {missing}.",
    whatToDo: "Enter box and weight on the package's page (or at its SKUs), then invoice it.",
  },
  CHANNEL_PACK_REFUSED: {
    status: 409,
    message: "{channel} did not take package {package} as packed: {words}",
    whatToDo: "Take the cause away (the exchange shows it), or pack it on the channel's panel; then repeat.",
  },
  SHIPMENT_OUTCOME_UNKNOWN: {
    status: 503,
    message: "Box and weight of package {package} were sent to {channel}, and its answer was lost: {words}",
    whatToDo: "It is looked whether they arrived before they are sent again, by itself; press Repeat to look now.",
  },
  CHANNEL_SELLER_SHIPS: {
    status: 409,
    message:
      "{channel} says that the seller ships package {package}; orders of {source} are shipped by the channel alone.",
    whatToDo: "Ask the channel's team to give it a courier, then repeat.",
  },
  CHANNEL_AWB_UNUSABLE: {
    status: 409,
    message: "{channel} gave package {package} a courier without a tracking number that can be kept: {words}.",
    whatToDo: "Tell the channel's team; repeat once it is corrected.",
  },
  CHANNEL_AWB_TAKEN: {
    status: 409,
    message:
      "{channel} gave package {package} the tracking number {awb} of {courier}, which package {other} has already.",
    whatToDo: "Tell the channel's team both packages; repeat once the number is another one.",
  },
  STEP_CHANGED_HANDS: {
    status: 409,
    message: "Package {package} was changed at this moment.",
    whatToDo: "Try again.",
  },
  COURIER_OF_CHANNEL: {
    status: 409,
    message: "{channel} ships package {package} and chooses its courier and tracking number.",
    whatToDo: "Weight and box can be changed; for another courier turn to the channel.",
  },
});
