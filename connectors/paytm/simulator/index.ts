/** The Paytm simulator: orders wait to be accepted, and invoice, label and hand-over list are the marketplace's. */
import type { Seller } from "../../kit/simulator/index.ts";
import { type ProtocolOffer, protocolSimulator } from "../../protocol/simulator/index.ts";
import { PLAIN_OPERATIONS } from "../../protocol/simulator/plain.ts";
import { PAYTM_CATALOGUE } from "./catalogue.ts";

export { PAYTM_CATALOGUE } from "./catalogue.ts";

/** A demo account; these words guard nothing. */
export const PAYTM_SELLERS: readonly Seller[] = [{ username: "paytm-demo-seller", password: "demo-only-password" }];

const OFFER: ProtocolOffer = {
  source: "PAYTM",
  label: "Paytm",
  idPrefix: "PTM",
  ordersArePushed: false,
  channelShips: true,
  operations: [...PLAIN_OPERATIONS, "acknowledgeOrder", "getInvoiceDetails", "fetchManifest"],
  labelHoldsInvoice: true,
  manifestParcelsMax: 100,
  products: PAYTM_CATALOGUE,
  sellers: PAYTM_SELLERS,
};

export const paytmSimulator = protocolSimulator(OFFER);
export const startPaytmSimulator = paytmSimulator.start;
