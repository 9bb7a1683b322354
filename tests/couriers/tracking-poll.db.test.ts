import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CourierSimulatorOptions } from "../../couriers/protocol/simulator/index.ts";
import { addToManifests, closeManifest } from "../../src/fulfilment/index.ts";
import { type FacilityId, must, newId, type ShippingPackageId } from "../../src/kernel/index.ts";
import { marketplaceRoutes } from "../../src/marketplace-api/index.ts";
import { setCourierTimer } from "../../src/shipping/index.ts";
import { issueCourierKey } from "../../src/status-sync/courier-tracking/credential.ts";
import { stalledCouriers, trackingOverview } from "../../src/status-sync/courier-tracking/overview.ts";
import { pollCourier, startPolls, trackNow } from "../../src/status-sync/courier-tracking/poll.ts";
import { listNdrs, trackedParcels, trackingRows } from "../../src/status-sync/courier-tracking/queries.ts";
import { applyTracking } from "../../src/status-sync/tracking.ts";
import { type ACourier, aCourier, aCourierShop, labelThem, packageNow, packed } from "../support/courier-scene.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { packagesOf } from "../support/fulfilment-builders.ts";
import { aServer } from "../support/identity-builders.ts";
import { expectStockTrue } from "../support/invariants.ts";
import type { Shop } from "../support/shop-builders.ts";

let t: TestDatabase;
let shop: Shop;
let courier: ACourier;
let formerTimer: () => void;
beforeAll(async () => {
  t = await testDatabase();
  // Limits and pauses of the engine follow the test's clock: what broke an hour ago may be tried again.
  formerTimer = setCourierTimer({
    nowMs: () => t.clock.now().epochMilliseconds,
    sleep: async (ms) => t.clock.advance({ seconds: Math.ceil(ms / 1000) }),
  });
});
afterAll(async () => {
  formerTimer();
  await t.close();
});
beforeEach(() => t.clock.set(TEST_MORNING));
afterEach(() => courier.simulator.close());

async function begin(over: CourierSimulatorOptions = {}): Promise<void> {
  shop = await aCourierShop(t);
  courier = await aCourier(t, shop, {
    settings: { trackEveryMinutes: 60 },
    simulator: {
      clock: () => t.clock.now(),
      ...over,
      settings: { life: "by hand", pushes: "none", ...over.settings },
      accounts: [{ username: "scene-shipper", password: "scene-password", account: { addressIds: "" } }],
    },
  });
}
const ctx = () => t.ctx(shop.tenantId);
async function labelled(count = 1): Promise<{ ids: ShippingPackageId[]; awbs: string[] }> {
  const ids = await packed(t, shop, count);
  for (const result of await labelThem(t, shop, ids))
    expect(result, JSON.stringify(result)).toMatchObject({ outcome: "DONE" });
  const awbs = await Promise.all(ids.map(async (id) => (await packageNow(t, shop, id)).awb ?? ""));
  return { ids, awbs };
}
async function handOver(ids: readonly ShippingPackageId[]): Promise<void> {
  const { manifests } = must(await addToManifests(ctx(), { packageIds: ids }));
  for (const { manifestId } of manifests) must(await closeManifest(ctx(), manifestId));
}
const poll = async () => must(await pollCourier(ctx(), courier.providerId, { all: false }));
const states = async () => (await packagesOf(t, shop.tenantId)).map((each) => each.state);
const doubts = () =>
  t
    .raw<{ kind: string }>(
      "select kind from godown.order_exception where tenant_id = $1 and state = 'OPEN' order by kind",
      [shop.tenantId],
    )
    .then((rows) => rows.map((row) => row.kind));
const calls = () =>
  t
    .raw<{ count: string }>(
      "select count(*) as count from godown.courier_exchange where tenant_id = $1 and operation = 'track/getWaybillDetails'",
      [shop.tenantId],
    )
    .then(([row]) => Number(row?.count));
const later = (minutes: number) => t.clock.advance({ minutes });

describe("a courier that is asked", () => {
  it("tells the story of a parcel: left without a manifest, handed over, failed deliveries, the way back", async () => {
    await begin();
    const { ids, awbs } = await labelled();
    const [awb = ""] = awbs;
    const { act } = courier.simulator;
    await act(awb, "pickup");
    expect(await poll()).toMatchObject({ asked: 1, answered: 1, failed: null });
    expect(await states(), "a scan moves nothing that is still here").toEqual(["READY_TO_SHIP"]);
    expect(await doubts()).toEqual(["LEFT_WITHOUT_MANIFEST"]);
    await handOver(ids);
    await applyTracking(ctx(), null);
    expect(await states()).toEqual(["SHIPPED"]);
    expect(await doubts()).toEqual([]);
    for (const [step, wish] of [
      ["transit", { place: "Nelamangala hub" }],
      ["out-for-delivery", {}],
      ["undelivered", { reason: "Customer not available", code: "NDR_01" }],
      ["out-for-delivery", {}],
      ["undelivered", { reason: "Customer refused", code: "NDR_02" }],
    ] as const) {
      later(45);
      await act(awb, step, wish);
    }
    later(45);
    await poll();
    const listed = (facilityId: FacilityId) =>
      t.db.read(shop.tenantId, (tx) =>
        listNdrs(ctx(), tx, { facilityId }, { limit: 10, offset: 0, sort: "firstFailedAt", descending: false }),
      );
    expect((await listed(newId<"Facility">())).rows, "of another place").toEqual([]);
    const ndrs = await listed(shop.facilityId);
    expect(ndrs.rows).toMatchObject([
      { attempts: 2, reasonCode: "NDR_02", reason: "Customer refused", state: "OPEN", courier: courier.code, awb },
    ]);
    later(60);
    await act(awb, "rto");
    later(1);
    await act(awb, "rto-deliver");
    later(60);
    await poll();
    expect(await states()).toEqual(["RETURN_EXPECTED"]);
    const cases = await t.raw("select kind from godown.return_case where tenant_id = $1", [shop.tenantId]);
    expect(cases).toEqual([{ kind: "RTO" }]);
    const rows = await t.db.read(shop.tenantId, (tx) => trackingRows(tx, ids));
    expect(rows.find((row) => row.raw === "IN_TRANSIT")).toMatchObject({
      place: "Nelamangala hub",
      via: "COURIER_DETAILS",
    });
    expect(rows[0]).toMatchObject({ raw: "RTO_DELIVERED", meaning: "RTO_DELIVERED" });
    later(60);
    expect(await poll(), "back at the seller: asked once a day").toMatchObject({ asked: 0 });
    await expectStockTrue(t, shop.tenantId);
  });

  it("of a status that nobody knows changes nothing, and a person is asked", async () => {
    await begin();
    const { ids, awbs } = await labelled();
    await handOver(ids);
    await courier.simulator.act(awbs[0] ?? "", "word", { status: "HELD_AT_GATE_9" });
    await poll();
    expect(await states()).toEqual(["DISPATCHED"]);
    expect(await doubts()).toEqual(["UNKNOWN_STATUS"]);
    const { couriers } = await t.db.read(shop.tenantId, (tx) => trackingOverview(ctx(), tx));
    const seen = couriers.find((each) => each.providerId === courier.providerId);
    expect(seen).toMatchObject({ travelling: 1, lastAsked: 1, lastAnswered: 1, everyMinutes: 60, failed: null });
    expect(seen?.unknownWords.map((word) => word.raw)).toEqual(["HELD_AT_GATE_9"]);
    expect(seen?.lagAsked).toMatchObject({ count: expect.any(Number) });
  });

  it("is asked in groups, at its pace, those longest not asked about first", async () => {
    await begin();
    const { ids } = await labelled(3);
    await handOver(ids);
    expect(await poll()).toMatchObject({ asked: 3, answered: 3, more: false });
    expect(await calls(), "one call for all of them").toBe(1);
    expect(await poll(), "not again before its pace").toMatchObject({ asked: 0 });
    later(30);
    const more = await labelled(1);
    expect(await poll(), "one that is new is asked about at once").toMatchObject({ asked: 1 });
    expect(more.ids).toHaveLength(1);
    later(35);
    expect(await poll()).toMatchObject({ asked: 3 });
    expect(await calls()).toBe(3);
  });

  it("that does not answer is asked again soon, says why, and loses nothing", async () => {
    await begin();
    const { ids, awbs } = await labelled();
    await handOver(ids);
    courier.simulator.fault({ operation: "getWaybillDetails", kind: "5xx" });
    await courier.simulator.act(awbs[0] ?? "", "pickup");
    const failed = await poll();
    expect(failed.failed, "in words").toEqual(expect.any(String));
    const watch = async () =>
      (
        await t.raw<{ failures: number; minutes: number; ok: boolean }>(
          "select failures, extract(epoch from next_run_at - $2)::integer / 60 as minutes, ok_at is not null as ok from godown.courier_watch where tenant_id = $1",
          [shop.tenantId, t.clock.now().toString()],
        )
      )[0];
    expect(await watch()).toMatchObject({ failures: 1, ok: false });
    expect((await watch())?.minutes).toBeLessThanOrEqual(5);
    for (let i = 0; i < 4; i++) {
      later(60);
      await poll();
    }
    const alarms = await t.db.read(shop.tenantId, (tx) => stalledCouriers(ctx(), tx));
    expect(alarms.map((alarm) => alarm.kind)).toEqual(["COURIER_TRACKING_STALLED"]);
    courier.simulator.fault(null);
    later(60);
    expect(await poll()).toMatchObject({ answered: 1, failed: null });
    expect(await states()).toEqual(["SHIPPED"]);
    expect(await t.db.read(shop.tenantId, (tx) => stalledCouriers(ctx(), tx))).toEqual([]);
  });

  it("is asked by the clock where it is connected and something travels with it", async () => {
    await begin();
    const jobs = () =>
      t.raw("select 1 from graphile_worker.jobs where task_identifier = 'status-sync.poll_courier' and key like $1", [
        `%${courier.providerId}%`,
      ]);
    await startPolls(t.services);
    expect(await jobs()).toHaveLength(0);
    await labelled();
    await startPolls(t.services);
    await startPolls(t.services);
    expect(await jobs()).toHaveLength(1);
    await poll();
    await t.raw("delete from graphile_worker._private_jobs");
    await startPolls(t.services);
    expect(await jobs(), "not before its next round").toHaveLength(0);
    later(61);
    await startPolls(t.services);
    expect(await jobs()).toHaveLength(1);
    await t.raw("update godown.courier_account set state = 'BROKEN', broken_reason = 'refused' where tenant_id = $1", [
      shop.tenantId,
    ]);
    expect(await pollCourier(ctx(), courier.providerId, { all: false })).toMatchObject({
      ...{ ok: false, refusal: { code: "COURIER_NOT_ASKED" } },
    });
  });

  it("is asked about one parcel now by a person", async () => {
    await begin();
    const { ids, awbs } = await labelled();
    const { code } = await packageNow(t, shop, ids[0]);
    await handOver(ids);
    await poll();
    await courier.simulator.act(awbs[0] ?? "", "deliver");
    expect(must(await trackNow(ctx(), code))).toEqual({ news: true, known: true });
    expect(await states()).toEqual(["DELIVERED"]);
    expect(await trackNow(ctx(), code)).toMatchObject({ ok: false, refusal: { code: "PACKAGE_NOT_TRAVELLING" } });
    expect(await trackNow(ctx(), "NOBODY-1")).toMatchObject({ ok: false, refusal: { code: "NOT_FOUND" } });
  });

  it("tells of a number that it does not know, which is shown on the parcel", async () => {
    await begin();
    const { ids } = await labelled();
    await handOver(ids);
    await t.raw("update godown.shipping_package set awb = 'NOT-THEIRS-1' where shipping_package_id = $1", [ids[0]]);
    expect(await poll()).toMatchObject({ asked: 1, answered: 0, unknown: 1 });
    const { code } = await packageNow(t, shop, ids[0]);
    const [parcel] = await t.db.read(shop.tenantId, (tx) => trackedParcels(ctx(), tx, { code }));
    expect(parcel?.unknownSince?.toString()).toBe(t.clock.now().toString());
  });
});

describe("a courier that pushes as well", () => {
  it("is asked less often about what it tells by itself, and the same word twice is one", async () => {
    await begin({ settings: { pushes: "all" } });
    const server = await aServer(t, { protocolRoutes: marketplaceRoutes() });
    const url = await server.listen({ port: 0, host: "127.0.0.1" });
    try {
      const key = must(await t.db.transaction(shop.tenantId, (tx) => issueCourierKey(tx, ctx(), courier.providerId)));
      courier.simulator.setTarget({
        ...{ url, providerCode: courier.code },
        headers: { clientid: key.clientid, merchantid: key.merchantid, securitykey: key.securitykey },
      });
      const { ids, awbs } = await labelled();
      const [awb = ""] = awbs;
      await handOver(ids);
      const pushed = await courier.simulator.act(awb, "pickup");
      expect(JSON.stringify(pushed)).toContain("200");
      expect(await states()).toEqual(["SHIPPED"]);
      expect(await poll(), "told just now").toMatchObject({ asked: 0 });
      later(250);
      expect(await poll(), "asked all the same, later").toMatchObject({ asked: 1 });
      const rows = await t.db.read(shop.tenantId, (tx) => trackingRows(tx, ids));
      expect(rows.filter((row) => row.raw === "PICKED_UP")).toHaveLength(1);
      await courier.simulator.act(awb, "out-for-delivery");
      later(61);
      await courier.simulator.act(awb, "undelivered", { reason: "Door locked" });
      expect(await poll(), "a push does not say why it failed").toMatchObject({ asked: 1 });
      const { code } = await packageNow(t, shop, ids[0]);
      const [parcel] = await t.db.read(shop.tenantId, (tx) => trackedParcels(ctx(), tx, { code }));
      expect(parcel?.ndr).toMatchObject({ state: "OPEN", reason: "Door locked" });
      later(61);
      expect(await poll(), "told").toMatchObject({ asked: 0 });
      await courier.simulator.act(awb, "deliver");
      expect(await states()).toEqual(["DELIVERED"]);
    } finally {
      await server.close();
    }
  });
});
