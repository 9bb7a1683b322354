import { defineRefusals } from "../../platform/refusals.ts";

/** What becomes of a tracking number that a courier is asked for by its API. */
export const courierStepRefusals = defineRefusals("fulfilment", {
  COURIER_ASKED_SOON: {
    status: 409,
    message: "{courier} is asked for the tracking number of package {package}.",
    whatToDo: "It goes on by itself; the page shows what becomes of it.",
  },
  COURIER_ASKED_NOW: {
    status: 409,
    message: "The courier is being asked for the tracking number of package {package} at this moment.",
    whatToDo: "Wait for the answer; the page shows it when it is there.",
  },
  COURIER_BOX_MISSING: {
    status: 409,
    message: "{courier} wants weight and size, and package {package} lacks: {missing}.",
    whatToDo: "Measure {measure}: enter it at the SKU, or on the package's page for this parcel alone, then label it.",
  },
  COURIER_REFUSED_PARCEL: {
    status: 409,
    message: "{courier} did not take package {package}: {words}",
    whatToDo: "Take the cause away (the exchange shows it) and label it again, or choose another courier on its page.",
  },
  COURIER_ANSWER_LOST: {
    status: 409,
    message:
      "{courier} was asked for the tracking number of package {package} and its answer was lost ({words}): it may have given one. Asked again it would give a second one.",
    whatToDo:
      "Look on the courier's panel for shipment {code}: enter the number that stands there, or say that there is none; then label it.",
  },
  COURIER_ANSWER_LOST_REPEATED: {
    status: 503,
    message: "{courier} was asked for the tracking number of package {package} and its answer was lost: {words}",
    whatToDo: "It is asked again with the same code by itself, which gives the same number; press Label to ask now.",
  },
  COURIER_NOT_REACHED: {
    status: 503,
    message: "{courier} could not be asked for the tracking number of package {package}: {words}",
    whatToDo: "It is asked again by itself; press Label to ask now.",
  },
  COURIER_LOGIN_REFUSED: {
    status: 409,
    message:
      "{courier} refused our credentials when it was asked for the tracking number of package {package}: {words}",
    whatToDo: "Connect it again under Settings > Shipping Providers; what waits for it goes on by itself then.",
  },
  COURIER_NUMBER_NOT_ASKED: {
    status: 409,
    message: "{courier} was not asked for the tracking number of package {package}: {words}",
    whatToDo: "Connect it under Settings > Shipping Providers; what waits for it goes on by itself then.",
  },
  COURIER_AWB_TAKEN: {
    status: 409,
    message:
      "{courier} gave package {package} the tracking number {awb}, which {other} has or had already; it cannot be used twice.",
    whatToDo: "Tell the courier's team both; label it again once the number is another one, or choose another courier.",
  },
  COURIER_LABEL_NOT_YET: {
    status: 409,
    message: "{courier} has given package {package} a tracking number, and its label could not be fetched yet: {words}",
    whatToDo: "It is fetched again by itself; if it does not come, our own label with that number is used.",
  },
  COURIER_NUMBER_UNSURE: {
    status: 409,
    message: "Package {package} may have a tracking number of {courier} already, whose answer was lost.",
    whatToDo: "Say first what became of it (the number, or that there is none) on the package's page.",
  },
  WAYBILL_NOT_UNSURE: {
    status: 409,
    message: "What became of the tracking number of {package} is known: it is {state}.",
    whatToDo: "Reload the page.",
  },
  WAYBILL_NUMBER_INVALID: {
    status: 422,
    message: "{awb} cannot be used: {words}.",
    whatToDo: "Enter the number as the courier's panel shows it.",
  },
  COURIER_SWAP_UNASKED: {
    status: 409,
    message: "{provider} gives its numbers by its API, and package {package} is labelled already.",
    whatToDo:
      "Book it on the courier's panel and enter the number that it gave, or choose a courier whose numbers lie in a pool here.",
  },
});
