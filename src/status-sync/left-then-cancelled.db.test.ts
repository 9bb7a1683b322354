import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
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
import { applyAllDue } from "./hear.ts";
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
const order = async (quantity: number, hasSeries = false) => {
  const list = { overlapMinutes: 10, windowMinutesMax: 60 };
  source = await aChangesSource(`CHANGES_${next()}`, {
    // What left is asked for first, as real sources do.
    feeds: [
      { name: "shipped", tells: ["DISPATCHED"], ...list },
      { name: "cancelled", tells: ["CANCELLED"], ...list },
    ],
    rules: { invoiceBy: "us", reports: ["CANCELLED", "DISPATCHED"] },
  });
  shop = await aShop(t, { source: source.id, stock: quantity, ...(hasSeries ? {} : { series: null }) });
  await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId, quantity }], { id: "O-1" })]);
};
const tells = (status: "CANCELLED" | "DISPATCHED", ago: number, quantity?: number) =>
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
