// Jupiter Money: a configuration of protocol A. Orders are pushed to us, the seller ships, everything else is told from here.
import { PACKAGE_STATES, REVERSE_STATES } from "../kit/index.ts";
import { protocolConnector, STATUS_BATCH_MAX, STOCK_BATCH_MAX } from "../protocol/index.ts";

export const jupiterMoney = protocolConnector(
  {
    id: "JUPITER_MONEY",
    label: "Jupiter Money",
    category: "Marketplaces",
    state: "live",
    about:
      "Rewards store. Pushes orders; you ship, invoice and label; stock, dispatch and every shipment status are told to it.",
    tile: { monogram: "JM", color: "#F26B3A" },
    fields: [
      {
        name: "username",
        label: "Username",
        type: "text",
        required: true,
        help: "The Jupiter Money team gives one to every seller. It also names you (merchantid) when orders are pushed.",
      },
      {
        name: "password",
        label: "Password",
        type: "password",
        required: true,
        help: "The Jupiter Money team gives it together with the user name. It is kept encrypted and never shown again.",
      },
      {
        name: "vendorCode",
        label: "Vendor Code",
        type: "text",
        required: true,
        help: "Same as the Username.",
        sameAs: "username",
      },
    ],
    settings: [],
    rules: {
      ordersArrive: "push",
      zone: "Asia/Kolkata",
      lineAmounts: "PER_UNIT",
      thirdPartyShipping: { default: false, allowed: [false] },
      invoiceBy: "us",
      labelBy: "us",
      manifestBy: "us",
      // Its article says nothing about splitting or boxes: both are allowed until the Jupiter team says otherwise.
      split: true,
      multiBox: true,
      sellerCancel: "dispatched",
      channelCancel: "never",
      channelCancelRule: "Jupiter Money does not allow customer or channel-side cancellations.",
      reports: ["CANCELLED", "DELIVERED", "RETURNED"],
      notifyOnDispatchDefault: true,
      creditNoteBy: "us",
      sendsReturns: ["RTO", "CIR"],
    },
    // No limits are published and the seed wants stock in real time: room for a notification of every change of state on
    // the busiest day, and still an end to what a fault of ours could send.
    limits: {
      requestsPerSecond: 200,
      burst: 100,
      interactiveShare: 0.25,
      timeoutMs: 15_000,
      answerBytesMax: 8_388_608,
    },
  },
  {
    capabilities: {
      verify: true,
      pullListings: { everyDays: 7 },
      pushInventory: { batchMax: STOCK_BATCH_MAX, facilityWise: false },
      readStatuses: { batchMax: STATUS_BATCH_MAX },
      notifyState: { states: PACKAGE_STATES },
      notifyReturn: { states: REVERSE_STATES },
      dispatch: { withShipper: true },
      cancel: { level: "quantity" },
    },
  },
);
