/** The AJIO Dropship simulator: asked for orders and pendency, makes B2B and B2C invoices, labels, manifests and credit notes. */
import type { OperationId } from "../../../contract/types.ts";
import type { Seller } from "../../kit/simulator/index.ts";
import { type ProtocolOffer, protocolSimulator } from "../../protocol/simulator/index.ts";
import { serveB2bInvoice } from "./b2b-invoice.ts";
import { AJIO_DROPSHIP_CATALOGUE } from "./catalogue.ts";
import { creditNoteFile, serveCreditNotes } from "./credit-notes.ts";
import { serveIrns } from "./irns.ts";
import { serveGrades } from "./returns.ts";

export { AJIO_DROPSHIP_CATALOGUE } from "./catalogue.ts";

/** POB ids as AJIO would give them: one store each. */
export const AJIO_DROPSHIP_SELLERS: readonly Seller[] = [
  { username: "DVDEMO0001", password: "demo-only-password" },
  { username: "DVDEMO0002", password: "demo-only-password" },
];

/** The invoice between seller and AJIO is an operation of its own, so `/invoiceDetails` is not offered. */
const OPERATIONS: readonly OperationId<"marketplace">[] = [
  "getAuthentication",
  "postAuthentication",
  "getProductsCount",
  "getProducts",
  "updateInventory",
  "getOrders",
  "getOnHoldOrders",
  "cancelOrderItems",
  "getCourierDetails",
  "getLabels",
  "fetchManifest",
  "dispatchOrderItems",
];

const OFFER: ProtocolOffer = {
  source: "AJIO_DROPSHIP",
  label: "AJIO Dropship",
  idPrefix: "AJ",
  ordersArePushed: false,
  channelShips: true,
  operations: OPERATIONS,
  tokenLifeMinutes: 30,
  cancelUntil: "invoiced",
  labelHoldsInvoice: true,
  creditsReturns: true,
  manifestParcelsMax: 250,
  house: {
    name: "AJIO Marketplace (simulated)",
    gstin: "29AAXCA0003D1ZY",
    state: "Karnataka",
    addressLines: ["21, Residency Road", "Bengaluru, Karnataka 560025"],
  },
  more: (parts) => {
    serveB2bInvoice(parts);
    serveGrades(parts);
    serveCreditNotes(parts);
    serveIrns(parts);
  },
  files: creditNoteFile,
  products: AJIO_DROPSHIP_CATALOGUE,
  sellers: AJIO_DROPSHIP_SELLERS,
};

export const ajioDropshipSimulator = protocolSimulator(OFFER);
export const startAjioDropshipSimulator = ajioDropshipSimulator.start;
