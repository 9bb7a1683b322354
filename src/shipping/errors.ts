import { defineRefusals } from "../platform/refusals.ts";

defineRefusals("shipping", {
  PROVIDER_CODE_TAKEN: {
    status: 409,
    message: "There is already a shipping provider with the code {code}.",
    whatToDo: "Choose another code.",
  },
  PROVIDER_TRACKING_URL: {
    status: 422,
    message: "The tracking address {url} must begin with https:// or http:// and contain {placeholder}.",
    whatToDo: "Put {placeholder} where the tracking number belongs.",
  },
  PROVIDER_HAS_NO_POOL: {
    status: 409,
    message: "{provider} gives tracking numbers by its API and has no pool.",
    whatToDo: "Upload tracking numbers to a provider of the kind AWB_POOL.",
  },
  NO_PROVIDER: {
    status: 409,
    message: "No shipping provider can take a parcel to {pincode}: {rejected}.",
    whatToDo: "Add a provider, its pincodes or tracking numbers under Settings > Shipping providers.",
  },
  AWB_POOL_EMPTY: {
    status: 409,
    message: "{provider} has no tracking numbers left.",
    whatToDo: "Ask the courier for numbers and upload them under Settings > Shipping providers.",
  },
  AWB_INVALID: {
    status: 422,
    message: "{awb} is not a tracking number: 3 to 40 letters, digits, / and -, with at least one digit.",
    whatToDo: "Correct the number.",
  },
  AWB_RANGE_MISMATCH: {
    status: 422,
    message: "{from} and {to} are no range: they must differ only in their last digits.",
    whatToDo: "Give the first and the last number of one range, or upload a list.",
  },
  AWB_RANGE_BACKWARDS: {
    status: 422,
    message: "The range runs backwards: {from} comes after {to}.",
    whatToDo: "Swap the two numbers.",
  },
  AWB_RANGE_TOO_LONG: {
    status: 422,
    message: "The range has {count} numbers; {max} are taken at once.",
    whatToDo: "Upload it in parts.",
  },
  AWB_LIST_EMPTY: { status: 422, message: "The list has no tracking number.", whatToDo: "Give one number a line." },
  AWB_LIST_TOO_LONG: {
    status: 422,
    message: "The list has more than {max} numbers.",
    whatToDo: "Upload it in parts.",
  },
  AWB_UPLOAD_UNCLEAR: {
    status: 422,
    message: "Tracking numbers come as a range or as a list: as one of them.",
    whatToDo: "Give from and to, or list.",
  },
  PINCODE_TWICE_IN_FILE: {
    status: 422,
    message: "The pincode {pincode} stands in this file already, in line {line}.",
    whatToDo: "Keep one of the two lines.",
  },
  SERVICEABILITY_TWICE_IN_FILE: {
    status: 422,
    message: "{provider} at {pincode} for {method} stands in this file already, in line {line}.",
    whatToDo: "Keep one of the two lines.",
  },
  PINCODE_CELL_INVALID: {
    status: 422,
    message: "{field} is {allowed}, not {value}.",
    whatToDo: "Correct the cell.",
  },
});
