import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PERMISSIONS } from "../identity/index.ts";
import { openApi } from "./openapi.ts";
import { protocolRoutes, publicRoutes, routes } from "./routes.ts";

const generated = (ending: string) =>
  readFileSync(new URL(`../../contract/generated/godown-api.${ending}`, import.meta.url), "utf8");

describe("the routes of our API", () => {
  it("need rights that exist, or only that somebody is logged in", () => {
    const known = new Set<string>([...PERMISSIONS, "session"]);
    expect(routes.filter((r) => !known.has(r.permission)).map((r) => `${r.path} needs ${r.permission}`)).toEqual([]);
  });

  it("have one owner each", () => {
    const names = [...routes, ...publicRoutes].map((r) => `${r.method} ${r.path.replaceAll(/:\w+/g, ":x")}`);
    const foreign = protocolRoutes().map((r) => `${r.method} ${r.path}`);
    for (const list of [names, foreign]) expect(list.filter((n, i) => list.indexOf(n) !== i)).toEqual([]);
  });

  it("describe every parameter of their path", () => {
    const lacking = [...routes, ...publicRoutes].filter((r) => r.path.includes(":") && !r.params).map((r) => r.path);
    expect(lacking).toEqual([]);
  });

  it("are published as OpenAPI with a summary and an id of its own for each", () => {
    const { paths } = openApi() as { paths: Record<string, Record<string, { summary: string; operationId: string }>> };
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    expect(operations.length).toBe(routes.length + publicRoutes.length);
    expect(new Set(operations.map((o) => o.operationId)).size).toBe(operations.length);
    expect(operations.filter((o) => o.summary.length < 4)).toEqual([]);
  });

  it("are what the committed description and types were made from (if not: ./godown run tools/openapi.ts)", () => {
    const text = `${JSON.stringify(openApi(), null, 1)}\n`;
    expect(JSON.parse(generated("json"))).toEqual(JSON.parse(text));
    expect(generated("ts")).toContain(`source-sha256: ${createHash("sha256").update(text).digest("hex")}`);
  });
});
