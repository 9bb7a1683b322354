// Bazaar Street: an invented marketplace with a small API of its own, kept as the example of docs/guides/adding-a-source.md.
import { defineConnector } from "../kit/index.ts";
import { readOrder } from "./map/order.ts";
import { cancel } from "./operations/cancel.ts";
import { dispatch } from "./operations/dispatch.ts";
import { pullListings } from "./operations/pull-listings.ts";
import { pullOrders } from "./operations/pull-orders.ts";
import { CHANGES_FEED, pullStatuses } from "./operations/pull-statuses.ts";
import { FIGURES_MAX, pushInventory } from "./operations/push-inventory.ts";
import { IDS_MAX, readStatuses } from "./operations/read-statuses.ts";
import { verify } from "./operations/verify.ts";

const CANCEL_RULE = "Units that have not left can be cancelled, by the seller and by Bazaar Street.";

export const bazaarStreet = defineConnector({
  id: "BAZAAR_STREET",
  label: "Bazaar Street",
  category: "Examples",
  // There is no such marketplace: it is never "live".
  state: "private",
  about:
    "Not a real marketplace: made up, as the example for engineers who add a source. Orders are asked for; you ship and invoice.",
  tile: { monogram: "BS", color: "#8A5A2B" },
  fields: [
    {
      name: "username",
      label: "Username",
      type: "text",
      required: true,
      help: "Bazaar Street gives one to every seller.",
      unique: true,
    },
    {
      name: "password",
      label: "Password",
      type: "password",
      required: true,
      help: "Bazaar Street gives it together with the user name. It is kept encrypted and never shown again.",
    },
  ],
  settings: [],
  rules: {
    ordersArrive: "pull",
    zone: "Asia/Kolkata",
    lineAmounts: "PER_UNIT",
    // A street of small shops: each sends its own parcels, with its own papers.
    thirdPartyShipping: { default: false, allowed: [false] },
    invoiceBy: "us",
    labelBy: "us",
    manifestBy: "us",
    // `postSent` takes lines and units, so that an order may leave in several parcels.
    split: true,
    multiBox: true,
    sellerCancel: "dispatched",
    channelCancel: "dispatched",
    channelCancelRule: CANCEL_RULE,
    sellerCancelRule: CANCEL_RULE,
    reports: ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"],
    notifyOnDispatchDefault: true,
    creditNoteBy: "us",
    sendsReturns: ["RTO", "CIR"],
  },
  // "Ten calls a second, twenty at once", says its invented page; half of it for each of two processes.
  limits: {
    requestsPerSecond: 5,
    burst: 10,
    interactiveShare: 0.25,
    timeoutMs: 20_000,
    answerBytesMax: 4_194_304,
  },
  capabilities: {
    verify: true,
    pullListings: { everyDays: 7 },
    pullOrders: { statuses: ["CREATED"], windowDays: 15 },
    pushInventory: { batchMax: FIGURES_MAX, facilityWise: false },
    readStatuses: { batchMax: IDS_MAX },
    pullStatuses: {
      feeds: [
        {
          name: CHANGES_FEED,
          tells: ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"],
          overlapMinutes: 10,
          windowMinutesMax: 24 * 60,
        },
      ],
    },
    dispatch: { withShipper: true },
    cancel: { level: "quantity" },
  },
  operations: { verify, pullListings, pullOrders, pushInventory, readStatuses, pullStatuses, dispatch, cancel },
  readOrder,
});
