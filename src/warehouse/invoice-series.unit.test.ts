import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must, refuse } from "../kernel/index.ts";
import {
  checkPrefix,
  checkSeries,
  checkSeriesChange,
  counterMax,
  firstNumberNextYear,
  type InvoiceSeries,
  numberAt,
  type OtherSeries,
  prefixesCollide,
  rollSeries,
  takeNumber,
  uniquenessKey,
} from "./invoice-series.ts";

const GSTIN = "27AAPFU0939F1ZV";
const day = (text: string) => Temporal.PlainDate.from(text);
const aSeries = (over: Partial<InvoiceSeries> = {}): InvoiceSeries => ({
  documentType: "SALE_INVOICE",
  gstin: GSTIN,
  prefix: "INV26-",
  nextNumber: 1,
  financialYear: 2026,
  resetOnApril1: true,
  nextYearPrefix: "INV27-",
  ...over,
});
const another = (over: Partial<OtherSeries> = {}): OtherSeries => ({
  gstin: GSTIN,
  financialYear: 2026,
  prefix: "CN26-",
  nextYearPrefix: "CN27-",
  label: "facility BLR-1, SALE_RETURN_INVOICE",
  ...over,
});
const fault = (series: InvoiceSeries, others: OtherSeries[] = []) => {
  const result = checkSeries(series, others);
  return result.ok ? "ok" : result.refusal.code;
};

describe("a prefix", () => {
  it.each([
    ["", "SERIES_PREFIX_EMPTY"],
    ["INV 26", "SERIES_PREFIX_CHARACTERS"],
    ["INV_26", "SERIES_PREFIX_CHARACTERS"],
    ["ÉTÉ", "SERIES_PREFIX_CHARACTERS"],
    ["inv26-", "SERIES_PREFIX_NOT_UPPER_CASE"],
    ["0INV", "SERIES_PREFIX_START"],
    ["-INV", "SERIES_PREFIX_START"],
    ["/INV", "SERIES_PREFIX_START"],
    ["ABCDEFGHIJKLM", "SERIES_PREFIX_NO_ROOM"],
  ])("%j is refused with %s", (prefix, code) => {
    expect(checkPrefix(prefix)).toMatchObject({ ok: false, refusal: { code } });
  });
  it("is accepted, with a warning when it leaves little room", () => {
    expect(checkPrefix("1A/26-27/")).toEqual({ ok: true, value: [] });
    expect(must(checkPrefix("ABCDEFGHIJKL"))).toMatchObject([
      { code: "SERIES_LITTLE_ROOM", facts: { digits: 4, highest: 9999 } },
    ]);
  });
  it("of next year is checked alike", () => {
    const result = checkSeries(aSeries({ nextYearPrefix: "inv" }), []);
    expect(result).toMatchObject({
      refusal: { code: "SERIES_PREFIX_NOT_UPPER_CASE", facts: { field: "nextYearPrefix" } },
    });
  });
});

describe("numbers", () => {
  it("are prefix and counter without padding, up to 16 characters", () => {
    const series = aSeries({ prefix: "ABCDEFGHIJKL" });
    expect(must(numberAt(series, 7))).toBe("ABCDEFGHIJKL7");
    expect(must(numberAt(series, 9999))).toBe("ABCDEFGHIJKL9999");
    expect(numberAt(series, 10000)).toEqual(
      refuse("SERIES_EXHAUSTED", { prefix: "ABCDEFGHIJKL", next: 10000, highest: 9999 }),
    );
  });
  it("are taken one by one, each once", () => {
    let series = aSeries();
    const numbers = Array.from({ length: 3 }, () => {
      const taken = must(takeNumber(series, day("2026-07-01")));
      series = taken.series;
      return taken.number;
    });
    expect(numbers).toEqual(["INV26-1", "INV26-2", "INV26-3"]);
    expect(series.nextNumber).toBe(4);
  });
  it("are not taken for a day of a closed year", () => {
    expect(takeNumber(aSeries(), day("2026-03-31"))).toEqual(
      refuse("SERIES_YEAR_PASSED", { prefix: "INV26-", on: "2026-03-31", seriesYear: 2026 }),
    );
  });
});

describe("1 April", () => {
  const used = aSeries({ nextNumber: 501 });
  it("changes nothing on 31 March", () => {
    expect(must(rollSeries(used, day("2027-03-31")))).toEqual(used);
  });
  it("brings next year's prefix and starts at 1", () => {
    const rolled = must(rollSeries(used, day("2027-04-01")));
    expect(rolled).toEqual({ ...used, prefix: "INV27-", nextNumber: 1, financialYear: 2027, nextYearPrefix: null });
    expect(must(takeNumber(used, day("2027-04-01"))).number).toBe("INV27-1");
    expect(must(firstNumberNextYear(used))).toBe("INV27-1");
  });
  it("brings the prefix but goes on counting when reset is off", () => {
    expect(must(takeNumber({ ...used, resetOnApril1: false }, day("2027-04-01"))).number).toBe("INV27-501");
  });
  it("goes on counting when no prefix was set, so that no number is ever printed twice, and warns beforehand", () => {
    const blank = { ...used, nextYearPrefix: null };
    const taken = must(takeNumber(blank, day("2027-04-01")));
    expect(taken).toMatchObject({ number: "INV26-501", series: { financialYear: 2027, nextNumber: 502 } });
    expect(must(checkSeries(blank, []))).toEqual([
      { code: "SERIES_KEEPS_COUNTING", facts: { prefix: "INV26-", from: "2027-04-01" } },
    ]);
    expect(must(firstNumberNextYear(blank))).toBe("INV26-501");
  });
  it("starts the same prefix again at 1 only where the seller entered it", () => {
    expect(must(takeNumber({ ...used, nextYearPrefix: "INV26-" }, day("2027-04-01"))).number).toBe("INV26-1");
  });
  it("is caught up with after years of rest", () => {
    expect(must(rollSeries(used, day("2030-06-01")))).toMatchObject({
      financialYear: 2030,
      prefix: "INV27-",
      nextNumber: 1,
    });
  });
});

describe("two series of one GSTIN", () => {
  it("do not share a prefix in a year, whatever they number", () => {
    const result = checkSeries(aSeries(), [another({ prefix: "INV26-", label: "billing party B" })]);
    expect(result).toMatchObject({
      refusal: {
        code: "SERIES_PREFIX_TAKEN",
        facts: { financialYear: 2026, other: "billing party B", prefix: "INV26-" },
      },
    });
    expect(fault(aSeries(), [another({ prefix: "INV26-", gstin: "29AAFCC9980M1ZR" })])).toBe("ok");
    expect(uniquenessKey(aSeries())).toBe(
      uniquenessKey(aSeries({ documentType: "SALE_RETURN_INVOICE", nextNumber: 9 })),
    );
  });
  it("do not share a prefix next year either", () => {
    expect(fault(aSeries(), [another({ nextYearPrefix: "INV27-" })])).toBe("SERIES_PREFIX_TAKEN");
    expect(fault(aSeries(), [another({ financialYear: 2025, prefix: "INV26-", nextYearPrefix: "X26-" })])).toBe("ok");
    expect(fault(aSeries(), [another({ financialYear: 2025, prefix: "INV26-", nextYearPrefix: null })])).toBe(
      "SERIES_PREFIX_TAKEN",
    );
  });
  it("keep off a prefix given up earlier in the year, but may have it next year", () => {
    const retired = another({ prefix: "INV26-", nextYearPrefix: null, retired: true });
    expect(fault(aSeries(), [retired])).toBe("SERIES_PREFIX_TAKEN");
    expect(fault(aSeries({ prefix: "B26-", nextYearPrefix: "INV26-" }), [retired])).toBe("ok");
  });
  it("cannot print one number: A and 123, A1 and 23", () => {
    expect(fault(aSeries({ prefix: "A1" }), [another({ prefix: "A" })])).toBe("SERIES_PREFIX_AMBIGUOUS");
    expect(fault(aSeries({ prefix: "A" }), [another({ prefix: "A12" })])).toBe("SERIES_PREFIX_AMBIGUOUS");
    expect(fault(aSeries({ prefix: "A" }), [another({ prefix: "A1-" })])).toBe("ok");
    expect(fault(aSeries({ prefix: "A" }), [another({ prefix: "AB" })])).toBe("ok");
  });

  const character = fc.constantFrom(..."A1-");
  const prefix = fc
    .tuple(fc.constantFrom("A", "1"), fc.array(character, { maxLength: 4 }))
    .map(([first, rest]) => first + rest.join(""));
  it("with prefixes that are let through never print the same number", () => {
    const count = fc.oneof(fc.integer({ min: 1, max: 9999 }), fc.constantFrom(1, 11, 111, 1111));
    fc.assert(
      fc.property(prefix, prefix, count, count, (a, b, n, m) => {
        const equal = `${a}${n}` === `${b}${m}`;
        if (!prefixesCollide(a, b)) expect(equal).toBe(false);
        expect(prefixesCollide(a, b)).toBe(prefixesCollide(b, a));
      }),
      { numRuns: 2_000 },
    );
  });
  it("with prefixes that collide do print the same number somewhere, or differ only by leading zeros", () => {
    fc.assert(
      fc.property(prefix, fc.constantFrom("", "1", "11"), fc.integer({ min: 1, max: 99 }), (a, digits, n) => {
        expect(prefixesCollide(a, a + digits)).toBe(true);
        expect(`${a}${Number(`${digits}${n}`)}`).toBe(`${a}${digits}${n}`);
      }),
    );
  });
});

describe("changing a series", () => {
  it("never goes back under the same prefix and year, and warns of a gap", () => {
    const before = aSeries({ nextNumber: 50 });
    expect(checkSeriesChange(before, { ...before, nextNumber: 49 })).toEqual(
      refuse("SERIES_NUMBER_WENT_BACK", { prefix: "INV26-", from: 50, to: 49 }),
    );
    expect(must(checkSeriesChange(before, { ...before, nextNumber: 60 }))).toMatchObject([
      { code: "SERIES_NUMBER_SKIPS" },
    ]);
    expect(must(checkSeriesChange(before, { ...before, prefix: "B-", nextNumber: 1 }))).toEqual([]);
  });
  it("keeps the counter within its room", () => {
    for (const nextNumber of [0, -1, 1.5, Number.NaN, counterMax("INV26-") + 1])
      expect(fault(aSeries({ nextNumber }))).toBe("SERIES_NEXT_NUMBER_INVALID");
    expect(counterMax("A")).toBe(999_999_999_999_999);
  });
  it("never prints a number that breaks Rule 46 or the portal's form", () => {
    const alphabet = fc.constantFrom(..."ABZ019/-");
    fc.assert(
      fc.property(
        fc.array(alphabet, { minLength: 1, maxLength: 14 }),
        fc.integer({ min: 1, max: 1e15 }),
        (characters, n) => {
          const prefix = characters.join("");
          fc.pre(checkPrefix(prefix).ok);
          const number = numberAt(aSeries({ prefix }), n);
          if (number.ok) expect(number.value).toMatch(/^[A-Z1-9][A-Z0-9/-]{0,15}$/);
          else expect(n).toBeGreaterThan(counterMax(prefix));
        },
      ),
    );
  });
});
