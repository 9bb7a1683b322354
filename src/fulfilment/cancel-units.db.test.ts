import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { allocate, orderStates, packagesOf, unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { stock } from "../../tests/support/inventory-builders.ts";
import { aChannel, aListing, aPushOrder, aSource, receive } from "../../tests/support/order-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import {
  type FacilityId,
  must,
  type SaleOrderId,
  type SaleOrderItemId,
  type ShippingPackageId,
} from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import {
  addParcels,
  createManifest,
  createPicklist,
  invoicePackages,
  labelPackages,
  movePackages,
  requestCancel,
  type StepResult,
  settleCancel,
} from "./index.ts";
import { switchFacility } from "./order-actions.ts";

// A source that is never asked: what the seller cancels is cancelled at once.
aSource("TEST_UNASKED", { asked: false });

let t: TestDatabase;
let shop: Shop;
let unasked: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t, { stock: 10 });
  const channelId = await aChannel(t, shop.tenantId, [shop.facilityId], { source: "TEST_UNASKED" });
  const { productId } = await aListing(t, shop.tenantId, channelId, shop.skuId);
  unasked = { ...shop, channelId, productId };
});

async function order(at: Shop, id: string, quantity: number): Promise<SaleOrderId> {
  const [receipt] = await receive(t, at.tenantId, at.channelId, [
    aPushOrder([{ productId: at.productId, quantity }], { id }),
  ]);
  if (!receipt?.saleOrderId) throw new Error(`the order is created: ${JSON.stringify(receipt)}`);
  return receipt.saleOrderId;
}
const run = () => allocate(t, shop.tenantId, shop.facilityId);
const cancel = (
  saleOrderId: SaleOrderId,
  unitIds: readonly SaleOrderItemId[] | null = null,
  facilities: "all" | FacilityId[] = "all",
) =>
  t.db.transaction(shop.tenantId, (tx) =>
    requestCancel(tx, t.ctx(shop.tenantId, { facilities }), { saleOrderId, unitIds, reason: "buyer asked" }),
  );
const units = () => unitsOf(t, shop.tenantId);
const unitNo = async (n: number) => {
  const unit = (await units())[n - 1];
  if (!unit) throw new Error(`there is a unit ${n}`);
  return unit;
};
const level = () =>
  t.db.read(shop.tenantId, (tx) =>
    tx.one(
      sql`select good, blocked, putaway_pending as pending from godown.stock_level where tenant_id = ${shop.tenantId} and sku_id = ${shop.skuId}`,
    ),
  );
const invoices = () =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(
      sql`select sequence_number as n, state from godown.invoice where tenant_id = ${shop.tenantId} order by sequence_number`,
    ),
  );
const done = (results: readonly StepResult[]) => expect(results.flatMap((r) => r.refusal ?? [])).toEqual([]);
const thePackage = async (): Promise<ShippingPackageId> => {
  const parcel = (await packagesOf(t, shop.tenantId)).findLast((p) => p.state !== "CANCELLED");
  if (!parcel) throw new Error("there is a package");
  return parcel.id;
};
const pack = async (id: ShippingPackageId) => done(await invoicePackages(t.ctx(shop.tenantId), { packageIds: [id] }));
const label = async (id: ShippingPackageId) => done(await labelPackages(t.ctx(shop.tenantId), { packageIds: [id] }));

describe("cancelling what is not packed", () => {
  it("takes a new order away and lets its figure rise again", async () => {
    const id = await order(unasked, "JM-1", 2);
    await t.raw("delete from godown.listing_dirty where tenant_id = $1", [shop.tenantId]);
    expect(must(await cancel(id))).toEqual({ waitsForChannel: false, units: 2 });
    expect(await orderStates(t, shop.tenantId)).toEqual({ "JM-1": "CANCELLED" });
    expect(await t.raw("select 1 from godown.listing_dirty where tenant_id = $1", [shop.tenantId])).not.toEqual([]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("frees stock that is blocked, and cancels the package with its last unit", async () => {
    const id = await order(unasked, "JM-1", 2);
    await run();
    must(await cancel(id, [(await unitNo(1)).unitId]));
    expect(await packagesOf(t, shop.tenantId)).toMatchObject([{ state: "CREATED", units: 1 }]);
    expect(await level()).toEqual({ good: 10, blocked: 1, pending: 0 });
    must(await cancel(id, [(await unitNo(2)).unitId]));
    expect(await packagesOf(t, shop.tenantId)).toMatchObject([{ state: "CANCELLED", units: 0 }]);
    expect(await orderStates(t, shop.tenantId)).toEqual({ "JM-1": "CANCELLED" });
    expect(await level()).toEqual({ good: 10, blocked: 0, pending: 0 });
    await expectStockTrue(t, shop.tenantId);
  });

  it("tells the channel which lines an emptied package had", async () => {
    const id = await order(shop, "JM-1", 1);
    await run();
    must(await cancel(id));
    const { unitId } = await unitNo(1);
    must(
      await t.db.transaction(shop.tenantId, (tx) =>
        settleCancel(tx, t.ctx(shop.tenantId), {
          saleOrderId: id,
          channelId: shop.channelId,
          unitIds: [unitId],
          status: "SUCCESS",
          refused: [],
          message: null,
        }),
      ),
    );
    const told = await t.db.read(shop.tenantId, (tx) =>
      tx.run(sql<{ payload: { channelOrderItemIds?: string[] } }>`
        select payload from godown.channel_notice where tenant_id = ${shop.tenantId} and package_state = 'CANCELLED'`),
    );
    expect(JSON.stringify(told)).toContain("JM-1-L1");
  });

  it("lets the rest of a FIXED order go when what it waited for is cancelled", async () => {
    const channelId = await aChannel(t, shop.tenantId, [shop.facilityId], {
      source: "TEST_UNASKED",
      packageType: "FIXED",
    });
    const { productId } = await aListing(t, shop.tenantId, channelId, shop.skuId);
    const id = await order({ ...shop, channelId, productId }, "JM-1", 11);
    await run();
    expect(new Set((await units()).map((u) => u.state))).toEqual(new Set(["UNFULFILLABLE"]));
    await t.raw("delete from graphile_worker._private_jobs", []);
    must(await cancel(id, [(await unitNo(1)).unitId]));
    const woken = await t.raw(
      "select 1 from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id where k.identifier = 'fulfilment.allocate'",
    );
    expect(woken).toHaveLength(1);
    await run();
    expect((await units()).filter((u) => u.state === "FULFILLABLE")).toHaveLength(10);
    await expectStockTrue(t, shop.tenantId);
  });
});

describe("cancelling what was picked or packed", () => {
  it("puts goods of a pick list back by putaway, from the shelf they came from", async () => {
    const id = await order(unasked, "JM-1", 2);
    await run();
    must(await createPicklist(t.ctx(shop.tenantId), { packageIds: [await thePackage()] }));
    must(await cancel(id, [(await unitNo(1)).unitId]));
    expect(await level()).toEqual({ good: 9, blocked: 1, pending: 1 });
    expect((await units()).map((u) => u.state)).toEqual(["CANCELLED", "PICKING_FOR_INVOICING"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("opens a packed parcel: new package for the rest, invoice cancelled with its number kept, goods to putaway", async () => {
    const id = await order(unasked, "JM-1", 3);
    await run();
    const first = await thePackage();
    await pack(first);
    must(await cancel(id, [(await unitNo(2)).unitId]));
    expect(await packagesOf(t, shop.tenantId)).toMatchObject([{ state: "CANCELLED" }, { state: "CREATED", units: 2 }]);
    expect((await units()).map((u) => u.state)).toEqual(["FULFILLABLE", "CANCELLED", "FULFILLABLE"]);
    expect(await level()).toEqual({ good: 9, blocked: 2, pending: 1 });
    expect(await invoices()).toEqual([{ n: 1, state: "CANCELLED" }]);
    await pack(await thePackage());
    expect(await invoices()).toEqual([
      { n: 1, state: "CANCELLED" },
      { n: 2, state: "ISSUED" },
    ]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("takes a whole labelled order away", async () => {
    const id = await order(unasked, "JM-1", 2);
    await run();
    const parcel = await thePackage();
    await pack(parcel);
    await label(parcel);
    must(await cancel(id));
    expect(await orderStates(t, shop.tenantId)).toEqual({ "JM-1": "CANCELLED" });
    expect(await packagesOf(t, shop.tenantId)).toMatchObject([{ state: "CANCELLED" }]);
    expect(await level()).toEqual({ good: 8, blocked: 0, pending: 2 });
    const waiting = await t.db.read(shop.tenantId, (tx) =>
      tx.run(sql`select kind from godown.putaway_item where tenant_id = ${shop.tenantId}`),
    );
    expect(waiting).toEqual([{ kind: "PUTAWAY_CANCELLED_ITEM" }, { kind: "PUTAWAY_CANCELLED_ITEM" }]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("is refused on a manifest and after dispatch, and says what to do", async () => {
    const id = await order(unasked, "JM-1", 1);
    await run();
    const parcel = await thePackage();
    await pack(parcel);
    await label(parcel);
    const { manifestId } = must(
      await createManifest(t.ctx(shop.tenantId), {
        facilityId: shop.facilityId,
        channelId: unasked.channelId,
        shippingProviderId: shop.providerId,
        thirdPartyShipping: false,
      }),
    );
    must(await addParcels(t.ctx(shop.tenantId), { manifestId, packageIds: [parcel] }));
    expect(await cancel(id)).toMatchObject({
      ok: false,
      refusal: { code: "UNITS_NOT_CANCELLABLE", facts: { states: ["MANIFESTED"] } },
    });
    await expectStockTrue(t, shop.tenantId);
  });
});

describe("who may cancel, and twice", () => {
  it("is refused for an order of another facility", async () => {
    const id = await order(unasked, "JM-1", 1);
    const [elsewhere] = [await aShop(t)];
    expect(await cancel(id, null, [elsewhere.facilityId])).toMatchObject({
      ok: false,
      refusal: { code: "ORDER_NOT_FOUND" },
    });
  });

  it("says that a cancelled order is cancelled", async () => {
    const id = await order(unasked, "JM-1", 1);
    must(await cancel(id));
    expect(await cancel(id)).toMatchObject({ ok: false, refusal: { code: "ORDER_STATE" } });
  });

  it("is stopped by nothing and doubles nothing when packing comes at the same moment", async () => {
    for (let round = 0; round < 6; round++) {
      const id = await order(unasked, `JM-${round}`, 2);
      await run();
      const parcel = await thePackage();
      const mine = (await units()).filter((u) => u.order === `JM-${round}`);
      const one = mine[0];
      if (!one) throw new Error("there is a unit");
      const [cancelled] = await Promise.all([
        cancel(id, [one.unitId]),
        invoicePackages(t.ctx(shop.tenantId), { packageIds: [parcel] }),
      ]);
      must(cancelled);
      const after = (await units()).filter((u) => u.order === `JM-${round}`).map((u) => u.state);
      expect(["CANCELLED FULFILLABLE", "CANCELLED PACKED"]).toContain(after.join(" "));
      const named = await t.db.read(shop.tenantId, (tx) =>
        tx.run(sql`
          select 1 from godown.invoice i join godown.invoice_line l using (tenant_id, invoice_id)
          where i.tenant_id = ${shop.tenantId} and i.state <> 'CANCELLED' and ${one.unitId}::uuid = any(l.unit_ids)`),
      );
      expect(named, "no invoice that stands names a cancelled unit").toEqual([]);
      await expectStockTrue(t, shop.tenantId);
      must(await cancel(id)); // frees what is left for the next round
    }
  });
});

describe("a channel that is asked first", () => {
  it("locks the units until it answers; SUCCESS cancels them", async () => {
    const id = await order(shop, "JM-1", 2);
    await run();
    expect(must(await cancel(id))).toEqual({ waitsForChannel: true, units: 2 });
    expect(await cancel(id)).toMatchObject({ refusal: { code: "UNITS_LOCKED" } });
    const parcel = await thePackage();
    const packed = await t.db.transaction(shop.tenantId, (tx) =>
      movePackages(tx, t.ctx(shop.tenantId), [parcel], "pack"),
    );
    expect(packed).toMatchObject({ ok: false, refusal: { code: "PACKAGE_LOCKED" } });
    await answer(id, "SUCCESS");
    expect(await orderStates(t, shop.tenantId)).toEqual({ "JM-1": "CANCELLED" });
    await expectStockTrue(t, shop.tenantId);
  });

  it("leaves them as they were at FAILED, with its words for a person, and wakes what waited", async () => {
    const id = await order(shop, "JM-1", 12);
    must(await cancel(id));
    await run();
    expect(new Set((await units()).map((u) => u.state))).toEqual(new Set(["CREATED"]));
    await t.raw("delete from graphile_worker._private_jobs", []);
    await answer(id, "FAILED");
    expect(
      await t.raw(
        "select 1 from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id where k.identifier = 'fulfilment.allocate'",
      ),
    ).toHaveLength(1);
    await run();
    expect((await units()).filter((u) => u.state === "FULFILLABLE")).toHaveLength(10);
    const open = await t.db.read(shop.tenantId, (tx) =>
      tx.run(
        sql`select kind, facts ->> 'channelMessage' as words from godown.order_exception where tenant_id = ${shop.tenantId}`,
      ),
    );
    expect(open).toEqual([{ kind: "SELLER_CANCEL_REFUSED", words: "too late" }]);
    await expectStockTrue(t, shop.tenantId);
  });

  async function answer(saleOrderId: SaleOrderId, status: "SUCCESS" | "FAILED"): Promise<void> {
    const unitIds = (await units()).map((u) => u.unitId);
    must(
      await t.db.transaction(shop.tenantId, (tx) =>
        settleCancel(tx, t.ctx(shop.tenantId), {
          saleOrderId,
          channelId: shop.channelId,
          unitIds,
          status,
          refused: [],
          message: "too late",
        }),
      ),
    );
  }
});

describe("switching the facility", () => {
  it("frees the stock here, cancels the emptied package with its lines named, and waits there", async () => {
    const there = await aShop(t, { tenantId: shop.tenantId, stock: 1 });
    const channelId = await aChannel(t, shop.tenantId, [shop.facilityId, there.facilityId]);
    const { productId } = await aListing(t, shop.tenantId, channelId, shop.skuId);
    await stock(t, shop.tenantId, there.facilityId, shop.skuId, 5);
    const id = await order({ ...shop, channelId, productId }, "JM-1", 2);
    await t.raw("update godown.sale_order_item set facility_id = $2 where tenant_id = $1", [
      shop.tenantId,
      shop.facilityId,
    ]);
    await run();
    must(
      await t.db.transaction(shop.tenantId, (tx) =>
        switchFacility(tx, t.ctx(shop.tenantId), id, { facilityId: there.facilityId, unitIds: null }),
      ),
    );
    const told = await t.raw(
      "select payload::text as payload from godown.channel_notice where tenant_id = $1 and package_state = 'CANCELLED'",
      [shop.tenantId],
    );
    expect(JSON.stringify(told)).toContain("JM-1-L1");
    await allocate(t, shop.tenantId, there.facilityId);
    expect((await units()).map((u) => u.state)).toEqual(["FULFILLABLE", "FULFILLABLE"]);
    expect((await packagesOf(t, shop.tenantId)).map((p) => p.state)).toEqual(["CANCELLED", "CREATED"]);
    await expectStockTrue(t, shop.tenantId);
  });
});
