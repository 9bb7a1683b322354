import { describe, expect, it } from "vitest";
import type { TaxRate } from "./tax-data.ts";
import { readTables, type Slab, type Table, tablesOf } from "./tax-tables.ts";

const slab = (upTo: string, gst: string): Slab => ({ id: `${upTo}:${gst}`, upTo, gst, cess: "", cessPerUnit: "" });
const table = (holdsFrom: string, ...slabs: readonly Slab[]): Table => ({ id: holdsFrom, holdsFrom, slabs });

describe("slabs as they are typed", () => {
  it("begin one paisa above the one below, the last without end", () => {
    expect(readTables([table("2025-09-22", slab("2,500.00", "5"), slab("", "18"))])).toEqual({
      rates: [
        {
          holdsFrom: "2025-09-22",
          unitPriceFromPaise: 0,
          unitPriceToPaise: 250_000,
          gstBps: 500,
          cessBps: 0,
          cessPerUnitPaise: 0,
        },
        {
          holdsFrom: "2025-09-22",
          unitPriceFromPaise: 250_001,
          unitPriceToPaise: null,
          gstBps: 1_800,
          cessBps: 0,
          cessPerUnitPaise: 0,
        },
      ],
    });
  });

  it("come back as they were stored", () => {
    const stored: readonly TaxRate[] = [
      {
        holdsFrom: "2022-01-01",
        unitPriceFromPaise: 0,
        unitPriceToPaise: null,
        gstBps: 250,
        cessBps: 1_200,
        cessPerUnitPaise: 40_050,
      },
    ];
    expect(readTables(tablesOf(stored))).toEqual({ rates: stored });
  });

  it.each([
    ["no day", [table("", slab("", "5"))], "from which day"],
    ["the same day twice", [table("2025-09-22", slab("", "5")), table("2025-09-22", slab("", "5"))], "Two tables"],
    ["a slab without its end", [table("2025-09-22", slab("", "5"), slab("", "18"))], "upper price"],
    ["slabs that fall", [table("2025-09-22", slab("100", "5"), slab("50", "12"), slab("", "18"))], "do not rise"],
    ["a rate that is none", [table("2025-09-22", slab("", "five"))], "GST rate"],
  ])("are refused with %s", (_what, tables, words) => {
    expect(readTables(tables)).toMatchObject({ fault: expect.stringContaining(words) });
  });
});
