import { defineRefusals } from "../platform/refusals.ts";

/** Why something about channels, listings, notices or syncs was refused. */
export const channelRefusals = defineRefusals("channels", {
  SOURCE_UNKNOWN: {
    status: 404,
    message: "There is no source {source} in this installation.",
    whatToDo: "Choose one from the list under Settings > Channels > ADD CHANNEL.",
  },
  SOURCE_DISCONTINUED: {
    status: 409,
    message: "{source} is discontinued: its marketplace no longer trades.",
    whatToDo:
      "Choose another source. To try this one against its simulator, whoever runs this installation sets its address in GODOWN_SOURCE_URLS.",
  },
  SOURCE_PRIVATE: {
    status: 409,
    message: "{source} is private: its interface is shown to its own sellers alone, and its address is not public.",
    whatToDo:
      "Ask {source}'s team for the interface's address; whoever runs this installation sets it in GODOWN_SOURCE_URLS, and the source can be added.",
  },
  SOURCE_EXAMPLE: {
    status: 409,
    message: "{source} is made up: there is no such marketplace.",
    whatToDo:
      "Choose another source. To try this one's simulator, whoever runs this installation sets its address in GODOWN_SOURCE_URLS.",
  },
  SOURCE_NOT_IN_EDITION: {
    status: 403,
    message: "{source} can be used in the editions {editions}; this tenant has {edition}.",
    whatToDo: "Change the edition under Settings > Tenant.",
  },
  CHANNEL_NOT_FOUND: {
    status: 404,
    message: "There is no channel {channel} here.",
    whatToDo: "Reload the list of channels.",
  },
  CHANNEL_CODE_TAKEN: {
    status: 409,
    message: "The channel code {code} is in use.",
    whatToDo: "Choose another channel name; {suggestion} is free.",
  },
  CHANNEL_STATE: {
    status: 409,
    message: "The channel {channel} is {state}: it cannot be {verb} now.",
    whatToDo: "Enter its credentials and press Connect on the channel's page.",
  },
  CHANNEL_NOT_CONNECTED: {
    status: 409,
    message: "The channel {channel} is {state}; nothing is fetched from it or sent to it.",
    whatToDo: "Connect it, or switch it on, on the channel's page.",
  },
  CHANNEL_FACILITY_UNKNOWN: {
    status: 422,
    message: "There is no enabled facility {facilities} here.",
    whatToDo: "Choose facilities from the list; one may have been disabled meanwhile.",
  },
  CHANNEL_FACILITIES_MISSING: {
    status: 422,
    message: "No facility is chosen for the channel {channel}.",
    whatToDo: "Choose at least one facility: its stock is published and orders are routed to it.",
  },
  PACKAGE_TYPE_FIXED_ONLY: {
    status: 422,
    message: "{source} does not allow an order to be split, so the package type is FIXED.",
    whatToDo: "Leave the package type at FIXED.",
  },
  CHANNEL_SETTING_INVALID: {
    status: 422,
    message: "The settings of {channel} are not usable: {details}.",
    whatToDo: "Correct the fields named and save again.",
  },
  CHANNEL_SETTING_UNAVAILABLE: {
    status: 422,
    message: "{setting} cannot be set to {option} yet: {why}",
    whatToDo: "Choose another value; the rest of the settings can be saved.",
  },
  STORE_NOT_CHOSEN: {
    status: 422,
    message: "{field} {store} is not among the facilities chosen for inventory sync.",
    whatToDo: "Choose the facility {store} at Choose Facilities For Inventory Sync, or correct {field}.",
  },
  MAPPED_FACILITY_NOT_CHOSEN: {
    status: 422,
    message: "{facilities} of {field} is not among the facilities chosen for inventory sync.",
    whatToDo: "Choose {facilities} at Choose Facilities For Inventory Sync, or take it out of {field}.",
  },
  COMBINED_STOCK_UNCONFIRMED: {
    status: 409,
    message: "The stock of {facilities} would be published to {channel} together with that of {store}. {warning}",
    whatToDo: "Confirm that the sum is to be published, or choose {store} alone.",
  },
  BILLING_PARTY_UNKNOWN: {
    status: 422,
    message: "There is no billing party {billingParty} here.",
    whatToDo: "Choose one from the list, or leave it empty to bill as the facility.",
  },
  CREDENTIALS_INVALID: {
    status: 422,
    message: "The credentials of {channel} are not usable: {details}.",
    whatToDo: "Correct the fields named; their help says who gives the values.",
  },
  CHANNEL_USERNAME_TAKEN: {
    status: 409,
    message: "The channel {other} is connected to {source} as {username} already.",
    whatToDo: "Use that channel: one account of the marketplace is one channel.",
  },
  CHANNEL_FIELD_TAKEN: {
    status: 409,
    message: "The channel {other} has the {field} {value} already.",
    whatToDo: "Use that channel, or enter another {field}: no two channels of {source} may share one.",
  },
  CREDENTIALS_CHANGED: {
    status: 409,
    message: "The credentials of {channel} were changed while they were being tried.",
    whatToDo: "Press Connect again: it tries those that are stored now.",
  },
  NO_CREDENTIALS_NEEDED: {
    status: 409,
    message: "{source} has no other side to connect to.",
    whatToDo: "Enter orders by form or CSV under Orders.",
  },
  SOURCE_URL_NOT_SET: {
    status: 409,
    message: "The operator has not set the base URL of {source}.",
    whatToDo: "The operator adds {source}=https://… to GODOWN_SOURCE_URLS and restarts.",
  },
  CONSENT_NOT_OFFERED: {
    status: 409,
    message: "{source} has no page on which a seller gives access.",
    whatToDo: "Enter the credentials in the channel's form.",
  },
  CONSENT_MISSING: {
    status: 409,
    message: "{source} has not given access to {channel} yet: {fields} is missing.",
    whatToDo: "Press “{button}” and give access on {source}'s page; or type {fields}, if you were told it.",
  },
  CONSENT_UNKNOWN: {
    status: 409,
    message: "Nobody here waits for this answer: it was taken already, came too late, or belongs to somebody else.",
    whatToDo: "Press Authorize on the channel's page again, and finish within an hour.",
  },
  CONSENT_REFUSED: {
    status: 409,
    message: "{source} did not give access to {channel}: {detail}",
    whatToDo: "Check the application's id and secret on the channel's page, then press Authorize again.",
  },
  WAKE_UPS_NOT_OFFERED: {
    status: 409,
    message: "{source} does not tell when something happens; it is asked on a schedule.",
    whatToDo: "Nothing: its syncs run by the clock.",
  },
  SYNC_NOT_OFFERED: {
    status: 409,
    message: "{source} offers nothing to fetch or send for {kind}.",
    whatToDo: "See which syncs the Channel Summary shows.",
  },
  SYNC_NOT_SWITCHED: {
    status: 409,
    message:
      "{source} sends its orders to {channel} by itself: nothing here fetches them that could be switched on or off.",
    whatToDo: "To take no more orders from {channel}, switch the whole channel off on its page.",
  },
  SYNC_SWITCHED_OFF: {
    status: 409,
    message: "The sync {kind} of {channel} is switched off.",
    whatToDo: "Switch it on at its card on the Channel Summary.",
  },
  SYNC_RUN_NOT_FOUND: {
    status: 404,
    message: "There is no sync run {run} of this channel.",
    whatToDo: "Reload the Channel Summary.",
  },
  PUSH_NOT_OFFERED: {
    status: 409,
    message: "{source} does not push orders; it needs no push credentials.",
    whatToDo: "Nothing: orders of this source come another way.",
  },
  PUSH_HEADERS_MISSING: {
    status: 401,
    message: "The headers {headers} are missing.",
    whatToDo:
      "Send clientid, merchantid and securitykey as the Channel Summary shows them, or the courier's page under Settings > Shipping Providers.",
  },
  PUSH_KEY_WRONG: {
    status: 401,
    message: "clientid and securitykey do not fit together, or have expired.",
    whatToDo: "Issue a new key on the Channel Summary, or on the courier's page under Settings > Shipping Providers.",
  },
  PUSH_MERCHANT_UNKNOWN: {
    status: 401,
    message: "No channel of {source} has the Username {merchantid}.",
    whatToDo: "Send the seller's Username, as entered at the channel's credentials, as merchantid.",
  },
  PUSH_SELLER_UNKNOWN: {
    status: 401,
    message: "merchantid is {merchantid}, which is not the seller that gave this credential.",
    whatToDo: "Send the merchantid that the seller showed with the key.",
  },
  PUSH_BY_COURIER: {
    status: 401,
    message: "These are the headers of the courier {provider}; they open /uc/v1/awbStatusTracking alone.",
    whatToDo: "Push words about parcels there; orders and returns are pushed by marketplaces.",
  },
  LISTING_NOT_FOUND: {
    status: 404,
    message: "There is no listing {listings} here.",
    whatToDo: "Reload the list of listings.",
  },
  LISTING_STOCK_AT_CHANNEL: {
    status: 409,
    message:
      "No figure is told of {listings}: the marketplace keeps the stock in a warehouse of its own and counts it itself.",
    whatToDo:
      "Nothing. If it was moved back to your own stock there, press Sync now at Catalogue on the Channel Summary: its figure is told after that.",
  },
  LISTING_SKU_UNKNOWN: {
    status: 422,
    message: "There is no SKU {skus} here.",
    whatToDo: "Make it under Inventory > Products, or correct the code.",
  },
  LISTING_FIGURE_INVALID: {
    status: 422,
    message: "{field} of listing {listing} is {given}; it is a whole number from 0 to 1,000,000.",
    whatToDo: "Correct the cell.",
  },
  LISTING_FLAG_INVALID: {
    status: 422,
    message: "Disabled of listing {listing} is {given}; it is true or false.",
    whatToDo: "Correct the cell.",
  },
  LISTING_OF_CATALOGUE: {
    status: 422,
    message: "{channel} has no listing {listing}, and none is made from a file: {source} tells its catalogue itself.",
    whatToDo:
      "List the product on {source}, press Sync now at Catalogue on the Channel Summary, and upload the file again.",
  },
  LISTING_SKU_MISSING: {
    status: 422,
    message: "There is no listing {listing} of {channel} yet, and the line names no SKU Code to make it with.",
    whatToDo: "Fill in SKU Code: its stock is told under this Channel Product Id.",
  },
  LISTING_TEXT_INVALID: {
    status: 422,
    message: "{field} of listing {listing} is missing, has more than {max} characters, or a control character.",
    whatToDo: "Correct the cell.",
  },
  LISTING_CHANNEL_UNKNOWN: {
    status: 422,
    message: "There is no channel {channel} here.",
    whatToDo: "Use the channel's code as the list of channels shows it.",
  },
  EXCHANGE_NOT_FOUND: {
    status: 404,
    message: "There is no exchange {exchange} here; exchanges are kept for {days} days.",
    whatToDo: "Reload the list.",
  },
  EXCHANGE_NOT_REPEATABLE: {
    status: 409,
    message: "The exchange {operation} cannot be repeated from here.",
    whatToDo: "What was received is tried again under Orders > Failed orders.",
  },
  NOTICE_NOT_REPEATABLE: {
    status: 409,
    message: "This notification is {state}: {why}.",
    whatToDo: "Reload the list; cancel the units again if they should still be cancelled.",
  },
  NOTICES_SWITCHED_OFF: {
    status: 409,
    message: "Notify Channel On Dispatch is off for {channel}: nothing is sent.",
    whatToDo: "Switch it on at the channel's settings first.",
  },
  NOTICE_NOT_FOUND: {
    status: 404,
    message: "There is no notification {notice} here.",
    whatToDo: "Reload the list.",
  },
});
