/** The seller of a chaos run: ten channels of three sources, four facilities, twelve products that all of them sell. */
import type { CatalogueVariant } from "../../../connectors/kit/simulator/index.ts";
import { gstinCheckCharacter } from "../../../src/warehouse/index.ts";

export const ADMIN = { username: "asha", password: "brown paper, twine and tape" } as const;

export type SourceId = "OKER" | "AJIO_DROPSHIP" | "MARKETPLACE";

export interface Place {
  readonly code: string;
  readonly city: string;
  readonly stateCode: string;
  readonly pincode: string;
}

export const PLACES: readonly Place[] = [
  { code: "BLR1", city: "Bengaluru", stateCode: "29", pincode: "560068" },
  { code: "BOM1", city: "Mumbai", stateCode: "27", pincode: "400076" },
  { code: "DEL1", city: "New Delhi", stateCode: "07", pincode: "110020" },
  { code: "MAA1", city: "Chennai", stateCode: "33", pincode: "600058" },
];

/** A GSTIN of the seller with its checksum: one firm, registered in each state. */
export function gstinIn({ stateCode }: Place): string {
  const first14 = `${stateCode}AAACT4821K1Z`;
  return first14 + gstinCheckCharacter(first14);
}

export const SKUS: readonly string[] = [
  ...["MUG-BLUE", "MUG-RED", "PLATE-STEEL", "TAWA-28", "FLASK-1L", "TOWEL-SET"],
  ...["LAMP-DESK", "CLOCK-WALL", "KETTLE-15", "BASKET-CANE", "MAT-YOGA", "BOTTLE-750"],
];

/** The catalogue of one marketplace: the same goods under its own product ids. */
export function productsOf(source: SourceId): CatalogueVariant[] {
  return SKUS.map((sku, i) => ({
    ...{ productId: `${source.slice(0, 2)}${100 + i}`, variantId: `V${i + 1}`, sku, title: `Goods ${sku}` },
    ...{ brand: "Plain", category: "Home", pricePaise: 20_000 + i * 4_900, mrpPaise: 90_000 },
    ...{ hsnCode: "392410", gstBasisPoints: 1_800, weightGrams: 200 + i * 10, sizeMm: [200, 150, 50] as const },
  }));
}

export interface ChannelPlan {
  readonly code: string;
  readonly source: SourceId;
  readonly username: string;
  readonly password: string;
  /** Facility codes in routing order. */
  readonly facilities: readonly string[];
  /** AJIO: where all orders are packed. */
  readonly store: string | null;
  /** The channel's warehouse codes and what they stand for; null: its stock is one figure. */
  readonly warehouses: Readonly<Record<string, string>> | null;
  /** Orders wait for somebody here to verify them. */
  readonly verifiedByHand: boolean;
  /** Share of the orders, in parts. */
  readonly weight: number;
}

const account = (username: string) => ({ username, password: `secret of ${username}` });
const oker = (n: number, warehouses: Record<string, string>, weight: number): ChannelPlan => ({
  ...{ code: `Oker_${n}`, source: "OKER", ...account(`oker-seller-${n}`), store: null, warehouses, weight },
  ...{ facilities: Object.values(warehouses), verifiedByHand: false },
});
const ajio = (n: number, store: string, others: readonly string[], weight: number): ChannelPlan => ({
  ...{
    code: `AJIO_Dropship_${n}`,
    source: "AJIO_DROPSHIP",
    ...account(`DV10000${n}`),
    store,
    warehouses: null,
    weight,
  },
  ...{ facilities: [store, ...others], verifiedByHand: false },
});
const market = (n: number, facilities: readonly string[], verifiedByHand: boolean, weight: number): ChannelPlan => ({
  ...{ code: `Market_${n}`, source: "MARKETPLACE", ...account(`market-seller-${n}`), store: null, warehouses: null },
  ...{ facilities, verifiedByHand, weight },
});

/**
 * Facilities and goods are shared on purpose: what one channel sells, nine others must not sell again. One channel of each source
 * is so large that its orders fill more than a page.
 */
export const CHANNELS: readonly ChannelPlan[] = [
  oker(1, { "OKR-S-01": "BLR1", "OKR-W-02": "BOM1" }, 10),
  oker(2, { "OKR-N-03": "DEL1", "OKR-W-02": "BOM1" }, 2),
  oker(3, { "OKR-S-04": "MAA1" }, 1),
  ajio(1, "BLR1", [], 10),
  ajio(2, "BOM1", [], 2),
  ajio(3, "DEL1", [], 2),
  // Publishes the sum of its store and another one, as a person has confirmed.
  ajio(4, "MAA1", ["BLR1"], 1),
  market(1, ["BLR1", "BOM1", "DEL1", "MAA1"], false, 10),
  market(2, ["DEL1", "BOM1"], true, 2),
  market(3, ["MAA1", "BLR1"], false, 2),
];
