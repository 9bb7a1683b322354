import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checksTable, PROTOCOLS } from "./docs.ts";
import { contractAt } from "./report.ts";

describe.each(PROTOCOLS.map((protocol) => [protocol.name, protocol] as const))("the checks of %s", (_, protocol) => {
  const { checks, contract, operations } = protocol;

  it("have an id each, which begins with what it is about", () => {
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]+(\.[a-z]+)?\.[a-z-]+$/.test(id))).toEqual([]);
  });

  it("name a place of the contract that says something", () => {
    for (const check of checks) expect(contractAt(contract, check.contract, check.beyond).says, check.id).not.toBe("");
  });

  it("have titles that stay on one line of the table", () => {
    const long = checks.filter(({ title }) => title.length > 64 || title.endsWith("."));
    expect(long.map(({ id }) => id)).toEqual([]);
  });

  it("cover every operation that is checked, and no other", () => {
    expect(new Set(checks.map(({ operation }) => operation))).toEqual(new Set(operations));
  });

  it("are listed in docs/conform.md as they are (tools/docs.ts writes the lists)", () => {
    expect(readFileSync(join(import.meta.dirname, "../docs/conform.md"), "utf8")).toContain(checksTable(protocol));
  });
});
