/** Listings, figures of stock told one by one, and the seller's standing. */
import { createHash } from "node:crypto";
import type { Schema } from "../../../contract/types.ts";
import { type CatalogueVariant, fullTitle, stockOf, takeStock } from "../../kit/simulator/index.ts";
import { stamp } from "../../protocol/simulator/parts.ts";
import { badInput, MARKETPLACE, type Parts, refusal, serve } from "./parts.ts";
import { asinOf, money } from "./wire.ts";

type Item = Schema<"amazon", "Item">;
type Issue = Schema<"amazon", "Issue">;

const PER_PAGE = 10;
const REACHABLE = 1_000;
/** Listings were made a minute apart from here on. */
const FIRST_MADE = Temporal.Instant.from("2026-01-05T00:00:00Z");
/** SKUs that begin so lie in Amazon's warehouse until they are moved. */
const FBA = /^FBA-/;

function isFba({ movedToAmazon }: Parts, sku: string): boolean {
  return movedToAmazon.get(sku) ?? FBA.test(sku);
}

interface Listed {
  readonly variant: CatalogueVariant;
  readonly made: Temporal.Instant;
}

export function serveListings(parts: Parts): void {
  serve(parts, "getMarketplaceParticipations", ({ seller }) => ({
    status: 200,
    body: {
      payload: [
        {
          marketplace: {
            ...{ id: MARKETPLACE, name: "Amazon.in", countryCode: "IN", defaultCurrencyCode: "INR" },
            ...{ defaultLanguageCode: "en_IN", domainName: "www.amazon.in" },
          },
          storeName: `Demo Store ${seller}`,
          participation: { isParticipating: true, hasSuspendedListings: false },
        },
      ],
    },
  }));
  serveSearch(parts);
  serve(parts, "getListingsItem", ({ path, seller }) => {
    const found = listed(parts).find(({ variant }) => variant.sku === path.sku);
    if (!found || !isSeller(parts, seller, path.sellerId))
      return refusal(404, "NOT_FOUND", `SKU ${path.sku} is not found`);
    return { status: 200, body: itemOf(parts, seller, found) };
  });
  servePatch(parts);
}

function listed({ sim }: Parts): Listed[] {
  return [...sim.world.products.values()].map((variant, i) => ({ variant, made: FIRST_MADE.add({ minutes: i }) }));
}

function isSeller({ accounts }: Parts, seller: string, sellerId: string): boolean {
  return accounts.accountOf(seller).sellerId === sellerId;
}

function serveSearch(parts: Parts): void {
  serve(
    parts,
    "searchListingsItems",
    ({ query, path, seller }) => {
      if (!isSeller(parts, seller, path.sellerId) || !query.marketplaceIds.includes(MARKETPLACE))
        return refusal(400, "BAD_REQUEST", "Invalid input");
      const { pageToken, pageSize = PER_PAGE, ...filter } = query;
      const key = createHash("sha256")
        .update(JSON.stringify([seller, filter]))
        .digest("hex")
        .slice(0, 12);
      const [of, offset = "0"] = (pageToken ?? `${key}.0`).split(".");
      if (of !== key) return badInput("The page token was given for other parameters");
      const after = query.createdAfter === undefined ? null : Temporal.Instant.from(query.createdAfter);
      const wanted = query.identifiersType === "SKU" ? new Set(query.identifiers) : null;
      const found = listed(parts)
        .filter(({ made }) => after === null || Temporal.Instant.compare(made, after) >= 0)
        .filter(({ variant }) => wanted?.has(variant.sku) ?? true);
      if (query.sortOrder === "DESC") found.reverse();
      const from = Number(offset);
      const next = from + pageSize;
      const items = found.slice(from, Math.min(next, REACHABLE)).map((one) => itemOf(parts, seller, one));
      const more = next < Math.min(found.length, REACHABLE);
      const pagination = more ? { pagination: { nextToken: `${key}.${next}` } } : {};
      return { status: 200, body: { numberOfResults: found.length, ...pagination, items } };
    },
    { pages: { later: ({ query }) => query.pageToken !== undefined } },
  );
}

function itemOf(parts: Parts, seller: string, { variant, made }: Listed): Item {
  const quantity = stockOf(parts.sim.world, seller, variant.productId, variant.variantId) ?? 0;
  const price = money(variant.pricePaise);
  const createdDate = made.toString();
  return {
    sku: variant.sku,
    summaries: [
      {
        ...{
          marketplaceId: MARKETPLACE,
          asin: asinOf(variant.productId),
          productType: "PRODUCT",
          status: ["BUYABLE", "DISCOVERABLE"],
        },
        ...{ itemName: fullTitle(variant), createdDate, lastUpdatedDate: createdDate },
        mainImage: { link: `https://m.media-amazon.com/images/I/${variant.productId}.jpg`, height: 500, width: 500 },
      },
    ],
    offers: [{ marketplaceId: MARKETPLACE, offerType: "B2C", price }],
    fulfillmentAvailability: [
      isFba(parts, variant.sku)
        ? { fulfillmentChannelCode: "AMAZON_EU" }
        : { fulfillmentChannelCode: "DEFAULT", quantity: Math.max(0, quantity) },
    ],
  };
}

interface Patch {
  readonly op: string;
  readonly path: string;
  readonly value?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * What is wrong with a figure for a SKU; null: nothing, and it is taken. One for a SKU in Amazon's warehouse is taken too, as Amazon
 * warns (developer-docs.amazon.com, "Clarification on how to use the Inventory feed type Quantity attribute"): the seller ships it
 * from then on, and what lies in the warehouse is stranded.
 */
export function takeFigure(
  parts: Parts,
  figure: {
    readonly seller: string;
    readonly sku: string;
    readonly patches: readonly Patch[];
    readonly at: Temporal.Instant;
  },
): Issue | null {
  const found = listed(parts).find(({ variant }) => variant.sku === figure.sku);
  if (!found) return issue("13013", `SKU ${figure.sku} is not in the catalogue of this seller.`);
  const [patch] = figure.patches;
  const [value] = patch?.value ?? [];
  const quantity = value?.quantity;
  if (patch?.path !== "/attributes/fulfillment_availability" || !["merge", "replace"].includes(patch.op))
    return issue("4000003", "The patch is not one of fulfillment_availability.");
  if (value?.fulfillment_channel_code !== "DEFAULT")
    return issue("90057", "The quantity of a listing that Amazon fulfils cannot be changed.");
  if (typeof quantity !== "number" || !Number.isSafeInteger(quantity) || quantity < 0)
    return issue("99022", "The quantity is not a whole number.");
  const { productId, variantId } = found.variant;
  const { seller, at } = figure;
  const act = () => {
    if (isFba(parts, figure.sku)) parts.movedToAmazon.set(figure.sku, false);
    takeStock(parts.sim.world, { quantity, receivedAt: stamp(at), seller, productId, variantId, facilityCode: null });
  };
  if (parts.pace.applyMs === 0) act();
  else parts.due.push({ at: at.add({ milliseconds: parts.pace.applyMs }), act });
  return null;
}

function issue(code: string, message: string): Issue {
  return { code, message, severity: "ERROR", categories: ["INVALID_ATTRIBUTE"] };
}

function servePatch(parts: Parts): void {
  serve(
    parts,
    "patchListingsItem",
    ({ path, query, body, seller, at }) => {
      if (!isSeller(parts, seller, path.sellerId))
        return refusal(403, "Unauthorized", "Access to requested resource is denied.");
      const submissionId = createHash("sha256").update(`patch ${parts.next()}`).digest("hex").slice(0, 32);
      const answer = (status: "ACCEPTED" | "INVALID" | "VALID", issues: Issue[]) => ({
        status: 200,
        body: { sku: path.sku, status, submissionId, issues },
      });
      if (query.mode === "VALIDATION_PREVIEW") return answer("VALID", []);
      const wrong = takeFigure(parts, { seller, sku: path.sku, patches: body.patches, at });
      return wrong === null ? answer("ACCEPTED", []) : answer("INVALID", [wrong]);
    },
    { acts: ["failed"] },
  );
}
