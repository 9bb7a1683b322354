import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { courierWordsPage, errorCodesPage, lifecyclesPage, withVariables } from "./docs.ts";

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");

describe("the generated pages (if one is stale: ./godown run tools/docs.ts)", () => {
  it("list the variables that the configuration reads", () => {
    const guide = page("operations.md");
    expect(withVariables(guide)).toBe(guide);
    expect(guide).toContain("| `PORT` | `8080` |");
  });

  it("list the error codes", () => {
    expect(page("generated/error-codes.md")).toBe(errorCodesPage());
    expect(errorCodesPage()).toContain("| `NOT_FOUND` | 404 |");
  });

  it("list the words of couriers", () => {
    expect(page("generated/courier-words.md")).toBe(courierWordsPage());
    expect(courierWordsPage()).toMatch(/^\| DELIVERED \| Delivered \| the package is DELIVERED \| `DELIVERED`/m);
  });

  it("draw the lifecycles", () => {
    expect(page("generated/lifecycles.md")).toBe(lifecyclesPage());
  });
});
