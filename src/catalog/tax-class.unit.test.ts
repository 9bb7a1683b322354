import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { basisPoints, must, paise } from "../kernel/index.ts";
import { STANDARD_TAX_CLASSES } from "./standard-tax-classes.ts";
import { checkTaxClass, rateFor, type TaxClass, type TaxRateRow, tableOn } from "./tax-class.ts";

const day = (text: string) => Temporal.PlainDate.from(text);
const aRow = (from: number, to: number | null, gst: number, over: Partial<TaxRateRow> = {}): TaxRateRow => ({
  holdsFrom: day("2025-01-01"),
  unitPriceFromPaise: paise(from),
  unitPriceToPaise: to === null ? null : paise(to),
  gstBps: basisPoints(gst),
  cessBps: basisPoints(0),
  ...over,
});
const aClass = (rows: TaxRateRow[], over: Partial<TaxClass> = {}): TaxClass => ({
  code: "TEST",
  name: "Test",
  slabPrice: "EXCLUDING_TAX",
  rows,
  ...over,
});
const standard = (code: string): TaxClass => {
  const found = STANDARD_TAX_CLASSES.find((c) => c.code === code);
  if (!found) throw new Error(`no standard class ${code}`);
  return found;
};
const gstOf = (code: string, rupees: number, on: string, taxIncluded = false) =>
  must(rateFor(standard(code), { amount: paise(Math.round(rupees * 100)), taxIncluded }, day(on))).gstBps;

describe("the rate of a tax class", () => {
  it("is refused on a day before its first table, naming the day it starts", () => {
    expect(rateFor(standard("TOBACCO_40"), { amount: paise(100), taxIncluded: true }, day("2026-01-31"))).toEqual({
      ok: false,
      refusal: {
        code: "NO_TAX_RATE",
        facts: { taxClass: "TOBACCO_40", on: "2026-01-31", firstRateFrom: "2026-02-01" },
      },
    });
  });

  it.each([
    ["GST_12_TO_5", 1200, 500],
    ["GST_12_TO_18", 1200, 1800],
    ["GST_28_TO_18", 2800, 1800],
    ["GST_28_TO_40", 2800, 4000],
    ["GST_18_TO_5", 1800, 500],
    ["GST_18", 1800, 1800],
    ["GST_3", 300, 300],
    ["GST_0_25", 25, 25],
  ])("of %s is %i until 21 September 2025 and %i from the 22nd", (code, before, since) => {
    expect([gstOf(code, 999, "2025-09-21"), gstOf(code, 999, "2025-09-22")]).toEqual([before, since]);
  });

  it("drops the cess on drinks with the change", () => {
    const cess = (on: string) => must(rateFor(standard("DRINKS_40"), { amount: paise(1), taxIncluded: true }, day(on)));
    expect(cess("2025-09-21")).toMatchObject({ gstBps: 2800, cessBps: 1200 });
    expect(cess("2025-09-22")).toMatchObject({ gstBps: 4000, cessBps: 0 });
  });

  it.each([
    ["APPAREL", 1000, "2025-09-21", 500],
    ["APPAREL", 1000.01, "2025-09-21", 1200],
    ["APPAREL", 2500, "2025-09-22", 500],
    ["APPAREL", 2500.01, "2025-09-22", 1800],
    ["FOOTWEAR", 1000, "2025-09-21", 1200],
    ["FOOTWEAR", 1000.01, "2025-09-21", 1800],
    ["FOOTWEAR", 2500, "2025-09-22", 500],
    ["FOOTWEAR", 2500.01, "2025-09-22", 1800],
  ])("of %s at ₹%d without tax on %s is %i", (code, rupees, on, gst) => {
    expect(gstOf(code, rupees, on)).toBe(gst);
  });

  it("compares a price with tax net of tax, and takes the upper slab in the hole between the two", () => {
    expect(gstOf("APPAREL", 2625, "2026-05-01", true)).toBe(500); // 2,500 + 5 %
    expect(gstOf("APPAREL", 2625.02, "2026-05-01", true)).toBe(1800);
    expect(gstOf("APPAREL", 2700, "2026-05-01", true)).toBe(1800);
    expect(gstOf("APPAREL", 2951, "2026-05-01", true)).toBe(1800);
  });

  it("compares a price without tax with a limit that includes it", () => {
    const taxClass = aClass([aRow(0, 10500, 500), aRow(10501, null, 1800)], { slabPrice: "INCLUDING_TAX" });
    const at = (amount: number) =>
      must(rateFor(taxClass, { amount: paise(amount), taxIncluded: false }, day("2026-01-01")));
    expect([at(10000).gstBps, at(10001).gstBps]).toEqual([500, 1800]);
  });

  it("takes a fixed cess off a price that includes it", () => {
    const taxClass = aClass([aRow(0, 100, 0, { cessPerUnitPaise: paise(50) }), aRow(101, null, 1000)]);
    const at = (amount: number) =>
      must(rateFor(taxClass, { amount: paise(amount), taxIncluded: true }, day("2026-01-01")));
    expect(at(150)).toEqual({ gstBps: 0, cessBps: 0, cessPerUnitPaise: 50 });
    expect(at(151)).toEqual({ gstBps: 1000, cessBps: 0, cessPerUnitPaise: 0 });
    expect(at(10).cessPerUnitPaise).toBe(50);
  });
});

describe("checking a tax class", () => {
  const code = (rows: TaxRateRow[], over: Partial<TaxClass> = {}) => {
    const result = checkTaxClass(aClass(rows, over));
    return result.ok ? "ok" : `${result.refusal.code} ${result.refusal.facts.atUnitPricePaise ?? ""}`.trim();
  };
  it("accepts every standard class, each with a code of its own", () => {
    for (const taxClass of STANDARD_TAX_CLASSES) expect(checkTaxClass(taxClass)).toEqual({ ok: true, value: taxClass });
    expect(new Set(STANDARD_TAX_CLASSES.map((c) => c.code)).size).toBe(STANDARD_TAX_CLASSES.length);
  });
  it("finds gaps, overlaps and nonsense, and says at which price", () => {
    expect(code([])).toBe("TAX_CLASS_WITHOUT_RATE");
    expect(code([aRow(1, null, 500)])).toBe("TAX_SLAB_GAP 0");
    expect(code([aRow(0, 100, 500), aRow(102, null, 1800)])).toBe("TAX_SLAB_GAP 101");
    expect(code([aRow(0, 100, 500)])).toBe("TAX_SLAB_GAP 101");
    expect(code([aRow(0, 100, 500), aRow(100, null, 1800)])).toBe("TAX_SLAB_OVERLAP 100");
    expect(code([aRow(0, null, 500), aRow(0, null, 1800)])).toBe("TAX_SLAB_OVERLAP 0");
    expect(code([aRow(0, null, 500), aRow(200, null, 1800)])).toBe("TAX_SLAB_OVERLAP 200");
    expect(code([aRow(100, 50, 500)])).toBe("TAX_SLAB_INVALID");
    expect(code([aRow(0, null, 10_001)])).toBe("TAX_RATE_OUT_OF_RANGE");
    expect(code([aRow(0, null, 500)], { code: "a b" })).toBe("TAX_CLASS_CODE_INVALID");
    expect(code([aRow(0, null, 500)], { name: " " })).toBe("TAX_CLASS_NAME_MISSING");
    expect(code([aRow(101, null, 500), aRow(0, 100, 1800)])).toBe("ok"); // the order of rows does not matter
  });

  const limits = fc.uniqueArray(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 5 });
  const rates = fc.array(fc.constantFrom(0, 500, 1200, 1800, 2800, 4000), { minLength: 6, maxLength: 6 });
  const anyClass = fc.tuple(limits, rates).map(([cuts, gst]) => {
    const ends = [...cuts].sort((a, b) => a - b);
    const rows = [...ends, null].map((end, i) => aRow((ends[i - 1] ?? -1) + 1, end, gst[i] ?? 0));
    return aClass(rows);
  });
  it("means that every price has exactly one row, and a rate with and without tax", () => {
    fc.assert(
      fc.property(anyClass, fc.integer({ min: 0, max: 2_000_000 }), fc.boolean(), (taxClass, price, taxIncluded) => {
        expect(checkTaxClass(taxClass).ok).toBe(true);
        const on = day("2025-06-01");
        const holding = tableOn(taxClass, on).filter(
          (r) => r.unitPriceFromPaise <= price && (r.unitPriceToPaise === null || price <= r.unitPriceToPaise),
        );
        expect(holding).toHaveLength(1);
        expect(must(rateFor(taxClass, { amount: paise(price), taxIncluded: false }, on)).gstBps).toBe(
          holding[0]?.gstBps,
        );
        expect(rateFor(taxClass, { amount: paise(price), taxIncluded }, on).ok).toBe(true);
      }),
    );
  });
});
