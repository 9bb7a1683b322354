import { describe, expect, it } from "vitest";
import { isMapEmpty, type MapRow, mapFault, readMap, repeatedKeys, tidyMap, writeMap } from "./map-text.ts";

const rowsOf = (text: string): readonly MapRow[] => {
  const read = readMap(text);
  if ("fault" in read) throw new Error(read.fault);
  return read.rows;
};

describe("a map as text and as a table", () => {
  it.each([
    [[["W1", "BLR1"]]],
    [
      [
        ["W1", "BLR1"],
        ["W1", "DEL1"],
        ["", ""],
        ["", "BLR1"],
      ],
    ],
    [
      [
        ['with "quotes"', "back\\slash"],
        ["a,b:{c}[d]", "ends in \\"],
        ["10", "numbers keep their place"],
        ["2", "ಬೆಂಗಳೂರು"],
      ],
    ],
  ] as const)("%j is the same rows again after it was written", (rows) => {
    expect(rowsOf(writeMap(rows))).toEqual(rows);
  });

  it("reads what a seller copies from a mail, in its order, repeated keys too", () => {
    expect(rowsOf('{"W2":"DEL1" ,\n "W1" : "BLR1","W2":"BLR1"}')).toEqual([
      ["W2", "DEL1"],
      ["W1", "BLR1"],
      ["W2", "BLR1"],
    ]);
    expect(rowsOf("")).toEqual([]);
    expect(rowsOf(" {} ")).toEqual([]);
  });

  it.each([
    ['{"W1": "BLR1"', /^is not JSON: .+/],
    ['{"W1": "BLR1",\n "W2" "DEL1"}', /^is not JSON: .+ at line 2, column 7$/],
    ['["W1"]', /^is not a JSON object like/],
    ['{"W1": 4}', /^has a value for W1 that is not text$/],
    ['{"W1": {"W2": "BLR1"}}', /^has a value for W1 that is not text$/],
    ['{"W1": 4, "W1": "BLR1"}', /^has a value for W1 that is not text$/], // JSON alone would keep the last
  ])("says of %s what is wrong", (text, words) => {
    expect(mapFault(text)).toMatch(words);
  });

  it("names what is wrong with a row", () => {
    const rules = { values: ["BLR1", "DEL1"], valueNoun: "facility", valueOnce: "it would be sold twice" };
    expect(mapFault('{"W1": "BLR1", "W2": "DEL1"}', rules)).toBeNull();
    expect(mapFault('{"W1": "BLR1", "W1 ": "DEL1"}', rules)).toBe("names W1 twice");
    expect(mapFault('{"W1": ""}', rules)).toBe("has no facility for W1");
    expect(mapFault('{" ": "BLR1"}', rules)).toBe("has a row for BLR1 without its first part");
    expect(mapFault('{"W1": "blr1"}', rules)).toBe("has blr1 for W1: there is no such facility");
    expect(mapFault('{"W1": "BLR1", "W2": "BLR1"}', rules)).toBe("has BLR1 for both W1 and W2: it would be sold twice");
    expect(mapFault('{"W1": "BLR1", "W2": "BLR1"}')).toBeNull();
  });

  it("leaves rows out that nothing was typed into, and text alone that needs nothing", () => {
    const typed = '{"W1":"BLR1"}';
    expect(tidyMap(typed)).toBe(typed);
    expect(tidyMap('{"W1": " BLR1 ", "": ""}')).toBe('{\n  "W1": "BLR1"\n}');
    expect(tidyMap('{"W1"')).toBe('{"W1"');
    expect(isMapEmpty('{"": " "}')).toBe(true);
    expect(isMapEmpty('{"": "BLR1"}')).toBe(false);
    expect(isMapEmpty("{")).toBe(false);
  });

  it("marks the keys that stand twice", () => {
    expect([...repeatedKeys(rowsOf('{"W1":"A","W2":"B","W1 ":"C","":"","":""}'))]).toEqual(["W1"]);
  });
});
