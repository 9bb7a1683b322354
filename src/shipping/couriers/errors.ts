import { defineRefusals } from "../../platform/refusals.ts";

/** Accounts of couriers, and what couriers say of parcels. */
export const courierRefusals = defineRefusals("shipping", {
  PROVIDER_IS_POOL: {
    status: 409,
    message: "{provider} takes its tracking numbers from a pool; it has no account to connect.",
    whatToDo: "Change its kind to API under Settings > Shipping Providers, if the courier is to be asked by its API.",
  },
  COURIER_NOT_INSTALLED: {
    status: 409,
    message: "There is no courier API {courier} in this installation.",
    whatToDo: "Choose one from the list.",
  },
  COURIER_NOT_SET_UP: {
    status: 409,
    message: "The shipping provider {provider} is asked by its API, and has no account yet.",
    whatToDo: "Enter its address and credentials under Settings > Shipping Providers and press Connect.",
  },
  COURIER_NOT_CONNECTED: {
    status: 409,
    message: "The courier {provider} is {state}; nothing is asked of it.",
    whatToDo: "Press Connect at the provider under Settings > Shipping Providers; what waits goes on by itself then.",
  },
  COURIER_ACCOUNT_INVALID: {
    status: 422,
    message: "These details of {courier} cannot be saved: {details}.",
    whatToDo: "Correct the fields and save again.",
  },
  COURIER_ACCOUNT_CHANGED: {
    status: 409,
    message: "The account of {provider} was changed while it was tried.",
    whatToDo: "Press Connect again.",
  },
  COURIER_URL_NOT_SET: {
    status: 409,
    message: "The account of {provider} has no base URL.",
    whatToDo: "Enter the address that the courier gave you, then press Connect.",
  },
  COURIER_CANNOT: {
    status: 409,
    message: "{provider} has no call for this ({operation}).",
    whatToDo: "Do it on the courier's own panel.",
  },
  COURIER_NOT_TOLD_YET: {
    status: 503,
    message: "{provider} could not be told about {awb}: {words}",
    whatToDo:
      "It is told again by itself; where the courier is not connected, connect it under Settings > Shipping Providers.",
  },
  COURIER_KEEPS_NUMBER: {
    status: 409,
    message: "{provider} did not take back the tracking number {awb}: {words}",
    whatToDo:
      "Cancel it on the courier's panel or by telephone and say so here, or tell it again: it may be charged otherwise.",
  },
  COURIER_REFUSES_CHANGE: {
    status: 409,
    message: "{provider} did not take the change of weight, size or boxes of {awb}: {words}",
    whatToDo: "Correct the figures on the package's page, or change them on the courier's panel and say so here.",
  },
  COURIER_TELLING_UNREADABLE: {
    status: 409,
    message: "{provider} was told about {awb}; its answer cannot be read: {words}",
    whatToDo: "Look at the exchange, and tell it again; if it stays so, tell the courier's team.",
  },
  TELLING_STATE: {
    status: 409,
    message: "What {awb}'s courier is told is {state}.",
    whatToDo: "Reload the page: it is under way or over.",
  },
  COURIER_EXCHANGE_NOT_FOUND: {
    status: 404,
    message: "There is no exchange {exchange} with a courier; they are kept for {days} days.",
    whatToDo: "Look at newer ones in the list.",
  },
});
