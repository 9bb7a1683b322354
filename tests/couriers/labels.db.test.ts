import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { editPackage } from "../../src/fulfilment/edit-package.ts";
import { labelOf } from "../../src/fulfilment/label.ts";
import { labelsPdf } from "../../src/fulfilment/print-labels.ts";
import { countPrints } from "../../src/fulfilment/steps.store.ts";
import { must, newId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import { checkPdf } from "../../src/platform/documents/index.ts";
import { aFacility } from "../support/builders.ts";
import {
  type ACourier,
  aCourier,
  aCourierShop,
  eventsOf,
  labelThem,
  numbersOf,
  packageNow,
  packed,
} from "../support/courier-scene.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { aPool } from "../support/shop-builders.ts";

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
const codes = (results: readonly { outcome: string; refusal: { code: string } | null }[]) =>
  results.map((r) => r.refusal?.code ?? r.outcome);

describe("a label of a courier that is asked by its API", () => {
  it("gets number, carrier, routing code and the courier's own label, and prints that", async () => {
    const shop = await aCourierShop(t);
    const { simulator, code } = await courier(t, shop);
    const [id] = await packed(t, shop, 1);
    const [result] = await labelThem(t, shop, [id ?? fail()]);
    expect(result).toMatchObject({ outcome: "DONE", refusal: null });
    const parcel = await packageNow(t, shop, id);
    const [made] = simulator.parcels();
    expect(parcel).toMatchObject({
      state: "READY_TO_SHIP",
      awb: made?.id,
      provider: code,
      carrier: made?.carrier,
      sortCode: made?.routingCode,
    });
    expect(made).toMatchObject({ code: parcel.code, grams: 450, sizeMm: [300, 200, 50], collectPaise: 89_900 });
    expect(await numbersOf(t, shop, id)).toMatchObject([{ state: "GIVEN", awb: made?.id, subjectCode: parcel.code }]);
    expect(await eventsOf(t, shop, id)).toEqual(expect.arrayContaining(["LABEL_MADE", "PACKAGE_READY_TO_SHIP"]));
    const printed = must(await labelsPdf(t.ctx(shop.tenantId), [id ?? fail()]));
    const [stored] = await t.db.read(shop.tenantId, (tx) =>
      tx.run(
        sql<{
          size: number;
        }>`select size_bytes as size from godown.document where tenant_id = ${shop.tenantId} and record_id = ${id ?? null} and kind = 'COURIER_LABEL'`,
      ),
    );
    expect(printed).toMatchObject({ kind: "file", mediaType: "application/pdf" });
    expect(stored?.size).toBeGreaterThan(500);
    expect(printed.bytes instanceof Uint8Array && printed.bytes.length).toBe(stored?.size);
    // Asked again it is told what it has, and the courier hears nothing.
    expect(codes(await labelThem(t, shop, [id ?? fail()]))).toEqual(["UNCHANGED"]);
    expect(simulator.parcels()).toHaveLength(1);
  });

  it("draws our own label with the courier's number where it gives none", async () => {
    const shop = await aCourierShop(t);
    const { simulator } = await courier(t, shop, { settings: { labelBy: "us" } });
    const [id] = await packed(t, shop, 1);
    expect(codes(await labelThem(t, shop, [id ?? fail()]))).toEqual(["DONE"]);
    const printed = must(await labelsPdf(t.ctx(shop.tenantId), [id ?? fail()]));
    expect(printed).toMatchObject({ kind: "file", mediaType: "application/pdf" });
    expect(simulator.parcels()).toHaveLength(1);
  });

  it("tells where it comes back to, by the channel's return routes; our own label says it on each box, with who carries it", async () => {
    const shop = await aCourierShop(t);
    const { simulator } = await courier(t, shop, { settings: { labelBy: "us" } });
    const pune = await aFacility(t.db, shop.tenantId, { city: "Pune", pincode: "411001" });
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(sql`
        insert into godown.return_route (tenant_id, return_route_id, channel_id, dispatch_facility_id, kind, return_facility_id, created_at, created_by)
        values (${shop.tenantId}, ${newId<"ReturnRoute">()}, ${shop.channelId}, ${shop.facilityId}, 'RTO', ${pune}, ${TEST_MORNING}, 'test')`),
    );
    const [id] = await packed(t, shop, 1);
    must(await editPackage(t.ctx(shop.tenantId), id ?? fail(), { boxes: 3 }));
    expect(codes(await labelThem(t, shop, [id ?? fail()]))).toEqual(["DONE"]);
    expect(simulator.parcels()[0]?.wish).toMatchObject({ returnAddressDetails: { city: "Pune", pincode: "411001" } });
    expect(simulator.parcels()[0]?.wish).not.toMatchObject({ pickupAddressDetails: { city: "Pune" } });
    const [facts] = await t.db.transaction(shop.tenantId, (tx) =>
      countPrints(tx, { facilities: "all", now: TEST_MORNING }, [id ?? fail()]),
    );
    const { carrier } = await packageNow(t, shop, id);
    expect(labelOf(facts ?? fail())).toMatchObject({
      returnTo: { city: "Pune" },
      service: carrier,
      box: { number: 1, of: 3 },
    });
    const printed = must(await labelsPdf(t.ctx(shop.tenantId), [id ?? fail()]));
    const { bytes } = printed;
    expect(must(await checkPdf(Buffer.from(bytes instanceof Uint8Array ? bytes : fail()))).pages).toBe(3);
  });

  it("says which SKU to weigh before it asks", async () => {
    const shop = await aCourierShop(t);
    const { simulator, code } = await courier(t, shop);
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(sql`update godown.sku set weight_grams = null where tenant_id = ${shop.tenantId}`),
    );
    const [sku] = await t.db.read(shop.tenantId, (tx) =>
      tx.run(sql<{ code: string }>`select code from godown.sku where tenant_id = ${shop.tenantId}`),
    );
    const [id] = await packed(t, shop, 1);
    const [result] = await labelThem(t, shop, [id ?? fail()]);
    expect(result).toMatchObject({
      outcome: "FAILED",
      refusal: {
        code: "COURIER_BOX_MISSING",
        facts: { courier: code, missing: ["weight"], measure: `the weight of ${sku?.code}` },
      },
    });
    expect(simulator.parcels()).toHaveLength(0);
    expect(await numbersOf(t, shop, id)).toEqual([]);
  });

  it("asks the next courier where one does not go there, and tells the timeline", async () => {
    const shop = await aCourierShop(t);
    const near = await courier(t, shop, {
      preference: 10,
      simulator: { pincodes: [{ pincode: "110001", cod: true }] },
    });
    const far = await courier(t, shop, { preference: 20 });
    const [id] = await packed(t, shop, 1);
    expect(codes(await labelThem(t, shop, [id ?? fail()]))).toEqual(["DONE"]);
    expect(await packageNow(t, shop, id)).toMatchObject({ state: "READY_TO_SHIP", provider: far.code });
    expect(await numbersOf(t, shop, id)).toMatchObject([
      { state: "REFUSED", provider: near.code },
      { state: "GIVEN", provider: far.code },
    ]);
    expect(await eventsOf(t, shop, id)).toContain("COURIER_REFUSED");
  });

  it("goes on to a pool where no courier that is asked goes there", async () => {
    const shop = await aCourierShop(t);
    await courier(t, shop, { simulator: { pincodes: [] } });
    await aPool(t, shop.tenantId, 3, { code: "POOL_LAST" });
    const [id] = await packed(t, shop, 1);
    expect(codes(await labelThem(t, shop, [id ?? fail()]))).toEqual(["DONE"]);
    expect(await packageNow(t, shop, id)).toMatchObject({ state: "READY_TO_SHIP", provider: "POOL_LAST" });
  });

  it("fails with the courier's words where another courier would be of no use, and heals by repeating", async () => {
    const shop = await aCourierShop(t);
    const { simulator } = await courier(t, shop);
    await aPool(t, shop.tenantId, 3, { code: "POOL_AFTER" });
    const [id] = await packed(t, shop, 1);
    simulator.fault({ kind: "failed", operation: "generateWaybill", message: "Account balance is too low" });
    const [refused] = await labelThem(t, shop, [id ?? fail()]);
    expect(refused).toMatchObject({ outcome: "FAILED", refusal: { code: "COURIER_REFUSED_PARCEL" } });
    expect(String(refused?.refusal?.facts?.words)).toContain("balance");
    expect(await eventsOf(t, shop, id)).toContain("COURIER_LABEL_FAILED");
    simulator.fault(null);
    expect(codes(await labelThem(t, shop, [id ?? fail()]))).toEqual(["DONE"]);
    expect(simulator.parcels()).toHaveLength(1);
  });
});

function fail(): never {
  throw new Error("there is a package");
}
