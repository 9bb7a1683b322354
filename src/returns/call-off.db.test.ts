import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { received } from "../../tests/support/credit-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { packagesOf } from "../../tests/support/fulfilment-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { announced, casesOf, gone } from "../../tests/support/return-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import { applyLinesDelivered } from "../fulfilment/index.ts";
import { must, type ShippingPackageId } from "../kernel/index.ts";
import { pickedUp } from "./change-reverse-pickup.ts";
import { callOffReturn, expectBack } from "./index.ts";
import type { ReturnCaseId } from "./return-case.ts";

let t: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t, { stock: 10 });
});

const ctx = () => t.ctx(shop.tenantId);
const calledOff = async () => {
  for (const { id } of await casesOf(t, shop.tenantId)) await callOffReturn(ctx(), id as ReturnCaseId);
};
const cases = async () => (await casesOf(t, shop.tenantId)).map((c) => `${c.kind} ${c.state} ${c.units.join(" ")}`);
const parcels = async () => (await packagesOf(t, shop.tenantId)).map((parcel) => parcel.state);
const questions = () =>
  t.raw<{ kind: string; because: string }>(
    "select kind, facts ->> 'because' as because from godown.order_exception where tenant_id = $1",
    [shop.tenantId],
  );
const marked = async () =>
  (
    await t.raw<{ marked: boolean }>(
      "select channel_returned_at is not null as marked from godown.sale_order where tenant_id = $1",
      [shop.tenantId],
    )
  )[0]?.marked;

describe("a return that its channel called off", () => {
  it("of a customer: nothing is collected, and the order does not come back", async () => {
    await gone(t, shop, { delivered: true });
    await announced(t, shop, { kind: "CIR", channelReturnId: "R-1", via: "SYNC" });
    expect(await marked()).toBe(true);
    await calledOff();
    await calledOff();
    expect(await cases()).toEqual(["CIR CANCELLED CANCELLED"]);
    expect(await parcels()).toEqual(["DELIVERED"]);
    expect(await marked()).toBe(false);
    expect(await questions()).toEqual([]);
    await announced(t, shop, { kind: "CIR", channelReturnId: "R-2", via: "SYNC" });
    expect(await cases(), "the next one is another").toEqual(["CIR CANCELLED CANCELLED", "CIR CREATED EXPECTED"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("of an undelivered parcel: it goes on to the buyer, and its delivery is no doubt", async () => {
    await gone(t, shop);
    await announced(t, shop, { channelReturnId: "R-1", via: "SYNC" });
    expect(await parcels()).toEqual(["RETURN_EXPECTED"]);
    await calledOff();
    expect(await cases()).toEqual(["RTO CANCELLED CANCELLED"]);
    expect(await parcels()).toEqual(["SHIPPED"]);
    const delivered = await t.db.transaction(shop.tenantId, (tx) =>
      applyLinesDelivered(tx, ctx(), {
        ...{ channelId: shop.channelId, channelOrderId: "JM-1", lines: ["JM-1-L1"], at: TEST_MORNING },
      }),
    );
    expect(must(delivered)).toEqual({ changed: true, doubt: false });
    expect(await questions()).toEqual([]);
  });

  it("that its courier has collected, or that a person expects too, is told to a person, once", async () => {
    await gone(t, shop, { delivered: true });
    await announced(t, shop, { kind: "CIR", channelReturnId: "R-1", via: "SYNC" });
    const [made] = await casesOf(t, shop.tenantId);
    must(await pickedUp(ctx(), made?.id as ReturnCaseId));
    await calledOff();
    await calledOff();
    expect(await cases()).toEqual(["CIR PICKED_UP EXPECTED"]);
    expect(await questions()).toEqual([{ kind: "RETURN_CALLED_OFF", because: "its courier has the goods" }]);

    const other: ShippingPackageId = await gone(t, shop, { id: "JM-2" });
    await t.db.transaction(shop.tenantId, (tx) => expectBack(tx, ctx(), [other], { via: "PERSON", reason: null }));
    await calledOff();
    expect((await questions()).map((each) => each.because)).toContain("a person expects it too");
  });

  it("and is here already stays what it is", async () => {
    const parcel = await gone(t, shop, { delivered: true });
    await received(t, shop, parcel, { kind: "CIR", channelReturnId: "R-1" });
    await calledOff();
    expect(await cases()).toEqual(["CIR RECEIVED RECEIVED"]);
    expect(await questions()).toEqual([]);
  });
});
