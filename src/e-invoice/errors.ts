import { defineRefusals } from "../platform/refusals.ts";

export const eInvoiceRefusals = defineRefusals("e-invoice", {
  EINVOICE_TEXT_SHORT: {
    status: 409,
    message: "The e-invoice cannot be sent: {what} is too short ({text}); NIC wants {min} characters at least.",
    whatToDo: "Correct the address, then send it again.",
  },
  EINVOICE_SCHEMA: {
    status: 409,
    message: "The e-invoice of {number} does not have the form that NIC wants: {detail}.",
    whatToDo: "Correct what is named; if it is nothing you entered, tell your operator.",
  },
  EINVOICE_DECIMALS: {
    status: 409,
    message: "The e-invoice of {number} has an amount of more than two decimals: {at} is {given}.",
    whatToDo: "Tell your operator: amounts are whole paise here.",
  },
  EINVOICE_ASSESSABLE: {
    status: 409,
    message:
      "The e-invoice of {number}, {at}: the taxable value is {given:rupees}, but amount less discount is {expected:rupees} (NIC 2193).",
    whatToDo: "Correct the amounts where they came from; NIC forgives one rupee.",
  },
  EINVOICE_IGST_WITHIN_STATE: {
    status: 409,
    message: "The e-invoice of {number}, {at}: IGST on a supply within one state (NIC 2172).",
    whatToDo: "Check the place of supply; if IGST is truly due, the document must say so.",
  },
  EINVOICE_CGST_BETWEEN_STATES: {
    status: 409,
    message: "The e-invoice of {number}, {at}: CGST or SGST on a supply between states, to a SEZ or abroad.",
    whatToDo: "Check the place of supply: such a supply bears IGST.",
  },
  EINVOICE_TAX: {
    status: 409,
    message: "The e-invoice of {number}, {at}: {what} is {given:rupees}, but rate and value make {expected:rupees}.",
    whatToDo: "Check rate and value of the line; NIC forgives one rupee.",
  },
  EINVOICE_LINE_TOTAL: {
    status: 409,
    message:
      "The e-invoice of {number}, {at}: the total is {given:rupees}, but value and taxes make {expected:rupees}.",
    whatToDo: "Check the line's amounts; NIC forgives one rupee.",
  },
  EINVOICE_SUM: {
    status: 409,
    message:
      "The e-invoice of {number}: {what} is {given:rupees}, but its lines make {expected:rupees} (NIC 2182 for AssVal).",
    whatToDo: "Check the document's sums; NIC forgives one rupee.",
  },
  EINVOICE_TOTAL: {
    status: 409,
    message: "The e-invoice of {number}: the total is {given:rupees}, but its parts make {expected:rupees} (NIC 2189).",
    whatToDo: "Check round-off and total; NIC forgives one rupee.",
  },
  EINVOICE_NUMBER: {
    status: 409,
    message:
      "{number} cannot be an e-invoice's number: 1 to 16 letters, digits, / or -, the first of them a letter or 1 to 9 (Rule 46(b)).",
    whatToDo: "Change the series' prefix; of a channel's number, tell the channel's team.",
  },
  EINVOICE_DATE_FUTURE: {
    status: 409,
    message: "Document {number} is dated {on}, and today is {today}: NIC takes no future date.",
    whatToDo: "Send it on its day, or correct the date.",
  },
  EINVOICE_DATE_TOO_EARLY: {
    status: 409,
    message: "Document {number} is dated {on}; e-invoices begin on {first}.",
    whatToDo: "It needs no e-invoice.",
  },
  EINVOICE_TOO_OLD: {
    status: 409,
    message:
      "Document {number} of {on} could be reported until {by}; NIC refuses older ones of a seller of your turnover.",
    whatToDo: "Ask your tax adviser: an invoice without IRN is not valid for the buyer's credit.",
  },
  EINVOICE_CONSUMER: {
    status: 409,
    message: "{buyer} has no GSTIN: an IRN must not be asked for a consumer's invoice.",
    whatToDo: "Nothing: the invoice is valid without one.",
  },
  EINVOICE_SAME_GSTIN: {
    status: 409,
    message: "Seller and buyer are both {gstin}: goods moved within one registration need no e-invoice.",
    whatToDo: "Make a delivery challan.",
  },
  EINVOICE_GSTIN: {
    status: 409,
    message: "The {who}'s GSTIN {gstin} is not a valid one ({why}); NIC would answer 3028.",
    whatToDo: "Correct it, then send it again.",
  },
  EINVOICE_STATE: {
    status: 409,
    message: "The state code {state} of the {what} is not one of GST's.",
    whatToDo: "Correct the state in the address.",
  },
  EINVOICE_GSTIN_STATE: {
    status: 409,
    message: "The {who}'s address lies in state {state}, its GSTIN {gstin} in another.",
    whatToDo: "Correct the address, or the GSTIN.",
  },
  EINVOICE_EXPORT: {
    status: 409,
    message: "Document {number} is an export: its buyer stands as URP, with PIN 999999 and state 96.",
    whatToDo: "Correct buyer and place of supply.",
  },
  EINVOICE_NO_ORIGINAL: {
    status: 409,
    message: "Note {number} names no invoice that it changes.",
    whatToDo: "Tell your operator: a credit note is made from its invoice.",
  },
  EINVOICE_LINE_NUMBERS: {
    status: 409,
    message: "The e-invoice of {number} numbers lines twice: {numbers}.",
    whatToDo: "Tell your operator.",
  },
  EINVOICE_HSN: {
    status: 409,
    message: "The e-invoice of {number}, {at}: HSN {hsn} cannot be used ({why}; NIC 2176).",
    whatToDo: "Enter 6 or 8 digits under Products, then invoice again.",
  },
  EINVOICE_SERVICE: {
    status: 409,
    message: "The e-invoice of {number}, {at}: goods and services are confused; HSN {hsn} says which it is.",
    whatToDo: "Correct the HSN code under Products.",
  },
  EINVOICE_UNIT: {
    status: 409,
    message:
      "The e-invoice of {number}, {at}: goods need a quantity and one of the portal's units ({quantity} {unit}).",
    whatToDo: "Tell your operator.",
  },
  EINVOICE_RATE: {
    status: 409,
    message: "The e-invoice of {number}, {at}: {rate} % is no rate of GST.",
    whatToDo: "Correct the rate under Settings > Tax classes; of a channel's invoice, tell the channel's team.",
  },
  EINVOICE_PIN_STATE: {
    status: 409,
    message: "The PIN code {pin} of the {what} does not look like one of {state}.",
    whatToDo: "Compare PIN and state; NIC refuses what does not fit.",
  },
  EINVOICE_ANSWER_DIFFERS: {
    status: 409,
    message: "NIC registered {number} as another document than the one sent: {members} differ (IRN {irn}).",
    whatToDo: "Do not print it. Look at the exchange and tell your operator.",
  },
  EINVOICE_PORTAL_NOT_SET: {
    status: 409,
    message: "{number} needs an e-invoice, and this server knows no portal to report it to.",
    whatToDo: "Ask your operator to set the portal's address and keys (GODOWN_NIC_URL and its siblings).",
  },
  EINVOICE_ACCOUNT_MISSING: {
    status: 409,
    message: "{number} needs an e-invoice, and no e-invoice user of GSTIN {gstin} is entered.",
    whatToDo: "Enter user and password under Settings > E-invoicing, then invoice again.",
  },
  EINVOICE_NUMBER_SPENT: {
    status: 409,
    message: "Number {number} has an e-invoice already ({state}, IRN {irn}): a number has one IRN for ever.",
    whatToDo: "A channel must give the document another number; tell its team.",
  },
  EINVOICE_NUMBER_OF_ANOTHER: {
    status: 409,
    message:
      "The next number would be {number}, which {holder} has already under GSTIN {gstin}: a number has one IRN for ever.",
    whatToDo:
      "Give the series another prefix, or move its counter past that number, under Settings > Facilities & series. Nothing was numbered.",
  },
  EINVOICE_CANCEL_TOO_LATE: {
    status: 409,
    message:
      "{number} cannot be cancelled: its IRN is of {since:instant}, and NIC cancels within 24 hours only, until {until:instant}.",
    whatToDo:
      "An order that has not left: choose Cancel by credit note. Any other document is taken back by a credit note against it.",
  },
  EINVOICE_CHANNEL_NUMBER: {
    status: 409,
    message: "{number} is {channel}'s own number: it would be given again, and a number has one IRN for ever.",
    whatToDo: "Cancel the order's units instead, or have the channel give a credit note.",
  },
  EINVOICE_WITHDRAWN: {
    status: 409,
    message: "{number} was cancelled while its IRN was on the way.",
    whatToDo: "Nothing: the IRN is cancelled by itself.",
  },
  EINVOICE_NOT_TAKEN: {
    status: 409,
    message: "The IRN of {number} is here, and what waits for it broke down while taking it.",
    whatToDo: "It is tried again by itself; if it stays so, tell your operator.",
  },
  EINVOICE_WAITING: {
    status: 409,
    message: "{package} waits for the IRN of invoice {number}: {reason}",
    whatToDo: "{whatToDo}",
  },
  EINVOICE_NOT_REPEATABLE: {
    status: 409,
    message: "There is nothing to try again for {number}: it is {state}.",
    whatToDo: "Reload the list.",
  },
  EINVOICE_CREDENTIALS: {
    status: 400,
    message: "The e-invoice user of {gstin} cannot be saved: {detail}.",
    whatToDo: "Enter what NIC's e-invoice page shows under API registration.",
  },
  EINVOICE_SESSION: {
    status: 409,
    message: "NIC does not begin a session for {gstin}. {words} It says: {said}.",
    whatToDo: "{whatToDo}",
  },
});
