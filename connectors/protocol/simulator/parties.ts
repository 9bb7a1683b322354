/** Who stands on the papers of a simulated marketplace: itself, and the seller. All invented, with valid check digits. */
import { GST_STATES } from "../../kit/gst-states.ts";
import type { ProtocolOffer } from "./index.ts";
import type { Parts } from "./parts.ts";

export interface Party {
  readonly name: string;
  readonly gstin: string;
  readonly state: string;
  readonly addressLines: readonly string[];
}

/** The marketplace as a firm: bills the customer, or buys from the seller. */
export function houseOf(offer: ProtocolOffer): Party {
  return (
    offer.house ?? {
      name: `${offer.label} Marketplace (simulated)`,
      gstin: "29AAXCM0002E1ZL",
      state: "Karnataka",
      addressLines: ["18, Outer Ring Road, Bellandur", "Bengaluru, Karnataka 560103"],
    }
  );
}

/** The seller as the marketplace has him on file: with the GSTIN he gave, whose state is his; else in Bengaluru. */
export function sellerOf({ offer, sim }: Pick<Parts, "offer" | "sim">, username: string): Party {
  const name = `Demo Seller ${username}`;
  const gstin = sim.world.sellers.get(username)?.gstin;
  const state = gstin === undefined ? undefined : GST_STATES.get(gstin.slice(0, 2));
  if (gstin !== undefined && state !== undefined)
    return { name, gstin, state, addressLines: ["Plot 7, Industrial Area Phase 2", state] };
  return {
    name,
    gstin: "29AAXCS0001F1ZE",
    state: offer.sellerState ?? "Karnataka",
    addressLines: ["Plot 7, Peenya Industrial Area Phase 2", `Bengaluru, ${offer.sellerState ?? "Karnataka"} 560058`],
  };
}
