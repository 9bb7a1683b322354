import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must } from "../kernel/index.ts";
import { AWBS_PER_UPLOAD_MAX, expandAwbRange, parseAwbList } from "./awb.ts";

const code = (from: string, to: string) => {
  const result = expandAwbRange(from, to);
  return result.ok ? result.value.length : result.refusal.code;
};

describe("an AWB range", () => {
  it("holds both ends and every number between, zeros kept", () => {
    const awbs = must(expandAwbRange("JM0001", " JM0500 "));
    expect(awbs).toHaveLength(500);
    expect([awbs[0], awbs[1], awbs[499]]).toEqual(["JM0001", "JM0002", "JM0500"]);
  });
  it("grows in width when it is not padded, and counts beyond 2^53", () => {
    expect(must(expandAwbRange("JM99", "JM101"))).toEqual(["JM99", "JM100", "JM101"]);
    expect(must(expandAwbRange("99999999999999999998", "99999999999999999999"))).toHaveLength(2);
  });
  it("is refused with the reason", () => {
    expect(code("JM0001", "JN0002")).toBe("AWB_RANGE_MISMATCH");
    expect(code("JM0001", "JM00002")).toBe("AWB_RANGE_MISMATCH");
    expect(code("JM1X", "JM2X")).toBe("AWB_RANGE_MISMATCH");
    expect(code("JM0002", "JM0001")).toBe("AWB_RANGE_BACKWARDS");
    expect(code("", "JM0001")).toBe("AWB_INVALID");
    expect(code("JM 0001", "JM0002")).toBe("AWB_INVALID");
    expect(code("JM000001", `JM${AWBS_PER_UPLOAD_MAX + 1}`)).toBe("AWB_RANGE_TOO_LONG");
    expect(code("JM000001", `JM${AWBS_PER_UPLOAD_MAX}`)).toBe(AWBS_PER_UPLOAD_MAX);
  });
  it("gives each number once, in order, from the first to the last", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 0, max: 300 }), (low, more) => {
        const [from, to] = [low, low + more].map((n) => `AB-${String(n).padStart(5, "0")}`);
        const awbs = must(expandAwbRange(from ?? "", to ?? ""));
        expect(awbs).toHaveLength(more + 1);
        expect(new Set(awbs).size).toBe(more + 1);
        expect([...awbs].sort()).toEqual(awbs);
        expect([awbs[0], awbs.at(-1)]).toEqual([from, to]);
      }),
    );
  });
});

describe("an AWB list", () => {
  it("keeps the good part and names the rest", () => {
    const list = must(parseAwbList('\uFEFFAWB Number\r\nJM0001, JM0002\n"JM0003"\nJM0001\n??\n\nABCDEF'));
    expect(list).toEqual({
      awbs: ["JM0001", "JM0002", "JM0003"],
      duplicates: ["JM0001"],
      invalid: [
        { line: 5, text: "??" },
        { line: 7, text: "ABCDEF" },
      ],
    });
  });
  it("is refused when empty or too long", () => {
    expect(parseAwbList(" \n\n")).toMatchObject({ refusal: { code: "AWB_LIST_EMPTY" } });
    const long = must(expandAwbRange("A000000", "A099999")).concat("B1");
    expect(parseAwbList(long.join("\n"))).toMatchObject({ refusal: { code: "AWB_LIST_TOO_LONG" } });
  });
});
