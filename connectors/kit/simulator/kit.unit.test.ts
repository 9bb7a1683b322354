import { describe, expect, it } from "vitest";
import { anAddress, TOWNS } from "./buyers.ts";
import { createFaults, faultWish } from "./faults.ts";
import { html } from "./html.ts";
import { bounded, deepMerge, replaceMembers } from "./json.ts";
import { makeOrder, readOrderWish } from "./orders.ts";
import { seededRandom } from "./random.ts";
import { createWorld, stockView, takeStock } from "./world.ts";

describe("seeded random numbers", () => {
  it("repeat with the seed and differ without it", () => {
    const draw = (seed: number) => Array.from({ length: 20 }, seededRandom(seed).next);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7).every((number) => number >= 0 && number < 1)).toBe(true);
  });

  it("reach both ends of a range and nothing outside it", () => {
    const random = seededRandom(1);
    const drawn = new Set(Array.from({ length: 500 }, () => random.integer(3, 6)));
    expect([...drawn].sort()).toEqual([3, 4, 5, 6]);
  });
});

describe("faults", () => {
  const always = () => true;

  it("strike as often as their rate says, and the same way for the same seed", () => {
    const struck = (seed: number) => {
      const faults = createFaults(seededRandom(seed));
      faults.set(faultWish.parse({ kind: "late", rate: 0.3 }));
      return Array.from({ length: 1_000 }, () => faults.draw("getOrders", always) !== null);
    };
    expect(struck(1)).toEqual(struck(1));
    const count = struck(1).filter(Boolean).length;
    expect(count).toBeGreaterThan(250);
    expect(count).toBeLessThan(350);
  });

  it("strike only their operation, only where they apply, and only as many times as wished", () => {
    const faults = createFaults(seededRandom(1));
    faults.set(faultWish.parse({ kind: 429, operation: "updateInventory", count: 2 }));
    expect(faults.draw("getOrders", always)).toBeNull();
    expect(faults.draw("updateInventory", (kind) => kind !== "429")).toBeNull();
    const kinds = Array.from({ length: 4 }, () => faults.draw("updateInventory", always)?.kind ?? null);
    expect(kinds).toEqual(["429", "429", null, null]);
  });

  it("replace the one of the same kind and operation", () => {
    const faults = createFaults(seededRandom(1));
    faults.set(faultWish.parse({ kind: "late", rate: 1 }));
    faults.set(faultWish.parse({ kind: "late", rate: 0 }));
    expect(faults.list).toHaveLength(1);
    expect(faults.draw("getOrders", always)).toBeNull();
  });
});

describe("JSON helpers", () => {
  it("lay one object over another, lists replaced whole, undefined taking away", () => {
    const base = { a: { b: 1, c: [1, 2] }, d: "x", e: 1 };
    expect(deepMerge(base, { a: { c: [3] }, e: undefined, f: null })).toEqual({ a: { b: 1, c: [3] }, d: "x", f: null });
    expect(base.a.c).toEqual([1, 2]);
  });

  it("keep hostile member names as plain members", () => {
    const merged = deepMerge({}, JSON.parse('{"__proto__": {"polluted": true}}'));
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    expect(JSON.stringify(merged)).toBe('{"__proto__":{"polluted":true}}');
  });

  it("replace members by name at every depth", () => {
    const answer = { status: "SUCCESS", orderItems: [{ status: "CREATED", sku: "A" }] };
    const replaced = { status: "X", orderItems: [{ status: "X", sku: "A" }] };
    expect(replaceMembers(answer, new Set(["status"]), "X")).toEqual(replaced);
  });

  it("keep a list within its limit and count what it forgot", () => {
    const list = bounded<number>(8);
    for (let entry = 0; entry < 100; entry++) list.add(entry);
    expect(list.entries.length).toBeLessThanOrEqual(8);
    expect(list.entries.at(-1)).toBe(99);
    expect(list.entries.length + list.forgotten).toBe(100);
  });
});

describe("HTML", () => {
  it("escapes whatever is put in", () => {
    expect(html`<b title="${'"'}">${"<script>"}${[html`<i>${"&"}</i>`]}</b>`.text).toBe(
      '<b title="&quot;">&lt;script&gt;<i>&amp;</i></b>',
    );
  });
});

describe("buyers", () => {
  it("live where their PIN code is", () => {
    for (let seed = 0; seed < 200; seed++) {
      const address = anAddress(seededRandom(seed));
      const town = TOWNS.find((candidate) => candidate.city === address.city);
      expect(town?.state).toBe(address.state);
      expect(town?.pincodes).toContain(address.pincode);
      expect(address.phone).toMatch(/^[6-9]\d{9}$/);
      expect(address.email).toMatch(/^[a-z.]+@example\.in$/);
    }
  });

  it("move to the wished state or PIN code", () => {
    expect(anAddress(seededRandom(1), { state: "kerala" })).toMatchObject({ city: "Kochi", state: "kerala" });
    expect(anAddress(seededRandom(1), { pincode: "600040" })).toMatchObject({
      city: "Chennai",
      state: "Tamil Nadu",
      pincode: "600040",
    });
  });
});

const at = Temporal.Instant.from("2026-11-20T14:10:05.678Z");

function anOrder(wish: unknown) {
  const world = createWorld([], [{ username: "s", password: "p" }], null);
  const maker = {
    world,
    random: seededRandom(3),
    now: at,
    id: "JM1",
    displayNumber: "JM-1",
    seller: "s",
    thirdPartyShipping: false,
    warehouses: [],
  };
  return makeOrder(maker, readOrderWish(wish));
}

describe("an order", () => {
  it("takes every part wished for, in short form or the wire's", () => {
    const short = anOrder({
      id: "A",
      items: [{ sku: "S", quantity: 3, sellingPrice: 99.99, discount: 1 }],
      pincode: 560034,
      paymentType: "COD",
    });
    expect(short).toMatchObject({
      id: "A",
      paymentType: "COD",
      shippingAddress: { city: "Bengaluru", pincode: "560034" },
      raw: null,
    });
    expect(short.items[0]).toMatchObject({ sku: "S", quantity: 3, sellingPricePaise: 9_999, discountPaise: 100 });
    const wire = anOrder({
      orderItems: [{ sku: "S", orderItemPrice: { sellingPrice: 10, shippingCharges: 5 } }],
      shippingAddress: { city: "Leh" },
    });
    expect(wire.items[0]).toMatchObject({ sellingPricePaise: 1_000, shippingChargesPaise: 500 });
    expect(wire.shippingAddress).toMatchObject({ city: "Leh", state: "Ladakh" });
  });

  it("lays members it does not know over what is sent", () => {
    expect(anOrder({ sla: "soon", raw: { id: 7 } }).raw).toEqual({ sla: "soon", id: 7 });
  });

  it("must be dispatched by six in the evening of the next Indian day, and holds no fractions of seconds", () => {
    const order = anOrder({});
    expect(order.orderDate).toBe("2026-11-20T14:10:05Z");
    expect(order.slaBy).toBe("2026-11-21T12:30:00Z");
    expect(anOrder({ slaHours: -1.5 }).slaBy).toBe("2026-11-20T12:40:05Z");
  });

  it("refuses a wish that makes no sense", () => {
    expect(() => anOrder({ items: [{ quantity: 0 }] })).toThrow();
    expect(() => anOrder({ paymentType: "BARTER" })).toThrow();
  });
});

describe("stock received", () => {
  const push = (
    productId: string,
    variantId: string,
    quantity: number,
    second: number,
    seller = "s",
    facilityCode: string | null = null,
  ) => ({
    quantity,
    receivedAt: `2026-11-20T14:10:0${second}.000Z`,
    seller,
    productId,
    variantId,
    facilityCode,
  });

  it("is by product, with every push, summed over variants and warehouses", () => {
    const world = createWorld([], [], null);
    takeStock(world, push("1", "A", 5, 1));
    takeStock(world, push("1", "A", 3, 2));
    takeStock(world, push("1", "B", 7, 3, "s", "W1"));
    takeStock(world, push("1", "B", 2, 4, "s", "W2"));
    expect(stockView(world, null)["1"]).toMatchObject({
      quantity: 12,
      receivedAt: "2026-11-20T14:10:04.000Z",
      pushes: [{ quantity: 5 }, { quantity: 3 }, { quantity: 7 }, { quantity: 2 }],
      variants: { A: { quantity: 3 }, B: { quantity: 9 } },
    });
  });

  it("of several sellers shows the one who pushed last, and each by name", () => {
    const world = createWorld([], [], null);
    takeStock(world, push("1", "A", 5, 1, "one"));
    takeStock(world, push("1", "A", 4, 2, "two"));
    expect(stockView(world, null)["1"]).toMatchObject({ quantity: 4, sellers: { one: 5, two: 4 } });
    expect(stockView(world, "one")["1"]).toMatchObject({ quantity: 5, pushes: [{ quantity: 5 }] });
  });
});
