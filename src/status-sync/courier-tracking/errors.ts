import { defineRefusals } from "../../platform/refusals.ts";

export const courierTrackingRefusals = defineRefusals("status-sync", {
  COURIER_NUMBER_UNKNOWN: {
    status: 404,
    message: "No parcel of {provider} has the tracking number {awb} here.",
    whatToDo: "Check the number. It was kept: if the seller enters it later, what was pushed takes effect then.",
  },
  COURIER_NUMBER_NOT_IN_USE: {
    status: 409,
    message: "The tracking number {awb} of {provider} was given back; no parcel travels with it.",
    whatToDo: "Tell the seller if a parcel does carry it. It was kept.",
  },
  COURIER_NUMBER_NEVER_CAME: {
    status: 404,
    message: "No parcel of {provider} got the tracking number {awb} within {days} days.",
    whatToDo: "Nothing, unless a parcel of yours does carry it: then ask the courier.",
  },
  COURIER_PUSH_OTHER_PROVIDER: {
    status: 422,
    message: "providerCode is {said}; these headers are of {provider}.",
    whatToDo: "Send the code of the shipping provider whose headers you use.",
  },
  COURIER_PUSH_OTHER_PACKAGE: {
    status: 422,
    message: "The tracking number {awb} is of package {package}, not of {said}.",
    whatToDo: "Send the tracking number alone, or with the code of its own package.",
  },
  COURIER_PUSH_IN_FUTURE: {
    status: 422,
    message: "statusDate {said} lies in the future.",
    whatToDo: "Send the time of the scan in India time, as yyyy-MM-dd HH:mm:ss.",
  },
  COURIER_PUSH_NOT_UNDERSTOOD: {
    status: 400,
    message: "The request does not fit the contract: {detail}.",
    whatToDo: "Send trackingNumber, providerCode, trackingStatus and statusDate (yyyy-MM-dd HH:mm:ss).",
  },
  COURIER_NOT_ASKED: {
    status: 409,
    message: "{provider} is not asked about its parcels: {reason}.",
    whatToDo: "Connect its account under Settings > Shipping providers, or let it push its statuses.",
  },
  PACKAGE_NOT_TRAVELLING: {
    status: 409,
    message: "Package {package} is {state} and carried by {courier}: there is nothing to ask a courier of ours.",
    whatToDo: "Ask about packages that you ship yourself, from the label until they are delivered or back.",
  },
  COURIER_DID_NOT_TELL: {
    status: 503,
    message: "{provider} did not tell where the parcel is: {detail}.",
    whatToDo: "Try again in a moment; it is asked by itself as well.",
  },
});
