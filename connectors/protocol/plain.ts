/**
 * What is taken of a source of protocol A where nothing about it is known: the least that orders can be processed with. Folders
 * of such sources spread these and declare what they know beside them, so that a difference is always a known fact.
 */
import type { Capabilities, FieldDeclaration, Limits, SourceRules } from "../kit/index.ts";
import { ORDERS_WINDOW_DAYS } from "./operations/orders.ts";
import { STATUS_BATCH_MAX } from "./operations/statuses.ts";
import { STOCK_BATCH_MAX } from "./operations/stock.ts";

/** User name and password: the protocol's only credentials. */
export function plainFields(label: string): readonly FieldDeclaration[] {
  return [
    {
      name: "username",
      label: "Username",
      type: "text",
      required: true,
      help: `${label} gave one to every seller.`,
      unique: true,
    },
    {
      name: "password",
      label: "Password",
      type: "password",
      required: true,
      help: `${label} gave it together with the user name. It is kept encrypted and never shown again.`,
    },
  ];
}

export const PLAIN_RULES = {
  ordersArrive: "pull",
  zone: "Asia/Kolkata",
  lineAmounts: "PER_UNIT",
  // Each order says who ships it. What the channel ships has its courier and label; hand-over lists are ours.
  thirdPartyShipping: { default: true, allowed: [true, false] },
  invoiceBy: "us",
  labelBy: "channel",
  manifestBy: "us",
  split: true,
  multiBox: true,
  sellerCancel: "dispatched",
  channelCancel: "dispatched",
  channelCancelRule: "The marketplace may cancel what has not been dispatched.",
  sellerCancelRule: "A seller may cancel what has not been dispatched.",
  notifyOnDispatchDefault: true,
  creditNoteBy: "us",
  sendsReturns: [],
} as const satisfies Omit<SourceRules, "reports">;

export const PLAIN_LIMITS: Limits = {
  // Four calls a parcel and a page of stock a second fit on the busiest day; 429 is waited out.
  requestsPerSecond: 50,
  burst: 50,
  interactiveShare: 0.25,
  timeoutMs: 20_000,
  // A label comes as base64 inside JSON: a long PDF needs the room.
  answerBytesMax: 16_777_216,
};

export const PLAIN_CAPABILITIES = {
  verify: true,
  pullListings: { everyDays: 7 },
  pullOrders: { statuses: ["CREATED"], windowDays: ORDERS_WINDOW_DAYS },
  pushInventory: { batchMax: STOCK_BATCH_MAX, facilityWise: false },
  readStatuses: { batchMax: STATUS_BATCH_MAX },
  giveShipment: true,
  fetchCourier: true,
  fetchLabel: { holds: "label" },
  dispatch: { withShipper: true },
  cancel: { level: "quantity" },
} as const satisfies Capabilities;
