import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aConnectedChannel, aJupiter, ctxWith, setFaults } from "../../tests/support/channel-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { packagesOf, unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { aManifest, readyParcels, refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { aPushOrder, receive } from "../../tests/support/order-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { registerJobs as registerChannelJobs, type SyncKind, switchChannelSync, syncNow } from "../channels/index.ts";
import { addParcels, applyDelivered, closeManifest } from "../fulfilment/index.ts";
import { type Facts, must } from "../kernel/index.ts";
import { exceptionKinds } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import { JobRegistry } from "../platform/jobs.ts";
import { fill } from "../platform/refusals.ts";
import { startWorker } from "../platform/worker.ts";
import { statusOverview } from "./overview.ts";
import { registerStatusSyncs } from "./sync.ts";

let t: TestDatabase;
let jupiter: Awaited<ReturnType<typeof aJupiter>>;
let shop: Shop;
let ctx: Ctx;
beforeAll(async () => {
  t = await testDatabase();
  registerStatusSyncs();
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

interface Placed {
  readonly id: string;
  readonly body: ReturnType<typeof aPushOrder>;
}
/** An order that stands at the simulator, and the same as it would be pushed to us. */
async function placed(skus: readonly string[] = ["MILTON-FLASK-1L"]): Promise<Placed> {
  const { id } = await jupiter.placeOrder({ items: skus.map((sku) => ({ sku, quantity: 1 })), push: false });
  const orders = jupiter.state().orders as {
    id: string;
    items: { orderItemId: string; productId: string; variantId: string }[];
  }[];
  const lines = orders.find((o) => o.id === id)?.items ?? [];
  for (const { productId, variantId } of lines)
    await t.raw(
      `insert into godown.listing (tenant_id, listing_id, channel_id, channel_product_id, product_id, variant_id, channel_sku, sku_id, mapped_at, created_at, updated_at)
     values ($1, gen_random_uuid(), $2, $3, $4, $5, 'x', $6, now(), now(), now()) on conflict do nothing`,
      [shop.tenantId, shop.channelId, `${productId}-${variantId}`, productId, variantId, shop.skuId],
    );
  const asPushed = lines.map(({ productId, variantId, orderItemId }) => ({
    productId,
    over: { variantId, orderItemId },
  }));
  return { id, body: aPushOrder(asPushed, { id }) };
}
const act = async (id: string, what: string, wish: object = {}) => {
  const answer = await fetch(`${jupiter.url}/_sim/orders/${id}/${what}`, {
    method: "POST",
    body: JSON.stringify({ ...wish, push: false }), // known by asking alone
  });
  if (!answer.ok) throw new Error(await answer.text());
};
async function dispatched(order: Placed): Promise<string> {
  const parcels = await readyParcels(t, shop, [order.body]);
  const { manifestId } = await aManifest(t, shop);
  must(await addParcels(ctx, { manifestId, packageIds: parcels }));
  must(await closeManifest(ctx, manifestId));
  await act(order.id, "dispatch");
  return (
    (
      await t.raw<{ awb: string }>("select awb from godown.shipping_package where shipping_package_id = $1", [
        parcels[0],
      ])
    )[0]?.awb ?? ""
  );
}

/** Presses Sync now and waits for the end of its run. */
async function sync(kind: SyncKind): Promise<{ state: string; ok: number; failed: number; message: string | null }> {
  const registry = new JobRegistry();
  registerChannelJobs(registry);
  registerStatusSyncs(); // by the composition root in life; channels' own kinds were registered above
  const worker = await startWorker({
    connectionString: t.connectionString,
    concurrency: 1,
    services: { ...t.services, sourceUrls: ctx.sourceUrls },
    registry,
    observe: () => undefined,
  });
  try {
    const run = must(await syncNow(ctx, shop.channelId, kind));
    return await waitFor("the run has ended", async () => {
      const [row] = await t.raw<{ state: string; ok: number; failed: number; message: string | null }>(
        "select state, ok_count as ok, failed_count as failed, message from godown.sync_run where sync_run_id = $1 and state <> 'RUNNING'",
        [run.syncRunId],
      );
      return row;
    });
  } finally {
    await worker.stop();
  }
}
const doubts = async () =>
  (await t.raw<{ kind: string }>("select kind from godown.order_exception where tenant_id = $1", [shop.tenantId])).map(
    (d) => d.kind,
  );
const parcelStates = async () => (await packagesOf(t, shop.tenantId)).map((p) => p.state);

describe("what happened on the channel's side, asked for", () => {
  it("a cancellation that nobody asked for here is held and asked about, once over many runs", async () => {
    const order = await placed();
    await receive(t, shop.tenantId, shop.channelId, [order.body]);
    await act(order.id, "cancel");
    expect(await sync("STATUS_CANCELLED")).toMatchObject({ state: "DONE", ok: 1, failed: 0 });
    expect(await sync("STATUS_CANCELLED")).toMatchObject({ state: "DONE" });
    expect(await doubts()).toEqual(["CHANNEL_CANCEL_NOT_ALLOWED"]);
    expect((await unitsOf(t, shop.tenantId)).map((u) => u.onHold)).toEqual([true]);
  });

  it("a delivery is taken from whichever word comes first", async () => {
    const order = await placed();
    const awb = await dispatched(order);
    await act(order.id, "deliver");
    expect(await sync("STATUS_DELIVERED")).toMatchObject({ state: "DONE" });
    expect(await parcelStates()).toEqual(["DELIVERED"]);
    const pushed = await t.db.transaction(shop.tenantId, (tx) =>
      applyDelivered(tx, ctx, {
        channelId: shop.channelId,
        awb,
        packageCode: null,
        providerCode: null,
        at: TEST_MORNING,
      }),
    );
    expect(must(pushed)).toEqual({ changed: false, doubt: false });
    await sync("STATUS_DELIVERED");
    const told = await t.raw("select 1 from godown.order_event where tenant_id = $1 and kind = 'PACKAGE_DELIVERED'", [
      shop.tenantId,
    ]);
    expect(told).toHaveLength(1);
  });

  it("a return opens one case, whatever is said again", async () => {
    const order = await placed();
    await dispatched(order);
    await act(order.id, "deliver");
    await sync("STATUS_DELIVERED");
    await act(order.id, "return");
    await sync("STATUS_DELIVERED");
    await sync("STATUS_DELIVERED");
    const cases = await t.raw("select kind, state from godown.return_case where tenant_id = $1", [shop.tenantId]);
    expect(cases).toEqual([{ kind: "CIR", state: "CREATED" }]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("each of the channel's returns opens a case of its own, though one of the order is known already", async () => {
    const order = await placed(["MILTON-FLASK-1L", "PRESTIGE-MIXER-750"]);
    await dispatched(order);
    await act(order.id, "deliver");
    await sync("STATUS_DELIVERED");
    for (const { orderItemId } of order.body.orderItems) {
      await act(order.id, "return", { items: [{ orderItemId }] });
      await sync("STATUS_DELIVERED");
    }
    const cases = await t.raw<{ id: string }>(
      "select channel_return_id as id from godown.return_case where tenant_id = $1 order by id",
      [shop.tenantId],
    );
    expect(cases.map(({ id }) => id)).toEqual([`RT-${order.id}-01`, `RT-${order.id}-02`]);
  });

  it("a status that nobody knows is shown once for an order with all its lines, as long as it is said", async () => {
    const order = await placed(["MILTON-FLASK-1L", "PRESTIGE-MIXER-750"]);
    await receive(t, shop.tenantId, shop.channelId, [order.body]);
    const asked = () =>
      t.raw<{ state: string; choice: string | null; facts: Facts }>(
        "select state, choice, facts from godown.order_exception where tenant_id = $1 and kind = 'UNKNOWN_STATUS' order by opened_at, order_exception_id",
        [shop.tenantId],
      );
    await setFaults(jupiter, { kind: "unknown_status" });
    await sync("STATUS_CANCELLED");
    await sync("STATUS_CANCELLED");
    const [doubt, ...more] = await asked();
    expect(more).toEqual([]);
    const lines = order.body.orderItems.map((line) => line.orderItemId).toSorted();
    expect(doubt?.facts).toMatchObject({ lines, what: `lines ${lines.join(", ")} of ${order.id}` });
    expect(fill(exceptionKinds.UNKNOWN_STATUS.message, doubt?.facts ?? {})).not.toContain("(unknown)");
    expect((await unitsOf(t, shop.tenantId)).map((u) => u.state)).toEqual(["CREATED", "CREATED"]);
    await setFaults(jupiter, null);
    await sync("STATUS_CANCELLED");
    expect(await asked()).toMatchObject([{ state: "RESOLVED", choice: null }]);
    await setFaults(jupiter, { kind: "unknown_status" });
    await sync("STATUS_CANCELLED");
    expect((await asked()).map(({ state }) => state)).toEqual(["RESOLVED", "OPEN"]);
    await t.raw(
      "update godown.order_exception set state = 'RESOLVED', resolved_at = now(), choice = 'DISMISS' where tenant_id = $1 and state = 'OPEN'",
      [shop.tenantId],
    );
    await sync("STATUS_CANCELLED"); // whoever has seen it is not asked again
    expect((await asked()).map(({ state }) => state)).toEqual(["RESOLVED", "RESOLVED"]);
  });

  it("orders that are pushed have no switch, and count as asked for when the last one came", async () => {
    const orders = async () => {
      const { channels } = await t.db.read(shop.tenantId, (tx) => statusOverview(ctx, tx));
      const ours = channels.find((channel) => channel.channelId === shop.channelId);
      return ours?.syncs.find((sync) => sync.kind === "ORDERS");
    };
    expect(await orders()).toMatchObject({ on: true, canSyncNow: false, lastSuccessAt: null });
    const refused = await switchChannelSync(ctx, shop.channelId, "ORDERS", false);
    expect(refused).toMatchObject(refusedWith("SYNC_NOT_SWITCHED"));
    await receive(t, shop.tenantId, shop.channelId, [(await placed()).body]);
    expect(await orders()).toMatchObject({ on: true, state: "OK", lastSuccessAt: TEST_MORNING.toString() });
  });

  it("says why where the channel does not answer", async () => {
    const order = await placed();
    await receive(t, shop.tenantId, shop.channelId, [order.body]);
    await setFaults(jupiter, { kind: "5xx" });
    expect(await sync("STATUS_CANCELLED")).toMatchObject({
      state: "FAILED",
      ok: 0,
      failed: 1,
      message: expect.any(String),
    });
  });
});
