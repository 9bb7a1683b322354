import { describe, expect, it } from "vitest";
import { besideItsOrder, factsBeside } from "./facts.ts";

const LEFT_AT = "2026-11-21T05:05:09.123Z";
const facts = { order: "JM-1", saleOrderId: "1", units: ["JM-1-1"], dispatchedAt: LEFT_AT, reason: "buyer", rule: "" };

describe("what stands beside the sentence of a doubt", () => {
  it("is what the sentence does not say, a moment in its own words included", () => {
    const told =
      "The channel says that JM-1-1 of JM-1 are cancelled, but they left at 21 Nov 2026, 10:35: P-1 is SHIPPED.";
    expect(factsBeside(told, facts)).toEqual([{ name: "Reason given", text: "buyer", at: null }]);
  });

  it("is a moment to be shown as such where the sentence names none", () => {
    expect(factsBeside("JM-1-1 left.", facts)).toContainEqual({ name: "Left at", text: LEFT_AT, at: LEFT_AT });
  });
});

describe("the sentence of a doubt beside its order", () => {
  it("begins with what tells it from others", () => {
    expect(besideItsOrder("The channel says JM-1 is cancelled. It may.", "JM-1")).toBe(
      "The order is cancelled. It may.",
    );
    expect(besideItsOrder("The channel says that JM-1-1, JM-1-12 of JM-1 left.", "JM-1")).toBe(
      "Unit 1, unit 12 of the order left.",
    );
  });

  it("leaves alone what only looks like the order, and a doubt without one", () => {
    expect(besideItsOrder("Package P-JM-1 of OD.1 is at JM-10.", "OD.1")).toBe(
      "Package P-JM-1 of the order is at JM-10.",
    );
    expect(besideItsOrder("3 pieces of gatepass GP-1 did not arrive.", null)).toBe(
      "3 pieces of gatepass GP-1 did not arrive.",
    );
  });
});
