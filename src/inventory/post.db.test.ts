import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aSku, aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { anEntry, shelfOf, stock } from "../../tests/support/inventory-builders.ts";
import { type FacilityId, must, type SkuId, type TenantId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { type Entry, post, type ShelfId } from "./index.ts";

let t: TestDatabase;
let tenantId: TenantId;
let facilityId: FacilityId;
let skuId: SkuId;
let shelfId: ShelfId;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  tenantId = await aTenant(t.db);
  facilityId = await aFacility(t.db, tenantId, { code: "BLR-1" });
  skuId = await aSku(t.db, tenantId, { code: "PEN" });
  shelfId = await shelfOf(t, tenantId, facilityId);
});

const postAll = (entries: Entry[]) => t.db.transaction(tenantId, (tx) => post(tx, t.ctx(tenantId), entries));
const good = (quantity: number) => anEntry({ facilityId, skuId, shelfId, quantity });
const blocked = (quantity: number) =>
  anEntry({ facilityId, skuId, shelfId: null, bucket: "blocked", quantity, cause: "ALLOCATE" });
const level = () =>
  t.db.read(tenantId, (tx) =>
    tx.first(sql`select good, blocked from godown.stock_level where facility_id = ${facilityId} and sku_id = ${skuId}`),
  );
const sums = () =>
  t.db.read(tenantId, (tx) =>
    tx.run(
      sql`select bucket, sum(quantity)::integer as sum from godown.stock_ledger where sku_id = ${skuId} group by 1 order by 1`,
    ),
  );
const onShelf = () =>
  t.db.read(tenantId, (tx) =>
    tx.first(sql`select quantity from godown.shelf_stock where shelf_id = ${shelfId} and sku_id = ${skuId}`),
  );

describe("posting", () => {
  it("keeps ledger, level and shelf equal while stock comes and goes", async () => {
    must(await postAll([good(10), good(5), blocked(4)]));
    must(await postAll([good(-3)]));
    expect(await level()).toEqual({ good: 12, blocked: 4 });
    expect(await onShelf()).toEqual({ quantity: 12 });
    expect(await sums()).toEqual([
      { bucket: "blocked", sum: 4 },
      { bucket: "good", sum: 12 },
    ]);
  });

  it("dispatches good and blocked together", async () => {
    must(await postAll([good(2), blocked(2)]));
    must(
      await postAll([
        { ...good(-2), cause: "DISPATCH" },
        { ...blocked(-2), cause: "DISPATCH" },
      ]),
    );
    expect(await level()).toEqual({ good: 0, blocked: 0 });
  });

  it("refuses every shortage at once and changes nothing", async () => {
    const other = await aSku(t.db, tenantId, { code: "INK" });
    await stock(t, tenantId, facilityId, skuId, 5);
    await stock(t, tenantId, facilityId, other, 1);
    must(await postAll([blocked(3)]));
    const refused = await postAll([good(-6), anEntry({ facilityId, skuId: other, shelfId, quantity: -2 }), blocked(1)]);
    expect(refused).toMatchObject({
      ok: false,
      refusal: {
        code: "NOT_ENOUGH_STOCK",
        facts: { count: 2, shortages: [expect.stringContaining("PEN"), expect.stringContaining("INK")] },
      },
    });
    expect(await level()).toEqual({ good: 5, blocked: 3 });
  });

  it("never blocks or takes away more than is free", async () => {
    must(await postAll([good(5), blocked(3)]));
    expect((await postAll([blocked(3)])).ok).toBe(false);
    expect((await postAll([good(-3)])).ok).toBe(false);
    expect((await postAll([good(-2)])).ok).toBe(true);
  });

  it("lets the last units go once, however many reach for them", async () => {
    must(await postAll([good(10)]));
    const tries = await Promise.all(Array.from({ length: 40 }, () => postAll([blocked(1)])));
    expect(tries.filter((r) => r.ok)).toHaveLength(10);
    expect(await level()).toEqual({ good: 10, blocked: 10 });
  });

  it("does not deadlock over many SKUs named in any order", async () => {
    const skus = await Promise.all(Array.from({ length: 8 }, () => aSku(t.db, tenantId)));
    const entry = (id: SkuId) => anEntry({ facilityId, skuId: id, shelfId, quantity: 1 });
    const posts = Array.from({ length: 20 }, (_, i) => postAll((i % 2 ? skus : skus.toReversed()).map(entry)));
    expect((await Promise.all(posts)).every((r) => r.ok)).toBe(true);
    const rows = await t.db.read(tenantId, (tx) =>
      tx.run(sql`select distinct good from godown.stock_level where facility_id = ${facilityId}`),
    );
    expect(rows).toEqual([{ good: 20 }]);
  });
});
