import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { runWork } from "../../tests/support/run-work.ts";
import { basisPoints, must, paise, type TenantId, ZERO } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { explain } from "../platform/refusals.ts";
import {
  type ComponentInput,
  createSku,
  importBundles,
  importSkus,
  installStandardTaxClasses,
  rateFor,
  readTaxClasses,
  registerJobs,
  type SkuInput,
  saveTaxClass,
  setComponents,
  skusByCodes,
  updateSku,
} from "./index.ts";

let t: TestDatabase;
let tenantId: TenantId;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  tenantId = await aTenant(t.db);
});

function input(code: string, over: Partial<SkuInput> = {}): SkuInput {
  const none = {
    category: null,
    brand: null,
    hsn: null,
    mrp: null,
    weightGrams: null,
    lengthMm: null,
    widthMm: null,
    heightMm: null,
    imageUrl: null,
  };
  return { ...none, code, name: `Item ${code}`, taxClass: null, enabled: true, ...over };
}
const code = (result: { ok: boolean; refusal?: { code: string } }) => (result.ok ? "OK" : result.refusal?.code);
const make = async (sku: string, components: ComponentInput[] | null = null) =>
  must(await createSku(t.ctx(tenantId), input(sku), components)).skuId;
const upload = async (what: typeof importSkus, text: string) => {
  const started = must(
    await what.start(t.ctx(tenantId), { fileName: "items.csv", bytes: Buffer.from(text), options: {} }),
  );
  return runWork(t, tenantId, started.workId, registerJobs);
};
const trail = () =>
  t.db.read(tenantId, (tx) =>
    tx.run(sql`select action, record_code as record from godown.audit_event order by audit_event_id`),
  );

describe("a SKU", () => {
  it("is made and changed, each on the audit trail", async () => {
    const skuId = await make("PEN");
    must(
      await updateSku(t.ctx(tenantId), skuId, input("PEN", { name: "Pen, blue", hsn: "9608.10.19", mrp: paise(1050) })),
    );
    const [sku] = await t.db.read(tenantId, (tx) => skusByCodes(tx, ["PEN"]));
    expect(sku).toMatchObject({ skuId, name: "Pen, blue", hsn: "96081019", mrp: 1050 });
    expect(await trail()).toEqual([
      { action: "catalog.sku_created", record: "PEN" },
      { action: "catalog.sku_changed", record: "PEN" },
    ]);
  });

  it("is refused with every fault at once, in words", async () => {
    const refused = await createSku(
      t.ctx(tenantId),
      input("x", { name: " ", hsn: "12", taxClass: "NONE", brand: "b".repeat(101) }),
    );
    if (refused.ok) throw new Error("a faulty SKU was saved");
    expect(refused.refusal.code).toBe("SKU_FAULTS");
    expect(refused.refusal.facts.faults).toHaveLength(5);
    expect(explain(refused.refusal).message).toContain("There is no tax class NONE.");
  });

  it("has a code once per tenant", async () => {
    await make("PEN");
    const other = await make("INK");
    expect(code(await createSku(t.ctx(tenantId), input("PEN")))).toBe("SKU_CODE_TAKEN");
    expect(code(await updateSku(t.ctx(tenantId), other, input("PEN")))).toBe("SKU_CODE_TAKEN");
    const stranger = await aTenant(t.db);
    expect(code(await createSku(t.ctx(stranger), input("PEN")))).toBe("OK");
    expect(code(await updateSku(t.ctx(stranger), other, input("INK")))).toBe("NOT_FOUND");
  });
});

describe("a bundle", () => {
  it("is made of other SKUs and never of bundles", async () => {
    const pen = await make("PEN");
    await make("INK");
    const box = await make("BOX", [{ sku: "PEN", quantity: 2 }]);
    const ctx = t.ctx(tenantId);
    const set = async (components: ComponentInput[], sku = box) => code(await setComponents(ctx, sku, components));
    expect(
      await set([
        { sku: "PEN", quantity: 1 },
        { sku: "INK", quantity: 3 },
      ]),
    ).toBe("OK");
    expect(await set([])).toBe("BUNDLE_WITHOUT_COMPONENTS");
    expect(await set([{ sku: "NIB", quantity: 1 }])).toBe("BUNDLE_COMPONENT_UNKNOWN");
    expect(await set([{ sku: "BOX", quantity: 1 }])).toBe("BUNDLE_NESTED");
    expect(await set([{ sku: "PEN", quantity: 0 }])).toBe("BUNDLE_QUANTITY_INVALID");
    expect(
      await set([
        { sku: "PEN", quantity: 1 },
        { sku: "PEN", quantity: 1 },
      ]),
    ).toBe("BUNDLE_COMPONENT_TWICE");
    expect(await set([{ sku: "INK", quantity: 1 }], pen)).toBe("NOT_A_BUNDLE");
    const kept = await t.db.read(tenantId, (tx) =>
      tx.run(
        sql`select k.code, b.quantity from godown.bundle_component b join godown.sku k on k.sku_id = b.component_sku_id order by 1`,
      ),
    );
    expect(kept).toEqual([
      { code: "INK", quantity: 3 },
      { code: "PEN", quantity: 1 },
    ]);
  });

  it("is not half made when a component is refused", async () => {
    expect(code(await createSku(t.ctx(tenantId), input("BOX"), [{ sku: "NIB", quantity: 1 }]))).toBe(
      "BUNDLE_COMPONENT_UNKNOWN",
    );
    expect(await t.db.read(tenantId, (tx) => skusByCodes(tx, ["BOX"]))).toEqual([]);
  });
});

describe("tax classes", () => {
  const install = () => t.db.transaction(tenantId, (tx) => installStandardTaxClasses(tx, t.ctx(tenantId)));

  it("come as a starter set that may be installed again, and read back to the rates of a day and price", async () => {
    expect(must(await install()).installed).toContain("APPAREL");
    expect(must(await install()).installed).toEqual([]);
    const stored = await t.db.read(tenantId, (tx) => readTaxClasses(tx));
    const apparel = stored.find((c) => c.code === "APPAREL");
    if (apparel === undefined) throw new Error("the starter set has apparel");
    const rate = (rupees: number, on: string) =>
      must(rateFor(apparel, { amount: paise(rupees * 100), taxIncluded: false }, Temporal.PlainDate.from(on))).gstBps;
    expect([rate(1500, "2025-09-21"), rate(1500, "2025-09-22"), rate(2501, "2026-11-20")]).toEqual([1200, 500, 1800]);
  });

  it("are checked when saved, and replaced whole", async () => {
    const from = (unitPriceFromPaise: number, to: number | null, gst: number) => ({
      holdsFrom: Temporal.PlainDate.from("2026-04-01"),
      unitPriceFromPaise: paise(unitPriceFromPaise),
      unitPriceToPaise: to === null ? null : paise(to),
      gstBps: basisPoints(gst),
      cessBps: basisPoints(0),
      cessPerUnitPaise: ZERO,
    });
    const taxClass = { code: "CUPS", name: "Cups", slabPrice: "EXCLUDING_TAX" as const, rows: [from(0, null, 1800)] };
    const ctx = t.ctx(tenantId);
    const { taxClassId } = must(await saveTaxClass(ctx, null, taxClass));
    expect(code(await saveTaxClass(ctx, null, taxClass))).toBe("TAX_CLASS_CODE_TAKEN");
    expect(code(await saveTaxClass(ctx, taxClassId, { ...taxClass, rows: [from(0, 999, 500)] }))).toBe("TAX_SLAB_GAP");
    must(await saveTaxClass(ctx, taxClassId, { ...taxClass, rows: [from(0, 999, 500), from(1000, null, 1800)] }));
    const [stored] = await t.db.read(tenantId, (tx) => readTaxClasses(tx, [taxClassId]));
    expect(stored?.rows.map((r) => r.gstBps)).toEqual([500, 1800]);
  });
});

describe("importing SKUs", () => {
  const file = [
    "sku code,Name,Tax Class,MRP,Weight (g),Type,Enabled",
    'PEN,"Pen, blue",GST_18,"1,050.00",12,SIMPLE,true',
    "INK,Ink,GST_99,10,1,,",
    "PEN,Pen again,,,,,",
    "BOX,Gift box,,,,BUNDLE,no",
    "CUP,Cup,,12.345,heavy,,",
    "-1-,,,,,,",
  ].join("\n");

  it("keeps the good half of a half-bad file, with an outcome and reasons for each line", async () => {
    await t.db.transaction(tenantId, (tx) => installStandardTaxClasses(tx, t.ctx(tenantId)));
    const first = await upload(importSkus, file);
    expect(first).toMatchObject({ state: "PARTIAL", total: 6, done: 2, failed: 4 });
    expect(first.rows.map((r) => [r.row, r.outcome, r.code])).toEqual([
      [2, "DONE", null],
      [3, "FAILED", "SKU_FAULTS"],
      [4, "FAILED", "SKU_TWICE_IN_FILE"],
      [5, "DONE", null],
      [6, "FAILED", "SKU_FAULTS"],
      [7, "FAILED", "SKU_FAULTS"],
    ]);
    expect(first.rows[4]?.message).toContain("whole grams");
    const skus = await t.db.read(tenantId, (tx) => skusByCodes(tx, ["PEN", "BOX", "INK", "CUP"]));
    expect(skus).toHaveLength(2);
    expect(skus.find((s) => s.code === "PEN")).toMatchObject({
      name: "Pen, blue",
      taxClass: "GST_18",
      mrp: 105_000,
      weightGrams: 12,
    });
    expect(skus.find((s) => s.code === "BOX")).toMatchObject({ isBundle: true, enabled: false });
  });

  it("changes nothing when the same file comes again, and only what is given when a shorter one does", async () => {
    await t.db.transaction(tenantId, (tx) => installStandardTaxClasses(tx, t.ctx(tenantId)));
    await upload(importSkus, file);
    const before = (await trail()).length;
    const again = await upload(importSkus, file);
    expect(again.rows.filter((r) => r.outcome === "UNCHANGED").map((r) => r.record)).toEqual(["PEN", "BOX"]);
    expect(await trail()).toHaveLength(before);
    await upload(importSkus, "SKU Code,Name,Brand\nPEN,Pen,Acme\n");
    const [pen] = await t.db.read(tenantId, (tx) => skusByCodes(tx, ["PEN"]));
    expect(pen).toMatchObject({ name: "Pen", brand: "Acme", taxClass: "GST_18", mrp: 105_000 });
    const turned = await upload(importSkus, "SKU Code,Name,Type\nPEN,Pen,BUNDLE\n");
    expect(turned.rows[0]?.code).toBe("SKU_KIND_FIXED");
  });

  it("refuses at once what is no CSV of SKUs", async () => {
    const start = (bytes: Buffer) => importSkus.start(t.ctx(tenantId), { fileName: "x.csv", bytes, options: {} });
    expect(code(await start(Buffer.from([0xff, 0xfe, 0x00])))).toBe("CSV_NOT_UTF8");
    expect(code(await start(Buffer.from("SKU Code,Name\nP\u0000EN,x\n")))).toBe("CSV_UNREADABLE");
    expect(code(await start(Buffer.from("Name\nPen\n")))).toBe("CSV_COLUMN_MISSING");
  });

  it("takes 5,000 lines in chunks", async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `SKU-${i},Item ${i}`);
    const done = await upload(importSkus, `SKU Code,Name\n${lines.join("\n")}\n`);
    expect(done).toMatchObject({ state: "DONE", total: 5000, done: 5000 });
    const row = await t.db.read(tenantId, (tx) =>
      tx.one(sql`select count(*) as skus from godown.sku where tenant_id = ${tenantId}`),
    );
    expect(row).toEqual({ skus: 5000 });
  });
});

describe("importing bundles", () => {
  it("gathers the lines of a bundle, keeps the good ones, and is harmless again", async () => {
    await make("PEN");
    await make("INK");
    await make("BOX", [{ sku: "PEN", quantity: 1 }]);
    await make("KIT", [{ sku: "PEN", quantity: 1 }]);
    const file = [
      "Bundle SKU Code,Component SKU Code,Quantity",
      "BOX,PEN,2",
      "KIT,BOX,1",
      "BOX,INK,1",
      "PEN,INK,1",
      "NONE,INK,1",
    ].join("\n");
    const first = await upload(importBundles, file);
    expect(first.rows.map((r) => [r.row, r.record, r.outcome, r.code])).toEqual([
      [2, "BOX", "DONE", null],
      [3, "KIT", "FAILED", "BUNDLE_NESTED"],
      [5, "PEN", "FAILED", "NOT_A_BUNDLE"],
      [6, "NONE", "FAILED", "BUNDLE_UNKNOWN"],
    ]);
    const again = await upload(importBundles, file);
    expect(again.rows[0]).toMatchObject({ record: "BOX", outcome: "UNCHANGED" });
  });
});
