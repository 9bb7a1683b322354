import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ComponentParts, figureOf, figuresByWarehouse, freeOf, type WarehouseParts } from "./figure.ts";

const aComponent = (over: Partial<ComponentParts> = {}): ComponentParts => ({
  ...{ sku: "PEN", perListing: 1, good: 0, virtual: 0, counting: 0, blocked: 0, openSale: 0, reservedForOthers: 0 },
  ...over,
});
const inEach = (goods: readonly number[], over: Partial<WarehouseParts> = {}): number[] =>
  figuresByWarehouse({
    warehouses: goods.map((good) => ({ components: [aComponent({ good })] })),
    ...{ buffer: 0, cap: null, stopped: null },
    ...over,
  });

describe("the figures of a channel's warehouses", () => {
  it("are each of the stock behind it alone", () => {
    expect(inEach([5, 0, 12])).toEqual([5, 0, 12]);
  });

  it("leave out what lies on shelves that are being counted, and never go below 0 for it", () => {
    expect(freeOf(aComponent({ good: 9, counting: 4, blocked: 2 }))).toBe(3);
    expect(
      figuresByWarehouse({
        warehouses: [{ components: [aComponent({ good: 9, counting: 9, blocked: 2 })] }],
        buffer: 0,
        cap: null,
        stopped: null,
      }),
    ).toEqual([0]);
  });

  it("each keep the buffer back: an order that crosses our figure names one of them", () => {
    expect(inEach([5, 2, 12], { buffer: 3 })).toEqual([2, 0, 9]);
  });

  it("share the cap, so that none is sold out for it", () => {
    expect(inEach([30, 10, 0], { cap: 8 })).toEqual([6, 2, 0]);
    expect(inEach([1, 1, 1], { cap: 2 })).toEqual([1, 1, 0]);
    expect(inEach([3, 4], { cap: 7 })).toEqual([3, 4]);
    expect(inEach([3, 4], { cap: 0 })).toEqual([0, 0]);
  });

  it("are all 0 where the listing is stopped, and one short facility takes nothing from another", () => {
    expect(inEach([5, 9], { stopped: "the SKU is stopped" })).toEqual([0, 0]);
    const short = aComponent({ good: 2, openSale: 5 });
    const figures = figuresByWarehouse({
      warehouses: [{ components: [short] }, { components: [aComponent({ good: 4 })] }],
      ...{ buffer: 0, cap: null, stopped: null },
    });
    expect(figures).toEqual([0, 4]);
  });
});

const count = fc.integer({ min: 0, max: 400 });
const component = fc.record({
  ...{ sku: fc.constant("PEN"), perListing: fc.integer({ min: 1, max: 5 }) },
  ...{ good: count, virtual: count, counting: count, blocked: count, openSale: count, reservedForOthers: count },
});
/** One listing of one to three SKUs in one to six warehouses; a component needs as many in each. */
const parts = fc.integer({ min: 1, max: 3 }).chain((width) =>
  fc.record({
    warehouses: fc.array(fc.record({ components: fc.array(component, { minLength: width, maxLength: width }) }), {
      ...{ minLength: 1, maxLength: 6 },
    }),
    buffer: fc.integer({ min: 0, max: 50 }),
    cap: fc.option(fc.integer({ min: 0, max: 600 }), { nil: null }),
    stopped: fc.constantFrom(null, null, null, "the channel is stopped"),
  }),
);

describe("whatever stands behind them, the figures of warehouses", () => {
  it("are whole, never below 0, and promise no unit that somebody else has a claim on", () => {
    fc.assert(
      fc.property(parts, (given) => {
        const figures = figuresByWarehouse(given);
        expect(figures).toHaveLength(given.warehouses.length);
        for (const [at, figure] of figures.entries()) {
          expect(Number.isSafeInteger(figure) && figure >= 0).toBe(true);
          for (const each of given.warehouses[at]?.components ?? [])
            expect(figure * each.perListing).toBeLessThanOrEqual(Math.max(0, freeOf(each)));
        }
      }),
    );
  });

  it("together never pass what is free, nor the cap", () => {
    fc.assert(
      fc.property(parts, (given) => {
        const sum = figuresByWarehouse(given).reduce((a, b) => a + b, 0);
        const free = given.warehouses.map(({ components }) =>
          Math.min(...components.map((each) => Math.floor(Math.max(0, freeOf(each)) / each.perListing))),
        );
        expect(sum).toBeLessThanOrEqual(free.reduce((a, b) => a + b, 0));
        if (given.cap !== null) expect(sum).toBeLessThanOrEqual(given.cap);
        if (given.stopped !== null) expect(sum).toBe(0);
      }),
    );
  });

  it("use up the cap where there is enough, and no warehouse gets more than it has", () => {
    fc.assert(
      fc.property(parts, (given) => {
        fc.pre(given.stopped === null);
        const uncapped = figuresByWarehouse({ ...given, cap: null });
        const wanted = uncapped.reduce((a, b) => a + b, 0);
        const figures = figuresByWarehouse(given);
        const sum = figures.reduce((a, b) => a + b, 0);
        expect(sum).toBe(given.cap === null ? wanted : Math.min(wanted, given.cap));
        for (const [at, figure] of figures.entries()) expect(figure).toBeLessThanOrEqual(uncapped[at] ?? 0);
      }),
    );
  });

  it("of a single warehouse are the figure of the sum", () => {
    fc.assert(
      fc.property(parts, ({ warehouses: [one = { components: [] }], ...rest }) => {
        expect(figuresByWarehouse({ ...rest, warehouses: [one] })).toEqual([figureOf({ ...rest, ...one })]);
      }),
    );
  });
});
