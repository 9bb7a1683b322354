/** Tokens, listings and stock. */
import { type CatalogueVariant, stockOf, takeStock, variantKey } from "../../kit/simulator/index.ts";
import type { Accounts } from "./accounts.ts";
import { BATCH_FAULTS, DEMANDED, outcome, type Parts, serveOffered, stamp, struck } from "./parts.ts";
import { toProduct } from "./wire.ts";

const PRODUCTS_PER_PAGE = 50;

export function serveCatalogue(parts: Parts, accounts: Accounts): void {
  const { world } = parts.sim;
  const failed = ["failed"] as const;

  // Each form has its own word for wrong credentials, both with status 200.
  serveOffered(
    parts,
    "getAuthentication",
    ({ query, fault }) => {
      const accessToken = fault ? null : accounts.logIn(query.username, query.password);
      const body = accessToken === null ? { status: "FAILED", accessToken: "" } : { status: "SUCCESS", accessToken };
      return { status: 200, body };
    },
    failed,
  );
  serveOffered(
    parts,
    "postAuthentication",
    ({ body, fault }) => {
      const accessToken = fault ? null : accounts.logIn(body.username, body.password);
      return {
        status: 200,
        body: accessToken === null ? { status: "INVALID_CREDENTIALS" } : { status: "SUCCESS", accessToken },
      };
    },
    failed,
  );

  serveOffered(parts, "getProductsCount", ({ query }) => ({
    status: 200,
    body: { count: query.publishedStatus === "PUBLISHED" ? world.products.size : 0 },
  }));

  serveOffered(parts, "getProducts", ({ query, seller }) => {
    const skus = query.skus === undefined ? null : new Set(query.skus.split(","));
    const byProduct = new Map<string, CatalogueVariant[]>();
    for (const variant of query.publishedStatus === "PUBLISHED" ? world.products.values() : []) {
      if (skus !== null && !skus.has(variant.sku)) continue;
      const known = byProduct.get(variant.productId);
      if (known) known.push(variant);
      else byProduct.set(variant.productId, [variant]);
    }
    const from = (query.pageNumber - 1) * PRODUCTS_PER_PAGE;
    const page = [...byProduct.values()].slice(from, from + PRODUCTS_PER_PAGE);
    const stock = (variant: CatalogueVariant) => stockOf(world, seller, variant.productId, variant.variantId) ?? 0;
    return { status: 200, body: { products: page.map((variants) => toProduct(variants, stock)) } };
  });

  serveOffered(
    parts,
    "updateInventory",
    ({ body: { inventoryList }, seller, at, fault }) => {
      const refused = struck(fault, inventoryList);
      const failedProductList: { productId: string; variantId: string; message: string }[] = [];
      for (const entry of inventoryList) {
        const { productId, variantId } = entry;
        const words = refused.has(entry)
          ? (fault?.message ?? DEMANDED)
          : !world.products.has(variantKey(productId, variantId))
            ? "no such product on this marketplace"
            : whyNotWarehouse(parts, entry.facilityCode);
        if (words !== null) failedProductList.push({ productId, variantId, message: words });
        else
          takeStock(world, {
            quantity: Number(entry.inventory),
            receivedAt: stamp(at),
            seller,
            productId,
            variantId,
            facilityCode: entry.facilityCode ?? null,
          });
      }
      const status = outcome(fault, inventoryList.length, failedProductList.length);
      return { status: 200, body: { status, failedProductList } };
    },
    BATCH_FAULTS,
  );
}

/** Where warehouses are known, a figure names one of them or stands for the whole account. */
function whyNotWarehouse({ offer }: Parts, code: string | undefined): string | null {
  if (offer.warehouses === undefined || code === undefined || offer.warehouses.includes(code)) return null;
  return `no warehouse ${code} is known here`;
}
