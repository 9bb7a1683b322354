import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { aPutawayScene, aShelf, awaiting, onShelves, type PutawayScene } from "../../tests/support/putaway-builders.ts";
import { newId } from "../kernel/index.ts";
import {
  completePutaway,
  createPutaway,
  GRADES,
  giveBackTransfer,
  gradePutaway,
  listPutaways,
  listWaiting,
  type PutawayId,
  type PutawayItemId,
  putawayById,
  releaseFromPutaway,
  scanPutaway,
  transferShelf,
} from "./index.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());

const SHELVES = ["DEFAULT", "A1", "A2", "B1"];
const CAPACITY = 12;
const pick = fc.nat(1_000);
const grade = fc.constantFrom(...GRADES);
const step = fc.oneof(
  fc.record({
    do: fc.constant("arrive" as const),
    ink: fc.boolean(),
    kind: fc.constantFrom("PUTAWAY_GRN_ITEM" as const, "PUTAWAY_RECEIVED_RETURNS" as const),
    units: fc.integer({ min: 1, max: 9 }),
    grade: fc.option(grade),
  }),
  fc.record({ do: fc.constant("list" as const), pick, units: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ do: fc.constant("grade" as const), pick, grade, shelf: fc.option(fc.constantFrom(...SHELVES)) }),
  fc.record({ do: fc.constant("scan" as const), pick, ink: fc.boolean(), grade: fc.option(grade) }),
  fc.record({ do: fc.constant("release" as const), pick }),
  fc.record({ do: fc.constant("complete" as const), pick }),
  fc.record({
    do: fc.constant("transfer" as const),
    ink: fc.boolean(),
    from: fc.constantFrom(...SHELVES),
    to: fc.option(fc.constantFrom(...SHELVES)),
    grade,
    units: fc.integer({ min: 1, max: 6 }),
    makeList: fc.boolean(),
  }),
  fc.record({ do: fc.constant("give back" as const), pick }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const page = { limit: 10_000, offset: 0, sort: "createdAt", descending: false };
const one = <T>(all: readonly T[], n: number): T | undefined => all[n % Math.max(1, all.length)];

/** People at work in one facility. What is refused is refused whole: the sums are looked at after every step. */
async function take(scene: PutawayScene, doing: Step): Promise<number> {
  const ctx = t.ctx(scene.tenantId);
  const waiting = async (onList: boolean) =>
    (await t.db.read(scene.tenantId, (tx) => listWaiting(ctx, tx, { onList }, page))).rows;
  const openList = async (n: number): Promise<PutawayId | undefined> => {
    const { rows } = await t.db.read(scene.tenantId, (tx) => listPutaways(ctx, tx, {}, page));
    return one(
      rows.filter((row) => row.state !== "COMPLETE"),
      n,
    )?.putawayId;
  };
  if (doing.do === "arrive") {
    const over = { skuId: doing.ink ? scene.ink : scene.pen, kind: doing.kind, grade: doing.grade };
    return (await awaiting(t, scene, doing.units, over)).length;
  }
  if (doing.do === "transfer") {
    const line = { sku: doing.ink ? "INK" : "PEN", grade: doing.grade, quantity: doing.units };
    const lines = [{ ...line, fromShelf: doing.from, toShelf: doing.to }];
    await transferShelf(ctx, {
      transferId: newId<"ShelfTransfer">(),
      facilityId: scene.facilityId,
      lines,
      note: null,
      makeList: doing.makeList,
    });
    return 0;
  }
  if (doing.do === "list" || doing.do === "give back") {
    const rows = await waiting(false);
    const kind = one(rows, doing.pick)?.kind;
    const itemIds: PutawayItemId[] = rows.filter((row) => row.kind === kind).map((row) => row.itemId);
    if (doing.do === "give back") await giveBackTransfer(ctx, { itemIds: itemIds.slice(0, 3) });
    else await createPutaway(ctx, { itemIds: itemIds.slice(0, doing.units) });
    return 0;
  }
  const putawayId = await openList(doing.pick);
  if (putawayId === undefined) return 0;
  if (doing.do === "complete") await completePutaway(ctx, { putawayId, confirmAll: true });
  else if (doing.do === "scan")
    await scanPutaway(ctx, {
      putawayId,
      code: doing.ink ? "INK" : "PEN",
      ...(doing.grade === null ? {} : { grade: doing.grade }),
    });
  else {
    const list = await t.db.read(scene.tenantId, (tx) => putawayById(ctx, tx, putawayId));
    const group = one(list?.groups ?? [], doing.pick);
    if (group === undefined) return 0;
    if (doing.do === "release") await releaseFromPutaway(ctx, { putawayId, group, quantity: 1 });
    else
      await gradePutaway(ctx, {
        putawayId,
        gradings: [{ group, grade: doing.grade, ...(doing.shelf === null ? {} : { shelf: doing.shelf }) }],
      });
  }
  return 0;
}

describe("whatever people do with goods on their way to a shelf", () => {
  it("ledger, levels and shelves agree, no unit is lost or made, and no shelf holds more than it takes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 25 }),
        fc.option(fc.integer({ min: 1, max: 100 })),
        async (steps, percent) => {
          const scene = await aPutawayScene(t);
          await t.raw("update godown.facility set auto_putaway_split_percent = $2 where tenant_id = $1", [
            scene.tenantId,
            percent,
          ]);
          await aShelf(t, scene, "A1", { section: "A", capacity: CAPACITY, holds: 8 });
          await aShelf(t, scene, "A2", { section: "A", capacity: CAPACITY, holds: 2, grade: "bad", skuId: scene.ink });
          await aShelf(t, scene, "B1", { section: "B" });
          let units = 10;
          for (const doing of steps) {
            units += await take(scene, doing);
            await expectStockTrue(t, scene.tenantId);
          }
          const held = await onShelves(t, scene);
          const { total } = await t.db.read(scene.tenantId, (tx) =>
            listWaiting(t.ctx(scene.tenantId), tx, {}, { ...page, limit: 1 }),
          );
          const lying = Object.values(held).reduce((sum, n) => sum + n, 0);
          expect(lying + total).toBe(units);
          for (const code of ["A1", "A2"]) {
            const there = Object.entries(held).filter(([place]) => place.startsWith(`${code} `));
            expect(there.reduce((sum, [, n]) => sum + n, 0)).toBeLessThanOrEqual(CAPACITY);
          }
        },
      ),
      { numRuns: 12, seed: 20_261_122 },
    );
  });
});
