import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { operation, validator } from "../../../contract/validators.ts";
import { isJson, type Json, type RunningSimulator } from "../../kit/simulator/index.ts";
import { call, type Receiver, startReceiver, until } from "../../kit/simulator/test-support.ts";
import { JUPITER_MONEY_CATALOGUE, jupiterMoneySimulator, startJupiterMoneySimulator } from "./index.ts";

const SELLER = { username: "kurtikart", password: "S3ller#2025" };
const HEADERS = { clientid: "jupiter", merchantid: "kurtikart", securitykey: "k3y" };

let now: Temporal.Instant;
let receiver: Receiver;
let sim: RunningSimulator;

beforeEach(async () => {
  now = Temporal.Instant.from("2026-11-20T14:10:05.678Z");
  receiver = await startReceiver();
  const target = { url: receiver.url, headers: HEADERS };
  sim = await startJupiterMoneySimulator({ sellers: [SELLER], target, clock: () => now });
});

afterEach(async () => {
  await sim.close();
  await receiver.close();
});

async function logIn(): Promise<{ apiKey: string }> {
  const said = await call(`${sim.url}/authToken`, { body: SELLER });
  return { apiKey: String(said.body.accessToken) };
}

const place = (wish: Json = {}) => call(`${sim.url}/_sim/orders`, { body: wish });
const oneItem = { items: [{ sku: "MILTON-FLASK-1L", quantity: 2, sellingPrice: 899 }], paymentType: "PREPAID" };
const fault = (wish: Json) => call(`${sim.url}/_sim/faults`, { body: wish });
const ordersOf = async (query: string) => call(`${sim.url}/orders?${query}`, { headers: await logIn() });

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function entry(of: unknown, name: string): Json {
  const found = isJson(of) ? of[name] : undefined;
  return isJson(found) ? found : {};
}

describe("accounts", () => {
  it("give a token for 48 hours, by both forms", async () => {
    const byQuery = await call(
      `${sim.url}/authToken?username=${SELLER.username}&password=${encodeURIComponent(SELLER.password)}`,
    );
    expect(byQuery.body).toMatchObject({ status: "SUCCESS" });
    const headers = { apikey: String(byQuery.body.accessToken) };
    const count = `${sim.url}/productsCount?publishedStatus=PUBLISHED`;
    expect((await call(count, { headers })).body).toEqual({ count: JUPITER_MONEY_CATALOGUE.length });
    now = now.add({ hours: 47, minutes: 59 });
    expect((await call(count, { headers })).status).toBe(200);
    now = now.add({ minutes: 1 });
    const refused = await call(count, { headers });
    expect(refused.status).toBe(401);
    expect(operation("marketplace", "getProductsCount").response(401, refused.body).ok).toBe(true);
    expect((await call(count, { headers: await logIn() })).status).toBe(200);
  });

  it("refuse wrong credentials with 200 and each form's own word", async () => {
    const byQuery = await call(`${sim.url}/authToken?username=kurtikart&password=wrong`);
    expect(byQuery).toMatchObject({ status: 200, body: { status: "FAILED", accessToken: "" } });
    const byBody = await call(`${sim.url}/authToken`, { body: { username: "nobody", password: "x" } });
    expect(byBody).toMatchObject({ status: 200, body: { status: "INVALID_CREDENTIALS" } });
  });

  it("can be added, each seeing only his own orders; a new password ends the old tokens", async () => {
    await call(`${sim.url}/_sim/sellers`, { body: { username: "second", password: "pw" } });
    const { body } = await place({ seller: "second" });
    expect(list((await ordersOf(`orderIds=${body.id}&pageSize=5&pageNumber=1`)).body.orders)).toEqual([]);
    const headers = await logIn();
    await call(`${sim.url}/_sim/sellers`, { body: { ...SELLER, password: "changed" } });
    expect((await call(`${sim.url}/productsCount?publishedStatus=PUBLISHED`, { headers })).status).toBe(401);
  });
});

describe("the catalogue", () => {
  it("comes page by page and fits the contract", async () => {
    const headers = await logIn();
    const page = await call(`${sim.url}/products?pageNumber=1&pageSize=50&publishedStatus=PUBLISHED`, { headers });
    expect(operation("marketplace", "getProducts").response(200, page.body)).toMatchObject({ ok: true });
    const variants = list(page.body.products).flatMap((product) => list(product.variants));
    expect(variants.map((variant) => variant.sku).sort()).toEqual(JUPITER_MONEY_CATALOGUE.map(({ sku }) => sku).sort());
    const second = await call(`${sim.url}/products?pageNumber=2&pageSize=50&publishedStatus=PUBLISHED`, { headers });
    expect(second.body).toEqual({ products: [] });
  });

  it("says in the contract's words what does not fit", async () => {
    const said = await call(`${sim.url}/products?pageNumber=1&pageSize=20&publishedStatus=PUBLISHED`, {
      headers: await logIn(),
    });
    expect(said.status).toBe(400);
    expect(validator("marketplace", "InvalidRequest")(said.body).ok).toBe(true);
    expect(list(said.body.errors)).toEqual([
      { code: "INVALID_FORMAT", message: "pageSize must be one of 50", params: { pageSize: "must be one of 50" } },
    ]);
  });

  it("takes new products", async () => {
    await call(`${sim.url}/_sim/products`, { body: { productId: "9900", sku: "NEW-1", price: 12.5 } });
    const said = await call(`${sim.url}/products?pageNumber=1&pageSize=50&publishedStatus=PUBLISHED&skus=NEW-1`, {
      headers: await logIn(),
    });
    expect(list(said.body.products)).toMatchObject([
      { id: "9900", variants: [{ sku: "NEW-1", itemPrice: { listingPrice: 12.5 } }] },
    ]);
  });
});

describe("stock", () => {
  const update = async (inventoryList: unknown) =>
    call(`${sim.url}/updateInventory`, { body: { inventoryList }, headers: await logIn() });
  const flask = { productId: "8002", variantId: "8002-STD" };

  it("is what was pushed, with every push and its time, and no order lowers it", async () => {
    expect((await update([{ ...flask, inventory: "42" }])).body).toEqual({ status: "SUCCESS", failedProductList: [] });
    now = now.add({ seconds: 5 });
    await update([{ ...flask, inventory: "40" }]);
    await place(oneItem);
    const state = await call(`${sim.url}/_sim/state`);
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
    await fault({ kind: "partial_success", operation: "updateInventory", message: "busy" });
    const watch = { productId: "8013", variantId: "8013-STD" };
    const said = await update([
      { ...flask, inventory: "1" },
      { ...watch, inventory: "2" },
    ]);
    expect(said.body).toEqual({ status: "PARTIAL_SUCCESS", failedProductList: [{ ...watch, message: "busy" }] });
    expect(Object.keys(entry(sim.state(), "stock"))).toEqual(["8002"]);
  });
});

describe("an order placed", () => {
  it("is pushed with the seller's headers, fits the contract, and its totals add up", async () => {
    const said = await place(oneItem);
    expect(said.body).toMatchObject({ pushed: { status: 200, body: { status: "success" }, misfit: null } });
    const [push] = receiver.pushes;
    expect(push).toMatchObject({ path: "/uc/v1/order", headers: HEADERS });
    expect(validator("marketplace-inbound", "PushOrder")(push?.body)).toMatchObject({ ok: true });
    expect(push?.body).toMatchObject({
      id: said.body.id,
      orderDate: "2026-11-20 19:40:05",
      sla: "2026-11-21 18:00:00",
      thirdPartyShipping: false,
      orderPrice: { totalPrepaidAmount: 1798 },
      orderItems: [
        {
          productId: "8002",
          variantId: "8002-STD",
          quantity: 2,
          orderItemPrice: { sellingPrice: 899, totalPrice: 899 },
        },
      ],
    });
  });

  it("fits the contract for two hundred seeds of chance, each with an id of its own", async () => {
    const ids = new Set<string>();
    for (let number = 0; number < 200; number++) ids.add((await sim.placeOrder()).id);
    expect(ids.size).toBe(200);
    const fits = validator("marketplace-inbound", "PushOrder");
    expect(receiver.pushes.filter(({ body }) => !fits(body).ok)).toEqual([]);
    expect(receiver.pushes).toHaveLength(200);
  });

  it("can be made wrong on purpose", async () => {
    await place({ ...oneItem, raw: { orderItems: "none", shippingAddress: { pincode: 560034 } } });
    expect(receiver.pushes[0]?.body).toMatchObject({ orderItems: "none", shippingAddress: { pincode: 560034 } });
  });

  it("can be pushed again, the same", async () => {
    const { body } = await place(oneItem);
    now = now.add({ hours: 1 });
    await call(`${sim.url}/_sim/orders/${body.id}/push`, { method: "POST" });
    expect(receiver.pushes).toHaveLength(2);
    expect(receiver.pushes[1]?.body).toEqual(receiver.pushes[0]?.body);
  });

  it("goes to the seller's own target where he has one", async () => {
    const other = await startReceiver();
    try {
      await call(`${sim.url}/_sim/sellers`, { body: { username: "second", password: "pw" } });
      await call(`${sim.url}/_sim/target`, {
        body: { url: other.url, headers: { merchantid: "second" }, seller: "second" },
      });
      await place({ seller: "second" });
      await place();
      expect([other.pushes.length, receiver.pushes.length]).toEqual([1, 1]);
    } finally {
      await other.close();
    }
  });

  it("says why a push did not arrive, and whether the answer fits the contract", async () => {
    receiver.answer = { status: 200, body: { result: "done" } };
    expect((await place()).body.pushed).toMatchObject({ status: 200, misfit: "status is required" });
    await call(`${sim.url}/_sim/target`, { body: {} });
    expect((await place()).body.pushed).toMatchObject({ status: null, error: expect.stringContaining("no target") });
  });

  it("refuses a wish it cannot grant, in words", async () => {
    expect(await place({ paymentType: "BARTER" })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining("paymentType") },
    });
    expect(await place({ seller: "nobody" })).toMatchObject({
      status: 400,
      body: { message: "no seller nobody is known here" },
    });
    expect(await call(`${sim.url}/_sim/orders`, { body: "{" })).toMatchObject({ status: 400 });
  });
});

describe("the life of an order", () => {
  const statusOf = async (id: unknown) => {
    const said = await ordersOf(`orderIds=${id}&pageSize=5&pageNumber=1`);
    expect(operation("marketplace", "getOrders").response(200, said.body)).toMatchObject({ ok: true });
    const [order] = list(said.body.orders);
    return [order?.orderStatus, ...list(order?.orderItems).map((item) => item.status)];
  };
  const act = (id: unknown, action: string, body: Json = {}) =>
    call(`${sim.url}/_sim/orders/${id}/${action}`, { body });
  const dispatch = async (id: unknown, trackingId = "59871234560") => {
    const orderItems = [{ orderItemId: `${id}-1`, quantity: 2, integratedGstPercentage: 18 }];
    const selfShipping = {
      deliveryPartner: "BLUEDART",
      deliveryCourier: "Bluedart",
      trackingId,
      invoiceNumber: "KK-1",
      invoiceDate: "2026-11-21",
    };
    return call(`${sim.url}/orders/dispatch`, { body: { orderItems, selfShipping }, headers: await logIn() });
  };

  it("gives no new orders to a pull, since it pushes them", async () => {
    await place();
    expect((await ordersOf("orderStatus=CREATED&pageSize=50&pageNumber=1")).body).toEqual({ orders: [] });
  });

  it("goes to delivered: dispatch details are kept, delivery is told by status and by push", async () => {
    const { body } = await place(oneItem);
    const { id } = body;
    expect(await statusOf(id)).toEqual(["CREATED", "CREATED"]);
    expect((await dispatch(id)).body).toEqual({ status: "SUCCESS", orderItems: [] });
    expect(await statusOf(id)).toEqual(["COMPLETE", "DISPATCHED"]);
    expect(list(sim.state().dispatches)).toMatchObject([
      {
        orderId: id,
        courier: "Bluedart",
        trackingNumber: "59871234560",
        invoiceNumber: "KK-1",
        invoiceDate: "2026-11-21",
        outcome: "SUCCESS",
      },
    ]);
    const delivered = await act(id, "deliver", { push: true });
    expect(delivered.body).toMatchObject({ pushed: { operation: "pushDelivered", status: 200 } });
    expect(await statusOf(id)).toEqual(["COMPLETE", "DELIVERED"]);
    expect(receiver.pushes.at(-1)).toMatchObject({
      path: "/uc/v1/awbStatusTracking",
      body: { trackingNumber: "59871234560", providerCode: "BLUEDART", trackingStatus: "DELIVERED_SHIPMENT_DELIVERED" },
    });
  });

  it("turns back: an RTO under the forward number, a customer's return under its own", async () => {
    const { body } = await place(oneItem);
    await dispatch(body.id);
    await act(body.id, "rto", { push: true });
    expect(await statusOf(body.id)).toEqual(["COMPLETE", "COURIER_RETURN"]);
    expect(receiver.pushes.at(-1)).toMatchObject({
      path: "/uc/v1/returns",
      body: {
        type: "COURIER_RETURN",
        trackingNumber: "59871234560",
        orderItems: [{ channelProductId: "8002-8002-STD", quantity: 2 }],
      },
    });
    await act(body.id, "return", {
      push: true,
      reason: "Lid leaks",
      items: [{ orderItemId: `${body.id}-1`, quantity: 1 }],
    });
    expect(await statusOf(body.id)).toEqual(["COMPLETE", "RETURN_REQUESTED"]);
    const told = receiver.pushes.at(-1)?.body;
    expect(told).toMatchObject({ type: "CUSTOMER_RETURN", reason: "Lid leaks", orderItems: [{ quantity: 1 }] });
    expect(validator("marketplace-inbound", "PushReturn")(told)).toMatchObject({ ok: true });
    expect(list(sim.state().returns)).toHaveLength(2);
  });

  it("is cancelled by the seller, whole lines only shown when all units are, repeats harmless, too late refused", async () => {
    const { body } = await place(oneItem);
    const { id } = body;
    const cancel = async (quantity: number) =>
      call(`${sim.url}/orders/cancel`, {
        body: {
          orderId: id,
          orderItems: [{ orderItemId: `${id}-1`, productId: "8002", variantId: "8002-STD", quantity }],
        },
        headers: await logIn(),
      });
    expect((await cancel(1)).body).toMatchObject({ status: "SUCCESS" });
    expect(await statusOf(id)).toEqual(["CREATED", "CREATED"]);
    await cancel(1);
    expect(await statusOf(id)).toEqual(["CANCELLED", "CANCELLED"]);
    expect((await cancel(2)).body).toMatchObject({ status: "SUCCESS" });
    expect((await dispatch(id)).body).toEqual({
      status: "FAILED",
      orderItems: [{ orderItemId: `${id}-1`, errorMessage: "item already cancelled" }],
    });
    expect(list(sim.state().cancellations)).toHaveLength(3);
    expect(receiver.pushes.map(({ path }) => path)).toEqual(["/uc/v1/order"]); // never pushed back to who cancelled
  });

  it("refuses the seller's cancellation after dispatch, and on demand with given words", async () => {
    const { body } = await place(oneItem);
    const { id } = body;
    const line = { orderItemId: `${id}-1`, productId: "8002", variantId: "8002-STD", quantity: 2 };
    const cancel = async () =>
      call(`${sim.url}/orders/cancel`, { body: { orderId: id, orderItems: [line] }, headers: await logIn() });
    await fault({ kind: "failed", operation: "cancelOrderItems", count: 1, message: "picked already" });
    expect((await cancel()).body).toMatchObject({ status: "FAILED", orderItems: [{ errorMessage: "picked already" }] });
    expect(await statusOf(id)).toEqual(["CREATED", "CREATED"]);
    await dispatch(id);
    expect((await cancel()).body).toMatchObject({
      status: "FAILED",
      orderItems: [{ errorMessage: "item already dispatched" }],
    });
  });

  it("is cancelled on the marketplace's side, by status alone or pushed too", async () => {
    const one = (await place(oneItem)).body.id;
    await act(one, "cancel");
    expect(await statusOf(one)).toEqual(["CANCELLED", "CANCELLED"]);
    expect(receiver.pushes).toHaveLength(1);
    const two = (await place(oneItem)).body.id;
    await act(two, "cancel", { push: true, items: [{ orderItemId: `${two}-1`, quantity: 1 }] });
    expect(receiver.pushes.at(-1)).toMatchObject({
      path: "/uc/v1/order/cancel",
      body: { saleOrderCode: two, cancelledSkuCodes: [{ quantity: 1, productId: "8002", variantId: "8002-STD" }] },
    });
  });

  it("is dispatched on the marketplace's own panel, of which no push can tell", async () => {
    const { id } = (await place(oneItem)).body;
    expect((await act(id, "dispatch")).status).toBe(200);
    expect(await statusOf(id)).toEqual(["COMPLETE", "DISPATCHED"]);
    expect(await act(id, "dispatch", { push: true })).toMatchObject({ status: 400 });
    expect(await act("JM0", "deliver")).toMatchObject({ status: 404, body: { message: "no order JM0 is known here" } });
  });

  it("keeps notifications in the order of their coming, and names lines it does not know beside SUCCESS", async () => {
    const { id } = (await place(oneItem)).body;
    const notify = async (orderItemId: string, status: string) =>
      call(`${sim.url}/order/${id}`, {
        body: { orderItems: [{ orderItemId, status, IsReverse: false, updated: "Nov 23, 2026 7:12:31 PM" }] },
        headers: await logIn(),
      });
    for (const status of ["CREATED", "PACKED", "DISPATCHED"])
      expect((await notify(`${id}-1`, status)).body.status).toBe("SUCCESS");
    expect((await notify("other", "PACKED")).body).toEqual({
      status: "SUCCESS",
      orderItems: [{ orderItemId: "other", errorMessage: "order Item Id not available" }],
    });
    const seen = await call(`${sim.url}/_sim/state?orderId=${id}`);
    expect(list(seen.body.notifications).map((note) => list([note])[0]?.statuses)).toEqual([
      ["CREATED"],
      ["PACKED"],
      ["DISPATCHED"],
      ["PACKED"],
    ]);
    await fault({ kind: "failed", operation: "postStatusNotification", count: 1 });
    expect((await notify(`${id}-1`, "DELIVERED")).body.status).toBe("FAILED");
    expect((await notify(`${id}-1`, "LOST")).status).toBe(400);
  });
});

describe("misbehaviour towards who calls", () => {
  const count = async (signal?: AbortSignal) =>
    call(`${sim.url}/productsCount?publishedStatus=PUBLISHED`, {
      headers: await logIn(),
      ...(signal ? { signal } : {}),
    });
  const stock = async () =>
    call(`${sim.url}/updateInventory`, {
      body: { inventoryList: [{ productId: "8002", variantId: "8002-STD", inventory: "9" }] },
      headers: await logIn(),
    });
  const pushesSeen = () => list(entry(entry(sim.state(), "stock"), "8002").pushes).length;

  it("is 401, 429 and 5xx, in HTML too, and ends when its count is used up or it is cleared", async () => {
    await fault({ kind: "401", operation: "getProductsCount", count: 1 });
    expect((await count()).status).toBe(401);
    await fault({ kind: 429, operation: "getProductsCount", count: 1 });
    expect((await count()).status).toBe(429);
    await fault({ kind: "5xx", operation: "getProductsCount" });
    expect([(await count()).status, (await count()).raw]).toEqual([503, expect.stringContaining("<h1>502")]);
    expect((await fault({})).body).toEqual({ faults: [] });
    expect((await count()).status).toBe(200);
  });

  it("is a connection closed before anything was done, or an answer cut after everything was", async () => {
    await fault({ kind: "drop", operation: "updateInventory", count: 1 });
    await expect(stock()).rejects.toThrow();
    expect(pushesSeen()).toBe(0);
    await fault({ kind: "half_answer", operation: "updateInventory", count: 1 });
    await expect(stock()).rejects.toThrow();
    expect(pushesSeen()).toBe(1);
    await fault({ kind: "twice", operation: "updateInventory", count: 1 });
    expect((await stock()).body).toMatchObject({ status: "SUCCESS" });
    expect(pushesSeen()).toBe(3);
  });

  it("is no answer at all", async () => {
    await fault({ kind: "timeout", operation: "getProductsCount" });
    await expect(count(AbortSignal.timeout(50))).rejects.toThrow();
  });

  it("is an answer that comes late, and a call overtaken by the next", async () => {
    await fault({ kind: "late", operation: "getProductsCount", delayMs: 1, count: 1 });
    expect((await count()).status).toBe(200);
    await fault({ kind: "out_of_order", operation: "updateInventory", count: 1, delayMs: 60_000 });
    const held = stock();
    await until(
      () => list(sim.state().faults).some(({ fired, kind }) => kind === "out_of_order" && fired === 1),
      "the call is held",
    );
    await stock();
    expect((await held).status).toBe(200);
  });

  it("is a page given again, and a word that nobody knows", async () => {
    await call(`${sim.url}/_sim/products`, {
      body: Array.from({ length: 60 }, (_, index) => ({ productId: `P${index}`, sku: `SKU-${index}` })),
    });
    await fault({ kind: "repeat_page", operation: "getProducts" });
    const headers = await logIn();
    const page = (number: number) =>
      call(`${sim.url}/products?pageNumber=${number}&pageSize=50&publishedStatus=PUBLISHED`, { headers });
    expect((await page(2)).body).toEqual((await page(1)).body);
    const { id } = (await place(oneItem)).body;
    await fault({ kind: "unknown_status", operation: "getOrders" });
    const [order] = list((await ordersOf(`orderIds=${id}&pageSize=5&pageNumber=1`)).body.orders);
    expect(order).toMatchObject({ orderStatus: "IN_LIMBO", orderItems: [{ status: "IN_LIMBO" }] });
  });

  it("is refused where it has no meaning", async () => {
    expect(await fault({ kind: "slow" })).toMatchObject({ status: 400 });
    expect(await fault({ kind: "late", rate: 2 })).toMatchObject({ status: 400 });
  });
});

describe("misbehaviour in pushes", () => {
  it("is an order pushed twice, with wrong credentials, or with an unknown word", async () => {
    await fault({ kind: "twice", operation: "pushOrder", count: 1 });
    await place(oneItem);
    expect(receiver.pushes).toHaveLength(2);
    await fault({ kind: "401", operation: "pushOrder", count: 1 });
    await place(oneItem);
    expect(receiver.pushes.at(-1)?.headers.securitykey).toBe("wrong-k3y");
    await fault({ kind: "unknown_status", operation: "pushOrder", count: 1 });
    await place(oneItem);
    expect(receiver.pushes.at(-1)?.body).toMatchObject({ orderStatus: "IN_LIMBO" });
  });

  it("is a push cut in its body, stalled in it, or cut before its answer is read", async () => {
    await fault({ kind: "drop", operation: "pushOrder", count: 1 });
    expect((await place(oneItem)).body.pushed).toMatchObject({ status: null, fault: "drop" });
    await fault({ kind: "timeout", operation: "pushOrder", count: 1, delayMs: 1 });
    expect((await place(oneItem)).body.pushed).toMatchObject({ status: null, fault: "timeout" });
    await until(() => receiver.cutOff() === 2, "both were cut off");
    expect(receiver.pushes).toHaveLength(0);
    await fault({ kind: "half_answer", operation: "pushOrder", count: 1 });
    expect((await place(oneItem)).body.pushed).toMatchObject({ status: null, fault: "half_answer" });
    expect(receiver.pushes).toHaveLength(1);
  });

  it("is an order that comes late, or after the one placed after it", async () => {
    await fault({ kind: "late", operation: "pushOrder", count: 1, delayMs: 1 });
    expect((await place(oneItem)).body.pushed).toMatchObject({ status: null, fault: "late" });
    await until(() => receiver.pushes.length === 1, "the late order arrived");
    await fault({ kind: "out_of_order", operation: "pushOrder", count: 1, delayMs: 60_000 });
    const first = (await place(oneItem)).body.id;
    const second = (await place(oneItem)).body.id;
    await until(() => receiver.pushes.length === 3, "the held order arrived");
    expect(receiver.pushes.slice(1).map(({ body }) => isJson(body) && body.id)).toEqual([second, first]);
  });
});

describe("beside the protocol", () => {
  it("a page shows orders, stock and forms, with every text escaped", async () => {
    await place({ ...oneItem, name: "<script>alert(1)</script>" });
    await call(`${sim.url}/updateInventory`, {
      body: { inventoryList: [{ productId: "8002", variantId: "8002-STD", inventory: "7" }] },
      headers: await logIn(),
    });
    const answer = await fetch(sim.url);
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
    await call(`${sim.url}/authToken?username=kurtikart&password=hunter2`);
    await logIn();
    const { requests } = sim.state();
    expect(entry(entry(requests, "byOperation"), "getAuthentication")).toMatchObject({
      count: 1,
      statuses: { 200: 1 },
    });
    const text = JSON.stringify(sim.state());
    expect(text).not.toContain("hunter2");
    expect(text).not.toContain(SELLER.password);
  });

  it("a reset forgets what happened and keeps sellers, catalogue and target", async () => {
    await place();
    await fault({ kind: "drop" });
    await call(`${sim.url}/_sim/reset`, { method: "POST" });
    expect(sim.state()).toMatchObject({
      orders: [],
      stock: {},
      faults: [],
      sellers: ["kurtikart"],
      targets: { default: receiver.url },
    });
    expect((await place()).body.pushed).toMatchObject({ status: 200 });
  });

  it("what Jupiter does not offer is 404", async () => {
    const headers = await logIn();
    for (const path of [
      "/orders/labels?orderItemIds=1",
      "/courierDetails?orderItemIds=1",
      "/invoiceDetails?orderId=1",
      "/orders/pendency?pageNumber=1&pageSize=50",
    ])
      expect((await call(sim.url + path, { headers })).status, path).toBe(404);
    expect(await call(`${sim.url}/nowhere`)).toMatchObject({
      status: 404,
      body: { message: "nothing at GET /nowhere" },
    });
  });

  it("the same seed places the same orders", async () => {
    const one = await jupiterMoneySimulator.start({ seed: 5, clock: () => now });
    const two = await jupiterMoneySimulator.start({ seed: 5, clock: () => now });
    try {
      for (const simulator of [one, two]) for (let number = 0; number < 5; number++) await simulator.placeOrder();
      expect(one.state().orders).toEqual(two.state().orders);
    } finally {
      await one.close();
      await two.close();
    }
  });

  it("closing ends calls that wait, and the port is free", async () => {
    await fault({ kind: "timeout", operation: "getProductsCount" });
    await fault({ kind: "late", operation: "pushOrder", delayMs: 60_000 });
    await place(oneItem);
    const headers = await logIn();
    const waiting = call(`${sim.url}/productsCount?publishedStatus=PUBLISHED`, { headers }).then(
      () => "answered",
      () => "ended",
    );
    await until(() => list(sim.state().faults).every(({ fired }) => fired === 1), "both faults struck");
    await sim.close();
    expect(await waiting).toBe("ended");
    const again = await startJupiterMoneySimulator({ port: sim.port });
    await again.close();
    expect(receiver.pushes).toHaveLength(0);
  });
});
