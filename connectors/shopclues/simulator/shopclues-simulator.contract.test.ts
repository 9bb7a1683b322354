import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { operation } from "../../../contract/validators.ts";
import { call } from "../../kit/simulator/test-support.ts";
import { list, type PullBench, startPullBench } from "../../protocol/simulator/test-bench.ts";
import { SHOPCLUES_CATALOGUE, startShopcluesSimulator } from "./index.ts";

let bench: PullBench;

beforeEach(async () => {
  bench = await startPullBench(startShopcluesSimulator);
});

afterEach(() => bench.close());

describe("the ShopClues simulator", () => {
  it("is signed in to by a body alone", async () => {
    const { username, password } = bench.seller;
    const asked = await call(
      `${bench.sim.url}/authToken?username=${username}&password=${encodeURIComponent(password)}`,
    );
    expect(asked.status).toBe(404);
    expect((await bench.logIn()).apiKey).toMatch(/\S{20}/);
  });

  it("lists each of its goods once, in the contract's form", async () => {
    expect(new Set(SHOPCLUES_CATALOGUE.map((variant) => variant.sku)).size).toBe(SHOPCLUES_CATALOGUE.length);
    const page = await bench.get("/products?pageNumber=1&pageSize=50&publishedStatus=PUBLISHED");
    expect(operation("marketplace", "getProducts").response(200, page.body)).toMatchObject({ ok: true });
    const products = new Set(SHOPCLUES_CATALOGUE.map((variant) => variant.productId));
    expect(list(page.body.products)).toHaveLength(products.size);
  });

  it("has orders under its own prefix, tells what its panel did, and ships what it is told to", async () => {
    const { id } = await bench.place({ items: [{ sku: "SCL-TORCH-3W", quantity: 2 }] });
    expect(id).toMatch(/^SCL\d+$/);
    const status = async (of: string) =>
      list(list((await bench.get(`/orders?orderIds=${of}&pageSize=5&pageNumber=1`)).body.orders)[0]?.orderItems)[0];
    await bench.act(id, "dispatch");
    expect(await status(id)).toMatchObject({ status: "DISPATCHED" });
    const other = await bench.place({ items: [{ sku: "SCL-TORCH-3W", quantity: 1 }] });
    await bench.act(other.id, "cancel");
    expect(await status(other.id)).toMatchObject({ status: "CANCELLED" });
    const third = await bench.place({ items: [{ sku: "SCL-TORCH-3W", quantity: 1 }] });
    expect((await bench.get(`/courierDetails?orderItemIds=${third.lines}`)).body).toMatchObject({
      status: "AVAILABLE",
    });
    await bench.post("/orders/dispatch", { orderItems: [{ orderItemId: third.lines, quantity: 1 }] });
    expect(bench.order(third.id)).toMatchObject({ orderStatus: "COMPLETE" });
  });

  it("offers what is plain, and nothing that nobody knows of it", async () => {
    const { id } = await bench.place();
    expect((await bench.get("/orders/pendency?pageNumber=1&pageSize=50")).status).toBe(404);
    expect((await bench.get(`/invoiceDetails?orderId=${id}`)).status).toBe(404);
    expect((await bench.post("/orders/fetchManifest", {})).status).toBe(404);
    expect((await bench.post("/orders/acknowledge", { orderId: id })).status).toBe(404);
  });
});
