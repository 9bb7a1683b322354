import { defineRefusals } from "../platform/refusals.ts";

/** Why something about partners or what is sent to them was refused. */
export const partnerRefusals = defineRefusals("partners", {
  PARTNER_NOT_FOUND: {
    status: 404,
    message: "There is no partner {partner} here.",
    whatToDo: "Reload the list of partners.",
  },
  PARTNER_CODE_TAKEN: {
    status: 409,
    message: "The partner code {code} is in use.",
    whatToDo: "Choose another code.",
  },
  PARTNERS_TOO_MANY: {
    status: 409,
    message: "There are {count} partners already; {max} is the most.",
    whatToDo: "Change one that is no longer used instead of adding another.",
  },
  PARTNER_URL_INVALID: {
    status: 422,
    message: "The base URL {url} {why}.",
    whatToDo:
      "Enter the partner's address as https://host/path. Whoever runs this installation may allow http and addresses of private networks (GODOWN_ALLOW_PRIVATE_URLS).",
  },
  PARTNER_HEADER_INVALID: {
    status: 422,
    message: "The header {header} cannot carry the token or key: {why}.",
    whatToDo: "Enter the name that the partner gave, usually Authorization or apikey.",
  },
  PARTNER_USERNAME_INVALID: {
    status: 422,
    message: "The user name of {partner} {why}.",
    whatToDo: "Enter the user name that the partner gave; for a static key leave it empty.",
  },
  PARTNER_SECRET_NEEDED: {
    status: 422,
    message: "The password or key of {partner} is needed: {why}.",
    whatToDo: "Enter it once more. It is sealed and never shown again.",
  },
  PARTNER_SECRET_INVALID: {
    status: 422,
    message: "The key of {partner} has characters that no header can carry.",
    whatToDo: "Copy it once more, without line breaks and without spaces at its ends.",
  },
  PARTNER_EVENTS_MISSING: {
    status: 422,
    message: "No event is chosen for {partner}.",
    whatToDo: "Choose at least one event, or disable the partner.",
  },
  PARTNER_CHANNEL_UNKNOWN: {
    status: 422,
    message: "There is no channel {channels} here.",
    whatToDo: "Choose channels from the list, or all.",
  },
  PARTNER_FACILITY_UNKNOWN: {
    status: 422,
    message: "There is no facility {facilities} here.",
    whatToDo: "Choose facilities from the list, or all.",
  },
  PARTNER_DELIVERY_NOT_FOUND: {
    status: 404,
    message: "There is no delivery {delivery} here; what was delivered is kept for {days} days.",
    whatToDo: "Reload the list.",
  },
});
