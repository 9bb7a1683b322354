import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { levelOf, parcelRow, readyParcels, refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { anEntry } from "../../tests/support/inventory-builders.ts";
import { aPushOrder } from "../../tests/support/order-builders.ts";
import { aShop, type Shop, somePackages } from "../../tests/support/shop-builders.ts";
import { post } from "../inventory/index.ts";
import { must, newId, type SaleOrderId, type ShippingPackageId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import {
  completePutaway,
  createPutaway,
  gradePutaway,
  listPutaways,
  listWaiting,
  type PutawayItemId,
  putawayById,
  releaseFromPutaway,
  scanPutaway,
} from "../putaway/index.ts";
import { createShelf, enableShelf } from "../warehouse/index.ts";
import { requestCancel } from "./index.ts";

let t: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  shop = await aShop(t, { stock: 10 });
  // A channel that is not asked: the seller's word cancels at once.
  await t.raw("update godown.channel set source = 'CUSTOM' where channel_id = $1", [shop.channelId]);
});

const ctx = () => t.ctx(shop.tenantId);
const page = { limit: 50, offset: 0, sort: "createdAt", descending: false };

/** Cancels packages that are labelled, and gives the units that wait. */
async function cancelled(packageIds: readonly ShippingPackageId[]): Promise<PutawayItemId[]> {
  for (const id of packageIds) {
    const { saleOrderId } = await t.db.read(shop.tenantId, (tx) =>
      tx.one(sql<{ saleOrderId: SaleOrderId }>`
        select sale_order_id as "saleOrderId" from godown.shipping_package where tenant_id = ${shop.tenantId} and shipping_package_id = ${id}`),
    );
    must(
      await t.db.transaction(shop.tenantId, (tx) =>
        requestCancel(tx, ctx(), { saleOrderId, unitIds: null, reason: "buyer" }),
      ),
    );
  }
  const { rows } = await t.db.read(shop.tenantId, (tx) => listWaiting(ctx(), tx, {}, page));
  return rows.map((row) => row.itemId);
}

const detail = async (putawayId: Parameters<typeof putawayById>[2]) => {
  const found = await t.db.read(shop.tenantId, (tx) => putawayById(ctx(), tx, putawayId));
  if (!found) throw new Error("the putaway is there");
  return found;
};

const unitsOf = async (putawayId: Parameters<typeof putawayById>[2]) =>
  (await t.db.read(shop.tenantId, (tx) => listWaiting(ctx(), tx, { putawayId }, page))).rows;

describe("what waits for putaway", () => {
  it("is every unit of a cancelled parcel that was off its shelf, seen only by who works there", async () => {
    const itemIds = await cancelled(
      await readyParcels(t, shop, [aPushOrder([{ productId: shop.productId, quantity: 2 }])]),
    );
    expect(itemIds.length).toBe(2);
    expect(await levelOf(t, shop)).toEqual({ good: 8, putaway_pending: 2 });
    const elsewhere = t.ctx(shop.tenantId, { facilities: [await aFacility(t.db, shop.tenantId)] });
    const seen = await t.db.read(shop.tenantId, (tx) => listWaiting(elsewhere, tx, {}, page));
    expect(seen).toEqual({ rows: [], total: 0, counts: {} });
    expect(await createPutaway(elsewhere, { itemIds })).toMatchObject(refusedWith("PUTAWAY_ITEMS_GONE", { count: 2 }));
  });

  it("is nothing where the goods still lie on their shelf", async () => {
    expect(await cancelled(await somePackages(t, shop, 1))).toEqual([]);
    expect(await levelOf(t, shop)).toEqual({ good: 10 });
  });
});

describe("a putaway", () => {
  it("brings stock back by scans, to the shelf where most of it lies", async () => {
    const shelf = must(await createShelf(ctx(), { facilityId: shop.facilityId, code: "A1" }));
    const more = anEntry({ facilityId: shop.facilityId, skuId: shop.skuId, shelfId: shelf.shelfId, quantity: 50 });
    must(await t.db.transaction(shop.tenantId, (tx) => post(tx, ctx(), [more])));
    const [one, two] = [
      aPushOrder([{ productId: shop.productId }]),
      aPushOrder([{ productId: shop.productId, quantity: 2 }]),
    ];
    const packageIds = await readyParcels(t, shop, [one, two]);
    const { putawayId } = must(await createPutaway(ctx(), { itemIds: await cancelled(packageIds) }));
    const units = await unitsOf(putawayId);
    expect(units.map((i) => [i.shelf, i.grade])).toEqual(Array(3).fill(["A1", "good"]));
    expect(await completePutaway(ctx(), { putawayId, confirmAll: false })).toMatchObject(
      refusedWith("PUTAWAY_NOT_CONFIRMED", { count: 3 }),
    );
    const double = await parcelRow(t, shop.tenantId, packageIds[1] ?? newId<"ShippingPackage">());
    expect(must(await scanPutaway(ctx(), { putawayId, code: double.code }))).toMatchObject({ confirmed: 2, units: 3 });
    expect(must(await scanPutaway(ctx(), { putawayId, code: units[0]?.sku ?? "" }))).toMatchObject({
      confirmedNow: 1,
      confirmed: 3,
    });
    expect(await scanPutaway(ctx(), { putawayId, code: units[0]?.sku ?? "" })).toMatchObject(
      refusedWith("PUTAWAY_SCANNED_ALL"),
    );
    expect(await scanPutaway(ctx(), { putawayId, code: "OTHER" })).toMatchObject(refusedWith("PUTAWAY_SCAN_UNKNOWN"));
    expect(must(await completePutaway(ctx(), { putawayId, confirmAll: false }))).toEqual({ units: 3 });
    expect(await completePutaway(ctx(), { putawayId, confirmAll: true })).toMatchObject(
      refusedWith("PUTAWAY_COMPLETE"),
    );
    expect(await levelOf(t, shop)).toEqual({ good: 60 });
    await expectStockTrue(t, shop.tenantId);
    expect(await detail(putawayId)).toMatchObject({ state: "COMPLETE", confirmed: 3, units: 3 });
    const events = await t.db.read(shop.tenantId, (tx) =>
      tx.run(sql`select kind from godown.order_event where tenant_id = ${shop.tenantId} and kind = 'UNITS_PUT_AWAY'`),
    );
    expect(events.length).toBe(2);
  });

  it("counts each unit by the grade and on the shelf that a person gives it", async () => {
    const itemIds = await cancelled(await readyParcels(t, shop, 3));
    const { putawayId } = must(await createPutaway(ctx(), { itemIds }));
    must(await createShelf(ctx(), { facilityId: shop.facilityId, code: "DAMAGED" }));
    const off = must(await createShelf(ctx(), { facilityId: shop.facilityId, code: "OFF" }));
    must(await enableShelf(ctx(), { shelfId: off.shelfId, enabled: false }));
    const grade = (shelf: string, ids = itemIds.slice(0, 1)) =>
      gradePutaway(ctx(), { putawayId, gradings: [{ itemIds: ids, grade: "bad", shelf }] });
    expect(await grade("NOWHERE")).toMatchObject(refusedWith("PUTAWAY_SHELF_UNKNOWN", { shelves: ["NOWHERE"] }));
    expect(await grade("OFF")).toMatchObject(refusedWith("PUTAWAY_SHELF_UNKNOWN", { shelves: ["OFF"] }));
    expect(await grade("DAMAGED", [newId<"PutawayItem">()])).toMatchObject(refusedWith("PUTAWAY_NOT_ON_LIST"));
    must(await grade("DAMAGED"));
    must(await gradePutaway(ctx(), { putawayId, gradings: [{ itemIds: itemIds.slice(1, 2), grade: "qc_rejected" }] }));
    must(await completePutaway(ctx(), { putawayId, confirmAll: true }));
    expect(await levelOf(t, shop)).toEqual({ good: 8, bad: 1, qc_rejected: 1 });
    await expectStockTrue(t, shop.tenantId);
    expect(await grade("DAMAGED")).toMatchObject(refusedWith("PUTAWAY_COMPLETE"));
  });

  it("gives units back to wait again; an emptied list is gone", async () => {
    const itemIds = await cancelled(await readyParcels(t, shop, 2));
    const { putawayId, code } = must(await createPutaway(ctx(), { itemIds }));
    expect(await createPutaway(ctx(), { itemIds })).toMatchObject(
      refusedWith("PUTAWAY_ITEMS_TAKEN", { putaways: [code] }),
    );
    expect(must(await releaseFromPutaway(ctx(), { putawayId, itemIds: itemIds.slice(0, 1) }))).toEqual({ left: 1 });
    expect(must(await releaseFromPutaway(ctx(), { putawayId, itemIds: itemIds.slice(1) }))).toEqual({ left: 0 });
    expect(await completePutaway(ctx(), { putawayId, confirmAll: true })).toMatchObject(refusedWith("NOT_FOUND"));
    must(await createPutaway(ctx(), { itemIds }));
    const lists = await t.db.read(shop.tenantId, (tx) => listPutaways(ctx(), tx, { state: "CREATED" }, page));
    expect(lists.rows.map((l) => l.units)).toEqual([2]);
  });

  it("is made by one of two who choose the same units at once, and completed once", async () => {
    const itemIds = await cancelled(await readyParcels(t, shop, 3));
    const made = await Promise.all([createPutaway(ctx(), { itemIds }), createPutaway(ctx(), { itemIds })]);
    expect(made.map((r) => (r.ok ? "ok" : r.refusal.code)).sort()).toEqual(["PUTAWAY_ITEMS_TAKEN", "ok"]);
    const putawayId = must(made.find((r) => r.ok) ?? { ok: false, refusal: { code: "NONE", facts: {} } }).putawayId;
    const done = await Promise.all([
      completePutaway(ctx(), { putawayId, confirmAll: true }),
      completePutaway(ctx(), { putawayId, confirmAll: true }),
    ]);
    expect(done.map((r) => (r.ok ? "ok" : r.refusal.code)).sort()).toEqual(["PUTAWAY_COMPLETE", "ok"]);
    expect(await levelOf(t, shop)).toEqual({ good: 10 });
    await expectStockTrue(t, shop.tenantId);
  });

  it("is out of reach for who works elsewhere", async () => {
    const { putawayId } = must(
      await createPutaway(ctx(), { itemIds: await cancelled(await readyParcels(t, shop, 1)) }),
    );
    const elsewhere = t.ctx(shop.tenantId, { facilities: [] });
    for (const act of [
      () => completePutaway(elsewhere, { putawayId, confirmAll: true }),
      () => scanPutaway(elsewhere, { putawayId, code: "X" }),
      () => releaseFromPutaway(elsewhere, { putawayId, itemIds: [] }),
      () => gradePutaway(elsewhere, { putawayId, gradings: [] }),
    ])
      expect(await act()).toMatchObject(refusedWith("NOT_FOUND"));
    expect(await t.db.read(shop.tenantId, (tx) => putawayById(elsewhere, tx, putawayId))).toBeUndefined();
  });
});
