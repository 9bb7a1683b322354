import { describe, expect, it } from "vitest";
import { causeOf, correctable, healWords } from "./heals.ts";

const row = { state: "FAILED", code: "LISTING_NOT_MAPPED", waitsFor: ["LISTING:8013:STD"], channel: "Jupiter_1" };
const jupiter = { code: "Jupiter_1", channelId: null, mapsWarehouses: false };

describe("what heals an order that failed", () => {
  it("names the listing, colons in its id and all, and leads to it", () => {
    expect(causeOf("LISTING:8013:STD", jupiter, row.code)).toMatchObject({
      to: "/listings",
      search: { q: "8013:STD" },
    });
    expect(healWords(row)).toBe("By itself, when the listing 8013:STD is mapped to a SKU");
    expect(healWords({ ...row, waitsFor: [...row.waitsFor, "LISTING:9"] })).toContain("and 1 more");
  });

  it("leads to where the channel's warehouse is mapped: a field of the connectors, or the settings", () => {
    const oker = { code: "Oker_1", channelId: "c1", mapsWarehouses: true };
    const cause = causeOf("CHANNEL:c1", oker, "FACILITY_NOT_MAPPED", ["OKR-MUM-03"]);
    expect(cause?.words).toBe("the warehouse OKR-MUM-03 is mapped to a facility of Oker_1 that is on");
    expect(cause).toMatchObject({ to: "/settings/channels/c1", search: { view: "connectors" } });
    const typed = causeOf("CHANNEL:c1", { ...oker, mapsWarehouses: false }, "FACILITY_NOT_MAPPED");
    expect(typed?.search).toEqual({ view: "settings" });
    expect(causeOf("CHANNEL:c1", jupiter, "FACILITY_NOT_MAPPED")?.to).toBe("/settings/channels");
    expect(healWords({ ...row, code: "FACILITY_NOT_MAPPED", waitsFor: ["CHANNEL:c1"] })).toBe(
      "By itself, when its warehouse is mapped to a facility of Jupiter_1 that is on",
    );
  });

  it("leads to the settings of a channel that has no facility to ship from", () => {
    const cause = causeOf("CHANNEL:c1", { code: "Oker_1", channelId: "c1", mapsWarehouses: true }, "NO_FACILITY");
    expect(cause).toMatchObject({ words: "Oker_1 has a facility that is on", search: { view: "settings" } });
  });

  it("says what a person corrects, and what only the marketplace can", () => {
    expect(healWords({ ...row, code: "PINCODE_INVALID", waitsFor: [] })).toBe("Correct the PIN code");
    expect(correctable("STATE_UNKNOWN")).toBe("state");
    expect(healWords({ ...row, code: "AMOUNT_MISMATCH", waitsFor: [] })).toContain("marketplace");
  });

  it("says nothing of what does not wait, and does not invent a page for a cause it does not know", () => {
    expect(healWords({ ...row, state: "CREATED" })).toBe("");
    expect(causeOf("MOON:full", jupiter, "X")).toBeNull();
    expect(healWords({ ...row, code: "X", waitsFor: ["MOON:full"] })).toBe("By itself, when its cause goes away");
  });
});
