import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { allocate } from "../../tests/support/fulfilment-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { aSource } from "../../tests/support/order-builders.ts";
import {
  anOrder,
  aPanelShop,
  aPanelSource,
  aWord,
  type PanelShop,
  packagesIn,
  says,
  statesIn,
} from "../../tests/support/panel-scene.ts";
import { casesOf } from "../../tests/support/return-builders.ts";
import { applyChannelCancel, applyLinesDelivered } from "../fulfilment/index.ts";
import { must } from "../kernel/index.ts";
import { resolveException } from "./resolve.ts";

aPanelSource();
aSource("TEST_NEVER", { channelCancel: "never" });

let t: TestDatabase;
let shop: PanelShop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aPanelShop(t);
});

const ctx = () => t.ctx(shop.tenantId, { now: t.clock.now() });
const cancels = (id: string, line: number, quantity: number | null = null) =>
  t.db.transaction(shop.tenantId, (tx) =>
    applyChannelCancel(tx, ctx(), {
      ...{ channelId: shop.channelId, channelOrderId: id, lines: null, reason: "cancelled on the channel" },
      lineWords: [{ line: `${id}-L${line}`, quantity }],
    }),
  );
const doubts = () =>
  t.raw<{ id: string; kind: string; state: string; units: string[]; left: string | null }>(
    `select order_exception_id as id, kind, state, facts -> 'units' as units, facts ->> 'dispatchedAt' as left
     from godown.order_exception where tenant_id = $1 order by opened_at, order_exception_id`,
    [shop.tenantId],
  );
const open = async () =>
  (await doubts()).filter((d) => d.state === "OPEN").map((d) => `${d.kind} ${d.units.join(" ")}`);
async function settle(choice: string): Promise<void> {
  const first = (await doubts()).find((d) => d.state === "OPEN");
  if (!first) throw new Error("a doubt is open");
  must(await resolveException(ctx(), first.id, { choice, note: null }));
}
const parcels = async () => (await packagesIn(t, shop)).map((p) => p.state);
/** An order of two lines, each of which left in a parcel of its own, an hour apart. */
async function twoParcels(id: string): Promise<void> {
  await anOrder(t, shop, id, [{ productId: shop.productId }, { productId: shop.productId }]);
  must(await says(t, shop, id, [aWord(id, 1)]));
  t.clock.advance({ hours: 1 });
  must(await says(t, shop, id, [aWord(id, 2)]));
  expect(await parcels()).toEqual(["DISPATCHED", "DISPATCHED"]);
}

describe("a line that is cancelled after it left", () => {
  it("is expected back alone: the order's other parcel is delivered as ever", async () => {
    await twoParcels("A");
    must(await cancels("A", 2));
    expect(await open()).toEqual(["CANCEL_AFTER_DISPATCH A-2"]);
    expect((await doubts())[0]?.left, "when this parcel left, not the first of the order").toBe(
      TEST_MORNING.add({ hours: 1 }).toString(),
    );
    await settle("EXPECT_RETURN");
    expect(await parcels()).toEqual(["DISPATCHED", "RETURN_EXPECTED"]);
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ kind: "RTO", units: ["EXPECTED"] }]);
    const delivered = await t.db.transaction(shop.tenantId, (tx) =>
      applyLinesDelivered(tx, ctx(), {
        ...{ channelId: shop.channelId, channelOrderId: "A", lines: ["A-L1"], at: ctx().now },
      }),
    );
    expect(must(delivered)).toEqual({ changed: true, doubt: false });
    expect(await open()).toEqual([]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("is a question of its own while the first is open, and each is settled for itself", async () => {
    await twoParcels("A");
    must(await cancels("A", 1));
    must(await cancels("A", 2));
    must(await cancels("A", 2));
    expect(await open()).toEqual(["CANCEL_AFTER_DISPATCH A-1", "CANCEL_AFTER_DISPATCH A-2"]);
    await settle("DISMISS");
    await settle("EXPECT_RETURN");
    expect(await parcels()).toEqual(["DISPATCHED", "RETURN_EXPECTED"]);
    expect(await open()).toEqual([]);
  });

  it("brings the whole parcel back that it shares with others", async () => {
    await anOrder(t, shop, "A", [{ productId: shop.productId, quantity: 2 }]);
    must(await says(t, shop, "A"));
    must(await cancels("A", 1, 1));
    await settle("EXPECT_RETURN");
    expect(await parcels()).toEqual(["RETURN_EXPECTED"]);
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ kind: "RTO", units: ["EXPECTED", "EXPECTED"] }]);
  });
});

describe("where the source knows no cancellation on its side", () => {
  it("a later word of the order is asked about too, and going on with one leaves the other on hold", async () => {
    shop = await aPanelShop(t, { source: "TEST_NEVER" });
    await anOrder(t, shop, "A", [{ productId: shop.productId }, { productId: shop.productId }]);
    await allocate(t, shop.tenantId, shop.facilityId);
    must(await cancels("A", 1));
    must(await cancels("A", 2));
    expect(await open()).toEqual(["CHANNEL_CANCEL_NOT_ALLOWED A-1", "CHANNEL_CANCEL_NOT_ALLOWED A-2"]);
    await settle("GO_ON");
    expect(await statesIn(t, shop)).toEqual(["FULFILLABLE", "FULFILLABLE held"]);
    await settle("CANCEL_HERE");
    expect(await statesIn(t, shop)).toEqual(["FULFILLABLE", "CANCELLED"]);
    await expectStockTrue(t, shop.tenantId);
  });
});
