import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aSku } from "../../tests/support/builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { stock } from "../../tests/support/inventory-builders.ts";
import { aListing, aPushOrder } from "../../tests/support/order-builders.ts";
import { aPool, aShop, aTaxClass, packagesFor, type Shop, somePackages } from "../../tests/support/shop-builders.ts";
import { must, type ShippingPackageId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { editPackage, invoiceAndLabel, invoicePackages, labelPackages, movePackages } from "./index.ts";
import type { StepResult } from "./step.ts";
import { countPrints } from "./steps.store.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));

const codes = (results: readonly StepResult[]) => results.map((r) => r.refusal?.code ?? r.outcome);
const label = (shop: Shop, packageIds: readonly ShippingPackageId[]) =>
  labelPackages(t.ctx(shop.tenantId), { packageIds });

/** So many packages, packed and invoiced. */
async function packed(shop: Shop, count: number): Promise<ShippingPackageId[]> {
  const packageIds = await somePackages(t, shop, count);
  expect(codes(await invoicePackages(t.ctx(shop.tenantId), { packageIds }))).toEqual(packageIds.map(() => "DONE"));
  return packageIds;
}

interface StoredPackage {
  readonly state: string;
  readonly awb: string | null;
  readonly provider: string | null;
  readonly choice: { code: string; why: string; rejected: { code: string; reason: string }[] } | null;
  readonly sortCode: string | null;
  readonly weight: number | null;
  readonly box: (number | null)[];
  readonly copies: number;
}
const stored = (shop: Shop, id: ShippingPackageId | undefined) =>
  t.db.read(shop.tenantId, (tx) =>
    tx.one(sql<StoredPackage>`
      select p.state, p.awb, s.code as provider, p.provider_choice as choice, p.sort_code as "sortCode", p.weight_grams as weight,
        array[p.length_mm, p.width_mm, p.height_mm] as box, p.label_copies as copies
      from godown.shipping_package p left join godown.shipping_provider s using (tenant_id, shipping_provider_id)
      where p.tenant_id = ${shop.tenantId} and p.shipping_package_id = ${id ?? null}`),
  );
const set = (shop: Shop, setting: string) =>
  t.db.transaction(shop.tenantId, (tx) =>
    tx.run(sql`update godown.channel set single_action = ${setting} where channel_id = ${shop.channelId}`),
  );
const invoiceNumbers = (shop: Shop) =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{ number: string; state: string }>`
      select number, state from godown.invoice where tenant_id = ${shop.tenantId} order by sequence_number`),
  );

describe("labelling packages", () => {
  it("chooses the courier by preference, keeps why, takes numbers in turn and fills weight and box from the SKUs", async () => {
    const shop = await aShop(t, { awbs: 0 });
    const near = await aPool(t, shop.tenantId, 5, { code: "NEAR", pincodes: ["560001"] });
    await t.db.transaction(shop.tenantId, async (tx) => {
      await tx.run(sql`update godown.provider_pincode set sort_code = 'BLR/7' where shipping_provider_id = ${near}`);
      await tx.run(sql`update godown.shipping_provider set preference = 200 where shipping_provider_id = ${near}`);
    });
    const big = await aSku(t.db, shop.tenantId, {
      taxClassId: await aTaxClass(t, shop.tenantId, 500),
      hsn: "62114210",
    });
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(
        sql`update godown.sku set weight_grams = 1200, length_mm = 600, width_mm = 100, height_mm = 400 where sku_id = ${big}`,
      ),
    );
    await stock(t, shop.tenantId, shop.facilityId, big, 5);
    const { productId } = await aListing(t, shop.tenantId, shop.channelId, big);
    const [id] = await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId, quantity: 2 }, { productId }])]);
    if (!id) throw new Error("there is a package");
    const ctx = t.ctx(shop.tenantId);
    expect(codes(await labelPackages(ctx, { packageIds: [id] }))).toEqual(["LABEL_BEFORE_INVOICE"]);
    await invoicePackages(ctx, { packageIds: [id] });
    const [first] = await label(shop, [id]);
    expect(first).toMatchObject({ outcome: "DONE" });
    expect(first?.awb).toMatch(/X000001$/);
    const now = await stored(shop, id);
    expect(now).toMatchObject({ state: "READY_TO_SHIP", awb: first?.awb, provider: "NEAR", sortCode: "BLR/7" });
    expect(now).toMatchObject({ weight: 1_800, box: [600, 100, 400] }); // 2 x 300 g + 1200 g; the largest box
    expect(now.choice?.rejected).toEqual([{ code: expect.any(String), reason: "has no tracking numbers left" }]);
    expect(codes(await label(shop, [id]))).toEqual(["UNCHANGED"]);
    expect((await stored(shop, id)).awb).toBe(first?.awb);
  });

  it("leaves packages packed when there is no courier or no number for them, and heals when numbers come", async () => {
    const shop = await aShop(t, { awbs: 2 });
    const ids = await packed(shop, 3);
    expect(codes(await label(shop, ids))).toEqual(["DONE", "DONE", "NO_PROVIDER"]);
    expect((await stored(shop, ids[2])).state).toBe("PACKED");
    await aPool(t, shop.tenantId, 1);
    expect(codes(await label(shop, ids))).toEqual(["UNCHANGED", "UNCHANGED", "DONE"]);
    expect(codes(await label({ ...shop }, ["0199a000-0000-7000-8000-000000000002" as ShippingPackageId]))).toEqual([
      "PACKAGE_NOT_FOUND",
    ]);
  });

  it("never gives one number twice, however many ask at once", async () => {
    const shop = await aShop(t, { awbs: 60 });
    const ids = await packed(shop, 60);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => label(shop, ids.slice(i * 3, i * 3 + 3))).concat(
        Array.from({ length: 20 }, (_, i) => label(shop, ids.slice(i * 3, i * 3 + 3))),
      ),
    );
    expect(results.flat().filter((r) => r.outcome === "DONE").length).toBe(60);
    const awbs = await Promise.all(ids.map(async (id) => (await stored(shop, id)).awb));
    expect(new Set(awbs).size).toBe(60);
  });

  it("counts prints, and all but the first are copies; a package out of reach prints nothing", async () => {
    const shop = await aShop(t);
    const ids = await packed(shop, 1);
    const ctx = t.ctx(shop.tenantId);
    const print = (over = {}) => t.db.transaction(shop.tenantId, (tx) => countPrints(tx, { ...ctx, ...over }, ids));
    expect(await print()).toEqual([]); // packed, not labelled
    await label(shop, ids);
    expect((await print())[0]?.copies).toBe(1);
    expect((await print())[0]).toMatchObject({ copies: 2, collect: 89_900, to: { name: "Asha Rao" } });
    expect(await print({ facilities: [await aFacility(t.db, shop.tenantId)] })).toEqual([]);
    expect((await stored(shop, ids[0])).copies).toBe(2);
  });
});

describe("one click for invoice and label", () => {
  it("is refused where the channel's setting is off, and does both where it is on", async () => {
    const shop = await aShop(t);
    const ids = await somePackages(t, shop, 2);
    const ctx = t.ctx(shop.tenantId);
    expect(codes(await invoiceAndLabel(ctx, { packageIds: ids }))).toEqual(["SINGLE_ACTION_OFF", "SINGLE_ACTION_OFF"]);
    await set(shop, "INVOICE_THEN_LABEL");
    const [two] = await invoiceAndLabel(ctx, { packageIds: ids.slice(0, 1) });
    expect(two).toMatchObject({ outcome: "DONE", prints: "TWO_PDFS", invoiceNumber: expect.stringMatching(/-1$/) });
    await set(shop, "INVOICE_AND_LABEL_MERGED");
    const [, one] = await invoiceAndLabel(ctx, { packageIds: ids });
    expect(one).toMatchObject({ outcome: "DONE", prints: "ONE_PDF", awb: expect.any(String) });
    expect(await Promise.all(ids.map(async (id) => (await stored(shop, id)).state))).toEqual([
      "READY_TO_SHIP",
      "READY_TO_SHIP",
    ]);
  });

  it("keeps the invoice when the label fails, says both, and does only the label the next time", async () => {
    const shop = await aShop(t, { awbs: 0, series: "ONE-" });
    await set(shop, "INVOICE_THEN_LABEL");
    const packageIds = await somePackages(t, shop, 1);
    const ctx = t.ctx(shop.tenantId);
    const [failed] = await invoiceAndLabel(ctx, { packageIds });
    expect(failed).toMatchObject({ outcome: "FAILED", invoiceNumber: "ONE-1", refusal: { code: "NO_PROVIDER" } });
    expect((await stored(shop, packageIds[0])).state).toBe("PACKED");
    await aPool(t, shop.tenantId, 1);
    expect((await invoiceAndLabel(ctx, { packageIds }))[0]).toMatchObject({ outcome: "DONE", invoiceNumber: "ONE-1" });
    expect(await invoiceNumbers(shop)).toEqual([{ number: "ONE-1", state: "ISSUED" }]);
  });
});

describe("changing a package before its manifest closes", () => {
  it("changes box and weight at any time before, the courier once it is packed", async () => {
    const shop = await aShop(t);
    const [id] = await somePackages(t, shop, 1);
    if (!id) throw new Error("there is a package");
    const ctx = t.ctx(shop.tenantId);
    must(await editPackage(ctx, id, { weightGrams: 750, lengthMm: 10, widthMm: 20, heightMm: 30 }));
    expect(await stored(shop, id)).toMatchObject({ weight: 750, box: [10, 20, 30] });
    expect(await editPackage(ctx, id, { courier: "NOBODY" })).toMatchObject({ refusal: { code: "COURIER_TOO_EARLY" } });
    await invoicePackages(ctx, { packageIds: [id] });
    await label(shop, [id]);
    expect((await stored(shop, id)).weight).toBe(750); // what a person entered stays
    const outside = t.ctx(shop.tenantId, { facilities: [await aFacility(t.db, shop.tenantId)] });
    expect(await editPackage(outside, id, { weightGrams: 1 })).toMatchObject({
      refusal: { code: "PACKAGE_NOT_FOUND" },
    });
  });

  it("spends the number that is given up: it is not used again", async () => {
    const shop = await aShop(t, { awbs: 2 });
    const [first, second, third] = await packed(shop, 3);
    if (!first || !second || !third) throw new Error("there are packages");
    const ctx = t.ctx(shop.tenantId);
    await label(shop, [first]);
    const old = await stored(shop, first);
    await t.db.transaction(shop.tenantId, (tx) => countPrints(tx, ctx, [first]));
    await aPool(t, shop.tenantId, 1, { code: "OTHER" });
    const edited = must(await editPackage(ctx, first, { courier: "OTHER" }));
    expect(edited).toMatchObject({ courier: "OTHER", printAgain: true });
    expect(await stored(shop, first)).toMatchObject({ state: "READY_TO_SHIP", provider: "OTHER", copies: 0 });
    expect(await editPackage(ctx, second, { courier: old.provider ?? "", awb: old.awb ?? "" })).toMatchObject({
      refusal: { code: "AWB_TAKEN" },
    });
    // One number is left of two, and the one given up is not the second.
    expect(codes(await label(shop, [second, third]))).toEqual(["DONE", "NO_PROVIDER"]);
    expect((await stored(shop, second)).awb).not.toBe(old.awb);
  });

  it("takes a number that a person typed, known to the pool or not, and no wrong one", async () => {
    const shop = await aShop(t, { awbs: 1 });
    const [first, second] = await packed(shop, 2);
    if (!first || !second) throw new Error("there are packages");
    const ctx = t.ctx(shop.tenantId);
    const courier = await t.db.read(shop.tenantId, (tx) =>
      tx.one(
        sql<{
          code: string;
        }>`select code from godown.shipping_provider where shipping_provider_id = ${shop.providerId}`,
      ),
    );
    expect(await editPackage(ctx, first, { awb: "TYPED-1" })).toMatchObject({
      refusal: { code: "COURIER_NOT_CHOSEN" },
    });
    expect(await editPackage(ctx, first, { courier: courier.code, awb: "no digits" })).toMatchObject({
      refusal: { code: "AWB_INVALID" },
    });
    must(await editPackage(ctx, first, { courier: courier.code, awb: "TYPED-1" }));
    expect(codes(await label(shop, [first, second]))).toEqual(["DONE", "DONE"]);
    expect(await stored(shop, first)).toMatchObject({ awb: "TYPED-1", choice: { why: "chosen by test" } });
    expect(await editPackage(ctx, second, { awb: "TYPED-1" })).toMatchObject({ refusal: { code: "AWB_TAKEN" } });
    // A number that came with a parcel from elsewhere, which no pool knows.
    await t.db.transaction(shop.tenantId, (tx) => tx.run(sql`delete from godown.awb where awb = 'TYPED-1'`));
    expect(await editPackage(ctx, second, { awb: "TYPED-1" })).toMatchObject({ refusal: { code: "AWB_TAKEN" } });
  });

  it("asks to take a parcel off a manifest of one courier before it goes with another, and ends with the manifest", async () => {
    const shop = await aShop(t);
    const [id] = await packed(shop, 1);
    if (!id) throw new Error("there is a package");
    const ctx = t.ctx(shop.tenantId);
    await label(shop, [id]);
    await aPool(t, shop.tenantId, 1, { code: "OTHER" });
    await t.db.transaction(shop.tenantId, async (tx) => {
      const manifestId = "0199a000-0000-7000-8000-0000000000aa";
      await tx.run(sql`
        insert into godown.manifest (tenant_id, manifest_id, code, facility_id, channel_id, shipping_provider_id, third_party_shipping, state, created_at, created_by)
        values (${shop.tenantId}, ${manifestId}, 'MF-1', ${shop.facilityId}, ${shop.channelId}, ${shop.providerId}, false, 'CREATED', ${TEST_MORNING}, 'test')`);
      await tx.run(sql`
        insert into godown.manifest_package (tenant_id, manifest_id, shipping_package_id, added_at, added_by)
        values (${shop.tenantId}, ${manifestId}, ${id}, ${TEST_MORNING}, 'test')`);
      must(await movePackages(tx, ctx, [id], "manifest"));
    });
    expect(await editPackage(ctx, id, { courier: "OTHER" })).toMatchObject({
      refusal: { code: "MANIFEST_OF_OTHER_COURIER", facts: { manifest: "MF-1" } },
    });
    expect(must(await editPackage(ctx, id, { weightGrams: 999 })).weightGrams).toBe(999);
    must(await t.db.transaction(shop.tenantId, (tx) => movePackages(tx, ctx, [id], "dispatch")));
    expect(await editPackage(ctx, id, { weightGrams: 1 })).toMatchObject({ refusal: { code: "PACKAGE_GONE" } });
  });
});
