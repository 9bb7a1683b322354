import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { ReportedOrder } from "../../connectors/kit/index.ts";
import { next } from "../../tests/support/builders.ts";
import { aChangesSource, type ChangesSource } from "../../tests/support/changes-source.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { aPushOrder } from "../../tests/support/order-builders.ts";
import { doubtsIn, statesIn } from "../../tests/support/panel-scene.ts";
import { aShop, packagesFor, type Shop } from "../../tests/support/shop-builders.ts";
import { aSeries } from "../../tests/support/warehouse-builders.ts";
import { runSync } from "../channels/index.ts";
import { applyChannelCancel } from "../fulfilment/index.ts";
import { must } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { applyOrder } from "./apply-words.ts";
import { applyAllDue, hearOrders, keepHeard } from "./hear.ts";
import { statusHandler } from "./sync.ts";

// The parcel left from the panel, which waits here for a number series; after that the marketplace calls its line cancelled.

let t: TestDatabase;
let source: ChangesSource;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));
afterEach(() => source.close());

const ctx = () => t.ctx(shop.tenantId, { sourceUrls: new Map([[source.id, source.url]]), now: t.clock.now() });
const run = async () => {
  await runSync(
    ctx(),
    { channelId: shop.channelId, kind: "STATUS_CANCELLED", trigger: "PERSON", syncRunId: null },
    statusHandler("STATUS_CANCELLED"),
  );
};
const order = async (quantity: number, hasSeries = false, others = 0) => {
  const list = { overlapMinutes: 10, windowMinutesMax: 60 };
  source = await aChangesSource(`CHANGES_${next()}`, {
    // What left is asked for first, as real sources do.
    feeds: [
      { name: "shipped", tells: ["DISPATCHED", "DELIVERED"], ...list },
      { name: "cancelled", tells: ["CANCELLED"], ...list },
    ],
    rules: { invoiceBy: "us", reports: ["CANCELLED", "DISPATCHED"] },
  });
  shop = await aShop(t, { source: source.id, stock: quantity + others, ...(hasSeries ? {} : { series: null }) });
  await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId, quantity }], { id: "O-1" })]);
};
const tells = (status: "CANCELLED" | "DISPATCHED" | "DELIVERED", ago: number, quantity?: number) =>
  source.changes.push({
    ...{ feed: status === "CANCELLED" ? "cancelled" : "shipped", order: "O-1", line: "O-1-L1", status },
    ...(quantity === undefined ? {} : { quantity }),
    at: t.clock.now().subtract({ minutes: ago }).toString(),
  });
const states = async () => (await statesIn(t, shop)).toSorted();
const doubts = async () => (await doubtsIn(t, shop)).map((doubt) => doubt.kind);
const waiting = () =>
  t.raw("select status, code from godown.channel_word where tenant_id = $1 and outcome = 'WAITING' order by heard_at", [
    shop.tenantId,
  ]);
const free = async () => {
  const [row] = await t.raw<{ n: number }>(
    "select sum(good - blocked)::integer as n from godown.stock_level where tenant_id = $1",
    [shop.tenantId],
  );
  return row?.n;
};
const seriesComes = async () => {
  await aSeries(t, shop.tenantId, { facilityId: shop.facilityId }, { prefix: "P-" });
  later(60);
  await applyAllDue(ctx(), shop.channelId);
};
const later = (minutes: number) => t.clock.advance({ minutes });
/** What somebody else does just before the n-th transaction of ours. */
const whileOthers = (act: (nth: number) => Promise<void>): Ctx => {
  let nth = 0;
  const transaction = async (...of: Parameters<typeof t.db.transaction>) => {
    await act(++nth);
    return t.db.transaction(...of);
  };
  const db = new Proxy(t.db, {
    get: (of, name) => {
      const own: unknown = name === "transaction" ? transaction : Reflect.get(of, name, of);
      return typeof own === "function" ? own.bind(of) : own;
    },
  });
  return { ...ctx(), db };
};
const hearing = () => ({ channelId: shop.channelId, source: source.id, via: "FEED" as const, changedAfter: null });
const said = (order: string, status: "OPEN" | "CANCELLED" | "DISPATCHED"): ReportedOrder => ({
  channelOrderId: order,
  lines: [
    {
      ...{ channelOrderItemId: `${order}-L1`, status, raw: status, changedAt: t.clock.now() },
      ...{ returnReason: null, returnAwb: null, returnCourier: null, channelReturnId: null },
    },
  ],
});

it("frees nothing: the cancellation waits with the dispatch, and is asked about as one of goods that are gone", async () => {
  await order(1);
  tells("DISPATCHED", 0);
  await run();
  expect(await states()).toEqual(["FULFILLABLE held"]);
  later(120);
  tells("CANCELLED", 0);
  await run();
  expect(await states()).toEqual(["FULFILLABLE held"]);
  expect(await free()).toBe(0);
  expect(await waiting()).toEqual([
    { status: "DISPATCHED", code: "SERIES_MISSING" },
    { status: "CANCELLED", code: "SERIES_MISSING" },
  ]);
  await seriesComes();
  expect(await states()).toEqual(["DISPATCHED"]);
  expect(await doubts()).toEqual(["CANCEL_AFTER_DISPATCH"]);
  expect(await waiting()).toEqual([]);
  await expectStockTrue(t, shop.tenantId);
});

it("both heard in one run after an outage: what happened first is done first", async () => {
  await order(1, true);
  tells("DISPATCHED", 40);
  // One list may tell both.
  source.changes.push({
    ...{ feed: "shipped", order: "O-1", line: "O-1-L1", status: "CANCELLED" },
    at: t.clock.now().subtract({ minutes: 10 }).toString(),
  });
  await run();
  expect(await states()).toEqual(["DISPATCHED"]);
  expect(await doubts()).toEqual(["CANCEL_AFTER_DISPATCH"]);
  await expectStockTrue(t, shop.tenantId);
});

it("other pieces of the line are cancelled at once", async () => {
  await order(3);
  tells("DISPATCHED", 30, 2);
  await run();
  tells("CANCELLED", 0, 1);
  await run();
  expect(await states()).toEqual(["CANCELLED", "FULFILLABLE held", "FULFILLABLE held"]);
  await seriesComes();
  expect(await states()).toEqual(["CANCELLED", "DISPATCHED", "DISPATCHED"]);
  expect(await doubts()).toEqual([]);
});

it("a cancellation that is pushed meanwhile is asked about", async () => {
  await order(1);
  tells("DISPATCHED", 0);
  await run();
  const cancel = { channelId: shop.channelId, channelOrderId: "O-1", lines: null, reason: "changed mind" };
  const said = must(await t.db.transaction(shop.tenantId, (tx) => applyChannelCancel(tx, ctx(), cancel)));
  expect(said).toMatchObject({ taken: false, refusal: { code: "CHANNEL_CANCEL_TOO_LATE" } });
  expect(await states()).toEqual(["FULFILLABLE held"]);
  expect(await doubts()).toEqual(["CHANNEL_CANCEL_TOO_LATE"]);
  await seriesComes();
  expect(await states()).toEqual(["DISPATCHED"]);
  expect(await doubts()).toEqual(["CANCEL_AFTER_DISPATCH"]);
});

it("a cancellation that is kept while the dispatch is tried once more frees nothing either", async () => {
  await order(1);
  tells("DISPATCHED", 0);
  await run();
  later(30);
  const keepsCancelled = whileOthers(async (nth) => {
    if (nth !== 2) return; // it knows which words wait, and has done nothing about them yet
    await t.db.transaction(shop.tenantId, (tx) => keepHeard(tx, ctx(), hearing(), [said("O-1", "CANCELLED")]));
  });
  await applyOrder(keepsCancelled, { channelId: shop.channelId, source: source.id, channelOrderId: "O-1" });
  expect(await states()).toEqual(["FULFILLABLE held"]);
  expect(await free()).toBe(0);
  await seriesComes();
  expect(await states()).toEqual(["DISPATCHED"]);
  expect(await doubts()).toEqual(["CANCEL_AFTER_DISPATCH"]);
});

it("a pushed cancellation is asked about too while the dispatch is kept and not carried out yet", async () => {
  await order(1, true);
  await t.db.transaction(shop.tenantId, (tx) => keepHeard(tx, ctx(), hearing(), [said("O-1", "DISPATCHED")]));
  const cancel = { channelId: shop.channelId, channelOrderId: "O-1", lines: null, reason: "changed mind" };
  const answer = must(await t.db.transaction(shop.tenantId, (tx) => applyChannelCancel(tx, ctx(), cancel)));
  expect(answer).toMatchObject({ taken: false });
  await applyAllDue(ctx(), shop.channelId);
  expect(await states()).toEqual(["DISPATCHED"]);
  expect(await doubts()).toEqual(["CANCEL_AFTER_DISPATCH"]);
});

it.each([
  ["before", 10],
  ["after", 1],
])(
  "what left %s the cancellation that was heard first is asked about: it is free here and gone there",
  async (_, ago) => {
    await order(1, true);
    tells("CANCELLED", 5);
    source.fault = ({ feed }) => (feed === "shipped" ? 400 : null); // one list is away for once
    await run();
    expect(await states()).toEqual(["CANCELLED"]);
    tells("DISPATCHED", ago);
    source.fault = () => null;
    later(2);
    await run();
    expect(await doubts()).toEqual(["LEFT_THOUGH_CANCELLED"]);
    await run();
    expect(await doubts(), "once").toEqual(["LEFT_THOUGH_CANCELLED"]);
  },
);

it("delivered, which the source does not promise to tell, is heard first: it left and arrived", async () => {
  await order(1, true);
  tells("DELIVERED", 0);
  await run();
  expect(await states()).toEqual(["DELIVERED"]);
  expect(await doubts()).toEqual([]);
});

it("what a page says of other orders' parcels is kept, though one order's words meet a fault of ours", async () => {
  await order(1, true, 1);
  await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId }], { id: "O-2" })]);
  for (const table of ["sale_order", "shipping_package"])
    await t.raw(`update godown.${table} set third_party_shipping = true where tenant_id = $1`, [shop.tenantId]);
  const parcel = { courierCode: "DLV", courierName: "Delhivery", awb: "AWB2", channelOrderItemIds: [] };
  const page = [
    said("O-1", "DISPATCHED"),
    { ...said("O-2", "OPEN"), parcels: [{ ...parcel, statuses: [{ raw: "In transit", at: t.clock.now() }] }] },
  ];
  const faulty = whileOthers(async (nth) => {
    const [kept] = await t.raw("select from godown.package_tracking where tenant_id = $1", [shop.tenantId]);
    if (nth > 1 && kept !== undefined) throw new Error("a fault of ours");
  });
  await expect(hearOrders(faulty, hearing(), page)).rejects.toThrow("a fault of ours");
  expect(await t.raw("select raw from godown.package_tracking where tenant_id = $1", [shop.tenantId])).toEqual([
    { raw: "In transit" },
  ]);
});
