import { describe, expect, it } from "vitest";
import { fill } from "./refusals.ts";

describe("a sentence with facts", () => {
  it("names what it has, and admits what it has not", () => {
    expect(fill("{order} waits for {skus}; {why}.", { order: "JM-1", skus: ["A", "B"] })).toBe(
      "JM-1 waits for A, B; (unknown).",
    );
  });

  it("says money in rupees, as people in India write it", () => {
    expect(fill("{given:rupees} of {total:rupees}", { given: 5, total: 12_345_678 })).toBe("₹0.05 of ₹1,23,456.78");
  });

  it("says a moment as the clocks of India show it", () => {
    expect(fill("they left at {at:instant}: {at}", { at: "2026-11-21T19:05:09.123Z" })).toBe(
      "they left at 22 Nov 2026, 00:35: 2026-11-21T19:05:09.123Z",
    );
  });
});
