/** Listings and stock. */
import { operation } from "../../../contract/validators.ts";
import { fullTitle, type Simulation, takeStock, variantKey } from "../../kit/simulator/index.ts";
import { BATCH_FAULTS, DEMANDED, stamp, struck } from "../../protocol/simulator/parts.ts";
import { BAZAAR_STREET_CONTRACT } from "../contract/index.ts";

const PER_PAGE = 50;

export function serveGoods({ server, world }: Simulation): void {
  server.serve(
    operation(BAZAAR_STREET_CONTRACT, "getListings"),
    ({ query }) => {
      const all = [...world.products.values()];
      const listings = all.slice((query.page - 1) * PER_PAGE, query.page * PER_PAGE).map((variant) => ({
        product: variant.productId,
        variant: variant.variantId,
        sku: variant.sku,
        title: fullTitle(variant),
        paise: variant.pricePaise,
        onSale: true,
      }));
      return { status: 200, body: { listings, last: query.page * PER_PAGE >= all.length, total: all.length } };
    },
    { pages: { later: ({ query }) => Number(query.page) > 1 } },
  );

  server.serve(
    operation(BAZAAR_STREET_CONTRACT, "putStock"),
    ({ body: { figures }, seller, at, fault }) => {
      const refused = struck(fault, figures);
      const results = figures.map((figure) => {
        const { product, variant, units } = figure;
        const known = world.products.has(variantKey(product, variant));
        const words = refused.has(figure) ? (fault?.message ?? DEMANDED) : known ? null : "no such listing";
        if (words !== null) return { product, variant, taken: false, words };
        takeStock(world, {
          ...{ quantity: units, receivedAt: stamp(at), seller, facilityCode: null },
          ...{ productId: product, variantId: variant },
        });
        return { product, variant, taken: true };
      });
      return { status: 200, body: { results } };
    },
    { acts: BATCH_FAULTS },
  );
}
