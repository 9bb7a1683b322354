/** Who stands on the papers of a simulated marketplace: itself, and the seller. All invented, with valid check digits. */
import type { ProtocolOffer } from "./index.ts";

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

/** The seller as the marketplace has him on file. */
export function sellerOf(offer: ProtocolOffer, username: string): Party {
  return {
    name: `Demo Seller ${username}`,
    gstin: "29AAXCS0001F1ZE",
    state: offer.sellerState ?? "Karnataka",
    addressLines: ["Plot 7, Peenya Industrial Area Phase 2", `Bengaluru, ${offer.sellerState ?? "Karnataka"} 560058`],
  };
}
