import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { anEntry } from "../../tests/support/inventory-builders.ts";
import {
  aPutawayScene,
  aShelf,
  awaiting,
  onShelves,
  type PutawayScene,
  unitsOf,
} from "../../tests/support/putaway-builders.ts";
import { post } from "../inventory/index.ts";
import { assert, type Id, must, newId } from "../kernel/index.ts";
import { createShelf, enableShelf } from "../warehouse/index.ts";
import {
  completePutaway,
  createPutaway,
  giveBackTransfer,
  gradePutaway,
  type TransferLine,
  transferShelf,
} from "./index.ts";

let t: TestDatabase;
let scene: PutawayScene;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  scene = await aPutawayScene(t);
});

const ctx = () => t.ctx(scene.tenantId);
const line = (over: Partial<TransferLine> = {}): TransferLine => ({
  ...{ sku: "PEN", grade: "good", quantity: 3, fromShelf: "A1", toShelf: "B1", ...over },
});
const transfer = (
  lines: readonly TransferLine[],
  over: { makeList?: boolean; transferId?: Id<"ShelfTransfer"> } = {},
) => {
  const { makeList = true, transferId = newId<"ShelfTransfer">() } = over;
  return transferShelf(ctx(), { transferId, facilityId: scene.facilityId, lines, note: null, makeList });
};
const done = async (lines: readonly TransferLine[]) => {
  const made = must(await transfer(lines));
  assert(made.list !== null, "a list was asked for");
  return { ...made, putawayId: made.list.putawayId };
};
const level = async () => {
  const [row] = await t.raw<{ good: number; bad: number; pending: number }>(
    "select good, bad, putaway_pending as pending from godown.stock_level where tenant_id = $1 and sku_id = $2",
    [scene.tenantId, scene.pen],
  );
  return row;
};
/** Promises good units of the pen to somebody. */
const promise = async (quantity: number) => {
  const of = { facilityId: scene.facilityId, skuId: scene.pen, shelfId: null, quantity };
  must(
    await t.db.transaction(scene.tenantId, (tx) =>
      post(tx, ctx(), [anEntry({ ...of, bucket: "blocked", cause: "ALLOCATE" })]),
    ),
  );
};

describe("a shelf transfer", () => {
  it("takes goods off a shelf, nobody can sell them meanwhile, and puts them on another", async () => {
    await aShelf(t, scene, "A1", { holds: 10 });
    await aShelf(t, scene, "B1");
    const { putawayId, itemIds } = await done([line()]);
    expect(itemIds.length).toBe(3);
    expect(await level()).toEqual({ good: 7, bad: 0, pending: 3 });
    expect(await unitsOf(t, scene, putawayId)).toEqual({ "PEN good B1": 3 });
    await expectStockTrue(t, scene.tenantId);
    must(await completePutaway(ctx(), { putawayId, confirmAll: true }));
    expect(await onShelves(t, scene)).toEqual({ "A1 PEN good": 7, "B1 PEN good": 3 });
    const causes = await t.raw<{ cause: string; bucket: string; quantity: number }>(
      `select cause, bucket, quantity from godown.stock_ledger where tenant_id = $1 and cause in ('SHELF_TRANSFER', 'PUTAWAY')
       order by stock_ledger_id`,
      [scene.tenantId],
    );
    expect(causes.map((c) => `${c.cause} ${c.bucket} ${c.quantity}`)).toEqual([
      "SHELF_TRANSFER good -3",
      "SHELF_TRANSFER putaway_pending 3",
      "PUTAWAY putaway_pending -3",
      "PUTAWAY good 3",
    ]);
    await expectStockTrue(t, scene.tenantId);
  });

  it("asked for twice under one id takes the goods once, also at the same moment", async () => {
    await aShelf(t, scene, "A1", { holds: 10 });
    await aShelf(t, scene, "B1");
    const transferId = newId<"ShelfTransfer">();
    const made = (await Promise.all([1, 2, 3].map(() => transfer([line()], { transferId })))).map((each) => must(each));
    expect(new Set(made.map((each) => each.list?.code)).size).toBe(1);
    expect(await level()).toEqual({ good: 7, bad: 0, pending: 3 });
    expect(await transfer([line({ quantity: 4 })], { transferId })).toMatchObject(refusedWith("SHELF_TRANSFER_TAKEN"));
    const putawayId = made[0]?.list?.putawayId;
    assert(putawayId !== undefined, "a list was asked for");
    must(await completePutaway(ctx(), { putawayId, confirmAll: true }));
    expect(must(await transfer([line()], { transferId })).itemIds).toHaveLength(3);
    expect(await onShelves(t, scene)).toEqual({ "A1 PEN good": 7, "B1 PEN good": 3 });
    await expectStockTrue(t, scene.tenantId);
  });

  it("keeps the bucket that the goods lie in, and suggests another shelf than theirs", async () => {
    await aShelf(t, scene, "A1", { holds: 10, grade: "bad" });
    await aShelf(t, scene, "BROKEN", { holds: 1, grade: "bad", skuId: scene.ink });
    const { putawayId } = await done([line({ grade: "bad", toShelf: null })]);
    expect(await unitsOf(t, scene, putawayId)).toEqual({ "PEN bad BROKEN": 3 });
    must(await completePutaway(ctx(), { putawayId, confirmAll: true }));
    expect(await level()).toEqual({ good: 0, bad: 10, pending: 0 });
  });

  it("cannot take what is promised to orders, nor more than lies there", async () => {
    await aShelf(t, scene, "A1", { holds: 10 });
    await aShelf(t, scene, "B1");
    await promise(8);
    expect(await transfer([line()])).toMatchObject(
      refusedWith("NOT_ENOUGH_STOCK", { shortages: ["PEN at BLR: 2 free, 3 wanted"] }),
    );
    expect(await transfer([line({ quantity: 11 })])).toMatchObject(refusedWith("NOT_ENOUGH_STOCK"));
    must(await transfer([line({ quantity: 2 })]));
    expect(await level()).toEqual({ good: 8, bad: 0, pending: 2 });
  });

  it("names all that is unknown, and refuses what makes no sense", async () => {
    await aShelf(t, scene, "A1", { holds: 10 });
    const off = must(await createShelf(ctx(), { facilityId: scene.facilityId, code: "OFF" }));
    must(await enableShelf(ctx(), { shelfId: off.shelfId, enabled: false }));
    expect(await transfer([line({ sku: "CUP" }), line({ sku: "MUG" })])).toMatchObject(
      refusedWith("SHELF_TRANSFER_SKU_UNKNOWN", { skus: ["CUP", "MUG"] }),
    );
    expect(await transfer([line({ fromShelf: "X1", toShelf: "OFF" })])).toMatchObject(
      refusedWith("PUTAWAY_SHELF_UNKNOWN", { shelves: ["X1", "OFF"] }),
    );
    expect(await transfer([line({ toShelf: "A1" })])).toMatchObject(refusedWith("SHELF_TRANSFER_SAME_SHELF"));
    expect(await transfer([line({ quantity: 5_001 })])).toMatchObject(refusedWith("SHELF_TRANSFER_TOO_LARGE"));
    const elsewhere = t.ctx(scene.tenantId, { facilities: [await aFacility(t.db, scene.tenantId)] });
    const transferId = newId<"ShelfTransfer">();
    const asked = { transferId, facilityId: scene.facilityId, lines: [line()], note: null, makeList: true };
    expect(await transferShelf(elsewhere, asked)).toMatchObject(refusedWith("NOT_FOUND"));
  });

  it("may empty a disabled shelf, and stays off a shelf that is being counted", async () => {
    const old = await aShelf(t, scene, "A1", { holds: 3 });
    const counted = await aShelf(t, scene, "A2", { holds: 3 });
    await aShelf(t, scene, "B1");
    must(await enableShelf(ctx(), { shelfId: old, enabled: false }));
    await t.raw("update godown.shelf set counting = 'CC-1' where shelf_id = $1", [counted]);
    must(await transfer([line()]));
    expect(await transfer([line({ fromShelf: "A2" })])).toMatchObject(refusedWith("SHELF_BEING_COUNTED"));
  });
});

describe("a shelf transfer that is given up", () => {
  it("goes back where it was while it waits, with the bucket it had", async () => {
    await aShelf(t, scene, "A1", { holds: 10 });
    await aShelf(t, scene, "B1");
    const { itemIds } = must(await transfer([line()], { makeList: false }));
    expect(await unitsOf(t, scene)).toEqual({ "PEN good B1": 3 });
    expect(must(await giveBackTransfer(ctx(), { itemIds: itemIds.slice(0, 2) }))).toEqual({ units: 2 });
    expect(await onShelves(t, scene)).toEqual({ "A1 PEN good": 9 });
    expect(await giveBackTransfer(ctx(), { itemIds })).toMatchObject(refusedWith("PUTAWAY_ITEMS_GONE", { count: 2 }));
    await expectStockTrue(t, scene.tenantId);
  });

  it("leaves its list, whatever it was graded there, and an emptied list is gone", async () => {
    await aShelf(t, scene, "A1", { holds: 10 });
    await aShelf(t, scene, "B1");
    const { putawayId, itemIds } = await done([line()]);
    must(await gradePutaway(ctx(), { putawayId, gradings: [{ itemIds, grade: "bad" }] }));
    expect(await giveBackTransfer(ctx(), { itemIds })).toMatchObject(refusedWith("PUTAWAY_ITEMS_TAKEN"));
    must(await giveBackTransfer(ctx(), { putawayId, units: { itemIds } }));
    expect(await onShelves(t, scene)).toEqual({ "A1 PEN good": 10 });
    expect(await completePutaway(ctx(), { putawayId, confirmAll: true })).toMatchObject(refusedWith("NOT_FOUND"));
    await expectStockTrue(t, scene.tenantId);
  });

  it("goes back to a shelf that was disabled meanwhile, but not to one that was filled, and only what was a transfer", async () => {
    const shelfId = await aShelf(t, scene, "A1", { holds: 10, capacity: 10 });
    await aShelf(t, scene, "B1");
    const { itemIds } = must(await transfer([line()], { makeList: false }));
    must(await enableShelf(ctx(), { shelfId, enabled: false }));
    must(await giveBackTransfer(ctx(), { itemIds: itemIds.slice(0, 1) }));
    must(await enableShelf(ctx(), { shelfId, enabled: true }));
    const more = anEntry({ facilityId: scene.facilityId, skuId: scene.ink, shelfId, quantity: 1 });
    must(await t.db.transaction(scene.tenantId, (tx) => post(tx, ctx(), [more])));
    expect(await giveBackTransfer(ctx(), { itemIds: itemIds.slice(1) })).toMatchObject(
      refusedWith("PUTAWAY_SHELF_FULL", { shelves: ["A1 holds 9 of 10: 1 fit, 2 are to go there"] }),
    );
    const received = await awaiting(t, scene, 1);
    expect(await giveBackTransfer(ctx(), { itemIds: received })).toMatchObject(
      refusedWith("SHELF_TRANSFER_NOT_ONE", { kind: "GRN Item" }),
    );
    must(await createPutaway(ctx(), { itemIds: itemIds.slice(1) }));
  });
});
