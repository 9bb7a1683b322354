import fc from "fast-check";
import { expect, it } from "vitest";
import { parseRupees, rupeesText } from "./money.ts";

it("writes rupees with two decimals, exactly", () => {
  expect([0, 5, 76_415, -250, 9_007_199_254_740_991].map(rupeesText)).toEqual([
    "0.00",
    "0.05",
    "764.15",
    "-2.50",
    "90071992547409.91",
  ]);
});

it("reads back what it wrote", () => {
  fc.assert(
    fc.property(fc.integer({ min: -10_000_000_000, max: 10_000_000_000 }), (amount) => {
      expect(parseRupees(rupeesText(amount))).toBe(amount);
    }),
  );
});
