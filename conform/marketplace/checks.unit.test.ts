import { describe, expect, it } from "vitest";
import { operation } from "../../contract/validators.ts";
import { ALL_CHECKS } from "./checks/index.ts";
import { CHECKED_OPERATIONS } from "./options.ts";
import { sampleOf, UNKNOWN_ID } from "./samples.ts";

describe("the checks", () => {
  it("cover every operation that is not legacy", () => {
    const covered = new Set(ALL_CHECKS.map((check) => check.operation));
    expect(CHECKED_OPERATIONS.filter((id) => !covered.has(id))).toEqual([]);
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
