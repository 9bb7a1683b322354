import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newId } from "../kernel/index.ts";
import { accuracyBps, type CountLine, entriesOf, movedLines, shortOf } from "./variance.ts";

const count = { cycleCountId: newId<"CycleCount">(), code: "CC-1", facilityId: newId<"Facility">() };
const [a, b] = [newId<"Shelf">(), newId<"Shelf">()];
const [pen, ink] = [newId<"Sku">(), newId<"Sku">()];
const line = (over: Partial<CountLine> = {}) => ({
  ...{ shelfId: a, skuId: pen, bucket: "good" as const, expected: 5, counted: 5, shelf: "A1" },
  ...over,
});

describe("what accepting posts", () => {
  it("is the difference of each line: missing taken away, extra added, right ones not touched", () => {
    const lines = [
      line(),
      line({ skuId: ink, counted: 4 }),
      line({ skuId: ink, bucket: "bad", expected: 0, counted: 1 }),
    ];
    expect(entriesOf(count, lines).map((e) => [e.skuId, e.bucket, e.quantity, e.cause, e.note])).toEqual([
      [ink, "good", -1, "CYCLE_COUNT", "CC-1, shelf A1"],
      [ink, "bad", 1, "CYCLE_COUNT", "CC-1, shelf A1"],
    ]);
  });

  it("settles what pickers did not find: the piece is where it was counted, or gone", () => {
    expect(entriesOf(count, [line({ bucket: "not_found", expected: 2, counted: 0 })])).toMatchObject([
      { bucket: "not_found", quantity: -2 },
    ]);
  });

  it("brings the books to what was counted, whatever that is", () => {
    const lines = fc.array(fc.record({ expected: fc.nat(500), counted: fc.nat(500) }), { maxLength: 30 });
    fc.assert(
      fc.property(lines, (given) => {
        const all = given.map((each) => line({ ...each, skuId: newId<"Sku">() }));
        const entries = entriesOf(count, all);
        for (const each of all)
          expect(each.expected + (entries.find((e) => e.skuId === each.skuId)?.quantity ?? 0)).toBe(each.counted);
        expect(entries.every((e) => e.quantity !== 0)).toBe(true);
      }),
    );
  });
});

describe("what is promised", () => {
  it("is short by what is missing, after what was found elsewhere; made to order counts too", () => {
    const level = (over: object) => ({ skuId: pen, good: 10, virtual: 0, blocked: 8, ...over });
    const missing = entriesOf(count, [line({ counted: 1 }), line({ shelfId: b, expected: 5, counted: 6 })]);
    expect(shortOf(missing, [level({})])).toEqual(new Map([[pen, 1]]));
    expect(shortOf(missing, [level({ virtual: 1 })])).toEqual(new Map());
    expect(shortOf(missing, [level({ blocked: 7 })])).toEqual(new Map());
    expect(shortOf(entriesOf(count, [line({ bucket: "bad", counted: 0 })]), [level({ blocked: 10 })])).toEqual(
      new Map(),
    );
  });
});

describe("books that moved while a shelf was counted", () => {
  const book = (shelfId: typeof a, quantity: number, skuId = pen) => ({
    ...{ shelfId, skuId, quantity, bucket: "good" as const },
  });

  it("name the shelf: stock went, all of it went, or other stock came", () => {
    const lines = [line(), line({ shelfId: b, expected: 2, counted: 0 })];
    expect(movedLines(lines, [book(a, 5), book(b, 2)])).toEqual([]);
    expect(movedLines(lines, [book(a, 4), book(b, 2)])).toEqual([a]);
    expect(movedLines(lines, [book(a, 5)])).toEqual([b]);
    expect(movedLines(lines, [book(a, 5), book(b, 2), book(b, 1, ink)])).toEqual([b]);
  });

  it("are as they were where the counter found what they do not know", () => {
    expect(movedLines([line({ expected: 0, counted: 3 })], [])).toEqual([]);
  });
});

describe("accuracy", () => {
  it("is 100 % only where all was right, and nothing where there was nothing to judge", () => {
    expect(accuracyBps(3, 3)).toBe(10_000);
    expect(accuracyBps(19_999, 20_000)).toBe(9_999);
    expect(accuracyBps(0, 4)).toBe(0);
    expect(accuracyBps(0, 0)).toBeNull();
  });
});
