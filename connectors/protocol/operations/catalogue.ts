import { type OperationTable, succeed } from "../../kit/index.ts";
import { readProduct } from "../map/incoming.ts";
import { sendChecked, sendForRows } from "./send.ts";
import { type TokenForm, tokenOf, withToken } from "./token.ts";

const PAGE_SIZE = 50;
const REJECTED_MAX = 50;

/** Checks the credentials: a new token, then the count of listings with it. */
export function verifyWith(form: TokenForm, hasCatalogue: boolean): OperationTable["verify"] {
  return async (call, step) => {
    call.memory.drop("token"); // the token of a moment ago would prove nothing about these credentials
    const token = await tokenOf(call, form);
    if (!token.ok) return token;
    step({ title: "Sign in", detail: "The marketplace accepted user name and password and gave a token." });
    if (!hasCatalogue) return succeed({ listings: null });
    const counted = await sendChecked(
      call,
      { id: "getProductsCount", query: { publishedStatus: "PUBLISHED" }, idempotent: true },
      { apiKey: token.value },
    );
    if (!counted.ok) return counted;
    step({ title: "Read the catalogue", detail: `${counted.value.count} listings are live on the marketplace.` });
    return succeed({ listings: counted.value.count });
  };
}

/** A page of the seller's listings. A page with fewer than 50 products is the last one. */
export function pullListingsWith(form: TokenForm): OperationTable["pullListings"] {
  return async (call, page) => {
    const query = { pageNumber: page, pageSize: PAGE_SIZE, publishedStatus: "PUBLISHED" } as const;
    const answered = await withToken(call, form, (headers) =>
      sendForRows(call, { id: "getProducts", query, idempotent: true }, headers, "products"),
    );
    if (!answered.ok) return answered;
    const read = answered.value.rows.map(readProduct);
    return succeed({
      rows: read.flatMap((product) => product.rows),
      rejected: read.flatMap((product) => product.rejected).slice(0, REJECTED_MAX),
      last: answered.value.rows.length < PAGE_SIZE,
    });
  };
}
