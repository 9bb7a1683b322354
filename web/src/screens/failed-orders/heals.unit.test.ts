import { describe, expect, it } from "vitest";
import { causeOf, correctable, healWords } from "./heals.ts";

const row = { state: "FAILED", code: "LISTING_NOT_MAPPED", waitsFor: ["LISTING:8013:STD"], channel: "Jupiter_1" };
const jupiter = { code: "Jupiter_1", channelId: null, mapsWarehouses: false };

describe("what heals an order that failed", () => {
  it("names the listing, colons in its id and all, and leads to it", () => {
    expect(causeOf("LISTING:8013:STD", jupiter)).toMatchObject({ to: "/listings", search: { q: "8013:STD" } });
    expect(healWords(row)).toBe("By itself, when the listing 8013:STD is mapped to a SKU");
    expect(healWords({ ...row, waitsFor: [...row.waitsFor, "LISTING:9"] })).toContain("and 1 more");
  });

  it("leads to where the channel's warehouse is mapped: a field of the connectors, or the settings", () => {
    const oker = { code: "Oker_1", channelId: "c1", mapsWarehouses: true };
    const cause = causeOf("FACILITY:OKR-MUM-03", oker);
    expect(cause?.words).toBe("the warehouse OKR-MUM-03 is mapped to a facility of Oker_1");
    expect(cause).toMatchObject({ to: "/settings/channels/c1", search: { view: "connectors" } });
    const typed = causeOf("FACILITY:JM-BLR", { ...oker, mapsWarehouses: false });
    expect(typed?.search).toEqual({ view: "settings" });
    expect(causeOf("FACILITY:", oker)?.search).toEqual({ view: "settings" });
    expect(causeOf("FACILITY:JM-BLR", jupiter)?.to).toBe("/settings/channels");
  });

  it("says what a person corrects, and what only the marketplace can", () => {
    expect(healWords({ ...row, code: "PINCODE_INVALID", waitsFor: [] })).toBe("Correct the PIN code");
    expect(correctable("STATE_UNKNOWN")).toBe("state");
    expect(healWords({ ...row, code: "AMOUNT_MISMATCH", waitsFor: [] })).toContain("marketplace");
  });

  it("says nothing of what does not wait, and does not invent a page for a cause it does not know", () => {
    expect(healWords({ ...row, state: "CREATED" })).toBe("");
    expect(causeOf("MOON:full", jupiter)).toBeNull();
    expect(healWords({ ...row, code: "X", waitsFor: ["MOON:full"] })).toBe("By itself, when its cause goes away");
  });
});
