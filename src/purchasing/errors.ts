import { defineRefusals } from "../platform/refusals.ts";

export const purchasingRefusals = defineRefusals("purchasing", {
  VENDOR_CODE_TAKEN: {
    status: 409,
    message: "There is already a vendor with the code {code}.",
    whatToDo: "Choose another code, or change that vendor.",
  },
  VENDOR_FIELD_INVALID: {
    status: 422,
    message: "The {field} of vendor {vendor} is not taken: {why}.",
    whatToDo: "Correct it; nothing else of the line was saved.",
  },
  VENDOR_TWICE_IN_FILE: {
    status: 422,
    message: "The vendor {vendor} stands in line {line} already.",
    whatToDo: "Keep one line for each vendor.",
  },
  VENDOR_DISABLED: {
    status: 409,
    message: "The vendor {vendor} is disabled: nothing is ordered there.",
    whatToDo: "Enable it under Vendors, or choose another vendor.",
  },
  VENDOR_UNKNOWN: {
    status: 422,
    message: "There is no vendor with the code {vendor}.",
    whatToDo: "Check the code, or make the vendor first.",
  },
  VENDOR_ITEM_SKU_UNKNOWN: {
    status: 422,
    message: "There is no SKU {sku} that a vendor could supply: it is not in the catalogue, or it is a bundle.",
    whatToDo: "Check the code. Of a bundle, its components are bought.",
  },
  VENDOR_SKU_TAKEN: {
    status: 409,
    message: "{vendor} has its code {vendorSku} for {sku} already.",
    whatToDo: "Correct one of the two: a code that is scanned must mean one SKU.",
  },
  VENDOR_ITEM_TWICE_IN_FILE: {
    status: 422,
    message: "{sku} of vendor {vendor} stands in line {line} already.",
    whatToDo: "Keep one line for each SKU of a vendor.",
  },
  PO_SKUS_UNKNOWN: {
    status: 422,
    message: "These are no SKUs that can be bought: {skus}. They are not in the catalogue, disabled, or bundles.",
    whatToDo: "Correct the lines. Of a bundle, order its components.",
  },
  PO_SKU_TWICE: {
    status: 422,
    message: "The order has several lines of {skus}.",
    whatToDo: "Put the pieces of a SKU into one line: what is scanned on arrival must belong to one.",
  },
  PO_TAX_CLASS_UNKNOWN: {
    status: 422,
    message: "There is no tax class {taxClasses}.",
    whatToDo: "Choose one of the classes under Settings > Tax classes.",
  },
  PO_TAX_CLASS_MISSING: {
    status: 422,
    message: "{skus} have no tax class, and a registered vendor charges GST.",
    whatToDo: "Choose a tax class on the line, or give the product one.",
  },
  PO_LINE_TOO_LARGE: {
    status: 422,
    message: "The line of {sku} comes to more than {max:rupees}.",
    whatToDo: "Check quantity and price: one of them was most likely typed in the wrong unit.",
  },
  PO_EXPECTED_PAST: {
    status: 422,
    message: "The goods are expected on {expectedOn}, which is before the day of the order, {orderedOn}.",
    whatToDo: "Correct the expected day, or leave it empty.",
  },
  PO_STATE: {
    status: 409,
    message: "Purchase order {order} is {state}: you cannot {event} it now.",
    whatToDo: "Reload the order; somebody may have been faster. Possible now: {allowed}.",
  },
  PO_TAX_STALE: {
    status: 409,
    message:
      "Vendor {vendor} or facility {facility} has another state or GST registration than when {order} was written.",
    whatToDo: "Edit the order and save it: its tax is worked out anew. Then approve it.",
  },
  PO_GRN_OPEN: {
    status: 409,
    message: "Goods of purchase order {order} are being counted in {grns}.",
    whatToDo: "Finish or discard that receipt first.",
  },
  PO_NOT_RECEIVABLE: {
    status: 409,
    message: "Nothing is received on purchase order {order}: it is {state}.",
    whatToDo: "Only approved orders with pieces still to come take goods in.",
  },
  GRN_INVOICE_TAKEN: {
    status: 409,
    message: "Invoice {invoice} of {vendor} was received on {grn} already.",
    whatToDo: "Open {grn}. For another delivery, type the number of its own invoice or challan.",
  },
  GRN_INVOICE_DAY: {
    status: 422,
    message: "The vendor's invoice of {invoiceOn} is of a day that has not come yet.",
    whatToDo: "Type the day that is printed on it.",
  },
  GRN_STATE: {
    status: 409,
    message: "Receipt {grn} is {state}: you cannot {event} it now.",
    whatToDo: "Reload it; somebody may have been faster.",
  },
  GRN_SCAN_UNKNOWN: {
    status: 404,
    message: "{code} is not on purchase order {order}.",
    whatToDo: "Keep the piece apart: it was not ordered, and goes back with the driver or needs an order of its own.",
  },
  GRN_NOTHING_COUNTED: {
    status: 409,
    message: "No {verdict} piece of {sku} is counted that could be taken back.",
    whatToDo: "Look at the counts below: somebody has corrected them.",
  },
  GRN_LINE_UNKNOWN: {
    status: 404,
    message: "{count} of the lines are not on purchase order {order}.",
    whatToDo: "Reload the receipt.",
  },
  GRN_MORE_THAN_ORDERED: {
    status: 409,
    message: "More than was ordered: {lines}.",
    whatToDo:
      "Send the extra pieces back, or order them first. Pieces counted on other receipts of the order count too.",
  },
  GRN_REASON_MISSING: {
    status: 422,
    message: "It is not said why pieces of {skus} are rejected.",
    whatToDo: "Give a reason: the vendor is told.",
  },
  GRN_TOO_LARGE: {
    status: 422,
    message: "Receipt {grn} would have {units} pieces; {unitsMax} are taken at once.",
    whatToDo: "Finish this one and make another for the rest.",
  },
  GRN_EMPTY: {
    status: 409,
    message: "Nothing is counted on receipt {grn}.",
    whatToDo: "Scan what arrived, or discard the receipt.",
  },
  GRN_NOTHING_WAITS: {
    status: 409,
    message: "No piece of receipt {grn} waits for a putaway list.",
    whatToDo: "Its pieces are on lists already, or on their shelves: see Putaway.",
  },
});
