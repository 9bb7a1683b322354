/** What Tata CLiQ lists of its simulated seller: watches, handbags and shirts, by article number. Prices are invented; GST rates are those since 22 September 2025. */
import type { CatalogueVariant } from "../../kit/simulator/index.ts";

function listed(
  article: string,
  title: string,
  category: string,
  rupees: readonly [price: number, mrp: number],
  hsnCode: string,
  gstBasisPoints: number,
  weightGrams: number,
): CatalogueVariant {
  const [pricePaise, mrpPaise] = [rupees[0] * 100, rupees[1] * 100];
  const about = { category, pricePaise, mrpPaise, hsnCode, gstBasisPoints, weightGrams };
  return {
    productId: article,
    variantId: article,
    sku: article,
    title,
    brand: "Demo",
    sizeMm: [220, 160, 90],
    ...about,
  };
}

export const TATA_CLIQ_CATALOGUE: readonly CatalogueVariant[] = [
  listed("TCQ-WATCH-1001", "Analog watch with steel strap", "Watches", [3495, 4995], "910219", 1800, 260),
  listed("TCQ-WATCH-1002", "Chronograph with leather strap", "Watches", [5995, 7995], "910219", 1800, 240),
  listed("TCQ-BAG-2001", "Tote bag, tan", "Handbags", [2299, 3999], "420221", 1800, 620),
  listed("TCQ-BAG-2002", "Sling bag, black", "Handbags", [1499, 2499], "420221", 1800, 380),
  listed("TCQ-SHIRT-3001-M", "Linen shirt, white, M", "Shirts", [1799, 2499], "620520", 500, 230),
  listed("TCQ-SHIRT-3001-L", "Linen shirt, white, L", "Shirts", [1799, 2499], "620520", 500, 240),
  listed("TCQ-SHIRT-3002-M", "Oxford shirt, blue, M", "Shirts", [2699, 3299], "620520", 1800, 260),
  listed("TCQ-KURTA-4001-S", "Silk blend kurta, maroon, S", "Ethnic Wear", [2199, 3499], "620442", 500, 320),
  listed("TCQ-SHOE-5001-8", "Leather loafers, UK 8", "Footwear", [3299, 4999], "640399", 1800, 820),
  listed("TCQ-SHOE-5001-9", "Leather loafers, UK 9", "Footwear", [3299, 4999], "640399", 1800, 840),
];
