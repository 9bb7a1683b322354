import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { operation, operationIds } from "../../../contract/validators.ts";
import { codesIn, pictureOfPage, readPages } from "../../../tests/support/read-pdf.ts";
import { isJson, type Json, type RunningSimulator } from "../../kit/simulator/index.ts";
import { call } from "../../kit/simulator/test-support.ts";
import { startProtocolSimulator } from "./index.ts";

/** A marketplace that offers everything that is not legacy: orders are pulled, it ships, it invoices. */
const OFFERED = operationIds("marketplace").filter(
  (id) => !["updatePricing", "getSettlements", "getSettlement"].includes(id),
);
const SHIRT = {
  productId: "1",
  variantId: "1-M",
  sku: "SHIRT-M",
  title: "Shirt",
  brand: "Kalam",
  category: "Apparel",
  pricePaise: 100_000,
  mrpPaise: 120_000,
  hsnCode: "620520",
  gstBasisPoints: 500,
  weightGrams: 200,
  sizeMm: [300, 200, 30],
} as const;

let now: Temporal.Instant;
let sim: RunningSimulator;
let headers: { apiKey: string };

beforeEach(async () => {
  now = Temporal.Instant.from("2026-11-20T14:10:05Z");
  sim = await startProtocolSimulator(
    {
      source: "BAZAAR",
      label: "Bazaar",
      idPrefix: "BZ",
      ordersArePushed: false,
      channelShips: true,
      operations: OFFERED,
      sellerState: "Karnataka",
      products: [SHIRT],
      sellers: [{ username: "s", password: "p" }],
    },
    { clock: () => now },
  );
  const said = await call(`${sim.url}/authToken`, { body: { username: "s", password: "p" } });
  headers = { apiKey: String(said.body.accessToken) };
});

afterEach(() => sim.close());

async function place(wish: Json = {}): Promise<string> {
  return (await sim.placeOrder({ items: [{ sku: "SHIRT-M", quantity: 2 }], ...wish })).id;
}
const get = (path: string) => call(sim.url + path, { headers });
const post = (path: string, body: Json) => call(sim.url + path, { headers, body });
const fault = (body: Json) => call(`${sim.url}/_sim/faults`, { body });
const ids = (body: Json, list: string, name: string) =>
  (Array.isArray(body[list]) ? body[list] : []).map((entry) => (isJson(entry) ? entry[name] : undefined));

describe("new orders, pulled", () => {
  const pull = (more = "", page = 1) => get(`/orders?orderStatus=CREATED&pageSize=50&pageNumber=${page}${more}`);

  it("come fifty a page, those still new, and are never pushed", async () => {
    for (let number = 0; number < 60; number++) await place();
    const first = await pull();
    expect(operation("marketplace", "getOrders").response(200, first.body)).toMatchObject({ ok: true });
    const second = await pull("", 2);
    expect([ids(first.body, "orders", "id").length, ids(second.body, "orders", "id").length]).toEqual([50, 10]);
    expect(new Set([...ids(first.body, "orders", "id"), ...ids(second.body, "orders", "id")]).size).toBe(60);
  });

  it("lie in the window asked for", async () => {
    await place();
    now = now.add({ hours: 2 });
    const late = await place();
    const from = encodeURIComponent("2026-11-20T20:00:00+05:30");
    expect(ids((await pull(`&orderDateFrom=${from}`)).body, "orders", "id")).toEqual([late]);
  });

  it("are wrong only as first given, when wished so", async () => {
    const id = await place({ raw: { orderStatus: "STRANGE" } });
    expect(ids((await pull()).body, "orders", "orderStatus")).toEqual(["STRANGE"]);
    expect(ids((await get(`/orders?orderIds=${id}&pageSize=5&pageNumber=1`)).body, "orders", "orderStatus")).toEqual([
      "CREATED",
    ]);
  });
});

describe("orders that wait for acceptance", () => {
  it("are listed while under review, and become new when acknowledged", async () => {
    const id = await place({
      orderStatus: "PENDING_VERIFICATION",
      items: [{ sku: "SHIRT-M", quantity: 40, onHold: true }],
    });
    const held = await get("/orders/pendency?pageNumber=1&pageSize=50");
    expect(held.body).toMatchObject({
      hasMore: false,
      pendencies: [{ orderId: id, orderItems: [{ quantity: 40, onHold: true }] }],
    });
    expect((await post("/orders/acknowledge", { orderId: id })).body).toEqual({ status: "SUCCESS" });
    expect((await post("/orders/acknowledge", { orderId: "nobody" })).body).toEqual({ status: "FAILED" });
    expect((await get("/orders/pendency?pageNumber=1&pageSize=50")).body).toMatchObject({ pendencies: [] });
    expect(ids((await get("/orders?orderStatus=CREATED&pageSize=50&pageNumber=1")).body, "orders", "id")).toEqual([id]);
  });
});

describe("a channel that ships", () => {
  const details = (orderItemId: string) => ({
    boxLength: 300,
    boxWidth: 200,
    boxHeight: 50,
    weight: 450,
    orderItems: [{ orderItemId, invoiceNumber: "KK-1", invoiceDate: "2026-11-21", taxRate: 5 }],
  });

  it("gives courier and label once per package, the label a PDF", async () => {
    const id = await place();
    const item = `${id}-1`;
    expect((await get(`/orders/labels?orderItemIds=${item}`)).status).toBe(404);
    expect((await post("/orders/labels", details(item))).body).toMatchObject({ status: "SUCCESS" });
    const courier = await get(`/courierDetails?orderItemIds=${item}`);
    expect(courier.body).toMatchObject({ status: "AVAILABLE" });
    expect((await get(`/courierDetails?orderItemIds=${item}`)).body).toEqual(courier.body);
    const label = await get(`/orders/labels?orderItemIds=${item}`);
    const pdf = Buffer.from(String(label.raw), "base64");
    const [page] = await readPages(pdf);
    expect(page?.text).toContain(`AWB ${courier.body.awbNo}`);
    expect(await codesIn(await pictureOfPage(pdf, 1, 3))).toContainEqual({
      format: "Code128",
      text: String(courier.body.awbNo),
    });
    expect((await get("/courierDetails?orderItemIds=nothing")).body).toMatchObject({ status: "COURIER_NOT_ASSIGNED" });
    const own = await place({ thirdPartyShipping: false });
    expect((await get(`/courierDetails?orderItemIds=${own}-1`)).body).toMatchObject({ status: "SELLER_SHIPPING" });
  });

  it("refuses shipment data of lines it does not know", async () => {
    expect((await post("/orders/labels", details("nothing"))).body).toEqual({
      status: "FAILED",
      orderItems: [{ orderItemId: "nothing", errorMessage: "order Item Id not available" }],
    });
  });

  it("makes the invoice once, with the taxes of the place", async () => {
    const near = await place({ state: "Karnataka" });
    const far = await place({ state: "Ladakh" });
    const invoice = await get(`/invoiceDetails?orderId=${near}`);
    expect(invoice.body).toMatchObject({
      code: expect.stringMatching(/^BZ[0-9A-Z]{6}-0001$/),
      productTaxes: [{ centralGstPercentage: 2.5, stateGstPercentage: 2.5, integratedGstPercentage: 0 }],
    });
    now = now.add({ hours: 1 });
    expect((await get(`/invoiceDetails?orderId=${near}`)).body).toEqual(invoice.body);
    expect((await get(`/invoiceDetails?orderId=${far}`)).body).toMatchObject({
      code: expect.stringMatching(/-0002$/),
      productTaxes: [{ centralGstPercentage: 0, stateGstPercentage: 0, integratedGstPercentage: 5 }],
    });
    expect((await get("/invoiceDetails?orderId=nobody")).status).toBe(400);
  });

  it("makes a manifest that can be fetched, unless an item stops it", async () => {
    const id = await place();
    const manifest = {
      courierCode: "EKART",
      manifestItems: [{ orderItemId: `${id}-1`, status: "PROCESSING", productId: "1", variantId: "1-M", quantity: 2 }],
    };
    const made = await post("/orders/fetchManifest", manifest);
    expect(made.body).toMatchObject({ status: "SUCCESS" });
    const file = await fetch(String(made.body.manifestUrl));
    expect([file.status, file.headers.get("content-type")]).toEqual([200, "application/pdf"]);
    await call(`${sim.url}/_sim/orders/${id}/cancel`, { method: "POST" });
    expect((await post("/orders/fetchManifest", manifest)).body).toEqual({
      status: "FAILED",
      manifestUrl: "",
      orderItems: [{ orderItemId: `${id}-1`, errorMessage: "item cancelled by customer" }],
    });
  });

  it("takes a dispatch without a parcel of the seller's, the same twice without harm", async () => {
    const id = await place();
    const body = { orderItems: [{ orderItemId: `${id}-1`, quantity: 2 }] };
    expect((await post("/orders/dispatch", body)).body).toMatchObject({ status: "SUCCESS" });
    expect((await post("/orders/dispatch", body)).body).toMatchObject({ status: "SUCCESS" });
    const [order] = Array.isArray(sim.state().orders) ? [sim.state().orders].flat() : [];
    expect(order).toMatchObject({
      orderStatus: "COMPLETE",
      items: [{ dispatchedQuantity: 2 }],
      shipments: [{ trackingNumber: "" }],
    });
    const tooMany = await post("/orders/dispatch", { orderItems: [{ orderItemId: `${id}-1`, quantity: 3 }] });
    expect(tooMany.body).toMatchObject({ status: "FAILED", orderItems: [{ errorMessage: "only 2 to dispatch" }] });
  });

  it("can be told to refuse every batch", async () => {
    const id = await place();
    await fault({ kind: "failed", message: "closed today" });
    expect((await post("/orders/labels", details(`${id}-1`))).body).toMatchObject({
      status: "FAILED",
      orderItems: [{ errorMessage: "closed today" }],
    });
    expect((await get(`/courierDetails?orderItemIds=${id}-1`)).body).toMatchObject({ status: "COURIER_NOT_ASSIGNED" });
    const dispatch = await post("/orders/dispatch", { orderItems: [{ orderItemId: `${id}-1`, quantity: 2 }] });
    expect(dispatch.body).toMatchObject({ status: "FAILED" });
    await fault({});
    expect((await get(`/orders?orderIds=${id}&pageSize=5&pageNumber=1`)).body).toMatchObject({
      orders: [{ orderStatus: "CREATED" }],
    });
  });
});

describe("every operation", () => {
  it("asks for a token unless it gives one, and withheld ones are 404", async () => {
    for (const id of operationIds("marketplace")) {
      const { method, path, open } = operation("marketplace", id);
      const said = await call(sim.url + path.replace("{orderId}", "1"), method === "GET" ? {} : { body: {} });
      const expected = !OFFERED.includes(id) ? 404 : open ? 400 : 401;
      expect(said.status, id).toBe(expected);
      expect(operation("marketplace", id).response(said.status, said.body).ok, id).toBe(true);
    }
  });
});
