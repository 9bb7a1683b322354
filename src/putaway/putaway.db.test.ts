import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import {
  aPutawayScene,
  aShelf,
  awaiting,
  onShelves,
  type PutawayScene,
  unitsOf,
} from "../../tests/support/putaway-builders.ts";
import { must, newId } from "../kernel/index.ts";
import { changeShelf, enableShelf } from "../warehouse/index.ts";
import {
  addToPutaway,
  completePutaway,
  createPutaway,
  type Grade,
  gradePutaway,
  onPutawayComplete,
  onPutawayGraded,
  type PutawayId,
  type PutawayItemId,
  putawayById,
  putawayOf,
  releaseFromPutaway,
  scanPutaway,
  unscanPutaway,
} from "./index.ts";

let t: TestDatabase;
let scene: PutawayScene;
/** What other modules were told, in order. */
const told: string[] = [];
beforeAll(async () => {
  t = await testDatabase();
  onPutawayGraded(async (_tx, _ctx, { putaway, items }) => {
    told.push(
      `${putaway.code} graded ${items
        .map((item) => item.grade)
        .sort()
        .join(" ")}`,
    );
  });
  onPutawayComplete(async (_tx, _ctx, { putaway, items }) => {
    told.push(`${putaway.code} complete ${items.map((item) => `${item.grade} ${item.sourceId !== null}`).sort()}`);
  });
});
afterAll(() => t.close());
beforeEach(async () => {
  scene = await aPutawayScene(t);
  told.length = 0;
});

const ctx = () => t.ctx(scene.tenantId);
const split = (percent: number) =>
  t.raw("update godown.facility set auto_putaway_split_percent = $2 where tenant_id = $1", [scene.tenantId, percent]);
const list = async (itemIds: readonly PutawayItemId[], grades?: ReadonlyMap<PutawayItemId, Grade>) =>
  must(await createPutaway(ctx(), { itemIds, grades }));
const grade = (putawayId: PutawayId, itemIds: readonly PutawayItemId[], given: { grade?: Grade; shelf?: string }) =>
  gradePutaway(ctx(), { putawayId, gradings: [{ itemIds, ...given }] });
const complete = (putawayId: PutawayId) => completePutaway(ctx(), { putawayId, confirmAll: true });

describe("a suggested shelf", () => {
  it("follows the article's example: 104 units at 25 % on shelves of 50 are 50, 50 and 4", async () => {
    await split(25);
    for (const code of ["A1", "A2", "A3"]) await aShelf(t, scene, code, { section: "A", capacity: 50 });
    await aShelf(t, scene, "A0", { section: "A", capacity: 20, holds: 10 });
    const { putawayId } = await list(await awaiting(t, scene, 104));
    expect(await unitsOf(t, scene, putawayId)).toEqual({ "PEN good A1": 50, "PEN good A2": 50, "PEN good A3": 4 });
  });

  it("is one shelf for all where the facility does not split", async () => {
    await aShelf(t, scene, "A1", { capacity: 50, holds: 1 });
    const { putawayId } = await list(await awaiting(t, scene, 104));
    expect(await unitsOf(t, scene, putawayId)).toEqual({ "PEN good DEFAULT": 104 });
  });

  it("leaves room for what other lists bring, and for nothing on a shelf that is disabled or being counted", async () => {
    await aShelf(t, scene, "A1", { capacity: 10, holds: 4 });
    const off = await aShelf(t, scene, "A2", { holds: 90 });
    must(await enableShelf(ctx(), { shelfId: off, enabled: false }));
    const counted = await aShelf(t, scene, "A3", { holds: 80 });
    await t.raw("update godown.shelf set counting = 'CC-1' where shelf_id = $1", [counted]);
    const first = await list(await awaiting(t, scene, 5));
    expect(await unitsOf(t, scene, first.putawayId)).toEqual({ "PEN good A1": 5 });
    const second = await list(await awaiting(t, scene, 2));
    expect(await unitsOf(t, scene, second.putawayId)).toEqual({ "PEN good DEFAULT": 2 });
  });

  it("follows the grade until a person chooses the shelf", async () => {
    await aShelf(t, scene, "A1", { holds: 5 });
    await aShelf(t, scene, "BROKEN", { holds: 1, skuId: scene.ink, grade: "bad" });
    const itemIds = await awaiting(t, scene, 3, { kind: "PUTAWAY_RECEIVED_RETURNS", cause: "RECEIVE_RETURN" });
    const { putawayId } = await list(itemIds);
    expect(await unitsOf(t, scene, putawayId)).toEqual({ "PEN ungraded A1": 3 });
    must(await grade(putawayId, itemIds.slice(0, 1), { shelf: "DEFAULT" }));
    must(await grade(putawayId, itemIds, { grade: "bad" }));
    expect(await unitsOf(t, scene, putawayId)).toEqual({ "PEN bad BROKEN": 2, "PEN bad DEFAULT": 1 });
  });
});

describe("room on a shelf", () => {
  it("is kept when a list is completed, in words that say how many fit", async () => {
    await aShelf(t, scene, "A1", { capacity: 10, holds: 7 });
    const itemIds = await awaiting(t, scene, 5);
    const { putawayId } = await list(itemIds);
    must(await grade(putawayId, itemIds, { shelf: "A1" }));
    expect(await complete(putawayId)).toMatchObject(
      refusedWith("PUTAWAY_SHELF_FULL", { shelves: ["A1 holds 7 of 10: 3 fit, 5 are to go there"] }),
    );
    must(await grade(putawayId, itemIds.slice(0, 2), { shelf: "DEFAULT" }));
    must(await complete(putawayId));
    expect(await onShelves(t, scene)).toEqual({ "A1 PEN good": 10, "DEFAULT PEN good": 2 });
    await expectStockTrue(t, scene.tenantId);
  });

  it("is not given twice to two lists of different products that are completed at once", async () => {
    await aShelf(t, scene, "A1", { capacity: 10 });
    const lists = [
      await list(await awaiting(t, scene, 6)),
      await list(await awaiting(t, scene, 6, { skuId: scene.ink })),
    ];
    for (const { putawayId } of lists)
      must(
        await gradePutaway(ctx(), {
          putawayId,
          gradings: must0(await groupsOf(putawayId)).map((group) => ({ group, shelf: "A1" })),
        }),
      );
    const done = await Promise.all(lists.map(({ putawayId }) => complete(putawayId)));
    expect(done.map((r) => (r.ok ? "ok" : r.refusal.code)).sort()).toEqual(["PUTAWAY_SHELF_FULL", "ok"]);
    expect(Object.values(await onShelves(t, scene))).toEqual([6]);
  });

  it("is not given while the shelf is counted", async () => {
    const shelfId = await aShelf(t, scene, "A1", { holds: 1 });
    const { putawayId } = await list(await awaiting(t, scene, 1));
    await t.raw("update godown.shelf set counting = 'CC-1' where shelf_id = $1", [shelfId]);
    expect(await complete(putawayId)).toMatchObject(refusedWith("SHELF_BEING_COUNTED", { shelf: "A1", count: "CC-1" }));
    await t.raw("update godown.shelf set counting = null where shelf_id = $1", [shelfId]);
    must(await complete(putawayId));
  });

  it("is lost where a shelf is disabled before the list is complete", async () => {
    const shelfId = await aShelf(t, scene, "A1", { holds: 1 });
    const { putawayId } = await list(await awaiting(t, scene, 1));
    must(await changeShelf(ctx(), { shelfId, enabled: false }));
    expect(await complete(putawayId)).toMatchObject(refusedWith("PUTAWAY_SHELF_UNKNOWN", { shelves: ["A1"] }));
  });
});

const groupsOf = (putawayId: PutawayId) =>
  t.db.read(scene.tenantId, async (tx) => (await putawayById(ctx(), tx, putawayId))?.groups);
const must0 = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error("it is there");
  return value;
};

describe("grades", () => {
  it("must be given to what came back from outside, and begin as good or as proposed for the rest", async () => {
    const returned = await awaiting(t, scene, 1, { kind: "PUTAWAY_COURIER_RETURNED_ITEMS", cause: "RECEIVE_RETURN" });
    const { putawayId } = await list(returned);
    expect(await complete(putawayId)).toMatchObject(refusedWith("PUTAWAY_NOT_GRADED", { count: 1 }));
    const rejects = await awaiting(t, scene, 2, { grade: "qc_rejected" });
    const receipt = await list([...(await awaiting(t, scene, 3)), ...rejects]);
    expect(await unitsOf(t, scene, receipt.putawayId)).toEqual({
      "PEN good DEFAULT": 3,
      "PEN qc_rejected DEFAULT": 2,
    });
  });

  it("that were proposed are kept when a unit leaves its list, and others are forgotten", async () => {
    const rejects = await awaiting(t, scene, 2, { grade: "qc_rejected" });
    const { putawayId } = await list(rejects);
    must(await grade(putawayId, rejects.slice(0, 1), { grade: "good", shelf: "DEFAULT" }));
    must(await releaseFromPutaway(ctx(), { putawayId, itemIds: rejects }));
    expect(await unitsOf(t, scene)).toEqual({ "PEN qc_rejected no shelf": 2 });
  });

  it("are told once each time they change, also when the unit leaves its list and comes back", async () => {
    const kind = "PUTAWAY_REVERSE_PICKUP_ITEM";
    const itemIds = await awaiting(t, scene, 2, { kind, cause: "RECEIVE_RETURN" });
    const [one = newId<"PutawayItem">(), two = newId<"PutawayItem">()] = itemIds;
    const { putawayId, code } = await list(itemIds, new Map([[one, "good"]]));
    expect(told).toEqual([`${code} graded good`]);
    must(await grade(putawayId, itemIds, { grade: "bad" }));
    must(await grade(putawayId, itemIds, { grade: "bad" }));
    must(await grade(putawayId, itemIds, { shelf: "DEFAULT" }));
    expect(told).toEqual([`${code} graded good`, `${code} graded bad bad`]);
    must(await releaseFromPutaway(ctx(), { putawayId, itemIds: [two] }));
    must(await addToPutaway(ctx(), { putawayId, itemIds: [two], grades: new Map([[two, "bad"]]) }));
    expect(told.length).toBe(2);
    must(await scanPutaway(ctx(), { putawayId, code: "pen", grade: "qc_rejected" }));
    must(await complete(putawayId));
    expect(told.slice(2)).toEqual([`${code} graded qc_rejected`, `${code} complete bad true,qc_rejected true`]);
    expect(await complete(putawayId)).toMatchObject(refusedWith("PUTAWAY_COMPLETE"));
    expect(told.length).toBe(4);
    await expectStockTrue(t, scene.tenantId);
  });
});

describe("more units for a list", () => {
  it("are taken while it is open and they are of its kind and facility", async () => {
    const { putawayId, code } = await list(await awaiting(t, scene, 1));
    expect(must(await addToPutaway(ctx(), { putawayId, itemIds: await awaiting(t, scene, 2) }))).toMatchObject({
      code,
      added: 2,
    });
    const other = await awaiting(t, scene, 1, { kind: "PUTAWAY_GATEPASS_ITEM", cause: "GATEPASS_BACK" });
    expect(await addToPutaway(ctx(), { putawayId, itemIds: other })).toMatchObject(
      refusedWith("PUTAWAY_OTHER_LIST", { kind: "GRN Item", given: "Gatepass Item" }),
    );
    const facilityId = await aFacility(t.db, scene.tenantId, { code: "DEL" });
    const elsewhere = await awaiting(t, scene, 1, { facilityId });
    expect(await addToPutaway(ctx(), { putawayId, itemIds: elsewhere })).toMatchObject(
      refusedWith("PUTAWAY_OTHER_LIST", { facility: "BLR", there: "DEL" }),
    );
    must(await complete(putawayId));
    expect(await addToPutaway(ctx(), { putawayId, itemIds: other })).toMatchObject(refusedWith("PUTAWAY_COMPLETE"));
    expect(await onShelves(t, scene)).toEqual({ "DEFAULT PEN good": 3 });
  });

  it("are refused by the database too where they are of another kind", async () => {
    const { putawayId } = await list(await awaiting(t, scene, 1));
    const [other] = await awaiting(t, scene, 1, { kind: "PUTAWAY_GATEPASS_ITEM", cause: "GATEPASS_BACK" });
    await expect(
      t.raw("update godown.putaway_item set putaway_id = $1 where putaway_item_id = $2", [putawayId, other]),
    ).rejects.toThrow(/foreign key/);
  });

  it("are known to who brought them", async () => {
    const sourceId = newId();
    const itemIds = await awaiting(t, scene, 2, { sourceId });
    const { putawayId, code } = await list(itemIds.slice(0, 1));
    const read = () => t.db.read(scene.tenantId, (tx) => putawayOf(tx, { sourceIds: [sourceId] }));
    expect((await read()).map((r) => [r.itemId, r.putaway, r.state])).toEqual([
      [itemIds[0], code, "CREATED"],
      [itemIds[1], null, null],
    ]);
    must(await complete(putawayId));
    expect((await read()).map((r) => [r.grade, r.shelf, r.completedAt !== null])).toEqual([
      ["good", "DEFAULT", true],
      [null, null, false],
    ]);
  });
});

describe("a group of like units", () => {
  it("is changed whole or in part, those not scanned first, and never by more than it has", async () => {
    await aShelf(t, scene, "A1", { holds: 1 });
    const { putawayId } = await list(await awaiting(t, scene, 6));
    must(await scanPutaway(ctx(), { putawayId, code: "PEN" }));
    const [group] = must0(await groupsOf(putawayId));
    expect(group).toMatchObject({ sku: "PEN", grade: "good", shelf: "A1", units: 6, confirmed: 1 });
    const of = { skuId: scene.pen, grade: "good" as const, shelfId: group?.shelfId ?? null };
    const change = (quantity: number) =>
      gradePutaway(ctx(), { putawayId, gradings: [{ group: of, quantity, grade: "bad", shelf: "DEFAULT" }] });
    expect(await change(7)).toMatchObject(refusedWith("PUTAWAY_NOT_ON_LIST", { count: 1 }));
    expect(must(await change(5))).toEqual({ units: 5 });
    expect((await groupsOf(putawayId))?.map((g) => [g.grade, g.shelf, g.units, g.confirmed])).toEqual([
      ["good", "A1", 1, 1],
      ["bad", "DEFAULT", 5, 0],
    ]);
    expect(must(await releaseFromPutaway(ctx(), { putawayId, group: of }))).toEqual({ left: 5 });
    expect(await releaseFromPutaway(ctx(), { putawayId, group: of })).toMatchObject(refusedWith("PUTAWAY_NOT_ON_LIST"));
  });
});

describe("scanning at a shelf", () => {
  it("tells a shelf back, and puts what is scanned there, unless it was meant for it already", async () => {
    await aShelf(t, scene, "A1", { holds: 9 });
    await aShelf(t, scene, "B1");
    const { putawayId } = await list(await awaiting(t, scene, 2));
    expect(must(await scanPutaway(ctx(), { putawayId, code: "B1" }))).toMatchObject({
      what: "SHELF",
      shelves: ["B1"],
      confirmedNow: 0,
    });
    expect(must(await scanPutaway(ctx(), { putawayId, code: "PEN", shelf: "B1" }))).toMatchObject({
      ...{ what: "UNITS", sku: "PEN", shelves: ["B1"], grade: "good", confirmed: 1, units: 2 },
    });
    expect(await scanPutaway(ctx(), { putawayId, code: "PEN", shelf: "NOWHERE" })).toMatchObject(
      refusedWith("PUTAWAY_SHELF_UNKNOWN"),
    );
    const last = must(await scanPutaway(ctx(), { putawayId, code: "PEN", shelf: "A1", grade: "bad" }));
    expect(await unitsOf(t, scene, putawayId)).toEqual({ "PEN good B1": 1, "PEN bad A1": 1 });
    expect(must(await unscanPutaway(ctx(), { putawayId, itemIds: last.itemIds }))).toEqual({ confirmed: 1, units: 2 });
    expect(await completePutaway(ctx(), { putawayId, confirmAll: false })).toMatchObject(
      refusedWith("PUTAWAY_NOT_CONFIRMED", { count: 1 }),
    );
  });
});

describe("a list of 5,000 units", () => {
  it("is made, graded and completed in few statements, with two ledger rows for what looks alike", async () => {
    await split(1);
    for (const n of Array.from({ length: 20 }, (_, i) => i))
      await aShelf(t, scene, `S${n}`, { section: "S", capacity: 200, ...(n === 0 ? { holds: 1 } : {}) });
    await aShelf(t, scene, "T0", { section: "S", capacity: 1, holds: 1, skuId: scene.ink });
    const itemIds = [...(await awaiting(t, scene, 2_500)), ...(await awaiting(t, scene, 2_500, { skuId: scene.ink }))];
    const { putawayId } = await list(itemIds);
    must(await grade(putawayId, itemIds.slice(0, 100), { grade: "bad" }));
    expect(must(await complete(putawayId))).toEqual({ units: 5_000 });
    const held = await onShelves(t, scene);
    expect(Object.values(held).reduce((a, b) => a + b, 0)).toBe(5_002);
    const perShelf = await t.raw<{ code: string; quantity: number }>(
      `select h.code, sum(s.quantity)::integer as quantity from godown.shelf_stock s join godown.shelf h using (tenant_id, shelf_id)
       where s.tenant_id = $1 and h.code like 'S%' group by 1`,
      [scene.tenantId],
    );
    expect(Math.max(...perShelf.map((row) => row.quantity))).toBe(200);
    // The bad ones gave up the room that was meant for them as good ones.
    expect(perShelf.reduce((sum, row) => sum + row.quantity, 0)).toBe(20 * 200 - 100);
    const [ledger] = await t.raw<{ rows: number }>(
      "select count(*)::integer as rows from godown.stock_ledger where tenant_id = $1 and cause = 'PUTAWAY'",
      [scene.tenantId],
    );
    // T0 was full before: its row of stock is not of this list.
    expect(ledger?.rows).toBe(2 * (Object.keys(held).length - 1));
    await expectStockTrue(t, scene.tenantId);
  });
});
