/** The Voonik simulator: the plain protocol. */
import type { Seller } from "../../kit/simulator/index.ts";
import { type ProtocolOffer, protocolSimulator } from "../../protocol/simulator/index.ts";
import { PLAIN_OPERATIONS } from "../../protocol/simulator/plain.ts";
import { VOONIK_CATALOGUE } from "./catalogue.ts";

export { VOONIK_CATALOGUE } from "./catalogue.ts";

/** A demo account; these words guard nothing. */
export const VOONIK_SELLERS: readonly Seller[] = [{ username: "voonik-demo-seller", password: "demo-only-password" }];

const OFFER: ProtocolOffer = {
  source: "VOONIK",
  label: "Voonik",
  idPrefix: "VNK",
  ordersArePushed: false,
  channelShips: true,
  operations: PLAIN_OPERATIONS,
  products: VOONIK_CATALOGUE,
  sellers: VOONIK_SELLERS,
};

export const voonikSimulator = protocolSimulator(OFFER);
export const startVoonikSimulator = voonikSimulator.start;
