import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ShelfId } from "../inventory/index.ts";
import { newId, type SkuId } from "../kernel/index.ts";
import { type HeldThere, leastPart, placeUnits, type ShelfSpace, type UnitToPlace } from "./place.ts";
import { GRADES, type Grade } from "./putaway.ts";

const pen = newId<"Sku">();
const ink = newId<"Sku">();

function aShelf(code: string, over: Partial<ShelfSpace> = {}): ShelfSpace {
  return {
    shelfId: newId<"Shelf">(),
    code,
    section: null,
    capacity: null,
    held: 0,
    ofGrade: { good: 0, bad: 0, qc_rejected: 0 },
    isDefault: code === "DEFAULT",
    ...over,
  };
}

const someUnits = (count: number, skuId: SkuId = pen, grade: Grade = "good"): UnitToPlace[] =>
  Array.from({ length: count }, () => ({ itemId: newId<"PutawayItem">(), skuId, grade }));

/** What lies on a shelf, in its own figures too. */
function holding(shelf: ShelfSpace, quantity: number, skuId: SkuId = pen, grade: Grade = "good") {
  return {
    shelf: {
      ...shelf,
      held: shelf.held + quantity,
      ofGrade: { ...shelf.ofGrade, [grade]: shelf.ofGrade[grade] + quantity },
    },
    held: { shelfId: shelf.shelfId, skuId, grade, quantity },
  };
}

/** How many units went to each shelf, by its code; "–" for none. */
function placed(
  units: readonly UnitToPlace[],
  shelves: readonly ShelfSpace[],
  held: readonly HeldThere[] = [],
  percent: number | null = null,
): Record<string, number> {
  const chosen = placeUnits(units, shelves, held, percent);
  const codes = new Map<ShelfId | undefined, string>(shelves.map((shelf) => [shelf.shelfId, shelf.code]));
  const counts: Record<string, number> = {};
  for (const { itemId } of units) {
    const code = codes.get(chosen.get(itemId)) ?? "–";
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

describe("the article's example", () => {
  const shelves = ["A1", "A2", "A3", "A4"].map((code) => aShelf(code, { section: "A", capacity: 50 }));

  it("splits 104 units at 25 % over shelves of 50 into 50, 50 and 4", () => {
    expect(leastPart(104, 25)).toBe(26);
    expect(placed(someUnits(104), shelves, [], 25)).toEqual({ A1: 50, A2: 50, A3: 4 });
  });

  it("passes over a shelf that would take less than the split, but not for what is left in the end", () => {
    const tight = [aShelf("A0", { section: "A", capacity: 50, held: 25 }), ...shelves];
    expect(placed(someUnits(104), tight, [], 25)).toEqual({ A1: 50, A2: 50, A3: 4 });
    const roomy = [aShelf("A0", { section: "A", capacity: 50, held: 24 }), ...shelves];
    expect(placed(someUnits(104), roomy, [], 25)).toEqual({ A1: 50, A2: 50, A3: 4 });
    const first = [holding(aShelf("A0", { section: "A", capacity: 50 }), 24)];
    expect(
      placed(
        someUnits(104),
        [...first.map((f) => f.shelf), ...shelves],
        first.map((f) => f.held),
        25,
      ),
    ).toEqual({
      A0: 26,
      A1: 50,
      A2: 28,
    });
  });

  it("does not split where nothing is set: one shelf takes all, or a person chooses", () => {
    expect(placed(someUnits(104), shelves)).toEqual({ "–": 104 });
    expect(placed(someUnits(104), [...shelves, aShelf("DEFAULT")])).toEqual({ DEFAULT: 104 });
    expect(placed(someUnits(50), shelves)).toEqual({ A1: 50 });
  });

  it("rounds the least part up, and never to none", () => {
    expect([leastPart(10, 25), leastPart(1, 1), leastPart(3, 100), leastPart(200, 1)]).toEqual([3, 1, 3, 2]);
  });
});

describe("which shelf comes first", () => {
  it("is the one that holds most of the SKU, then the next of its section, then other sections by the same measure", () => {
    const most = holding(aShelf("A1", { section: "A", capacity: 60 }), 40);
    const near = holding(aShelf("A2", { section: "A", capacity: 15 }), 5);
    const empty = aShelf("A3", { section: "A", capacity: 10 });
    const far = holding(aShelf("B1", { section: "B", capacity: 40 }), 30);
    const shelves = [far.shelf, empty, near.shelf, most.shelf];
    const held = [far.held, near.held, most.held];
    expect(placed(someUnits(20), shelves, held)).toEqual({ A1: 20 });
    expect(placed(someUnits(48), shelves, held, 1)).toEqual({ A1: 20, A2: 10, A3: 10, B1: 8 });
  });

  it("is DEFAULT for a SKU that lies nowhere, and a shelf without a type takes any number", () => {
    const other = holding(aShelf("A1"), 9, ink);
    expect(placed(someUnits(7), [other.shelf, aShelf("B1"), aShelf("DEFAULT")], [other.held])).toEqual({ DEFAULT: 7 });
  });

  it("is one that holds such goods for what is bad or rejected, and never one of rejects for good goods while others have room", () => {
    const rejects = holding(aShelf("QUARANTINE"), 12, ink, "qc_rejected");
    const broken = holding(aShelf("BROKEN"), 3, ink, "bad");
    const good = holding(aShelf("A1"), 30);
    const shelves = [good.shelf, aShelf("DEFAULT"), rejects.shelf, broken.shelf];
    const held = [good.held, rejects.held, broken.held];
    expect(placed(someUnits(2, pen, "qc_rejected"), shelves, held)).toEqual({ QUARANTINE: 2 });
    expect(placed(someUnits(2, pen, "bad"), shelves, held)).toEqual({ BROKEN: 2 });
    expect(placed(someUnits(2, ink), [rejects.shelf, broken.shelf, good.shelf], held)).toEqual({ A1: 2 });
  });

  it("is another one than that which the units were taken off", () => {
    const home = holding(aShelf("A1"), 30);
    const units = someUnits(2).map((unit) => ({ ...unit, notOn: home.shelf.shelfId }));
    expect(placed(units, [home.shelf, aShelf("DEFAULT")], [home.held])).toEqual({ DEFAULT: 2 });
  });

  it("counts what was placed for another SKU before", () => {
    const shelves = [aShelf("A1", { capacity: 10 }), aShelf("A2", { capacity: 10 })];
    expect(placed([...someUnits(7, ink), ...someUnits(7)], shelves)).toEqual({ A1: 7, A2: 7 });
  });
});

describe("for any units, shelves and split", () => {
  const skus = [pen, ink, newId<"Sku">()];
  const sku = fc.constantFrom(...skus);
  const grade = fc.constantFrom(...GRADES);
  const world = fc.record({
    units: fc.array(fc.record({ sku, grade }), { maxLength: 120 }),
    shelves: fc.array(
      fc.record({
        section: fc.constantFrom("A", "B", null),
        room: fc.option(fc.nat(60)),
        holds: fc.array(fc.record({ sku, grade, quantity: fc.integer({ min: 1, max: 40 }) }), { maxLength: 3 }),
      }),
      { maxLength: 8 },
    ),
    percent: fc.option(fc.integer({ min: 1, max: 100 })),
    unlimited: fc.boolean(),
  });

  it("no shelf gets more than it takes, no part but the last is below the split, and all are placed where there is room", () => {
    fc.assert(
      fc.property(world, ({ units, shelves, percent, unlimited }) => {
        const held: HeldThere[] = [];
        const spaces = shelves.map(({ section, room, holds }, i) => {
          let shelf = aShelf(`S${i}`, { section });
          const seen = new Set<string>();
          for (const each of holds) {
            if (seen.has(`${each.sku} ${each.grade}`)) continue;
            seen.add(`${each.sku} ${each.grade}`);
            const next = holding(shelf, each.quantity, each.sku, each.grade);
            shelf = next.shelf;
            held.push(next.held);
          }
          return { ...shelf, capacity: room === null ? null : shelf.held + room };
        });
        const all = unlimited ? [...spaces, aShelf("DEFAULT")] : spaces;
        const given = units.map((u) => ({ itemId: newId<"PutawayItem">(), skuId: u.sku, grade: u.grade }));
        const chosen = placeUnits(given, all, held, percent);

        for (const shelf of all) {
          const here = [...chosen.values()].filter((id) => id === shelf.shelfId).length;
          if (shelf.capacity !== null) expect(shelf.held + here).toBeLessThanOrEqual(shelf.capacity);
        }
        if (unlimited) expect(chosen.size).toBe(given.length);
        for (const group of Map.groupBy(given, (u) => `${u.skuId} ${u.grade}`).values()) {
          const parts = [...Map.groupBy(group, (u) => chosen.get(u.itemId)).entries()];
          const onShelves = parts.filter(([id]) => id !== undefined).map(([, part]) => part.length);
          const least = percent === null ? group.length : leastPart(group.length, percent);
          expect(onShelves.filter((part) => part < least).length).toBeLessThanOrEqual(1);
          if (percent === null) expect(onShelves.length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 300, seed: 20_261_122 },
    );
  });
});
