import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { contractOf, isJson, reference } from "../../contract/compile.ts";
import { operation, operationIds, validator } from "../../contract/validators.ts";
import { FLIPKART_CONTRACT } from "./contract/index.ts";

function entries(of: unknown): [string, unknown][] {
  return isJson(of) ? Object.entries(of) : [];
}

describe("our description of Flipkart's interface", () => {
  const { document, ajv } = contractOf(FLIPKART_CONTRACT);
  const schemas = entries(isJson(document.components) ? document.components.schemas : {});

  it("has types made from the file as it stands now", () => {
    const folder = join(import.meta.dirname, "contract");
    const source = createHash("sha256")
      .update(readFileSync(join(folder, "flipkart.openapi.yaml")))
      .digest("hex");
    const generated = readFileSync(join(folder, "generated", "flipkart.ts"), "utf8");
    expect(/source-sha256: ([0-9a-f]{64})/.exec(generated)?.[1]).toBe(source);
  });

  it("says yes to its own examples", () => {
    const examples = schemas.flatMap(([name, schema]) =>
      isJson(schema) && Array.isArray(schema.examples)
        ? schema.examples.map((example: unknown) => ({ name, example }))
        : [],
    );
    expect(examples.length).toBeGreaterThan(5);
    for (const { name, example } of examples)
      expect(validator<unknown>(FLIPKART_CONTRACT, name)(example), name).toMatchObject({ ok: true });
  });

  it("is made of schemas that are schemas, and of operations that can be checked", () => {
    for (const [name, schema] of schemas) {
      expect(isJson(schema) && new Ajv2020().validateSchema(schema), name).toBe(true);
      expect(ajv.getSchema(reference(FLIPKART_CONTRACT, ["components", "schemas", name])), name).toBeTypeOf("function");
    }
    for (const id of operationIds(FLIPKART_CONTRACT)) {
      const { query, pathParameters, body, response } = operation(FLIPKART_CONTRACT, id);
      expect(() => [query({}), pathParameters({}), body({}), response(200, {}), response(400, {})], id).not.toThrow();
    }
  });
});
