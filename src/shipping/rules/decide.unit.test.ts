import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { someFacts } from "../../../tests/support/shipping-builders.ts";
import { must, newId } from "../../kernel/index.ts";
import { type Candidate, objection, type Parcel } from "../provider.ts";
import { decideCourier, judgeRules } from "./decide.ts";
import type { Criteria, ShippingRule } from "./rule.ts";

const facts = someFacts({ order: { cod: false }, package: { weightGrams: 6_000 } });
const parcel: Parcel = { pincode: "400001", cod: false, facts };

const aCandidate = (code: string, over: Partial<Candidate> = {}): Candidate => ({
  ...{ providerId: newId<"ShippingProvider">(), code, kind: "AWB_POOL", enabled: true, servesEverywhere: true },
  ...{ cod: true, preference: 100, pincode: null, awbsLeft: 10, connected: false },
  ...over,
});
const air = aCandidate("AIR", { preference: 1 });
const road = aCandidate("ROAD", { preference: 2 });
const far = aCandidate("FAR", { preference: 3, servesEverywhere: false });
const couriers = [air, road, far];

const aRule = (
  name: string,
  criteria: Criteria,
  provider: Candidate,
  preference: number,
  over: Partial<ShippingRule> = {},
): ShippingRule => ({
  ...{ ruleId: newId<"ShippingRule">(), facilityId: null, type: "FORWARD", name, condition: "", criteria, preference },
  ...{ providerId: provider.providerId, providerCode: provider.code, enabled: true },
  ...over,
});
const decide = (rules: readonly ShippingRule[], candidates: readonly Candidate[] = couriers, of: Parcel = parcel) =>
  decideCourier(candidates, judgeRules(rules, of), of);

describe("choosing a courier by rules", () => {
  it("takes the first rule whose condition holds and whose courier can, and names what it passed over", () => {
    const heavy = aRule("Heavy", "ALLOCATE", road, 2, { condition: "package.weight > 5000" });
    const light = aRule("Light", "ALLOCATE", air, 1, { condition: "package.weight <= 5000" });
    expect(must(decide([heavy, light]))).toEqual({
      providerId: road.providerId,
      code: "ROAD",
      sortCode: null,
      why: 'rule "Heavy" (preference 2), serves 400001',
      rule: { ruleId: heavy.ruleId, name: "Heavy", preference: 2 },
      rejected: [
        { code: "AIR", reason: 'is not proposed by rule "Light" (preference 1): its condition does not hold' },
      ],
    });
  });

  it("goes by the general order where no rule applies, or none that applies can", () => {
    expect(must(decide([]))).toMatchObject({ code: "AIR", rule: null, why: "preference 1, serves 400001" });
    const choice = must(decide([aRule("Far first", "ALLOCATE", far, 1)]));
    expect(choice).toMatchObject({
      code: "AIR",
      rejected: [{ code: "FAR", reason: 'does not serve 400001 (proposed by rule "Far first" (preference 1))' }],
    });
  });

  it("forces a courier whose list does not name the pincode, but not one that is off, out of numbers or takes no cash", () => {
    const force = aRule("Force", "FORCE_ALLOCATE", far, 1);
    expect(must(decide([force]))).toMatchObject({
      code: "FAR",
      why: 'forced by rule "Force" (preference 1), whether or not it lists 400001',
    });
    const not = (over: Partial<Candidate>, of: Parcel = parcel) => {
      const choice = must(decide([force], [air, { ...far, ...over }], of));
      return [choice.code, choice.rejected[0]?.reason.replace(/ \(proposed.*/, "")];
    };
    expect(not({ enabled: false })).toEqual(["AIR", "is disabled"]);
    expect(not({ awbsLeft: 0 })).toEqual(["AIR", "has no tracking numbers left"]);
    expect(not({ kind: "API", connected: false })).toEqual(["AIR", "is not connected"]);
    expect(not({ cod: false }, { ...parcel, cod: true })).toEqual(["AIR", "takes no cash on delivery"]);
  });

  it("takes a courier out wherever the rule stands, against those that propose or force it", () => {
    const rules = [aRule("Force air", "FORCE_ALLOCATE", air, 1), aRule("Never air", "NOT_ALLOCATE", air, 9)];
    const choice = must(decide(rules));
    expect(choice.code).toBe("ROAD");
    expect(choice.rejected[0]?.reason).toContain('is taken out by rule "Never air" (preference 9)');
    expect(decide([...rules, aRule("Nor road", "NOT_ALLOCATE", road, 10)])).toMatchObject({
      ok: false,
      refusal: { code: "NO_PROVIDER", facts: { pincode: "400001" } },
    });
  });

  it("is careful where a condition cannot be judged: it proposes nothing, and takes out what it forbids", () => {
    const unweighed = { ...parcel, facts: someFacts({ package: { weightGrams: null } }) };
    const forbid = aRule("No heavy air", "NOT_ALLOCATE", air, 1, { condition: "package.weight > 5000" });
    const propose = aRule("Heavy far", "FORCE_ALLOCATE", far, 2, { condition: "package.weight > 5000" });
    const choice = must(decide([forbid, propose], couriers, unweighed));
    expect(choice.code).toBe("ROAD");
    expect(choice.rejected.map((r) => `${r.code} ${r.reason}`)).toEqual([
      'FAR is not proposed by rule "Heavy far" (preference 2): weight is not known of this parcel',
      'AIR is taken out by rule "No heavy air" (preference 1), since it cannot be judged: weight is not known of this parcel',
    ]);
  });

  it("looks at the rules of the parcel's facility and of all facilities, its own first where they stand alike", () => {
    const facilityId = facts.facility.facilityId;
    const rules = [
      aRule("All", "ALLOCATE", road, 1),
      aRule("Own", "ALLOCATE", air, 1, { facilityId }),
      aRule("Elsewhere", "NOT_ALLOCATE", air, 1, { facilityId: newId<"Facility">() }),
      aRule("Off", "NOT_ALLOCATE", air, 1, { enabled: false }),
    ];
    expect(judgeRules(rules, parcel).map((r) => r.name)).toEqual(["Own", "All"]);
    expect(must(decide(rules)).code).toBe("AIR");
  });
});

describe("whatever the rules, couriers and parcel", () => {
  const codes = ["A", "B", "C", "D"] as const;
  const candidate = fc.record({
    ...{
      kind: fc.constantFrom("AWB_POOL" as const, "API" as const),
      enabled: fc.boolean(),
      servesEverywhere: fc.boolean(),
    },
    ...{ cod: fc.boolean(), connected: fc.boolean(), preference: fc.nat(3), awbsLeft: fc.nat(1) },
    pincode: fc.option(
      fc.record({
        ...{ cod: fc.boolean(), prepaid: fc.boolean(), sortCode: fc.constant(null) },
        codPriority: fc.option(fc.integer({ min: 1, max: 3 })),
        prepaidPriority: fc.option(fc.integer({ min: 1, max: 3 })),
      }),
    ),
  });
  const world = fc.record({
    candidates: fc.tuple(candidate, candidate, candidate, candidate),
    cod: fc.boolean(),
    weightGrams: fc.option(fc.nat(2_000)),
    rules: fc.array(
      fc.record({
        criteria: fc.constantFrom<Criteria>("ALLOCATE", "FORCE_ALLOCATE", "NOT_ALLOCATE"),
        ...{ of: fc.nat(3), preference: fc.integer({ min: 1, max: 9 }), enabled: fc.boolean() },
        condition: fc.constantFrom("", "order.cod", "package.weight > 1000", "not order.cod", "nonsense ="),
      }),
      { maxLength: 8 },
    ),
  });
  const run = (w: typeof world extends fc.Arbitrary<infer World> ? World : never, turned = false) => {
    const candidates = w.candidates.map(
      (c, i): Candidate => aCandidate(codes[i] ?? "", { ...c, providerId: ids[i] ?? newId() }),
    );
    const rules = w.rules.map((r, i) => {
      const at = candidates[r.of];
      return aRule(`R${i}`, r.criteria, at ?? air, r.preference, { condition: r.condition, enabled: r.enabled });
    });
    const of: Parcel = {
      pincode: "400001",
      cod: w.cod,
      facts: someFacts({ order: { cod: w.cod }, package: { weightGrams: w.weightGrams } }),
    };
    const judged = judgeRules(turned ? rules.toReversed() : rules, of);
    return { candidates, judged, of, choice: decideCourier(turned ? candidates.toReversed() : candidates, judged, of) };
  };
  const ids = codes.map(() => newId<"ShippingProvider">());
  const holds = (property: (world: ReturnType<typeof run>, again: ReturnType<typeof run>) => void) =>
    fc.assert(
      fc.property(world, (w) => property(run(w), run(w, true))),
      { numRuns: 1_500, seed: 11 },
    );

  it("never gives a parcel to a courier that a rule takes out, that is off, or that has no number", () => {
    holds(({ choice, judged, candidates, of }) => {
      if (!choice.ok) return;
      const { providerId, rule } = choice.value;
      const out = judged.some(
        (r) => r.criteria === "NOT_ALLOCATE" && r.providerId === providerId && r.verdict.holds !== false,
      );
      expect(out).toBe(false);
      const chosen = candidates.find((c) => c.providerId === providerId);
      const forced = judged.some((r) => r.ruleId === rule?.ruleId && r.criteria === "FORCE_ALLOCATE");
      expect(chosen && objection(chosen, of, { anyPincode: forced })).toBe(null);
    });
  });

  it("refuses only where each courier has an objection or is taken out, and says of each why", () => {
    holds(({ choice, judged, candidates, of }) => {
      if (choice.ok) return;
      for (const c of candidates) {
        const out = judged.some(
          (r) => r.criteria === "NOT_ALLOCATE" && r.providerId === c.providerId && r.verdict.holds !== false,
        );
        expect(out || objection(c, of) !== null).toBe(true);
        expect(choice.refusal.facts.rejected).toContainEqual(expect.stringMatching(new RegExp(`^${c.code} `)));
      }
    });
  });

  it("passes over everything before the chosen one, and nothing after it", () => {
    holds(({ choice, judged }) => {
      if (!choice.ok || choice.value.rule === null) return;
      const { ruleId } = choice.value.rule;
      const proposing = judged.filter((r) => r.criteria !== "NOT_ALLOCATE");
      const at = proposing.findIndex((r) => r.ruleId === ruleId);
      expect(choice.value.rejected.map((r) => r.code)).toEqual(proposing.slice(0, at).map((r) => r.providerCode));
    });
  });

  it("does not depend on the order in which couriers and rules were read", () => {
    holds(({ choice, judged }, { choice: again }) => {
      // Rules that stand alike are told apart by name; couriers by code.
      expect(new Set(judged.map((r) => r.name)).size).toBe(judged.length);
      expect(again.ok ? again.value.code : again.refusal.facts.rejected).toEqual(
        choice.ok ? choice.value.code : choice.refusal.facts.rejected,
      );
    });
  });
});
