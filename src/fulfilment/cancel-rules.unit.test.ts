import { describe, expect, it } from "vitest";
import { type UnitState, unitLifecycle } from "../orders/index.ts";
import { hasLeft, isInvoiced, judgeWord, keptBySellerRule, sellerRuleWords } from "./cancel-rules.ts";

const HERE_BEFORE: readonly UnitState[] = [
  "CREATED",
  "FULFILLABLE",
  "UNFULFILLABLE",
  "LOCATION_NOT_SERVICEABLE",
  "PICKING_FOR_INVOICING",
];
const PACKED: readonly UnitState[] = ["PACKED", "READY_TO_SHIP", "MANIFESTED"];
const GONE: readonly UnitState[] = ["DISPATCHED", "DELIVERED", "RETURNED", "REPLACED", "RESHIPPED"];
const units = (states: readonly UnitState[]) => states.map((state) => ({ state }));
const all = units([...HERE_BEFORE, ...PACKED, ...GONE]);
const states = (chosen: readonly { state: UnitState }[]) => chosen.map((unit) => unit.state);

describe("what is invoiced and what has left", () => {
  it("covers every state of a unit exactly once", () => {
    for (const state of unitLifecycle.states) {
      const before = HERE_BEFORE.includes(state) || state === "CANCELLED";
      expect([before, isInvoiced(state), hasLeft(state)].filter(Boolean), state).toHaveLength(1);
    }
  });
});

describe("the seller's cancellation", () => {
  it.each([
    ["dispatched", []],
    ["invoiced", [...PACKED, ...GONE]],
    ["never", states(all)],
  ] as const)("until %s keeps what is past it", (sellerCancel, kept) => {
    expect(states(keptBySellerRule({ sellerCancel }, all))).toEqual(kept);
  });

  it("is refused in the source's own words, or in plain ones", () => {
    const own = "Cancellations is not allowed post invoiced (Packed).";
    expect(sellerRuleWords({ label: "Oker", sellerCancel: "invoiced", sellerCancelRule: own })).toBe(own);
    expect(sellerRuleWords({ label: "Oker", sellerCancel: "invoiced" })).toContain("before the invoice exists");
    expect(sellerRuleWords({ label: "Oker", sellerCancel: "never" })).toContain("does not allow");
  });
});

describe("the channel's cancellation", () => {
  it.each([
    ["never", { take: [], late: [...HERE_BEFORE, ...PACKED], hold: HERE_BEFORE }],
    ["invoiced", { take: HERE_BEFORE, late: PACKED, hold: [] }],
    ["dispatched", { take: [...HERE_BEFORE, ...PACKED], late: [], hold: [] }],
  ] as const)("until %s", (until, expected) => {
    const { take, late, left, hold } = judgeWord(until, all);
    expect({ take: states(take), late: states(late), hold: states(hold) }).toEqual(expected);
    expect(states(left)).toEqual(GONE);
  });

  it("decides about every unit once", () => {
    for (const until of ["never", "invoiced", "dispatched"] as const) {
      const { take, late, left } = judgeWord(until, all);
      expect([...take, ...late, ...left]).toHaveLength(all.length);
      expect(new Set([...take, ...late, ...left]).size).toBe(all.length);
    }
  });
});
