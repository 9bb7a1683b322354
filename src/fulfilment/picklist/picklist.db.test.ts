import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aSku } from "../../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { allocate } from "../../../tests/support/fulfilment-builders.ts";
import { aManifest, levelOf, parcelRow, refusedWith } from "../../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../../tests/support/invariants.ts";
import { anEntry, stock } from "../../../tests/support/inventory-builders.ts";
import { aListing, aPushOrder } from "../../../tests/support/order-builders.ts";
import { readPages } from "../../../tests/support/read-pdf.ts";
import { aShop, packagesFor, type Shop, somePackages } from "../../../tests/support/shop-builders.ts";
import { post, type ShelfId } from "../../inventory/index.ts";
import { must, type SaleOrderId, type ShippingPackageId } from "../../kernel/index.ts";
import { sql } from "../../platform/db.ts";
import { createShelf } from "../../warehouse/index.ts";
import {
  addParcels,
  closeManifest,
  closePicklist,
  createPicklist,
  invoicePackages,
  labelPackages,
  type PicklistId,
  putBackPackages,
  receivePicklist,
  reportNotFound,
  requestCancel,
} from "../index.ts";
import { changeOrder } from "../order-actions.ts";
import { printPicklist, printPicks } from "./print-picklist.ts";
import { listPicklists, picklistDetail } from "./queries.ts";

let t: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  shop = await aShop(t, { stock: 10 });
});

const ctx = () => t.ctx(shop.tenantId);
const states = async (ids: readonly ShippingPackageId[]) =>
  Promise.all(ids.map(async (id) => (await parcelRow(t, shop.tenantId, id)).state));
const listRow = (picklistId: PicklistId) =>
  t.db.read(shop.tenantId, async (tx) => {
    const found = await picklistDetail(ctx(), tx, picklistId);
    if (!found) throw new Error("the pick list is there");
    return found;
  });
const unitRows = () =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{ state: string; package: string | null }>`
      select u.state, p.code as package from godown.sale_order_item u
      left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
      where u.tenant_id = ${shop.tenantId} order by u.created_at, u.sale_order_id, u.unit_no`),
  );
const shelfStock = async () =>
  Object.fromEntries(
    (
      await t.db.read(shop.tenantId, (tx) =>
        tx.run(sql<{ shelf: string; bucket: string; quantity: number }>`
          select h.code as shelf, s.bucket, s.quantity from godown.shelf_stock s join godown.shelf h using (tenant_id, shelf_id)
          where s.tenant_id = ${shop.tenantId} and s.sku_id = ${shop.skuId} and s.quantity > 0`),
      )
    ).map((r) => [`${r.shelf} ${r.bucket}`, r.quantity]),
  );
async function shelfWith(code: string, quantity: number): Promise<ShelfId> {
  const { shelfId } = must(await createShelf(ctx(), { facilityId: shop.facilityId, code }));
  const entry = anEntry({ facilityId: shop.facilityId, skuId: shop.skuId, shelfId, quantity });
  must(await t.db.transaction(shop.tenantId, (tx) => post(tx, ctx(), [entry])));
  return shelfId;
}
const orderId = async (id: ShippingPackageId) =>
  (
    await t.db.read(shop.tenantId, (tx) =>
      tx.one(sql<{ id: SaleOrderId }>`
        select sale_order_id as id from godown.shipping_package where tenant_id = ${shop.tenantId} and shipping_package_id = ${id}`),
    )
  ).id;
const hold = (saleOrderId: SaleOrderId) =>
  t.db.transaction(shop.tenantId, (tx) => changeOrder(tx, ctx(), saleOrderId, { action: "hold", reason: "x" }));

describe("a pick list", () => {
  it("is created, received, and closes by itself when all of it is invoiced", async () => {
    const packageIds = await somePackages(t, shop, 2);
    const { picklistId } = must(await createPicklist(ctx(), { packageIds }));
    expect(await states(packageIds)).toEqual(["PICKING", "PICKING"]);
    expect(must(await receivePicklist(ctx(), { picklistId, scanned: null }))).toEqual({ received: 2 });
    expect(await states(packageIds)).toEqual(["PICKED", "PICKED"]);
    expect(await receivePicklist(ctx(), { picklistId, scanned: null })).toMatchObject(
      refusedWith("PICKLIST_ALREADY_RECEIVED"),
    );
    await invoicePackages(ctx(), { packageIds: packageIds.slice(0, 1) });
    expect(await listRow(picklistId)).toMatchObject({ state: "RECEIVED", open: 1 });
    await invoicePackages(ctx(), { packageIds });
    expect(await listRow(picklistId)).toMatchObject({ state: "CLOSED", open: 0 });
    expect(await closePicklist(ctx(), picklistId)).toMatchObject(refusedWith("PICKLIST_CLOSED"));
  });

  it("gives back what is not invoiced when it is closed by hand", async () => {
    const packageIds = await somePackages(t, shop, 2);
    const { picklistId } = must(await createPicklist(ctx(), { packageIds }));
    must(await receivePicklist(ctx(), { picklistId, scanned: null }));
    await invoicePackages(ctx(), { packageIds: packageIds.slice(0, 1) });
    expect(must(await closePicklist(ctx(), picklistId)).putBack).toMatchObject([{ shelf: "DEFAULT", quantity: 1 }]);
    expect(await states(packageIds)).toEqual(["PACKED", "CREATED"]);
    expect((await unitRows()).map((u) => u.state)).toEqual(["PACKED", "FULFILLABLE"]);
    must(await createPicklist(ctx(), { packageIds: packageIds.slice(1) })); // and may be picked again
    await expectStockTrue(t, shop.tenantId);
  });

  it("refuses shipments that are elsewhere, on hold, being picked, or in two facilities", async () => {
    const [a, b] = await somePackages(t, shop, 2);
    if (!a || !b) throw new Error("two packages are made");
    const elsewhere = t.ctx(shop.tenantId, { facilities: [await aFacility(t.db, shop.tenantId)] });
    expect(await createPicklist(elsewhere, { packageIds: [a] })).toMatchObject(refusedWith("PACKAGE_NOT_FOUND"));
    await hold(await orderId(b));
    expect(await createPicklist(ctx(), { packageIds: [a, b] })).toMatchObject(refusedWith("PACKAGE_ON_HOLD"));
    expect(await states([a])).toEqual(["CREATED"]);
    const { picklistId } = must(await createPicklist(ctx(), { packageIds: [a] }));
    expect(await createPicklist(ctx(), { packageIds: [a] })).toMatchObject(refusedWith("PACKAGE_STATE"));
    expect(await receivePicklist(elsewhere, { picklistId, scanned: null })).toMatchObject(refusedWith("NOT_FOUND"));
    const other = await aShop(t, { tenantId: shop.tenantId });
    const [far] = await somePackages(t, other, 1);
    if (!far) throw new Error("a package is made");
    expect(await createPicklist(ctx(), { packageIds: [a, far] })).toMatchObject(
      refusedWith("PICKLIST_FACILITIES_MIXED"),
    );
    const page = { limit: 50, offset: 0, sort: "createdAt", descending: true };
    const seen = await t.db.read(shop.tenantId, (tx) => listPicklists(elsewhere, tx, {}, page));
    expect(seen).toMatchObject({ rows: [], total: 0 });
  });

  it("is received by scans where the facility traces SKUs", async () => {
    await t.raw("update godown.facility set traceability = 'SKU' where facility_id = $1", [shop.facilityId]);
    const packageIds = await somePackages(t, shop, 2);
    const { picklistId } = must(await createPicklist(ctx(), { packageIds }));
    expect(await receivePicklist(ctx(), { picklistId, scanned: null })).toMatchObject(
      refusedWith("PICKLIST_SCAN_NEEDED"),
    );
    const scanned = (quantity: number) => [{ code: `seller-${shop.productId}`, quantity }];
    expect(await receivePicklist(ctx(), { picklistId, scanned: scanned(1) })).toMatchObject(
      refusedWith("PICKLIST_COUNT_DIFFERS"),
    );
    must(await receivePicklist(ctx(), { picklistId, scanned: scanned(2) }));
  });

  it("lets a held shipment be put back, so that the rest can be received", async () => {
    const packageIds = await somePackages(t, shop, 2);
    const { picklistId } = must(await createPicklist(ctx(), { packageIds }));
    const [held] = packageIds;
    if (!held) throw new Error("a package is made");
    await hold(await orderId(held));
    expect(await receivePicklist(ctx(), { picklistId, scanned: null })).toMatchObject(refusedWith("PACKAGE_ON_HOLD"));
    must(await putBackPackages(ctx(), { picklistId, packageIds: [held] }));
    expect(await putBackPackages(ctx(), { picklistId, packageIds: [held] })).toMatchObject(
      refusedWith("PICK_PACKAGES_NOT_ON_LIST"),
    );
    must(await receivePicklist(ctx(), { picklistId, scanned: null }));
    expect(await states(packageIds)).toEqual(["CREATED", "PICKED"]);
  });

  it("closes when its last shipment is cancelled; what was picked goes to putaway from its own shelf", async () => {
    const far = await shelfWith("A1", 30);
    const packageIds = await somePackages(t, shop, 1);
    const { picklistId } = must(await createPicklist(ctx(), { packageIds }));
    expect((await listRow(picklistId)).picks.map((p) => p.shelfId)).toEqual([far]);
    await stock(t, shop.tenantId, shop.facilityId, shop.skuId, 90); // DEFAULT is the fuller one now
    await cancelInChannel(packageIds);
    expect(await listRow(picklistId)).toMatchObject({ state: "CLOSED" });
    expect(await shelfStock()).toEqual({ "A1 good": 29, "DEFAULT good": 100 });
    expect(await levelOf(t, shop)).toEqual({ good: 129, putaway_pending: 1 });
    await expectStockTrue(t, shop.tenantId);
  });
});

describe("shelves", () => {
  it("are promised once: a second list goes where there is something left, and dispatch takes from where it was picked", async () => {
    await shelfWith("A1", 1);
    const packageIds = await somePackages(t, shop, 11);
    const lists: PicklistId[] = [];
    for (const some of [packageIds.slice(0, 10), packageIds.slice(10)])
      lists.push(must(await createPicklist(ctx(), { packageIds: some })).picklistId);
    const picked = (await Promise.all(lists.map(listRow))).map((l) => l.picks.map((p) => p.shelf));
    expect(picked.flat().filter((s) => s === "DEFAULT").length).toBe(10);
    expect(picked.flat().filter((s) => s === "A1").length).toBe(1);
    for (const picklistId of lists) must(await receivePicklist(ctx(), { picklistId, scanned: null }));
    const a1 = (await Promise.all(lists.map(listRow))).flatMap((l) => l.picks).find((p) => p.shelf === "A1");
    if (!a1) throw new Error("one unit is picked from A1");
    const ids = [a1.shippingPackageId];
    await invoicePackages(ctx(), { packageIds: ids });
    await labelPackages(ctx(), { packageIds: ids });
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds: ids }));
    must(await closeManifest(ctx(), manifestId));
    expect(await shelfStock()).toEqual({ "DEFAULT good": 10 });
  });
});

describe("a piece that is not at its shelf", () => {
  it("is counted as not found, its unit waits for stock and is allocated anew", async () => {
    const [packageId] = await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId, quantity: 2 }])]);
    if (!packageId) throw new Error("a package is made");
    const { picklistId } = must(await createPicklist(ctx(), { packageIds: [packageId] }));
    const [pick] = (await listRow(picklistId)).picks;
    if (!pick) throw new Error("there is something to pick");
    const missing = { picklistId, skuId: shop.skuId, shelfId: pick.shelfId, quantity: 1 };
    expect(must(await reportNotFound(ctx(), missing)).waiting.length).toBe(1);
    expect(await levelOf(t, shop)).toEqual({ good: 9, blocked: 1, not_found: 1 });
    expect((await unitRows()).map((u) => u.state).sort()).toEqual(["PICKING_FOR_INVOICING", "UNFULFILLABLE"]);
    await expectStockTrue(t, shop.tenantId);
    await allocate(t, shop.tenantId, shop.facilityId);
    const packages = new Set((await unitRows()).map((u) => u.package));
    expect(packages.size).toBe(2);
    expect(await reportNotFound(ctx(), { ...missing, quantity: 5 })).toMatchObject(
      refusedWith("PICK_NOT_ON_LIST", { units: 1, given: 5 }),
    );
  });

  it("cancels a package that loses its last unit, and closes the list that has nothing left", async () => {
    const packageIds = await somePackages(t, shop, 1);
    const { picklistId } = must(await createPicklist(ctx(), { packageIds }));
    const [pick] = (await listRow(picklistId)).picks;
    if (!pick) throw new Error("there is something to pick");
    must(await reportNotFound(ctx(), { picklistId, skuId: shop.skuId, shelfId: pick.shelfId, quantity: 1 }));
    expect(await states(packageIds)).toEqual(["CANCELLED"]);
    expect(await listRow(picklistId)).toMatchObject({ state: "CLOSED" });
    expect((await unitRows()).map((u) => u.state)).toEqual(["UNFULFILLABLE"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("takes the whole of an order that must not be split", async () => {
    await t.raw("update godown.channel set package_type = 'FIXED' where channel_id = $1", [shop.channelId]);
    const ink = await aSku(t.db, shop.tenantId);
    await stock(t, shop.tenantId, shop.facilityId, ink, 5);
    const { productId } = await aListing(t, shop.tenantId, shop.channelId, ink);
    const packageIds = await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId }, { productId }])]);
    const { picklistId } = must(await createPicklist(ctx(), { packageIds }));
    const pick = (await listRow(picklistId)).picks.find((p) => p.skuId === shop.skuId);
    if (!pick) throw new Error("there is something to pick");
    const told = must(
      await reportNotFound(ctx(), { picklistId, skuId: shop.skuId, shelfId: pick.shelfId, quantity: 1 }),
    );
    expect(told.putBack.length).toBe(1);
    expect(await states(packageIds)).toEqual(["CANCELLED"]);
    expect((await unitRows()).map((u) => u.state)).toEqual(["UNFULFILLABLE", "UNFULFILLABLE"]);
    await expectStockTrue(t, shop.tenantId);
  });
});

describe("a printed pick list", () => {
  it("names SKU, shelf and quantity, without any change where nothing is traced", async () => {
    const packageIds = await somePackages(t, shop, 3);
    const file = must(await printPicks(ctx(), { packageIds }));
    const text = await textOf(file.bytes);
    expect(text).toContain("DEFAULT");
    for (const id of packageIds) expect(text).toContain((await parcelRow(t, shop.tenantId, id)).code);
    expect(await states(packageIds)).toEqual(["CREATED", "CREATED", "CREATED"]);
    await invoicePackages(ctx(), { packageIds: packageIds.slice(0, 1) });
    expect(await printPicks(ctx(), { packageIds })).toMatchObject(refusedWith("PICKLIST_NOTHING_TO_PICK"));
  });

  it("is the list that was made, while something is to be fetched", async () => {
    const packageIds = await somePackages(t, shop, 2);
    const { picklistId, code } = must(await createPicklist(ctx(), { packageIds }));
    expect(await textOf(must(await printPicklist(ctx(), picklistId)).bytes)).toContain(code);
    const elsewhere = t.ctx(shop.tenantId, { facilities: [] });
    expect(await printPicklist(elsewhere, picklistId)).toMatchObject(refusedWith("NOT_FOUND"));
  });
});

async function textOf(bytes: unknown): Promise<string> {
  if (!(bytes instanceof Uint8Array)) throw new Error("a PDF is bytes");
  return (await readPages(bytes)).map((page) => page.text).join("\n");
}

/** Cancels the orders of packages as a channel does that allows it. */
async function cancelInChannel(ids: readonly ShippingPackageId[]): Promise<void> {
  for (const id of ids) {
    const saleOrderId = await orderId(id);
    await t.raw("update godown.channel set source = 'CUSTOM' where channel_id = $1", [shop.channelId]);
    const cancelled = await t.db.transaction(shop.tenantId, (tx) =>
      requestCancel(tx, ctx(), { saleOrderId, unitIds: null, reason: "buyer" }),
    );
    expect(must(cancelled).waitsForChannel).toBe(false);
  }
}
