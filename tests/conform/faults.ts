/** Implementations that are wrong in one thing each, and the checks that must name it. */
import { isJson, type Json } from "../../contract/compile.ts";
import { altered, type Fault, mapRows, rowsOf } from "./fault-proxy.ts";
import { at, isNewOrders, isStatus, orderWith, price, variantsWith, without } from "./spoil.ts";

export interface Planted {
  readonly name: string;
  readonly fault: () => Fault;
  /** Exactly these fail. */
  readonly fails: readonly string[];
  /** In the first finding of the first of them. */
  readonly says: string;
  readonly write?: boolean;
}

export const FAULTS: readonly Planted[] = [
  {
    name: "an envelope around every page of products",
    fault: () => async (asked, pass) => {
      const said = await pass();
      return at(asked, "GET /products") && said.status === 200
        ? { ...said, body: { success: true, data: said.body } }
        : said;
    },
    fails: ["products.answer"],
    says: 'wrapped in "data"',
  },
  {
    name: "the last page of products given again for ever",
    fault: () => async (asked, pass) => {
      const page = Number(asked.query.pageNumber ?? "1");
      return at(asked, "GET /products") && page > 2 ? pass({ query: { ...asked.query, pageNumber: "2" } }) : pass();
    },
    fails: ["products.pages-end"],
    says: "repeats page 2",
  },
  {
    name: "a count of products where variants are to be counted",
    fault: () => async (asked, pass) => {
      const said = await pass();
      return at(asked, "GET /productsCount") && said.status === 200 ? altered(said, { count: 60 }) : said;
    },
    fails: ["count.matches"],
    says: "count is 60, and the pages of /products hold 80 variants of 60 products",
  },
  {
    name: "500 for a wrong password",
    fault: () => async (asked, pass) => {
      const said = await pass();
      const refused = at(asked, "GET /authToken") && isJson(said.body) && said.body.status === "FAILED";
      return refused ? { status: 500, body: { message: "bad credentials" } } : said;
    },
    fails: ["auth.refused-get"],
    says: "HTTP 500",
  },
  {
    name: "products for anybody, with a token or without",
    fault: () => {
      let token = "";
      return async (asked, pass) => {
        const said = await pass();
        if (asked.path === "/authToken" && isJson(said.body) && typeof said.body.accessToken === "string")
          token = said.body.accessToken || token;
        return said.status === 401 && at(asked, "GET /products") ? pass({ headers: { apikey: token } }) : said;
      };
    },
    fails: ["auth.token-required", "auth.token-checked"],
    says: "GET /products without a token: HTTP 200, where 401 is meant",
  },
  {
    name: "403 for a token that has ended, where only 401 makes a hub log in again",
    fault: () => async (_asked, pass) => {
      const said = await pass();
      return said.status === 401 ? { ...said, status: 403 } : said;
    },
    fails: ["auth.token-required", "auth.token-checked"],
    says: "HTTP 403, where 401 is meant",
  },
  {
    name: 'a token that is only taken with "Bearer" before it',
    fault: () => async (asked, pass) => {
      const bearer = /^Bearer (.*)$/.exec(asked.headers.apikey ?? "")?.[1];
      if (asked.path === "/authToken") return pass();
      return pass({ headers: bearer === undefined ? {} : { apikey: bearer } });
    },
    fails: ["auth.header"],
    says: "in the header apiKey: HTTP 401",
  },
  {
    name: "new orders of any time, whatever the window",
    fault: () => async (asked, pass) => {
      if (!isNewOrders(asked)) return pass();
      const { orderDateFrom: _from, orderDateTo: _to, ...query } = asked.query;
      return pass({ query });
    },
    fails: ["orders.new.empty-window", "orders.new.window-splits"],
    says: "the window of 1 January 2001 gives 50 orders",
  },
  {
    name: "status that gives every order, whatever the ids",
    fault: () => async (asked, pass) => {
      if (!isStatus(asked)) return pass();
      return pass({ query: { pageNumber: "1", pageSize: "5", orderStatus: "CREATED" } });
    },
    fails: ["orders.status.exact", "orders.status.five", "orders.status.unknown"],
    says: "is not given",
  },
  {
    name: "404 for an id that is not known, instead of leaving it out",
    fault: () => async (asked, pass) => {
      const said = await pass();
      const asks = (asked.query.orderIds ?? "").split(",").length;
      return isStatus(asked) && rowsOf(said, "orders").length < asks
        ? { status: 404, body: { message: "no such order" } }
        : said;
    },
    fails: ["orders.status.unknown"],
    says: "HTTP 404 without a list of orders",
  },
  {
    name: "a label with a data: prefix",
    fault: () => async (asked, pass) => {
      const said = await pass();
      return at(asked, "GET /orders/labels") && said.status === 200
        ? { ...said, body: `data:application/pdf;base64,${String(said.body)}` }
        : said;
    },
    fails: ["labels.pdf"],
    says: '"data:"',
  },
  {
    name: "a label that is a picture, not a PDF",
    fault: () => async (asked, pass) => {
      const said = await pass();
      const picture = Buffer.from("\u0089PNG\r\n\u001a\n no label for you", "latin1").toString("base64");
      return at(asked, "GET /orders/labels") && said.status === 200 ? { ...said, body: picture } : said;
    },
    fails: ["labels.pdf"],
    says: "is no PDF",
  },
  {
    name: "orders without a deadline",
    fault: () => async (asked, pass) =>
      at(asked, "GET /orders") ? mapRows(await pass(), "orders", (row) => without(row, "sla")) : pass(),
    fails: ["orders.new.rows"],
    says: "sla is missing",
  },
  {
    name: "statuses in lower case",
    fault: () => async (asked, pass) =>
      at(asked, "GET /orders")
        ? mapRows(await pass(), "orders", (row) =>
            orderWith(row, (item) => ({ ...item, status: String(item.status).toLowerCase() })),
          )
        : pass(),
    fails: ["orders.new.words"],
    says: 'is "created" and must be written CREATED: values are case-sensitive',
  },
  {
    name: "stock of an unknown listing passed over in silence",
    fault: () => async (asked, pass) => {
      const said = await pass();
      return at(asked, "POST /updateInventory") && said.status === 200
        ? altered(said, { status: "SUCCESS", failedProductList: [] })
        : said;
    },
    fails: ["inventory.unknown"],
    says: "an unknown listing alone: status is SUCCESS",
    write: true,
  },
  {
    name: "one product on two pages",
    fault: () => {
      let first: Json | undefined;
      return async (asked, pass) => {
        const said = await pass();
        if (!at(asked, "GET /products") || asked.query.skus !== undefined) return said;
        const rows = rowsOf(said, "products");
        if (asked.query.pageNumber === "1") first = rows[0];
        return asked.query.pageNumber === "2" && first ? altered(said, { products: [first, ...rows] }) : said;
      };
    },
    fails: ["products.no-repeats"],
    says: "product 7001 stands at page 1, row 1 and again at page 2, row 1",
  },
  {
    name: "shipping charged on the order and on its items",
    fault: () => async (asked, pass) => {
      if (!isNewOrders(asked)) return pass();
      return mapRows(await pass(), "orders", (row) => ({
        ...orderWith(row, (item) => ({
          ...item,
          orderItemPrice: { ...without(price(item, "orderItemPrice"), "totalPrice"), shippingCharges: 49 },
        })),
        orderPrice: { ...price(row, "orderPrice"), totalShippingCharges: 49 },
      }));
    },
    fails: ["orders.new.charges"],
    says: "it would be charged twice",
  },
  {
    name: "hasMore true on the last page of orders under review",
    fault: () => async (asked, pass) => {
      const said = await pass();
      return at(asked, "GET /orders/pendency") && said.status === 200 ? altered(said, { hasMore: true }) : said;
    },
    fails: ["pendency.pages-end"],
    says: "is empty, and hasMore is true",
  },
  {
    name: "pages of twenty orders, where a page with fewer than fifty ends the reading",
    fault: () => async (asked, pass) => {
      if (!isNewOrders(asked) || asked.query.pageSize !== "50" || asked.query.pageNumber === undefined) return pass();
      const from = (Number(asked.query.pageNumber) - 1) * 20;
      const rows: Json[] = [];
      for (let page = 1; page <= 3; page++)
        rows.push(...rowsOf(await pass({ query: { ...asked.query, pageNumber: String(page) } }), "orders"));
      return { status: 200, body: { orders: rows.slice(from, from + 20) } };
    },
    fails: ["orders.new.page-size"],
    says: "page 1 holds 20 orders, so reading ends there, and page 2 holds 20 more",
  },
  {
    name: "prices with three decimals",
    fault: () => async (asked, pass) => {
      if (!at(asked, "GET /products")) return pass();
      return mapRows(await pass(), "products", (row) =>
        variantsWith(row, (variant) => ({
          ...variant,
          itemPrice: { ...price(variant, "itemPrice"), listingPrice: 1299.005 },
        })),
      );
    },
    fails: ["products.prices"],
    says: "listingPrice 1299.005 is no amount of whole paise",
  },
  {
    name: "IGST beside CGST and SGST",
    fault: () => async (asked, pass) => {
      if (!at(asked, "GET /invoiceDetails")) return pass();
      return mapRows(await pass(), "productTaxes", (row) => ({
        ...row,
        taxPercentage: 10,
        centralGstPercentage: 2.5,
        stateGstPercentage: 2.5,
        unionTerritoryGstPercentage: 0,
        integratedGstPercentage: 5,
      }));
    },
    fails: ["invoice.taxes"],
    says: "IGST 5 stands beside CGST 2.5",
  },
  {
    name: "another invoice number each time it is asked for",
    fault: () => {
      let number = 0;
      return async (asked, pass) => {
        const said = await pass();
        number++;
        return at(asked, "GET /invoiceDetails") && said.status === 200 ? altered(said, { code: `BZ-${number}` }) : said;
      };
    },
    fails: ["invoice.repeat"],
    says: "then BZ-",
  },
  {
    name: "AVAILABLE without a tracking number",
    fault: () => async (asked, pass) => {
      const said = await pass();
      return at(asked, "GET /courierDetails") && isJson(said.body) && said.body.status === "AVAILABLE"
        ? altered(said, { awbNo: "" })
        : said;
    },
    fails: ["courier.answer"],
    says: "AVAILABLE, and awbNo is empty",
  },
  {
    name: "stock added to what stands, instead of set",
    fault: () => {
      const sent = new Map<string, number>();
      return async (asked, pass) => {
        const said = await pass();
        if (at(asked, "POST /updateInventory") && isJson(asked.body) && Array.isArray(asked.body.inventoryList))
          for (const entry of asked.body.inventoryList.filter(isJson)) {
            const id = String(entry.variantId);
            sent.set(id, (sent.get(id) ?? 0) + Number(entry.inventory));
          }
        if (!at(asked, "GET /products")) return said;
        return mapRows(said, "products", (row) =>
          variantsWith(row, (variant) => ({
            ...variant,
            inventory: Number(variant.inventory) + (sent.get(String(variant.variantId)) ?? 0),
          })),
        );
      };
    },
    fails: ["inventory.absolute"],
    says: "was sent, and /products shows",
    write: true,
  },
  {
    name: "a cancellation of more units than there are, taken",
    fault: () => async (asked, pass) => {
      const said = await pass();
      return at(asked, "POST /orders/cancel") &&
        isJson(said.body) &&
        said.body.status === "FAILED" &&
        !JSON.stringify(asked.body).includes("no-such-id")
        ? altered(said, { status: "SUCCESS", orderItems: [] })
        : said;
    },
    fails: ["cancel.too-many"],
    says: "status is SUCCESS",
    write: true,
  },
  {
    name: "a manifest whose address gives a web page",
    fault: () => async (asked, pass) => {
      if (at(asked, "GET /manifest.pdf"))
        return {
          status: 200,
          body: null,
          text: "<html><body>Please log in</body></html>",
          headers: { "content-type": "text/html" },
        };
      const said = await pass();
      if (!at(asked, "POST /orders/fetchManifest") || !isJson(said.body) || said.body.status !== "SUCCESS") return said;
      return altered(said, { manifestUrl: `http://${asked.headers.host}/manifest.pdf` });
    },
    fails: ["manifest.file"],
    says: 'is no PDF: it begins with "<html><body>Please l"',
    write: true,
  },
  {
    name: "a notification refused for one unknown word, which ends all notifications of the order",
    fault: () => async (asked, pass) => {
      const said = await pass();
      return asked.path.startsWith("/order/") && said.status === 200 && isJson(said.body)
        ? altered(said, { status: "FAILED" })
        : said;
    },
    fails: ["notification.taken", "notification.reverse"],
    says: "status is FAILED",
    write: true,
  },
  {
    name: "a dispatch that is taken and forgotten",
    fault: () => async (asked, pass) => {
      if (
        at(asked, "POST /orders/dispatch") &&
        !JSON.stringify(asked.body).includes("no-such-id") &&
        asked.headers.apikey !== undefined
      )
        return isJson(asked.body) && "orderItems" in asked.body
          ? { status: 200, body: { status: "SUCCESS", orderItems: [] } }
          : pass();
      return pass();
    },
    fails: ["dispatch.taken"],
    says: "orderStatus is CREATED after it, not COMPLETE",
    write: true,
  },
  {
    name: "FAILED for a reverse pickup, of which it knows nothing",
    fault: () => async (asked, pass) => {
      const said = await pass();
      const items = isJson(asked.body) && Array.isArray(asked.body.orderItems) ? asked.body.orderItems : [];
      const isReverse = items.some((item) => isJson(item) && item.IsReverse === true);
      return isReverse ? altered(said, { status: "FAILED", error: "no reverse pickups here" }) : said;
    },
    fails: ["notification.reverse"],
    says: "reverse pickup CREATED: status is FAILED",
    write: true,
  },
  {
    name: "a mandatory operation that is not there",
    fault: () => async (asked, pass) =>
      at(asked, "POST /updateInventory") ? { status: 405, body: { message: "method not allowed" } } : pass(),
    fails: ["inventory.taken"],
    says: "POST /updateInventory is mandatory and not offered: HTTP 405",
  },
  {
    name: "a redirect to another address",
    fault: () => async (asked, pass) =>
      at(asked, "GET /productsCount") &&
      asked.headers.apikey !== undefined &&
      asked.query.publishedStatus !== undefined &&
      !asked.headers.apikey.startsWith("godown-conform")
        ? { status: 308, body: null, text: "", headers: { location: "https://elsewhere.example.in/productsCount" } }
        : pass(),
    fails: ["auth.header", "auth.token-reused", "count.answer"],
    says: "a redirect, which is not followed",
  },
  {
    name: "pages of orders in an order that changes from call to call",
    fault: () => {
      let calls = 0;
      return async (asked, pass) => {
        const said = await pass();
        if (!isNewOrders(asked)) return said;
        calls++;
        return calls % 2 === 0 ? altered(said, { orders: rowsOf(said, "orders").toReversed() }) : said;
      };
    },
    fails: ["orders.new.stable"],
    says: "in another order",
  },
];
