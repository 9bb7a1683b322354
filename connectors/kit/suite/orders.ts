/** New orders, orders under review, acceptance. */
import { expect } from "vitest";
import { assert } from "../../../src/kernel/index.ts";
import type { ImportedSaleOrder, OrdersPage, OrdersWish, PulledOrder } from "../index.ts";
import { RepeatGuard } from "../paging.ts";
import type { SimOrder } from "../simulator/index.ts";
import {
  addressFacts,
  addressFactsOf,
  freightHeld,
  freightOf,
  lineFacts,
  lineFactsOf,
  newOrders,
  windowOf,
} from "./facts.ts";
import { readAll } from "./steps.ts";
import { must, orderOf, type Rig, rehearse, type World } from "./world.ts";

const ORDERS = 120; // three pages of fifty

export function orderScenarios(world: World): void {
  readingScenarios(world);
  wrongScenarios(world);
  repeatScenarios(world);
  pagingScenarios(world);
  if (world.behaves.pendingBeside) besideScenarios(world);
}

/** Time passes until what was done shows, then a page is asked for. */
function pull(world: World, channel: Rig, over: Partial<OrdersWish> = {}): Promise<OrdersPage> {
  world.seen();
  return must("the list", channel.run("pullOrders", { ...newOrders(world), ...over }));
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
  const { scenario, rig, order, connector, behaves } = world;
  for (const paymentType of ["PREPAID", "COD"])
    scenario("pullOrders", `gives a new order that is ${paymentType}, which is read as it is held there`, async () => {
      const placed = await order({ displayOrderNumber: "SHOWN-1", pincode: "600002", paymentType });
      const page = await pull(world, rig());
      expect(page).toMatchObject({ last: true, rejected: [] });
      const pulled = only(page);
      expect(pulled.channelOrderId).toBe(placed.id);
      if (behaves.ordersTellStatus) expect(statusesOf(pulled)).toEqual(placed.items.map(() => "OPEN"));
      const imported = readOk(world, pulled.raw);
      expect(imported).toMatchObject({
        channelOrderId: placed.id,
        ...(behaves.displays ? { displayCode: "SHOWN-1" } : {}),
        status: "CREATED",
        thirdPartyShipping: placed.thirdPartyShipping,
        paymentType,
      });
      expect(imported.placedAt.toString()).toBe(placed.orderDate);
      expect(imported.dispatchBy.toString()).toBe(placed.slaBy);
      expect(imported.lines.map(lineFacts)).toEqual(placed.items.map((item) => lineFactsOf(item, world)));
      expect(addressFacts(imported, world)).toEqual(addressFactsOf(placed, world));
      // What is paid at the door may cost more: some marketplaces tell that with the freight, others not at all.
      if (paymentType === "PREPAID") expect(freightOf(imported, world)).toBe(freightHeld(placed));
    });
  for (const status of connector.capabilities.pullOrders?.statuses ?? [])
    scenario("pullOrders", `asked for ${status} gives those orders and no other`, async () => {
      const made = new Map<string, SimOrder>();
      for (const orderStatus of ["CREATED", "PENDING_VERIFICATION"])
        made.set(orderStatus, await order({ orderStatus }));
      const pulled = only(await pull(world, rig(), { status }));
      expect(pulled.channelOrderId).toBe(made.get(status)?.id);
      expect(readOk(world, pulled.raw).status).toBe(status);
    });
  if (behaves.lineStatuses)
    scenario("pullOrders", "a line that was cancelled before the order was seen is read as cancelled", async () => {
      const { id, items } = await order();
      await world.act(id, "cancel", { items: [{ orderItemId: items[0]?.orderItemId }] });
      const { lines } = readOk(world, only(await pull(world, rig())).raw);
      const held = orderOf(world.sim(), id).items;
      expect(lines.map(lineFacts)).toEqual(held.map((item) => lineFactsOf(item, world)));
    });
  if (behaves.holds !== "nothing")
    scenario("pullOrders", "what is held is read as held", async () => {
      const lines = await order();
      const held = lines.items.map((_, i) => behaves.holds === "order" || i === 0);
      const again = {
        id: lines.id,
        items: lines.items.map(({ sku, quantity }, i) => ({ sku, quantity, onHold: held[i] })),
      };
      await order(again);
      const pulled = only(await pull(world, rig()));
      expect(readOk(world, pulled.raw).lines.map((line) => line.onHold)).toEqual(held);
    });
}

function wrongScenarios(world: World): void {
  const { scenario, rig, order, fault, options, behaves } = world;
  const wrong = options.wrong ?? { unreadable: { orderItems: "none" }, nameless: { id: "" } };
  scenario("pullOrders", "a broken order fails alone and says why, the others are read", async () => {
    const broken = await order({ raw: wrong.unreadable });
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
    await order({ raw: wrong.nameless });
    const page = await pull(world, rig());
    expect(page.orders.map((one) => one.channelOrderId)).toEqual([good.id]);
    expect(page.rejected).toMatchObject([{ raw: wrong.nameless, words: expect.stringMatching(/\S/) }]);
  });
  if (behaves.ordersTellStatus)
    scenario("pullOrders", "a status nobody knows makes no order, and is reported as unknown", async () => {
      const placed = await order();
      const channel = rig();
      world.seen();
      const operation = await rehearse(channel, "pullOrders", newOrders(world), behaves.asides);
      await fault({ kind: "unknown_status", operation });
      const pulled = only(await pull(world, channel));
      expect(read(world, pulled.raw)).toMatchObject({ ok: false });
      expect(statusesOf(pulled)).toEqual(placed.items.map(() => "unknown"));
    });
}

function statusesOf({ reported }: PulledOrder): readonly string[] | undefined {
  return reported?.lines.map((line) => line.status);
}

function repeatScenarios(world: World): void {
  const { scenario, rig, order, act, fault, behaves } = world;
  scenario("pullOrders", "asked again gives the same content, whatever became of a line meanwhile", async () => {
    const placed = await order();
    const channel = rig();
    const first = only(await pull(world, channel));
    expect(JSON.stringify(only(await pull(world, channel)).content)).toBe(JSON.stringify(first.content));
    const [line] = placed.items;
    const items = behaves.lineStatuses ? { items: [{ orderItemId: line?.orderItemId }] } : {};
    for (const [action, status] of [
      ["dispatch", "DISPATCHED"],
      ["deliver", "DELIVERED"],
    ] as const) {
      await act(placed.id, action, items);
      const again = (await pull(world, channel)).orders.find((one) => one.channelOrderId === placed.id);
      // A list of orders that nobody has begun does not show it any more; one that shows it shows the same.
      if (again === undefined && world.connector.capabilities.pullStatuses !== undefined) continue;
      expect(JSON.stringify(again?.content), action).toBe(JSON.stringify(first.content));
      // Read wherever the answer carries it: the order may have been processed on the marketplace's own panel.
      if (again && behaves.ordersTellStatus)
        expect(statusesOf(again)).toEqual(
          placed.items.map((_, i) => (i === 0 || !behaves.lineStatuses ? status : "OPEN")),
        );
    }
  });
  scenario("pullOrders", "another order under the same id has other content", async () => {
    const placed = await order();
    const channel = rig();
    const first = only(await pull(world, channel));
    const items = placed.items.map(() => ({ sku: "SUITE-005", quantity: placed.items[0]?.quantity === 1 ? 1 : 9 }));
    await order({ id: placed.id, items });
    const other = only(await pull(world, channel));
    expect(other.channelOrderId).toBe(placed.id);
    expect(JSON.stringify(other.content)).not.toBe(JSON.stringify(first.content));
  });
  if (world.behaves.pages.orders < 2) return;
  scenario("pullOrders", "a page that repeats is noticed by its first order", async () => {
    await many(world, ORDERS);
    const channel = rig();
    const guard = new RepeatGuard();
    const first = await pull(world, channel);
    await fault({ kind: "repeat_page" });
    const second = await pull(world, channel, { page: 2, ...(first.next === undefined ? {} : { token: first.next }) });
    expect([first, second].map((page) => guard.repeats(page.orders[0]?.channelOrderId))).toEqual([false, true]);
  });
}

async function many(world: World, count: number, wish: Readonly<Record<string, unknown>> = {}): Promise<void> {
  for (let i = 0; i < count; i++)
    await world.sim().placeOrder({ push: false, items: [{ sku: "SUITE-000" }], ...world.options.order, ...wish });
}

function pagingScenarios(world: World): void {
  const { scenario, rig, later, behaves, connector } = world;
  scenario("pullOrders", "reads all pages, each order once, and stops at the channel's own end", async () => {
    await many(world, ORDERS);
    const channel = rig();
    world.seen();
    const wish = newOrders(world);
    const pages = await readAll((page, token) =>
      must(`page ${page}`, channel.run("pullOrders", { ...wish, page, ...(token === undefined ? {} : { token }) })),
    );
    const ids = pages.flatMap((page) => page.orders.map((one) => one.channelOrderId));
    expect(pages.length).toBeGreaterThanOrEqual(behaves.pages.orders);
    expect(new Set(ids).size).toBe(ORDERS);
    expect(ids.length).toBe(ORDERS);
  });
  if (!behaves.windows) return;
  scenario("pullOrders", "gives orders of the window and no others", async () => {
    const channel = rig();
    later(600_000); // what was done before this scenario lies behind it
    const early = { id: (await world.order()).id, at: world.now() };
    later(600_000);
    const inside = { id: (await world.order()).id, at: world.now() };
    later(600_000 + behaves.lagMs);
    const ask = async (from: typeof inside.at, to: typeof inside.at) => {
      const page = await must("the window", channel.run("pullOrders", { ...newOrders(world), from, to, page: 1 }));
      return page.orders.map((one) => one.channelOrderId);
    };
    const around = ({ at }: typeof inside) => ask(at.subtract({ minutes: 1 }), at.add({ minutes: 1 }));
    expect(await around(inside)).toEqual([inside.id]);
    expect(await around(early)).toEqual([early.id]);
    expect(await ask(inside.at.add({ minutes: 1 }), inside.at.add({ minutes: 5 }))).toEqual([]);
  });
  if (connector.capabilities.pullOrders?.by !== "changed")
    scenario("pullOrders", "counts the ends of a window in", async () => {
      const channel = rig();
      const { id } = await world.order();
      const at = world.now();
      later(behaves.lagMs);
      const page = await must("the moment", channel.run("pullOrders", { ...newOrders(world), from: at, to: at }));
      expect(only(page).channelOrderId).toBe(id);
    });
}

/** Orders under review that stand in the list of new ones: stock is kept for them. */
function besideScenarios(world: World): void {
  const { scenario, rig, order, act } = world;
  scenario("pullOrders", "gives an order under review beside, with its lines, until it is released", async () => {
    const placed = await order({ underReview: true });
    const channel = rig();
    const page = await pull(world, channel);
    expect(page.orders).toEqual([]);
    expect(page.pending?.map((one) => one.channelOrderId)).toEqual([placed.id]);
    expect(page.pending?.[0]?.lines.map(({ channelSku, quantity }) => [channelSku, quantity])).toEqual(
      placed.items.map(({ sku, quantity }) => [sku, quantity]),
    );
    await act(placed.id, "release");
    const released = await pull(world, channel);
    expect(released.orders.map((one) => one.channelOrderId)).toEqual([placed.id]);
    expect(released.pending ?? []).toEqual([]);
  });
}

export function pendencyScenarios(world: World): void {
  const { scenario, rig, order, act } = world;
  const list = (channel: Rig, page = 1) => {
    world.seen();
    return must("pendency", channel.run("pullPendency", windowOf(world, page)));
  };
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
        channelProductId: world.keysOf(item).channelProductId,
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
    await many(world, 60, { underReview: true });
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
