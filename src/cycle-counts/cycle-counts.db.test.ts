import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aSku } from "../../tests/support/builders.ts";
import { aCount, accept, aShelfWith, countEntries, countShelf } from "../../tests/support/count-builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { allocate } from "../../tests/support/fulfilment-builders.ts";
import { aManifest, levelOf, parcelRow, refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { aListing, aPushOrder, receive } from "../../tests/support/order-builders.ts";
import { aShop, type Shop, somePackages } from "../../tests/support/shop-builders.ts";
import {
  addParcels,
  closeManifest,
  closePicklist,
  createPicklist,
  invoicePackages,
  labelPackages,
} from "../fulfilment/index.ts";
import { adjustStock } from "../inventory/index.ts";
import { must, newId, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { sql } from "../platform/db.ts";
import {
  addShelves,
  beginShelf,
  type CycleCountId,
  cancelCount,
  closeCount,
  countPiece,
  createCount,
  finishShelf,
  giveUpShelves,
  recountShelf,
  removeShelves,
} from "./index.ts";
import { countDetail, listCountShelves, listVariances } from "./queries.ts";

let t: TestDatabase;
let shop: Shop;
let ink: SkuId;
const codes = { pen: "", ink: "" };
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  shop = await aShop(t, { stock: 10 });
  ink = await aSku(t.db, shop.tenantId, { mrpPaise: 25_000 });
  codes.pen = await codeOf(shop.skuId);
  codes.ink = await codeOf(ink);
});

const ctx = (over: Partial<Ctx> = {}) => t.ctx(shop.tenantId, over);
const person = (name: string): Partial<Ctx> => ({ actor: { kind: "USER", id: newId<"User">(), name } });
const codeOf = (skuId: SkuId) =>
  t.db.read(shop.tenantId, async (tx) => {
    const row = await tx.one(
      sql<{ code: string }>`select code from godown.sku where tenant_id = ${shop.tenantId} and sku_id = ${skuId}`,
    );
    return row.code;
  });
const facilityCode = () =>
  t.db.read(shop.tenantId, async (tx) => {
    const row = await tx.one(
      sql<{
        code: string;
      }>`select code from godown.facility where tenant_id = ${shop.tenantId} and facility_id = ${shop.facilityId}`,
    );
    return row.code;
  });
const detail = (cycleCountId: CycleCountId) =>
  t.db.read(shop.tenantId, async (tx) => {
    const found = await countDetail(ctx(), tx, cycleCountId);
    if (!found) throw new Error("the count is there");
    return found;
  });
const page = { limit: 200, offset: 0, sort: "shelf", descending: false };
const begin = (cycleCountId: CycleCountId, code = "DEFAULT", over: Partial<Ctx> = {}) =>
  beginShelf(ctx(over), { cycleCountId, code, takeOver: false });
const begun = async (cycleCountId: CycleCountId, code = "DEFAULT") => must(await begin(cycleCountId, code)).shelfId;
const figures = () =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{ dirty: number }>`
      select count(*)::integer as dirty from godown.listing_dirty where tenant_id = ${shop.tenantId}`),
  );

describe("a count", () => {
  it("is one per facility: another waits until it is ended", async () => {
    const first = await aCount(ctx(), shop.facilityId);
    const targetOn = Temporal.PlainDate.from("2026-11-21");
    const again = await createCount(ctx(), { facilityId: shop.facilityId, targetOn, note: null });
    expect(again).toMatchObject(refusedWith("COUNT_ACTIVE_ALREADY", { count: "CC-100001" }));
    must(await cancelCount(ctx(), first));
    must(await createCount(ctx(), { facilityId: shop.facilityId, targetOn, note: "second floor" }));
    const elsewhere = await aFacility(t.db, shop.tenantId);
    must(await createCount(ctx(), { facilityId: elsewhere, targetOn, note: null }));
  });

  it("made twice at once is one", async () => {
    const targetOn = Temporal.PlainDate.from("2026-11-21");
    const made = await Promise.all(
      [1, 2, 3].map(() => createCount(ctx(), { facilityId: shop.facilityId, targetOn, note: null })),
    );
    expect(made.filter((each) => each.ok)).toHaveLength(1);
    expect(made.filter((each) => !each.ok && each.refusal.code === "COUNT_ACTIVE_ALREADY")).toHaveLength(2);
  });

  it("has a target that has not passed in the facility's zone", async () => {
    t.clock.set("2026-11-20T20:00:00Z"); // already the 21st in India
    const create = (day: string) =>
      createCount(ctx(), { facilityId: shop.facilityId, targetOn: Temporal.PlainDate.from(day), note: null });
    expect(await create("2026-11-20")).toMatchObject(refusedWith("COUNT_TARGET_PAST", { today: "2026-11-21" }));
    must(await create("2026-11-21"));
    t.clock.set("2026-11-20T04:30:00Z");
  });

  it("belongs to its facility: who does not work there neither sees nor changes it", async () => {
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["DEFAULT"]);
    const stranger = { facilities: [await aFacility(t.db, shop.tenantId)] };
    expect(await begin(cycleCountId, "DEFAULT", stranger)).toMatchObject(refusedWith("NOT_FOUND"));
    expect(await cancelCount(ctx(stranger), cycleCountId)).toMatchObject(refusedWith("NOT_FOUND"));
    const seen = await t.db.read(shop.tenantId, (tx) => countDetail(ctx(stranger), tx, cycleCountId));
    expect(seen).toBeUndefined();
  });

  it("takes shelves by code, or those not counted for longest, and gives back what nobody began", async () => {
    for (const code of ["A1", "A2", "B1"]) await aShelfWith(ctx(), shop.facilityId, code, [[shop.skuId, 1]]);
    await aShelfWith(ctx(), shop.facilityId, "EMPTY", []);
    const first = await aCount(ctx(), shop.facilityId, ["A1"]);
    const a1 = await countShelf(ctx(), first, "A1", [{ code: codes.pen, quantity: 1 }]);
    must(await accept(ctx(), first, [a1]));
    must(await closeCount(ctx(), first));
    t.clock.advance({ days: 1 });
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["EMPTY"]);
    const add = (longestUncounted: number, prefix = "") =>
      addShelves(ctx(), { cycleCountId, subCount: "Rest", choice: { longestUncounted, prefix } });
    expect(must(await add(2))).toEqual({ added: 2 });
    expect(must(await add(9, "a"))).toEqual({ added: 1 });
    expect(await add(1, "A")).toMatchObject(refusedWith("COUNT_SHELVES_ALL_ADDED", { prefix: ", beginning with A" }));
    const rows = await t.db.read(shop.tenantId, (tx) => listCountShelves(ctx(), tx, { cycleCountId }, page));
    expect(rows.rows.map((row) => [row.shelf, row.subCountName])).toEqual([
      ["A1", "Rest"],
      ["A2", "Rest"],
      ["B1", "Rest"],
      ["EMPTY", "All"],
    ]);
    const ids = rows.rows.map((row) => row.shelfId);
    await begun(cycleCountId, "A2");
    expect(await removeShelves(ctx(), { cycleCountId, shelfIds: ids })).toMatchObject(
      refusedWith("COUNT_SHELVES_BEGUN", { shelves: ["A2"] }),
    );
    must(await removeShelves(ctx(), { cycleCountId, shelfIds: ids.filter((id) => id !== ids[1]) }));
    expect(await detail(cycleCountId)).toMatchObject({ state: "IN_PROGRESS", shelves: 1, counting: 1 });
    expect(
      await addShelves(ctx(), { cycleCountId, subCount: "X", choice: { codes: ["A1", "NO-SUCH"] } }),
    ).toMatchObject(refusedWith("COUNT_SHELVES_UNKNOWN", { shelves: ["NO-SUCH"] }));
    t.clock.set("2026-11-20T04:30:00Z");
  });
});

describe("a shelf that is being counted", () => {
  it("is left alone by adjustments, putaway onto it and pick lists from it", async () => {
    const packageIds = await somePackages(t, shop, 2);
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["DEFAULT"]);
    const shelfId = await begun(cycleCountId);
    const facility = await facilityCode();
    const adjustment = { facility, sku: codes.pen, type: "GOOD_INVENTORY" as const, remarks: null };
    const add = { ...adjustment, kind: "ADD" as const, quantity: 1, shelf: "DEFAULT", transferToShelf: null };
    expect(await adjustStock(ctx(), add)).toMatchObject(
      refusedWith("SHELF_BEING_COUNTED", { shelf: "DEFAULT", count: "CC-100001" }),
    );
    await aShelfWith(ctx(), shop.facilityId, "B1", [[ink, 2]]);
    const transfer = { ...adjustment, sku: codes.ink, kind: "TRANSFER" as const, quantity: 1, shelf: "B1" };
    expect(await adjustStock(ctx(), { ...transfer, transferToShelf: "DEFAULT" })).toMatchObject(
      refusedWith("SHELF_BEING_COUNTED", { shelf: "DEFAULT" }),
    );
    const [parcel] = packageIds;
    expect(await createPicklist(ctx(), { packageIds })).toMatchObject(
      refusedWith("PICKLIST_SHELF_BEING_COUNTED", {
        packages: expect.arrayContaining([(await parcelRow(t, shop.tenantId, parcel as never)).code]),
        shelves: ["DEFAULT"],
      }),
    );
    must(await giveUpShelves(ctx(), { cycleCountId, shelfIds: [shelfId] }));
    must(await adjustStock(ctx(), add));
    must(await createPicklist(ctx(), { packageIds }));
    await expectStockTrue(t, shop.tenantId);
  });

  it("has stock that is neither promised nor told to channels, and is again when the count is accepted", async () => {
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["DEFAULT"]);
    const shelfId = await begun(cycleCountId);
    expect(await figures()).toEqual([{ dirty: 1 }]);
    await receive(t, shop.tenantId, shop.channelId, [aPushOrder([{ productId: shop.productId }])]);
    await allocate(t, shop.tenantId, shop.facilityId);
    expect(await levelOf(t, shop)).toEqual({ good: 10 });
    must(await countPiece(ctx(), { cycleCountId, shelfId, code: codes.pen, bucket: "good", quantity: 10, how: "SET" }));
    must(await finishShelf(ctx(), { cycleCountId, shelfId }));
    must(await accept(ctx(), cycleCountId, [shelfId]));
    await allocate(t, shop.tenantId, shop.facilityId);
    expect(await levelOf(t, shop)).toEqual({ good: 10, blocked: 1 });
    expect(await countEntries(t, shop.tenantId)).toEqual([]); // nothing differed
    await expectStockTrue(t, shop.tenantId);
  });

  it("is begun only when no pick list takes from it and no packed parcel may have come from it", async () => {
    const packageIds = await somePackages(t, shop, 2);
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["DEFAULT"]);
    const { picklistId, code } = must(await createPicklist(ctx(), { packageIds: packageIds.slice(0, 1) }));
    expect(await begin(cycleCountId)).toMatchObject(refusedWith("COUNT_WORK_PENDING", { work: [`pick list ${code}`] }));
    must(await closePicklist(ctx(), picklistId));
    await invoicePackages(ctx(), { packageIds });
    const parcels = await Promise.all(packageIds.map((id) => parcelRow(t, shop.tenantId, id)));
    expect(await begin(cycleCountId)).toMatchObject(
      refusedWith("COUNT_WORK_PENDING", { work: parcels.map((p) => `packed parcel ${p.code}`).sort() }),
    );
    await labelPackages(ctx(), { packageIds });
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    must(await closeManifest(ctx(), manifestId));
    must(await begin(cycleCountId));
  });

  it("that a parcel left from all the same is not accepted until it is counted again", async () => {
    const [packageId] = await somePackages(t, shop, 1);
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["DEFAULT"]);
    const shelfId = await countShelf(ctx(), cycleCountId, "DEFAULT", [{ code: codes.pen, quantity: 10 }]);
    const packageIds = [packageId as never];
    await invoicePackages(ctx(), { packageIds }); // nothing is traced here: nobody said where it was taken from
    const pending = must(await accept(ctx(), cycleCountId, [shelfId]));
    expect(pending).toMatchObject({ accepted: 0, refused: [{ refusal: { code: "COUNT_WORK_PENDING" } }] });
    await labelPackages(ctx(), { packageIds });
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    must(await closeManifest(ctx(), manifestId));
    expect(await levelOf(t, shop)).toEqual({ good: 9 });
    const moved = must(await accept(ctx(), cycleCountId, [shelfId]));
    expect(moved).toMatchObject({ accepted: 0, refused: [{ refusal: { code: "COUNT_BOOKS_MOVED" } }] });
    must(await recountShelf(ctx(), { cycleCountId, shelfId }));
    must(await countPiece(ctx(), { cycleCountId, shelfId, code: codes.pen, bucket: "good", quantity: 9, how: "ADD" }));
    must(await finishShelf(ctx(), { cycleCountId, shelfId }));
    expect(must(await accept(ctx(), cycleCountId, [shelfId]))).toMatchObject({ accepted: 1, missing: 0, extra: 0 });
    await expectStockTrue(t, shop.tenantId);
  });
});

describe("counting", () => {
  it("adds piece by piece, takes back, sets, and says what is not known here without telling what is expected", async () => {
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["DEFAULT"]);
    const shelfId = await begun(cycleCountId);
    const count = (code: string, quantity: number, how: "ADD" | "SET" = "ADD", bucket: "good" | "bad" = "good") =>
      countPiece(ctx(), { cycleCountId, shelfId, code, bucket, quantity, how });
    expect(must(await count(codes.pen, 1))).toMatchObject({ counted: 1, pieces: 1, known: true });
    expect(must(await count(codes.pen.toLowerCase(), 3))).toMatchObject({ sku: codes.pen, counted: 4, pieces: 4 });
    expect(must(await count(codes.pen, -1))).toMatchObject({ counted: 3 });
    expect(must(await count(codes.ink, 2, "SET", "bad"))).toMatchObject({ counted: 2, pieces: 5, known: false });
    expect(await count(codes.pen, -4)).toMatchObject(refusedWith("COUNT_BELOW_ZERO", { counted: 3 }));
    expect(await count("NO-SUCH", 1)).toMatchObject(refusedWith("COUNT_SKU_UNKNOWN", { code: "NO-SUCH" }));
    expect(must(await count(codes.ink, 0, "SET", "bad"))).toMatchObject({ counted: 0, pieces: 3 });
    const rows = await t.db.read(shop.tenantId, (tx) => listCountShelves(ctx(), tx, { cycleCountId }, page));
    expect(rows.rows).toMatchObject([{ state: "COUNTING", expected: null, counted: null, missing: null }]);
    const lines = await t.db.read(shop.tenantId, (tx) => listVariances(ctx(), tx, { cycleCountId }, page));
    expect(lines.rows).toEqual([]);
  });

  it("knows a piece by its channel's code, and asks where two SKUs have it", async () => {
    const { channelSku } = await t.db.read(shop.tenantId, (tx) =>
      tx.one(sql<{ channelSku: string }>`
        select channel_sku as "channelSku" from godown.listing where tenant_id = ${shop.tenantId} and product_id = ${shop.productId}`),
    );
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["DEFAULT"]);
    const shelfId = await begun(cycleCountId);
    const count = () =>
      countPiece(ctx(), { cycleCountId, shelfId, code: channelSku, bucket: "good", quantity: 1, how: "ADD" });
    expect(must(await count())).toMatchObject({ sku: codes.pen, known: true });
    const { listingId } = await aListing(t, shop.tenantId, shop.channelId, ink);
    await t.raw("update godown.listing set channel_sku = $2 where listing_id = $1", [listingId, channelSku]);
    expect(await count()).toMatchObject(refusedWith("COUNT_SKU_SEVERAL", { skus: [codes.pen, codes.ink].sort() }));
  });

  it("is one person's work, who may be relieved", async () => {
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["DEFAULT"]);
    const [asha, bala] = [person("Asha"), person("Bala")];
    const { shelfId } = must(await begin(cycleCountId, "default", asha));
    const piece = { cycleCountId, shelfId, code: codes.pen, bucket: "good" as const, quantity: 4, how: "ADD" as const };
    must(await countPiece(ctx(asha), piece));
    expect(await begin(cycleCountId, "DEFAULT", bala)).toMatchObject(
      refusedWith("COUNT_SHELF_TAKEN", { counter: "Asha" }),
    );
    expect(await countPiece(ctx(bala), piece)).toMatchObject(refusedWith("COUNT_SHELF_TAKEN"));
    expect(await finishShelf(ctx(bala), piece)).toMatchObject(refusedWith("COUNT_SHELF_TAKEN"));
    must(await beginShelf(ctx(bala), { cycleCountId, code: "DEFAULT", takeOver: true }));
    expect(must(await countPiece(ctx(bala), piece))).toMatchObject({ counted: 8 });
    expect(await countPiece(ctx(asha), piece)).toMatchObject(refusedWith("COUNT_SHELF_TAKEN", { counter: "Bala" }));
  });

  it("begun by two at once is begun by one of them; scans of one person at once are all counted", async () => {
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["DEFAULT"]);
    const people = ["Asha", "Bala", "Chitra"].map((name) => ctx(person(name)));
    const all = await Promise.all(
      people.map((who) => beginShelf(who, { cycleCountId, code: "DEFAULT", takeOver: false })),
    );
    expect(all.filter((each) => each.ok)).toHaveLength(1);
    const winner = people[all.findIndex((each) => each.ok)];
    if (winner === undefined) throw new Error("one of them began");
    const { shelfId } = must(await beginShelf(winner, { cycleCountId, code: "DEFAULT", takeOver: false }));
    const one = { cycleCountId, shelfId, code: codes.pen, bucket: "good" as const, quantity: 1, how: "ADD" as const };
    await Promise.all(Array.from({ length: 8 }, () => countPiece(winner, one)));
    expect(must(await countPiece(winner, { ...one, quantity: 0 }))).toMatchObject({ counted: 8 });
  });

  it("of a shelf that is not in the count says where it is", async () => {
    const other = await aFacility(t.db, shop.tenantId, { code: "MUM9" });
    await aShelfWith(ctx(), other, "Z9", []);
    await aShelfWith(ctx(), shop.facilityId, "A1", []);
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["DEFAULT"]);
    const says = async (code: string) => {
      const result = await begin(cycleCountId, code);
      return result.ok ? "begun" : `${result.refusal.code}: ${String(result.refusal.facts.detail)}`;
    };
    expect(await says("Z9")).toBe("COUNT_SHELF_NOT_IN: It is a shelf of MUM9");
    expect(await says("A1")).toMatch(/^COUNT_SHELF_NOT_IN: It is a shelf of .*, but nobody added it to this count$/);
    expect(await says(codes.pen)).toBe("COUNT_SHELF_NOT_IN: There is no shelf with this code");
  });
});
