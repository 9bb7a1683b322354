import { defineRefusals } from "../platform/refusals.ts";

export const billingRefusals = defineRefusals("billing", {
  PACKAGE_EMPTY: {
    status: 409,
    message: "Package {package} has no units that could be invoiced.",
    whatToDo: "Its units were cancelled or moved; see the order's page.",
  },
  HSN_MISSING: {
    status: 409,
    message: "Package {package} cannot be invoiced: {skus} has no HSN code.",
    whatToDo: "Enter the HSN under Products > {skus}, then invoice again.",
  },
  TAX_CLASS_MISSING: {
    status: 409,
    message: "Package {package} cannot be invoiced: {skus} has no tax class.",
    whatToDo: "Choose the tax class under Products > {skus}, then invoice again.",
  },
  TAX_RATE_MISSING: {
    status: 409,
    message: "Package {package} cannot be invoiced: the tax class of {skus} has no rate that holds on {on}.",
    whatToDo: "Add a rate that holds from {on} or earlier under Settings > Tax classes, then invoice again.",
  },
  INVOICE_LINE_BELOW_ZERO: {
    status: 409,
    message: "Package {package} cannot be invoiced: the discount of {skus} is more than its price and charges.",
    whatToDo: "Have the channel correct the order; cancel it if it cannot.",
  },
  CESS_EXCEEDS_PRICE: {
    status: 409,
    message: "Package {package} cannot be invoiced: the cess of {skus} is more than its price, which includes it.",
    whatToDo: "Correct the cess of its tax class under Settings > Tax classes, then invoice again.",
  },
  PLACE_OF_SUPPLY_UNKNOWN: {
    status: 409,
    message: "Package {package} cannot be invoiced: the state of delivery of order {order} is not known ({state}).",
    whatToDo: "Correct the state in the order's shipping address, then invoice again.",
  },
  EXPORT_NOT_SUPPORTED: {
    status: 409,
    message:
      "Package {package} cannot be invoiced: order {order} is delivered to {country}, and export invoices are not made here.",
    whatToDo: "Invoice it in your export system and cancel it here.",
  },
  ZERO_RATED_NOT_SUPPORTED: {
    status: 409,
    message: "Package {package} cannot be invoiced: order {order} is a supply to a special economic zone.",
    whatToDo: "Invoice it in your export system and cancel it here.",
  },
  BUYER_GSTIN_INVALID: {
    status: 409,
    message: "Package {package} cannot be invoiced: {gstin}, the buyer's GSTIN on order {order}, is not a valid one.",
    whatToDo: "Correct it, or take it away to invoice the buyer as a consumer, on the order's page.",
  },
  CHANNEL_INVOICE_NUMBER: {
    status: 409,
    message:
      "The invoice number that {channel} gave for package {package} cannot be kept: it has {length} characters ({number}), and 1 to {max} that can be printed are allowed.",
    whatToDo: "Tell the channel's team; ask again once they have corrected it.",
  },
  CHANNEL_INVOICE_NUMBER_TAKEN: {
    status: 409,
    message: "{channel} gave package {package} the invoice number {number}, which package {other} has already.",
    whatToDo: "Tell the channel's team both packages; ask again once the number is another one.",
  },
  CHANNEL_INVOICE_DATE: {
    status: 409,
    message:
      "{channel} dates invoice {number} of package {package} {on}, and its order was placed on {placedOn}: an invoice is made after the order, and not in the future.",
    whatToDo: "Tell the channel's team; ask again once the date is right.",
  },
  CHANNEL_INVOICE_PRODUCT_UNKNOWN: {
    status: 409,
    message: "Invoice {number} of {channel} has products that the order of package {package} does not: {products}.",
    whatToDo:
      "Look at the exchange: the channel may have given another order's invoice. Tell its team; then ask again.",
  },
  CHANNEL_INVOICE_PRODUCT_TWICE: {
    status: 409,
    message: "Invoice {number} of {channel} for package {package} names {products} twice, with different taxes.",
    whatToDo: "Tell the channel's team; ask again once each product has one tax.",
  },
  CHANNEL_INVOICE_PRODUCT_MISSING: {
    status: 409,
    message: "Invoice {number} of {channel} gives no taxes for {skus} (its products {products}) in package {package}.",
    whatToDo: "Tell the channel's team; ask again once every product of the package is on the invoice.",
  },
  CHANNEL_INVOICE_RATES: {
    status: 409,
    message:
      "Invoice {number} of {channel} for package {package}: the taxes of {product} do not make one GST rate: {said}.",
    whatToDo: "Tell the channel's team: within a state CGST equals SGST or UTGST, between states there is IGST alone.",
  },
  CHANNEL_INVOICE_HEADS: {
    status: 409,
    message:
      "Invoice {number} of {channel} for package {package} has products taxed within a state and others between states.",
    whatToDo: "Tell the channel's team: one parcel is supplied in one place.",
  },
  CHANNEL_INVOICE_AMOUNT: {
    status: 409,
    message: "Invoice {number} of {channel} for package {package} gives {products} a value below zero.",
    whatToDo: "Tell the channel's team; ask again once the value is right.",
  },
  CHANNEL_INVOICE_BUYER: {
    status: 409,
    message:
      "Invoice {number} of {channel} for package {package} bills {buyer} under {gstin}, which is not a valid GSTIN.",
    whatToDo: "Tell the channel's team; ask again once it is right.",
  },
  INVOICE_NOT_OPEN: {
    status: 409,
    message: "Order {order} has an invoice already ({invoices}): its buyer's GSTIN stands on it.",
    whatToDo: "Cancel the packed units first; what is invoiced anew then has the new GSTIN.",
  },
  INVOICE_WAITS_FOR_IRN: {
    status: 409,
    message: "Invoice {number} waits for its IRN: it is not valid before, and is not printed.",
    whatToDo: "See Fulfilment > E-invoices for what the portal answered; it goes on by itself.",
  },
  INVOICE_LINK_REFUSED: {
    status: 403,
    message: "This link to an invoice is not one that was given out here.",
    whatToDo: "Ask for a new link.",
  },
  INVOICE_LINK_EXPIRED: {
    status: 403,
    message: "This link to an invoice was good until {until:instant}.",
    whatToDo: "Ask for a new link.",
  },
  DOCUMENTS_BUSY: {
    status: 503,
    message: "More documents are asked for than this server draws at the moment.",
    whatToDo: "Try again in {retryAfterSeconds} seconds.",
  },
  NO_INVOICES_TO_PRINT: {
    status: 404,
    message: "None of the chosen packages has an invoice to print.",
    whatToDo: "Invoice them first.",
  },
});
