import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { contractOf, isJson, reference } from "./compile.ts";
import { CONTRACT_NAMES, describeMisfits, operation, operationIds, validator } from "./validators.ts";

const here = import.meta.dirname;

describe("the contract files", () => {
  it("are all known by name", () => {
    const files = readdirSync(here).filter((name) => name.endsWith(".openapi.yaml"));
    expect(files.map((name) => name.replace(".openapi.yaml", "")).sort()).toEqual([...CONTRACT_NAMES].sort());
  });

  it.each(CONTRACT_NAMES)("%s has types made from the file as it stands now", (name) => {
    const source = createHash("sha256")
      .update(readFileSync(join(here, `${name}.openapi.yaml`)))
      .digest("hex");
    const generated = readFileSync(join(here, "generated", `${name}.ts`), "utf8");
    expect(/source-sha256: ([0-9a-f]{64})/.exec(generated)?.[1]).toBe(source);
  });

  it.each(CONTRACT_NAMES)("%s holds only schemas that strict Ajv compiles, and that are JSON Schema", (name) => {
    const { ajv, document } = contractOf(name);
    const meta = new Ajv2020();
    const schemas = isJson(document.components) ? document.components.schemas : undefined;
    expect(isJson(schemas) && Object.keys(schemas).length > 0).toBe(true);
    for (const [schema, definition] of Object.entries(isJson(schemas) ? schemas : {})) {
      expect(isJson(definition) && meta.validateSchema(definition), schema).toBe(true);
      expect(ajv.getSchema(reference(name, ["components", "schemas", schema])), schema).toBeTypeOf("function");
    }
  });

  it.each(CONTRACT_NAMES)("%s says yes to its own examples of requests and answers", (name) => {
    const { document } = contractOf(name);
    let examples = 0;
    for (const id of operationIds(name)) {
      const found = operation(name, id);
      const paths = isJson(document.paths) ? document.paths[found.path] : undefined;
      const definition = isJson(paths) ? paths[found.method.toLowerCase()] : undefined;
      if (!isJson(definition)) continue;
      for (const example of examplesOf(definition.requestBody)) {
        expect(found.body(example), `${id} request`).toMatchObject({ ok: true });
        examples++;
      }
      for (const [status, answer] of Object.entries(isJson(definition.responses) ? definition.responses : {}))
        for (const example of examplesOf(answer)) {
          expect(found.response(Number(status), example), `${id} ${status}`).toMatchObject({ ok: true });
          examples++;
        }
    }
    expect(examples).toBeGreaterThan(5);
  });
});

function examplesOf(holder: unknown): unknown[] {
  const content = isJson(holder) ? holder.content : undefined;
  const json = isJson(content) ? content["application/json"] : undefined;
  if (!isJson(json)) return [];
  const named = isJson(json.examples) ? Object.values(json.examples) : [];
  const values = named.flatMap((entry) => (isJson(entry) && "value" in entry ? [entry.value] : []));
  return "example" in json ? [json.example, ...values] : values;
}

describe("a validator", () => {
  const cancellation = validator("marketplace-inbound", "PushCancellation");

  it("hands the value on, typed, when it fits", () => {
    const checked = cancellation({ saleOrderCode: "OD1", cancellationReason: "Payment failed" });
    expect(checked.ok && checked.value.saleOrderCode).toBe("OD1");
  });

  it("names each thing that does not fit by its path", () => {
    const cancelledSkuCodes = [{ quantity: 0, productId: "8002" }];
    const checked = cancellation({ cancellationReason: 7, cancelledSkuCodes });
    expect(checked.ok ? [] : checked.errors).toEqual([
      { path: "saleOrderCode", message: "is required" },
      { path: "cancelledSkuCodes/0/variantId", message: "is required" },
      { path: "cancelledSkuCodes/0/quantity", message: "must be >= 1" },
      { path: "cancellationReason", message: "must be string" },
    ]);
    expect(checked.ok ? "" : describeMisfits(checked.errors.slice(0, 1))).toBe("saleOrderCode is required");
  });

  it("names at most twenty", () => {
    const cancelledSkuCodes = Array.from({ length: 500 }, () => ({}));
    const checked = cancellation({ saleOrderCode: "OD1", cancellationReason: "x", cancelledSkuCodes });
    expect(checked.ok ? 0 : checked.errors.length).toBe(20);
  });

  it("calls the value itself the body", () => {
    const checked = cancellation("text");
    expect(checked.ok ? "" : describeMisfits(checked.errors)).toBe("body must be object");
  });

  it("refuses a name that the contract does not have", () => {
    expect(() => validator("marketplace", "Nonsense")({})).toThrow("has no schema Nonsense");
  });
});

describe("an operation", () => {
  it("reads numbers of a query from their text, and says what cannot be read", () => {
    const orders = operation("marketplace", "getOrders");
    const good = orders.query({ pageNumber: "2", pageSize: "50", orderStatus: "CREATED" });
    expect(good).toEqual({ ok: true, value: { pageNumber: 2, pageSize: 50, orderStatus: "CREATED" } });
    const bad = orders.query({ pageNumber: "two", pageSize: "20" });
    expect(bad.ok ? "" : describeMisfits(bad.errors)).toBe("pageNumber must be integer; pageSize must be one of 50, 5");
  });

  it("knows its method, path and whether it is open", () => {
    const notify = operation("marketplace", "postStatusNotification");
    expect(notify).toMatchObject({ method: "POST", path: "/order/{orderId}", open: false });
    expect(operation("marketplace", "getAuthentication").open).toBe(true);
    expect(notify.pathParameters({}).ok).toBe(false);
  });

  it("checks answers by status, shared ones too, and leaves what is not described alone", () => {
    const update = operation("marketplace", "updateInventory");
    expect(update.response(200, { status: "DONE" }).ok).toBe(false);
    expect(update.response(400, { errors: [{ code: 7 }] }).ok).toBe(false);
    expect(update.response(503, "anything").ok).toBe(true);
    expect([update.describes(200), update.describes(503)]).toEqual([true, false]);
  });

  it("wants a body only where the contract does", () => {
    expect(operation("marketplace", "updateInventory").body(undefined).ok).toBe(false);
    expect(operation("marketplace", "getProducts").body(undefined).ok).toBe(true);
  });
});
