import { describe, expect, it } from "vitest";
import { gstinCheckCharacter, gstinFault } from "./facility-data.ts";

describe("a GSTIN while it is typed", () => {
  it("knows the check character of a published example", () => {
    // From the GST network's own documentation of the checksum.
    expect(gstinCheckCharacter("27AAPFU0939F1Z")).toBe("V");
  });

  it("says how far it is, and what is wrong with it", () => {
    expect(gstinFault("", "27", false)).toBeNull();
    expect(gstinFault("27AAPFU", "27", false)).toBe("has 7 of 15 characters");
    expect(gstinFault("27AAPFU0939F1ZV", "27", false)).toBeNull();
    expect(gstinFault("27AAPFU0939F1ZX", "27", false)).toContain("would be V");
    expect(gstinFault("27AAPFU0939F1ZV", "29", false)).toContain("is registered in state 27");
    expect(gstinFault("27AAPFU-939F1ZV", "27", false)).toContain("form");
  });

  it("lets a sandbox number of a trial tenant pass", () => {
    expect(gstinFault("29AABCT1332L000", "29", true)).toBeNull();
    expect(gstinFault("29AABCT1332L000", "29", false)).not.toBeNull();
  });
});
