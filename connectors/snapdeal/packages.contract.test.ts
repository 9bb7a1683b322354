/** The story of a package by each model, against the simulator. Each step is a process of its own: nothing is remembered. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assert } from "../../src/kernel/index.ts";
import { Engine, type ExchangeRecord, type OperationIo, type OperationName } from "../kit/index.ts";
import type { RunningSimulator, SimOrder } from "../kit/simulator/index.ts";
import { snapdeal } from "./index.ts";
import { SNAPDEAL_SELLERS, snapdealFields, snapdealSimulator } from "./simulator/index.ts";

const BEGIN = Temporal.Instant.from("2026-11-20T04:30:00Z");
const RATES = { gstBps: 1800, cgstBps: 900, sgstBps: 900, utgstBps: 0, igstBps: 0, cessBps: 0 };
let now = BEGIN;
let sim: RunningSimulator;
let exchanges: ExchangeRecord[];

beforeEach(async () => {
  now = BEGIN;
  exchanges = [];
  sim = await snapdealSimulator.start({ clock: () => now });
});
afterEach(() => sim.close());

async function run<K extends OperationName>(name: K, input: OperationIo[K]["in"]): Promise<OperationIo[K]["out"]> {
  const outcome = await attempt(name, input);
  assert(outcome.ok, `${name}: ${JSON.stringify(outcome)}`);
  return outcome.value;
}

async function attempt<K extends OperationName>(name: K, input: OperationIo[K]["in"]) {
  const [seller] = SNAPDEAL_SELLERS;
  assert(seller !== undefined, "there is a seller");
  const engine = new Engine();
  try {
    const channel = {
      channelId: "c",
      connector: snapdeal,
      baseUrl: sim.url,
      fields: snapdealFields(seller),
      credentialsVersion: "1",
    };
    const record = (exchange: ExchangeRecord) => void exchanges.push(exchange);
    return await engine.run(channel, name, input, { now, interactive: false, record });
  } finally {
    await engine.close();
  }
}

async function control(path: string, body: object): Promise<void> {
  const answered = await fetch(`${sim.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  assert(answered.ok, `the simulator takes ${path}: ${await answered.text()}`);
}

async function placed(wish: object = {}, model?: string): Promise<SimOrder> {
  const { id } = await sim.placeOrder({ items: [{ sku: "SD-BOTTLE-1L", quantity: 2 }], ...wish });
  if (model !== undefined) await control(`/_sim/orders/${id}/model`, { model });
  return known(id);
}

function known(id: string): SimOrder {
  const order = (sim.state().orders as readonly SimOrder[]).find((one) => one.id === id); // the shape that simulators promise
  assert(order !== undefined, "the simulator holds it");
  return order;
}

const linesOf = (order: SimOrder) =>
  order.items.map((item) => ({
    channelOrderItemId: item.orderItemId,
    productId: item.variantId,
    variantId: item.variantId,
    quantity: 1,
    rates: RATES,
  }));
const parcelOf = (order: SimOrder) => ({ channelOrderId: order.id, packageCode: "P-1", lines: linesOf(order) });
const shipmentOf = (order: SimOrder) => ({
  ...{ channelOrderId: order.id, invoiceNumber: "W-2627-00001", invoicedOn: Temporal.PlainDate.from("2026-11-20") },
  ...{ lengthMm: 200, widthMm: 100, heightMm: 80, weightGrams: 400, lines: linesOf(order) },
});
/** What the seller does on Snapdeal's own panel: it numbers and prints, and remembers nothing of ours. */
const onPanel = (order: SimOrder) => run("giveShipment", { ...shipmentOf(order), invoiceNumber: "PANEL-1" });
const manifestOf = (...orders: readonly SimOrder[]) => ({
  courierCode: "DLV",
  parcels: orders.map(parcelOf),
  lines: orders.flatMap(linesOf),
});
const withoutFirst = (order: SimOrder): SimOrder => ({ ...order, items: order.items.slice(1) });
/** Who has left, by what the simulator was told. */
const left = (...orders: readonly SimOrder[]) =>
  orders.map(({ id }) => known(id).items.every((item) => item.status !== "CREATED"));
const arrived = (order: SimOrder): OperationIo["notifyState"]["in"] => ({
  ...{ channelOrderId: order.id, channelOrderItemIds: order.items.map((item) => item.orderItemId) },
  ...{ state: "DELIVERED", courierStatus: null, changedAt: now, zone: "Asia/Kolkata" },
});
const listed = async () => {
  const page = await run("pullOrders", { status: "CREATED", from: now.subtract({ hours: 24 }), to: now, page: 1 });
  return page.orders.map((order) => order.channelOrderId);
};
const statusOf = async (id: string) =>
  (await run("readStatuses", [id])).orders[0]?.lines.map((line) => `${line.status} ${line.raw}`);
const feed = async (name: string) => {
  const page = await run("pullStatuses", { feed: name, from: now.subtract({ hours: 1 }), to: now, page: 1 });
  return page.orders.map((order) => [order.channelOrderId, ...order.lines.map((line) => line.status)]);
};

describe("a package of Snapdeal's", () => {
  it.each([
    ["ONESHIP", "AHOS", "createHandOverSheet"],
    ["DROPSHIP", "MFG", "createManifest"],
    ["OCPLUS", "MFG", "createManifest"],
  ])("by %s is printed once, listed and handed over (%s)", async (model, state, made) => {
    const order = await placed({}, model);
    expect(order.items).toHaveLength(2);
    expect(await listed()).toEqual([order.id]);
    expect(await run("fetchCourier", parcelOf(order))).toMatchObject({ state: "NOT_YET" });
    expect(await run("giveShipment", shipmentOf(order))).toMatchObject({ status: "SUCCESS" });
    expect(await run("giveShipment", shipmentOf(order))).toMatchObject({ status: "SUCCESS" });
    expect(exchanges.filter((one) => one.operation === "printOrders" && one.outcome === "OK")).toHaveLength(1);
    expect(await listed()).toEqual([order.id]); // printed, and still to be handed over
    const courier = await run("fetchCourier", parcelOf(order));
    assert(courier.state === "READY", "the courier is there");
    expect(await run("fetchLabel", parcelOf(order))).toMatchObject({ state: "READY" });
    const facts = { channelOrderId: order.id, packageNo: 1, lines: linesOf(order), shipper: null };
    expect(await run("dispatch", facts)).toMatchObject({ status: "FAILED" });
    const wish = { courierCode: courier.value.code, parcels: [parcelOf(order)], lines: linesOf(order) };
    const list = await run("fetchManifest", wish);
    expect(list).toMatchObject({ made: true, refused: [] });
    expect(await run("fetchManifest", wish)).toEqual(list);
    expect(exchanges.some((one) => one.operation === made)).toBe(true);
    expect(await run("downloadFile", list.url ?? "")).toMatchObject({ state: "READY" });
    expect(await run("dispatch", facts)).toMatchObject({ status: "SUCCESS" });
    expect((await statusOf(order.id))?.[0]).toBe(state === "AHOS" ? "OPEN AHOS" : "DISPATCHED MFG");
    expect(await listed(), "on a sheet that nobody has taken it is still to be seen as new").toEqual(
      state === "AHOS" ? [order.id] : [],
    );
    now = now.add({ minutes: 40 });
    const travelling = await feed("orders/travelling");
    expect(travelling).toEqual([[order.id, "DISPATCHED", "DISPATCHED"]]);
  });

  it("that the seller ships takes his number when it leaves, and his word when it arrived", async () => {
    const order = await placed({ thirdPartyShipping: false });
    expect(await run("fetchCourier", parcelOf(order))).toEqual({ state: "SELLER_SHIPS" });
    const shipper = {
      ...{ providerName: "Own", courierName: "Bluedart", awb: "B-1", trackingUrl: "https://track.example.in/B-1" },
      ...{ dispatchedAt: now, deliveryExpectedAt: now, invoiceNumber: "W-2627-00001" },
      ...{ invoicedOn: Temporal.PlainDate.from("2026-11-20"), zone: "Asia/Kolkata" },
    };
    const facts = { channelOrderId: order.id, packageNo: 1, lines: linesOf(order), shipper };
    for (let i = 0; i < 2; i++) expect(await run("dispatch", facts)).toMatchObject({ status: "SUCCESS" });
    expect(await statusOf(order.id)).toEqual(["DISPATCHED SHP", "DISPATCHED SHP"]);
    exchanges = [];
    expect(await run("notifyState", arrived(order))).toMatchObject({ status: "SUCCESS" });
    const asked = exchanges.map((one) => one.operation);
    expect(asked, "a process that saw no list of it asks for the one package").toEqual([
      "reprintOrder",
      "updateOrderStatuses",
    ]);
    expect(await statusOf(order.id)).toEqual(["DELIVERED FFD", "DELIVERED FFD"]);
  });

  it("that the seller ships is refused in words while Snapdeal does not have it on its way, and is not taken for told", async () => {
    const order = await placed({ thirdPartyShipping: false });
    expect(await run("notifyState", arrived(order))).toMatchObject({
      status: "FAILED",
      message: expect.stringContaining("not printed yet"),
    });
    expect(await statusOf(order.id)).toEqual(["OPEN PFF", "OPEN PFF"]);
  });

  it("printed on the panel is pulled as new, and has courier, label and hand-over here, under the panel's number", async () => {
    const order = await placed();
    await onPanel(order);
    expect(await listed()).toEqual([order.id]);
    expect(await run("giveShipment", shipmentOf(order))).toMatchObject({
      status: "SUCCESS",
      message: expect.stringContaining("PANEL-1"),
    });
    expect(await run("fetchCourier", parcelOf(order))).toMatchObject({ state: "READY" });
    expect(await run("fetchLabel", parcelOf(order))).toMatchObject({ state: "READY" });
    expect(await run("fetchManifest", manifestOf(order))).toMatchObject({ made: true });
    expect(exchanges.filter((one) => one.operation === "printOrders" && one.outcome === "OK")).toHaveLength(1);
  });

  it("of which a unit was cancelled after its printing is packed anew under another number, and handed over", async () => {
    const order = await placed();
    await run("giveShipment", shipmentOf(order));
    const [first] = linesOf(order);
    assert(first !== undefined, "it has a unit");
    expect(await run("cancel", { channelOrderId: order.id, lines: [first] })).toMatchObject({ status: "SUCCESS" });
    const rest = withoutFirst(order);
    const again = { ...shipmentOf(rest), invoiceNumber: "W-2627-00002" };
    expect(await run("giveShipment", again)).toMatchObject({
      status: "SUCCESS",
      message: expect.stringContaining("W-2627-00001"),
    });
    expect(await run("fetchLabel", parcelOf(rest))).toMatchObject({ state: "READY" });
    expect(await run("fetchManifest", manifestOf(rest))).toMatchObject({ made: true, refused: [] });
    expect(await statusOf(order.id)).toEqual(["CANCELLED OOS", "OPEN AHOS"]);
  });

  it("of which a unit was cancelled before its printing is labelled and handed over without it", async () => {
    const order = await placed();
    await control(`/_sim/orders/${order.id}/cancel`, { items: [{ orderItemId: order.items[0]?.orderItemId }] });
    const rest = withoutFirst(order);
    expect(await run("giveShipment", shipmentOf(rest))).toMatchObject({ status: "SUCCESS" });
    expect(await run("fetchLabel", parcelOf(rest))).toMatchObject({ state: "READY" });
    expect(await run("fetchManifest", manifestOf(rest))).toMatchObject({ made: true, refused: [] });
  });

  it("that the seller ships and printed on the panel is told as dispatched, with the number that its paper bears", async () => {
    const order = await placed({ thirdPartyShipping: false });
    await onPanel(order);
    const shipper = {
      ...{ providerName: "Own", courierName: "Bluedart", awb: "B-1", trackingUrl: "https://track.example.in/B-1" },
      ...{ dispatchedAt: now, deliveryExpectedAt: now, invoiceNumber: "W-2627-00001" },
      ...{ invoicedOn: Temporal.PlainDate.from("2026-11-20"), zone: "Asia/Kolkata" },
    };
    const facts = { channelOrderId: order.id, packageNo: 1, lines: linesOf(order), shipper };
    expect(await run("dispatch", facts)).toMatchObject({
      status: "SUCCESS",
      message: expect.stringContaining("PANEL-1"),
    });
  });

  it.each(["ONESHIP", "DROPSHIP"])(
    "by %s taken off a list that was made and not printed stays on the shelf, and goes with the next",
    async (model) => {
      const [one, other, more] = [await placed({}, model), await placed({}, model), await placed({}, model)];
      for (const order of [one, other, more]) await run("giveShipment", shipmentOf(order));
      const operation = model === "ONESHIP" ? "printHandOverSheet" : "printManifest";
      await control("/_sim/faults", { kind: "5xx", operation, count: 1 });
      expect(await attempt("fetchManifest", manifestOf(one, other))).toMatchObject({ ok: false });
      expect(left(one, other, more)).toEqual([false, false, false]);
      expect(await run("fetchManifest", manifestOf(one)), "one of the two alone").toMatchObject({ made: true });
      expect(left(one, other, more)).toEqual([true, false, false]);
      expect(await run("fetchManifest", manifestOf(other, more))).toMatchObject({ made: true });
      expect(left(one, other, more)).toEqual([true, true, true]);
    },
  );

  it("by DROPSHIP of several couriers has a manifest for each, and one that was made is not made twice", async () => {
    const [bd, dl] = [await placed({}, "DROPSHIP"), await placed({}, "DROPSHIP")];
    for (const order of [bd, dl]) await run("giveShipment", shipmentOf(order));
    const all = { ...manifestOf(bd, dl), courierCode: "" };
    expect(await run("fetchManifest", all)).toMatchObject({ made: false, apart: true, refused: [] });
    expect(exchanges.some((one) => one.operation === "createManifest")).toBe(false);
    const first = await run("fetchManifest", { ...manifestOf(bd), courierCode: "BD" });
    expect(first).toMatchObject({ made: true });
    await control("/_sim/faults", {
      kind: "failed",
      operation: "createManifest",
      message: "closed for today",
      count: 1,
    });
    expect(await run("fetchManifest", { ...manifestOf(dl), courierCode: "DL" })).toMatchObject({ made: false });
    expect(left(bd, dl)).toEqual([true, false]);
    expect(await run("fetchManifest", { ...manifestOf(bd), courierCode: "BD" })).toEqual(first);
    expect(await run("fetchManifest", { ...manifestOf(dl), courierCode: "DL" })).toMatchObject({ made: true });
    expect(sim.state().manifests).toHaveLength(2);
  });

  it("goes on a list that was made and not printed, beside those that stand on it", async () => {
    const [one, other, late] = [await placed(), await placed(), await placed()];
    for (const order of [one, other, late]) await run("giveShipment", shipmentOf(order));
    await control("/_sim/faults", { kind: "5xx", operation: "printHandOverSheet", count: 1 });
    expect(await attempt("fetchManifest", manifestOf(one, other))).toMatchObject({ ok: false });
    const made = await run("fetchManifest", manifestOf(one, other, late));
    expect(made).toMatchObject({ made: true, refused: [] });
    expect(left(one, other, late)).toEqual([true, true, true]);
    const odd = await placed();
    await run("giveShipment", shipmentOf(odd));
    expect(await run("fetchManifest", manifestOf(one, odd)), "what is gone is named").toMatchObject({
      made: false,
      refused: one.items.map((item) => ({ key: item.orderItemId, message: expect.stringContaining("handed over") })),
    });
    expect(left(odd)).toEqual([false]);
  });

  it("that Snapdeal ships is told nothing of its delivery", async () => {
    const order = await placed();
    expect(await run("giveShipment", shipmentOf(order))).toMatchObject({ status: "SUCCESS" });
    expect(await run("notifyState", arrived(order))).toMatchObject({ status: "SUCCESS" });
    expect(exchanges.some((one) => one.operation === "updateOrderStatuses")).toBe(false);
  });

  it("of its own centre is not asked for", async () => {
    await placed({}, "FC_VOI");
    expect(await listed()).toEqual([]);
  });

  it("processed, delivered, returned and cancelled on the panel is met in its list", async () => {
    const [sent, back, gone] = [await placed(), await placed(), await placed()];
    await control(`/_sim/orders/${sent.id}/dispatch`, {});
    await control(`/_sim/orders/${back.id}/dispatch`, {});
    await control(`/_sim/orders/${back.id}/rto`, {});
    await control(`/_sim/orders/${gone.id}/cancel`, { items: [{ orderItemId: gone.items[0]?.orderItemId }] });
    expect(await feed("orders/travelling")).toEqual([[sent.id, "DISPATCHED", "DISPATCHED"]]);
    expect(await feed("orders/completed")).toEqual([[back.id, "RTO", "RTO"]]);
    expect(await feed("suborders/cancelled")).toEqual([[gone.id, "CANCELLED"]]);
    expect(await statusOf(gone.id)).toEqual(["CANCELLED OOS", "OPEN PFF"]);
    await control(`/_sim/orders/${gone.id}/cancel`, {});
    expect(await listed()).toEqual([]);
    expect((await statusOf(gone.id))?.map((words) => words.split(" ")[0]?.replace(":", ""))).toEqual([
      "CANCELLED",
      "CANCELLED",
    ]);
  });

  it("processed and delivered on the panel before it was seen is read as a whole; one that was cancelled there is not", async () => {
    const [sent, over, part, gone] = [await placed(), await placed(), await placed(), await placed()];
    for (const { id } of [sent, over, part]) {
      if (id === part.id)
        await control(`/_sim/orders/${id}/cancel`, { items: [{ orderItemId: part.items[0]?.orderItemId }] });
      await control(`/_sim/orders/${id}/dispatch`, {});
    }
    await control(`/_sim/orders/${over.id}/deliver`, {});
    await control(`/_sim/orders/${gone.id}/cancel`, {});
    const read = await run("readOrders", [sent.id, over.id, part.id, gone.id]);
    const words = read.orders.map((order) => [
      order.channelOrderId,
      ...(order.reported?.lines.map((line) => line.status) ?? []),
    ]);
    expect(words.toSorted()).toEqual(
      [
        [sent.id, "DISPATCHED", "DISPATCHED"],
        [over.id, "DELIVERED", "DELIVERED"],
        [part.id, "CANCELLED", "DISPATCHED"],
      ].toSorted(),
    );
    for (const { raw } of read.orders) expect(snapdeal.readOrder?.(raw)).toMatchObject({ ok: true });
  });

  it("with stock told is judged after a while, row by row", async () => {
    const line = (supc: string) => ({
      channelProductId: supc,
      productId: supc,
      variantId: supc,
      quantity: 5,
      hsn: null,
      channelWarehouse: null,
    });
    const pushed = await run("pushInventory", [line("SDL641200302"), line("NO-SUCH")]);
    assert(pushed.ticket !== undefined, "a ticket is given");
    expect(pushed.status).toBe("TAKEN");
    expect(await run("readStockResult", pushed.ticket)).toMatchObject({ state: "NOT_YET" });
    now = now.add({ seconds: 30 });
    expect(await run("readStockResult", pushed.ticket)).toMatchObject({
      state: "READY",
      value: { status: "PARTIAL_SUCCESS", results: [{ accepted: true }, { key: "NO-SUCH", accepted: false }] },
    });
  });
});
