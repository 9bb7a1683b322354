/** Listings of the seller, as our rows. Pure. */
import { parseRupees } from "../../../src/kernel/index.ts";
import type { ListingRow } from "../../kit/index.ts";
import { excerpt, text, textMember } from "../../protocol/map/json.ts";
import { fitsSchema } from "./fits.ts";
import { MARKETPLACE, OWN_STOCK } from "./market.ts";

export type ReadListing =
  | { readonly ok: true; readonly row: ListingRow; readonly createdDate: string | null }
  | { readonly ok: false; readonly words: string };

export function readListing(raw: unknown): ReadListing {
  const sku = textMember(raw, "sku");
  const fits = fitsSchema("Item", raw);
  if (sku === null) return { ok: false, words: `a listing without a SKU: ${excerpt(raw)}` };
  if (!fits.ok) return { ok: false, words: `${sku}: ${fits.words}` };
  const { summaries = [], offers = [], fulfillmentAvailability = [] } = fits.value;
  const summary = summaries.find(({ marketplaceId }) => marketplaceId === MARKETPLACE);
  const createdDate = summary?.createdDate ?? null;
  // Named beside the seller's own stock, Amazon's warehouse is where a figure would still take the listing out of.
  const isFba = fulfillmentAvailability.some(({ fulfillmentChannelCode: code }) => code !== OWN_STOCK);
  const offer = offers.find(({ marketplaceId, offerType }) => marketplaceId === MARKETPLACE && offerType === "B2C");
  const row: ListingRow = {
    channelProductId: sku,
    productId: text(summary?.asin) ?? sku,
    variantId: sku,
    channelSku: sku,
    title: text(summary?.itemName) ?? sku,
    imageUrl: text(summary?.mainImage?.link),
    price: offer === undefined ? null : parseRupees(offer.price.amount),
    live: summary?.status.includes("BUYABLE") ?? false,
    ...(fulfillmentAvailability.length === 0 ? {} : { stockAtChannel: isFba }),
  };
  return { ok: true, row, createdDate };
}
