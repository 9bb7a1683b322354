import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { contractOf, isJson, reference } from "../../contract/compile.ts";
import { operationIds } from "../../contract/validators.ts";
import { AMAZON_CONTRACT } from "./contract/index.ts";

const folder = join(import.meta.dirname, "contract");
const models = join(folder, "models");
const file = readFileSync(join(folder, "amazon.openapi.yaml"), "utf8");

describe("Amazon's contract", () => {
  const { document, ajv } = contractOf(AMAZON_CONTRACT);

  it("is made of the models, the selection and our own part as they stand now", () => {
    const selection: unknown = parse(readFileSync(join(models, "selection.yaml"), "utf8"));
    const chosen = isJson(selection) && isJson(selection.models) ? Object.keys(selection.models) : [];
    expect(chosen.length).toBeGreaterThan(5);
    const hash = createHash("sha256");
    for (const name of ["selection.yaml", "own.yaml", ...chosen]) hash.update(readFileSync(join(models, name)));
    expect(/models-sha256: ([0-9a-f]{64})/.exec(file)?.[1]).toBe(hash.digest("hex"));
  });

  it("has types made from the file as it stands now", () => {
    const source = createHash("sha256").update(file).digest("hex");
    const generated = readFileSync(join(folder, "generated", "amazon.ts"), "utf8");
    expect(/source-sha256: ([0-9a-f]{64})/.exec(generated)?.[1]).toBe(source);
  });

  it("has the operations that are used, of each model", () => {
    expect(operationIds(AMAZON_CONTRACT).sort()).toEqual(
      [
        "confirmShipment",
        "createFeed",
        "createFeedDocument",
        "createReport",
        "createRestrictedDataToken",
        "createScheduledPackage",
        "downloadDocument",
        "getFeed",
        "getFeedDocument",
        "getListingsItem",
        "getMarketplaceParticipations",
        "getOrder",
        "getReport",
        "getReportDocument",
        "getReports",
        "getScheduledPackage",
        "getToken",
        "listHandoverSlots",
        "patchListingsItem",
        "searchListingsItems",
        "searchOrders",
        "uploadDocument",
      ].sort(),
    );
  });

  it("is made of schemas that are schemas", () => {
    const schemas = isJson(document.components) ? document.components.schemas : undefined;
    const all = Object.entries(isJson(schemas) ? schemas : {});
    expect(all.length).toBeGreaterThan(100);
    const meta = new Ajv2020();
    for (const [name, schema] of all) {
      expect(isJson(schema) && meta.validateSchema(schema), name).toBe(true);
      expect(ajv.getSchema(reference(AMAZON_CONTRACT, ["components", "schemas", name])), name).toBeTypeOf("function");
    }
  });
});
