import { expect, it } from "vitest";
import { parseSearch, patchParams, stringifySearch } from "./url-state.ts";

it("keeps parameters as readable strings, there and back", () => {
  const params = { tab: "PACKED", channel: "AJIO_Dropship_1,JUPITER", q: "a b&c", n: "007" };
  expect(stringifySearch(params)).toBe("?tab=PACKED&channel=AJIO_Dropship_1,JUPITER&q=a+b%26c&n=007");
  expect(parseSearch(stringifySearch(params))).toEqual(params);
  expect(stringifySearch({ a: "", b: undefined })).toBe("");
});

it("removes a parameter by null, undefined or nothing", () => {
  expect(patchParams({ a: "1", b: "2", c: "3" }, { a: null, b: "", d: "4" })).toEqual({ c: "3", d: "4" });
});
