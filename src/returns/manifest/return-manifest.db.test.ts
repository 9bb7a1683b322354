import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility } from "../../../tests/support/builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { packagesOf } from "../../../tests/support/fulfilment-builders.ts";
import { levelOf, parcelRow, refusedWith } from "../../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../../tests/support/invariants.ts";
import { aChannel } from "../../../tests/support/order-builders.ts";
import { announced, casesOf, gone, unitsIn } from "../../../tests/support/return-builders.ts";
import { aShop, type Shop } from "../../../tests/support/shop-builders.ts";
import { movePackages } from "../../fulfilment/index.ts";
import { must, newId, type ShippingPackageId } from "../../kernel/index.ts";
import { createPutaway, listWaiting } from "../../putaway/index.ts";
import { receiveAtDesk } from "../receive-at-desk.ts";
import { closeReturnManifest } from "./close-manifest.ts";
import {
  createReturnManifest,
  discardReturnManifest,
  markMissing,
  scanReturn,
  takeOffReturns,
} from "./fill-manifest.ts";
import { printReturnManifest } from "./print-manifest.ts";
import type { ReturnManifestId } from "./return-manifest.ts";

let t: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t, { stock: 10 });
});

const ctx = () => t.ctx(shop.tenantId);
const aList = async (over: Partial<Parameters<typeof createReturnManifest>[1]> = {}) =>
  must(
    await createReturnManifest(ctx(), { facilityId: shop.facilityId, channelId: null, courier: "Delhivery", ...over }),
  ).returnManifestId;
const scan = (
  returnManifestId: ReturnManifestId,
  parcel: ShippingPackageId,
  over: Partial<Parameters<typeof scanReturn>[1]> = {},
) =>
  scanReturn(ctx(), {
    ...{ returnManifestId, held: { shippingPackageId: parcel }, unannounced: false, missingUnitIds: [] },
    ...over,
  });
const states = async () => (await packagesOf(t, shop.tenantId)).map((p) => p.state);
const deliver = (parcel: ShippingPackageId) =>
  t.db.transaction(shop.tenantId, (tx) => movePackages(tx, ctx(), [parcel], "deliver"));

describe("a return manifest", () => {
  it("receives announced and unannounced parcels by closing; their goods wait as courier returns", async () => {
    const [known, unknown] = [await gone(t, shop, { id: "JM-1", quantity: 2 }), await gone(t, shop, { id: "JM-2" })];
    await announced(t, shop);
    const list = await aList();
    expect(must(await scan(list, known)).announced).toBe(true);
    expect(await scan(list, unknown)).toMatchObject(refusedWith("RETURN_NOT_ANNOUNCED"));
    const { awb } = await parcelRow(t, shop.tenantId, unknown);
    expect(must(await scan(list, unknown, { held: { code: awb ?? "" }, unannounced: true })).announced).toBe(false);
    expect(await states(), "they stand as before until the list is closed").toEqual(["RETURN_EXPECTED", "DISPATCHED"]);
    expect(must(await closeReturnManifest(ctx(), list))).toEqual({ parcels: 2, units: 3, missing: 0 });
    expect(await states()).toEqual(["RETURN_ACKNOWLEDGED", "RETURN_ACKNOWLEDGED"]);
    expect(await casesOf(t, shop.tenantId)).toMatchObject([
      { kind: "RTO", state: "RECEIVED", via: "PUSH", units: ["RECEIVED", "RECEIVED"] },
      { kind: "RTO", state: "RECEIVED", via: "PERSON", units: ["RECEIVED"] },
    ]);
    const page = { limit: 50, offset: 0, sort: "createdAt", descending: false };
    const waiting = await t.db.read(shop.tenantId, (tx) => listWaiting(ctx(), tx, {}, page));
    expect(new Set(waiting.rows.map((row) => row.kind))).toEqual(new Set(["PUTAWAY_COURIER_RETURNED_ITEMS"]));
    must(await createPutaway(ctx(), { itemIds: waiting.rows.map((row) => row.itemId) }));
    expect(await levelOf(t, shop)).toEqual({ good: 7, putaway_pending: 3 });
    expect(await closeReturnManifest(ctx(), list)).toMatchObject(refusedWith("RETURN_MANIFEST_CLOSED"));
    await expectStockTrue(t, shop.tenantId);
  });

  it("takes a parcel once, gives it back, and keeps it from the desk meanwhile", async () => {
    const parcel = await gone(t, shop);
    await announced(t, shop);
    const [one, two] = [await aList(), await aList()];
    must(await scan(one, parcel));
    expect(await scan(one, parcel)).toMatchObject(refusedWith("RETURN_ON_THIS_MANIFEST"));
    expect(await scan(two, parcel)).toMatchObject(refusedWith("RETURN_ON_OPEN_MANIFEST"));
    const atDesk = { facilityId: shop.facilityId, units: null, grade: null, unannounced: false, putawayId: null };
    expect(await receiveAtDesk(ctx(), { ...atDesk, held: { shippingPackageId: parcel } })).toMatchObject(
      refusedWith("RETURN_ON_OPEN_MANIFEST"),
    );
    expect(await discardReturnManifest(ctx(), one)).toMatchObject(refusedWith("RETURN_MANIFEST_NOT_EMPTY"));
    expect(await takeOffReturns(ctx(), { returnManifestId: two, packageIds: [parcel] })).toMatchObject(
      refusedWith("RETURN_NOT_ON_MANIFEST"),
    );
    must(await takeOffReturns(ctx(), { returnManifestId: one, packageIds: [parcel] }));
    must(await discardReturnManifest(ctx(), one));
    expect(await scan(one, parcel)).toMatchObject(refusedWith("RETURN_MANIFEST_DISCARDED"));
    must(await scan(two, parcel));
    must(await closeReturnManifest(ctx(), two));
    expect(await scan(await aList(), parcel)).toMatchObject(refusedWith("RETURN_ALREADY_RECEIVED"));
  });

  it("scanned by two people at once holds the parcel once; closed at once it is received once", async () => {
    const parcel = await gone(t, shop);
    await announced(t, shop);
    const lists = [await aList(), await aList()];
    const scans = await Promise.all(lists.map((list) => scan(list, parcel)));
    expect(scans.filter((result) => result.ok).length).toBe(1);
    const list = lists[scans.findIndex((result) => result.ok)];
    if (!list) throw new Error("one list took it");
    const closes = await Promise.all([closeReturnManifest(ctx(), list), closeReturnManifest(ctx(), list)]);
    expect(closes.filter((result) => result.ok).length).toBe(1);
    expect(await levelOf(t, shop)).toEqual({ good: 9, putaway_pending: 1 });
    await expectStockTrue(t, shop.tenantId);
  });

  it("names what was delivered meanwhile instead of closing, and takes no delivered parcel", async () => {
    const parcel = await gone(t, shop);
    const list = await aList();
    must(await scan(list, parcel, { unannounced: true }));
    must(await deliver(parcel));
    expect(await closeReturnManifest(ctx(), list)).toMatchObject(refusedWith("RETURN_MANIFEST_CHANGED"));
    must(await takeOffReturns(ctx(), { returnManifestId: list, packageIds: [parcel] }));
    expect(await scan(list, parcel, { unannounced: true })).toMatchObject(refusedWith("RETURN_OF_DELIVERED"));
    expect(await closeReturnManifest(ctx(), list)).toMatchObject(refusedWith("RETURN_MANIFEST_EMPTY"));
  });

  it("takes a delivered parcel whose return the channel announced as undelivered", async () => {
    const parcel = await gone(t, shop, { delivered: true });
    await announced(t, shop);
    const list = await aList();
    must(await scan(list, parcel));
    must(await closeReturnManifest(ctx(), list));
    expect(await states()).toEqual(["RETURN_ACKNOWLEDGED"]);
  });

  it("sends a customer's return to the returns desk", async () => {
    const parcel = await gone(t, shop, { delivered: true });
    await announced(t, shop, { kind: "CIR" });
    expect(await scan(await aList(), parcel)).toMatchObject(
      refusedWith("RETURN_IS_REVERSE_PICKUP", { return: "RP-100001" }),
    );
  });

  it("notes units that a parcel came without", async () => {
    const parcel = await gone(t, shop, { quantity: 2 });
    await announced(t, shop);
    const [one, two] = await unitsIn(t, shop.tenantId, parcel);
    if (!one || !two) throw new Error("two units left");
    const list = await aList();
    must(await scan(list, parcel, { missingUnitIds: [one.id] }));
    const of = { returnManifestId: list, shippingPackageId: parcel };
    expect(await markMissing(ctx(), { ...of, missingUnitIds: [newId()] })).toMatchObject(
      refusedWith("RETURN_UNITS_NOT_DUE"),
    );
    must(await markMissing(ctx(), { ...of, missingUnitIds: [two.id] }));
    expect(must(await closeReturnManifest(ctx(), list))).toEqual({ parcels: 1, units: 1, missing: 1 });
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ state: "RECEIVED", units: ["RECEIVED", "MISSING"] }]);
    expect(await levelOf(t, shop)).toEqual({ good: 8, putaway_pending: 1 });
  });

  it("of one channel takes no other's parcels, and nobody fills one of another facility", async () => {
    const parcel = await gone(t, shop);
    await announced(t, shop);
    const other = await aChannel(t, shop.tenantId, [shop.facilityId]);
    expect(await scan(await aList({ channelId: other }), parcel)).toMatchObject(refusedWith("RETURN_OTHER_CHANNEL"));
    const list = await aList();
    const elsewhere = t.ctx(shop.tenantId, { facilities: [await aFacility(t.db, shop.tenantId)] });
    const input = { returnManifestId: list, held: { shippingPackageId: parcel }, unannounced: false };
    expect(await scanReturn(elsewhere, { ...input, missingUnitIds: [] })).toMatchObject(refusedWith("NOT_FOUND"));
    expect(await closeReturnManifest(elsewhere, list)).toMatchObject(refusedWith("NOT_FOUND"));
    expect(
      await createReturnManifest(ctx(), { facilityId: shop.facilityId, channelId: newId(), courier: null }),
    ).toMatchObject(refusedWith("NOT_FOUND", { what: "channel" }));
  });

  it("is printed for both to sign", async () => {
    await gone(t, shop, { quantity: 2 });
    await announced(t, shop);
    const list = await aList();
    const [parcel] = await packagesOf(t, shop.tenantId);
    if (!parcel) throw new Error("a parcel left");
    must(await scan(list, parcel.id));
    must(await closeReturnManifest(ctx(), list));
    const file = must(await printReturnManifest(ctx(), list));
    if (!(file.bytes instanceof Uint8Array)) throw new Error("the list is bytes");
    expect(Buffer.from(file.bytes).subarray(0, 5).toString()).toBe("%PDF-");
    expect(await printReturnManifest(ctx(), newId())).toMatchObject(refusedWith("NOT_FOUND"));
  });
});
