import { defineRefusals } from "../../platform/refusals.ts";

/** What becomes of a credit note, ours or the channel's. */
export const creditNoteRefusals = defineRefusals("billing", {
  CREDIT_UNITS_NOT_INVOICED: {
    status: 409,
    message: "{count} of the units do not stand on invoice {invoice}.",
    whatToDo: "Look at the order's page: each unit names its package and invoice.",
  },
  CREDIT_UNITS_CREDITED: {
    status: 409,
    message: "{count} of the units of invoice {invoice} were credited already.",
    whatToDo: "Look at the invoice's page: it names its credit notes.",
  },
  CREDIT_INVOICE_CANCELLED: {
    status: 409,
    message: "Invoice {invoice} is cancelled: there is nothing to give back of it.",
    whatToDo: "Look at the order's page; the package may have been invoiced anew.",
  },
  CREDIT_NOTE_CHANNELS_ALONE: {
    status: 409,
    message:
      "Invoice {invoice} cannot be taken back by a credit note of ours: {channel} makes the credit notes of its orders itself.",
    whatToDo: "Ship it, or settle it with the channel's team.",
  },
  CREDIT_NOTE_DONE: {
    status: 409,
    message: "The credit note that return {return} waited for is there.",
    whatToDo: "Reload the list.",
  },
  CREDIT_NOTE_ASKED_NOW: {
    status: 409,
    message: "{channel} is being asked for the credit note of return {return} at this moment.",
    whatToDo: "Wait for the answer; the list shows it when it is there.",
  },
  CREDIT_NOTE_LEFT_TO_JOB: {
    status: 409,
    message: "The credit note of return {return} is asked for in the background, with the others.",
    whatToDo: "The list shows what becomes of it.",
  },
  CREDIT_NOTE_OURS: {
    status: 409,
    message: "The credit note of return {return} is made here, of our own series: there is nothing to upload.",
    whatToDo: "Take away what keeps it back (the list says what), then press Make now.",
  },
  CREDIT_NOTE_NOT_YET: {
    status: 409,
    message: "{channel} has not made the credit note of return {return} yet.",
    whatToDo: "It is asked for again by itself; press Fetch now to ask now.",
  },
  CREDIT_NOTE_NOT_REACHED: {
    status: 503,
    message: "{channel} could not be asked for the credit note of return {return}: {words}",
    whatToDo: "It is asked for again by itself; press Fetch now to ask now.",
  },
  CREDIT_NOTE_GIVEN_UP: {
    status: 409,
    message: "{channel} was asked {tries} times for the credit note of return {return}, in vain: {words}",
    whatToDo: "It is not asked for by itself any more. Ask the channel's team; then fetch it or upload it by hand.",
  },
  CREDIT_NOTE_UNREADABLE: {
    status: 409,
    message: "{channel} was asked for the credit note of return {return}; its answer cannot be used: {words}",
    whatToDo: "Look at the exchange and fetch again; if it stays so, upload the credit note by hand.",
  },
  CREDIT_NOTE_REFUSED: {
    status: 409,
    message: "{channel} did not give the credit note of return {return}: {words}",
    whatToDo: "Take the cause away (the exchange shows it) and fetch again, or upload the credit note by hand.",
  },
  CREDIT_NOTE_LOGIN_REFUSED: {
    status: 409,
    message: "{channel} refused our credentials when it was asked for the credit note of return {return}: {words}",
    whatToDo: "Connect the channel again on its page; what waits for it goes on by itself then.",
  },
  CREDIT_NOTE_NOT_ASKED: {
    status: 409,
    message: "{channel} was not asked for the credit note of return {return}: {words}",
    whatToDo: "Connect the channel on its page; what waits for it goes on by itself then.",
  },
  CREDIT_NOTE_BY_HAND: {
    status: 409,
    message: "{channel} makes the credit note of return {return}, and has no way to be asked for it.",
    whatToDo: "Download it from the channel's panel and upload it here.",
  },
  CREDIT_NOTE_NUMBER: {
    status: 409,
    message:
      "The credit note number that {channel} gave for invoice {invoice} cannot be kept: it has {length} characters ({number}), and 1 to {max} that can be printed are allowed.",
    whatToDo: "Tell the channel's team; fetch again once they have corrected it.",
  },
  CREDIT_NOTE_NUMBER_TAKEN: {
    status: 409,
    message: "{channel} gave invoice {invoice} the credit note number {number}, which invoice {other} has already.",
    whatToDo: "Tell the channel's team both; fetch again once the number is another one.",
  },
  CREDIT_NOTE_DATE: {
    status: 409,
    message:
      "Credit note {number} of {channel} is dated {on}, and its invoice {invoicedOn}: it is made after the invoice, and not in the future.",
    whatToDo: "Correct the day, or tell the channel's team; fetch again once it is right.",
  },
  CREDIT_NOTE_OTHER_INVOICE: {
    status: 409,
    message: "Credit note {number} of {channel} takes back invoice {other}; what came back was billed with {invoice}.",
    whatToDo: "Look at the exchange: the channel may have given another return's credit note. Tell its team.",
  },
  CREDIT_NOTE_UNITS_DIFFER: {
    status: 409,
    message: "Credit note {number} of {channel} is not for what came back of package {package}: {products}.",
    whatToDo: "Tell the channel's team what came back; fetch again once it is right.",
  },
  CREDIT_NOTE_RATES: {
    status: 409,
    message: "Credit note {number} of {channel}: the taxes of {product} do not make one GST rate: {said}.",
    whatToDo: "Tell the channel's team: within a state CGST equals SGST or UTGST, between states there is IGST alone.",
  },
  CREDIT_NOTE_HEADS: {
    status: 409,
    message: "Credit note {number} of {channel} taxes {product} under other heads than invoice {invoice} does.",
    whatToDo: "Tell the channel's team: a credit note gives back the tax that the invoice charged.",
  },
  CREDIT_NOTE_AMOUNTS_DIFFER: {
    status: 409,
    message:
      "Credit note {number} of {channel} gives back {given}; what came back was billed on {invoice} with {expected}.",
    whatToDo:
      "Look at both papers. If the channel is right, accept its amounts; if not, tell its team and fetch again.",
  },
  CREDIT_NOTE_EXCEEDS_INVOICE: {
    status: 409,
    message:
      "Credit note {number} of {channel} gives back {given}, more than invoice {invoice} has left for the units.",
    whatToDo: "No credit note may give back more than was billed: tell the channel's team.",
  },
  CREDIT_NOTE_CANCELLED: {
    status: 409,
    message: "Credit note {number} of return {return} was cancelled: another one is needed.",
    whatToDo: "Press Make now or Fetch now, or upload the channel's.",
  },
  CREDIT_NOTE_WAITS_FOR_IRN: {
    status: 409,
    message: "Credit note {number} waits for its IRN: without it, it is not one.",
    whatToDo: "See Fulfilment > E-invoices for what the portal says; it goes on by itself.",
  },
  NO_CREDIT_NOTES_TO_PRINT: {
    status: 404,
    message: "None of the chosen credit notes is there to print.",
    whatToDo: "Choose others.",
  },
});
