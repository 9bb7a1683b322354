import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { operation, validator } from "../../../contract/validators.ts";
import { call } from "../../kit/simulator/test-support.ts";
import { JUPITER_MONEY_CATALOGUE } from "./index.ts";
import { type Bench, entry, list, ONE_ITEM, SELLER, startBench } from "./test-bench.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});

afterEach(() => bench.close());

describe("accounts", () => {
  it("give a token for 48 hours, by both forms", async () => {
    const byQuery = await call(
      `${bench.sim.url}/authToken?username=${SELLER.username}&password=${encodeURIComponent(SELLER.password)}`,
    );
    expect(byQuery.body).toMatchObject({ status: "SUCCESS" });
    const headers = { apikey: String(byQuery.body.accessToken) };
    const count = `${bench.sim.url}/productsCount?publishedStatus=PUBLISHED`;
    expect((await call(count, { headers })).body).toEqual({ count: JUPITER_MONEY_CATALOGUE.length });
    bench.now = bench.now.add({ hours: 47, minutes: 59 });
    expect((await call(count, { headers })).status).toBe(200);
    bench.now = bench.now.add({ minutes: 1 });
    const refused = await call(count, { headers });
    expect(refused.status).toBe(401);
    expect(operation("marketplace", "getProductsCount").response(401, refused.body).ok).toBe(true);
    expect((await call(count, { headers: await bench.logIn() })).status).toBe(200);
  });

  it("refuse wrong credentials with 200 and each form's own word", async () => {
    const byQuery = await call(`${bench.sim.url}/authToken?username=kurtikart&password=wrong`);
    expect(byQuery).toMatchObject({ status: 200, body: { status: "FAILED", accessToken: "" } });
    const byBody = await call(`${bench.sim.url}/authToken`, { body: { username: "nobody", password: "x" } });
    expect(byBody).toMatchObject({ status: 200, body: { status: "INVALID_CREDENTIALS" } });
  });

  it("can be added, each seeing only his own orders; a new password ends the old tokens", async () => {
    await call(`${bench.sim.url}/_sim/sellers`, { body: { username: "second", password: "pw" } });
    const { body } = await bench.place({ seller: "second" });
    expect(list((await bench.ordersOf(`orderIds=${body.id}&pageSize=5&pageNumber=1`)).body.orders)).toEqual([]);
    const headers = await bench.logIn();
    await call(`${bench.sim.url}/_sim/sellers`, { body: { ...SELLER, password: "changed" } });
    expect((await call(`${bench.sim.url}/productsCount?publishedStatus=PUBLISHED`, { headers })).status).toBe(401);
  });
});

describe("the catalogue", () => {
  it("comes page by page and fits the contract", async () => {
    const headers = await bench.logIn();
    const page = await call(`${bench.sim.url}/products?pageNumber=1&pageSize=50&publishedStatus=PUBLISHED`, {
      headers,
    });
    expect(operation("marketplace", "getProducts").response(200, page.body)).toMatchObject({ ok: true });
    const variants = list(page.body.products).flatMap((product) => list(product.variants));
    expect(variants.map((variant) => variant.sku).sort()).toEqual(JUPITER_MONEY_CATALOGUE.map(({ sku }) => sku).sort());
    const second = await call(`${bench.sim.url}/products?pageNumber=2&pageSize=50&publishedStatus=PUBLISHED`, {
      headers,
    });
    expect(second.body).toEqual({ products: [] });
  });

  it("says in the contract's words what does not fit", async () => {
    const said = await call(`${bench.sim.url}/products?pageNumber=1&pageSize=20&publishedStatus=PUBLISHED`, {
      headers: await bench.logIn(),
    });
    expect(said.status).toBe(400);
    expect(validator("marketplace", "InvalidRequest")(said.body).ok).toBe(true);
    expect(list(said.body.errors)).toEqual([
      { code: "INVALID_FORMAT", message: "pageSize must be one of 50", params: { pageSize: "must be one of 50" } },
    ]);
  });

  it("takes new products", async () => {
    await call(`${bench.sim.url}/_sim/products`, { body: { productId: "9900", sku: "NEW-1", price: 12.5 } });
    const said = await call(`${bench.sim.url}/products?pageNumber=1&pageSize=50&publishedStatus=PUBLISHED&skus=NEW-1`, {
      headers: await bench.logIn(),
    });
    expect(list(said.body.products)).toMatchObject([
      { id: "9900", variants: [{ sku: "NEW-1", itemPrice: { listingPrice: 12.5 } }] },
    ]);
  });
});

describe("stock", () => {
  const update = async (inventoryList: unknown) =>
    call(`${bench.sim.url}/updateInventory`, { body: { inventoryList }, headers: await bench.logIn() });
  const flask = { productId: "8002", variantId: "8002-STD" };

  it("is what was pushed, with every push and its time, and no order lowers it", async () => {
    expect((await update([{ ...flask, inventory: "42" }])).body).toEqual({ status: "SUCCESS", failedProductList: [] });
    bench.now = bench.now.add({ seconds: 5 });
    await update([{ ...flask, inventory: "40" }]);
    await bench.place(ONE_ITEM);
    const state = await call(`${bench.sim.url}/_sim/state`);
    expect(entry(state.body.stock, "8002")).toMatchObject({
      quantity: 40,
      receivedAt: "2026-11-20T14:10:10.678Z",
      pushes: [
        { quantity: 42, receivedAt: "2026-11-20T14:10:05.678Z" },
        { quantity: 40, receivedAt: "2026-11-20T14:10:10.678Z" },
      ],
    });
  });

  it("of an unknown product is refused alone", async () => {
    const said = await update([
      { ...flask, inventory: "1" },
      { productId: "0", variantId: "0", inventory: "1" },
    ]);
    expect(said.body).toMatchObject({ status: "PARTIAL_SUCCESS", failedProductList: [{ productId: "0" }] });
    expect((await update([{ productId: "0", variantId: "0", inventory: "1" }])).body).toMatchObject({
      status: "FAILED",
    });
  });

  it("must be whole and not negative", async () => {
    const said = await update([{ ...flask, inventory: "-1" }]);
    expect(said.status).toBe(400);
    expect(list(said.body.errors)[0]?.message).toMatch(/^inventoryList\/0\/inventory must match pattern/);
  });

  it("can be told to fail in part: what is named failed is not taken", async () => {
    await bench.fault({ kind: "partial_success", operation: "updateInventory", message: "busy" });
    const watch = { productId: "8013", variantId: "8013-STD" };
    const said = await update([
      { ...flask, inventory: "1" },
      { ...watch, inventory: "2" },
    ]);
    expect(said.body).toEqual({ status: "PARTIAL_SUCCESS", failedProductList: [{ ...watch, message: "busy" }] });
    expect(Object.keys(entry(bench.sim.state(), "stock"))).toEqual(["8002"]);
  });
});
