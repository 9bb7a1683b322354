import { describe, expect, it } from "vitest";
import { alikeUnits, eachUnit, type OrderFieldValues, spans } from "./field-groups.ts";

type Unit = OrderFieldValues["units"][number];
const aField = (value: string | null): Unit["fields"][number] => ({
  ...{ name: "engraving", label: "Engraving", kind: "TEXT", choices: [], required: false, defaultValue: null },
  ...{ value, state: value === null ? "EMPTY" : "WRITTEN", why: null, how: null, by: null, at: null },
});
const aUnit = (no: number, value: string | null, over: Partial<Unit> = {}): Unit => ({
  ...{ id: `u${no}`, code: `O-7-${no}`, line: "L1", sku: "PEN", name: "Pen", cancelled: false },
  fields: [aField(value)],
  ...over,
});

describe("units with custom fields", () => {
  it("stand together where they say the same; cancelled ones and those without fields are left out", () => {
    const units = [
      aUnit(1, "A"),
      aUnit(2, "A"),
      aUnit(3, "B"),
      aUnit(4, "A"),
      aUnit(5, "A", { cancelled: true }),
      aUnit(6, "A", { fields: [] }),
      aUnit(7, "A", { line: "L2" }),
    ];
    expect(alikeUnits(units).map(({ numbers, units: ids }) => [numbers, ids.length])).toEqual([
      ["1–2, 4", 3],
      ["3", 1],
      ["7", 1],
    ]);
    expect(eachUnit(units)).toHaveLength(5);
  });

  it("are counted in spans", () => {
    expect(spans([3, 1, 2, 9])).toBe("1–3, 9");
    expect(spans([])).toBe("");
  });
});
