import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { checkSchema, compareSchema, describeSchema, readManifest } from "./schema-check.ts";

describe("the schema's manifest", () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await testDatabase();
  });
  afterAll(() => t.close());

  it("is what the migrations make (if this fails after a new migration: ./godown run tools/schema-manifest.ts)", async () => {
    expect(compareSchema(await readManifest(), await describeSchema(t.db))).toEqual([]);
    await checkSchema(t.db, t.services.log);
  });

  it("tolerates an index that an operator added, and says so in the log", async () => {
    await t.raw("create index operators_own on godown.sku (tenant_id, brand)");
    await checkSchema(t.db, t.services.log);
    expect(t.logLines.join("")).toContain("index operators_own");
    await t.raw("drop index godown.operators_own");
  });

  it("names each thing that somebody changed, took away or put there", async () => {
    await t.raw("alter table godown.stock_level drop constraint never_oversold");
    await t.raw("alter table godown.sku no force row level security");
    await t.raw("alter table godown.sku alter column name drop not null");
    await t.raw("drop index godown.invoice_number_once");
    await t.raw("create table godown.leftover (a int)");
    await t.raw(
      "create or replace function godown.current_tenant() returns uuid language sql stable parallel safe as 'select null::uuid'",
    );
    const failure = await checkSchema(t.db, t.services.log).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(failure).toContain(
      "the constraint stock_level.never_oversold is missing (should be: CHECK blocked <= good + virtual)",
    );
    expect(failure).toMatch(/the table sku differs: should be "walls forced .*", is "walls raised/);
    expect(failure).toContain('the column sku.name differs: should be "text not null", is "text"');
    expect(failure).toContain("the index invoice_number_once is missing");
    expect(failure).toContain("the table leftover is not known to this version");
    expect(failure).toContain("the function current_tenant() differs");
  });
});
