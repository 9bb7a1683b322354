import { describe, expect, it } from "vitest";
import { between, bulkWords, chipWords, divide, listQuery, nextSort, successor } from "./list-state.ts";
import type { Filter } from "./types.ts";

const channel: Filter = {
  name: "channel",
  label: "Channel",
  type: "select",
  options: [
    { value: "a", label: "AJIO_Dropship_1" },
    { value: "j", label: "JUPITER" },
  ],
};
const held: Filter = { name: "held", label: "On hold", type: "flag" };
const base = {
  prefix: "",
  tabs: [
    { value: "all", label: "All" },
    { value: "PACKED", label: "Packed" },
  ],
  tabFilter: "state",
  filters: [channel, held],
  fixed: {},
  defaultSort: "dispatchBy",
  facilityId: null,
};

describe("the question a list asks", () => {
  it("comes from the address alone", () => {
    expect(listQuery({ ...base, params: { tab: "PACKED", channel: "a", q: "OD1", open: "x", unknown: "1" } })).toEqual({
      state: "PACKED",
      channel: "a",
      search: "OD1",
      sort: "dispatchBy",
    });
  });
  it("sets no state on the tab of all, takes the facility, and lets the page's own filters win", () => {
    expect(
      listQuery({ ...base, facilityId: "f-1", fixed: { channel: "j" }, params: { channel: "a", sort: "-createdAt" } }),
    ).toEqual({ channel: "j", sort: "-createdAt", facilityId: "f-1" });
  });
  it("keeps two tables of one page apart by their prefix", () => {
    expect(listQuery({ ...base, prefix: "l.", params: { channel: "a", "l.channel": "j" } })).toMatchObject({
      channel: "j",
    });
  });
});

it("sorts up, down, and back to the list's own order", () => {
  expect(nextSort("dispatchBy", "total", "dispatchBy")).toBe("total");
  expect(nextSort("total", "total", "dispatchBy")).toBe("-total");
  expect(nextSort("-total", "total", "dispatchBy")).toBeNull();
  expect(nextSort("dispatchBy", "dispatchBy", "dispatchBy")).toBe("-dispatchBy");
  expect(nextSort("-dispatchBy", "dispatchBy", "dispatchBy")).toBeNull();
});

it("writes chips as words", () => {
  expect(chipWords(channel, "a,j")).toBe("Channel: AJIO_Dropship_1 or JUPITER");
  expect(chipWords(held, "false")).toBe("not on hold");
  expect(
    chipWords({ name: "by", label: "Due", type: "text", sentence: (v) => `to hand over before ${v}` }, "16:00"),
  ).toBe("to hand over before 16:00");
});

describe("choosing many", () => {
  it("takes a range in either direction", () => {
    expect(between(["a", "b", "c", "d"], "c", "a")).toEqual(["a", "b", "c"]);
    expect(between(["a", "b"], "gone", "b")).toEqual(["b"]);
    expect(between(["a", "b"], "a", "gone")).toEqual([]);
  });
  it("says how many an action takes and why not the others, the commonest reason first", () => {
    const { fit, reasons } = divide([1, 2, 3, 4, 5, 6], (n) => (n < 3 ? true : n === 3 ? "cancelled" : "on hold"));
    expect(fit).toEqual([1, 2]);
    expect(reasons).toEqual([
      ["on hold", 3],
      ["cancelled", 1],
    ]);
    expect(bulkWords("Create invoice", 2, 6)).toBe("Create invoice for 2 of 6");
    expect(bulkWords("Create invoice", 6, 6)).toBe("Create invoice · 6");
  });
});

it("opens the next row when the open one has left the list, though others came or went with it", () => {
  expect(successor(["a", "b", "c"], "b", ["a", "c"])).toBe("c");
  expect(successor(["a", "b", "c", "d"], "b", ["new", "a", "d"])).toBe("d");
  expect(successor(["a", "b", "c"], "c", ["a", "b", "new"])).toBe("b");
  expect(successor(["a"], "a", [])).toBeNull();
});
