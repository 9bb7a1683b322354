import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runSync } from "../../src/channels/index.ts";
import { applyDue } from "../../src/status-sync/hear.ts";
import { statusHandler } from "../../src/status-sync/sync.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { allocate, move, packagesOf } from "../support/fulfilment-builders.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { noticesIn, parcelsIn, shortagesIn, statesIn } from "../support/panel-scene.ts";
import {
  aPullScene,
  doubtsOf,
  type PullScene,
  placeOrders,
  runOf,
  STOLE,
  settleDoubt,
  there,
} from "../support/pull-scene.ts";
import { aPool, aTaxClass, type Shop } from "../support/shop-builders.ts";
import { aSeries } from "../support/warehouse-builders.ts";

// A seller works off orders on the marketplace's own panel; here they follow by themselves, over real HTTP.

const DABBA = "BZ-DABBA-STEEL-3";

let t: TestDatabase;
let scene: PullScene;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));
afterEach(() => scene.sim.close());

async function begin(over: { stock?: number; series?: boolean } = {}): Promise<void> {
  scene = await aPullScene(t, { stock: over.stock ?? 10 });
  const { tenantId, channelId, facilityId } = scene;
  const taxClassId = await aTaxClass(t, tenantId, 500);
  await t.raw("update godown.sku set tax_class_id = $2, hsn = '62114210' where tenant_id = $1", [tenantId, taxClassId]);
  const skuId = scene.skus.get(STOLE);
  if (!skuId) throw new Error("the stole is stocked");
  shop = { tenantId, channelId, facilityId, skuId, productId: "", providerId: await aPool(t, tenantId, 0) };
  if (over.series !== false) await aSeries(t, tenantId, { facilityId }, { prefix: "P-" });
}
/** New orders and statuses, as both are asked for every few minutes. */
const run = async () => {
  t.clock.advance({ minutes: 5 });
  await runOf(t, scene, "ORDERS", "PERSON");
  await statuses("STATUS_CANCELLED");
};
const statuses = (kind: "STATUS_CANCELLED" | "STATUS_DELIVERED") => {
  const wanted = { channelId: scene.channelId, kind, trigger: "PERSON", syncRunId: null } as const;
  return runSync({ ...scene.ctx, now: t.clock.now() }, wanted, statusHandler(kind));
};
const allocateAll = () => allocate(t, scene.tenantId, scene.facilityId);
const parcels = () => parcelsIn(t, shop);
const states = () => statesIn(t, shop);
const waiting = async () =>
  (
    await t.raw<{ code: string | null }>(
      "select code from godown.channel_word where tenant_id = $1 and outcome = 'WAITING' order by 1",
      [scene.tenantId],
    )
  ).map((row) => row.code);

describe("dispatched on the panel", () => {
  it("what was unfulfillable here is dispatched with a shortage, and said again changes nothing", async () => {
    await begin({ stock: 0 });
    const [id = ""] = await placeOrders(scene, 1);
    await run();
    await allocateAll();
    expect(await states()).toEqual(["UNFULFILLABLE"]);
    const told = await noticesIn(t, shop);
    await there(scene, id, "dispatch");
    await run();
    await run();
    expect(await parcels()).toEqual(["DISPATCHED ADOPTED 1 ISSUED SERIES"]);
    expect(await shortagesIn(t, shop)).toEqual(["OPEN"]);
    expect(await noticesIn(t, shop), "the channel is not told what it told us").toEqual(told);
    expect(await doubtsOf(t, scene)).toEqual([]);
    await expectStockTrue(t, scene.tenantId);
  });

  it("and delivered before anybody asked: dispatched first, then delivered", async () => {
    await begin();
    const [id = ""] = await placeOrders(scene, 1);
    await run();
    await allocateAll();
    await there(scene, id, "dispatch");
    await there(scene, id, "deliver");
    await run();
    expect(await parcels()).toEqual(["DELIVERED ADOPTED 1 ISSUED SERIES"]);
    await expectStockTrue(t, scene.tenantId);
  });

  it("and on its way back before anybody asked: dispatched first, then expected", async () => {
    await begin();
    const [id = ""] = await placeOrders(scene, 1);
    await run();
    await there(scene, id, "dispatch");
    await there(scene, id, "rto");
    await run();
    expect(await parcels()).toEqual(["RETURN_EXPECTED ADOPTED 1 ISSUED SERIES"]);
  });

  it("in part before the order was seen first: that part is adopted, the rest goes on", async () => {
    await begin();
    const [id = ""] = await placeOrders(scene, 1, {
      items: [
        { sku: STOLE, quantity: 1 },
        { sku: DABBA, quantity: 1 },
      ],
    });
    await there(scene, id, "dispatch", { items: [{ orderItemId: `${id}-1` }] });
    await run();
    await allocateAll();
    expect((await states()).sort()).toEqual(["DISPATCHED", "FULFILLABLE"]);
    expect(await doubtsOf(t, scene)).toEqual([]);
  });

  it("without a series: nothing is half done, nobody sends it twice, and it goes on once there is one", async () => {
    await begin({ series: false });
    const [id = ""] = await placeOrders(scene, 1);
    await run();
    await allocateAll();
    await there(scene, id, "dispatch");
    await run();
    expect(await states()).toEqual(["FULFILLABLE held"]);
    expect(await parcels()).toEqual(["CREATED 1"]);
    expect(await waiting()).toEqual(["SERIES_MISSING"]);
    await aSeries(t, scene.tenantId, { facilityId: scene.facilityId }, { prefix: "P-" });
    await applyDue({ ...scene.ctx, now: t.clock.now() }, scene.channelId); // as the job does that the new series has woken
    expect(await parcels()).toEqual(["DISPATCHED ADOPTED 1 ISSUED SERIES"]);
    expect(await states()).toEqual(["DISPATCHED"]);
    expect(await waiting()).toEqual([]);
  });

  it("where the seller wants to be asked: held, and a person adopts it", async () => {
    await begin();
    await t.raw("update godown.channel set dispatched_on_panel = 'ASK' where tenant_id = $1", [scene.tenantId]);
    const [id = ""] = await placeOrders(scene, 1);
    await run();
    await allocateAll();
    await there(scene, id, "dispatch");
    await run();
    expect(await states()).toEqual(["FULFILLABLE held"]);
    expect(await doubtsOf(t, scene)).toEqual([`DISPATCHED_ON_CHANNEL ${id}`]);
    await settleDoubt(t, scene, "ADOPT");
    expect(await parcels()).toEqual(["DISPATCHED ADOPTED 1 ISSUED SERIES"]);
    expect(await doubtsOf(t, scene)).toEqual([]);
    await run();
    expect(await doubtsOf(t, scene)).toEqual([]);
    await expectStockTrue(t, scene.tenantId);
  });
});

describe("what was said while a person was asked", () => {
  /** An order that left there while its parcel stands here, and of which something more is said before anybody decides. */
  const asked = async (more: "deliver" | "rto"): Promise<string> => {
    await begin();
    await t.raw("update godown.channel set dispatched_on_panel = 'ASK' where tenant_id = $1", [scene.tenantId]);
    const [id = ""] = await placeOrders(scene, 1);
    await run();
    await allocateAll();
    await there(scene, id, "dispatch");
    await run();
    await there(scene, id, more);
    await run();
    await statuses("STATUS_DELIVERED");
    expect(await states()).toEqual(["FULFILLABLE held"]);
    expect(await doubtsOf(t, scene)).toEqual([`DISPATCHED_ON_CHANNEL ${id}`]);
    return id;
  };
  /** What the job does that the dispatch has woken: the channel is not asked. */
  const soon = () => applyDue({ ...scene.ctx, now: t.clock.now() }, scene.channelId);

  it.each([
    ["deliver", "DELIVERED"],
    ["rto", "RETURN_EXPECTED"],
  ] as const)("takes effect once he has said that it left: %s", async (more, state) => {
    await asked(more);
    await settleDoubt(t, scene, "ADOPT");
    await soon();
    expect(await parcels()).toEqual([`${state} ADOPTED 1 ISSUED SERIES`]);
    expect(await doubtsOf(t, scene)).toEqual([]);
    await run();
    expect(await doubtsOf(t, scene)).toEqual([]);
    await expectStockTrue(t, scene.tenantId);
  });

  it("takes effect when it leaves by our own hand after he went on here", async () => {
    await asked("deliver");
    await settleDoubt(t, scene, "GO_ON");
    await soon();
    expect(await states()).toEqual(["FULFILLABLE"]);
    const parcel = (await packagesOf(t, scene.tenantId)).map((p) => p.id);
    await move(t, scene.tenantId, parcel, ["pack", "label", "manifest", "dispatch"]);
    await soon();
    expect(await states()).toEqual(["DELIVERED"]);
    expect(await doubtsOf(t, scene)).toEqual([]);
  });

  it("changes nothing where he cancelled here what was sent elsewhere", async () => {
    await asked("deliver");
    await settleDoubt(t, scene, "CANCEL_HERE");
    await soon();
    await run();
    await statuses("STATUS_DELIVERED");
    expect(await states()).toEqual(["CANCELLED"]);
    expect(await doubtsOf(t, scene)).toEqual([]);
  });
});

describe("cancelled on the panel", () => {
  it("in CREATED: stock is free", async () => {
    await begin();
    const [id = ""] = await placeOrders(scene, 1);
    await run();
    await allocateAll();
    await there(scene, id, "cancel");
    await run();
    expect(await states()).toEqual(["CANCELLED"]);
    expect(await parcels()).toEqual(["CANCELLED 0"]);
    await expectStockTrue(t, scene.tenantId);
  });

  it("after it was adopted: a person is asked whether it comes back", async () => {
    await begin();
    const [id = ""] = await placeOrders(scene, 1);
    await run();
    await there(scene, id, "dispatch");
    await run();
    await there(scene, id, "cancel");
    await statuses("STATUS_DELIVERED"); // parcels on their way are asked about with those
    expect(await states()).toEqual(["DISPATCHED"]);
    expect(await doubtsOf(t, scene)).toEqual([`CANCEL_AFTER_DISPATCH ${id}`]);
  });
});
