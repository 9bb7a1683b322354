import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { contractOf, isJson, reference, resolve } from "../../contract/compile.ts";
import { operation, operationIds } from "../../contract/validators.ts";
import { TATA_CLIQ_CONTRACT } from "./contract/index.ts";

function entries(of: unknown): [string, unknown][] {
  return isJson(of) ? Object.entries(of) : [];
}

describe("Tata CLiQ's contract in our words", () => {
  const contract = contractOf(TATA_CLIQ_CONTRACT);
  const exampleAt = (path: readonly string[]) =>
    resolve(contract, [...(resolve(contract, path)?.path ?? path), "content", "application/json", "example"])?.value;

  it("has types made from the file as it stands now", () => {
    const folder = join(import.meta.dirname, "contract");
    const source = createHash("sha256")
      .update(readFileSync(join(folder, "tata-cliq.openapi.yaml")))
      .digest("hex");
    const generated = readFileSync(join(folder, "generated", "tata-cliq.ts"), "utf8");
    expect(/source-sha256: ([0-9a-f]{64})/.exec(generated)?.[1]).toBe(source);
  });

  it.each(operationIds(TATA_CLIQ_CONTRACT))("says yes to its own examples of %s", (id) => {
    const of = operation(TATA_CLIQ_CONTRACT, id);
    const at = ["paths", of.path, of.method.toLowerCase()];
    const sent = exampleAt([...at, "requestBody"]);
    if (sent !== undefined) expect(of.body(sent)).toMatchObject({ ok: true });
    const responses = entries(resolve(contract, [...at, "responses"])?.value);
    expect(responses.map(([status]) => status)).toContain("200");
    for (const [status] of responses) {
      const example = exampleAt([...at, "responses", status]);
      expect(example, `${status} has an example`).toBeDefined();
      expect(of.response(Number(status), example), status).toMatchObject({ ok: true });
    }
  });

  it("marks all that is not public as inferred", () => {
    const published = ["updateInventoryXml", "getSalesOrders", "getSalesOrder"];
    for (const id of operationIds(TATA_CLIQ_CONTRACT)) {
      const of = operation(TATA_CLIQ_CONTRACT, id);
      const inferred = resolve(contract, ["paths", of.path, of.method.toLowerCase(), "x-inferred"])?.value;
      expect(inferred === true, id).toBe(!published.includes(id));
    }
  });

  it.each([
    ["SalesOrder", []],
    ["AddressInfo", ["gstin"]],
    ["OrderLine", ["acceptByDate", "articleName", "awbNo", "courierStatuses", "statusDate"]],
  ])("marks of %s what no public sample shows", (name, inferred) => {
    const members = entries(resolve(contract, ["components", "schemas", name, "properties"])?.value);
    const marked = members.filter(([, schema]) => isJson(schema) && schema["x-inferred"] === true);
    expect(marked.map(([member]) => member).toSorted()).toEqual(inferred);
  });

  it("is made of schemas that are schemas", () => {
    for (const [name, schema] of entries(resolve(contract, ["components", "schemas"])?.value)) {
      expect(isJson(schema) && new Ajv2020().validateSchema(schema), name).toBe(true);
      expect(contract.ajv.getSchema(reference(TATA_CLIQ_CONTRACT, ["components", "schemas", name])), name).toBeTypeOf(
        "function",
      );
    }
  });
});
