import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paise } from "../kernel/index.ts";
import { amountInWords, numberInWords } from "./amount-in-words.ts";

describe("an amount in words", () => {
  it.each([
    [0, "Rupees Zero Only"],
    [1, "One Paisa Only"],
    [50, "Fifty Paise Only"],
    [100, "Rupee One Only"],
    [101, "Rupee One and One Paisa Only"],
    [1_00_000_00, "Rupees One Lakh Only"],
    [1_23_456_78, "Rupees One Lakh Twenty Three Thousand Four Hundred Fifty Six and Seventy Eight Paise Only"],
    [10_00_00_000_00, "Rupees Ten Crore Only"],
    [1_05_00_019_10, "Rupees One Crore Five Lakh Nineteen and Ten Paise Only"],
  ])("%i paise", (amount, words) => {
    expect(amountInWords(paise(amount))).toBe(words);
  });
  it("says lakhs of crores beyond that", () => {
    expect(numberInWords(1_00_000 * 1_00_00_000)).toBe("One Lakh Crore");
  });
  it("refuses a negative amount as a bug", () => {
    expect(() => amountInWords(paise(-1))).toThrow("not negative");
  });

  const VALUE = new Map<string, number>();
  for (let n = 0; n < 20; n++) VALUE.set(numberInWords(n), n);
  for (let n = 20; n < 100; n += 10) VALUE.set(numberInWords(n), n);
  const SIZE = new Map([
    ["Thousand", 1e3],
    ["Lakh", 1e5],
    ["Crore", 1e7],
  ]);
  /** Reads words back by another way than they were made: adding up from the left. */
  const read = (words: string): number => {
    let [whole, group] = [0, 0];
    for (const word of words.split(" ")) {
      const value = VALUE.get(word);
      if (value !== undefined) group += value;
      else if (word === "Hundred") group *= 100;
      else if (word === "Crore") [whole, group] = [(whole + group) * 1e7, 0];
      else [whole, group] = [whole + group * (SIZE.get(word) ?? Number.NaN), 0];
    }
    return whole + group;
  };
  it("can be read back", () => {
    const anyNumber = fc.integer({ min: 0, max: 9_99_99_99_999 });
    fc.assert(
      fc.property(anyNumber, (n) => {
        expect(read(numberInWords(n))).toBe(n);
      }),
    );
  });
});
