/** The Jupiter Money simulator: a rewards store that pushes its orders, whose sellers ship themselves and may cancel. */
import type { OperationId } from "../../../contract/types.ts";
import type { Seller } from "../../kit/simulator/index.ts";
import { type ProtocolOffer, protocolSimulator } from "../../protocol/simulator/index.ts";
import { JUPITER_MONEY_CATALOGUE } from "./catalogue.ts";

export { JUPITER_MONEY_CATALOGUE } from "./catalogue.ts";

/** What the Jupiter team would give a seller. The vendor code equals the username. */
export const JUPITER_MONEY_SELLERS: readonly Seller[] = [
  { username: "jupiter-demo-seller", password: "demo-only-password" },
];

/** No acceptance, no labels, couriers, invoices or manifests: the seller ships and invoices. */
const OPERATIONS: readonly OperationId<"marketplace">[] = [
  "getAuthentication",
  "postAuthentication",
  "getProductsCount",
  "getProducts",
  "updateInventory",
  "getOrders",
  "cancelOrderItems",
  "dispatchOrderItems",
  "postStatusNotification",
];

const OFFER: ProtocolOffer = {
  source: "JUPITER_MONEY",
  label: "Jupiter Money",
  idPrefix: "JM",
  ordersArePushed: true,
  channelShips: false,
  operations: OPERATIONS,
  products: JUPITER_MONEY_CATALOGUE,
  sellers: JUPITER_MONEY_SELLERS,
};

export const jupiterMoneySimulator = protocolSimulator(OFFER);
export const startJupiterMoneySimulator = jupiterMoneySimulator.start;
