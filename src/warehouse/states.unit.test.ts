import { describe, expect, it } from "vitest";
import { isArmyPost, parsePincode, pincodeFitsState, statesOfPincode } from "./pincode.ts";
import { isUnionTerritoryWithoutLegislature, STATES, stateByCode, stateByName } from "./states.ts";

describe("a state by name", () => {
  it.each([
    ["Tamil Nadu", "33"],
    ["TAMILNADU", "33"],
    ["tn", "33"],
    ["IN-TN", "33"],
    ["33", "33"],
    ["33-Tamil Nadu", "33"],
    ["Orissa", "21"],
    ["Pondicherry", "34"],
    ["NCT of Delhi", "07"],
    ["New Delhi", "07"],
    ["Jammu & Kashmir", "01"],
    ["JAMMU AND KASHMIR", "01"],
    ["Uttaranchal", "05"],
    ["Chattisgarh", "22"],
    ["Andaman & Nicobar Islands", "35"],
    ["Daman & Diu", "26"],
    ["Dadra and Nagar Haveli", "26"],
    ["The Dadra and Nagar Haveli and Daman and Diu", "26"],
    ["Andhra Pradesh", "37"],
    ["28", "37"],
    ["Telengana", "36"],
    ["Mahārāshtra", "27"],
    ["State of Goa", "30"],
    ["7", "07"],
  ])("%s is %s", (text, code) => {
    expect(stateByName(text)?.code).toBe(code);
  });
  it.each(["", " ", "Bengaluru", "California", "99", "00", "39", "33-Kerala", "constructor", "IN"])(
    "%j is none",
    (text) => {
      expect(stateByName(text)).toBeNull();
    },
  );
});

describe("the states", () => {
  it("are 01 to 38 and 97, no name and no alias meaning two", () => {
    const codes = [...Array.from({ length: 38 }, (_, i) => String(i + 1).padStart(2, "0")), "97"];
    expect(STATES.map((s) => s.code)).toEqual(codes);
    for (const state of STATES)
      expect(stateByName(state.name)?.code).toBe(state.code === "28" ? "37" : (state.succeededBy ?? state.code));
    expect(stateByCode(1)?.name).toBe("Jammu and Kashmir");
    expect(stateByCode("100")).toBeNull();
  });
  it("take UTGST where the UTGST Act says, and nowhere else", () => {
    const utgst = STATES.filter((s) => isUnionTerritoryWithoutLegislature(s.code)).map((s) => s.code);
    expect(utgst).toEqual(["04", "25", "26", "31", "35", "38", "97"]);
  });
});

describe("a pincode", () => {
  const fits = (pincode: string, code: string) => {
    const state = stateByCode(code);
    return state === null ? null : pincodeFitsState(pincode, state.code);
  };
  it("has six digits, the first not 0", () => {
    expect(parsePincode(" 560 034 ")).toEqual({ ok: true, value: "560034" });
    for (const text of ["", "056003", "56003", "5600345", "56OO34", "٥٦٠٠٣٤"])
      expect(parsePincode(text)).toMatchObject({ refusal: { code: "PINCODE_FORMAT", facts: { pincode: text } } });
  });
  it.each([
    ["110001", "07"],
    ["160017", "04"],
    ["160055", "03"],
    ["194101", "38"],
    ["248001", "05"],
    ["396230", "26"],
    ["362520", "25"],
    ["403001", "30"],
    ["500001", "36"],
    ["533464", "34"],
    ["533101", "37"],
    ["560034", "29"],
    ["605001", "34"],
    ["682555", "31"],
    ["737101", "11"],
    ["744101", "35"],
    ["795001", "14"],
    ["834001", "20"],
    ["800001", "10"],
  ])("%s fits %s", (pincode, code) => {
    expect(fits(pincode, code)).toBe(true);
  });
  it.each([
    ["560034", "27"],
    ["110001", "06"],
    ["600002", "32"],
    ["400001", "30"],
    ["799001", "18"],
  ])("%s does not fit %s", (pincode, code) => {
    expect(fits(pincode, code)).toBe(false);
  });
  it("of the army or of an unknown range fits everywhere", () => {
    expect([isArmyPost("900056"), fits("900056", "33"), fits("290001", "33"), fits("560034", "97")]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(statesOfPincode("900056")).toEqual([]);
  });
  it("is known for every state but Other Territory", () => {
    const reached = new Set(Array.from({ length: 900 }, (_, i) => statesOfPincode(`${i + 100}001`)).flat());
    const missing = STATES.filter((s) => s.succeededBy === null && !reached.has(s.code)).map((s) => s.code);
    expect(missing).toEqual(["97"]);
  });
});
