import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { next } from "../../tests/support/builders.ts";
import { aChangesSource, type ChangesSource, type ChangesWish } from "../../tests/support/changes-source.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { aPushOrder } from "../../tests/support/order-builders.ts";
import { doubtsIn } from "../../tests/support/panel-scene.ts";
import { aShop, packagesFor, type Shop } from "../../tests/support/shop-builders.ts";
import { runSync } from "../channels/index.ts";
import { requestCancel } from "../fulfilment/index.ts";
import { must, type SaleOrderId } from "../kernel/index.ts";
import { statusHandler } from "./sync.ts";

// The seller cancels here, and the parcel leaves from the marketplace's panel all the same.

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
const later = (minutes: number) => t.clock.advance({ minutes });
const run = async () => {
  for (const kind of ["STATUS_CANCELLED", "STATUS_DELIVERED"] as const)
    await runSync(ctx(), { channelId: shop.channelId, kind, trigger: "PERSON", syncRunId: null }, statusHandler(kind));
};
const order = async (wish: ChangesWish = {}) => {
  source = await aChangesSource(`CHANGES_${next()}`, wish);
  shop = await aShop(t, { source: source.id });
  await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId }], { id: "O-1" })]);
};
/** The marketplace tells of a change that many minutes ago. */
const tells = (feed: "cancelled" | "shipped" | "ended", status: "CANCELLED" | "DISPATCHED" | "DELIVERED", ago = 0) =>
  source.changes.push({
    ...{ feed, order: "O-1", line: "O-1-L1", status },
    at: t.clock.now().subtract({ minutes: ago }).toString(),
  });
const cancelHere = async () => {
  const [row] = await t.raw<{ id: SaleOrderId }>(
    "select sale_order_id as id from godown.sale_order where tenant_id = $1",
    [shop.tenantId],
  );
  if (row === undefined) throw new Error("there is an order");
  const asked = { saleOrderId: row.id, unitIds: null, reason: "nobody has it" };
  const done = must(await t.db.transaction(shop.tenantId, (tx) => requestCancel(tx, ctx(), asked)));
  expect(done.waitsForChannel).toBe(false);
};
const states = async () => (await unitsOf(t, shop.tenantId)).map((u) => u.state);
const doubts = async () => (await doubtsIn(t, shop)).map((doubt) => doubt.kind);
const seen = () =>
  t.raw(
    "update godown.order_exception set state = 'RESOLVED', resolved_at = now(), resolved_by = 'x' where tenant_id = $1",
    [shop.tenantId],
  );

it.each(["ADOPT", "ASK"])("is asked about once, however much more is said (%s)", async (how) => {
  await order();
  await t.raw("update godown.channel set dispatched_on_panel = $2 where tenant_id = $1", [shop.tenantId, how]);
  await cancelHere();
  later(30);
  tells("shipped", "DISPATCHED", 10);
  await run();
  expect(await states()).toEqual(["CANCELLED"]);
  expect(await doubts()).toEqual(["LEFT_THOUGH_CANCELLED"]);
  await run();
  expect(await doubts()).toEqual(["LEFT_THOUGH_CANCELLED"]);
  await seen();
  later(60);
  tells("ended", "DELIVERED");
  await run();
  expect(await states()).toEqual(["CANCELLED"]);
  expect(await doubts()).toEqual([]);
});

it("is asked about where only the delivery is told", async () => {
  await order();
  await cancelHere();
  later(30);
  tells("ended", "DELIVERED");
  await run();
  expect(await doubts()).toEqual(["LEFT_THOUGH_CANCELLED"]);
});

it("is no news where it had left long before it was cancelled here", async () => {
  await order();
  await cancelHere();
  later(1);
  tells("shipped", "DISPATCHED", 26 * 60);
  tells("ended", "DELIVERED", 25 * 60);
  await run();
  expect(await doubts()).toEqual([]);
  expect(await t.raw("select 1 from godown.channel_word where tenant_id = $1", [shop.tenantId])).toEqual([]);
});

it.each([
  ["the channel itself has cancelled it before", false],
  ["the channel has said that our cancellation stands", true],
])("is asked about too where %s: its goods were free since", async (_why, isOurs) => {
  await order();
  if (isOurs) await cancelHere();
  tells("cancelled", "CANCELLED");
  await run();
  expect(await states()).toEqual(["CANCELLED"]);
  tells("shipped", "DISPATCHED", 5);
  await run();
  expect(await doubts()).toEqual(["LEFT_THOUGH_CANCELLED"]);
});

it("is heard of where orders are asked about by their ids alone: for a day, or until the channel calls it cancelled", async () => {
  const byIds = {
    feeds: [{ name: "cancelled", tells: ["CANCELLED"], overlapMinutes: 10, windowMinutesMax: 60 }],
  } as const;
  await order(byIds);
  await cancelHere();
  later(60);
  tells("shipped", "DISPATCHED", 10);
  await run();
  expect(source.askedIds).toEqual([["O-1"]]);
  expect(await doubts()).toEqual(["LEFT_THOUGH_CANCELLED"]);
  later(24 * 60);
  await run();
  expect(source.askedIds).toHaveLength(1);
  await source.close();
  await order(byIds);
  await cancelHere();
  tells("cancelled", "CANCELLED");
  await run();
  expect(source.askedIds).toEqual([]);
});
