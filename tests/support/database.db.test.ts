import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "../../src/platform/db.ts";
import { aFacility, aSku, aTenant, aUserPrincipal } from "./builders.ts";
import { type TestDatabase, testDatabase } from "./database.ts";

describe("a test database", () => {
  let a: TestDatabase;
  let b: TestDatabase;
  beforeAll(async () => {
    [a, b] = await Promise.all([testDatabase(), testDatabase()]);
  });
  afterAll(async () => {
    await Promise.all([a.close(), b.close()]);
  });

  it("is migrated, and nobody else's", async () => {
    const tenantId = await aTenant(a.db);
    expect((await a.db.tenants()).map((t) => t.tenantId)).toEqual([tenantId]);
    expect(await b.db.tenants()).toEqual([]);
  });

  it("is filled by builders", async () => {
    const tenantId = await aTenant(a.db, { live: false });
    const facilityId = await aFacility(a.db, tenantId);
    await aSku(a.db, tenantId, { code: "PEN-1" });
    const { principal } = await aUserPrincipal(a.db, tenantId, { rights: { "catalog.edit": [facilityId] } });
    const found = await a.ctx(tenantId).db.read(tenantId, (tx) =>
      tx.one(sql<{ skus: number; shelves: number; users: number }>`
        select (select count(*) from godown.sku) as skus, (select count(*) from godown.shelf) as shelves,
          (select count(*) from godown.app_user) as users`),
    );
    expect(found).toEqual({ skus: 1, shelves: 1, users: 1 });
    expect(principal.rights.get("catalog.edit")).toEqual([facilityId]);
  });

  it("has a clock that stands still until it is moved", () => {
    const before = a.services.clock.now();
    a.clock.advance({ days: 1, minutes: 5 });
    expect(a.services.clock.now().since(before).total("minutes")).toBe(1445);
  });
});
