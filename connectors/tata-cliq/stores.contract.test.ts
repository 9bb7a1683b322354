/** The story of offers: accepted in time, rejected, forgotten, and what each store hears of it. Against the simulator. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assert } from "../../src/kernel/index.ts";
import { Engine, type OperationIo, type OperationName } from "../kit/index.ts";
import type { RunningSimulator, SimOrder } from "../kit/simulator/index.ts";
import { tataCliq } from "./index.ts";
import { readOrder } from "./map/order.ts";
import { TATA_CLIQ_SELLERS, tataCliqFields, tataCliqSimulator } from "./simulator/index.ts";

const BEGIN = Temporal.Instant.from("2026-11-20T04:30:00Z");
const FACILITIES = { SLV01: "BLR1", SLV02: "DEL1" };
let now = BEGIN;
let sim: RunningSimulator;
let engine: Engine;

beforeEach(async () => {
  now = BEGIN;
  sim = await tataCliqSimulator.start({ clock: () => now, warehouses: ["SLV01", "SLV02"] });
  engine = new Engine();
});
afterEach(async () => {
  await engine.close();
  await sim.close();
});

async function run<K extends OperationName>(
  name: K,
  input: OperationIo[K]["in"],
  over: Readonly<Record<string, string>> = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<OperationIo[K]["out"]> {
  const [seller] = TATA_CLIQ_SELLERS;
  assert(seller !== undefined, "there is a seller");
  const fields = { ...tataCliqFields(seller, FACILITIES), ...over };
  const channel = {
    channelId: "c",
    connector: tataCliq,
    baseUrl: sim.url,
    fields,
    settings,
    credentialsVersion: JSON.stringify(over),
  };
  const outcome = await engine.run(channel, name, input, { now, interactive: false, record: () => undefined });
  assert(outcome.ok, `${name}: ${JSON.stringify(outcome)}`);
  return outcome.value;
}

const window = () => ({ from: now.subtract({ hours: 1 }), to: now, page: 1 });
const offered = async () =>
  (await run("pullOrders", { ...window(), status: "PENDING_VERIFICATION" })).orders.map(
    (order) => order.channelOrderId,
  );
const taken = async () =>
  (await run("pullOrders", { ...window(), status: "CREATED" })).orders.map((order) => order.channelOrderId);
const heard = async () => {
  const page = await run("pullStatuses", { ...window(), feed: "sales-orders" });
  return Object.fromEntries(
    page.orders.map((order) => [order.channelOrderId, order.lines.map((line) => `${line.status} ${line.raw}`)]),
  );
};

/** What is said of one order that is asked about. */
const told = async (id: string) =>
  (await run("readStatuses", [id])).orders.flatMap((order) => order.lines.map((line) => `${line.status} ${line.raw}`));

const TWO = [{ sku: "TCQ-BAG-2001" }, { sku: "TCQ-BAG-2002" }];

async function offer(wish: object = {}): Promise<string> {
  const { id } = await sim.placeOrder({
    orderStatus: "PENDING_VERIFICATION",
    warehouse: "SLV01",
    items: [{ sku: "TCQ-BAG-2001" }],
    ...wish,
  });
  return id;
}

const simOrder = (id: string) => (sim.state().orders as readonly SimOrder[]).find((order) => order.id === id); // the shape that simulators promise
const lineIds = (id: string) => (simOrder(id)?.items ?? []).map((item) => item.orderItemId);

async function reject(id: string, line: string): Promise<void> {
  const lines = [{ channelOrderItemId: line, productId: "", variantId: "", quantity: 1 }];
  expect(await run("cancel", { channelOrderId: id, lines })).toMatchObject({ status: "SUCCESS" });
}

/** The customer cancels lines at the marketplace. */
async function cancelledThere(id: string, lines: readonly string[]): Promise<void> {
  const items = lines.map((orderItemId) => ({ orderItemId }));
  const headers = { "content-type": "application/json" };
  const address = `${sim.url}/_sim/orders/${encodeURIComponent(id)}/cancel`;
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify({ items }) });
  assert(answer.ok, `the lines of ${id} are cancelled`);
}

describe("offers of Tata CLiQ", () => {
  it("that are accepted in time stay at their store", async () => {
    const id = await offer();
    expect(await offered()).toEqual([id]);
    expect(await run("acknowledge", id)).toMatchObject({ status: "SUCCESS" });
    expect([await offered(), await taken()]).toEqual([[], [id]]);
    now = now.add({ hours: 2 });
    expect(await taken()).toEqual([id]);
  });

  it("that nobody accepts go to the next store, then to nobody; each store hears of its own alone", async () => {
    const id = await offer();
    const [orderNo] = id.split("@");
    await offered();
    now = now.add({ minutes: 31 });
    const next = `${orderNo}@SLV02`;
    expect(await offered()).toEqual([next]);
    expect(await heard(), "a store that has nothing of it any more is asked about").toEqual({
      [next]: ["OPEN 001 OFFERED"],
    });
    expect(await told(id)).toEqual(["CANCELLED re-allocated to store SLV02"]);
    expect(await run("acknowledge", id)).toMatchObject({
      status: "FAILED",
      message: expect.stringContaining("gone to another store"),
    });
    expect(await run("readStatuses", [id, next])).toMatchObject({
      orders: [
        { channelOrderId: id, lines: [{ status: "CANCELLED" }] },
        { channelOrderId: next, lines: [{ status: "OPEN" }] },
      ],
    });
    now = now.add({ minutes: 31 });
    expect(await offered()).toEqual([]);
    expect((await heard())[next]).toEqual(["CANCELLED 008 CANCELLED"]);
  });

  it("of an order that no other store had say nothing to the other stores", async () => {
    const id = await offer();
    expect(Object.keys(await heard())).toEqual([id]);
  });

  it("that are rejected in part leave the rest where it is, and a process that saw none of it says so too", async () => {
    const id = await offer({ items: TWO, orderStatus: "CREATED" });
    const next = id.replace("SLV01", "SLV02");
    const [first = ""] = lineIds(id);
    await reject(id, first);
    const atFirst = ["OPEN 002 ACCEPTED", "CANCELLED re-allocated to store SLV02"];
    expect(await heard(), "the other part may not be here yet: it is asked about").toEqual({ [id]: atFirst });
    expect(await told(next)).toEqual(["OPEN 001 OFFERED", "CANCELLED re-allocated to store SLV01"]);
    expect(await offered()).toEqual([next]);
    expect(await run("acknowledge", next)).toMatchObject({ status: "SUCCESS" });
    await engine.close();
    engine = new Engine();
    expect(await heard()).toEqual({
      [id]: atFirst,
      [next]: ["OPEN 002 ACCEPTED", "CANCELLED re-allocated to store SLV01"],
    });
  });

  it("of which the customer cancels a line are accepted with the rest of them", async () => {
    const id = await offer({ items: TWO });
    const [, second = "", ...more] = lineIds(id);
    expect(more).toEqual([]);
    await cancelledThere(id, [second]);
    expect(await run("acknowledge", id)).toMatchObject({ status: "SUCCESS", results: [{ accepted: true }] });
    now = now.add({ hours: 1 });
    expect(await heard(), "it stays").toEqual({ [id]: ["OPEN 002 ACCEPTED", "CANCELLED 008 CANCELLED"] });
    expect(await run("acknowledge", id), "there is nothing left to accept").toMatchObject({ status: "SUCCESS" });
    await cancelledThere(id, lineIds(id));
    expect(await run("acknowledge", id)).toMatchObject({
      status: "FAILED",
      message: expect.stringContaining(`${second} is 008 CANCELLED`),
    });
  });
});

describe("lines that come to a store one after the other", () => {
  /** An order whose first line hopped to the second store, and ten minutes later its second. */
  async function comeLate(between: (next: string) => Promise<unknown>) {
    const id = await offer({ items: TWO, orderStatus: "CREATED" });
    const next = id.replace("SLV01", "SLV02");
    const [first = "", second = ""] = lineIds(id);
    await reject(id, first);
    await between(next);
    now = now.add({ minutes: 10 });
    await reject(id, second);
    expect(lineIds(next)).toEqual([first, second]);
    return { next, first, second };
  }
  const states = async (next: string) => (await told(next)).map((word) => word.split(" ")[1]);

  it("are accepted as far as they were there first; the other is named, and goes on by itself", async () => {
    const { next, first, second } = await comeLate(offered);
    const answer = await run("acknowledge", next);
    expect(answer).toMatchObject({ status: "FAILED", results: [{ key: next, accepted: false }] });
    expect(answer.message).toContain(`${first} accepted, ${second} not`);
    expect(await states(next)).toEqual(["002", "001"]);
    now = now.add({ minutes: 31 });
    expect(await states(next), "no third store is there").toEqual(["002", "008"]);
    expect(await run("acknowledge", next)).toMatchObject({ status: "SUCCESS" });
  });

  it("are not accepted when a lost answer is asked for again, and what was accepted stays", async () => {
    const accept = (next: string) => run("acknowledge", next);
    const { next, first, second } = await comeLate(accept);
    expect(await states(next)).toEqual(["002", "001"]);
    expect(await accept(next)).toMatchObject({
      status: "FAILED",
      message: expect.stringContaining(`${first} accepted, ${second} not`),
    });
    expect(await states(next)).toEqual(["002", "001"]);
  });
});

describe("an order as Tata CLiQ writes it", () => {
  it("is read with its address and its amounts, whoever pays when", async () => {
    for (const paymentType of ["COD", "PREPAID"] as const) {
      const items = [
        {
          sku: "TCQ-BAG-2001",
          ...{ sellingPrice: 2299, discount: 229.9, shippingCharges: 49.5, cashOnDeliveryCharges: 30 },
        },
      ];
      const id = await offer({ orderStatus: "CREATED", paymentType, items });
      const there = simOrder(id);
      assert(there !== undefined, "the order is there");
      const { orders } = await run("pullOrders", { ...window(), status: "CREATED" });
      const read = readOrder(orders.find((order) => order.channelOrderId === id)?.raw);
      assert(read.ok, JSON.stringify(read));
      const {
        addressLine1,
        addressLine2 = null,
        city,
        state,
        pincode,
        phone,
        email = null,
        name,
      } = there.shippingAddress;
      const address = { name, line1: addressLine1, line2: addressLine2, city, state, pincode, phone, email };
      expect(read.value).toMatchObject({
        ...{ paymentType, shippingAddress: address },
        placedAt: Temporal.Instant.from(there.orderDate).round("second"),
        dispatchBy: Temporal.Instant.from(there.slaBy).round("second"),
        lines: [{ sellingPrice: 229900, discount: 22990, shippingCharges: 4950, codCharges: 3000 }],
      });
    }
  });
});

describe("both kinds of shipping", () => {
  const rates = { gstBps: 1800, cgstBps: 900, sgstBps: 900, utgstBps: 0, igstBps: 0, cessBps: 0 };
  const box = {
    packedOn: Temporal.PlainDate.from("2026-11-20"),
    lengthMm: 200,
    widthMm: 100,
    heightMm: 50,
    weightGrams: 300,
  };

  const linesOf = (id: string) =>
    (simOrder(id)?.items ?? []).map((item) => ({
      ...{ channelOrderItemId: item.orderItemId, productId: item.sku, variantId: item.sku, quantity: 1, rates },
    }));

  it("TSHIP: accepted, packed, invoiced, labelled and listed by Tata CLiQ, then shipped; no step before the one that it needs", async () => {
    const id = await offer();
    const lines = linesOf(id);
    const parcel = { channelOrderId: id, packageCode: "P-1", lines };
    const list = () => run("fetchManifest", { courierCode: "DLV", parcels: [parcel], lines });
    const ship = () => run("dispatch", { channelOrderId: id, packageNo: 1, lines, shipper: null });
    const pack = () => run("pack", { ...parcel, ...box });
    const why = ({ results }: { results: readonly { message: string | null }[] }) => results[0]?.message;
    const whyNot = async () => [(await list()).refused[0]?.message, why(await ship())];

    expect([why(await pack()), why(await ship())]).toEqual([
      "the line is not accepted yet",
      "the line is not accepted yet",
    ]);
    await run("acknowledge", id);
    expect(await whyNot()).toEqual(["the line is not packed yet", "the line is not packed yet"]);
    expect(await run("fetchInvoice", parcel)).toMatchObject({ state: "NOT_YET" });
    expect(await run("fetchCourier", parcel)).toMatchObject({ state: "NOT_YET" });
    expect(await pack()).toMatchObject({ status: "SUCCESS" });
    expect(await whyNot()).toEqual(["the parcel has no invoice yet", "the parcel has no invoice yet"]);
    const invoice = await run("fetchInvoice", parcel);
    expect(await run("fetchInvoice", parcel)).toEqual(invoice);
    expect(await whyNot()).toEqual(["the parcel has no label yet", "the parcel has no label yet"]);
    const courier = await run("fetchCourier", parcel);
    assert(courier.state === "READY", "the courier is there");
    expect(await run("fetchLabel", parcel)).toMatchObject({ state: "READY" });
    expect(why(await ship())).toBe("the line is on no manifest yet");
    expect(await told(id)).toEqual(["OPEN 004 PACKED"]);
    expect(await list()).toMatchObject({ made: true, refused: [] });
    expect(await told(id)).toEqual(["OPEN 005 READY"]);
    expect(await ship()).toMatchObject({ status: "SUCCESS" });
    const [report] = (await run("readStatuses", [id])).orders;
    expect(report).toMatchObject({ lines: [{ status: "DISPATCHED" }], parcels: [{ awb: courier.value.awb }] });
    expect(why(await pack()), "it is packed no more").toBe("the line has left the store");
    expect(await list(), "the same list may be asked for again").toMatchObject({ made: true });
    expect(await ship(), "said again it is so").toMatchObject({ status: "SUCCESS" });
  });

  it("TSHIP: a part that left from the panel has papers of its own, and so has the rest", async () => {
    const id = await offer({ orderStatus: "CREATED", items: TWO });
    const [left, rest] = linesOf(id).map((line, i) => ({ channelOrderId: id, packageCode: `P-${i}`, lines: [line] }));
    assert(left !== undefined && rest !== undefined, "the order has two lines");
    const item = { orderItemId: left.lines[0]?.channelOrderItemId };
    await fetch(`${sim.url}/_sim/orders/${encodeURIComponent(id)}/dispatch`, {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ items: [item] }) },
    });
    const invoiceOf = async (parcel: typeof left) => {
      const invoice = await run("fetchInvoice", parcel);
      assert(invoice.state === "READY", "the invoice is there");
      return { number: invoice.value.number, lines: invoice.value.lines.map((line) => line.channelOrderItemId) };
    };
    const first = await invoiceOf(left);
    expect(first.lines).toEqual([item.orderItemId]);
    expect(await run("fetchInvoice", rest), "it is not packed").toMatchObject({ state: "NOT_YET" });
    expect(await run("pack", { ...rest, ...box })).toMatchObject({ status: "SUCCESS" });
    const second = await invoiceOf(rest);
    expect(second.lines).toEqual([rest.lines[0]?.channelOrderItemId]);
    expect(second.number).not.toBe(first.number);
    expect(await invoiceOf(left), "said again it is the same").toEqual(first);
    expect(await run("fetchLabel", left), "the panel took all steps").toMatchObject({ state: "READY" });
    const courier = await run("fetchCourier", rest);
    assert(courier.state === "READY", "the courier of the rest is there");
    expect(simOrder(id)?.shipments[0]?.trackingNumber).not.toBe(courier.value.awb);
    const { lines } = rest;
    const listed = await run("fetchManifest", { courierCode: courier.value.code, parcels: [rest], lines });
    expect(listed).toMatchObject({ made: true });
    const shipped = await run("dispatch", { channelOrderId: id, packageNo: 2, lines, shipper: null });
    expect(shipped).toMatchObject({ status: "SUCCESS" });
    expect(simOrder(id)?.shipments.map((shipment) => shipment.orderItemIds)).toEqual([
      [item.orderItemId],
      [rest.lines[0]?.channelOrderItemId],
    ]);
  });

  it("SSHIP: the seller's courier, number and invoice are told, and without them nothing is taken", async () => {
    const id = await offer({ thirdPartyShipping: false });
    const lines = linesOf(id);
    const facts = { channelOrderId: id, packageNo: 1, lines };
    expect(await run("dispatch", { ...facts, shipper: null })).toMatchObject({ status: "FAILED" });
    const shipper = {
      ...{ providerName: "Own", courierName: "Bluedart", awb: "B-1", trackingUrl: "https://track.example.in/B-1" },
      ...{
        dispatchedAt: now,
        deliveryExpectedAt: now,
        invoiceNumber: "W-1",
        invoicedOn: box.packedOn,
        zone: "Asia/Kolkata",
      },
    };
    expect(await run("dispatch", { ...facts, shipper }), "it is not accepted yet").toMatchObject({ status: "FAILED" });
    await run("acknowledge", id);
    expect(await run("dispatch", { ...facts, shipper })).toMatchObject({ status: "SUCCESS" });
    expect(simOrder(id)?.shipments).toMatchObject([{ trackingNumber: "B-1", courier: "Bluedart" }]);
    const [report] = (await run("readStatuses", [id])).orders;
    expect(report?.parcels).toBeUndefined();
  });

  it("stock goes as JSON or as XML, and is the same", async () => {
    const figure = (quantity: number) => [
      {
        channelProductId: "TCQ-BAG-2001",
        productId: "TCQ-BAG-2001",
        variantId: "TCQ-BAG-2001",
        quantity,
        hsn: null,
        channelWarehouse: "SLV02",
      },
    ];
    for (const [format, quantity] of [
      ["JSON", 4],
      ["XML", 9],
    ] as const) {
      expect(await run("pushInventory", figure(quantity), {}, { stockFormat: format })).toMatchObject({
        status: "SUCCESS",
      });
      expect(JSON.stringify(sim.state().requests)).toContain(
        `"updateInventory${format === "XML" ? "Xml" : "Json"}":{"count":1`,
      );
      expect(sim.state().stock).toMatchObject({ "TCQ-BAG-2001": { quantity } });
    }
    expect(
      await run(
        "pushInventory",
        [
          {
            ...figure(1)[0],
            channelProductId: "NO",
            productId: "NO",
            variantId: "NO",
            quantity: 1,
            hsn: null,
            channelWarehouse: "SLV02",
          },
        ],
        {},
        { stockFormat: "XML" },
      ),
    ).toMatchObject({ status: "FAILED", results: [{ message: "no article NO" }] });
  });

  it("tokens live a day: the call after it is made with a new one", async () => {
    await taken();
    now = now.add({ hours: 25 });
    expect(await taken()).toEqual([]);
    expect(JSON.stringify(sim.state().requests)).toContain('"401":1');
  });
});
