import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isJson } from "../../kit/simulator/index.ts";
import { call, until } from "../../kit/simulator/test-support.ts";
import { jupiterMoneySimulator, startJupiterMoneySimulator } from "./index.ts";
import { type Bench, entry, list, ONE_ITEM, SELLER, startBench } from "./test-bench.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});

afterEach(() => bench.close());

describe("misbehaviour towards who calls", () => {
  const count = async (signal?: AbortSignal) =>
    call(`${bench.sim.url}/productsCount?publishedStatus=PUBLISHED`, {
      headers: await bench.logIn(),
      ...(signal ? { signal } : {}),
    });
  const stock = async () =>
    call(`${bench.sim.url}/updateInventory`, {
      body: { inventoryList: [{ productId: "8002", variantId: "8002-STD", inventory: "9" }] },
      headers: await bench.logIn(),
    });
  const pushesSeen = () => list(entry(entry(bench.sim.state(), "stock"), "8002").pushes).length;

  it("is 401, 429 and 5xx, in HTML too, and ends when its count is used up or it is cleared", async () => {
    await bench.fault({ kind: "401", operation: "getProductsCount", count: 1 });
    expect((await count()).status).toBe(401);
    await bench.fault({ kind: 429, operation: "getProductsCount", count: 1 });
    expect((await count()).status).toBe(429);
    await bench.fault({ kind: "5xx", operation: "getProductsCount" });
    expect([(await count()).status, (await count()).raw]).toEqual([503, expect.stringContaining("<h1>502")]);
    expect((await bench.fault({})).body).toEqual({ faults: [] });
    const misspelt = await bench.fault({ kind: "failed", operation: "cancelOrder" });
    expect(misspelt.status).toBe(400);
    expect(misspelt.body).toMatchObject({
      message: expect.stringMatching(/no operation cancelOrder;.*cancelOrderItems/),
    });
    expect(bench.sim.state().faults).toEqual([]);
    expect((await count()).status).toBe(200);
  });

  it("is a connection closed before anything was done, or an answer cut after everything was", async () => {
    await bench.fault({ kind: "drop", operation: "updateInventory", count: 1 });
    await expect(stock()).rejects.toThrow();
    expect(pushesSeen()).toBe(0);
    await bench.fault({ kind: "half_answer", operation: "updateInventory", count: 1 });
    await expect(stock()).rejects.toThrow();
    expect(pushesSeen()).toBe(1);
    await bench.fault({ kind: "twice", operation: "updateInventory", count: 1 });
    expect((await stock()).body).toMatchObject({ status: "SUCCESS" });
    expect(pushesSeen()).toBe(3);
  });

  it("is no answer at all", async () => {
    await bench.fault({ kind: "timeout", operation: "getProductsCount" });
    await expect(count(AbortSignal.timeout(50))).rejects.toThrow();
  });

  it("is an answer that comes late, and a call overtaken by the next", async () => {
    await bench.fault({ kind: "late", operation: "getProductsCount", delayMs: 1, count: 1 });
    expect((await count()).status).toBe(200);
    await bench.fault({ kind: "out_of_order", operation: "updateInventory", count: 1, delayMs: 60_000 });
    const held = stock();
    await until(
      () => list(bench.sim.state().faults).some(({ fired, kind }) => kind === "out_of_order" && fired === 1),
      "the call is held",
    );
    await stock();
    expect((await held).status).toBe(200);
  });

  it("is a page given again, and a word that nobody knows", async () => {
    await call(`${bench.sim.url}/_sim/products`, {
      body: Array.from({ length: 60 }, (_, index) => ({ productId: `P${index}`, sku: `SKU-${index}` })),
    });
    await bench.fault({ kind: "repeat_page", operation: "getProducts" });
    const headers = await bench.logIn();
    const page = (number: number) =>
      call(`${bench.sim.url}/products?pageNumber=${number}&pageSize=50&publishedStatus=PUBLISHED`, { headers });
    expect((await page(2)).body).toEqual((await page(1)).body);
    const { id } = (await bench.place(ONE_ITEM)).body;
    await bench.fault({ kind: "unknown_status", operation: "getOrders" });
    const [order] = list((await bench.ordersOf(`orderIds=${id}&pageSize=5&pageNumber=1`)).body.orders);
    expect(order).toMatchObject({ orderStatus: "IN_LIMBO", orderItems: [{ status: "IN_LIMBO" }] });
  });

  it("is refused where it has no meaning", async () => {
    expect(await bench.fault({ kind: "slow" })).toMatchObject({ status: 400 });
    expect(await bench.fault({ kind: "late", rate: 2 })).toMatchObject({ status: 400 });
  });
});

describe("misbehaviour in pushes", () => {
  it("is an order pushed twice, with wrong credentials, or with an unknown word", async () => {
    await bench.fault({ kind: "twice", operation: "pushOrder", count: 1 });
    await bench.place(ONE_ITEM);
    expect(bench.receiver.pushes).toHaveLength(2);
    await bench.fault({ kind: "401", operation: "pushOrder", count: 1 });
    await bench.place(ONE_ITEM);
    expect(bench.receiver.pushes.at(-1)?.headers.securitykey).toBe("wrong-k3y");
    await bench.fault({ kind: "unknown_status", operation: "pushOrder", count: 1 });
    await bench.place(ONE_ITEM);
    expect(bench.receiver.pushes.at(-1)?.body).toMatchObject({ orderStatus: "IN_LIMBO" });
  });

  it("is a push cut in its body, stalled in it, or cut before its answer is read", async () => {
    await bench.fault({ kind: "drop", operation: "pushOrder", count: 1 });
    expect((await bench.place(ONE_ITEM)).body.pushed).toMatchObject({ status: null, fault: "drop" });
    await bench.fault({ kind: "timeout", operation: "pushOrder", count: 1, delayMs: 1 });
    expect((await bench.place(ONE_ITEM)).body.pushed).toMatchObject({ status: null, fault: "timeout" });
    await until(() => bench.receiver.cutOff() === 2, "both were cut off");
    expect(bench.receiver.pushes).toHaveLength(0);
    await bench.fault({ kind: "half_answer", operation: "pushOrder", count: 1 });
    expect((await bench.place(ONE_ITEM)).body.pushed).toMatchObject({ status: null, fault: "half_answer" });
    expect(bench.receiver.pushes).toHaveLength(1);
  });

  it("is an order that comes late, or after the one placed after it", async () => {
    await bench.fault({ kind: "late", operation: "pushOrder", count: 1, delayMs: 1 });
    expect((await bench.place(ONE_ITEM)).body.pushed).toMatchObject({ status: null, fault: "late" });
    await until(() => bench.receiver.pushes.length === 1, "the late order arrived");
    await bench.fault({ kind: "out_of_order", operation: "pushOrder", count: 1, delayMs: 60_000 });
    const first = (await bench.place(ONE_ITEM)).body.id;
    const second = (await bench.place(ONE_ITEM)).body.id;
    await until(() => bench.receiver.pushes.length === 3, "the held order arrived");
    expect(bench.receiver.pushes.slice(1).map(({ body }) => isJson(body) && body.id)).toEqual([second, first]);
  });
});

describe("beside the protocol", () => {
  it("a page shows orders, stock and forms, with every text escaped", async () => {
    await bench.place({ ...ONE_ITEM, name: "<script>alert(1)</script>" });
    await call(`${bench.sim.url}/updateInventory`, {
      body: { inventoryList: [{ productId: "8002", variantId: "8002-STD", inventory: "7" }] },
      headers: await bench.logIn(),
    });
    const answer = await fetch(bench.sim.url);
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain("text/html");
    expect(page).toContain("Jupiter Money");
    expect(page).toContain("Place an order");
    expect(page).toContain("&lt;script&gt;alert(1)");
    expect(page).not.toContain("<script>alert(1)");
    expect(page).not.toMatch(/(src|href)="https?:/);
  });

  it("the state names the last calls, without passwords", async () => {
    await call(`${bench.sim.url}/authToken?username=kurtikart&password=hunter2`);
    await bench.logIn();
    const { requests } = bench.sim.state();
    expect(entry(entry(requests, "byOperation"), "getAuthentication")).toMatchObject({
      count: 1,
      statuses: { 200: 1 },
    });
    const text = JSON.stringify(bench.sim.state());
    expect(text).not.toContain("hunter2");
    expect(text).not.toContain(SELLER.password);
  });

  it("a reset forgets what happened and keeps sellers, catalogue and target", async () => {
    await bench.place();
    await bench.fault({ kind: "drop" });
    await call(`${bench.sim.url}/_sim/reset`, { method: "POST" });
    expect(bench.sim.state()).toMatchObject({
      orders: [],
      stock: {},
      faults: [],
      sellers: ["kurtikart"],
      targets: { default: bench.receiver.url },
    });
    expect((await bench.place()).body.pushed).toMatchObject({ status: 200 });
  });

  it("what Jupiter does not offer is 404", async () => {
    const headers = await bench.logIn();
    for (const path of [
      "/orders/labels?orderItemIds=1",
      "/courierDetails?orderItemIds=1",
      "/invoiceDetails?orderId=1",
      "/orders/pendency?pageNumber=1&pageSize=50",
    ])
      expect((await call(bench.sim.url + path, { headers })).status, path).toBe(404);
    expect(await call(`${bench.sim.url}/nowhere`)).toMatchObject({
      status: 404,
      body: { message: "nothing at GET /nowhere" },
    });
  });

  it("the same seed places the same orders", async () => {
    const one = await jupiterMoneySimulator.start({ seed: 5, clock: () => bench.now });
    const two = await jupiterMoneySimulator.start({ seed: 5, clock: () => bench.now });
    try {
      for (const simulator of [one, two]) for (let number = 0; number < 5; number++) await simulator.placeOrder();
      expect(one.state().orders).toEqual(two.state().orders);
    } finally {
      await one.close();
      await two.close();
    }
  });

  it("closing ends calls that wait, and the port is free", async () => {
    await bench.fault({ kind: "timeout", operation: "getProductsCount" });
    await bench.fault({ kind: "late", operation: "pushOrder", delayMs: 60_000 });
    await bench.place(ONE_ITEM);
    const headers = await bench.logIn();
    const waiting = call(`${bench.sim.url}/productsCount?publishedStatus=PUBLISHED`, { headers }).then(
      () => "answered",
      () => "ended",
    );
    await until(() => list(bench.sim.state().faults).every(({ fired }) => fired === 1), "both faults struck");
    await bench.sim.close();
    expect(await waiting).toBe("ended");
    const again = await startJupiterMoneySimulator({ port: bench.sim.port });
    await again.close();
    expect(bench.receiver.pushes).toHaveLength(0);
  });
});
