import Fastify from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { act, actionWish } from "./actions.ts";
import { rawBody, readBodiesLeniently } from "./bodies.ts";
import { makeOrder, readOrderWish } from "./orders.ts";
import { createLimitCounters } from "./published-limits.ts";
import { seededRandom } from "./random.ts";
import type { SimOrder } from "./types.ts";
import { addOrder, completed, createWorld } from "./world.ts";

let now = Temporal.Instant.from("2026-11-20T04:30:00Z");
const clock = () => now;
const later = (ms: number) => {
  now = now.add({ milliseconds: ms });
};

describe("bodies of calls", () => {
  const app = Fastify();
  beforeAll(async () => {
    readBodiesLeniently(app, {
      authenticate: () => "",
      invalid: (errors) => ({ status: 400, body: { errors } }),
      unauthorized: () => ({ status: 401, body: {} }),
      notOffered: () => ({ status: 404, body: {} }),
    });
    app.post("/", (request) => ({
      body: Buffer.isBuffer(request.body) ? "bytes" : (request.body ?? "none"),
      raw: rawBody(request).toString("latin1"),
    }));
    await app.ready();
  });
  afterAll(() => app.close());
  const post = async (type: string | null, payload: string | Buffer) => {
    const headers = type === null ? {} : { "content-type": type };
    const said = await app.inject({ method: "POST", url: "/", headers, payload });
    return { status: said.statusCode, ...said.json<object>() };
  };
  it.each([
    ["application/json", '{"a":1}', { body: { a: 1 }, raw: '{"a":1}' }],
    ["text/plain;charset=UTF-8", '{"a":1}', { body: { a: 1 } }],
    ["application/vnd.bazaar+json", '{"a":1}', { body: { a: 1 } }],
    [
      "application/x-www-form-urlencoded",
      "grant_type=refresh_token&scope=a+b",
      { body: { grant_type: "refresh_token", scope: "a b" } },
    ],
    ["text/tab-separated-values", "sku\tquantity\n", { body: "bytes", raw: "sku\tquantity\n" }],
    ["text/xml", "12", { body: "bytes", raw: "12" }],
  ])("of %s", async (type, payload, read) => expect(await post(type, payload)).toMatchObject({ status: 200, ...read }));
  it("that are called JSON and are none are refused as the source refuses", async () => {
    expect(await post("application/json", "sku\t1")).toMatchObject({
      status: 400,
      errors: [{ message: "is not JSON" }],
    });
  });
});

describe("published limits", () => {
  const published = {
    operations: { getOrders: { requestsPerSecond: 0.0056, burst: 2 }, "*": { requestsPerSecond: 1, burst: 1 } },
    enforced: true,
    header: "x-rate",
  };
  const countersOf = (operation: string, limits: ReturnType<typeof createLimitCounters>) =>
    limits.view().find((one) => one.operation === operation);
  it("count what goes beyond them, for each seller and operation by itself, by the simulator's clock", () => {
    const limits = createLimitCounters(clock, published);
    const take = (seller = "a") => limits.take("getOrders", seller).within;
    expect([take(), take(), take(), take("b")]).toEqual([true, true, false, true]);
    later(178_571);
    expect(take()).toBe(false);
    later(1);
    expect([take(), take()]).toEqual([true, false]);
    expect(countersOf("getOrders", limits)).toEqual({
      ...{ operation: "getOrders", calls: 7, exceeded: 3 },
      requestsPerSecond: 0.0056,
    });
  });
  it("have one bucket for all others, and tell their rate", () => {
    const limits = createLimitCounters(clock, published);
    expect([limits.take("a", "x").within, limits.take("b", "x")]).toEqual([true, { within: false, refuse: true }]);
    expect(limits.headers("getOrders")).toEqual({ "x-rate": "0.0056" });
    limits.change({ operation: "getOrders", requestsPerSecond: 0.5, enforced: false });
    expect(limits.headers("getOrders")).toEqual({ "x-rate": "0.5" });
    expect(limits.take("b", "x")).toEqual({ within: false, refuse: false });
    limits.reset();
    expect(limits.view()).toEqual([]);
    expect(limits.headers("getOrders")).toEqual({ "x-rate": "0.0056" });
  });
  it("that nobody published refuse nothing", () => {
    const limits = createLimitCounters(clock, undefined);
    expect(Array.from({ length: 50 }, () => limits.take("a", "x").within)).not.toContain(false);
    expect(limits.headers("a")).toEqual({});
  });
});

describe("what happens to an order on the marketplace's side", () => {
  function placed(): { order: SimOrder; do: (action: Parameters<typeof act>[3], wish?: object) => void } {
    const random = seededRandom(1);
    const world = createWorld([], [{ username: "s", password: "p" }], null, { clock });
    const maker = { world, random, now, id: "O1", displayNumber: "O1", seller: "s", thirdPartyShipping: true };
    const order = makeOrder(
      { ...maker, warehouses: [] },
      readOrderWish({
        items: [
          { sku: "A", quantity: 5 },
          { sku: "B", quantity: 1 },
        ],
      }),
    );
    addOrder(world, order);
    return {
      order,
      do: (action, wish = {}) => void act(world, random, order, action, actionWish.parse(wish), now),
    };
  }
  const facts = ({ items }: SimOrder) =>
    items.map((item) => [item.status, item.cancelledQuantity, item.dispatchedQuantity]);

  it("may concern some units of a line: the rest goes on by itself", () => {
    const { order, do: happen } = placed();
    const units = (quantity: number) => ({ items: [{ orderItemId: "O1-1", quantity }] });
    happen("cancel", units(1));
    happen("dispatch", units(2));
    expect(facts(order)[0]).toEqual(["CREATED", 1, 2]);
    expect(order.shipments[0]).toMatchObject({ orderItemIds: ["O1-1"], units: { "O1-1": 2 } });
    happen("cancel", units(1));
    expect(facts(order)[0]).toEqual(["CREATED", 2, 2]);
    happen("dispatch", units(1));
    expect(facts(order)).toEqual([
      ["DISPATCHED", 2, 3],
      ["CREATED", 0, 0],
    ]);
  });
  it("a line whose last units are cancelled after the others left is dispatched", () => {
    const { order, do: happen } = placed();
    happen("dispatch", { items: [{ orderItemId: "O1-1", quantity: 4 }] });
    happen("cancel", { items: [{ orderItemId: "O1-1", quantity: 1 }] });
    expect(facts(order)[0]).toEqual(["DISPATCHED", 1, 4]);
  });
  it("gives the order a time of change, and those lines alone that it changed", () => {
    const { order, do: happen } = placed();
    const made = now.toString({ smallestUnit: "millisecond" });
    expect([order.updatedAt, ...order.items.map((item) => item.changedAt)]).toEqual([made, made, made]);
    later(60_000);
    const at = now.toString({ smallestUnit: "millisecond" });
    happen("dispatch", { items: [{ orderItemId: "O1-2" }] });
    expect([order.updatedAt, ...order.items.map((item) => item.changedAt)]).toEqual([at, made, at]);
    later(60_000);
    happen("courier-status", { status: "Out For Delivery", items: [{ orderItemId: "O1-2" }] });
    expect(order.updatedAt).toBe(now.toString({ smallestUnit: "millisecond" }));
    expect(order.items.map((item) => item.changedAt)).toEqual([made, at]);
    expect(order.courierStatuses).toEqual([{ raw: "Out For Delivery", at: now.toString(), orderItemIds: ["O1-2"] }]);
    expect(() => happen("courier-status")).toThrow(/courier's word/);
  });
  it("of an earlier life is completed with what orders have by now", () => {
    const { order } = placed();
    const { updatedAt: _, courierStatuses: __, irns: ___, returns: ____, ...old } = order;
    const items = old.items.map(({ changedAt: _____, ...item }) => item);
    expect(completed({ ...old, items })).toEqual({
      ...order,
      updatedAt: order.orderDate,
      items: order.items.map((item) => ({ ...item, changedAt: order.orderDate })),
    });
  });
});
