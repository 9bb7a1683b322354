import { expect, it } from "vitest";
import { safeNext } from "./safe-next.ts";

it("goes only to a page of this site after a login", () => {
  expect(safeNext("/orders?tab=PACKED")).toBe("/orders?tab=PACKED");
  for (const elsewhere of [
    undefined,
    "",
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
  ])
    expect(safeNext(elsewhere)).toBe("/");
});
