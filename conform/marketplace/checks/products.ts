/** The catalogue: its count, its pages, its rows. */
import { isJson, type Json } from "../../../contract/compile.ts";
import { validator } from "../../../contract/validators.ts";
import { parseRupees } from "../../../src/kernel/index.ts";
import { expectAnswer, expectInvalid, expectObject, inWords, objects, textOf } from "../answers.ts";
import { type Check, type Findings, findings, pass, skip, type Verdict } from "../check.ts";
import { orderKept, type Paging, ROWS_PER_PAGE, type Row, repeats, toPage } from "../pages.ts";
import { UNKNOWN_ID } from "../samples.ts";
import type { Session } from "../session.ts";
import { judgeEnd, judgePageSizes } from "./paging.ts";

const PRODUCTS = ["paths", "/products", "get"];
const PAGE = [...PRODUCTS, "responses", "200"];
const isProduct = validator("marketplace", "Product");

export const productChecks: readonly Check[] = [
  {
    id: "count.answer",
    operation: "getProductsCount",
    title: "the count is answered bare, as a whole number",
    contract: ["components", "schemas", "ProductsCount", "properties", "count"],
    todo: 'Answer {"count": N} and nothing around it.',
    run: async (session) => {
      const found = findings();
      const exchange = await count(session);
      const body = expectAnswer(found, "getProductsCount", exchange, "productsCount", "count");
      return found.verdict(body ? `count is ${String(body.count)}` : "");
    },
  },
  {
    id: "count.matches",
    operation: "getProductsCount",
    title: "the count equals the variants on all pages of /products",
    contract: ["paths", "/productsCount", "get"],
    todo: "Count variants, not products, and by the same rule that /products lists them by.",
    run: async (session) => {
      const exchange = await count(session);
      const catalogue = await session.facts.catalogue();
      const body = expectObject(findings(), exchange, "", "count");
      if (typeof body?.count !== "number") return skip("the count could not be read: see count.answer");
      if (catalogue.stopped !== "end") return unread(catalogue);
      const found = findings();
      // Each once: a product that comes twice is named by products.no-repeats.
      const pairs = catalogue.rows.flatMap((row) =>
        objects(row.json.variants).map((variant) => `${row.id}\n${textOf(variant.variantId)}`),
      );
      const variants = new Set(pairs).size;
      if (variants !== body.count)
        found.must(
          `count is ${body.count}, and the pages of /products hold ${variants} variants of ${catalogue.rows.length} products`,
          exchange,
          "count",
        );
      return found.verdict(`${variants} variants of ${catalogue.rows.length} products`);
    },
  },
  {
    id: "count.bad-request",
    operation: "getProductsCount",
    title: "a call without publishedStatus is refused with 400",
    contract: ["components", "parameters", "PublishedStatus"],
    todo: 'Answer 400 {"errors": [{"code", "message"}]} when a mandatory parameter is missing.',
    run: async (session) => {
      const found = findings();
      expectInvalid(
        found,
        "getProductsCount",
        await session.withNothing("getProductsCount"),
        "without publishedStatus",
      );
      return found.verdict();
    },
  },
  {
    id: "products.answer",
    operation: "getProducts",
    title: "a page is answered as a bare object with the list products",
    contract: PAGE,
    beyond: "An envelope around the documented object breaks the sync, as one implementer found.",
    todo: 'Answer {"products": [...]} with 200 and Content-Type application/json, and nothing around it.',
    run: async (session) => {
      const found = findings();
      const catalogue = await session.facts.catalogue();
      for (const page of catalogue.pages) {
        const body = expectObject(found, page.exchange, `page ${page.number}`, "products");
        if (body && !Array.isArray(body.products))
          found.must(`page ${page.number}: products is no list`, page.exchange, "products");
        if (found.count > 0) break; // the pages are alike: the first that is wrong shows how
      }
      return found.verdict();
    },
  },
  {
    id: "products.rows",
    operation: "getProducts",
    title: "every product and variant has its fields, in the right types",
    contract: ["components", "schemas", "Product"],
    todo: "Send each required field of each product and variant, ids as texts, amounts and stock as numbers.",
    run: (session) =>
      eachProduct(session, (found, row) => {
        const checked = isProduct(row.json);
        if (checked.ok) return;
        for (const misfit of checked.errors)
          found.must(`${named(row)}: ${inWords(misfit, row.json)}`, row.exchange, `${row.at}/${misfit.path}`);
      }),
  },
  {
    id: "products.page-size",
    operation: "getProducts",
    title: "every page but the last holds 50 products, none holds more",
    contract: PAGE,
    todo: "Fill each page with 50 products: a page with fewer is read as the last one, and what follows it is lost.",
    run: async (session) =>
      readable(await session.facts.catalogue()) ?? judgePageSizes(await session.facts.catalogue(), "products"),
  },
  {
    id: "products.pages-end",
    operation: "getProducts",
    title: "the pages end: beyond the last one the list is empty",
    contract: PAGE,
    todo: 'Answer {"products": []} beyond the last page. A page that repeats the one before it makes a reader go round.',
    run: async (session) =>
      readable(await session.facts.catalogue()) ?? judgeEnd(await session.facts.catalogue(), "products", "product"),
  },
  {
    id: "products.no-repeats",
    operation: "getProducts",
    title: "no product stands on two pages, or twice on one",
    contract: PAGE,
    todo: "Page over a stable order (by id, say), with all variants of a product in its one row.",
    run: async (session) => {
      const catalogue = await session.facts.catalogue();
      const found = findings();
      for (const { row, first } of catalogue.stopped === "repeat" ? [] : repeats(catalogue.rows))
        found.must(
          `product ${row.id} stands at ${place(first, catalogue)} and again at ${place(row, catalogue)}`,
          row.exchange,
          row.at,
        );
      return readable(catalogue) ?? found.verdict();
    },
  },
  {
    id: "products.variant-ids",
    operation: "getProducts",
    title: "productId with variantId names one variant alone",
    contract: ["components", "schemas", "Variant"],
    todo: "Give every variant an id of its own within its product: stock and orders name it by the pair.",
    run: (session) => {
      return eachProduct(session, (found, row) => {
        const seen = new Set<string>();
        for (const [index, variant] of objects(row.json.variants).entries()) {
          const id = textOf(variant.variantId);
          if (id !== "" && seen.has(id))
            found.must(
              `product ${row.id} has two variants ${id}`,
              row.exchange,
              `${row.at}/variants/${index}/variantId`,
            );
          seen.add(id);
        }
      });
    },
  },
  {
    id: "products.stable",
    operation: "getProducts",
    title: "a page read twice keeps the order of its products",
    contract: PAGE,
    todo: "Sort the list by something that does not change between two calls, by id for instance.",
    run: async (session) => {
      const catalogue = await session.facts.catalogue();
      const [first] = catalogue.pages;
      if (!first || first.rows.length < 2) return skip("fewer than two products are listed");
      const again = toPage({ list: "products", id: "id" }, 1, await read(session, { pageNumber: "1" }));
      const found = findings();
      if (!orderKept(first, again))
        found.must("page 1, read again, gives its products in another order", again.exchange);
      return found.verdict();
    },
  },
  {
    id: "products.prices",
    operation: "getProducts",
    title: "prices are whole paise: not negative, two decimals at most",
    contract: ["components", "schemas", "VariantPrice", "properties", "listingPrice"],
    beyond: "Amounts are rupees; a paisa is the smallest of them.",
    todo: "Round prices to two decimals where they are made; a hub keeps whole paise and refuses the rest.",
    run: (session) => eachVariant(session, judgePrices),
  },
  {
    id: "products.sizes",
    operation: "getProducts",
    title: "size is LxBxH in millimetres, as 300.00X220.00X30.00",
    contract: ["components", "schemas", "Variant", "properties", "size"],
    todo: "Send the dimensions of the packed listing in millimetres as LxBxH; a garment's size belongs in the title.",
    run: (session) =>
      eachVariant(session, (found, row, variant, at) => {
        if (
          typeof variant.size === "string" &&
          !/^\d+(\.\d+)?\s*[xX]\s*\d+(\.\d+)?\s*[xX]\s*\d+(\.\d+)?$/.test(variant.size.trim())
        )
          found.advise(
            `${namedVariant(row, variant)}: size "${variant.size.slice(0, 40)}" is not LxBxH`,
            row.exchange,
            `${at}/size`,
          );
      }),
  },
  {
    id: "products.skus",
    operation: "getProducts",
    title: "skus=… narrows the list to the listings asked for",
    contract: [...PRODUCTS, "parameters", "2"],
    todo: "Filter variants by the comma-separated SKUs of the parameter skus; leave out products without any of them.",
    run: (session) => judgeSkuFilter(session),
  },
  {
    id: "products.bad-request",
    operation: "getProducts",
    title: "wrong pageSize and missing pageNumber are refused with 400",
    contract: ["components", "parameters", "PageSize50"],
    todo: 'Answer 400 {"errors": [{"code", "message"}]}: another page size than 50 would page differently than the caller thinks.',
    run: async (session) => {
      const found = findings();
      const size = { pageNumber: "1", pageSize: "20", publishedStatus: "PUBLISHED" };
      expectInvalid(found, "getProducts", await session.call("getProducts", { query: size }), "pageSize=20");
      const noPage = { pageSize: "50", publishedStatus: "PUBLISHED" };
      expectInvalid(found, "getProducts", await session.call("getProducts", { query: noPage }), "without pageNumber");
      return found.verdict();
    },
  },
];

/** Prices that a buyer sees are money; what the channel works out for the seller may be a bare quotient. */
function judgePrices(found: Findings, row: Row, variant: Json, at: string): void {
  const price = isJson(variant.itemPrice) ? variant.itemPrice : {};
  for (const name of ["listingPrice", "mrp", "msp", "netSellerPayable"]) {
    const amount = price[name];
    if (typeof amount !== "number") continue;
    const paise = parseRupees(amount);
    const tell = name === "listingPrice" || name === "mrp" ? found.must : found.advise;
    const place = `${at}/itemPrice/${name}`;
    if (paise === null)
      tell(`${namedVariant(row, variant)}: ${name} ${amount} is no amount of whole paise`, row.exchange, place);
    else if (paise < 0) found.must(`${namedVariant(row, variant)}: ${name} ${amount} is negative`, row.exchange, place);
  }
  if (typeof price.listingPrice === "number" && typeof price.mrp === "number" && price.listingPrice > price.mrp)
    found.advise(
      `${namedVariant(row, variant)}: listingPrice ${price.listingPrice} is above the MRP of ${price.mrp}, which Indian law does not allow`,
      row.exchange,
      `${at}/itemPrice`,
    );
}

function namedVariant(row: Row, variant: Json): string {
  return `${named(row)}, variant ${textOf(variant.variantId)}`;
}

function count(session: Session) {
  return session.facts.count();
}

function read(session: Session, more: Readonly<Record<string, string>>) {
  return session.call("getProducts", {
    query: { pageNumber: "1", pageSize: String(ROWS_PER_PAGE), publishedStatus: "PUBLISHED", ...more },
  });
}

function named(row: Row): string {
  return row.id === "" ? `the product at ${row.at}` : `product ${row.id}`;
}

function place(row: Row, catalogue: Paging): string {
  const page = catalogue.pages.find(({ exchange }) => exchange === row.exchange);
  return `page ${page?.number ?? "?"}, row ${Number(row.at.split("/").at(-1)) + 1}`;
}

/** Why nothing can be said of the rows; null where something can. */
function readable(catalogue: Paging): Verdict | null {
  if (catalogue.pages[0]?.body === null) return skip("the first page could not be read: see products.answer");
  return catalogue.rows.length === 0 ? skip("no product is listed; publish some on the test account") : null;
}

function unread(catalogue: Paging): Verdict {
  if (catalogue.stopped === "limit")
    return skip(`there are more than ${catalogue.pages.length} pages; --pages reads more`);
  return skip("not every page could be read: see products.answer and products.pages-end");
}

async function eachProduct(session: Session, judge: (found: Findings, row: Row) => void): Promise<Verdict> {
  const catalogue = await session.facts.catalogue();
  const found = findings();
  for (const row of catalogue.rows) judge(found, row);
  return readable(catalogue) ?? found.verdict();
}

function eachVariant(
  session: Session,
  judge: (found: Findings, row: Row, variant: Json, at: string) => void,
): Promise<Verdict> {
  return eachProduct(session, (found, row) => {
    for (const [index, variant] of objects(row.json.variants).entries())
      judge(found, row, variant, `${row.at}/variants/${index}`);
  });
}

async function judgeSkuFilter(session: Session): Promise<Verdict> {
  const catalogue = await session.facts.catalogue();
  const skus = catalogue.rows.flatMap((row) => objects(row.json.variants).map(({ sku }) => textOf(sku)));
  // A comma separates SKUs, so one that holds a comma cannot be asked for.
  const sku = skus.find((candidate) => candidate !== "" && !candidate.includes(","));
  if (sku === undefined) return readable(catalogue) ?? skip("no variant has a SKU that can be asked for");
  const found = findings();
  const one = await read(session, { skus: sku });
  const narrowed = toPage({ list: "products", id: "id" }, 1, one);
  if (!narrowed.body) found.must(`skus=${sku}: no page of products came`, one);
  const given = narrowed.rows.flatMap((row) =>
    objects(row.json.variants).map((variant) => ({ row, sku: textOf(variant.sku) })),
  );
  const strange = given.find((variant) => variant.sku !== sku);
  if (strange) found.must(`skus=${sku}: gives ${strange.sku} too`, one, strange.row.at);
  if (narrowed.body && !given.some((variant) => variant.sku === sku))
    found.must(`skus=${sku}: does not give that listing`, one);
  const none = await read(session, { skus: UNKNOWN_ID });
  const empty = toPage({ list: "products", id: "id" }, 1, none);
  if (!empty.body || empty.rows.length > 0)
    found.must(`skus of an unknown listing: gives ${empty.rows.length} products, where an empty list is meant`, none);
  return found.count === 0 ? pass(`asked for ${sku}`) : found.verdict();
}
