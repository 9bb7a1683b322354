import type { RunningSimulator, Seller } from "../../connectors/kit/simulator/index.ts";
import { startMarketplaceSimulator } from "../../connectors/marketplace/simulator/index.ts";
import { OKER_CATALOGUE, startOkerSimulator } from "../../connectors/oker/simulator/index.ts";
import "../../src/app/sources.ts";

/** What both of the sources below sell. */
export const WAREHOUSE_PRODUCTS = OKER_CATALOGUE;

/** A source that knows its sellers' warehouses and wants them mapped: OKR-BLR-01, OKR-DEL-02, OKR-MUM-03. */
export function anOker(seller: Seller): Promise<RunningSimulator> {
  return startOkerSimulator({ sellers: [seller] });
}

/** A source that takes any warehouse's code, or none. */
export function aBazaar(seller: Seller): Promise<RunningSimulator> {
  return startMarketplaceSimulator({ sellers: [seller], products: OKER_CATALOGUE });
}

/** What a simulator holds of a product, by the source's own warehouse codes; "" is the whole account. */
export function heldByWarehouse(
  sim: Pick<RunningSimulator, "state">,
  product: { readonly productId: string; readonly variantId: string },
): Readonly<Record<string, number>> | undefined {
  const { stock } = sim.state();
  return (stock as Stock)[product.productId]?.variants[product.variantId]?.facilities;
}

type Stock = Record<string, { readonly variants: Record<string, { readonly facilities: Record<string, number> }> }>;
