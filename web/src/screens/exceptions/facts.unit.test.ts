import { describe, expect, it } from "vitest";
import { factsBeside } from "./facts.ts";

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
