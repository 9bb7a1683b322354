import { describe, expect, it } from "vitest";
import { newId } from "../../kernel/index.ts";
import { answersOf, type Line, linesOf, Settled } from "./lines.ts";
import type { ListingToTell } from "./publish.store.ts";
import { ALL_TOGETHER, type WarehouseTold, type WarehouseToTell } from "./warehouse.store.ts";

const stockOf = (good: number) => ({
  ...{ sku: "PEN", perListing: 1, good, virtual: 0, counting: 0, blocked: 0, openSale: 0, reservedForOthers: 0 },
});
const aListing = (channelProductId: string, good = 0): ListingToTell => ({
  ...{ listingId: newId<"Listing">(), channelProductId, productId: channelProductId, variantId: "V", hsn: null },
  ...{ published: null, publishOutcome: null, components: [stockOf(good)], buffer: 0, cap: null, stopped: null },
});
const told = (
  warehouse: string,
  published: number | null,
  publishOutcome: string | null = "ACCEPTED",
): WarehouseTold => ({
  ...{
    listingId: newId<"Listing">(),
    warehouse,
    facilityId: newId<"Facility">(),
    facilityCode: warehouse.toLowerCase(),
  },
  ...{ published, publishedAt: null, publishOutcome, publishMessage: null },
});
const mapped = (warehouse: string, good: number, before: number | null = null): WarehouseToTell => ({
  ...told(warehouse, before, before === null ? null : "ACCEPTED"),
  components: [stockOf(good)],
});
const figures = (lines: readonly Line[]) => lines.map((line) => [line.warehouse, line.quantity, line.published]);

describe("the figures of a listing", () => {
  it("are one where the source knows no warehouses", () => {
    expect(figures(linesOf({ ...aListing("P1", 7), published: 5 }, null))).toEqual([[null, 7, 5]]);
  });

  it("are one of the sum where no warehouse is mapped", () => {
    const by = { mapped: [], told: [told(ALL_TOGETHER, 5)] };
    expect(figures(linesOf(aListing("P1", 7), by))).toEqual([[ALL_TOGETHER, 7, 5]]);
  });

  it("are one for each mapped warehouse", () => {
    const by = { mapped: [mapped("A", 5, 4), mapped("B", 0)], told: [told("A", 4)] };
    expect(figures(linesOf(aListing("P1"), by))).toEqual([
      ["A", 5, 4],
      ["B", 0, null],
    ]);
  });

  it("are 0 for what was told otherwise before, while the channel may hold it", () => {
    const before = [told(ALL_TOGETHER, 9), told("GONE", 3), told("LOST", null, "UNKNOWN")];
    const settled = [told("EMPTY", 0), told("NEVER", null, null), told("REFUSED", null, "REFUSED")];
    expect(figures(linesOf(aListing("P1"), { mapped: [mapped("A", 5)], told: [...before, ...settled] }))).toEqual([
      [ALL_TOGETHER, 0, 9],
      ["GONE", 0, 3],
      ["LOST", 0, null],
      ["A", 5, null],
    ]);
    expect(figures(linesOf(aListing("P1", 7), { mapped: [], told: [told("GONE", 3)] }))).toEqual([
      ["GONE", 0, 3],
      [ALL_TOGETHER, 7, null],
    ]);
  });
});

describe("a channel's answer", () => {
  const [pen, cup] = [aListing("PEN"), aListing("CUP")];
  const lines = [
    ...linesOf(pen, { mapped: [mapped("A", 1), mapped("B", 2)], told: [] }),
    ...linesOf(cup, { mapped: [mapped("A", 3)], told: [] }),
  ];
  const accepted = (results: readonly { key: string; accepted: boolean }[], status: "SUCCESS" | "FAILED" = "SUCCESS") =>
    answersOf(lines, { status, message: null, results: results.map((r) => ({ ...r, message: null })) }).map(
      (answer) => answer.accepted,
    );

  it("that has a result for each line is taken line by line", () => {
    const results = [
      { key: "PEN", accepted: true },
      { key: "CUP", accepted: true },
      { key: "PEN", accepted: false },
    ];
    expect(accepted(results)).toEqual([true, false, true]);
  });

  it("that refuses a listing without a warehouse refuses all its warehouses of the call", () => {
    expect(accepted([{ key: "PEN", accepted: false }])).toEqual([false, false, true]);
  });

  it("that names nothing holds for all", () => {
    expect(accepted([])).toEqual([true, true, true]);
    expect(accepted([], "FAILED")).toEqual([false, false, false]);
  });
});

describe("what was settled", () => {
  it("is known by listing, warehouse and mark; a mark that grew begins anew", () => {
    const [settled, id] = [new Settled(), newId<"Listing">()];
    settled.add(id, 1, "A");
    expect([settled.has(id, 1, "A"), settled.has(id, 1, "B"), settled.has(id, 2, "A")]).toEqual([true, false, false]);
    settled.add(id, 2, "B");
    expect([settled.has(id, 1, "A"), settled.has(id, 2, "A"), settled.has(id, 2, "B")]).toEqual([false, false, true]);
    settled.forget(id);
    expect(settled.has(id, 2, "B")).toBe(false);
  });
});
