import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { contractOf, isJson, resolve } from "../../../contract/compile.ts";
import { operation, operationIds } from "../../../contract/validators.ts";
import { STARTER_SOURCE_CONTRACT } from "./contract/index.ts";

function member(of: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => (isJson(at) ? at[name] : undefined), of);
}

const entries = (of: unknown): [string, unknown][] => (isJson(of) ? Object.entries(of) : []);

describe("the contract of Starter Source", () => {
  it("has types made from the file as it stands now", () => {
    const folder = join(import.meta.dirname, "contract");
    const source = createHash("sha256")
      .update(readFileSync(join(folder, "starter-source.openapi.yaml")))
      .digest("hex");
    const generated = readFileSync(join(folder, "generated", "starter-source.ts"), "utf8");
    expect(/source-sha256: ([0-9a-f]{64})/.exec(generated)?.[1]).toBe(source);
  });

  it.each(operationIds(STARTER_SOURCE_CONTRACT))("says yes to its own examples of %s", (id) => {
    const of = operation(STARTER_SOURCE_CONTRACT, id);
    const at = ["paths", of.path, of.method.toLowerCase()];
    const found = (...path: string[]) => resolve(contractOf(STARTER_SOURCE_CONTRACT), [...at, ...path])?.value; // follows references
    const sent = member(found("requestBody"), "content", "application/json", "example");
    if (sent !== undefined) expect(of.body(sent)).toMatchObject({ ok: true });
    const statuses = entries(found("responses")).map(([status]) => status);
    expect(statuses).toContain("200");
    for (const status of statuses.filter((one) => of.describes(Number(one)))) {
      const example = member(found("responses", status), "content", "application/json", "example");
      expect(of.response(Number(status), example), status).toMatchObject({ ok: true });
    }
  });
});
