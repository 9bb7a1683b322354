/** The AJIO Dropship simulator: asked for orders and pendency, makes B2B and B2C invoices, labels and manifests. */
import type { OperationId } from "../../../contract/types.ts";
import type { RunningSimulator, Seller, SimulatorFactory, SimulatorOptions } from "../../kit/simulator/index.ts";
import { type ProtocolOffer, startProtocolSimulator } from "../../protocol/simulator/index.ts";
import { AJIO_DROPSHIP_CATALOGUE } from "./catalogue.ts";

export { AJIO_DROPSHIP_CATALOGUE } from "./catalogue.ts";

/** POB ids as AJIO would give them: one store each. */
export const AJIO_DROPSHIP_SELLERS: readonly Seller[] = [
  { username: "DVDEMO0001", password: "demo-only-password" },
  { username: "DVDEMO0002", password: "demo-only-password" },
];

const OPERATIONS: readonly OperationId<"marketplace">[] = [
  "getAuthentication",
  "postAuthentication",
  "getProductsCount",
  "getProducts",
  "updateInventory",
  "getOrders",
  "getOnHoldOrders",
  "cancelOrderItems",
  "getInvoiceDetails",
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
  products: AJIO_DROPSHIP_CATALOGUE,
  sellers: AJIO_DROPSHIP_SELLERS,
};

export function startAjioDropshipSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  return startProtocolSimulator(OFFER, options);
}

export const ajioDropshipSimulator: SimulatorFactory = {
  source: OFFER.source,
  label: OFFER.label,
  start: startAjioDropshipSimulator,
};
