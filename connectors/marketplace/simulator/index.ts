/** The simulator of a plain marketplace: it offers the whole protocol, ships unless an order says otherwise, and pushes nothing. */
import type { OperationId } from "../../../contract/types.ts";
import type { Seller } from "../../kit/simulator/index.ts";
import { type ProtocolOffer, protocolSimulator } from "../../protocol/simulator/index.ts";
import { MARKETPLACE_CATALOGUE } from "./catalogue.ts";

export { MARKETPLACE_CATALOGUE } from "./catalogue.ts";

/** A demo account; these words guard nothing. */
export const MARKETPLACE_SELLERS: readonly Seller[] = [
  { username: "marketplace-demo-seller", password: "demo-only-password" },
];

/** All but prices and settlements, which no present page of the protocol has. */
const OPERATIONS: readonly OperationId<"marketplace">[] = [
  "getAuthentication",
  "postAuthentication",
  "getProductsCount",
  "getProducts",
  "updateInventory",
  "getOrders",
  "getOnHoldOrders",
  "acknowledgeOrder",
  "cancelOrderItems",
  "postShipmentDetails",
  "getLabels",
  "getCourierDetails",
  "getInvoiceDetails",
  "fetchManifest",
  "dispatchOrderItems",
  "postStatusNotification",
];

const OFFER: ProtocolOffer = {
  source: "MARKETPLACE",
  label: "Marketplace",
  idPrefix: "MP",
  ordersArePushed: false,
  channelShips: true,
  operations: OPERATIONS,
  products: MARKETPLACE_CATALOGUE,
  sellers: MARKETPLACE_SELLERS,
};

export const marketplaceSimulator = protocolSimulator(OFFER);
export const startMarketplaceSimulator = marketplaceSimulator.start;
