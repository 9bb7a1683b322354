/** What Snapdeal lists of its simulated sellers: everyday goods of the value segment. SUPCs and prices are invented; GST rates are those since 22 September 2025. */
import type { CatalogueVariant } from "../../kit/simulator/index.ts";

function listed(
  supc: string,
  sku: string,
  title: string,
  category: string,
  rupees: readonly [price: number, mrp: number],
  hsnCode: string,
  gstBasisPoints: number,
  weightGrams: number,
): CatalogueVariant {
  const [pricePaise, mrpPaise] = [rupees[0] * 100, rupees[1] * 100];
  const about = { category, pricePaise, mrpPaise, hsnCode, gstBasisPoints, weightGrams };
  return { productId: supc, variantId: supc, sku, title, brand: "Demo", sizeMm: [240, 180, 60], ...about };
}

export const SNAPDEAL_CATALOGUE: readonly CatalogueVariant[] = [
  listed(
    "SDL641200101",
    "SD-TSHIRT-NAVY-M",
    "Cotton round neck T-shirt, navy, M",
    "T-Shirts",
    [249, 599],
    "610910",
    500,
    180,
  ),
  listed(
    "SDL641200102",
    "SD-TSHIRT-NAVY-L",
    "Cotton round neck T-shirt, navy, L",
    "T-Shirts",
    [249, 599],
    "610910",
    500,
    190,
  ),
  listed(
    "SDL641200103",
    "SD-TSHIRT-GREY-M",
    "Cotton round neck T-shirt, grey, M",
    "T-Shirts",
    [249, 599],
    "610910",
    500,
    180,
  ),
  listed(
    "SDL641200201",
    "SD-BEDSHEET-BLUE",
    "Double bedsheet with two pillow covers, blue",
    "Bedsheets",
    [449, 1199],
    "630231",
    500,
    900,
  ),
  listed(
    "SDL641200202",
    "SD-BEDSHEET-RED",
    "Double bedsheet with two pillow covers, red",
    "Bedsheets",
    [449, 1199],
    "630231",
    500,
    900,
  ),
  listed("SDL641200301", "SD-LUNCHBOX-3", "Steel lunch box, three tiers", "Kitchen", [399, 799], "732393", 500, 650),
  listed("SDL641200302", "SD-BOTTLE-1L", "Steel bottle, 1 litre", "Kitchen", [329, 699], "732393", 500, 350),
  listed(
    "SDL641200401",
    "SD-EARPHONE-BLK",
    "Wired earphones with microphone, black",
    "Mobile Accessories",
    [299, 999],
    "851830",
    1800,
    90,
  ),
  listed("SDL641200402", "SD-CHARGER-20W", "Wall charger, 20 W", "Mobile Accessories", [379, 999], "850440", 1800, 120),
  listed("SDL641200501", "SD-SHOES-RUN-8", "Running shoes, UK 8", "Footwear", [699, 1499], "640411", 500, 700),
  listed("SDL641200502", "SD-SHOES-RUN-9", "Running shoes, UK 9", "Footwear", [699, 1499], "640411", 500, 720),
  listed(
    "SDL641200601",
    "SD-WATCH-ANALOG",
    "Analog wrist watch, brown strap",
    "Watches",
    [549, 1999],
    "910219",
    1800,
    140,
  ),
];
