import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { next } from "../../tests/support/builders.ts";
import {
  aChangesSource,
  type Change,
  type ChangesSource,
  type ChangesWish,
} from "../../tests/support/changes-source.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { aPushOrder, receive } from "../../tests/support/order-builders.ts";
import { aShop, packagesFor, type Shop } from "../../tests/support/shop-builders.ts";
import { runSync } from "../channels/index.ts";
import { type Facts, must, type SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import "./errors.ts";
import { explainReason } from "./reason-words.ts";
import { statusHandler } from "./sync.ts";
import { syncOrderNow } from "./sync-order.ts";

let t: TestDatabase;
let source: ChangesSource;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));
// Whatever a word waits for or is not synced for, its sentence is whole.
afterEach(async () => {
  await source.close();
  const reasons = await t.raw<{ code: string; facts: Facts }>(
    "select code, facts from godown.channel_word where tenant_id = $1 and code is not null",
    [shop.tenantId],
  );
  expect(reasons).not.toEqual([]);
  for (const reason of reasons) expect(Object.values(explainReason(reason)).join(" ")).not.toMatch(/\(unknown\)|[{}]/);
});

async function begin(wish: ChangesWish = {}): Promise<void> {
  source = await aChangesSource(`UNSYNCED_${next()}`, wish);
  shop = await aShop(t, { source: source.id });
}
const ctx = (): Ctx => t.ctx(shop.tenantId, { sourceUrls: new Map([[source.id, source.url]]), now: t.clock.now() });
const cancelled = (order: string): Change => ({
  ...{ feed: "cancelled", order, line: `${order}-L1`, status: "CANCELLED" },
  at: t.clock.now().subtract({ minutes: 1 }).toString(),
});
const run = () =>
  runSync(
    ctx(),
    { channelId: shop.channelId, kind: "STATUS_CANCELLED", trigger: "SCHEDULE", syncRunId: null },
    statusHandler("STATUS_CANCELLED"),
  );
const words = () =>
  t.raw<{ line: string; outcome: string; code: string | null }>(
    "select channel_order_item_id as line, outcome, code from godown.channel_word where tenant_id = $1 order by channel_order_item_id",
    [shop.tenantId],
  );
const states = async () => (await unitsOf(t, shop.tenantId)).map((u) => u.state);

describe("words", () => {
  it("about orders that the seller ships change nothing where only the channel's parcels are believed", async () => {
    await begin({
      rules: { reportsOf: "channel-shipped", thirdPartyShipping: { default: true, allowed: [true, false] } },
    });
    await packagesFor(t, shop, [
      aPushOrder([{ productId: shop.productId }], { id: "O-1", thirdPartyShipping: false }),
      aPushOrder([{ productId: shop.productId }], { id: "O-2", thirdPartyShipping: true }),
    ]);
    source.changes.push(cancelled("O-1"), cancelled("O-2"));
    await run();
    await run();
    expect(await states()).toEqual(["FULFILLABLE", "CANCELLED"]);
    expect(await words()).toMatchObject([
      { line: "O-1-L1", outcome: "NOT_SYNCED", code: "SELLER_SHIPPED_NOT_SYNCED" },
      { line: "O-2-L1", code: null },
    ]);
    const [order] = await t.raw<{ id: SaleOrderId }>(
      "select sale_order_id as id from godown.sale_order where tenant_id = $1 and channel_order_id = 'O-1'",
      [shop.tenantId],
    );
    if (!order) throw new Error("the order is here");
    const asked = must(await syncOrderNow(ctx(), order.id));
    expect(asked).toMatchObject({
      changed: false,
      reasons: [
        { message: expect.stringContaining("Order O-1 is shipped by the seller"), whatToDo: expect.any(String) },
      ],
    });
  });

  it("about an order that was set aside change nothing", async () => {
    await begin();
    await receive(t, shop.tenantId, shop.channelId, [aPushOrder([{ productId: "not-mapped-yet" }], { id: "O-7" })]);
    await t.raw("update godown.intake set state = 'DISMISSED' where channel_order_id = 'O-7'");
    source.changes.push(cancelled("O-7"));
    await run();
    expect(await words()).toMatchObject([{ outcome: "NOT_SYNCED", code: "ORDER_SET_ASIDE" }]);
  });

  it("about an order that is not here yet wait for it", async () => {
    await begin();
    source.changes.push(cancelled("O-9"));
    await run();
    expect(await words()).toMatchObject([{ outcome: "WAITING", code: "ORDER_NOT_HERE" }]);
  });
});
