// Custom: orders by form and CSV (telephone, counter, business customers). There is nobody on the other side.
import { type Connector, defineConnector } from "../kit/index.ts";

export const custom: Connector = defineConnector({
  id: "CUSTOM",
  label: "Custom",
  category: "Other/Offline",
  state: "live",
  about: "Orders that you enter yourself, by form or CSV: telephone, counter, business customers.",
  tile: { monogram: "C", color: "#5B6B7B" },
  fields: [],
  settings: [],
  rules: {
    ordersArrive: "by hand",
    zone: "Asia/Kolkata",
    lineAmounts: "PER_UNIT",
    thirdPartyShipping: { default: false, allowed: [false] },
    invoiceBy: "us",
    labelBy: "us",
    manifestBy: "us",
    split: true,
    multiBox: true,
    sellerCancel: "dispatched",
    channelCancel: "never",
    channelCancelRule: "A custom channel has no other side that could cancel.",
    reports: [],
    notifyOnDispatchDefault: false,
    creditNoteBy: "us",
    sendsReturns: [],
  },
  limits: { requestsPerSecond: 1, burst: 1, interactiveShare: 0, timeoutMs: 1_000, answerBytesMax: 1_024 },
  capabilities: {},
  operations: {},
});
