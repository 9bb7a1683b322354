import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { operation } from "../../../contract/validators.ts";
import { PARTNER_EVENTS } from "../partner.ts";
import { OPERATION_OF } from "./checked-body.ts";
import { eventOfSchemaFile, eventSchema, partnerSchemaFiles } from "./schemas.ts";

const folder = join(import.meta.dirname, "../../../docs/generated/partner-events");

describe("the published schemas", () => {
  it("are those of the contract as it is now (tools/docs.ts writes them)", () => {
    const files = partnerSchemaFiles();
    expect(readdirSync(folder).toSorted()).toEqual([...files.keys()].toSorted());
    for (const [file, text] of files) expect(readFileSync(join(folder, file), "utf8")).toBe(text);
  });

  it.each(PARTNER_EVENTS)("of %s stands alone, is strict JSON Schema, and judges as the contract does", (event) => {
    const schema = eventSchema(event);
    const judge = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(schema);
    const contract = operation("partner-notifications", OPERATION_OF[event]);
    const [example] = schema.examples as Record<string, unknown>[];
    expect(example).toBeDefined();
    expect([judge(example), contract.body(example).ok]).toEqual([true, true]);
    for (const key of Object.keys(example ?? {})) {
      const { [key]: _left, ...rest } = example ?? {};
      const other = { ...example, [key]: { unlike: "anything" } };
      expect([key, judge(rest), judge(other)]).toEqual([key, contract.body(rest).ok, contract.body(other).ok]);
    }
    expect(JSON.stringify(schema)).not.toMatch(/"x-|#\/components/);
  });

  it("are found by their names, and nothing else is", () => {
    expect(eventOfSchemaFile("invoiced.schema.json")).toBe("invoiced");
    expect(eventOfSchemaFile("../invoiced.schema.json")).toBeUndefined();
  });
});
