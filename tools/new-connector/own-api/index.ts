// Starter Source: say here in a sentence what it is and how its orders go.
import { defineConnector } from "../../../connectors/kit/index.ts";
import { readOrder } from "./map/order.ts";
import { cancel } from "./operations/cancel.ts";
import { dispatch } from "./operations/dispatch.ts";
import { pullListings } from "./operations/pull-listings.ts";
import { pullOrders } from "./operations/pull-orders.ts";
import { pullStatuses } from "./operations/pull-statuses.ts";
import { pushInventory } from "./operations/push-inventory.ts";
import { readStatuses } from "./operations/read-statuses.ts";
import { verify } from "./operations/verify.ts";

export const starterSource = defineConnector({
  id: "STARTER_SOURCE",
  label: "Starter Source",
  category: "Marketplaces",
  // "live" once it works with the marketplace itself.
  state: "private",
  about: "Say here for the seller who chooses a source what it does and who ships.",
  tile: { monogram: "STX", color: "#4C6FBF" },
  // What a seller is given to sign in with: the form, its help and its checks are drawn from this.
  fields: [
    {
      name: "username",
      label: "Username",
      type: "text",
      required: true,
      help: "Starter Source gives one to every seller.",
      unique: true,
    },
    {
      name: "password",
      label: "Password",
      type: "password",
      required: true,
      help: "Starter Source gives it together with the user name. It is kept encrypted and never shown again.",
    },
  ],
  settings: [],
  // Each of these is the plainest guess until the test asks no more about it.
  rules: {
    ordersArrive: "pull",
    zone: "Asia/Kolkata",
    lineAmounts: "PER_UNIT",
    thirdPartyShipping: { default: false, allowed: [false] },
    invoiceBy: "us",
    labelBy: "us",
    manifestBy: "us",
    split: false,
    multiBox: false,
    sellerCancel: "dispatched",
    channelCancel: "dispatched",
    channelCancelRule: "The marketplace may cancel what has not been dispatched.",
    sellerCancelRule: "A seller may cancel what has not been dispatched.",
    reports: ["CANCELLED", "DISPATCHED"],
    notifyOnDispatchDefault: true,
    creditNoteBy: "us",
    sendsReturns: [],
  },
  limits: {
    requestsPerSecond: 5,
    burst: 10,
    interactiveShare: 0.25,
    timeoutMs: 20_000,
    answerBytesMax: 16_777_216,
  },
  // Take out what the source does not have, with its operation; put in what it has besides (connectors/kit/declaration.ts).
  capabilities: {
    verify: true,
    pullListings: { everyDays: 7 },
    pullOrders: { statuses: ["CREATED"], windowDays: 15 },
    pushInventory: { batchMax: 100, facilityWise: false },
    readStatuses: { batchMax: 20 },
    pullStatuses: {
      feeds: [{ name: "changes", tells: ["CANCELLED", "DISPATCHED"], overlapMinutes: 10, windowMinutesMax: 1_440 }],
    },
    dispatch: { withShipper: true },
    cancel: { level: "quantity" },
  },
  operations: { verify, pullListings, pullOrders, pushInventory, readStatuses, pullStatuses, dispatch, cancel },
  readOrder,
});
