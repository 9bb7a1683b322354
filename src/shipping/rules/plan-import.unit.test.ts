import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must, newId, ok } from "../../kernel/index.ts";
import { csvLine, readCsv } from "../../platform/csv.ts";
import { inGivenOrder, makeRoom } from "./place.ts";
import { type Known, planImport } from "./plan-import.ts";
import type { ShippingRule } from "./rule.ts";

const blr = newId<"Facility">();
const road = newId<"ShippingProvider">();
const air = newId<"ShippingProvider">();
const existing = (name: string, preference: number, over: Partial<ShippingRule> = {}): ShippingRule => ({
  ...{ ruleId: newId<"ShippingRule">(), facilityId: null, type: "FORWARD", name, condition: "", criteria: "ALLOCATE" },
  ...{ providerId: road, providerCode: "ROAD", preference, enabled: true },
  ...over,
});
const known = (rules: readonly ShippingRule[], over: Partial<Known> = {}): Known => ({
  rules,
  providers: [
    { providerId: road, code: "ROAD" },
    { providerId: air, code: "AIR" },
  ],
  facilities: [{ facilityId: blr, code: "BLR" }],
  mayChange: () => ok(),
  ...over,
});
const TITLES = [
  "Facility Code",
  "Rule Name",
  "Condition Expression",
  "Allocation Criteria",
  "Shipping Provider Code",
  "Preference",
  "Enabled",
  "Type",
];
const plan = (lines: readonly (readonly (string | number)[])[], rules: readonly ShippingRule[] = []) => {
  const bytes = Buffer.from([TITLES, ...lines].map((cells) => csvLine([...cells])).join(""));
  return planImport(must(readCsv(bytes, { required: [], rowsMax: 100 })), known(rules));
};
const codes = (lines: ReturnType<typeof plan>) => lines.map((l) => l.refusal?.code ?? l.outcome);

describe("an import of shipping rules", () => {
  it("makes what is new, changes what it names, and says in words what changes", () => {
    const rules = [existing("Always road", 1), existing("Air", 2, { providerId: air, providerCode: "AIR" })];
    const lines = plan(
      [
        ["ALL", "Always road", "order.cod", "FORCE_ALLOCATE", "AIR", 1, "false", "FORWARD"],
        ["", "Air", "", "", "AIR", 2, "", ""],
      ],
      rules,
    );
    expect(lines.map((l) => [l.outcome, l.words])).toEqual([
      [
        "CHANGED",
        "condition always → order.cod; criteria ALLOCATE → FORCE_ALLOCATE; provider ROAD → AIR; enabled true → false",
      ],
      ["UNCHANGED", ""],
    ]);
    expect(lines[0]?.rule?.ruleId).toBe(rules[0]?.ruleId);
    expect(plan([["BLR", "Own", "#{order.cod}", "not allocate", "air", 1, "yes", "reverse"]])).toMatchObject([
      {
        outcome: "NEW",
        rule: { facilityId: blr, type: "REVERSE", criteria: "NOT_ALLOCATE", condition: "#{order.cod}" },
      },
    ]);
  });

  it("swaps preferences of existing rules, but not together with new rules", () => {
    const rules = [existing("A", 1), existing("B", 2)];
    const swap = [
      ["ALL", "A", "", "", "ROAD", 2, "", ""],
      ["ALL", "B", "", "", "ROAD", 1, "", ""],
    ];
    expect(codes(plan(swap, rules))).toEqual(["CHANGED", "CHANGED"]);
    const shuffled = plan([...swap, ["ALL", "C", "", "", "ROAD", 3, "", ""]], rules);
    expect(codes(shuffled)).toEqual(["RULES_SHUFFLED", "RULES_SHUFFLED", "RULES_SHUFFLED"]);
    expect(shuffled[0]?.refusal?.facts).toMatchObject({ made: ["C"], moved: ["A", "B"] });
    // Of another facility or type they are other orders.
    expect(codes(plan([...swap, ["BLR", "C", "", "", "ROAD", 3, "", ""]], rules))).toEqual([
      "CHANGED",
      "CHANGED",
      "NEW",
    ]);
    // New rules behind the others, and other changes than of place, come in one file.
    expect(
      codes(
        plan(
          [
            ["ALL", "A", "", "", "AIR", 1, "", ""],
            ["ALL", "C", "", "", "ROAD", 3, "", ""],
          ],
          rules,
        ),
      ),
    ).toEqual(["CHANGED", "NEW"]);
  });

  it("is taken whole or not at all, each faulty line with its own reason", () => {
    const lines = plan([
      ["ALL", "Good", "", "", "ROAD", 1, "", ""],
      ["XXX", "a", "", "", "ROAD", 2, "", ""],
      ["ALL", "", "", "", "ROAD", 2, "", ""],
      ["ALL", "b", "order.cod =", "", "ROAD", 2, "", ""],
      ["ALL", "c", "", "MAYBE", "ROAD", 2, "", ""],
      ["ALL", "d", "", "", "SHIP", 2, "", ""],
      ["ALL", "e", "", "", "ROAD", "0", "", ""],
      ["ALL", "f", "", "", "ROAD", 2, "perhaps", ""],
      ["ALL", "g", "", "", "ROAD", 2, "", "SIDEWAYS"],
      ["ALL", "Good", "", "", "ROAD", 3, "", ""],
      ["ALL", "h", "", "", "ROAD", 1, "", ""],
    ]);
    expect(codes(lines)).toEqual([
      "RULES_FILE_FAULTY",
      "RULE_FACILITY_UNKNOWN",
      "RULE_CELL_INVALID",
      "CONDITION_INVALID",
      "RULE_CELL_INVALID",
      "RULE_PROVIDER_UNKNOWN",
      "RULE_CELL_INVALID",
      "RULE_CELL_INVALID",
      "RULE_CELL_INVALID",
      "RULE_TWICE_IN_FILE",
      "RULE_PREFERENCE_TAKEN",
    ]);
    expect(codes(plan([["ALL", "New", "", "", "ROAD", 1, "", ""]], [existing("Old", 1)]))).toEqual([
      "RULE_PREFERENCE_TAKEN",
    ]);
  });
});

describe("a place among rules", () => {
  const preferences = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 20 });

  it("is made by moving as few as need be: each preference stays one rule's, and the order stays", () => {
    fc.assert(
      fc.property(preferences, fc.option(fc.integer({ min: 1, max: 45 })), (given, wanted) => {
        const others = given.map((preference, i) => existing(`R${i}`, preference));
        const { preference, moved } = makeRoom(others, wanted);
        const after = others.map((o) => ({
          ...o,
          preference: moved.find((m) => m.ruleId === o.ruleId)?.preference ?? o.preference,
        }));
        expect(new Set([preference, ...after.map((a) => a.preference)]).size).toBe(others.length + 1);
        const order = (rules: readonly ShippingRule[]) =>
          rules.toSorted((a, b) => a.preference - b.preference).map((r) => r.name);
        expect(order(after)).toEqual(order(others));
        if (wanted !== null) expect(preference).toBe(wanted);
        else expect(Math.max(0, ...given)).toBeLessThan(preference);
      }),
      { seed: 5 },
    );
  });

  it("is found at the very end too, by counting anew", () => {
    const others = [existing("A", 3), existing("B", 9_999)];
    expect(makeRoom(others, 9_999)).toMatchObject({ preference: 2, moved: [{ preference: 1 }, { preference: 3 }] });
    expect(makeRoom([existing("A", 9_999)], null)).toMatchObject({ preference: 2, moved: [{ preference: 1 }] });
  });

  it("is given by naming each rule once", () => {
    const [a, b] = [existing("A", 5), existing("B", 9)];
    expect(must(inGivenOrder([a, b], [b.ruleId, a.ruleId], "BLR"))).toEqual([
      { ruleId: b.ruleId, preference: 1 },
      { ruleId: a.ruleId, preference: 2 },
    ]);
    for (const order of [[a.ruleId], [a.ruleId, a.ruleId], [a.ruleId, newId<"ShippingRule">()]])
      expect(inGivenOrder([a, b], order, "BLR")).toMatchObject({ refusal: { code: "RULES_CHANGED_MEANWHILE" } });
  });
});
