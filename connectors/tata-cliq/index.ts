// Tata CLiQ: a private interface of which little is public. Orders are offered to stores (slaves), which accept or reject them.
import { defineConnector } from "../kit/index.ts";
import { isLessOf, readOrder, ZONE } from "./map/order.ts";
import { LINE_STATES } from "./map/states.ts";
import {
  acknowledge,
  cancel,
  DELIVERED_FEED,
  ORDERS_FEED,
  pullOrders,
  pullStatuses,
  RETURNS_FEED,
  readStatuses,
  STATUS_BATCH_MAX,
} from "./operations/orders.ts";
import {
  dispatch,
  fetchCourier,
  fetchInvoice,
  fetchLabel,
  fetchManifest,
  MANIFEST_MAX,
  pack,
} from "./operations/papers.ts";
import { pushInventory, STOCK_BATCH_MAX, STOCK_FORMAT, verify } from "./operations/stock.ts";

const EVERY_MINUTES = 5;
const MONTH_MINUTES = 30 * 24 * 60;

export const tataCliq = defineConnector({
  id: "TATA_CLIQ",
  label: "Tata CLiQ",
  category: "Marketplaces",
  state: "private",
  about:
    "Marketplace that offers each order to a store, which accepts it in time or lets it go to another. It ships (TSHIP), or you do (SSHIP).",
  tile: { monogram: "TC", color: "#8B1A3D" },
  fields: [
    {
      name: "sellerId",
      label: "Seller Id",
      type: "text",
      required: true,
      // The list of orders is of all stores of a seller: two channels of one would both take them.
      unique: true,
      help: "Your number at Tata CLiQ: it stands in every address of its interface. From your account manager.",
      pattern: "^[A-Za-z0-9_-]{1,40}$",
    },
    {
      name: "username",
      label: "Username",
      type: "text",
      required: true,
      help: "Of the slave panel, for the account to which your account manager opened the interface.",
    },
    {
      name: "password",
      label: "Password",
      type: "password",
      required: true,
      help: "Of the slave panel. It is kept encrypted and never shown again.",
    },
    {
      name: "apiKey",
      label: "API Key",
      type: "password",
      required: false,
      help: "Where your account manager gave one: it goes along when a token is asked for.",
    },
    {
      name: "slaves",
      label: "Slave Ids",
      type: "warehouse-map",
      required: true,
      help: 'One slave id is one store: a JSON map from each to the facility that packs its orders, e.g. {"SLV01":"BLR1"}. Orders of a store that is not in it wait until it is. Add the facilities at Choose Facilities For Inventory Sync too.',
    },
    {
      name: "statusTable",
      label: "Status table",
      type: "text",
      required: false,
      help: `What each omsStatusCode means, e.g. {"002":"ACCEPTED","007":"DELIVERED"}; the words are ${LINE_STATES.join(", ")}. Ask your account manager for the codes: only 001 (OFFERED) is known. A code that is not here changes nothing and is shown to you.`,
      pattern: "^\\{.*\\}$",
    },
  ],
  settings: [
    {
      name: STOCK_FORMAT,
      label: "Stock format",
      help: "In which form stock is told: as your account was opened for. JSON unless your account manager says otherwise.",
      type: "select",
      options: [
        { value: "JSON", label: "JSON" },
        { value: "XML", label: "XML" },
      ],
      default: "JSON",
    },
  ],
  rules: {
    ordersArrive: "pull",
    zone: ZONE,
    lineAmounts: "PER_UNIT",
    thirdPartyShipping: { default: true, allowed: [true, false] },
    invoiceBy: "channel",
    invoiceOfSellerShipped: "us",
    labelBy: "channel",
    manifestBy: "channel",
    split: false,
    multiBox: false,
    sellerCancel: "dispatched",
    channelCancel: "dispatched",
    sellerCancelRule:
      "Your cancellation is a rejection: the lines go to another store of yours, and are cancelled where there is none.",
    channelCancelRule:
      "Tata CLiQ cancels until the parcel is handed over, and takes back what a store did not accept in time.",
    reports: ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"],
    notifyOnDispatchDefault: true,
    creditNoteBy: "us",
    sendsReturns: ["RTO", "CIR"],
  },
  // Nothing is published: one list holds all, so a few calls a second are plenty.
  limits: {
    requestsPerSecond: 5,
    burst: 10,
    interactiveShare: 0.25,
    timeoutMs: 30_000,
    // The whole list of active orders, and papers as base64.
    answerBytesMax: 33_554_432,
  },
  capabilities: {
    verify: true,
    pullOrders: { statuses: ["CREATED", "PENDING_VERIFICATION"], windowDays: 30, everyMinutes: EVERY_MINUTES },
    acknowledge: true,
    pushInventory: { batchMax: STOCK_BATCH_MAX, facilityWise: true },
    readStatuses: { batchMax: STATUS_BATCH_MAX },
    pullStatuses: {
      feeds: [
        {
          name: ORDERS_FEED,
          tells: ["CANCELLED", "DISPATCHED"],
          overlapMinutes: 0,
          windowMinutesMax: MONTH_MINUTES,
          everyMinutes: EVERY_MINUTES,
          // "All active orders": what is cancelled or delivered may be gone from it.
          holds: "active",
        },
        {
          name: DELIVERED_FEED,
          tells: ["DELIVERED"],
          overlapMinutes: 0,
          windowMinutesMax: MONTH_MINUTES,
          holds: "active",
        },
        { name: RETURNS_FEED, tells: ["RETURNED"], overlapMinutes: 0, windowMinutesMax: MONTH_MINUTES },
      ],
    },
    pack: true,
    fetchInvoice: { pdf: true },
    fetchCourier: true,
    fetchLabel: { holds: "label" },
    fetchManifest: { parcelsMax: MANIFEST_MAX },
    dispatch: { withShipper: true },
    cancel: { level: "item" },
  },
  operations: {
    verify,
    pullOrders,
    acknowledge,
    pushInventory,
    readStatuses,
    pullStatuses,
    pack,
    fetchInvoice,
    fetchCourier,
    fetchLabel,
    fetchManifest,
    dispatch,
    cancel,
  },
  readOrder,
  isLessOf,
});
