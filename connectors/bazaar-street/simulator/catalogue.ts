/** What Bazaar Street lists: a street of craftsmen. HSN codes and GST rates are true, prices are invented. */
import type { CatalogueVariant } from "../../kit/simulator/index.ts";

// biome-ignore format: one product a line reads as the table it is
export const BAZAAR_STREET_CATALOGUE: readonly CatalogueVariant[] = [
  { productId: "1001", variantId: "1001-STD", sku: "BZS-DHURRIE-3X5", title: "Handloom Dhurrie 3 x 5 ft", brand: "Bhadohi", category: "Home", pricePaise: 149900, mrpPaise: 249900, hsnCode: "570210", gstBasisPoints: 500, weightGrams: 2100, sizeMm: [920, 150, 150] },
  { productId: "1002", variantId: "1002-STD", sku: "BZS-BRASS-LOTA", title: "Brass Lota 1 L", brand: "Moradabad Brass", category: "Kitchen", pricePaise: 69900, mrpPaise: 89900, hsnCode: "741810", gstBasisPoints: 500, weightGrams: 620, sizeMm: [160, 140, 140] },
  { productId: "1003", variantId: "1003-M", sku: "BZS-BANDHANI-M", title: "Bandhani Kurta", variantTitle: "M", brand: "Kutch", category: "Apparel", pricePaise: 89900, mrpPaise: 149900, hsnCode: "620442", gstBasisPoints: 500, weightGrams: 260, sizeMm: [300, 240, 30] },
  { productId: "1003", variantId: "1003-L", sku: "BZS-BANDHANI-L", title: "Bandhani Kurta", variantTitle: "L", brand: "Kutch", category: "Apparel", pricePaise: 89900, mrpPaise: 149900, hsnCode: "620442", gstBasisPoints: 500, weightGrams: 280, sizeMm: [300, 240, 30] },
  { productId: "1004", variantId: "1004-STD", sku: "BZS-BLUE-POTTERY-MUG", title: "Blue Pottery Mug", brand: "Jaipur", category: "Kitchen", pricePaise: 39900, mrpPaise: 59900, hsnCode: "691200", gstBasisPoints: 500, weightGrams: 380, sizeMm: [130, 110, 110] },
  { productId: "1005", variantId: "1005-STD", sku: "BZS-AGARBATTI-100", title: "Agarbatti, 100 Sticks", brand: "Mysuru", category: "Home", pricePaise: 14900, mrpPaise: 19900, hsnCode: "330741", gstBasisPoints: 500, weightGrams: 160, sizeMm: [260, 60, 30] },
  { productId: "1006", variantId: "1006-STD", sku: "BZS-SPICE-BOX", title: "Sheesham Spice Box", brand: "Saharanpur", category: "Kitchen", pricePaise: 99900, mrpPaise: 149900, hsnCode: "441990", gstBasisPoints: 500, weightGrams: 1150, sizeMm: [260, 260, 90] },
  { productId: "1007", variantId: "1007-STD", sku: "BZS-KITE-20", title: "Paper Kites, pack of 20", brand: "Ahmedabad", category: "Toys", pricePaise: 24900, mrpPaise: 34900, hsnCode: "950300", gstBasisPoints: 500, weightGrams: 210, sizeMm: [520, 460, 20] },
  { productId: "1008", variantId: "1008-STD", sku: "BZS-LANTERN-SOLAR", title: "Solar Lantern", brand: "Ujala", category: "Electronics", pricePaise: 79900, mrpPaise: 129900, hsnCode: "851310", gstBasisPoints: 1800, weightGrams: 540, sizeMm: [220, 130, 130] },
];
