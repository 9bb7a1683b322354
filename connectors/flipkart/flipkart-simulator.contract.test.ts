/** The simulator's own behaviour: what the suite of all sources does not ask of it. */
import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { assert } from "../../src/kernel/index.ts";
import { Engine, type EngineChannel, type OperationIo, type OperationName } from "../kit/index.ts";
import type { RunningSimulator, SimOrder } from "../kit/simulator/index.ts";
import { call, type Receiver, type Said, startReceiver } from "../kit/simulator/test-support.ts";
import { must, orderOf } from "../kit/suite/world.ts";
import { flipkart } from "./index.ts";
import { startFlipkartSimulator } from "./simulator/index.ts";

const APP = { username: "sim-app", password: "sim-secret" };
const LOCATION = "LOC7a1b2c3d";
const BEGIN = Temporal.Instant.from("2026-11-20T04:30:00Z");

let now = BEGIN;
let sim: RunningSimulator;
let engine: Engine;
let token = "";

beforeAll(async () => {
  sim = await startFlipkartSimulator({ sellers: [APP], clock: () => now, warehouses: [LOCATION] });
  engine = new Engine();
});
beforeEach(async () => {
  await post("/_sim/reset", {});
  const basic = Buffer.from(`${APP.username}:${APP.password}`).toString("base64");
  const said = await call(`${sim.url}/oauth/token?grant_type=client_credentials`, {
    headers: { authorization: `Basic ${basic}` },
  });
  token = String(said.body.access_token);
});
afterAll(async () => {
  await engine.close();
  await sim.close();
});

function post(path: string, body: unknown, method = "POST"): Promise<Said> {
  return call(`${sim.url}${path}`, { method, body, headers: { authorization: `Bearer ${token}` } });
}

function get(path: string): Promise<Said> {
  return call(`${sim.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
}

/** As the product calls it. */
async function run<K extends OperationName>(name: K, input: OperationIo[K]["in"]): Promise<OperationIo[K]["out"]> {
  const fields = { appId: APP.username, appSecret: APP.password, locations: JSON.stringify({ [LOCATION]: "BLR1" }) };
  const connector = { ...flipkart, limits: { ...flipkart.limits, requestsPerSecond: 1_000, burst: 1_000 } };
  const channel: EngineChannel = { channelId: "c", connector, baseUrl: sim.url, fields, credentialsVersion: "1" };
  return must(name, engine.run(channel, name, input, { now, interactive: false, record: () => undefined }));
}

async function order(wish: Readonly<Record<string, unknown>> = {}): Promise<SimOrder> {
  const { id } = await sim.placeOrder({ push: false, items: [{ sku: "MILTON-BOTTLE-1L-SLV", quantity: 2 }], ...wish });
  return orderOf(sim, id);
}

const RATES = { gstBps: 1800, cgstBps: 900, sgstBps: 900, utgstBps: 0, igstBps: 0, cessBps: 0 };

function parcel(of: SimOrder) {
  const lines = of.items.map((item) => ({
    ...{
      channelOrderItemId: item.orderItemId,
      productId: item.productId,
      variantId: item.sku,
      quantity: item.quantity,
      rates: RATES,
    },
  }));
  return { channelOrderId: of.id, packageCode: `P-${of.id}`, lines };
}

function packing(of: SimOrder): OperationIo["pack"]["in"] {
  const box = { lengthMm: 300, widthMm: 100, heightMm: 100, weightGrams: 900 };
  return { ...parcel(of), ...box, packedOn: Temporal.PlainDate.from("2026-11-20") };
}

async function statusOf(of: SimOrder): Promise<string | undefined> {
  const read = await run("readStatuses", [of.id]);
  return read.orders[0]?.lines[0]?.raw;
}

describe("packing", () => {
  it("takes its time, and papers come with it", async () => {
    await post("/_sim/settings", { invoiceDelayMs: 10_000 });
    const placed = await order();
    expect(await run("pack", packing(placed))).toMatchObject({ status: "SUCCESS" });
    expect(await statusOf(placed)).toBe("PACKING_IN_PROGRESS");
    expect(await run("fetchInvoice", parcel(placed))).toMatchObject({
      state: "NOT_YET",
      message: expect.stringContaining("is packing"),
    });
    expect(await run("fetchLabel", parcel(placed))).toMatchObject({ state: "NOT_YET" });
    now = now.add({ seconds: 10 });
    expect(await statusOf(placed)).toBe("PACKED");
    expect(await run("fetchInvoice", parcel(placed))).toMatchObject({ state: "READY" });
    expect(orderOf(sim, placed.id).parcels[0]?.box).toEqual({ lengthMm: 300, widthMm: 100, heightMm: 100, grams: 900 });
  });
  it("that fails for a form says so, and goes on once the form's number is given", async () => {
    const placed = await order();
    await post(`/_sim/shipments/${placed.id}`, { formFails: true });
    await run("pack", packing(placed));
    expect(await statusOf(placed)).toBe("FORM_FAILED");
    expect(await run("pack", packing(placed))).toMatchObject({
      status: "FAILED",
      message: expect.stringContaining("seller panel"),
    });
    const forms = [{ name: "TRANSIT_FORM", ackNumber: "EWB-1" }];
    await post("/v3/shipments/forms/updateAck", { shipments: [{ shipmentId: placed.id, forms }] });
    expect(await statusOf(placed)).toBe("PACKED");
  });
  it("is refused while held and before its moment, by the connector's reading and by Flipkart's own word", async () => {
    const held = await order();
    await post("/orders/sandbox/on_hold", { orderItemId: held.items[0]?.orderItemId }, "PUT");
    expect(await run("pack", packing(held))).toMatchObject({
      status: "FAILED",
      message: expect.stringContaining("holds"),
    });
    const future = await order();
    const slot = { orderItemId: future.items[0]?.orderItemId, dispatch_after_date: now.add({ hours: 5 }).toString() };
    await post("/orders/sandbox/update_dispatch_slot", slot);
    expect(await run("pack", packing(future))).toMatchObject({
      status: "FAILED",
      message: expect.stringContaining("from"),
    });
    for (const shipment of [held, future]) {
      const wish = {
        shipmentId: shipment.id,
        locationId: LOCATION,
        invoices: [{ orderId: "x", invoiceDate: "2026-11-20" }],
      };
      const said = await post("/v3/shipments/labels", { shipments: [wish] });
      expect(said.raw).toMatchObject({ shipments: [{ status: "FAILURE", errorCode: "OPERATION_NOT_ALLOWED" }] });
    }
    await post("/orders/sandbox/un_hold", { orderItemId: held.items[0]?.orderItemId }, "PUT");
    expect(await run("pack", packing(held))).toMatchObject({ status: "SUCCESS" });
  });
});

describe("hand-over", () => {
  const packed = async () => {
    const placed = await order();
    await run("pack", packing(placed));
    const courier = await run("fetchCourier", parcel(placed));
    assert(courier.state === "READY", "the courier is there");
    return { placed, courierCode: courier.value.code };
  };
  it("makes parcels ready with the hand-over list, and the courier takes them later", async () => {
    const { placed, courierCode } = await packed();
    const wish = { courierCode, parcels: [parcel(placed)], lines: parcel(placed).lines };
    const made = await run("fetchManifest", wish);
    expect(made).toMatchObject({ made: true, refused: [] });
    expect(made.file?.subarray(0, 5).toString()).toBe("%PDF-");
    expect(await statusOf(placed)).toBe("READY_TO_DISPATCH");
    expect(await run("dispatch", { ...parcel(placed), packageNo: 1, shipper: null })).toMatchObject({
      status: "SUCCESS",
    });
    now = now.add({ hours: 3 });
    expect(await statusOf(placed)).toBe("SHIPPED");
  });
  it("names the lines of parcels that are not packed or cancelled, and makes no list", async () => {
    const { placed, courierCode } = await packed();
    const [early, gone] = [await order(), await order()];
    await post(`/_sim/orders/${gone.id}/cancel`, { push: false });
    const parcels = [placed, early, gone].map(parcel);
    const stopped = await run("fetchManifest", { courierCode, parcels, lines: parcels.flatMap((one) => one.lines) });
    expect(stopped.made).toBe(false);
    expect(stopped.refused).toEqual([
      { key: early.items[0]?.orderItemId, message: expect.stringContaining("not packed") },
      { key: gone.items[0]?.orderItemId, message: expect.stringContaining("cancelled") },
    ]);
    const rest = [parcel(placed)];
    expect(
      await run("fetchManifest", { courierCode, parcels: rest, lines: rest.flatMap((one) => one.lines) }),
    ).toMatchObject({ made: true });
  });
  it("whose answer was lost is told again, and takes nothing off the hand-over list", async () => {
    const { placed, courierCode } = await packed();
    await post("/_sim/faults", { kind: "5xx", operation: "markReadyToDispatch", processed: true, count: 1 });
    const lines = parcel(placed).lines;
    expect(await run("fetchManifest", { courierCode, parcels: [parcel(placed)], lines })).toMatchObject({
      ...{ made: true, refused: [] },
    });
    const again = await post("/v3/shipments/dispatch", { shipmentIds: [placed.id], locationId: LOCATION });
    expect(again.raw).toMatchObject({ shipments: [{ status: "FAILURE", errorCode: "INVALID_ITEM_STATE" }] });
  });
  it("of what the seller ships is taken on a later day too", async () => {
    const placed = await order({ thirdPartyShipping: false });
    const left = now;
    now = now.add({ hours: 48 });
    const shipper = {
      ...{ providerName: "Own", courierName: "Blue Dart", awb: "BD1", trackingUrl: "https://t.example/BD1" },
      ...{ dispatchedAt: left, deliveryExpectedAt: left.add({ hours: 24 }), zone: "Asia/Kolkata" },
      ...{ invoiceNumber: "WH-1", invoicedOn: Temporal.PlainDate.from("2026-11-20") },
    };
    expect(await run("dispatch", { ...parcel(placed), packageNo: 1, shipper })).toMatchObject({ status: "SUCCESS" });
    expect(await statusOf(placed)).toBe("SHIPPED");
  });
  it("is refused before packing by Flipkart's own word", async () => {
    const placed = await order();
    const said = await post("/v3/shipments/dispatch", { shipmentIds: [placed.id], locationId: LOCATION });
    expect(said.raw).toMatchObject({ shipments: [{ status: "FAILURE", errorCode: "ORDER_ITEM_NOT_PACKED" }] });
  });
});

describe("a shipment of another service profile", () => {
  it("is searched for where it lies with the seller, and left out where Flipkart stores it", async () => {
    const [lite, stored, own] = [await order(), await order(), await order()];
    await post(`/_sim/shipments/${lite.id}`, { profile: "FBF_LITE" });
    await post(`/_sim/shipments/${stored.id}`, { profile: "FBF" });
    const window = {
      status: "CREATED" as const,
      page: 1,
      from: BEGIN.subtract({ minutes: 5 }),
      to: now.add({ minutes: 5 }),
    };
    const { orders } = await run("pullOrders", window);
    expect(orders.map((one) => one.channelOrderId).sort()).toEqual([lite.id, own.id].sort());
    // A push may name any of them.
    const named = await run("readOrders", [lite.id, stored.id]);
    expect(named.orders.map((one) => one.channelOrderId)).toEqual([lite.id]);
  });
});

describe("a listing that is moved into Flipkart's warehouse", () => {
  it("is given with the others and says so; one that is taken off Flipkart is not given", async () => {
    const sku = "BAJAJ-MIXER-750W";
    const row = async () => {
      const { rows, rejected } = await run("pullListings", 1);
      expect(rejected).toEqual([]);
      return rows.find((one) => one.channelSku === sku);
    };
    expect(await row()).toMatchObject({ stockAtChannel: false });
    await post(`/_sim/listings/${sku}`, { profile: "FBF" });
    expect(await row()).toMatchObject({ live: true, stockAtChannel: true });
    const keys = { channelProductId: sku, productId: "MXGRINDER750W001", variantId: sku };
    expect(await run("pushInventory", [{ ...keys, quantity: 4, hsn: null, channelWarehouse: LOCATION }])).toMatchObject(
      { results: [{ accepted: false, message: expect.stringContaining("FBF") }] },
    );
    await post(`/_sim/listings/${sku}`, { profile: "NON_FBF", withdrawn: true });
    expect(await row()).toBeUndefined();
  });
});

describe("the seller's cancellation", () => {
  it("sets the listing out of stock, and is listed as the seller's", async () => {
    const placed = await order();
    const [item] = placed.items;
    assert(item !== undefined, "the order has a line");
    const figure = {
      channelProductId: item.sku,
      productId: item.productId,
      variantId: item.sku,
      quantity: 9,
      hsn: null,
      channelWarehouse: LOCATION,
    };
    expect(await run("pushInventory", [figure])).toMatchObject({ status: "SUCCESS" });
    expect(await run("cancel", { channelOrderId: placed.id, lines: parcel(placed).lines })).toMatchObject({
      status: "SUCCESS",
    });
    expect(sim.state().stock).toMatchObject({ [item.productId]: { quantity: 0 } });
    const feed = await run("pullStatuses", {
      feed: "cancelled/sellerCancellation",
      from: now.subtract({ minutes: 5 }),
      to: now,
      page: 1,
    });
    expect(feed.orders.map((one) => one.channelOrderId)).toEqual([placed.id]);
    const said = await run("pushInventory", [figure]);
    expect(said).toMatchObject({ status: "SUCCESS" });
    expect(sim.state().stock).toMatchObject({ [item.productId]: { quantity: 9 } });
  });
  it("takes lines of one group together, or says with which they go", async () => {
    const placed = await order({
      items: [
        { sku: "MILTON-BOTTLE-1L-SLV", packetNumber: 2 },
        { sku: "WIPRO-LED-9W-P4", packetNumber: 2 },
        { sku: "KORE-DUMBBELL-20KG" },
      ],
    });
    const [first, second, third] = parcel(placed).lines;
    assert(first && second && third, "three lines");
    const alone = await run("cancel", { channelOrderId: placed.id, lines: [first] });
    expect(alone).toMatchObject({ status: "FAILED", message: expect.stringContaining("WIPRO-LED-9W-P4") });
    expect(await run("cancel", { channelOrderId: placed.id, lines: [first, second] })).toMatchObject({
      status: "SUCCESS",
    });
    expect(orderOf(sim, placed.id).items.map((item) => item.status)).toEqual(["CANCELLED", "CANCELLED", "CREATED"]);
  });
});

describe("searching", () => {
  it("refuses pages above twenty, a search of cancellations without their kind, and tokens of nobody", async () => {
    const search = (body: unknown) => post("/v3/shipments/filter", body);
    expect((await search({ filter: { type: "preDispatch" }, pagination: { pageSize: 21 } })).status).toBe(400);
    expect((await search({ filter: { type: "cancelled" } })).status).toBe(400);
    expect((await get("/v3/shipments/filter?next_token=abc")).status).toBe(400);
    const ids = Array.from({ length: 101 }, (_, i) => `id-${i}`).join(",");
    expect((await get(`/v3/shipments?shipmentIds=${ids}`)).status).toBe(400);
  });
  it("gives an address of another page on the last one too", async () => {
    await order();
    const said = await post("/v3/shipments/filter", { filter: { type: "preDispatch" } });
    expect(said.body).toMatchObject({ hasMore: false, nextPageUrl: expect.stringContaining("next_token=") });
  });
  it("gives quoted SKUs on demand, which are read as what they are", async () => {
    const placed = await order();
    await post(`/_sim/shipments/${placed.id}`, { quotedSkus: true });
    const raw = await get(`/v3/shipments?shipmentIds=${placed.id}`);
    expect(JSON.stringify(raw.raw)).toContain("&quot;MILTON-BOTTLE-1L-SLV&quot;");
    const [read] = (await run("readOrders", [placed.id])).orders;
    expect(flipkart.readOrder?.(read?.raw)).toMatchObject({
      value: { lines: [{ channelSku: "MILTON-BOTTLE-1L-SLV" }] },
    });
  });
});

describe("the sandbox", () => {
  it("makes an order and lets it travel, be returned, and the return end", async () => {
    const test = {
      shipmentType: "NORMAL",
      locationId: LOCATION,
      orderItems: [{ listingId: "LSTBTLSTEEL1LITRE01", quantity: 1 }],
    };
    const made = await post("/orders/sandbox/test_orders", test);
    const [{ orderItemId } = { orderItemId: "" }] = made.body.orderItems as readonly { readonly orderItemId: string }[]; // the contract's shape
    const [placed] = (sim.state().orders as readonly SimOrder[]).slice(-1); // the shape that simulators promise
    assert(placed !== undefined, "the order is there");
    for (const [path, state] of [
      ["pick_up_complete", "PICKUP_COMPLETE"],
      ["shipped", "SHIPPED"],
      ["delivered", "DELIVERED"],
    ] as const) {
      expect((await post(`/orders/sandbox/${path}`, { orderItemId })).body).toEqual({ response: "SUCCESS" });
      expect(await statusOf(placed)).toBe(state);
    }
    await post("/returns/sandbox/create_returns", { orderItemId, returnType: "customer" });
    const list = async () => {
      const wish = {
        feed: "returns/customer_return",
        from: now.subtract({ minutes: 5 }),
        to: now.add({ minutes: 5 }),
        page: 1,
      };
      return (await run("pullStatuses", wish)).orders[0]?.lines[0]?.status;
    };
    expect(await list()).toBe("CIR");
    await post("/returns/sandbox/return_events", { orderItemId, eventType: "return_completed" });
    expect(await list()).toBe("RETURNED");
    expect(await statusOf(placed)).toBe("RETURNED");
    await post("/returns/sandbox/return_events", { orderItemId, eventType: "return_cancelled" });
    expect(await list()).toBe("DELIVERED");
    expect(await statusOf(placed)).toBe("DELIVERED");
  });
});

describe("notifications", () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
    sim.setTarget({ url: `${receiver.url}/notify`, headers: {} });
    return async () => {
      sim.setTarget(null);
      await receiver.close();
    };
  });
  const events = () => receiver.pushes.map((push) => new Map(Object.entries(push.body ?? {})).get("eventType"));

  it("are signed for the address and the second they are sent to and in", async () => {
    await order({ push: true });
    const [push] = receiver.pushes;
    const seconds = Math.floor(Date.parse(String(push?.headers.x_date)) / 1000);
    const digest = createHash("sha1").update(`${seconds}${receiver.url}/notifyPOST${APP.password}`).digest("hex");
    expect(push?.headers.x_authorization).toBe(
      `FKLOGIN ${Buffer.from(`${APP.username}:${digest}`).toString("base64")}`,
    );
    expect(events()).toEqual(["shipment_created"]);
  });
  it("of a shipment wait for the one before them to be answered 200, and go in their order then", async () => {
    receiver.answer = { status: 503, body: {} };
    const placed = await order({ push: true });
    await post(`/_sim/orders/${placed.id}/dispatch`, {});
    await post(`/_sim/orders/${placed.id}/deliver`, {});
    expect(new Set(events())).toEqual(new Set(["shipment_created"]));
    const other = await order({ push: true });
    expect(receiver.pushes.map((push) => new Map(Object.entries(push.body ?? {})).get("shipmentId"))).toContain(
      other.id,
    );
    receiver.answer = { status: 200, body: {} };
    const own = () =>
      receiver.pushes.flatMap(({ body }) => {
        const members = new Map(Object.entries(body ?? {}));
        return members.get("shipmentId") === placed.id ? [members.get("eventType")] : [];
      });
    await expect.poll(own, { timeout: 10_000 }).toEqual(expect.arrayContaining(["shipment_delivered"]));
    const [...told] = new Set(own());
    expect(told).toEqual(["shipment_created", "shipment_shipped", "shipment_delivered"]);
  });
  it("that nobody took are dropped with the world that is reset", async () => {
    receiver.answer = { status: 503, body: {} };
    const placed = await order({ push: true });
    await post("/_sim/reset", {});
    receiver.answer = { status: 200, body: {} };
    const tries = receiver.pushes.length;
    await setTimeout(2_500); // longer than what was refused waits to be sent again
    expect(receiver.pushes).toHaveLength(tries);
    expect(placed.pushes.map((push) => push.status)).toEqual([503]);
  });
  it("come twice on demand, under the same key", async () => {
    await post("/_sim/faults", { kind: "twice", operation: "receiveNotification", count: 1 });
    await order({ push: true });
    const bodies = receiver.pushes.map((push) => JSON.stringify(push.body));
    expect(bodies).toHaveLength(2);
    expect(new Set(bodies).size).toBe(1);
  });
});

describe("limits", () => {
  it("counts what a careful client would not send, and refuses nothing", async () => {
    for (let i = 0; i < 8; i++) expect((await get("/v3/shipments?shipmentIds=x")).status).toBe(200);
    const limits = sim.state().limits as readonly { readonly operation: string; readonly exceeded: number }[]; // the shape that simulators promise
    expect(limits.find((one) => one.operation === "getShipments")?.exceeded).toBeGreaterThan(0);
  });

  it("is never gone beyond by the connector, however many calls are wanted at once", async () => {
    // Waiting is real here: so is this simulator's clock.
    const live = await startFlipkartSimulator({ sellers: [APP], warehouses: [LOCATION] });
    const careful = new Engine();
    const fields = { appId: APP.username, appSecret: APP.password, locations: JSON.stringify({ [LOCATION]: "BLR1" }) };
    const channel = { channelId: "c", connector: flipkart, baseUrl: live.url, fields, credentialsVersion: "1" };
    try {
      const asked = Array.from({ length: 14 }, (_, i) =>
        careful.run(channel, i % 2 === 0 ? "readStatuses" : "readOrders", [`none-${i}`], {
          ...{ now: Temporal.Now.instant(), interactive: i % 3 === 0, record: () => undefined },
        }),
      );
      expect((await Promise.all(asked)).every((outcome) => outcome.ok)).toBe(true);
      const limits = live.state().limits as readonly { readonly calls: number; readonly exceeded: number }[]; // as above
      expect(limits.reduce((sum, { calls }) => sum + calls, 0)).toBeGreaterThanOrEqual(15);
      expect(limits.filter(({ exceeded }) => exceeded > 0)).toEqual([]);
    } finally {
      await careful.close();
      await live.close();
    }
  });
});
