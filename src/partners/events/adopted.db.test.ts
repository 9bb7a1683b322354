import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AskedSource, anAskedSource } from "../../../tests/support/asked-source.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { allocate } from "../../../tests/support/fulfilment-builders.ts";
import { anOrder, aPanelShop, aPanelSource, outcomes, says } from "../../../tests/support/panel-scene.ts";
import { aPartner, expectToTheLetter, listen, queuedFor } from "../../../tests/support/partner-builders.ts";
import { aShop, type Shop } from "../../../tests/support/shop-builders.ts";
import { applyLinesDelivered, askDueSteps, stepsAtRest } from "../../fulfilment/index.ts";
import { must } from "../../kernel/index.ts";

aPanelSource();
listen();

let t: TestDatabase;
let asked: AskedSource;
beforeAll(async () => {
  t = await testDatabase();
  asked = await anAskedSource("LEFT_THERE", {
    rules: { labelBy: "us", reports: ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"] },
  });
});
afterAll(async () => {
  await stepsAtRest();
  await asked.close();
  await t.close();
});

async function told(shop: Shop): Promise<string[]> {
  const queued = await queuedFor(t, shop.tenantId);
  expectToTheLetter(queued);
  expect(new Set(queued.map((each) => each.lane)).size).toBe(1);
  return queued.map((each) => each.event);
}

describe("a parcel that left from the marketplace's panel", () => {
  it("is told as made, invoiced and dispatched, in that order, where our own series numbers its invoice", async () => {
    t.clock.set(TEST_MORNING);
    const shop = await aPanelShop(t);
    await aPartner(t, shop.tenantId);
    await anOrder(t, shop, "A", [{ productId: shop.other, quantity: 2 }]);
    const changedAt = TEST_MORNING.subtract({ hours: 1 });
    expect(
      await outcomes(
        says(t, shop, "A", [{ channelOrderItemId: "A-L1", status: "DISPATCHED", quantity: null, changedAt }]),
      ),
    ).toEqual(["ADOPTED"]);
    expect(await told(shop)).toEqual(["createShipment", "invoiced", "dispatchedShipment"]);
    const [created, , left] = (await queuedFor(t, shop.tenantId)).map((each) => each.body);
    expect(created?.saleOrderDTO).toMatchObject({ shippingPackageStatus: "CREATED", code: "A" });
    expect(left).toMatchObject({ dispatchedOn: "Nov 20, 2026 9:00:00 AM", invoiceNo: expect.any(String) });
    expect(left).not.toHaveProperty("AWB"); // nobody has told it yet
  });

  it("is told as made once where it stood here before", async () => {
    t.clock.set(TEST_MORNING);
    const shop = await aPanelShop(t);
    await aPartner(t, shop.tenantId);
    await anOrder(t, shop, "B", [{ productId: shop.productId }]);
    await allocate(t, shop.tenantId, shop.facilityId);
    expect(await told(shop)).toEqual(["createShipment"]);
    expect(await outcomes(says(t, shop, "B"))).toEqual(["ADOPTED"]);
    expect(await told(shop)).toEqual(["createShipment", "invoiced", "dispatchedShipment"]);
  });

  it("waits with what came after until the channel's invoice is here, and is told it then, in order", async () => {
    t.clock.set(TEST_MORNING);
    const shop = await aShop(t, { source: asked.id });
    await aPartner(t, shop.tenantId);
    asked.answers({ fetchInvoice: () => ({ status: 404, body: { message: "not yet" } }) });
    await anOrder(t, shop, "C", [{ productId: shop.productId }]);
    expect(await outcomes(says(t, shop, "C"))).toEqual(["ADOPTED"]);
    expect(await told(shop)).toEqual(["createShipment"]);
    t.clock.advance({ hours: 20 });
    const ctx = () => t.ctx(shop.tenantId, { sourceUrls: new Map([[asked.id, asked.url]]) });
    const word = { channelId: shop.channelId, channelOrderId: "C", lines: ["C-L1"], at: t.clock.now() };
    must(await t.db.transaction(shop.tenantId, (tx) => applyLinesDelivered(tx, ctx(), word)));
    expect(await told(shop)).toEqual(["createShipment"]);
    const rates = { gstBps: 1800, cgstBps: 900, sgstBps: 900 };
    asked.answers({
      fetchInvoice: () => ({ body: { number: "OKR/1", lines: [{ productId: shop.productId, rates }] } }),
    });
    t.clock.advance({ hours: 1 });
    expect(await askDueSteps(ctx(), shop.channelId)).toBe("done");
    expect(await told(shop)).toEqual(["createShipment", "invoiced", "dispatchedShipment", "delivered"]);
    const [, , left, there] = await queuedFor(t, shop.tenantId);
    expect(left?.body).toMatchObject({ invoiceNo: "OKR/1", dispatchedOn: "Nov 20, 2026 10:00:00 AM" });
    expect(there?.body).toMatchObject({ timestamp: "Nov 21, 2026 6:00:00 AM" });
    expect(there?.happenedAt.toString()).toBe("2026-11-21T00:30:00Z");
  });
});
