// AJIO Dropship: protocol A, and operations of AJIO's own beside it: B2B invoice, grades, credit note, IRN.
import type { Connector } from "../kit/index.ts";
import { protocolConnector, STATUS_BATCH_MAX, STOCK_BATCH_MAX } from "../protocol/index.ts";
import { fetchB2bInvoiceWith } from "./operations/b2b-invoice.ts";
import { fetchCreditNoteWith, giveIrnWith, reportGradeWith } from "./operations/returns.ts";

const ZONE = "Asia/Kolkata";
/** AJIO's own log-in is a POST of user name and password. */
const TOKEN_FORM = "POST";
/** The setting that says how long after putaway AJIO's credit note is asked for. */
const CREDIT_NOTE_DELAY = "creditNoteDelayMinutes";
/** "UC will get fetch the credit note (Return Invoice) from Ajio at the delay of 2.5 hours". */
const CREDIT_NOTE_DELAY_MINUTES = 150;

const asProtocol = protocolConnector(
  {
    id: "AJIO_DROPSHIP",
    label: "AJIO Dropship",
    category: "Marketplaces",
    state: "live",
    editions: ["PROFESSIONAL", "ENTERPRISE"],
    about:
      "AJIO buys each packed order and ships it. Invoice, label and manifest are AJIO's. One store is one channel.",
    tile: { monogram: "AJ", color: "#2C4152" },
    fields: [
      {
        name: "username",
        label: "Username",
        type: "text",
        required: true,
        help: "The POB ID, provided by AJIO to the respective seller, which will start with DV. For every store, get new credentials from AJIO.",
        pattern: "^DV",
        unique: true,
      },
      {
        name: "password",
        label: "Password",
        type: "password",
        required: true,
        help: "Provided by AJIO together with the POB ID. It is kept encrypted and never shown again.",
      },
      {
        name: "storeCode",
        label: "Store Code",
        type: "facility",
        required: true,
        help: "The code of the facility that packs this store's orders. 1 Channel = 1 Point of Business (POB) = 1 Store Code; it must be among the facilities chosen for inventory sync.",
        unique: true,
      },
    ],
    settings: [
      {
        name: CREDIT_NOTE_DELAY,
        label: "Credit Note Delay",
        help: "AJIO makes the credit note (return invoice) some time after the returned units were put away. It is fetched so many minutes after putaway is complete: 150 (2.5 hours) unless AJIO tells you otherwise.",
        type: "number",
        // No credit note is waited for longer than a week before it is asked for.
        range: { min: 0, max: 10_080, unit: "minutes" },
        default: CREDIT_NOTE_DELAY_MINUTES,
      },
    ],
    rules: {
      ordersArrive: "pull",
      zone: ZONE,
      lineAmounts: "PER_UNIT",
      thirdPartyShipping: { default: true, allowed: [true] },
      invoiceBy: "channel",
      labelBy: "channel",
      manifestBy: "channel",
      split: false,
      multiBox: false,
      sellerCancel: "invoiced",
      channelCancel: "invoiced",
      sellerCancelRule: "Seller Cancellation sync UC to AJIO is present until order is not invoiced (Packed) in UC.",
      channelCancelRule:
        "Cancellation sync from AJIO to Uniware is present until order is not invoiced (Packed) in UC.",
      reports: ["CANCELLED", "DELIVERED", "RETURNED"],
      oneStore: {
        field: "storeCode",
        warning:
          "If we associate more than one facility, the combined inventory (their sum) will be synced to the channel. This may result in Unfulfillable Orders: every order is packed at the facility of the Store Code, whose own stock may be less.",
      },
      notifyOnDispatchDefault: true,
      // "Post this UC status will change to Returned": the credit note is AJIO's, fetched "at the delay of 2.5 hours".
      creditNoteBy: "channel",
      creditNoteDelay: { setting: CREDIT_NOTE_DELAY, defaultMinutes: CREDIT_NOTE_DELAY_MINUTES },
      sendsReturns: ["RTO", "CIR"],
      manualReturnRule: "Sellers are recommended not to create reverse pickup manually.",
    },
    // AJIO throttles per user and publishes no figure: low enough for a careful guess, and 429 is waited out.
    limits: {
      requestsPerSecond: 20,
      burst: 20,
      interactiveShare: 0.25,
      timeoutMs: 30_000,
      // Invoices and labels come as base64 inside JSON.
      answerBytesMax: 16_777_216,
    },
  },
  {
    capabilities: {
      verify: true,
      pullListings: { everyDays: 7 },
      pullOrders: { statuses: ["CREATED"], windowDays: 15 },
      pullPendency: { windowDays: 15 },
      pushInventory: { batchMax: STOCK_BATCH_MAX, facilityWise: false },
      readStatuses: { batchMax: STATUS_BATCH_MAX },
      fetchInvoice: { pdf: true },
      fetchCourier: true,
      fetchLabel: { holds: "label and invoice" },
      fetchManifest: { parcelsMax: 250 },
      downloadFile: true,
      dispatch: { withShipper: false },
      cancel: { level: "quantity" },
      reportGrade: true,
      fetchCreditNote: { pdf: true },
      giveIrn: true,
    },
    tokenForm: TOKEN_FORM,
  },
);

/** The protocol's operations, with AJIO's own invoice in place of the protocol's, and those that the protocol has not. */
export const ajioDropship: Connector = {
  ...asProtocol,
  operations: {
    ...asProtocol.operations,
    fetchInvoice: fetchB2bInvoiceWith(TOKEN_FORM, ZONE),
    reportGrade: reportGradeWith(TOKEN_FORM),
    fetchCreditNote: fetchCreditNoteWith(TOKEN_FORM, ZONE),
    giveIrn: giveIrnWith(TOKEN_FORM, ZONE),
  },
};
