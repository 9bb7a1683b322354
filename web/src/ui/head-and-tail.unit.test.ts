import { expect, it } from "vitest";
import { headAndTail } from "./head-and-tail.ts";

it("keeps the end of a long code whole, and a short code altogether", () => {
  expect(headAndTail("JM2611231759420033")).toEqual(["JM2611231759", "420033"]);
  expect(headAndTail("BLR1-100052")).toEqual(["", "BLR1-100052"]);
  expect(headAndTail("1234567890123").join("")).toBe("1234567890123");
});
