// A plain marketplace of protocol A: for anybody who implements the protocol and has no folder of his own here.
import { PACKAGE_STATES, REVERSE_STATES } from "../kit/index.ts";
import { ORDERS_WINDOW_DAYS, protocolConnector, STATUS_BATCH_MAX, STOCK_BATCH_MAX } from "../protocol/index.ts";

export const marketplace = protocolConnector(
  {
    id: "MARKETPLACE",
    label: "Marketplace (open protocol)",
    category: "Marketplaces",
    state: "live",
    about:
      "Any marketplace that implements the open marketplace protocol: orders are asked for, it ships or you do, stock and states are told.",
    tile: { monogram: "MP", color: "#4C6FBF" },
    fields: [
      {
        name: "username",
        label: "Username",
        type: "text",
        required: true,
        help: "The marketplace gives one to every seller.",
      },
      {
        name: "password",
        label: "Password",
        type: "password",
        required: true,
        help: "The marketplace gives it together with the user name. It is kept encrypted and never shown again.",
      },
      {
        name: "warehouseLocation",
        label: "Warehouse Location",
        type: "warehouse-map",
        required: false,
        help: 'Only where the marketplace knows your warehouses by codes of its own: which facility each stands for, e.g. {"WH-1":"BLR1"}. Stock is then told per warehouse, and an order that names one goes to its facility.',
      },
    ],
    settings: [],
    rules: {
      ordersArrive: "pull",
      zone: "Asia/Kolkata",
      lineAmounts: "PER_UNIT",
      // Each order says who ships it; what the seller ships has a label, a manifest and a courier of ours.
      thirdPartyShipping: { default: true, allowed: [true, false] },
      invoiceBy: "us",
      labelBy: "channel",
      manifestBy: "channel",
      split: true,
      multiBox: true,
      sellerCancel: "dispatched",
      channelCancel: "dispatched",
      channelCancelRule: "The marketplace may cancel what has not been dispatched.",
      sellerCancelRule: "A seller may cancel what has not been dispatched.",
      reports: ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"],
      notifyOnDispatchDefault: true,
      creditNoteBy: "us",
      sendsReturns: ["RTO", "CIR"],
    },
    // Nobody publishes limits for everybody: enough for pages of fifty at three thousand orders a second, and still an end to
    // what a fault of ours could send. Whoever needs less answers 429, which is obeyed.
    limits: {
      requestsPerSecond: 200,
      burst: 100,
      interactiveShare: 0.25,
      timeoutMs: 15_000,
      // A label comes as base64 inside JSON: a long PDF needs the room.
      answerBytesMax: 16_777_216,
    },
  },
  {
    // A marketplace offers one of the two forms, and nobody asks a seller which.
    tokenForm: "EITHER",
    capabilities: {
      verify: true,
      pullListings: { everyDays: 7 },
      pullOrders: { statuses: ["CREATED", "PENDING_VERIFICATION"], windowDays: ORDERS_WINDOW_DAYS },
      pullPendency: { windowDays: ORDERS_WINDOW_DAYS },
      acknowledge: true,
      pushInventory: { batchMax: STOCK_BATCH_MAX, facilityWise: true },
      readStatuses: { batchMax: STATUS_BATCH_MAX },
      notifyState: { states: PACKAGE_STATES },
      notifyReturn: { states: REVERSE_STATES },
      giveShipment: true,
      fetchCourier: true,
      fetchLabel: { holds: "label" },
      fetchManifest: { parcelsMax: 100 },
      downloadFile: true,
      dispatch: { withShipper: true },
      cancel: { level: "quantity" },
    },
  },
);
