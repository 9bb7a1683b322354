import { describe, expect, it } from "vitest";
import { grouped, movedTo, type Rule, shown } from "./data.ts";

const rule = (name: string, preference: number, over: Partial<Rule> = {}): Rule => ({
  ...{ ruleId: name, facilityId: null, facility: null, type: "FORWARD", name, condition: "", criteria: "ALLOCATE" },
  ...{ providerId: "p", providerCode: "ROAD", providerName: "Road", providerEnabled: true, preference, enabled: true },
  ...{ updatedAt: "2026-11-22T10:00:00Z", updatedBy: "Asha" },
  ...over,
});

describe("shipping rules on screen", () => {
  it("stand by facility, those of all first, each in their order", () => {
    const own = { facilityId: "f", facility: "BLR" };
    const groups = grouped([rule("Own", 1, own), rule("B", 2), rule("A", 1), rule("Own 2", 2, own)]);
    expect(groups.map((g) => [g.facility, ...g.rules.map((r) => r.name)])).toEqual([
      ["All facilities", "A", "B"],
      ["BLR", "Own", "Own 2"],
    ]);
  });

  it("move within their list, and not beyond it", () => {
    expect(movedTo(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(movedTo(["a", "b", "c"], 2, 1)).toEqual(["a", "c", "b"]);
    const list = ["a", "b"];
    expect(movedTo(list, 0, -1)).toBe(list);
    expect(movedTo(list, 1, 2)).toBe(list);
  });

  it("are found by name, condition and courier", () => {
    const heavy = rule("Heavy", 1, { condition: "package.weight > 5000" });
    expect([shown(heavy, "weight", ""), shown(heavy, " ROAD", "ROAD"), shown(heavy, "", "AIR")]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
