/** The ShopClues simulator: the plain protocol, signed in to with a body alone. */
import type { Seller } from "../../kit/simulator/index.ts";
import { type ProtocolOffer, protocolSimulator } from "../../protocol/simulator/index.ts";
import { PLAIN_OPERATIONS } from "../../protocol/simulator/plain.ts";
import { SHOPCLUES_CATALOGUE } from "./catalogue.ts";

export { SHOPCLUES_CATALOGUE } from "./catalogue.ts";

/** A demo account; these words guard nothing. */
export const SHOPCLUES_SELLERS: readonly Seller[] = [
  { username: "shopclues-demo-seller", password: "demo-only-password" },
];

const OFFER: ProtocolOffer = {
  source: "SHOPCLUES",
  label: "ShopClues",
  idPrefix: "SCL",
  ordersArePushed: false,
  channelShips: true,
  operations: PLAIN_OPERATIONS.filter((id) => id !== "getAuthentication"),
  products: SHOPCLUES_CATALOGUE,
  sellers: SHOPCLUES_SELLERS,
};

export const shopcluesSimulator = protocolSimulator(OFFER);
export const startShopcluesSimulator = shopcluesSimulator.start;
