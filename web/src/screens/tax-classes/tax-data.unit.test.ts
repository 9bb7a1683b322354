import { describe, expect, it } from "vitest";
import { parsePercent, percent, ratesOn, startsOf, type TaxRate } from "./tax-data.ts";

const rate = (holdsFrom: string, unitPriceFromPaise: number, gstBps: number): TaxRate => ({
  holdsFrom,
  unitPriceFromPaise,
  unitPriceToPaise: null,
  gstBps,
  cessBps: 0,
  cessPerUnitPaise: 0,
});
const apparel = [
  rate("2017-07-01", 0, 500),
  rate("2017-07-01", 100_000, 1_200),
  rate("2025-09-22", 250_000, 1_800),
  rate("2025-09-22", 0, 500),
];

describe("the rates of a day", () => {
  it("are those of the last start that is not later, by rising price", () => {
    expect(ratesOn(apparel, "2025-09-21").map((r) => r.gstBps)).toEqual([500, 1_200]);
    expect(ratesOn(apparel, "2025-09-22").map((r) => r.gstBps)).toEqual([500, 1_800]);
    expect(ratesOn(apparel, "2017-06-30")).toEqual([]);
    expect(startsOf(apparel)).toEqual(["2025-09-22", "2017-07-01"]);
  });
});

describe("percent", () => {
  it("goes to basis points and back without a float", () => {
    expect(parsePercent("2.5")).toBe(250);
    expect(parsePercent("18%")).toBe(1_800);
    expect(parsePercent("0.25")).toBe(25);
    expect(parsePercent("1.255")).toBeNull();
    expect(parsePercent("five")).toBeNull();
    expect(percent(250)).toBe("2.5%");
    expect(percent(1_800)).toBe("18%");
  });
});
