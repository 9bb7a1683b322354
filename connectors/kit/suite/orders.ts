/** New orders, orders under review, acceptance. */
import { expect } from "vitest";
import { assert } from "../../../src/kernel/index.ts";
import type { ImportedSaleOrder, OrdersPage, PulledOrder, PulledStatus } from "../index.ts";
import { RepeatGuard } from "../paging.ts";
import type { SimOrder } from "../simulator/index.ts";
import { lineFacts, lineFactsOf, windowOf } from "./facts.ts";
import { must, type Rig, rehearse, type World } from "./world.ts";

const ORDERS = 120; // three pages of fifty

export function orderScenarios(world: World): void {
  readingScenarios(world);
  repeatScenarios(world);
  pagingScenarios(world);
}

function pull(world: World, channel: Rig, page = 1, status: PulledStatus = "CREATED"): Promise<OrdersPage> {
  return must(`page ${page}`, channel.run("pullOrders", { ...windowOf(world, page), status }));
}

/** The one order of a page. */
function only(page: OrdersPage): PulledOrder {
  const [order] = page.orders;
  assert(order !== undefined && page.orders.length === 1, `one order is given, not ${page.orders.length}`);
  return order;
}

function read(world: World, raw: unknown) {
  const { readOrder } = world.connector;
  assert(readOrder !== undefined, "a source that is asked for orders reads them");
  return readOrder(raw);
}

function readOk(world: World, raw: unknown): ImportedSaleOrder {
  const order = read(world, raw);
  assert(order.ok, `the order is read: ${JSON.stringify(order)}`);
  return order.value;
}

function readingScenarios(world: World): void {
  const { scenario, rig, order, connector, fault } = world;
  scenario("pullOrders", "gives a new order, which is read as the marketplace holds it", async () => {
    const placed = await order({ displayOrderNumber: "SHOWN-1", pincode: "600002" });
    const page = await pull(world, rig());
    expect(page).toMatchObject({ last: true, rejected: [] });
    const pulled = only(page);
    expect(pulled.channelOrderId).toBe(placed.id);
    expect(pulled.reported?.lines.map((line) => line.status)).toEqual(["OPEN", "OPEN"]);
    const imported = readOk(world, pulled.raw);
    expect(imported).toMatchObject({
      channelOrderId: placed.id,
      displayCode: "SHOWN-1",
      status: "CREATED",
      thirdPartyShipping: placed.thirdPartyShipping,
      paymentType: placed.paymentType,
    });
    expect(imported.placedAt.toString()).toBe(placed.orderDate);
    expect(imported.dispatchBy.toString()).toBe(placed.slaBy);
    expect(imported.shippingAddress.pincode).toBe("600002");
    expect(imported.lines.map(lineFacts)).toEqual(placed.items.map(lineFactsOf));
  });
  for (const status of connector.capabilities.pullOrders?.statuses ?? [])
    scenario("pullOrders", `asked for ${status} gives those orders and no other`, async () => {
      const made = new Map<string, SimOrder>();
      for (const orderStatus of ["CREATED", "PENDING_VERIFICATION"])
        made.set(orderStatus, await order({ orderStatus }));
      const pulled = only(await pull(world, rig(), 1, status));
      expect(pulled.channelOrderId).toBe(made.get(status)?.id);
      expect(readOk(world, pulled.raw).status).toBe(status);
    });
  scenario("pullOrders", "a line that is held is read as held", async () => {
    await order({ items: [{ sku: "SUITE-000", onHold: true }, { sku: "SUITE-001" }] });
    const pulled = only(await pull(world, rig()));
    expect(readOk(world, pulled.raw).lines.map((line) => line.onHold)).toEqual([true, false]);
  });
  scenario("pullOrders", "a broken order fails alone and says why, the others are read", async () => {
    const broken = await order({ raw: { orderItems: "none" } });
    const good = await order();
    const page = await pull(world, rig());
    const raws = new Map(page.orders.map((one) => [one.channelOrderId, one]));
    expect([...raws.keys()].sort()).toEqual([broken.id, good.id].sort());
    expect(raws.get(broken.id)?.reported).toBeNull();
    expect(read(world, raws.get(broken.id)?.raw)).toMatchObject({ ok: false, faults: [expect.anything()] });
    expect(read(world, raws.get(good.id)?.raw)).toMatchObject({ ok: true });
  });
  scenario("pullOrders", "a row without an id is kept as it came, with words", async () => {
    const good = await order();
    await order({ raw: { id: "" } });
    const page = await pull(world, rig());
    expect(page.orders.map((one) => one.channelOrderId)).toEqual([good.id]);
    expect(page.rejected).toMatchObject([{ raw: { id: "" }, words: expect.stringMatching(/\S/) }]);
  });
  scenario("pullOrders", "a status nobody knows makes no order, and is reported as unknown", async () => {
    await order();
    const channel = rig();
    await fault({ kind: "unknown_status", operation: await rehearse(channel, "pullOrders", wishOf(world)) });
    const pulled = only(await pull(world, channel));
    expect(read(world, pulled.raw)).toMatchObject({ ok: false });
    expect(pulled.reported?.lines.map((line) => line.status)).toEqual(["unknown", "unknown"]);
  });
}

function wishOf(world: World) {
  return { ...windowOf(world), status: "CREATED" } as const;
}

function repeatScenarios(world: World): void {
  const { scenario, rig, order, act, fault } = world;
  scenario("pullOrders", "asked again gives the same content, whatever became of a line meanwhile", async () => {
    const placed = await order();
    const channel = rig();
    const first = only(await pull(world, channel));
    const [line] = placed.items;
    for (const [action, status] of [
      ["dispatch", "DISPATCHED"],
      ["deliver", "DELIVERED"],
    ] as const) {
      await act(placed.id, action, { items: [{ orderItemId: line?.orderItemId }] });
      const again = only(await pull(world, channel));
      expect(JSON.stringify(again.content), action).toBe(JSON.stringify(first.content));
      // Read wherever the answer carries it: the order may have been processed on the marketplace's own panel.
      expect(again.reported?.lines.map((reported) => reported.status)).toEqual([status, "OPEN"]);
    }
  });
  scenario("pullOrders", "another order under the same id has other content", async () => {
    const placed = await order();
    const channel = rig();
    const first = only(await pull(world, channel));
    await world.sim().placeOrder({ id: placed.id, push: false, items: [{ sku: "SUITE-005", quantity: 9 }] });
    const other = only(await pull(world, channel));
    expect(other.channelOrderId).toBe(placed.id);
    expect(JSON.stringify(other.content)).not.toBe(JSON.stringify(first.content));
  });
  scenario("pullOrders", "a page that repeats is noticed by its first order", async () => {
    for (let i = 0; i < 60; i++) await world.sim().placeOrder({ push: false, items: [{ sku: "SUITE-000" }] });
    const channel = rig();
    const guard = new RepeatGuard();
    await fault({ kind: "repeat_page", operation: await rehearse(channel, "pullOrders", wishOf(world)) });
    const noticed: boolean[] = [];
    for (const number of [1, 2])
      noticed.push(guard.repeats((await pull(world, channel, number)).orders[0]?.channelOrderId));
    expect(noticed).toEqual([false, true]);
  });
}

function pagingScenarios(world: World): void {
  const { scenario, rig, later, sim } = world;
  scenario("pullOrders", "reads all pages, each order once, and stops at the channel's own end", async () => {
    for (let i = 0; i < ORDERS; i++) await sim().placeOrder({ push: false, items: [{ sku: "SUITE-000" }] });
    const channel = rig();
    const ids: string[] = [];
    let pages = 0;
    for (let last = false; !last; ) {
      pages += 1;
      const page = await pull(world, channel, pages);
      ids.push(...page.orders.map((one) => one.channelOrderId));
      last = page.last;
    }
    expect(pages).toBeGreaterThanOrEqual(2);
    expect(new Set(ids).size).toBe(ORDERS);
    expect(ids.length).toBe(ORDERS);
  });
  scenario("pullOrders", "gives orders of the window and no others, its ends included", async () => {
    const channel = rig();
    const early = await world.order();
    later(60_000);
    const inside = await world.order();
    const at = world.now();
    const ask = (from: typeof at, to: typeof at) =>
      must("the window", channel.run("pullOrders", { status: "CREATED", from, to, page: 1 }));
    expect(only(await ask(at, at)).channelOrderId).toBe(inside.id);
    expect(only(await ask(at.subtract({ seconds: 60 }), at.subtract({ seconds: 1 }))).channelOrderId).toBe(early.id);
    expect((await ask(at.add({ seconds: 1 }), at.add({ seconds: 9 }))).orders).toEqual([]);
  });
}

export function pendencyScenarios(world: World): void {
  const { scenario, rig, order, act, sim } = world;
  const list = (channel: Rig, page = 1) => must("pendency", channel.run("pullPendency", windowOf(world, page)));
  scenario("pullPendency", "gives an order under review with its lines, until it is released or dropped", async () => {
    const channel = rig();
    const [released, dropped] = [await order({ underReview: true }), await order({ underReview: true })];
    const first = await list(channel);
    expect(first.rejected).toEqual([]);
    expect(first.orders.map((one) => one.channelOrderId).sort()).toEqual([released.id, dropped.id].sort());
    const lines = first.orders.find((one) => one.channelOrderId === released.id)?.lines;
    expect(lines).toEqual(
      released.items.map((item) => ({
        channelOrderItemId: item.orderItemId,
        channelProductId: `${item.productId}-${item.variantId}`,
        channelSku: item.sku,
        quantity: item.quantity,
      })),
    );
    await act(released.id, "release");
    await act(dropped.id, "drop");
    expect(await list(channel)).toMatchObject({ orders: [], last: true });
    // What is released comes as a new order; what is dropped does not.
    expect(only(await pull(world, channel)).channelOrderId).toBe(released.id);
  });
  scenario("pullPendency", "reads all pages, each order once", async () => {
    for (let i = 0; i < 60; i++)
      await sim().placeOrder({ push: false, underReview: true, items: [{ sku: "SUITE-000" }] });
    const channel = rig();
    const [first, second] = [await list(channel, 1), await list(channel, 2)];
    expect([first.last, second.last]).toEqual([false, true]);
    expect(new Set([...first.orders, ...second.orders].map((one) => one.channelOrderId)).size).toBe(60);
  });
}

export function acknowledgeScenarios(world: World): void {
  const { scenario, rig, order, fault } = world;
  scenario("acknowledge", "an accepted order becomes a new one", async () => {
    const placed = await order({ orderStatus: "PENDING_VERIFICATION" });
    const channel = rig();
    expect(await must("acknowledge", channel.run("acknowledge", placed.id))).toMatchObject({
      status: "SUCCESS",
      results: [{ key: placed.id, accepted: true }],
    });
    expect(only(await pull(world, channel)).channelOrderId).toBe(placed.id);
  });
  scenario("acknowledge", "told again changes nothing", async () => {
    const placed = await order({ orderStatus: "PENDING_VERIFICATION" });
    const channel = rig();
    for (let i = 0; i < 2; i++)
      expect(await must("acknowledge", channel.run("acknowledge", placed.id))).toMatchObject({ status: "SUCCESS" });
  });
  scenario("acknowledge", "that is refused is not taken for accepted", async () => {
    const channel = rig();
    const operation = await rehearse(channel, "acknowledge", (await order({ orderStatus: "PENDING_VERIFICATION" })).id);
    await fault({ kind: "failed", operation });
    const other = await order({ orderStatus: "PENDING_VERIFICATION" });
    const told = await must("acknowledge", channel.run("acknowledge", other.id));
    expect(told).toMatchObject({ status: "FAILED", results: [{ key: other.id, accepted: false }] });
    expect(told.message).toMatch(/\S/);
  });
}
