/** What Starter Source lists. HSN codes and GST rates are true, prices are invented. */
import type { CatalogueVariant } from "../../../../connectors/kit/simulator/index.ts";

// biome-ignore format: one product a line reads as the table it is
export const STARTER_SOURCE_CATALOGUE: readonly CatalogueVariant[] = [
  { productId: "1001", variantId: "1001-M", sku: "STX-KURTA-M", title: "Cotton Kurta", variantTitle: "M", brand: "Example", category: "Apparel", pricePaise: 79900, mrpPaise: 129900, hsnCode: "610910", gstBasisPoints: 500, weightGrams: 260, sizeMm: [300, 240, 30] },
  { productId: "1002", variantId: "1002-STD", sku: "STX-FLASK-1L", title: "Steel Flask 1 L", brand: "Example", category: "Kitchen", pricePaise: 89900, mrpPaise: 119900, hsnCode: "961700", gstBasisPoints: 1800, weightGrams: 540, sizeMm: [320, 100, 100] },
];
