import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aPushOrder, receive } from "../../tests/support/order-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import { createSku, updateSku } from "../catalog/index.ts";
import { must } from "../kernel/index.ts";
import { retryWaiting } from "../orders/index.ts";
import { facilityById, updateFacility } from "../warehouse/index.ts";
import "./wiring.ts";

let t: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t);
  const order = aPushOrder([{ productId: "INK" }], { id: "JM-INK" }); // the channel's SKU of it is seller-INK
  expect(await receive(t, shop.tenantId, shop.channelId, [order])).toMatchObject([{ state: "FAILED", accepted: true }]);
});

const product = {
  ...{ name: "Ink", category: null, brand: null, hsn: null, taxClass: null, mrp: null, weightGrams: null },
  ...{ lengthMm: null, widthMm: null, heightMm: null, imageUrl: null },
};
/** Does what was enqueued for waiting orders, and tells what became of the one order. */
async function afterJobs(): Promise<string | undefined> {
  const causes = await t.raw<{ cause: string | null }>(
    `select j.payload #>> '{payload,cause}' as cause from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
     where k.identifier = 'orders.retry_intake' and j.payload ->> 'tenantId' = $1`,
    [shop.tenantId],
  );
  for (const { cause } of causes) await retryWaiting(t.ctx(shop.tenantId), cause);
  const [row] = await t.raw<{ state: string }>("select state from godown.intake where tenant_id = $1", [shop.tenantId]);
  return row?.state;
}

describe("an order that waits for a mapping", () => {
  it("is created when a SKU with the channel's code is made, without anybody mapping it", async () => {
    must(await createSku(t.ctx(shop.tenantId), { ...product, code: "seller-OTHER", enabled: true }));
    expect(await afterJobs()).toBe("FAILED");
    must(await createSku(t.ctx(shop.tenantId), { ...product, code: "seller-INK", enabled: true }));
    expect(await afterJobs()).toBe("CREATED");
    const trail = await t.raw(
      "select before, after from godown.audit_event where tenant_id = $1 and action = 'listings.mapped' and record_code = 'INK-V1'",
      [shop.tenantId],
    );
    expect(trail, "the trail says to which SKU").toEqual([{ before: { sku: null }, after: { sku: "seller-INK" } }]);
  });

  it("is created when such a SKU is switched on, or gets that code", async () => {
    const ctx = t.ctx(shop.tenantId);
    const { skuId } = must(await createSku(ctx, { ...product, code: "seller-ink", enabled: false }));
    must(await updateSku(ctx, skuId, { ...product, code: "seller-INK", enabled: false }));
    expect(await afterJobs()).toBe("FAILED");
    must(await updateSku(ctx, skuId, { ...product, code: "seller-INK", enabled: true }));
    expect(await afterJobs()).toBe("CREATED");
  });
});

it("an order whose facility was switched off is created when it is switched on again", async () => {
  const ctx = t.ctx(shop.tenantId);
  await t.raw("delete from godown.intake where tenant_id = $1", [shop.tenantId]);
  const facility = await t.db.read(shop.tenantId, (tx) => facilityById(tx, shop.facilityId));
  if (!facility) throw new Error("the shop has a facility");
  must(await updateFacility(ctx, shop.facilityId, { ...facility, enabled: false }));
  const order = aPushOrder([{ productId: shop.productId }], { id: "JM-OFF" });
  expect(await receive(t, shop.tenantId, shop.channelId, [order])).toMatchObject([
    { state: "FAILED", refusal: { code: "NO_FACILITY" } },
  ]);
  expect(await afterJobs()).toBe("FAILED");
  must(await updateFacility(ctx, shop.facilityId, { ...facility, enabled: true }));
  expect(await afterJobs()).toBe("CREATED");
});
