import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { contractOf, isJson, reference } from "../../contract/compile.ts";
import { operation, operationIds } from "../../contract/validators.ts";
import { AJIO_CONTRACT } from "./contract/index.ts";

function member(of: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => (isJson(at) ? at[name] : undefined), of);
}

function entries(of: unknown): [string, unknown][] {
  return isJson(of) ? Object.entries(of) : [];
}

describe("AJIO's own contract", () => {
  const { document, ajv } = contractOf(AJIO_CONTRACT);

  it("has types made from the file as it stands now", () => {
    const folder = join(import.meta.dirname, "contract");
    const source = createHash("sha256")
      .update(readFileSync(join(folder, "ajio-dropship.openapi.yaml")))
      .digest("hex");
    const generated = readFileSync(join(folder, "generated", "ajio-dropship.ts"), "utf8");
    expect(/source-sha256: ([0-9a-f]{64})/.exec(generated)?.[1]).toBe(source);
  });

  it("says that it is our assumption, of each operation too", () => {
    expect(member(document.info, "description")).toContain("OUR ASSUMPTION");
    expect(operationIds(AJIO_CONTRACT)).toEqual(["getB2bInvoice", "postReturnGrades", "getCreditNote", "postIrn"]);
    const operations = entries(document.paths).flatMap(([, methods]) => entries(methods));
    expect(operations.map(([, of]) => member(of, "x-inferred"))).toEqual([true, true, true, true]);
  });

  it.each(operationIds(AJIO_CONTRACT))("says yes to its own examples of %s", (id) => {
    const contract = operation(AJIO_CONTRACT, id);
    const of = member(document.paths, contract.path, contract.method.toLowerCase());
    const sent = member(of, "requestBody", "content", "application/json", "example");
    if (sent !== undefined) expect(contract.body(sent)).toMatchObject({ ok: true });
    const responses = entries(member(of, "responses"));
    expect(responses.map(([status]) => status)).toContain("200");
    for (const [status, answer] of responses) {
      const example = member(answer, "content", "application/json", "example");
      expect(contract.response(Number(status), example), status).toMatchObject({ ok: true });
    }
  });

  it("is made of schemas that are schemas", () => {
    for (const [name, schema] of entries(member(document.components, "schemas"))) {
      expect(isJson(schema) && new Ajv2020().validateSchema(schema), name).toBe(true);
      expect(ajv.getSchema(reference(AJIO_CONTRACT, ["components", "schemas", name])), name).toBeTypeOf("function");
    }
  });
});
