import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must, refuse } from "../kernel/index.ts";
import { checkGstinState, gstinCheckCharacter, parseGstin } from "./gstin.ts";
import { STATES, stateByCode } from "./states.ts";

const live = { sandbox: false };
const code = (text: string, sandbox = false) => {
  const result = parseGstin(text, { sandbox });
  return result.ok ? "ok" : result.refusal.code;
};

describe("a GSTIN", () => {
  it.each(["27AAPFU0939F1ZV", "29AAFCC9980M1ZR", "24AAACJ3770E2ZV"])("%s is true", (text) => {
    expect(code(text)).toBe("ok");
  });
  it("gives state and PAN, and forgives case and blanks", () => {
    expect(must(parseGstin(" 27aapfu0939f1zv ", live))).toEqual({
      text: "27AAPFU0939F1ZV",
      stateCode: "27",
      pan: "AAPFU0939F",
      sandbox: false,
    });
  });
  it("with a wrong check character is refused, naming the right one", () => {
    expect(parseGstin("27AAPFU0939F1ZW", live)).toEqual(
      refuse("GSTIN_CHECKSUM", { gstin: "27AAPFU0939F1ZW", given: "W", expected: "V" }),
    );
  });
  it.each(["", "27AAPFU0939F1Z", "27AAPFU0939F1ZVV", "2AAAPFU0939F1ZV", "27AAPFU0939F1OV", "27AAP-U0939F1ZV"])(
    "%j has the wrong form",
    (text) => {
      expect(code(text)).toBe("GSTIN_FORMAT");
    },
  );
  it("of no state is refused", () => {
    expect(code("39AAPFU0939F1ZV")).toBe("GSTIN_STATE_UNKNOWN");
    expect(code("00AAPFU0939F1ZV")).toBe("GSTIN_STATE_UNKNOWN");
  });
  it("of NIC's sandbox is for sandbox tenants only, who may use true ones too", () => {
    for (const text of ["02AMBPG7773M002", "36AMBPG7773M002", "29AABCT1332L000"]) {
      expect([code(text), code(text, true)]).toEqual(["GSTIN_SANDBOX_ONLY", "ok"]);
      expect(must(parseGstin(text, { sandbox: true })).sandbox).toBe(true);
    }
    expect(code("27AAPFU0939F1ZV", true)).toBe("ok");
    expect(code("27AAPFU0939F1ZW", true)).toBe("GSTIN_CHECKSUM");
  });
  it("belongs to a place in its own state", () => {
    const gstin = must(parseGstin("27AAPFU0939F1ZV", live));
    const [maharashtra, goa] = [stateByCode("27"), stateByCode("30")];
    if (!maharashtra || !goa) throw new Error("states of the table");
    expect(checkGstinState(gstin, maharashtra.code).ok).toBe(true);
    expect(checkGstinState(gstin, goa.code)).toEqual(
      refuse("GSTIN_STATE_MISMATCH", { gstin: gstin.text, gstinState: "Maharashtra", addressState: "Goa" }),
    );
  });
  it("of the former Daman and Diu belongs to the merged territory", () => {
    const first = "25AAPFU0939F1Z";
    const merged = stateByCode("26");
    if (!merged) throw new Error("a state of the table");
    expect(checkGstinState(must(parseGstin(first + gstinCheckCharacter(first), live)), merged.code).ok).toBe(true);
  });

  const letter = fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  const digit = fc.constantFrom(..."0123456789");
  const first14 = fc
    .tuple(
      fc.constantFrom(...STATES.map((s) => s.code)),
      fc.array(letter, { minLength: 6, maxLength: 6 }),
      fc.array(digit, { minLength: 4, maxLength: 4 }),
      fc.constantFrom(..."123456789ABC"),
    )
    .map(
      ([state, letters, digits, entity]) =>
        `${state}${letters.slice(0, 5).join("")}${digits.join("")}${letters[5]}${entity}Z`,
    );
  it("shows any single wrong character", () => {
    fc.assert(
      fc.property(
        first14,
        fc.nat(13),
        fc.constantFrom(..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        (first, at, wrong) => {
          const gstin = first + gstinCheckCharacter(first);
          expect(code(gstin)).toBe("ok");
          fc.pre(gstin[at] !== wrong);
          expect(code(gstin.slice(0, at) + wrong + gstin.slice(at + 1))).not.toBe("ok");
        },
      ),
    );
  });
});
