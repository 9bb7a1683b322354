// Flipkart: an API of its own (Marketplace Seller API: Shipments v3, Listings v3, Returns v2). It ships, invoices and labels.
import { defineConnector } from "../kit/index.ts";
import { consentAt } from "./consent.ts";
import { readOrder } from "./map/order.ts";
import { CANCEL_REASON_DEFAULT, CANCEL_REASON_SETTING, CANCEL_REASONS } from "./map/outgoing.ts";
import { ZONE } from "./map/shipment.ts";
import { readWakeUp } from "./map/wake-up.ts";
import { LOCATIONS_FIELD, pullListings, pushInventory, SKUS_MAX, verify } from "./operations/catalogue.ts";
import { fetchCourier, fetchInvoice, fetchLabel, fetchManifest, MANIFEST_PARCELS_MAX } from "./operations/documents.ts";
import { cancel, dispatch, notifyState, pack } from "./operations/fulfilment.ts";
import { ORDERS_BATCH_MAX, pullOrders, readOrders } from "./operations/orders.ts";
import { pullStatuses, readStatuses, STATUS_BATCH_MAX, STATUS_FEEDS } from "./operations/statuses.ts";
import { redeemConsent } from "./operations/token.ts";

const HOSTS = {
  api: "https://api.flipkart.net/sellers",
  oauth: "https://api.flipkart.net/oauth-service",
} as const;

/** Held and future orders are seen again so far back, once a day. */
const WINDOW_DAYS = 7;
const DAY_MINUTES = 24 * 60;
const OVERLAP_MINUTES = 10;

export const flipkart = defineConnector({
  id: "FLIPKART",
  label: "Flipkart",
  category: "Marketplaces",
  state: "live",
  about:
    "Flipkart ships and invoices; each shipment is a sale order. Sellers may ship by themselves where Flipkart lets them.",
  tile: { monogram: "F", color: "#1F5FD0" },
  fields: [
    {
      name: "appId",
      label: "Application ID",
      type: "text",
      required: true,
      help: "Of the application at seller.flipkart.com > Manage Profile > Developer Access: the seller's own (self access), or the operator's own that sellers authorize (third party).",
    },
    {
      name: "appSecret",
      label: "Application Secret",
      type: "password",
      required: true,
      help: "Shown beside the application ID. It is kept encrypted and never shown again.",
    },
    {
      name: LOCATIONS_FIELD,
      label: "Locations",
      type: "warehouse-map",
      required: true,
      help: 'Which facility packs what Flipkart orders from each of the seller\'s locations: a JSON map, e.g. {"LOC7a1b2c3d":"BLR1"}. The location ids (LOC…) stand in the seller panel under Manage Locations. Add the respective facilities at Choose Facilities For Inventory Sync too.',
    },
    {
      name: "refreshToken",
      label: "Refresh Token",
      type: "password",
      required: false,
      help: "Comes by itself when a seller authorizes the operator's application; it is good for 180 days. Left empty, the application's own seller is meant (self access).",
    },
  ],
  settings: [
    {
      name: CANCEL_REASON_SETTING,
      label: "Cancellation Reason",
      help: "What Flipkart is told when an order is cancelled here. Cancellations of the seller count against him.",
      type: "select",
      options: CANCEL_REASONS,
      default: CANCEL_REASON_DEFAULT,
    },
  ],
  hosts: HOSTS,
  rules: {
    ordersArrive: "pull",
    zone: ZONE,
    lineAmounts: "PER_LINE",
    // NORMAL and EXPRESS are Flipkart's to ship, SELF the seller's: the order says which.
    thirdPartyShipping: { default: true, allowed: [true, false] },
    invoiceBy: "channel",
    invoiceOfSellerShipped: "us",
    labelBy: "channel",
    manifestBy: "channel",
    // Flipkart divides orders into shipments itself, and allocates each to a location: nothing is left to divide or to route.
    split: false,
    multiBox: false,
    sellerCancel: "invoiced",
    channelCancel: "dispatched",
    sellerCancelRule: "Flipkart lets the seller cancel only before the shipment is packed (invoiced).",
    channelCancelRule:
      "Buyers and Flipkart cancel until the shipment has left; after that it comes back as a courier return.",
    reports: ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"],
    notifyOnDispatchDefault: true,
    // Its interface has no credit note: ours is of our own series and names Flipkart's invoice.
    creditNoteBy: "us",
    sendsReturns: ["RTO", "CIR"],
    // The seller's cancellation sets the listing out of stock there.
    stockAfterCancel: "push-again",
    manualReturnRule: "Flipkart announces customer and courier returns itself.",
  },
  // No figure is published. Five a second for a seller is our own restraint; a little less is sent, since what leaves here evenly
  // arrives there unevenly.
  limits: {
    requestsPerSecond: 4.5,
    burst: 4,
    interactiveShare: 0.2,
    timeoutMs: 30_000,
    answerBytesMax: 16_777_216,
  },
  capabilities: {
    verify: true,
    // Any day a listing may be moved into Flipkart's warehouse, where it takes no figure, or out of it.
    pullListings: { everyDays: 1 },
    pullOrders: {
      statuses: ["CREATED"],
      windowDays: WINDOW_DAYS,
      by: "changed",
      overlapMinutes: OVERLAP_MINUTES,
      sweepEveryMinutes: DAY_MINUTES,
    },
    pushInventory: { batchMax: SKUS_MAX, facilityWise: true },
    readOrders: { batchMax: ORDERS_BATCH_MAX },
    readStatuses: { batchMax: STATUS_BATCH_MAX },
    pullStatuses: { feeds: STATUS_FEEDS },
    pack: true,
    fetchInvoice: { pdf: true },
    fetchCourier: true,
    fetchLabel: { holds: "label" },
    fetchManifest: { parcelsMax: MANIFEST_PARCELS_MAX },
    dispatch: { withShipper: true },
    // Delivered parcels of the seller's own courier.
    notifyState: { states: ["DELIVERED"] },
    cancel: { level: "item" },
    redeemConsent: true,
  },
  operations: {
    ...{ verify, pullListings, pullOrders, readOrders, pushInventory, readStatuses, pullStatuses },
    ...{ pack, fetchInvoice, fetchCourier, fetchLabel, fetchManifest },
    ...{ dispatch, notifyState, cancel, redeemConsent },
  },
  readOrder,
  consent: consentAt(HOSTS.oauth),
  readWakeUp,
});
