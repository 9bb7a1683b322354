import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aSku, aTenant } from "../../../tests/support/builders.ts";
import { aConnectedChannel, aJupiter, ctxWith, setFaults } from "../../../tests/support/channel-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { stock } from "../../../tests/support/inventory-builders.ts";
import { aChannel, aListing, aPushOrder, JUPITER_PRODUCTS, receive } from "../../../tests/support/order-builders.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import { findChannel, markDirty } from "../../channels/index.ts";
import { type ChannelId, type FacilityId, newId, type SkuId, type TenantId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { sql } from "../../platform/db.ts";
import { healDrift, pushInventory } from "./push.handler.ts";

type Jupiter = Awaited<ReturnType<typeof aJupiter>>;
interface Held {
  readonly quantity: number;
  readonly pushes: number;
}

let t: TestDatabase;
let jupiter: Jupiter;
let tenantId: TenantId;
let ctx: Ctx;
let channelId: ChannelId;
let facilityId: FacilityId;
let pen: SkuId;
/** Products that the simulator offers. */
const products = JUPITER_PRODUCTS;

beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  jupiter = await aJupiter();
  tenantId = await aTenant(t.db, { edition: "ENTERPRISE" });
  ctx = ctxWith(t, tenantId, jupiter.url);
  ({ channelId, facilityId } = await aConnectedChannel(ctx, jupiter.username));
  pen = await aSku(t.db, tenantId);
  return () => jupiter.close();
});

async function listed(n: number, skuId: SkuId, over: Parameters<typeof aListing>[4] = {}): Promise<string> {
  const product = products[n];
  if (!product) throw new Error(`the simulator offers product ${n}`);
  const { listingId } = await aListing(t, tenantId, channelId, skuId, { productId: product.productId, ...over });
  await t.raw(
    "update godown.listing set variant_id = $3, channel_product_id = $4 where tenant_id = $1 and listing_id = $2",
    [tenantId, listingId, product.variantId, `${product.productId}-${product.variantId}`],
  );
  await t.db.transaction(tenantId, (tx) => markDirty(tx, { skuIds: [skuId] }));
  return listingId;
}
const put = (quantity: number, skuId = pen) => stock(t, tenantId, facilityId, skuId, quantity);
const push = () => pushInventory(ctx, channelId);
const held = (n: number): Held | undefined => {
  const product = products[n];
  return product && (jupiter.state().stock as Record<string, Held>)[product.productId];
};
const told = (listingId: string) =>
  t.db.read(tenantId, (tx) =>
    tx.one(sql<{ published: number | null; outcome: string | null; dirty: boolean }>`
      select l.published, l.publish_outcome as outcome, exists (select from godown.listing_dirty d where d.tenant_id = l.tenant_id and d.listing_id = l.listing_id) as dirty
      from godown.listing l where l.tenant_id = ${tenantId} and l.listing_id = ${listingId}`),
  );
const exchanges = async () =>
  (
    await t.raw<{ n: number }>(
      "select count(*)::integer as n from godown.exchange where tenant_id = $1 and operation = 'pushInventory/updateInventory'",
      [tenantId],
    )
  )[0]?.n;

describe("the figure that a channel is told", () => {
  it("is what is there less what is sold, less the buffer, never above the cap", async () => {
    await put(10);
    const plain = await listed(0, pen);
    await listed(1, pen, { buffer: 3 });
    await listed(2, pen, { cap: 4 });
    await receive(t, tenantId, channelId, [await orderOf(0, 2)]);
    expect(await push()).toBe("done");
    expect([held(0)?.quantity, held(1)?.quantity, held(2)?.quantity]).toEqual([8, 5, 4]);
    expect(await told(plain)).toEqual({ published: 8, outcome: "ACCEPTED", dirty: false });
  });

  it("of a bundle is what its scarcest component allows", async () => {
    const [kit, cup] = [await aSku(t.db, tenantId), await aSku(t.db, tenantId)];
    await t.db.transaction(tenantId, async (tx) => {
      await tx.run(sql`update godown.sku set is_bundle = true where tenant_id = ${tenantId} and sku_id = ${kit}`);
      for (const [component, quantity] of [
        [pen, 3],
        [cup, 1],
      ] as const)
        await tx.run(sql`
          insert into godown.bundle_component (tenant_id, bundle_sku_id, component_sku_id, quantity) values (${tenantId}, ${kit}, ${component}, ${quantity})`);
    });
    await put(10);
    await put(5, cup);
    await listed(0, kit);
    await push();
    expect(held(0)?.quantity).toBe(3);
  });

  it("leaves out what another channel keeps for itself, and counts only its own facilities", async () => {
    const other = await aChannel(t, tenantId, [facilityId]);
    const { listingId } = await aListing(t, tenantId, other, pen, { reserved: 4 });
    await put(10);
    await stock(t, tenantId, await elsewhere(), pen, 50);
    await listed(0, pen);
    await push();
    expect(held(0)?.quantity).toBe(6);
    // That channel has the goods in a warehouse of its own now: it sells nothing of ours.
    await t.raw("update godown.listing set stock_at_channel = true where listing_id = $1", [listingId]);
    await t.db.transaction(tenantId, (tx) => markDirty(tx, { skuIds: [pen] }));
    await push();
    expect(held(0)?.quantity).toBe(10);
  });

  it("is 0 for a listing, SKU or channel that is stopped, and for one that was unmapped", async () => {
    await put(10);
    const listings = [await listed(0, pen), await listed(1, pen, { disabled: true })];
    await push();
    expect([held(0)?.quantity, held(1)?.quantity]).toEqual([10, 0]);
    await t.raw(
      "insert into godown.publish_stop (tenant_id, kind, record_id, stopped_at, stopped_by) values ($1, 'SKU', $2, now(), 'test')",
      [tenantId, pen],
    );
    await dirty();
    await push();
    expect(held(0)?.quantity).toBe(0);
    await t.raw("delete from godown.publish_stop where tenant_id = $1", [tenantId]);
    await dirty();
    await push();
    expect(held(0)?.quantity).toBe(10);
    await t.raw("update godown.listing set sku_id = null, mapped_at = null where tenant_id = $1 and listing_id = $2", [
      tenantId,
      listings[0],
    ]);
    await t.db.transaction(tenantId, (tx) => markDirty(tx, { channelId }));
    await push();
    expect(held(0)?.quantity).toBe(0);
  });

  async function elsewhere(): Promise<FacilityId> {
    return aFacility(t.db, tenantId);
  }
});

describe("telling it", () => {
  it("begins with what ran out, in calls as large as the source takes", async () => {
    const out = await aSku(t.db, tenantId);
    await put(5);
    await listed(0, pen);
    await listed(1, out);
    await listed(2, pen);
    await push();
    const [first] = await t.raw<{ request: { inventoryList: { productId: string; inventory: string }[] } }>(
      "select request from godown.exchange where tenant_id = $1 and operation = 'pushInventory/updateInventory'",
      [tenantId],
    );
    expect(first?.request.inventoryList[0]).toMatchObject({ productId: products[1]?.productId, inventory: "0" });
  });

  it("says nothing again where the figure is the one that was told last, unless it is forced", async () => {
    await put(5);
    const listingId = await listed(0, pen);
    await push();
    await dirty();
    await push();
    expect(await exchanges()).toBe(1);
    expect((await told(listingId)).dirty).toBe(false);
    await t.db.transaction(tenantId, (tx) => markDirty(tx, { channelId }, true));
    await push();
    expect(await exchanges()).toBe(2);
  });

  it("shows what the channel refuses, and tells it again at the next change", async () => {
    await put(5);
    const listingId = await listed(0, pen);
    await setFaults(jupiter, { kind: "failed", operation: "updateInventory", message: "listing is closed" });
    expect(await push()).toBe("done");
    expect(await told(listingId)).toEqual({ published: null, outcome: "REFUSED", dirty: false });
    await setFaults(jupiter, null);
    await dirty();
    await push();
    expect(await told(listingId)).toEqual({ published: 5, outcome: "ACCEPTED", dirty: false });
  });

  it("comes back to what may or may not have arrived", async () => {
    await put(5);
    const listingId = await listed(0, pen);
    await setFaults(jupiter, { kind: "half_answer", operation: "updateInventory" });
    expect(await push()).toMatchObject({ retry: expect.any(String) });
    expect(await told(listingId)).toMatchObject({ outcome: "UNKNOWN", dirty: true });
    await setFaults(jupiter, null);
    t.clock.advance({ minutes: 10 });
    expect(await push()).toBe("done");
    expect(await told(listingId)).toEqual({ published: 5, outcome: "ACCEPTED", dirty: false });
  });

  it("does not call told what never reached the channel", async () => {
    await put(5);
    const listingId = await listed(0, pen);
    await push();
    await put(2);
    expect(await pushInventory(ctxWith(t, tenantId, "http://127.0.0.1:1"), channelId)).toMatchObject({
      retry: expect.any(String),
    });
    expect(await told(listingId)).toEqual({ published: 5, outcome: "ACCEPTED", dirty: true });
  });

  it("keeps the mark of a change that came while the call was under way", async () => {
    await put(5);
    const listingId = await listed(0, pen);
    await setFaults(jupiter, { kind: "late", operation: "updateInventory", delayMs: 400, count: 1 });
    const pushing = push();
    await waitFor("the channel has the first figure", () => held(0)?.quantity === 5);
    await put(1);
    await pushing;
    expect(held(0)?.quantity).toBe(6);
    expect(await told(listingId)).toEqual({ published: 6, outcome: "ACCEPTED", dirty: false });
  });

  it("is done by one at a time; the other comes back, and takes over from one that died", async () => {
    await put(5);
    await listed(0, pen);
    await t.raw(
      "insert into godown.push_lease (tenant_id, channel_id, holder, until) values ($1, $2, gen_random_uuid(), $3)",
      [tenantId, channelId, t.clock.now().add({ seconds: 60 }).toString()],
    );
    expect(await push()).toMatchObject({ retry: expect.stringContaining("at this moment") });
    expect(held(0)).toBeUndefined();
    t.clock.advance({ minutes: 2 });
    expect(await push()).toBe("done");
    expect(held(0)?.quantity).toBe(5);
  });

  it("waits while the channel is not connected or its sync is off, and forgets nothing", async () => {
    await put(5);
    const listingId = await listed(0, pen);
    await t.raw("update godown.channel set state = 'DISABLED' where tenant_id = $1", [tenantId]);
    expect(await push()).toBe("done");
    expect(await told(listingId)).toMatchObject({ published: null, dirty: true });
    expect(await exchanges()).toBe(0);
  });

  it("tells everything again at night, and says how many", async () => {
    await put(5);
    await listed(0, pen);
    await listed(1, pen);
    await push();
    const progress: unknown[] = [];
    const channel = await t.db.read(tenantId, (tx) => findChannel(tx, channelId));
    if (!channel) throw new Error("the channel is there");
    const result = await healDrift(ctx, {
      channel,
      syncRunId: newId(),
      trigger: "NIGHTLY",
      cursor: null,
      progress: async (p) => void progress.push(p),
      saveCursor: () => Promise.reject(new Error("telling stock keeps no cursor")),
    });
    expect(result).toMatchObject({ ok: 2, failed: 0 });
    expect(progress).toEqual([{ ok: 2, failed: 0 }]);
    expect(await exchanges()).toBe(2);
  });
});

const dirty = () => t.db.transaction(tenantId, (tx) => markDirty(tx, { skuIds: [pen] }));

async function orderOf(n: number, quantity: number) {
  const product = products[n];
  if (!product) throw new Error(`product ${n}`);
  return aPushOrder([{ productId: product.productId, quantity, over: { variantId: product.variantId } }]);
}
