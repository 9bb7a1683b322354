import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listShipments } from "../../src/fulfilment/shipments.queries.ts";
import type { FacilityId } from "../../src/kernel/index.ts";
import { newId } from "../../src/kernel/index.ts";
import { disconnectCourier } from "../../src/shipping/index.ts";
import { listProviders, type ProviderFilters } from "../../src/shipping/queries.ts";
import { aCourier, aCourierShop, cancelPackage, labelThem, packed, runCourierJobs } from "../support/courier-scene.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";

const PAGE = { limit: 50, offset: 0, sort: "preference", descending: false };

/** How each courier stands, as its list says it. */
describe("the list of couriers", () => {
  let t: TestDatabase;

  beforeAll(async () => {
    t = await testDatabase();
  });
  afterAll(() => t.close());

  it("counts failed labels, lost answers and numbers that the courier does not take back, and is narrowed to them", async () => {
    const shop = await aCourierShop(t);
    const courier = await aCourier(t, shop, { settings: { repeatGivesSame: false } });
    const { simulator, providerId } = courier;
    const list = (filters: ProviderFilters, facilities: "all" | readonly FacilityId[] = "all") =>
      t.db.read(shop.tenantId, (tx) => listProviders({ facilities }, tx, filters, PAGE));
    const [refused, lost, cancelled] = await packed(t, shop, 3);
    if (!(refused && lost && cancelled)) throw new Error("three packages are packed");
    await labelThem(t, shop, [cancelled]);
    simulator.fault({ kind: "failed", operation: "generateWaybill", message: "Contact number is not valid" });
    await labelThem(t, shop, [refused]);
    simulator.fault(null);
    simulator.fault({ kind: "drop", operation: "generateWaybill", processed: true, count: 3 });
    await labelThem(t, shop, [lost]);
    simulator.fault({ kind: "failed", operation: "cancelWaybill", message: "It was picked up" });
    await cancelPackage(t, shop, cancelled);
    await runCourierJobs(t, shop, [courier]);

    const figures = { labelsWaiting: 0, labelsFailed: 2, unsure: 1, toGiveBack: 1, notTold: 1 };
    const [row] = (await list({ providerId })).rows;
    expect(row).toMatchObject({ ...figures, account: "CONNECTED", kind: "API" });
    expect((await list({ trouble: true })).rows.map((each) => each.providerId)).toEqual([providerId]);
    expect((await list({ kind: "AWB_POOL" })).rows.every((each) => each.account === null)).toBe(true);
    expect((await list({ account: "BROKEN" })).total).toBe(0);
    // Parcels of other facilities are not counted for who may not see them.
    const none = { labelsFailed: 0, unsure: 0, toGiveBack: 0, notTold: 0 };
    expect((await list({ providerId }, [newId<"Facility">()])).rows[0]).toMatchObject(none);

    // The list behind the number of failed labels has as many.
    const shipments = (askedOf: "channel" | "courier") =>
      t.db.read(shop.tenantId, (tx) =>
        listShipments(
          t.ctx(shop.tenantId),
          tx,
          { channelStep: "failed", askedOf, providerId },
          { ...PAGE, sort: "dispatchBy" },
        ),
      );
    expect((await shipments("courier")).rows.map((each) => each.shippingPackageId).sort()).toEqual(
      [refused, lost].sort(),
    );
    expect((await shipments("channel")).total).toBe(0);

    await disconnectCourier(t.ctx(shop.tenantId), providerId);
    expect((await list({ account: "NOT_CONNECTED" })).rows.map((each) => each.providerId)).toEqual([providerId]);
    await simulator.close();
  });
});
