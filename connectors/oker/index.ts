// Oker: a configuration of protocol A. Orders are asked for, Oker ships, invoices and labels; each warehouse is told its own stock.
import { protocolConnector, STATUS_BATCH_MAX, STOCK_BATCH_MAX } from "../protocol/index.ts";

/** The rule in the words of Oker's own article, both for the seller's and for the customer's cancellation. */
const CANCEL_RULE =
  "Order cancellation is allowed only before invoicing. Cancellations is not allowed post invoiced (Packed).";

export const oker = protocolConnector(
  {
    id: "OKER",
    label: "Oker",
    category: "Marketplaces",
    state: "live",
    about:
      "Marketplace that ships. Orders, invoice numbers, labels and tracking come from it; stock is told per warehouse.",
    tile: { monogram: "OK", color: "#0E7C66" },
    fields: [
      {
        name: "username",
        label: "Username",
        type: "text",
        required: true,
        help: "Will be provided by the Oker team for every seller.",
        unique: true,
      },
      {
        name: "password",
        label: "Password",
        type: "password",
        required: true,
        help: "Will be provided by the Oker team for every seller. It is kept encrypted and never shown again.",
      },
      {
        name: "warehouseLocation",
        label: "Warehouse Location",
        type: "warehouse-map",
        required: true,
        help: 'To sync storewise orders: a JSON map of facilities, e.g. {"OkerWarehouseCode":"UniwareWarehouseCode"}. In case of multiple store ids: {"OkerWarehouseCode1":"uniwareWarehouseCode1","OkerWarehouseCode2":"uniwareWarehouseCode2"}. Add the respective facilities at Choose Facilities For Inventory Sync too.',
      },
    ],
    settings: [],
    rules: {
      ordersArrive: "pull",
      zone: "Asia/Kolkata",
      lineAmounts: "PER_UNIT",
      thirdPartyShipping: { default: true, allowed: [true] },
      invoiceBy: "channel",
      labelBy: "channel",
      // The article has the manifest closed here and the status told there, and no word of a manifest of Oker's own.
      manifestBy: "us",
      split: false,
      multiBox: false,
      sellerCancel: "invoiced",
      channelCancel: "invoiced",
      sellerCancelRule: CANCEL_RULE,
      channelCancelRule: CANCEL_RULE,
      reports: ["CANCELLED", "DELIVERED", "RETURNED"],
      // "On Manifest closure, the Dispatched status will get updated on the channel."
      notifyOnDispatchDefault: true,
      // The invoice's number is Oker's and its article has no credit note: ours is of our own series and names that invoice.
      creditNoteBy: "us",
      sendsReturns: ["RTO", "CIR"],
    },
    // No limits are published. Four calls a parcel and a page of stock a second must fit on the busiest day.
    limits: {
      requestsPerSecond: 50,
      burst: 50,
      interactiveShare: 0.25,
      timeoutMs: 20_000,
      // A label comes as base64 inside JSON: a long PDF needs the room.
      answerBytesMax: 16_777_216,
    },
  },
  {
    capabilities: {
      verify: true,
      pullListings: { everyDays: 7 },
      pullOrders: { statuses: ["CREATED"], windowDays: 15 },
      pushInventory: { batchMax: STOCK_BATCH_MAX, facilityWise: true },
      readStatuses: { batchMax: STATUS_BATCH_MAX },
      fetchInvoice: { pdf: false },
      fetchCourier: true,
      fetchLabel: { holds: "label" },
      dispatch: { withShipper: false },
      cancel: { level: "quantity" },
    },
  },
);
