import { defineRefusals } from "../platform/refusals.ts";

export const gatepassRefusals = defineRefusals("gatepasses", {
  GATEPASS_TO_FACILITY_MISSING: {
    status: 422,
    message: "A stock transfer needs the facility it goes to.",
    whatToDo: "Choose the receiving facility.",
  },
  GATEPASS_SAME_FACILITY: {
    status: 422,
    message: "A stock transfer goes to another facility, but both are the same.",
    whatToDo: "Choose another facility; between shelves of one, use a shelf transfer.",
  },
  GATEPASS_FACILITY_DISABLED: {
    status: 409,
    message: "The facility {facility} is disabled: nothing is sent there.",
    whatToDo: "Enable it under Settings > Facilities, or choose another.",
  },
  GATEPASS_PARTY_MISSING: {
    status: 422,
    message: "A gatepass of type {type} needs the name and address of who gets the goods, and no facility.",
    whatToDo: "Fill in the party; for another facility of your own, make a stock transfer.",
  },
  GATEPASS_PARTY_NOT_WANTED: {
    status: 422,
    message: "A stock transfer goes to a facility, not to a party.",
    whatToDo: "Leave the party empty, or choose another type.",
  },
  GATEPASS_PARTY_STATE: {
    status: 422,
    message: "The party's state {state} is not a state of today.",
    whatToDo: "Choose the state from the list: the tax depends on it.",
  },
  GATEPASS_NOT_TO_A_VENDOR: {
    status: 422,
    message: "Only a return to a vendor names the vendor's invoice.",
    whatToDo: "Leave it empty, or choose the type Return to vendor.",
  },
  GATEPASS_ID_TAKEN: {
    status: 409,
    message: "This gatepass exists already as {gatepass}, with other particulars.",
    whatToDo: "Open that one, or make a new one.",
  },
  GATEPASS_NOT_OPEN: {
    status: 409,
    message: "Gatepass {gatepass} is {state}: it cannot be changed or issued any more.",
    whatToDo: "Make a new gatepass for what is still to leave.",
  },
  GATEPASS_EMPTY: {
    status: 409,
    message: "Gatepass {gatepass} has no lines.",
    whatToDo: "Scan goods onto it, or add lines.",
  },
  GATEPASS_TOO_LARGE: {
    status: 422,
    message: "Gatepass {gatepass} would have {pieces} pieces; {piecesMax} is the most.",
    whatToDo: "Send the rest on another gatepass.",
  },
  GATEPASS_LINES_TOO_MANY: {
    status: 422,
    message: "Gatepass {gatepass} would have {lines} lines; {linesMax} is the most.",
    whatToDo: "Put the rest on another gatepass.",
  },
  GATEPASS_SHELF_UNKNOWN: {
    status: 422,
    message: "There is no shelf {shelves} in {facility}.",
    whatToDo: "Check the code, or make the shelf under Settings > Facilities.",
  },
  GATEPASS_SKU_UNKNOWN: {
    status: 422,
    message: "There is no SKU {skus}.",
    whatToDo: "Check the code (case counts), or make the SKU under Products.",
  },
  GATEPASS_BUNDLE: {
    status: 422,
    message: "{skus} is a bundle: it has no stock of its own.",
    whatToDo: "Put its components on the gatepass.",
  },
  GATEPASS_NO_STOCK: {
    status: 409,
    message: "There is no {inventoryType} stock of {sku} left at {facility} beyond what is on this gatepass.",
    whatToDo: "Check the grade of the stock, or count the shelf.",
  },
  GATEPASS_PRICE_MISSING: {
    status: 422,
    message: "An invoice needs a value, but these have no price: {skus}.",
    whatToDo: "Give the price of a piece, without tax: what the goods would fetch, or what they cost.",
  },
  GATEPASS_HSN_MISSING: {
    status: 422,
    message: "The law wants an HSN code for what is moved, but these have none: {skus}.",
    whatToDo: "Give them their HSN code under Products.",
  },
  GATEPASS_TAX_CLASS_MISSING: {
    status: 422,
    message: "These SKUs have no tax class: {skus}.",
    whatToDo: "Give them one under Products.",
  },
  GATEPASS_TAX_RATE_MISSING: {
    status: 422,
    message: "The tax class of these SKUs has no rate on {on}: {skus}.",
    whatToDo: "Add the rate under Settings > Tax classes.",
  },
  GATEPASS_REGISTRATION_MISSING: {
    status: 409,
    message: "{facility} has no GSTIN, but {other} in another state has: goods sent between them are a taxable supply.",
    whatToDo: "Enter the GSTIN of the facility under Settings > Facilities.",
  },
  GATEPASS_VENDOR_INVOICE_MISSING: {
    status: 422,
    message: "A return to a vendor names the vendor's invoice that it is against.",
    whatToDo: "Enter the number and the day of the vendor's invoice.",
  },
  GATEPASS_NOTHING_AWAITED: {
    status: 409,
    message: "Gatepass {gatepass} is {state}: nothing of it is awaited.",
    whatToDo: "Reload the page.",
  },
  GATEPASS_NOT_BACK: {
    status: 409,
    message: "What was lent on gatepass {gatepass} is simply received when it comes back.",
    whatToDo: "Receive it.",
  },
  GATEPASS_NOT_SHORT: {
    status: 409,
    message: "Pieces of gatepass {gatepass} are still on their way.",
    whatToDo: "Report the rest short first; then say what became of it.",
  },
  GATEPASS_LINES_UNKNOWN: {
    status: 409,
    message: "{count} of the lines are not on gatepass {gatepass}.",
    whatToDo: "Reload the page.",
  },
  GATEPASS_MORE_THAN_SENT: {
    status: 409,
    message: "More than is awaited of gatepass {gatepass}: {lines}.",
    whatToDo: "Count again. What is here and was not sent is added by an adjustment of stock.",
  },
  GATEPASS_SCAN_UNKNOWN: {
    status: 404,
    message: "{code} is no SKU on gatepass {gatepass}.",
    whatToDo: "Keep the piece apart: it came by another way.",
  },
  GATEPASS_SCANNED_ALL: {
    status: 409,
    message: "All pieces of {code} on gatepass {gatepass} are accounted for.",
    whatToDo: "Count the pieces: this one is more than were sent.",
  },
  GATEPASS_NOT_RECALLABLE: {
    status: 409,
    message: "Gatepass {gatepass} is {state} and cannot be recalled.",
    whatToDo: "Goods that are back in the house come in by an adjustment of stock.",
  },
  GATEPASS_PARTLY_RECEIVED: {
    status: 409,
    message: "Part of gatepass {gatepass} has arrived: it cannot be recalled whole.",
    whatToDo: "Report the rest short, then say that it is back.",
  },
  GATEPASS_IRN_AWAITED: {
    status: 409,
    message: "Invoice {invoice} still waits for its IRN: a credit note against it can be made when it is there.",
    whatToDo: "Look under E-invoices what it waits for, and say it again then.",
  },
  GATEPASS_NOTE_STANDS: {
    status: 409,
    message: "{document} is a {kind} of gatepass {gatepass}: it is not cancelled by itself.",
    whatToDo: "Correct what it is about; finance makes what the correction needs.",
  },
  GATEPASS_RECEIPT_TAKEN: {
    status: 409,
    message: "This receipt was written down already, with other pieces.",
    whatToDo: "Reload the page to see what is there.",
  },
});
