/** The Oker simulator: a marketplace that is asked for its orders, names the warehouse of each, ships and invoices. */
import type { OperationId } from "../../../contract/types.ts";
import type { Seller } from "../../kit/simulator/index.ts";
import { type ProtocolOffer, protocolSimulator } from "../../protocol/simulator/index.ts";
import { OKER_CATALOGUE } from "./catalogue.ts";

export { OKER_CATALOGUE } from "./catalogue.ts";

/** What the Oker team would give a seller. */
export const OKER_SELLERS: readonly Seller[] = [{ username: "oker-demo-seller", password: "demo-only-password" }];

/** Oker's codes of the seller's warehouses, as orders name them. */
export const OKER_WAREHOUSES = ["OKR-BLR-01", "OKR-DEL-02", "OKR-MUM-03"] as const;

/** No acceptance, no pendency, no manifest of its own. */
const OPERATIONS: readonly OperationId<"marketplace">[] = [
  "getAuthentication",
  "postAuthentication",
  "getProductsCount",
  "getProducts",
  "updateInventory",
  "getOrders",
  "cancelOrderItems",
  "getInvoiceDetails",
  "getCourierDetails",
  "getLabels",
  "dispatchOrderItems",
];

const OFFER: ProtocolOffer = {
  source: "OKER",
  label: "Oker",
  idPrefix: "OKR",
  ordersArePushed: false,
  channelShips: true,
  operations: OPERATIONS,
  warehouses: OKER_WAREHOUSES,
  cancelUntil: "invoiced",
  products: OKER_CATALOGUE,
  sellers: OKER_SELLERS,
};

export const okerSimulator = protocolSimulator(OFFER);
export const startOkerSimulator = okerSimulator.start;
