/** Who stands on the papers of a simulated marketplace: itself, and the seller. All invented, with valid check digits. */
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
  const state = gstin === undefined ? undefined : STATES[gstin.slice(0, 2)];
  if (gstin !== undefined && state !== undefined)
    return { name, gstin, state, addressLines: ["Plot 7, Industrial Area Phase 2", state] };
  return {
    name,
    gstin: "29AAXCS0001F1ZE",
    state: offer.sellerState ?? "Karnataka",
    addressLines: ["Plot 7, Peenya Industrial Area Phase 2", `Bengaluru, ${offer.sellerState ?? "Karnataka"} 560058`],
  };
}

/** States and union territories by the first two digits of a GSTIN, named as in addresses. */
const STATES: Readonly<Record<string, string>> = {
  "01": "Jammu and Kashmir",
  "02": "Himachal Pradesh",
  "03": "Punjab",
  "04": "Chandigarh",
  "05": "Uttarakhand",
  "06": "Haryana",
  "07": "Delhi",
  "08": "Rajasthan",
  "09": "Uttar Pradesh",
  "10": "Bihar",
  "11": "Sikkim",
  "12": "Arunachal Pradesh",
  "13": "Nagaland",
  "14": "Manipur",
  "15": "Mizoram",
  "16": "Tripura",
  "17": "Meghalaya",
  "18": "Assam",
  "19": "West Bengal",
  "20": "Jharkhand",
  "21": "Odisha",
  "22": "Chhattisgarh",
  "23": "Madhya Pradesh",
  "24": "Gujarat",
  "26": "Dadra and Nagar Haveli and Daman and Diu",
  "27": "Maharashtra",
  "29": "Karnataka",
  "30": "Goa",
  "31": "Lakshadweep",
  "32": "Kerala",
  "33": "Tamil Nadu",
  "34": "Puducherry",
  "35": "Andaman and Nicobar Islands",
  "36": "Telangana",
  "37": "Andhra Pradesh",
  "38": "Ladakh",
};
