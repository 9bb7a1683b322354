/** The Wooplr simulator: the plain protocol. */
import type { Seller } from "../../kit/simulator/index.ts";
import { type ProtocolOffer, protocolSimulator } from "../../protocol/simulator/index.ts";
import { PLAIN_OPERATIONS } from "../../protocol/simulator/plain.ts";
import { WOOPLR_CATALOGUE } from "./catalogue.ts";

export { WOOPLR_CATALOGUE } from "./catalogue.ts";

/** A demo account; these words guard nothing. */
export const WOOPLR_SELLERS: readonly Seller[] = [{ username: "wooplr-demo-seller", password: "demo-only-password" }];

const OFFER: ProtocolOffer = {
  source: "WOOPLR",
  label: "Wooplr",
  idPrefix: "WPL",
  ordersArePushed: false,
  channelShips: true,
  operations: PLAIN_OPERATIONS,
  products: WOOPLR_CATALOGUE,
  sellers: WOOPLR_SELLERS,
};

export const wooplrSimulator = protocolSimulator(OFFER);
export const startWooplrSimulator = wooplrSimulator.start;
