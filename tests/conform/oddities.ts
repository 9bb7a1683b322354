/** Implementations that do what is allowed but unwise, or differ from the contract's own reading of what it does not know. */
import { isJson } from "../../contract/compile.ts";
import { mapRows } from "./fault-proxy.ts";
import type { Planted } from "./faults.ts";
import { at, orderWith, variantsWith, without } from "./spoil.ts";

/** Exactly these warn, and nothing fails. */
export const ODDITIES: readonly (Omit<Planted, "fails"> & { readonly warns: readonly string[] })[] = [
  {
    name: "dates of orders in UTC",
    fault: () => async (asked, pass) =>
      at(asked, "GET /orders")
        ? mapRows(await pass(), "orders", (row) => ({ ...row, orderDate: inUtc(String(row.orderDate)) }))
        : pass(),
    warns: ["orders.new.zone"],
    says: "is UTC",
  },
  {
    name: "a login that ends the token before it",
    fault: () => {
      let last = "";
      return async (asked, pass) => {
        if (asked.headers.apikey !== undefined && asked.headers.apikey !== last) return pass({ headers: {} });
        const said = await pass();
        if (asked.path === "/authToken" && isJson(said.body) && said.body.status === "SUCCESS")
          last = String(said.body.accessToken);
        return said;
      };
    },
    warns: ["auth.token-kept"],
    says: "the token of the login before: HTTP 401",
  },
  {
    name: "garment sizes in place of dimensions",
    fault: () => async (asked, pass) =>
      at(asked, "GET /products")
        ? mapRows(await pass(), "products", (row) => variantsWith(row, (variant) => ({ ...variant, size: "XL" })))
        : pass(),
    warns: ["products.sizes"],
    says: 'size "XL" is not LxBxH',
  },
  {
    name: "a total that leaves the discount out",
    fault: () => async (asked, pass) =>
      at(asked, "GET /orders")
        ? mapRows(await pass(), "orders", (row) =>
            orderWith(row, (item) => ({
              ...item,
              orderItemPrice: { sellingPrice: 100, discount: 10, totalPrice: 100 },
            })),
          )
        : pass(),
    warns: ["orders.new.totals"],
    says: "make 90.00",
  },
  {
    name: "pages of orders under review without hasMore",
    fault: () => async (asked, pass) => {
      const said = await pass();
      return at(asked, "GET /orders/pendency") && isJson(said.body)
        ? { ...said, body: without(said.body, "hasMore") }
        : said;
    },
    warns: ["pendency.pages-end"],
    says: "left out it counts as true",
  },
  {
    name: "401 and 400 with bodies that say nothing",
    fault: () => async (asked, pass) => {
      const said = await pass();
      const isCount = asked.path === "/productsCount"; // its 401 has a body of its own, which is not inferred
      return said.status === 400 || (said.status === 401 && !isCount) ? { ...said, body: {} } : said;
    },
    warns: [
      "auth.incomplete-get",
      "auth.incomplete-post",
      "auth.token-required",
      "auth.token-checked",
      "count.bad-request",
      "products.bad-request",
      "orders.new.bad-request",
      "pendency.bad-request",
      "courier.bad-request",
      "labels.bad-request",
      "invoice.bad-request",
    ],
    says: "names no errors",
  },
];

function inUtc(indian: string): string {
  return Temporal.PlainDateTime.from(indian).subtract({ hours: 5, minutes: 30 }).toString({ smallestUnit: "second" });
}
