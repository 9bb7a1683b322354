import { defineRefusals } from "../platform/refusals.ts";

/** Refusals of the steps from packing to the manifest: invoice, label, and changes of courier and box. */
export const stepRefusals = defineRefusals("fulfilment", {
  PICKING_NEEDED: {
    status: 409,
    message:
      "Package {package} is {state}: at facility {facility} (traceability {traceability}) goods are picked before the invoice.",
    whatToDo: "Put it on a pick list, fetch the goods and receive the list; then invoice.",
  },
  ACCEPTANCE_AWAITED: {
    status: 409,
    message:
      "Channel {channel} has not confirmed yet that order {order} is accepted; package {package} is not invoiced before.",
    whatToDo:
      "Godown tells the channel again by itself; the order's timeline shows what it answered. Invoice the package when it says that the acceptance was taken.",
  },
  LABEL_BEFORE_INVOICE: {
    status: 409,
    message: "Package {package} has no invoice yet ({state}): the label comes after the invoice.",
    whatToDo: "Invoice it first.",
  },
  LABEL_BY_CHANNEL: {
    status: 409,
    message: "The channel {channel} ships package {package}, and has no way to tell its courier here.",
    whatToDo: "Print the label on the channel's panel.",
  },
  SINGLE_ACTION_OFF: {
    status: 409,
    message: "Channel {channel} makes invoice and label in two separate actions (package {package}).",
    whatToDo: "Press Invoice, then Label; or change Single Action Invoice Label New in the channel's settings.",
  },
  COURIER_TOO_EARLY: {
    status: 409,
    message: "Package {package} is {state}: its courier is chosen once it is packed.",
    whatToDo: "Invoice it first; weight and box can be changed now.",
  },
  COURIER_UNKNOWN: {
    status: 422,
    message: "There is no shipping provider {provider}.",
    whatToDo: "Choose one of those under Settings > Shipping providers.",
  },
  COURIER_DISABLED: {
    status: 409,
    message: "The shipping provider {provider} is disabled.",
    whatToDo: "Choose another one, or enable it under Settings > Shipping providers.",
  },
  COURIER_NOT_CHOSEN: {
    status: 422,
    message: "A tracking number was given for package {package}, but no courier.",
    whatToDo: "Choose the courier that the number belongs to.",
  },
  MANIFEST_OF_OTHER_COURIER: {
    status: 409,
    message: "Package {package} is on manifest {manifest}, whose parcels go with another courier.",
    whatToDo: "Take it off the manifest, then change the courier.",
  },
  AWB_TAKEN: {
    status: 409,
    message: "The tracking number {awb} of {provider} belongs to another package.",
    whatToDo: "Check the number; a number is used once, for a cancelled package too.",
  },
  PACKAGE_GONE: {
    status: 409,
    message: "Package {package} is {state}: it can no longer be changed here.",
    whatToDo: "See the package's page for what became of it.",
  },
  NO_LABELS_TO_PRINT: {
    status: 404,
    message: "None of the chosen packages has a label to print.",
    whatToDo: "Label them first.",
  },
  NOT_LABELLED: {
    status: 409,
    message: "Package {package} is {state} and has no label.",
    whatToDo: "Label it first.",
  },
});
