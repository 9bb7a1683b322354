// Snapdeal: its own seller gateway. Packages are orders, each entry one unit; Snapdeal ships unless the seller does (VENDOR_SELF).
import { defineConnector } from "../kit/index.ts";
import { consent, redeemConsent } from "./consent.ts";
import { readOrder } from "./map/package.ts";
import { ORDERS_BATCH_MAX, readOrders, readStatuses, STATUS_BATCH_MAX } from "./operations/by-id.ts";
import { pullListings, pushInventory, readStockResult, STOCK_BATCH_MAX, verify } from "./operations/catalogue.ts";
import { fetchManifest, HAND_OVER_MAX } from "./operations/hand-over.ts";
import { ZONE } from "./operations/lists.ts";
import { CANCELLED_FEED, COMPLETED_FEED, pullOrders, pullStatuses, TRAVELLING_FEED } from "./operations/orders.ts";
import { downloadFile, fetchCourier, fetchLabel, giveShipment } from "./operations/papers.ts";
import { cancel, dispatch, notifyState } from "./operations/tell.ts";
import { readWakeUp } from "./wake-up.ts";

/** New packages every five minutes, as integrators do: no limit is published. */
const EVERY_MINUTES = 5;
/** "startDate = cursor − 1 h": what is cancelled shows late. */
const OVERLAP_MINUTES = 60;
const WEEK_MINUTES = 7 * 24 * 60;

export const snapdeal = defineConnector({
  id: "SNAPDEAL",
  label: "Snapdeal",
  category: "Marketplaces",
  state: "live",
  about:
    "Marketplace with couriers of its own (Oneship, dropship) or the seller's. Invoice numbers are yours; label and hand-over list are Snapdeal's.",
  tile: { monogram: "SD", color: "#E40046" },
  // Where pushes are confirmed; which region of Amazon's Snapdeal uses is not published.
  hosts: {
    api: "https://apigateway.snapdeal.com/seller-api",
    authorize: "https://authorize.snapdeal.com",
    sns: "https://sns.ap-southeast-1.amazonaws.com",
  },
  fields: [
    {
      name: "clientId",
      label: "Client Id",
      type: "text",
      required: true,
      help: "Given by Snapdeal's API team to whoever integrates, about two working days after the form is sent.",
    },
    {
      name: "authToken",
      label: "X-Auth-Token",
      type: "password",
      required: true,
      help: "The partner's token, given together with the client id. It is kept encrypted and never shown again.",
    },
    {
      name: "appId",
      label: "App Id",
      type: "text",
      required: false,
      help: "Of Snapdeal's authorisation page, where it is not the client id.",
    },
    {
      name: "sellerToken",
      label: "X-Seller-AuthZ-Token",
      type: "password",
      required: true,
      help: "Comes by itself when you press Authorize on Snapdeal; or type the one that its authorisation page showed.",
    },
    {
      name: "snsCertificate",
      label: "Certificate of Amazon SNS",
      type: "text",
      required: false,
      help: "The certificate with which pushes are signed (the file that SigningCertURL names), in one line. With it every push must be signed rightly; renew it here when Amazon does.",
    },
  ],
  settings: [],
  rules: {
    ordersArrive: "pull",
    zone: ZONE,
    lineAmounts: "PER_UNIT",
    thirdPartyShipping: { default: true, allowed: [true, false] },
    invoiceBy: "us",
    labelBy: "channel",
    manifestBy: "channel",
    split: false,
    multiBox: false,
    sellerCancel: "dispatched",
    channelCancel: "dispatched",
    sellerCancelRule: "A unit can be told out of stock (OOS) to Snapdeal until its package is handed over.",
    channelCancelRule: "Snapdeal cancels units until their package is handed over.",
    reports: ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"],
    notifyOnDispatchDefault: true,
    creditNoteBy: "us",
    sendsReturns: ["RTO", "CIR"],
  },
  // Nothing is published: lists have ten rows a page, so a careful pace that still reads a thousand packages in half a minute.
  limits: {
    requestsPerSecond: 4,
    burst: 8,
    interactiveShare: 0.25,
    timeoutMs: 30_000,
    answerBytesMax: 8_388_608,
  },
  capabilities: {
    verify: true,
    redeemConsent: true,
    pullListings: { everyDays: 7 },
    pullOrders: {
      statuses: ["CREATED"],
      windowDays: 15,
      by: "changed",
      overlapMinutes: OVERLAP_MINUTES,
      everyMinutes: EVERY_MINUTES,
    },
    pullStatuses: {
      feeds: [
        {
          name: TRAVELLING_FEED,
          tells: ["DISPATCHED"],
          overlapMinutes: OVERLAP_MINUTES,
          windowMinutesMax: WEEK_MINUTES,
          everyMinutes: EVERY_MINUTES,
        },
        {
          name: CANCELLED_FEED,
          tells: ["CANCELLED"],
          overlapMinutes: OVERLAP_MINUTES,
          windowMinutesMax: WEEK_MINUTES,
          everyMinutes: EVERY_MINUTES,
        },
        {
          name: COMPLETED_FEED,
          tells: ["DELIVERED", "RETURNED"],
          overlapMinutes: OVERLAP_MINUTES,
          windowMinutesMax: WEEK_MINUTES,
        },
      ],
    },
    readOrders: { batchMax: ORDERS_BATCH_MAX, byLists: true },
    readStatuses: { batchMax: STATUS_BATCH_MAX },
    pushInventory: { batchMax: STOCK_BATCH_MAX, facilityWise: false },
    readStockResult: true,
    giveShipment: true,
    fetchCourier: true,
    fetchLabel: { holds: "label and invoice" },
    fetchManifest: { parcelsMax: HAND_OVER_MAX, together: true },
    downloadFile: true,
    dispatch: { withShipper: true },
    cancel: { level: "item" },
    notifyState: { states: ["DELIVERED"] },
  },
  operations: {
    verify,
    redeemConsent,
    pullListings,
    pullOrders,
    readOrders,
    pullStatuses,
    readStatuses,
    pushInventory,
    readStockResult,
    giveShipment,
    fetchCourier,
    fetchLabel,
    fetchManifest,
    downloadFile,
    dispatch,
    cancel,
    notifyState,
  },
  consent,
  readWakeUp,
  readOrder: (raw) => readOrder(raw, ZONE),
});
