/** Listings of the seller. Pure. */
import { describeMisfits, validator } from "../../../contract/validators.ts";
import { paise } from "../../../src/kernel/index.ts";
import type { ListingRow } from "../../kit/index.ts";
import { excerpt, isJson, text } from "../../protocol/map/json.ts";
import { FLIPKART_CONTRACT } from "../contract/index.ts";
import { pick, plainSku } from "./shipment.ts";

const isListing = validator(FLIPKART_CONTRACT, "Listing");
const LISTING_MEMBERS = [
  "listing_id",
  "product_id",
  "price",
  "listing_status",
  "fulfillment_profile",
  "archived_status",
];

/** A row of the search: listing id, FSN and SKU. */
export interface ListedSku {
  readonly sku: string;
  readonly fsn: string;
}

export function readListed(raw: unknown): ListedSku | null {
  if (!isJson(raw)) return null;
  const [sku, fsn] = [raw.sku_id, raw.product_id].map((value) => (typeof value === "string" ? text(value) : null));
  return sku == null || fsn == null ? null : { sku: plainSku(sku), fsn };
}

/** Can the SKU stand in a list that is separated by commas, in an address? */
export function canBeAsked(sku: string): boolean {
  return !sku.includes(",") && !/^\.+$/.test(sku);
}

export type ReadListing =
  | { readonly kind: "row"; readonly row: ListingRow }
  | { readonly kind: "rejected"; readonly words: string };

/**
 * A listing by its details. The API knows no titles: the SKU stands for one. @param details null: Flipkart gave none, as of a
 * SKU with a comma that cannot be asked for; it is listed, and its price is not known.
 */
export function readListing({ sku, fsn }: ListedSku, details: unknown): ReadListing {
  const plain = { channelProductId: sku, productId: fsn, variantId: sku, channelSku: sku, title: sku, imageUrl: null };
  if (details === null) return { kind: "row", row: { ...plain, price: null, live: true } };
  const checked = isListing(isJson(details) ? pick(details, LISTING_MEMBERS) : details);
  if (!checked.ok)
    return { kind: "rejected", words: `listing ${excerpt(sku)}: ${describeMisfits(checked.errors, "listing")}` };
  const { price, listing_status, fulfillment_profile, archived_status } = checked.value;
  const live = listing_status === "ACTIVE" && archived_status !== "ARCHIVED";
  // Stored and shipped by Flipkart: read-only for stock. FBF_LITE lies with the seller.
  const stockAtChannel = fulfillment_profile === "FBF";
  return { kind: "row", row: { ...plain, price: paise(price.selling_price * 100), live, stockAtChannel } };
}
