import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aSku } from "../../../tests/support/builders.ts";
import { ctxWith, setFaults } from "../../../tests/support/channel-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { stock } from "../../../tests/support/inventory-builders.ts";
import { aChannel, aListing } from "../../../tests/support/order-builders.ts";
import { aPushScene, type PushScene, pushedProduct } from "../../../tests/support/push-scene.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import { findChannel } from "../../channels/index.ts";
import { type FacilityId, newId } from "../../kernel/index.ts";
import { sql } from "../../platform/db.ts";
import { healDrift, pushInventory } from "./push.handler.ts";

let t: TestDatabase;
let s: PushScene;

beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  s = await aPushScene(t);
  return () => s.jupiter.close();
});

const push = () => pushInventory(s.ctx, s.channelId);
const exchanges = async () =>
  (
    await t.raw<{ n: number }>(
      "select count(*)::integer as n from godown.exchange where tenant_id = $1 and operation = 'pushInventory/updateInventory'",
      [s.tenantId],
    )
  )[0]?.n;

describe("the figure that a channel is told", () => {
  it("is what is there less what is sold, less the buffer, never above the cap", async () => {
    await s.put(10);
    const plain = await s.listed(0);
    await s.listed(1, { buffer: 3 });
    await s.listed(2, { cap: 4 });
    await s.sell(0, 2);
    expect(await push()).toBe("done");
    expect([s.held(0), s.held(1), s.held(2)]).toEqual([8, 5, 4]);
    expect(await s.told(plain)).toEqual({ published: 8, outcome: "ACCEPTED", dirty: false });
  });

  it("of a bundle is what its scarcest component allows", async () => {
    const [kit, cup] = [await aSku(t.db, s.tenantId), await aSku(t.db, s.tenantId)];
    await t.db.transaction(s.tenantId, async (tx) => {
      await tx.run(sql`update godown.sku set is_bundle = true where tenant_id = ${s.tenantId} and sku_id = ${kit}`);
      for (const [component, quantity] of [
        [s.pen, 3],
        [cup, 1],
      ] as const)
        await tx.run(sql`
          insert into godown.bundle_component (tenant_id, bundle_sku_id, component_sku_id, quantity) values (${s.tenantId}, ${kit}, ${component}, ${quantity})`);
    });
    await s.put(10);
    await s.put(5, cup);
    await s.listed(0, { skuId: kit });
    await push();
    expect(s.held(0)).toBe(3);
  });

  it("leaves out what another channel keeps for itself, and counts only its own facilities", async () => {
    const other = await aChannel(t, s.tenantId, [s.facilityId]);
    const { listingId } = await aListing(t, s.tenantId, other, s.pen, { reserved: 4 });
    await s.put(10);
    await stock(t, s.tenantId, await elsewhere(), s.pen, 50);
    await s.listed(0);
    await push();
    expect(s.held(0)).toBe(6);
    // That channel has the goods in a warehouse of its own now: it sells nothing of ours.
    await t.raw("update godown.listing set stock_at_channel = true where listing_id = $1", [listingId]);
    await s.dirty();
    await push();
    expect(s.held(0)).toBe(10);
  });

  it("is 0 for a listing, SKU or channel that is stopped, and for one that was unmapped", async () => {
    await s.put(10);
    const listings = [await s.listed(0), await s.listed(1, { disabled: true })];
    await push();
    expect([s.held(0), s.held(1)]).toEqual([10, 0]);
    await t.raw(
      "insert into godown.publish_stop (tenant_id, kind, record_id, stopped_at, stopped_by) values ($1, 'SKU', $2, now(), 'test')",
      [s.tenantId, s.pen],
    );
    await s.dirty();
    await push();
    expect(s.held(0)).toBe(0);
    await t.raw("delete from godown.publish_stop where tenant_id = $1", [s.tenantId]);
    await s.dirty();
    await push();
    expect(s.held(0)).toBe(10);
    await t.raw("update godown.listing set sku_id = null, mapped_at = null where tenant_id = $1 and listing_id = $2", [
      s.tenantId,
      listings[0],
    ]);
    await s.dirty();
    await push();
    expect(s.held(0)).toBe(0);
  });

  async function elsewhere(): Promise<FacilityId> {
    return aFacility(t.db, s.tenantId);
  }
});

describe("telling it", () => {
  it("begins with what ran out, in calls as large as the source takes", async () => {
    const out = await aSku(t.db, s.tenantId);
    await s.put(5);
    await s.listed(0);
    await s.listed(1, { skuId: out });
    await s.listed(2);
    await push();
    const [first] = await t.raw<{ request: { inventoryList: { productId: string; inventory: string }[] } }>(
      "select request from godown.exchange where tenant_id = $1 and operation = 'pushInventory/updateInventory'",
      [s.tenantId],
    );
    expect(first?.request.inventoryList[0]).toMatchObject({ productId: pushedProduct(1).productId, inventory: "0" });
  });

  it("says nothing again where the figure is the one that was told last, unless it is forced", async () => {
    await s.put(5);
    const listingId = await s.listed(0);
    await push();
    await s.dirty();
    await push();
    expect(await exchanges()).toBe(1);
    expect((await s.told(listingId)).dirty).toBe(false);
    await s.dirty(true);
    await push();
    expect(await exchanges()).toBe(2);
  });

  it("shows what the channel refuses, and tells it again at the next change", async () => {
    await s.put(5);
    const listingId = await s.listed(0);
    await setFaults(s.jupiter, { kind: "failed", operation: "updateInventory", message: "listing is closed" });
    expect(await push()).toBe("done");
    expect(await s.told(listingId)).toEqual({ published: null, outcome: "REFUSED", dirty: false });
    await setFaults(s.jupiter, null);
    await s.dirty();
    await push();
    expect(await s.told(listingId)).toEqual({ published: 5, outcome: "ACCEPTED", dirty: false });
  });

  it("comes back to what may or may not have arrived", async () => {
    await s.put(5);
    const listingId = await s.listed(0);
    await setFaults(s.jupiter, { kind: "half_answer", operation: "updateInventory" });
    expect(await push()).toMatchObject({ retry: expect.any(String) });
    expect(await s.told(listingId)).toMatchObject({ outcome: "UNKNOWN", dirty: true });
    await setFaults(s.jupiter, null);
    t.clock.advance({ minutes: 10 });
    expect(await push()).toBe("done");
    expect(await s.told(listingId)).toEqual({ published: 5, outcome: "ACCEPTED", dirty: false });
  });

  it("does not call told what never reached the channel", async () => {
    await s.put(5);
    const listingId = await s.listed(0);
    await push();
    await s.put(2);
    expect(await pushInventory(ctxWith(t, s.tenantId, "http://127.0.0.1:1"), s.channelId)).toMatchObject({
      retry: expect.any(String),
    });
    expect(await s.told(listingId)).toEqual({ published: 5, outcome: "ACCEPTED", dirty: true });
  });

  it("keeps the mark of a change that came while the call was under way", async () => {
    await s.put(5);
    const listingId = await s.listed(0);
    await setFaults(s.jupiter, { kind: "late", operation: "updateInventory", delayMs: 400, count: 1 });
    const pushing = push();
    await waitFor("the channel has the first figure", () => s.held(0) === 5);
    await s.put(1);
    await pushing;
    expect(s.held(0)).toBe(6);
    expect(await s.told(listingId)).toEqual({ published: 6, outcome: "ACCEPTED", dirty: false });
  });

  it("is done by one at a time; the other comes back, and takes over from one that died", async () => {
    await s.put(5);
    await s.listed(0);
    await t.raw(
      "insert into godown.push_lease (tenant_id, channel_id, holder, until) values ($1, $2, gen_random_uuid(), $3)",
      [s.tenantId, s.channelId, t.clock.now().add({ seconds: 60 }).toString()],
    );
    expect(await push()).toMatchObject({ retry: expect.stringContaining("at this moment") });
    expect(s.held(0)).toBeUndefined();
    t.clock.advance({ minutes: 2 });
    expect(await push()).toBe("done");
    expect(s.held(0)).toBe(5);
  });

  it("waits while the channel is not connected or its sync is off, and forgets nothing", async () => {
    await s.put(5);
    const listingId = await s.listed(0);
    await t.raw("update godown.channel set state = 'DISABLED' where tenant_id = $1", [s.tenantId]);
    expect(await push()).toBe("done");
    expect(await s.told(listingId)).toMatchObject({ published: null, dirty: true });
    expect(await exchanges()).toBe(0);
  });

  it("tells everything again at night, and says how many", async () => {
    await s.put(5);
    await s.listed(0);
    await s.listed(1);
    await push();
    const progress: unknown[] = [];
    const channel = await t.db.read(s.tenantId, (tx) => findChannel(tx, s.channelId));
    if (!channel) throw new Error("the channel is there");
    const result = await healDrift(s.ctx, {
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
