/** Listings, stock and locations. */
import type { Schema } from "../../../contract/types.ts";
import { type CatalogueVariant, type Fault, takeStock } from "../../kit/simulator/index.ts";
import { DEMANDED, stamp, struck } from "../../protocol/simulator/parts.ts";
import { BATCH_FAULTS, idsIn, type Parts, refusal, serve } from "./parts.ts";
import { fsnOf, rupees } from "./wire.ts";

const PAGE = 500;
const SKUS_MAX = 10;

type SkuResult = Schema<"flipkart", "SkuResults">[string];

export function serveListings(parts: Parts, pageSize = PAGE): void {
  const { world, dialect } = parts.sim;
  const listed = () =>
    [...world.products.values()].filter(({ sku }) => parts.listingMarks.get(sku)?.withdrawn !== true);
  serve(parts, "getAllLocations", () => ({
    status: 200,
    body: { locations: dialect.warehouses.map((locationId) => ({ locationId, status: "ACTIVE" })) },
  }));

  serve(
    parts,
    "listingSearch",
    ({ body }) => {
      const from = pageStart(body.page_id ?? null);
      if (from === null) return refusal(400, "INVALID_PAGE_ID", "page_id is not one of ours");
      const all = listed();
      const more = from + pageSize < all.length;
      const listings = all.slice(from, from + pageSize).map((variant) => {
        return { listing_id: listingId(variant), product_id: fsnOf(variant.productId), sku_id: variant.sku };
      });
      return { status: 200, body: { next_page_id: more ? pageId(from + pageSize) : null, has_more: more, listings } };
    },
    { pages: { later: ({ body }) => typeof memberOf(body, "page_id") === "string" } },
  );

  serve(parts, "getListings", ({ path, seller }) => {
    const skus = idsIn(path.skuIds);
    if (skus.length > SKUS_MAX) return refusal(400, "TOO_MANY_SKUS", `at most ${SKUS_MAX} SKUs`);
    const known = new Map(listed().map((variant) => [variant.sku, variant]));
    const found = skus.flatMap((sku) => known.get(sku) ?? []);
    const available = Object.fromEntries(found.map((variant) => [variant.sku, toListing(parts, seller, variant)]));
    return { status: 200, body: { available, unavailable: skus.filter((sku) => !known.has(sku)), invalid: [] } };
  });

  serve(
    parts,
    "updateInventory",
    ({ body, seller, at, fault }) => {
      const skus = Object.keys(body);
      const refused = struck(fault, skus);
      const results: Record<string, SkuResult> = {};
      for (const [sku, { product_id, locations }] of Object.entries(body)) {
        const variant = listed().find((each) => each.sku === sku);
        const words = whyNotTaken(parts, { fault, isStruck: refused.has(sku), variant, fsn: product_id, locations });
        if (words !== null) {
          results[sku] = failure(words);
          continue;
        }
        for (const { id, inventory } of locations)
          takeStock(world, {
            ...{ quantity: inventory, receivedAt: stamp(at), seller, facilityCode: id },
            ...{ productId: variant?.productId ?? "", variantId: variant?.variantId ?? "" },
          });
        // Where some of a batch fail, others come with a warning: that is applied all the same.
        results[sku] =
          fault?.kind === "partial_success" ? WARNED : { status: "SUCCESS", errors: [], attribute_errors: [] };
      }
      return { status: 200, body: results };
    },
    { acts: BATCH_FAULTS },
  );
}

const WARNED: SkuResult = {
  status: "WARNING",
  errors: [{ severity: "WARNING", code: 206, description: "The listing is shown with a delay", path: "" }],
  attribute_errors: [],
};

interface Told {
  readonly fault: Fault | null;
  readonly isStruck: boolean;
  readonly variant: CatalogueVariant | undefined;
  readonly fsn: string;
  readonly locations: readonly { readonly id: string }[];
}

function whyNotTaken({ sim, listingMarks }: Parts, { fault, isStruck, variant, fsn, locations }: Told): string | null {
  if (isStruck) return fault?.message ?? DEMANDED;
  if (variant === undefined) return "SKU is not listed by this seller";
  if (fsnOf(variant.productId) !== fsn) return "product_id does not match the SKU";
  if (listingMarks.get(variant.sku)?.profile === "FBF") return "the inventory of an FBF listing cannot be updated";
  const strange = locations.find(({ id }) => !sim.dialect.warehouses.includes(id));
  return strange === undefined ? null : `no location ${strange.id} of this seller`;
}

function failure(description: string): SkuResult {
  return { status: "FAILURE", errors: [{ severity: "ERROR", code: 400, description, path: "" }], attribute_errors: [] };
}

function listingId(variant: CatalogueVariant): string {
  return `LST${fsnOf(variant.productId)}`;
}

/** One in seven comes without its locations: that says nothing about its stock. */
function toListing(
  { sim, listingMarks }: Parts,
  seller: string,
  variant: CatalogueVariant,
): Schema<"flipkart", "Listing"> {
  const figures = sim.state({ seller, limit: 0 }).stock;
  const bare = variant.sku.length % 7 === 3;
  const rate = variant.gstBasisPoints / 100;
  return {
    listing_id: listingId(variant),
    product_id: fsnOf(variant.productId),
    price: { mrp: rupees(variant.mrpPaise), selling_price: rupees(variant.pricePaise), currency: "INR" },
    tax: { hsn: variant.hsnCode, tax_code: `GST_${rate}`, goods_services_rate: rate },
    listing_status: "ACTIVE",
    fulfillment_profile: listingMarks.get(variant.sku)?.profile ?? "NON_FBF",
    fulfillment: { dispatch_sla: 1, shipping_provider: "FLIPKART", procurement_type: "REGULAR" },
    ...(bare
      ? {}
      : {
          locations: sim.dialect.warehouses.map((id) => ({
            id,
            status: "ENABLED",
            inventory: figureAt(figures, variant, id),
          })),
        }),
    archived_status: "NONE",
  };
}

function figureAt(stock: unknown, { productId, variantId }: CatalogueVariant, location: string): number {
  const facilities = [productId, "variants", variantId, "facilities"].reduce<unknown>(memberOf, stock);
  const figure = memberOf(facilities, location);
  return typeof figure === "number" ? figure : 0;
}

function memberOf(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? new Map(Object.entries(of)).get(name) : undefined;
}

function pageId(from: number): string {
  return Buffer.from(`listings ${from}`).toString("base64url");
}

function pageStart(id: string | null): number | null {
  if (id === null) return 0;
  const from = /^listings (\d+)$/.exec(Buffer.from(id, "base64url").toString("utf8"))?.[1];
  return from === undefined ? null : Number(from);
}
