import { afterEach, describe, expect, it } from "vitest";
import { operationIds } from "../../../contract/validators.ts";
import type { SimulatorOptions } from "../../kit/simulator/index.ts";
import { call } from "../../kit/simulator/test-support.ts";
import { startProtocolSimulator } from "./index.ts";
import { list, member, type PullBench, startPullBench } from "./test-bench.ts";

const MUG = {
  productId: "9",
  variantId: "9-1",
  sku: "MUG",
  title: "Mug",
  brand: "Khurja",
  category: "Kitchen",
  pricePaise: 29_900,
  mrpPaise: 39_900,
  hsnCode: "691200",
  gstBasisPoints: 500,
  weightGrams: 400,
  sizeMm: [120, 110, 110],
} as const;

let bench: PullBench;

async function start(options: SimulatorOptions = {}): Promise<void> {
  const operations = operationIds("marketplace").filter((id) => !id.startsWith("getSettlement"));
  bench = await startPullBench(
    (given) =>
      startProtocolSimulator(
        {
          source: "BAZAAR",
          label: "Bazaar",
          idPrefix: "BZ",
          ordersArePushed: false,
          channelShips: true,
          operations,
          products: [MUG],
          sellers: [],
        },
        given,
      ),
    options,
  );
}

afterEach(() => bench.close());

const pageOf = async (page: number, more = "") =>
  list((await bench.get(`/orders?orderStatus=CREATED&pageSize=50&pageNumber=${page}${more}`)).body.orders).map(
    (order) => String(order.id),
  );
const aMug = { items: [{ sku: "MUG", quantity: 2 }] };
const flows = {
  dispatch: (line: string) => ({ orderItems: [{ orderItemId: line, quantity: 2 }] }),
  cancel: (id: string, quantity = 2) => ({
    orderId: id,
    orderItems: [{ orderItemId: `${id}-1`, productId: "9", variantId: "9-1", quantity }],
  }),
};

describe("pages of new orders", () => {
  it("leave nobody out when orders leave their state between two pages", async () => {
    await start();
    const placed: string[] = [];
    for (let n = 0; n < 120; n++) placed.push((await bench.place(aMug)).id);
    const first = await pageOf(1);
    for (const id of first.slice(0, 30)) await bench.act(id, "dispatch");
    await bench.place(aMug);
    expect([...first, ...(await pageOf(2)), ...(await pageOf(3))]).toEqual(placed);
    expect(await pageOf(1)).toEqual([...placed.slice(30), expect.any(String)].slice(0, 50));
  });

  it("are walked apart for each window, oldest first", async () => {
    await start();
    const late = await bench.place(aMug);
    const early = await bench.place({ ...aMug, placedMinutesAgo: 600 });
    expect(await pageOf(1)).toEqual([early.id, late.id]);
    const from = encodeURIComponent("2026-11-20T09:00:00+05:30");
    expect(await pageOf(1, `&orderDateFrom=${from}`)).toEqual([late.id]);
  });
});

describe("the log for an auditor", () => {
  it("numbers every order, write and call in one row, and says what was accepted and what was a repeat", async () => {
    await start();
    const { id, lines } = await bench.place(aMug);
    await bench.post("/updateInventory", { inventoryList: [{ productId: "9", variantId: "9-1", inventory: "4" }] });
    await pageOf(1);
    await bench.post("/orders/dispatch", flows.dispatch(lines));
    await bench.post("/orders/dispatch", flows.dispatch(lines));
    await bench.post("/orders/cancel", flows.cancel(id));
    const log = await bench.log();
    const writes = list(log.writes);
    expect(writes.map((write) => write.kind)).toEqual(["order", "stock", "dispatch", "dispatch", "cancel"]);
    const entries = writes.map((write) => member(write, "entry"));
    expect(entries[1]).toMatchObject({ quantity: 4, productId: "9", seller: "kurtikart" });
    expect(entries.slice(2)).toMatchObject([
      { accepted: [{ orderItemId: lines, quantity: 2, repeated: false }], failures: [] },
      { accepted: [{ orderItemId: lines, quantity: 2, repeated: true }], failures: [] },
      { accepted: [], failures: [{ errorMessage: "item already dispatched" }] },
    ]);
    const calls = list(log.calls);
    const shown = calls.find((entry) => entry.operation === "getOrders");
    expect(shown).toMatchObject({ orderIds: [id], done: true, sent: "whole", status: 200, seller: "kurtikart" });
    const row = [...writes, ...calls].map((entry) => Number(entry.seq)).sort((one, other) => one - other);
    expect(new Set(row).size).toBe(row.length);
    expect(log).toMatchObject({
      orders: [{ id, orderStatus: "COMPLETE" }],
      stock: [{ productId: "9", quantity: 4 }],
      forgotten: { orders: 0, writes: 0, calls: 0 },
    });
  });

  it("tells a call that was done but not answered from one that was neither", async () => {
    await start();
    const first = await bench.place(aMug);
    const dispatch = (line: string) => bench.post("/orders/dispatch", flows.dispatch(line));
    await bench.fault({ kind: "drop", operation: "dispatchOrderItems", count: 1 });
    await expect(dispatch(first.lines)).rejects.toThrow();
    expect(bench.order(first.id).orderStatus).toBe("CREATED");
    for (const [kind, status] of [
      ["drop", null],
      ["5xx", 503],
      ["half_answer", 200],
    ] as const) {
      const { id, lines } = await bench.place(aMug);
      await bench.fault({ kind, operation: "dispatchOrderItems", count: 1, processed: true });
      await dispatch(lines).then(
        (said) => expect(said.status).toBe(503),
        () => expect(status).not.toBe(503),
      );
      expect(bench.order(id).orderStatus, kind).toBe("COMPLETE");
    }
    const calls = list((await bench.log()).calls).filter((entry) => entry.operation === "dispatchOrderItems");
    expect(calls).toMatchObject([
      { fault: "drop", status: null, done: false, sent: "nothing" },
      { fault: "drop", status: null, done: true, sent: "nothing" },
      { fault: "5xx", status: 503, done: true, sent: "whole" },
      { fault: "half_answer", status: 200, done: true, sent: "half" },
    ]);
  });

  it("forgets nothing below its limit, and counts what it forgets above", async () => {
    await start({ logMax: 1_000 });
    for (let n = 0; n < 300; n++) await bench.place(aMug);
    for (let n = 0; n < 250; n++) await bench.get("/productsCount?publishedStatus=PUBLISHED");
    const log = await bench.log();
    expect([list(log.orders).length, list(log.calls).length]).toEqual([300, 251]); // one call signed in
    expect(log.forgotten).toEqual({ orders: 0, writes: 0, calls: 0 });
    await bench.close();
    await start({ logMax: 20 });
    for (let n = 0; n < 30; n++) await bench.place(aMug);
    const short = await bench.log();
    expect(list(short.orders)).toHaveLength(20);
    expect(member(short, "forgotten")).toMatchObject({ orders: 10 });
    expect(list(short.writes).length + Number(member(short, "forgotten").writes)).toBe(30);
  });

  it("begins anew after a reset", async () => {
    await start();
    await bench.place(aMug);
    await bench.settings({ courierDelayMs: 5_000 });
    await call(`${bench.sim.url}/_sim/reset`, { method: "POST" });
    expect(await bench.log()).toMatchObject({ orders: [], writes: [], calls: [] });
    expect(bench.sim.state().settings).toEqual({ courierDelayMs: 0, invoiceDelayMs: 0, creditNoteDelayMs: 0 });
  });
});

describe("what no fault on demand does", () => {
  it("is planted by who starts it: an answer changed before it leaves", async () => {
    await start({
      tamper: ({ operation, query }, answer) =>
        operation === "getProductsCount" && query.publishedStatus === "PUBLISHED"
          ? { ...answer, body: { total: 1 } }
          : answer,
    });
    expect((await bench.get("/productsCount?publishedStatus=PUBLISHED")).body).toEqual({ total: 1 });
    expect((await bench.get("/productsCount?publishedStatus=UNPUBLISHED")).body).toEqual({ count: 0 });
  });

  it("settings that are none are refused", async () => {
    await start();
    expect((await bench.settings({ courierDelay: 1 })).status).toBe(400);
    expect((await bench.settings({ courierDelayMs: -1 })).status).toBe(400);
  });
});
