import { describe, expect, it } from "vitest";
import { readChoice } from "./why-courier.tsx";

describe("why this courier", () => {
  it("is read from what the package keeps, whatever form that has", () => {
    expect(readChoice(null)).toBe(null);
    expect(readChoice({ code: "ROAD" })).toBe(null);
    expect(readChoice({ code: "ROAD", why: "chosen by Asha", rejected: [] })).toEqual({
      why: "chosen by Asha",
      rejected: [],
    });
    expect(readChoice({ why: "w", rejected: [{ code: "AIR", reason: "is disabled" }, "odd"] })).toEqual({
      why: "w",
      rejected: [{ code: "AIR", reason: "is disabled" }],
    });
  });
});
