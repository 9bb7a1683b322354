import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { operation } from "../contract/validators.ts";
import { ALL_CHECKS } from "./checks/index.ts";
import { checksTable } from "./docs.ts";
import { CHECKED_OPERATIONS } from "./options.ts";
import { contractAt } from "./report.ts";
import { sampleOf, UNKNOWN_ID } from "./samples.ts";

describe("the checks", () => {
  it("have an id each, which begins with what it is about", () => {
    const ids = ALL_CHECKS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+(\.[a-z]+)?\.[a-z-]+$/.test(id))).toEqual([]);
  });

  it("name a place of the contract that says something", () => {
    for (const check of ALL_CHECKS) expect(contractAt(check.contract, check.beyond).says, check.id).not.toBe("");
  });

  it("cover every operation that is not legacy", () => {
    const covered = new Set(ALL_CHECKS.map((check) => check.operation));
    expect(CHECKED_OPERATIONS.filter((id) => !covered.has(id))).toEqual([]);
  });

  it("have titles that stay on one line of the table", () => {
    expect(ALL_CHECKS.filter(({ title }) => title.length > 61 || title.endsWith(".")).map(({ id }) => id)).toEqual([]);
  });

  it("write only where they say so: those of operations that change something do", () => {
    const silent = ALL_CHECKS.filter(
      (check) => operation("marketplace", check.operation).method !== "GET" && check.writes !== true,
    );
    expect(silent.map(({ id }) => id)).toEqual(["auth.login-post", "auth.refused-post", "auth.incomplete-post"]);
  });

  it("dispatch last: nothing but its return can be done to the order after it", () => {
    const first = ALL_CHECKS.findIndex(({ id }) => id.startsWith("dispatch."));
    const after = ALL_CHECKS.slice(first).filter(({ id }) => !id.startsWith("dispatch."));
    expect(after.map(({ id }) => id)).toEqual(["notification.reverse"]);
    expect(ALL_CHECKS.at(-1)).toBe(after[0]);
  });
});

describe("the sample calls", () => {
  it("are right by the contract, and name nothing that exists", () => {
    for (const id of CHECKED_OPERATIONS.filter((each) => !operation("marketplace", each).open)) {
      const { query = {}, path = {}, body } = sampleOf(id);
      const found = operation("marketplace", id);
      expect(found.query(query), id).toMatchObject({ ok: true });
      expect(found.pathParameters(path), id).toMatchObject({ ok: true });
      expect(found.body(body), id).toMatchObject({ ok: true });
      if (found.method !== "GET") expect(JSON.stringify([path, body]), id).toContain(UNKNOWN_ID);
    }
  });
});

describe("docs/conform.md", () => {
  it("lists the checks as they are (tools/docs.ts writes the list)", () => {
    expect(readFileSync(join(import.meta.dirname, "../docs/conform.md"), "utf8")).toContain(checksTable());
  });
});
