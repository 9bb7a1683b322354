import { defineRefusals } from "../../platform/refusals.ts";

/** Couriers that are asked to collect what customers send back. */
export const returnCourierRefusals = defineRefusals("returns", {
  RETURN_COLLECTED_BY_CHANNEL: {
    status: 409,
    message: "{return} is collected by {channel}'s own courier: it ships this order.",
    whatToDo: "Wait for the channel to name its courier; receive the goods when they come.",
  },
  RETURN_HAS_COURIER: {
    status: 409,
    message: "{return} has its courier: {courier}, tracking number {awb}.",
    whatToDo: "Choose another courier on its page if this one does not collect it; the number is given back then.",
  },
  RETURN_COURIER_ASKED_NOW: {
    status: 409,
    message: "A courier is being asked to collect {return} at this moment.",
    whatToDo: "Wait for the answer; the page shows it when it is there.",
  },
  RETURN_COURIER_NOT_BY_API: {
    status: 409,
    message: "{provider} cannot be asked to collect {return}: it {why}.",
    whatToDo: "Arrange it with the courier, and enter the courier and its number by hand.",
  },
  RETURN_ADDRESS_INCOMPLETE: {
    status: 409,
    message: "No courier can be sent to collect {return}; its address lacks: {missing}.",
    whatToDo:
      "Edit the reverse pickup and give the address where it is collected; the courier is asked by itself then.",
  },
  RETURN_BOX_MISSING: {
    status: 409,
    message: "{courier} wants weight and size, and {return} lacks: {missing}.",
    whatToDo:
      "Enter weight and box on the reverse pickup, or at the SKU ({skus}); the courier is asked by itself or by Ask again.",
  },
  RETURN_COURIER_REFUSED: {
    status: 409,
    message: "{courier} does not collect {return}: {words}",
    whatToDo: "Take the cause away (the exchange shows it) and ask again, or choose another courier.",
  },
  RETURN_ANSWER_LOST: {
    status: 409,
    message:
      "{courier} was asked to collect {return} and its answer was lost ({words}): it may have given a tracking number. Asked again it would give a second one.",
    whatToDo: "Look on the courier's panel for {code}: enter the number that stands there, or say that there is none.",
  },
  RETURN_ANSWER_LOST_REPEATED: {
    status: 503,
    message: "{courier} was asked to collect {return} and its answer was lost: {words}",
    whatToDo: "It is asked again with the same code by itself, which gives the same number.",
  },
  RETURN_COURIER_NOT_REACHED: {
    status: 503,
    message: "{courier} could not be asked to collect {return}: {words}",
    whatToDo: "It is asked again by itself; press Ask again to ask now.",
  },
  RETURN_COURIER_NOT_ASKED: {
    status: 409,
    message: "{courier} was not asked to collect {return}: {words}",
    whatToDo: "Connect it under Settings > Shipping Providers; what waits for it goes on by itself then.",
  },
  RETURN_AWB_TAKEN: {
    status: 409,
    message: "{courier} gave {return} the tracking number {awb}, which {other} has or had already.",
    whatToDo: "Tell the courier's team both; ask again once the number is another one, or choose another courier.",
  },
  RETURN_NUMBER_UNSURE: {
    status: 409,
    message: "{return} may have a tracking number of {courier} already, whose answer was lost.",
    whatToDo: "Say first what became of it: the number, or that there is none.",
  },
  RETURN_NUMBER_KNOWN: {
    status: 409,
    message: "Nothing is in doubt about the tracking number of {return}.",
    whatToDo: "Reload the page.",
  },
});
