import type { OperationTable } from "../../../../connectors/kit/index.ts";
import { unwritten } from "../../../../connectors/kit/unfinished.ts";

/** A page of the seller's listings. */
export const pullListings: OperationTable["pullListings"] = unwritten(
  "operations/pull-listings.ts",
  'ask for page n of the listings; read each into a ListingRow; "last" is the marketplace\'s own end mark, and a row that cannot be read goes to "rejected".',
);
