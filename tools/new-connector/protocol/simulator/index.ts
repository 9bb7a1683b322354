/** The Starter Source simulator. What it offers of the protocol is said here; the rest answers 404. */
import type { Seller } from "../../../../connectors/kit/simulator/index.ts";
import { type ProtocolOffer, protocolSimulator } from "../../../../connectors/protocol/simulator/index.ts";
import { PLAIN_OPERATIONS } from "../../../../connectors/protocol/simulator/plain.ts";
import { STARTER_SOURCE_CATALOGUE } from "./catalogue.ts";

export { STARTER_SOURCE_CATALOGUE } from "./catalogue.ts";

/** A demo account; these words guard nothing. */
export const STARTER_SOURCE_SELLERS: readonly Seller[] = [
  { username: "starter-source-demo-seller", password: "demo-only-password" },
];

const OFFER: ProtocolOffer = {
  source: "STARTER_SOURCE",
  label: "Starter Source",
  idPrefix: "STX",
  ordersArePushed: false,
  channelShips: true,
  operations: PLAIN_OPERATIONS,
  products: STARTER_SOURCE_CATALOGUE,
  sellers: STARTER_SOURCE_SELLERS,
};

export const starterSourceSimulator = protocolSimulator(OFFER);
export const startStarterSourceSimulator = starterSourceSimulator.start;
