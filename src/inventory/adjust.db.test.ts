import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aSku, aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { anEntry } from "../../tests/support/inventory-builders.ts";
import { runWork } from "../../tests/support/run-work.ts";
import { createSku } from "../catalog/index.ts";
import { type FacilityId, must, type SkuId, type TenantId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { createShelf } from "../warehouse/index.ts";
import { type Adjustment, adjustStock, importAdjustments, post, stockRoutes } from "./index.ts";

let t: TestDatabase;
let tenantId: TenantId;
let facilityId: FacilityId;
let pen: SkuId;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  tenantId = await aTenant(t.db);
  facilityId = await aFacility(t.db, tenantId, { code: "BLR-1" });
  pen = await aSku(t.db, tenantId, { code: "PEN" });
  must(await createShelf(t.ctx(tenantId), { facilityId, code: "A-1" }));
});

const adjust = (over: Partial<Adjustment>, facilities?: FacilityId[]) =>
  adjustStock(t.ctx(tenantId, facilities ? { facilities } : {}), {
    facility: "BLR-1",
    sku: "PEN",
    type: "GOOD_INVENTORY",
    kind: "ADD",
    quantity: 5,
    shelf: null,
    transferToShelf: null,
    remarks: null,
    ...over,
  });
const code = (result: { ok: boolean; refusal?: { code: string } }) => (result.ok ? "OK" : result.refusal?.code);
const shelves = () =>
  t.db.read(tenantId, (tx) =>
    tx.run(sql<{ shelf: string; bucket: string; quantity: number }>`
      select s.code as shelf, h.bucket, h.quantity from godown.shelf_stock h join godown.shelf s using (tenant_id, shelf_id)
      where h.quantity > 0 order by 1, 2`),
  );
const level = () =>
  t.db.read(tenantId, (tx) =>
    tx.first(sql`select good, blocked, bad, qc_rejected as qc, virtual from godown.stock_level where sku_id = ${pen}`),
  );
const drift = () =>
  t.db.read(tenantId, (tx) =>
    tx.run(sql`
      select l.sku_id from godown.stock_level l
      left join lateral (
        select coalesce(sum(quantity) filter (where bucket = 'good'), 0) as good, coalesce(sum(quantity) filter (where bucket = 'bad'), 0) as bad,
          coalesce(sum(quantity) filter (where bucket = 'virtual'), 0) as virtual
        from godown.stock_ledger g where g.tenant_id = l.tenant_id and g.facility_id = l.facility_id and g.sku_id = l.sku_id) g on true
      where l.good <> g.good or l.bad <> g.bad or l.virtual <> g.virtual`),
  );

describe("adjusting stock", () => {
  it("adds, removes, replaces and transfers, of each type", async () => {
    expect(must(await adjust({ quantity: 10 }))).toEqual({ moved: 10 });
    must(await adjust({ kind: "REMOVE", quantity: 3 }));
    must(await adjust({ kind: "TRANSFER", quantity: 4, transferToShelf: "A-1", remarks: "closer to the door" }));
    must(await adjust({ kind: "REPLACE", quantity: 9, shelf: "A-1" }));
    must(await adjust({ type: "BAD_INVENTORY", quantity: 2 }));
    must(await adjust({ type: "QC_REJECTED", quantity: 1 }));
    must(await adjust({ type: "VIRTUAL_INVENTORY", quantity: 50 }));
    expect(await shelves()).toEqual([
      { shelf: "A-1", bucket: "good", quantity: 9 },
      { shelf: "DEFAULT", bucket: "bad", quantity: 2 },
      { shelf: "DEFAULT", bucket: "good", quantity: 3 },
      { shelf: "DEFAULT", bucket: "qc_rejected", quantity: 1 },
    ]);
    expect(await level()).toEqual({ good: 12, blocked: 0, bad: 2, qc: 1, virtual: 50 });
    expect(await drift()).toEqual([]);
    expect(must(await adjust({ kind: "REPLACE", quantity: 9, shelf: "A-1" }))).toEqual({ moved: 0 });
  });

  it.each<[string, Partial<Adjustment>, string]>([
    ["an unknown SKU", { sku: "NIB" }, "SKU_UNKNOWN"],
    ["an unknown facility", { facility: "X" }, "FACILITY_UNKNOWN"],
    ["an unknown shelf", { shelf: "Z-9" }, "SHELF_UNKNOWN"],
    ["a shelf for virtual stock", { type: "VIRTUAL_INVENTORY", shelf: "A-1" }, "SHELF_NOT_APPLICABLE"],
    ["nothing to add", { quantity: 0 }, "ADJUSTMENT_INVALID"],
    ["long remarks", { remarks: "x".repeat(256) }, "ADJUSTMENT_INVALID"],
    ["a transfer to nowhere", { kind: "TRANSFER" }, "ADJUSTMENT_INVALID"],
    ["a transfer onto itself", { kind: "TRANSFER", transferToShelf: "DEFAULT" }, "TRANSFER_SAME_SHELF"],
    ["a transfer of virtual stock", { kind: "TRANSFER", type: "VIRTUAL_INVENTORY" }, "TRANSFER_VIRTUAL"],
    ["taking what is not there", { kind: "REMOVE", quantity: 1 }, "NOT_ENOUGH_STOCK"],
  ])("refuses %s", async (_, over, expected) => {
    expect(code(await adjust(over))).toBe(expected);
    expect(await shelves()).toEqual([]);
  });

  it("never takes what is promised to an order", async () => {
    must(await adjust({ quantity: 10 }));
    const entry = anEntry({ facilityId, skuId: pen, shelfId: null, bucket: "blocked", quantity: 8, cause: "ALLOCATE" });
    must(await t.db.transaction(tenantId, (tx) => post(tx, t.ctx(tenantId), [entry])));
    const refused = await adjust({ kind: "REPLACE", quantity: 7 });
    expect(refused).toMatchObject({
      refusal: { code: "NOT_ENOUGH_STOCK", facts: { shortages: [expect.stringContaining("2 free")] } },
    });
    expect(code(await adjust({ kind: "REMOVE", quantity: 2 }))).toBe("OK");
  });

  it("keeps bundles without stock, adds nothing to a disabled SKU, and stays within a person's facilities", async () => {
    await aSku(t.db, tenantId, { code: "OLD", enabled: false });
    const bundle = {
      code: "BOX",
      name: "Box",
      category: null,
      brand: null,
      hsn: null,
      taxClass: null,
      mrp: null,
      weightGrams: null,
    };
    const sizes = { lengthMm: null, widthMm: null, heightMm: null, imageUrl: null, enabled: true };
    must(await createSku(t.ctx(tenantId), { ...bundle, ...sizes }, [{ sku: "PEN", quantity: 1 }]));
    expect(code(await adjust({ sku: "BOX" }))).toBe("BUNDLE_NOT_STOCKED");
    expect(code(await adjust({ sku: "OLD" }))).toBe("STOCK_SKU_DISABLED");
    expect(code(await adjust({}, []))).toBe("FACILITY_UNKNOWN");
  });
});

const upload = async (lines: string[]) => {
  const text = ["Facility Code,SKU Code,Adjustment Type,Quantity,Shelf Code,Inventory Type,Remarks", ...lines].join(
    "\n",
  );
  const bytes = Buffer.from(text);
  const started = must(await importAdjustments.start(t.ctx(tenantId), { fileName: "stock.csv", bytes, options: {} }));
  return runWork(t, tenantId, started.workId, importAdjustments.register);
};

describe("adjusting stock by file", () => {
  const lines = [
    "BLR-1,PEN,ADD,10,,,opening",
    "BLR-1,PEN,REMOVE,4,,,",
    "BLR-1,PEN,REMOVE,100,,,", // more than there is
    "BLR-1,NIB,ADD,1,,,",
    "BLR-1,PEN,LEND,1,,,",
    "BLR-1,PEN,REPLACE,7,A-1,BAD_INVENTORY,",
    "BLR-1,PEN,ADD,1,A-1,BAD_INVENTORY,", // REPLACE has spoken of this place
    "BLR-1,PEN,ADD,many,,,",
  ];

  it("keeps the good half, line by line in their order", async () => {
    const done = await upload(lines);
    expect(done).toMatchObject({ state: "PARTIAL", total: 8, done: 3, failed: 5 });
    expect(done.rows.map((r) => [r.row, r.code ?? r.outcome])).toEqual([
      [2, "DONE"],
      [3, "DONE"],
      [4, "NOT_ENOUGH_STOCK"],
      [5, "SKU_UNKNOWN"],
      [6, "ADJUSTMENT_INVALID"],
      [7, "DONE"],
      [8, "ADJUSTMENT_ROWS_SAME"],
      [9, "ADJUSTMENT_INVALID"],
    ]);
    expect(await level()).toMatchObject({ good: 6, bad: 7 });
  });

  it("does no harm when the same file is uploaded again", async () => {
    await upload(lines);
    const again = await upload(lines);
    expect(again.rows.filter((r) => r.outcome === "UNCHANGED").map((r) => r.row)).toEqual([2, 3, 7]);
    expect(again.rows[0]?.message).toContain("was applied on");
    expect(await level()).toMatchObject({ good: 6, bad: 7 });
    const other = await upload(["BLR-1,PEN,ADD,10,,,second delivery"]);
    expect(other.state).toBe("DONE");
    expect(await level()).toMatchObject({ good: 16 });
  });

  it("takes 100,000 lines, and ledger and levels agree", { timeout: 120_000 }, async () => {
    const skus = Array.from({ length: 500 }, (_, i) => `BULK-${i}`);
    await t.db.transaction(tenantId, (tx) =>
      tx.run(sql`
        insert into godown.sku (tenant_id, sku_id, code, name, created_at, updated_at)
        select ${tenantId}::uuid, gen_random_uuid(), code, code, now(), now() from unnest(${skus}::text[]) as code`),
    );
    const many = Array.from({ length: 100_000 }, (_, i) => `BLR-1,BULK-${i % 500},ADD,${(i % 7) + 1},,,`);
    const done = await upload(many);
    expect(done).toMatchObject({ state: "DONE", total: 100_000, done: 100_000, failed: 0 });
    expect(await drift()).toEqual([]);
    const { pieces } = await t.db.read(tenantId, (tx) =>
      tx.one(sql<{ pieces: number }>`select sum(good)::integer as pieces from godown.stock_level`),
    );
    expect(pieces).toBe(many.reduce((sum, _, i) => sum + (i % 7) + 1, 0));
  });
});

describe("the lists", () => {
  const list = async (path: string, facilities: "all" | FacilityId[] = "all", query: Record<string, string> = {}) => {
    const route = stockRoutes.find((r) => r.path === path && r.method === "GET");
    const parsed = route?.query?.parse(query);
    return route?.handle(t.ctx(tenantId, { facilities }), { params: undefined, query: parsed, body: undefined });
  };

  it("show stock, ledger and shelves of the facilities within reach", async () => {
    must(await adjust({ quantity: 10 }));
    must(await adjust({ kind: "REMOVE", quantity: 3, remarks: "torn" }));
    expect(await list("/stock", "all", { state: "IN_STOCK" })).toMatchObject({
      total: 1,
      rows: [{ sku: "PEN", good: 7, available: 7, openSale: 0 }],
    });
    expect(await list("/stock-ledger", "all", { skuId: pen })).toMatchObject({
      total: 2,
      rows: [{ quantity: -3, cause: "ADJUST_REMOVE", note: "torn" }, { quantity: 10 }],
    });
    expect(await list("/shelf-stock", "all", { shelf: "DEFAULT" })).toMatchObject({
      rows: [{ shelf: "DEFAULT", quantity: 7 }],
    });
    expect(await list("/stock", [])).toMatchObject({ total: 0 });
    expect(await list("/stock-ledger", [])).toMatchObject({ total: 0 });
    expect(await list("/stock.csv")).toMatchObject({ ok: true, value: { kind: "file" } });
  });
});
