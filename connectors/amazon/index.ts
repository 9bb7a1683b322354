// Amazon India: an API of its own (SP-API). Orders of 2026-01-01; Easy Ship (Amazon ships, invoices, labels) and self-ship (MFN).
import { defineConnector } from "../kit/index.ts";
import { consent } from "./consent.ts";
import { OPERATION_LIMITS, RATE_HEADER } from "./limits.ts";
import { TAKES, ZONE } from "./map/market.ts";
import { readOrder } from "./map/order.ts";
import { HOOK_FIELD, HOOK_HEADER, readWakeUp } from "./map/wake-up.ts";
import { pullListings, verify } from "./operations/catalogue.ts";
import { fetchCourier, fetchInvoice, fetchLabel } from "./operations/documents.ts";
import { cancel, dispatch, pack } from "./operations/fulfilment.ts";
import { ORDERS_BATCH_MAX, pullOrders, readOrders, readStatuses } from "./operations/orders.ts";
import { pullStatuses, RETURNS_FEED } from "./operations/returns.ts";
import { pushInventory, readStockResult, STOCK_BATCH_MAX } from "./operations/stock.ts";
import { redeemConsent } from "./operations/token.ts";

const HOSTS = {
  api: "https://sellingpartnerapi-eu.amazon.com",
  token: "https://api.amazon.com",
} as const;

/** The whole window is read once a day, so far back. */
const WINDOW_DAYS = 10;
const DAY_MINUTES = 24 * 60;
/** Changes become visible up to two minutes late. */
const OVERLAP_MINUTES = 5;
/** Amazon refills 484 searches a day: 288 of them, and the rest for more pages. */
const SEARCH_EVERY_MINUTES = 5;
/** A report is asked for in one run and read in the next: returns come within the hour. */
const RETURNS_EVERY_MINUTES = 30;
/** 30 days: what a report may hold beside the days before it that are looked at again. */
const RETURNS_WINDOW_MINUTES = 30 * DAY_MINUTES;

export const amazon = defineConnector({
  id: "AMAZON",
  label: "Amazon",
  category: "Marketplaces",
  state: "live",
  about: "Orders of amazon.in that the seller packs: Easy Ship, which Amazon collects, and self-ship (MFN).",
  tile: { monogram: "a", color: "#232F3E" },
  hosts: HOSTS,
  fields: [
    {
      name: "applicationId",
      label: "Application ID",
      type: "text",
      required: true,
      help: "Of the application in Seller Central > Apps and Services > Develop Apps; begins with amzn1.sp.solution.",
      pattern: "^amzn1\\.",
    },
    {
      name: "clientId",
      label: "Client ID",
      type: "text",
      required: true,
      help: "LWA credentials of the same application (View); begins with amzn1.application-oa2-client.",
      pattern: "^amzn1\\.application-oa2-client\\.",
    },
    {
      name: "clientSecret",
      label: "Client Secret",
      type: "password",
      required: true,
      help: "Shown beside the client ID. Amazon wants it replaced every 180 days. It is kept encrypted and never shown again.",
    },
    {
      name: "refreshToken",
      label: "Refresh Token",
      type: "password",
      required: true,
      help: 'Comes by itself when the seller authorizes the application; of a seller\'s own application it is shown under Authorize. Begins with "Atzr|". Good for 365 days.',
    },
    {
      name: "sellerId",
      label: "Seller ID",
      type: "text",
      required: true,
      help: "The merchant token, in Seller Central > Settings > Account Info > Your Merchant Token, e.g. A3TH9S8BH6GOGM. It comes by itself when the seller authorizes.",
      pattern: "^A[A-Z0-9]{9,20}$",
      unique: true,
    },
    {
      name: HOOK_FIELD,
      label: "Hook Key",
      type: "password",
      required: false,
      help: `For pushes of order changes (EventBridge): any secret of your own, at least 20 characters. The API destination's connection sends it in the header ${HOOK_HEADER}. Left empty, orders are asked for every five minutes alone.`,
      pattern: "^\\S{20,}$",
    },
  ],
  settings: [
    {
      name: TAKES.EASY_SHIP,
      label: "Easy Ship Orders",
      help: "Orders that Amazon collects: it makes invoice, label and tracking number, and tells how the parcel travels. Switched off, no new ones are taken; those that are here go on.",
      type: "switch",
      default: true,
    },
    {
      name: TAKES.SELF_SHIP,
      label: "Self-Ship Orders (MFN)",
      help: "Orders that the seller ships with couriers of his own, under invoices of his own series. Amazon's word about their state is not taken over. Switched off, no new ones are taken; those that are here go on.",
      type: "switch",
      default: true,
    },
  ],
  rules: {
    ordersArrive: "pull",
    zone: ZONE,
    lineAmounts: "PER_LINE",
    // The order says whether it is Easy Ship.
    thirdPartyShipping: { default: true, allowed: [true, false] },
    invoiceBy: "channel",
    invoiceOfSellerShipped: "us",
    labelBy: "channel",
    manifestBy: "us",
    // One Easy Ship order is one package.
    split: false,
    multiBox: false,
    sellerCancel: "dispatched",
    channelCancel: "dispatched",
    sellerCancelRule: "Amazon takes the seller's cancellation until the order has shipped, of whole lines.",
    channelCancelRule: "Buyers and Amazon cancel until the order has shipped; after that it comes back as a return.",
    reports: ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"],
    // "For Amazon, status sync happens only for orders for which channel is providing shipping."
    reportsOf: "channel-shipped",
    notifyOnDispatchDefault: true,
    // The API has no credit note: ours is of our own series and names the invoice, whoever numbered it.
    creditNoteBy: "us",
    sendsReturns: ["RTO", "CIR"],
    manualReturnRule: "Amazon announces the returns of orders that it ships.",
  },
  limits: {
    // Of what has no limit of its own: the log-in, and documents at the place that keeps them.
    requestsPerSecond: 5,
    burst: 5,
    interactiveShare: 0.2,
    timeoutMs: 30_000,
    answerBytesMax: 33_554_432,
    operations: OPERATION_LIMITS,
    rateHeader: RATE_HEADER,
  },
  capabilities: {
    verify: true,
    // Any day a listing may be moved into Amazon's warehouse, where a figure does harm, or out of it.
    pullListings: { everyDays: 1 },
    pullOrders: {
      statuses: ["CREATED"],
      windowDays: WINDOW_DAYS,
      by: "changed",
      overlapMinutes: OVERLAP_MINUTES,
      sweepEveryMinutes: DAY_MINUTES,
      everyMinutes: SEARCH_EVERY_MINUTES,
      // The search shows every order that changed, whatever became of it. By id it is one order a call, one in two seconds.
      tells: ["CANCELLED", "DISPATCHED", "DELIVERED"],
    },
    pushInventory: { batchMax: STOCK_BATCH_MAX, facilityWise: false },
    readStockResult: true,
    readOrders: { batchMax: ORDERS_BATCH_MAX },
    readStatuses: { batchMax: ORDERS_BATCH_MAX },
    pullStatuses: {
      feeds: [
        {
          name: RETURNS_FEED,
          tells: ["RETURNED"],
          overlapMinutes: 0, // days before are in the report itself
          windowMinutesMax: RETURNS_WINDOW_MINUTES,
          everyMinutes: RETURNS_EVERY_MINUTES,
        },
      ],
    },
    pack: true,
    fetchInvoice: { pdf: true },
    fetchCourier: true,
    fetchLabel: { holds: "label and invoice" },
    dispatch: { withShipper: true },
    cancel: { level: "item" },
    redeemConsent: true,
  },
  consent,
  readOrder,
  readWakeUp,
  operations: {
    verify,
    pullListings,
    pullOrders,
    readOrders,
    pushInventory,
    readStockResult,
    readStatuses,
    pullStatuses,
    pack,
    fetchInvoice,
    fetchCourier,
    fetchLabel,
    dispatch,
    cancel,
    redeemConsent,
  },
});
