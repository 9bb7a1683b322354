import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility } from "../../tests/support/builders.ts";
import { aConnectedChannel, aJupiter, ctxWith, setFaults } from "../../tests/support/channel-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { packagesOf } from "../../tests/support/fulfilment-builders.ts";
import { aManifest, readyParcels, refusedWith } from "../../tests/support/hand-over-builders.ts";
import { aPushOrder } from "../../tests/support/order-builders.ts";
import { casesOf } from "../../tests/support/return-builders.ts";
import { runWork } from "../../tests/support/run-work.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import { addParcels, closeManifest } from "../fulfilment/index.ts";
import { must, newId, type SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { syncOrderNow } from "./sync-order.ts";
import { registerSelection, syncSelection } from "./sync-selection.ts";

let t: TestDatabase;
let jupiter: Awaited<ReturnType<typeof aJupiter>>;
let shop: Shop;
let ctx: Ctx;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  jupiter = await aJupiter();
  const own = await aShop(t);
  ctx = ctxWith(t, own.tenantId, jupiter.url);
  const { channelId } = await aConnectedChannel(ctx, jupiter.username, { facilityId: own.facilityId });
  shop = { ...own, channelId };
  return () => jupiter.close();
});

/** An order that stands at the simulator and has left from here. */
async function gone(): Promise<{ id: string; saleOrderId: SaleOrderId }> {
  const { id } = await jupiter.placeOrder({ items: [{ sku: "MILTON-FLASK-1L", quantity: 1 }], push: false });
  const orders = jupiter.state().orders as {
    id: string;
    items: { orderItemId: string; productId: string; variantId: string }[];
  }[];
  const line = orders.find((order) => order.id === id)?.items[0];
  if (!line) throw new Error("the order has a line");
  await t.raw(
    `insert into godown.listing (tenant_id, listing_id, channel_id, channel_product_id, product_id, variant_id, channel_sku, sku_id, mapped_at, created_at, updated_at)
     values ($1, gen_random_uuid(), $2, $3, $4, $5, 'x', $6, now(), now(), now()) on conflict do nothing`,
    [shop.tenantId, shop.channelId, `${line.productId}-${line.variantId}`, line.productId, line.variantId, shop.skuId],
  );
  const over = { variantId: line.variantId, orderItemId: line.orderItemId };
  const parcels = await readyParcels(t, shop, [aPushOrder([{ productId: line.productId, over }], { id })]);
  const { manifestId } = await aManifest(t, shop);
  must(await addParcels(ctx, { manifestId, packageIds: parcels }));
  must(await closeManifest(ctx, manifestId));
  await act(id, "dispatch");
  const [order] = await t.raw<{ id: SaleOrderId }>(
    "select sale_order_id as id from godown.sale_order where tenant_id = $1 and channel_order_id = $2",
    [shop.tenantId, id],
  );
  if (!order) throw new Error("the order is here");
  return { id, saleOrderId: order.id };
}
const act = async (id: string, what: string) => {
  const answer = await fetch(`${jupiter.url}/_sim/orders/${id}/${what}`, {
    method: "POST",
    body: JSON.stringify({ push: false }), // known by asking alone
  });
  if (!answer.ok) throw new Error(await answer.text());
};

describe("the status of one order, asked for now", () => {
  it("announces what comes back before it is received, for exactly that order", async () => {
    const [order, other] = [await gone(), await gone()];
    await act(order.id, "deliver");
    await act(order.id, "return");
    await act(other.id, "deliver");
    const said = must(await syncOrderNow(ctx, order.saleOrderId));
    expect(said).toMatchObject({ changed: true, lines: [expect.objectContaining({ status: "CIR" })] });
    expect(said.exchangeId).not.toBe(null);
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ kind: "CIR", via: "SYNC" }]);
    expect(new Set((await packagesOf(t, shop.tenantId)).map((p) => p.state))).toEqual(new Set(["DISPATCHED"]));
    expect(must(await syncOrderNow(ctx, order.saleOrderId)).changed).toBe(false);
  });

  it("says in words what stops it: unknown orders, sources that tell nothing, channels that do not answer", async () => {
    const order = await gone();
    expect(await syncOrderNow(ctx, newId())).toMatchObject(refusedWith("ORDER_NOT_FOUND"));
    await setFaults(jupiter, { kind: "5xx" });
    expect(await syncOrderNow(ctx, order.saleOrderId)).toMatchObject(refusedWith("STATUS_NOT_READ"));
    await t.raw("update godown.channel set source = 'CUSTOM' where channel_id = $1", [shop.channelId]);
    expect(await syncOrderNow(ctx, order.saleOrderId)).toMatchObject(refusedWith("STATUS_NOT_REPORTED"));
  });

  it("asks nothing of an order whose facilities the person does not see", async () => {
    const order = await gone();
    const elsewhere = { ...ctx, facilities: [await aFacility(t.db, shop.tenantId)] };
    expect(await syncOrderNow(elsewhere, order.saleOrderId)).toMatchObject(refusedWith("ORDER_NOT_FOUND"));
    const seen = { ...ctx, facilities: [shop.facilityId] };
    must(await syncOrderNow(seen, order.saleOrderId));
    const workId = await syncSelection(elsewhere, [order.saleOrderId]);
    const done = await runWork({ ...t, services: t.services }, shop.tenantId, workId, registerSelection);
    expect(done.rows.map((row) => row.code)).toEqual(["ORDER_NOT_FOUND"]);
  });
});
