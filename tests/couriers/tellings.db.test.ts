import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  applyChannelCancel,
  courierChecks,
  editPackage,
  labelPackages,
  startDueTellings,
  tellCourier,
} from "../../src/fulfilment/index.ts";
import { must, type ShippingPackageId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import {
  connectCourier,
  disconnectCourier,
  repeatTelling,
  settleTelling,
  type TellingId,
} from "../../src/shipping/index.ts";
import {
  type ACourier,
  aCourier,
  aCourierShop,
  cancelPackage,
  eventsOf,
  labelThem,
  liveAt,
  numbersOf,
  packageNow,
  packed,
  runCourierJobs,
  tellingsOf,
} from "../support/courier-scene.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { aPool, type Shop } from "../support/shop-builders.ts";
import { waitFor } from "../support/wait.ts";

let t: TestDatabase;
const open: ACourier[] = [];
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));
afterEach(async () => {
  for (const { simulator } of open.splice(0)) await simulator.close();
});
const courier = async (...given: Parameters<typeof aCourier>) => {
  const made = await aCourier(...given);
  open.push(made);
  return made;
};
/** A package that the courier has given a number. */
async function aLabelled(shop: Shop): Promise<ShippingPackageId> {
  const [id] = await packed(t, shop, 1);
  if (id === undefined) throw new Error("there is a package");
  const [result] = await labelPackages(t.ctx(shop.tenantId), { packageIds: [id] });
  expect(result?.refusal ?? null).toBeNull();
  return id;
}
const tell = (shop: Shop, { providerId }: ACourier) => tellCourier(t.ctx(shop.tenantId), providerId);
const tellingOf = (shop: Shop, id: ShippingPackageId) =>
  t.db
    .read(shop.tenantId, (tx) =>
      tx.one(sql<{ id: TellingId }>`
        select x.courier_telling_id as id from godown.courier_telling x join godown.courier_waybill w using (tenant_id, courier_waybill_id)
        where x.tenant_id = ${shop.tenantId} and w.shipping_package_id = ${id} order by x.updated_at desc limit 1`),
    )
    .then((row) => row.id);
const jobsOf = async (shop: Shop) => {
  const rows = await t.raw<{ name: string }>(
    "select t.identifier as name from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where j.payload->>'tenantId' = $1",
    [shop.tenantId],
  );
  return rows.map((row) => row.name);
};

describe("a number that is not used", () => {
  it("hears of a weight that was changed while it was asked for the number", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const [id] = await packed(t, shop, 1);
    if (id === undefined) throw new Error("there is a package");
    made.simulator.fault({ kind: "late", operation: "generateWaybill", delayMs: 700 });
    const labelling = labelThem(t, shop, [id]);
    await waitFor("the number is asked for", async () => (await numbersOf(t, shop, id))[0]?.state === "ASKED");
    must(await editPackage(t.ctx(shop.tenantId), id, { weightGrams: 999 }));
    expect((await labelling)[0]).toMatchObject({ outcome: "DONE" });
    expect(made.simulator.parcels()).toMatchObject([{ grams: 450 }]);
    await tell(shop, made);
    expect(made.simulator.parcels()).toMatchObject([{ grams: 999 }]);
  });

  it("goes back when its package is cancelled by the seller: queued in that transaction, told by the job, never used again", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const id = await aLabelled(shop);
    const [awb] = liveAt(made);
    await cancelPackage(t, shop, id);
    expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "GIVING_BACK", awb }]);
    expect(await tellingsOf(t, shop, id)).toEqual([{ kind: "CANCEL", state: "WAITING", code: null, attempts: 0 }]);
    expect(await jobsOf(shop)).toContain("shipping.tell_courier");
    await tell(shop, made);
    expect(liveAt(made)).toEqual([]);
    expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "GIVEN_BACK", awb }]);
    expect(await tellingsOf(t, shop, id)).toMatchObject([{ kind: "CANCEL", state: "DONE", attempts: 1 }]);
    expect(await eventsOf(t, shop, id)).toContain("COURIER_NUMBER_GIVEN_BACK");
  });

  it("goes back when the channel cancels", async () => {
    const shop = await aCourierShop(t, { source: "MARKETPLACE" });
    const made = await courier(t, shop);
    const id = await aLabelled(shop);
    const { orderId } = await t.db.read(shop.tenantId, (tx) =>
      tx.one(sql<{ orderId: string }>`
        select o.channel_order_id as "orderId" from godown.sale_order o join godown.shipping_package p using (tenant_id, sale_order_id)
        where p.tenant_id = ${shop.tenantId} and p.shipping_package_id = ${id}`),
    );
    await t.db.transaction(shop.tenantId, (tx) =>
      applyChannelCancel(tx, t.ctx(shop.tenantId), {
        channelId: shop.channelId,
        channelOrderId: orderId,
        lines: null,
        reason: "buyer",
      }),
    );
    await tell(shop, made);
    expect(await packageNow(t, shop, id)).toMatchObject({ state: "CANCELLED" });
    expect(liveAt(made)).toEqual([]);
  });

  it("goes back when another courier is chosen, and a later question has a code of its own", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    await aPool(t, shop.tenantId, 2, { code: "POOL_EDIT" });
    const id = await aLabelled(shop);
    const { code } = await packageNow(t, shop, id);
    must(await editPackage(t.ctx(shop.tenantId), id, { courier: "POOL_EDIT" }));
    await tell(shop, made);
    expect(liveAt(made)).toEqual([]);
    expect(await packageNow(t, shop, id)).toMatchObject({
      state: "READY_TO_SHIP",
      provider: "POOL_EDIT",
      carrier: null,
    });
    expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "GIVEN_BACK", subjectCode: code }]);
    // The courier's own panel gave it another one after all.
    must(await editPackage(t.ctx(shop.tenantId), id, { courier: made.code, awb: "PANEL-100200" }));
    expect(await numbersOf(t, shop, id)).toMatchObject([
      { state: "GIVEN_BACK" },
      { state: "GIVEN", awb: "PANEL-100200" },
    ]);
  });

  it("is chosen before the label: the courier is asked, and no other in its place", async () => {
    const shop = await aCourierShop(t);
    const first = await courier(t, shop, { preference: 10 });
    const chosen = await courier(t, shop, { preference: 20, simulator: { pincodes: [] } });
    const [id] = await packed(t, shop, 1);
    if (id === undefined) throw new Error("there is a package");
    expect(must(await editPackage(t.ctx(shop.tenantId), id, { courier: chosen.code }))).toMatchObject({
      courier: chosen.code,
      awb: null,
    });
    const [refused] = await labelThem(t, shop, [id]);
    expect(refused).toMatchObject({
      outcome: "FAILED",
      refusal: { code: "COURIER_REFUSED_PARCEL", facts: { courier: chosen.code } },
    });
    expect(first.simulator.parcels()).toEqual([]);
    must(await editPackage(t.ctx(shop.tenantId), id, { courier: first.code }));
    expect((await labelThem(t, shop, [id]))[0]).toMatchObject({ outcome: "DONE" });
    expect(await packageNow(t, shop, id)).toMatchObject({ provider: first.code, awb: liveAt(first)[0] });
  });

  it("is told again until the courier hears it, also by a process after one that ended", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const id = await aLabelled(shop);
    await cancelPackage(t, shop, id);
    made.simulator.fault({ kind: "5xx", operation: "cancelWaybill" });
    await tell(shop, made);
    expect(await tellingsOf(t, shop, id)).toMatchObject([
      { state: "WAITING", code: "COURIER_NOT_TOLD_YET", attempts: 1 },
    ]);
    expect(await eventsOf(t, shop, id)).toContain("COURIER_CANCEL_FAILED");
    await tell(shop, made); // its time has not come
    expect(await tellingsOf(t, shop, id)).toMatchObject([{ attempts: 1 }]);
    made.simulator.fault(null);
    t.clock.advance({ minutes: 2 });
    await startDueTellings(t.services);
    expect(await jobsOf(shop)).toContain("shipping.tell_courier");
    await tell(shop, made);
    expect(liveAt(made)).toEqual([]);
    expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "GIVEN_BACK" }]);
  });

  it("is a person's where the courier keeps it, who tells it again or says that it is settled", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const [a, b] = [await aLabelled(shop), await aLabelled(shop)];
    made.simulator.fault({ kind: "failed", operation: "cancelWaybill", message: "Already picked up" });
    for (const id of [a, b]) await cancelPackage(t, shop, id);
    await tell(shop, made);
    expect(await tellingsOf(t, shop, a)).toMatchObject([{ state: "FAILED", code: "COURIER_KEEPS_NUMBER" }]);
    made.simulator.fault(null);
    const ctx = t.ctx(shop.tenantId);
    must(await repeatTelling(ctx, await tellingOf(shop, a)));
    must(await settleTelling(ctx, await tellingOf(shop, b)));
    await tell(shop, made);
    expect(await tellingsOf(t, shop, a)).toMatchObject([{ state: "DONE" }]);
    expect(await tellingsOf(t, shop, b)).toMatchObject([{ state: "SETTLED" }]);
    expect(await numbersOf(t, shop, b)).toMatchObject([{ state: "GIVEN_BACK" }]);
    expect(await settleTelling(ctx, await tellingOf(shop, b))).toMatchObject({ refusal: { code: "TELLING_STATE" } });
  });

  it("is given up after many tries, with an alarm that people see", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const id = await aLabelled(shop);
    await cancelPackage(t, shop, id);
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(sql`update godown.courier_telling set attempts = 99 where tenant_id = ${shop.tenantId}`),
    );
    made.simulator.fault({ kind: "5xx", operation: "cancelWaybill" });
    await tell(shop, made);
    expect(await tellingsOf(t, shop, id)).toMatchObject([{ state: "FAILED", attempts: 100 }]);
    const alarms = await t.db.read(
      shop.tenantId,
      (tx) => courierChecks[0]?.check(t.ctx(shop.tenantId), tx) ?? Promise.resolve([]),
    );
    expect(alarms).toMatchObject([{ kind: "COURIER_NOT_TOLD", recordId: made.providerId, severity: "CRITICAL" }]);
  });

  it("waits while the courier is not connected, and goes back when it is", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const id = await aLabelled(shop);
    must(await disconnectCourier(t.ctx(shop.tenantId), made.providerId));
    await cancelPackage(t, shop, id);
    await tell(shop, made);
    expect(await tellingsOf(t, shop, id)).toMatchObject([{ state: "WAITING", code: "COURIER_NOT_TOLD_YET" }]);
    must(await connectCourier(t.ctx(shop.tenantId), made.providerId));
    await tell(shop, made);
    expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "GIVEN_BACK" }]);
  });

  it("is found by the sweep where a road forgot it", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const id = await aLabelled(shop);
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(
        sql`update godown.shipping_package set state = 'CANCELLED' where tenant_id = ${shop.tenantId} and shipping_package_id = ${id}`,
      ),
    );
    await runCourierJobs(t, shop, [made]);
    expect(liveAt(made)).toEqual([]);
  });
});

describe("another weight, size or number of boxes", () => {
  it("is told to the courier in the background, the last figures once", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const id = await aLabelled(shop);
    const ctx = t.ctx(shop.tenantId);
    must(await editPackage(ctx, id, { weightGrams: 700 }));
    expect(must(await editPackage(ctx, id, { weightGrams: 900, boxes: 2 }))).toMatchObject({
      weightGrams: 900,
      boxes: 2,
    });
    expect(await tellingsOf(t, shop, id)).toMatchObject([{ kind: "UPDATE", state: "WAITING" }]);
    await tell(shop, made);
    expect(made.simulator.parcels()).toMatchObject([{ grams: 900, boxes: 2, updates: 1 }]);
    expect(await tellingsOf(t, shop, id)).toMatchObject([{ kind: "UPDATE", state: "DONE" }]);
    expect(await eventsOf(t, shop, id)).toContain("COURIER_TOLD_CHANGE");
    must(await editPackage(ctx, id, { weightGrams: 950 }));
    await tell(shop, made);
    expect(made.simulator.parcels()).toMatchObject([{ grams: 950, updates: 2 }]);
  });

  it("is not told of a number that goes back", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const id = await aLabelled(shop);
    must(await editPackage(t.ctx(shop.tenantId), id, { weightGrams: 700 }));
    await cancelPackage(t, shop, id);
    await tell(shop, made);
    expect(await tellingsOf(t, shop, id)).toMatchObject([
      { kind: "CANCEL", state: "DONE" },
      { kind: "UPDATE", state: "DROPPED" },
    ]);
    expect(made.simulator.parcels()).toMatchObject([{ updates: 0 }]);
  });

  it("is shown where the courier refuses it, and the parcel goes on", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const id = await aLabelled(shop);
    made.simulator.fault({ kind: "failed", operation: "updateWaybill", message: "Too late" });
    must(await editPackage(t.ctx(shop.tenantId), id, { weightGrams: 700 }));
    await tell(shop, made);
    expect(await tellingsOf(t, shop, id)).toMatchObject([{ state: "FAILED", code: "COURIER_REFUSES_CHANGE" }]);
    expect(await packageNow(t, shop, id)).toMatchObject({ state: "READY_TO_SHIP", weight: 700 });
  });
});
