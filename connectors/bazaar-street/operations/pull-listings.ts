import { describeMisfits, validator } from "../../../contract/validators.ts";
import { paise } from "../../../src/kernel/index.ts";
import { type ListingRow, type OperationTable, succeed } from "../../kit/index.ts";
import { BAZAAR_STREET_CONTRACT } from "../contract/index.ts";
import { listingKey } from "../map/listing.ts";
import { askRows, token } from "../wire.ts";

const isListing = validator(BAZAAR_STREET_CONTRACT, "Listing");

/** A page of the seller's listings; the answer says itself whether it is the last one. */
export const pullListings: OperationTable["pullListings"] = async (call, page) => {
  const answered = await token.withToken(call, (headers) =>
    askRows(call, { id: "getListings", query: { page }, idempotent: true }, headers, "listings"),
  );
  if (!answered.ok) return answered;
  const rows: ListingRow[] = [];
  const rejected: string[] = [];
  for (const row of answered.value.rows) {
    const checked = isListing(row);
    if (!checked.ok) rejected.push(describeMisfits(checked.errors));
    else {
      const { product, variant, sku, title, paise: price, onSale } = checked.value;
      const ids = { channelProductId: listingKey({ product, variant }), productId: product, variantId: variant };
      rows.push({ ...ids, channelSku: sku, title, imageUrl: null, price: paise(price), live: onSale });
    }
  }
  return succeed({ rows, rejected, last: answered.value.page.last === true || answered.value.rows.length === 0 });
};
