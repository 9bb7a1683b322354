import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type Coverage,
  coveragePage,
  declaredBy,
  type Proof,
  provedBy,
  readCoveragePage,
} from "../connectors/kit/coverage.ts";
import { connectors } from "../src/app/sources.ts";

const page = readFileSync(new URL("../docs/generated/coverage.md", import.meta.url), "utf8");

function cells(text: string, source: string): ReadonlyMap<Proof, Coverage> {
  return readCoveragePage(text).get(source) ?? new Map();
}

describe("the coverage page (if it is stale: run the contract tests, then ./godown run tools/coverage.ts)", () => {
  it("has a row for each source, and no other", () => {
    expect([...readCoveragePage(page).keys()].sort()).toEqual(connectors.map(({ id }) => id).sort());
  });
  // That its ticks are true is checked where they are earned: at the end of each source's contract test.
  it.each(connectors)("says of $id what it declares, and no more", (connector) => {
    const row = cells(page, connector.id);
    const shown = [...row].filter(([, coverage]) => coverage !== "none").map(([proof]) => proof);
    expect(shown.sort()).toEqual([...declaredBy(connector)].sort());
  });
  it("is written with every declared column and ticks each, so that it differs from the kept one in nothing", () => {
    const withoutTicks = (text: string) => text.replaceAll("| ✓ ", "| declared ").replaceAll("✓ |", "declared |");
    expect(withoutTicks(coveragePage(connectors, new Map()))).toBe(withoutTicks(page));
    // Written without the results of all sources it would have lost their ticks.
    expect(page).not.toContain("| declared ");
  });
});

describe("a coverage page", () => {
  const [one] = connectors;
  if (one === undefined) throw new Error("there is a connector");
  const run = (status: "passed" | "failed" | "partly") =>
    provedBy({ source: one.id, results: [{ capability: "verify", status, scenarios: 2 }] });
  it.each([
    ["passed", "tested"],
    ["failed", "declared"],
    ["partly", "declared"],
  ] as const)("shows scenarios that %s as %s", (status, coverage) => {
    const text = coveragePage([one], new Map([[one.id, run(status)]]));
    expect(cells(text, one.id).get("verify")).toBe(coverage);
  });
  it("ticks nothing that is not declared, however it was proved", () => {
    const bare = { ...one, capabilities: {}, rules: { ...one.rules, ordersArrive: "by hand", reports: [] } } as const;
    const row = cells(coveragePage([bare], new Map([[one.id, run("passed")]])), one.id);
    expect(new Set(row.values())).toEqual(new Set(["none"]));
  });
});
