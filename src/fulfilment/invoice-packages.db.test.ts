import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aSku, aTenant } from "../../tests/support/builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { stock } from "../../tests/support/inventory-builders.ts";
import { addressWith, aListing, aPushOrder } from "../../tests/support/order-builders.ts";
import { runWork } from "../../tests/support/run-work.ts";
import { aShop, aTaxClass, packagesFor, type Shop, somePackages } from "../../tests/support/shop-builders.ts";
import { aGstin, aSeries } from "../../tests/support/warehouse-builders.ts";
import { must, type SaleOrderId, type SaleOrderItemId, type ShippingPackageId } from "../kernel/index.ts";
import { settleAcceptance } from "../orders/index.ts";
import { sql } from "../platform/db.ts";
import { saveBillingParty } from "../warehouse/index.ts";
import { invoiceMany } from "./bulk-steps.ts";
import { cancelUnits, invoicePackages, movePackages, registerJobs } from "./index.ts";
import type { StepResult } from "./step.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));

const invoice = (shop: Shop, packageIds: readonly ShippingPackageId[]) =>
  invoicePackages(t.ctx(shop.tenantId), { packageIds });
const codes = (results: readonly StepResult[]) => results.map((r) => r.refusal?.code ?? r.outcome);

interface StoredInvoice {
  readonly invoiceId: string;
  readonly number: string;
  readonly sequence: number;
  readonly state: string;
  readonly place: string;
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly utgst: number;
  readonly igst: number;
  readonly roundOff: number;
  readonly total: number;
  readonly document: {
    kind: string;
    totals: { payable: number };
    qr: { payload: string };
    payment: { collect: number };
  };
}
const invoicesOf = (shop: Shop) =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<StoredInvoice>`
      select invoice_id as "invoiceId", number, sequence_number as sequence, state, place_of_supply as place, taxable_paise as taxable,
        cgst_paise as cgst, sgst_paise as sgst, utgst_paise as utgst, igst_paise as igst, round_off_paise as "roundOff", total_paise as total, document
      from godown.invoice where tenant_id = ${shop.tenantId} and facility_id = ${shop.facilityId} order by sequence_number`),
  );
const statesOf = async (shop: Shop, ids: readonly ShippingPackageId[]) => {
  const rows = await t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{ id: string; state: string }>`
      select shipping_package_id as id, state from godown.shipping_package where tenant_id = ${shop.tenantId}`),
  );
  return ids.map((id) => rows.find((row) => row.id === id)?.state);
};
const nextNumber = async (shop: Shop) =>
  (
    await t.db.read(shop.tenantId, (tx) =>
      tx.one(sql<{ next: number }>`
        select next_number as next from godown.invoice_series where tenant_id = ${shop.tenantId} and facility_id = ${shop.facilityId}`),
    )
  ).next;

/** The tax of prices that include it, worked out by the shortest way there is: for comparing with what was stored. */
function recompute(line: {
  price: number;
  quantity: number;
  discount: number;
  charges: number;
  gstBps: number;
  inter: boolean;
}) {
  const gross = line.price * line.quantity - line.discount + line.charges;
  const half = Math.round((gross * line.gstBps) / 2 / (10_000 + line.gstBps));
  const igst = Math.round((gross * line.gstBps) / (10_000 + line.gstBps));
  return line.inter
    ? { taxable: gross - igst, cgst: 0, sgst: 0, igst, total: gross }
    : { taxable: gross - 2 * half, cgst: half, sgst: half, igst: 0, total: gross };
}

describe("invoicing packages", () => {
  it("waits for the channel's word that the order is accepted, and takes no number before", async () => {
    const shop = await aShop(t, { series: "INV26-" });
    const [id, other] = await somePackages(t, shop, 2);
    const ids = [id, other].filter((each) => each !== undefined);
    const [order] = await t.raw<{ saleOrderId: SaleOrderId }>(
      `update godown.sale_order o set acceptance_awaited_since = $2 from godown.shipping_package p
       where p.shipping_package_id = $1 and o.sale_order_id = p.sale_order_id returning o.sale_order_id as "saleOrderId"`,
      [id, TEST_MORNING],
    );
    expect(codes(await invoice(shop, ids))).toEqual(["ACCEPTANCE_AWAITED", "DONE"]);
    expect(await statesOf(shop, ids)).toEqual(["CREATED", "PACKED"]);
    const { saleOrderId } = order ?? expect.fail("the order of the package waits");
    const answer = { saleOrderId, channelId: shop.channelId, accepted: true, message: null };
    await t.db.transaction(shop.tenantId, (tx) => settleAcceptance(tx, t.ctx(shop.tenantId), answer));
    expect((await invoice(shop, ids)).map((r) => [r.outcome, r.invoiceNumber])).toEqual([
      ["DONE", "INV26-2"],
      ["UNCHANGED", "INV26-1"],
    ]);
  });

  it("packs them, numbers them one after the other, and tells the same invoice when asked again", async () => {
    const shop = await aShop(t, { series: "INV26-" });
    const ids = await somePackages(t, shop, 3);
    const results = await invoice(shop, ids);
    expect(results.map((r) => [r.outcome, r.invoiceNumber])).toEqual([
      ["DONE", "INV26-1"],
      ["DONE", "INV26-2"],
      ["DONE", "INV26-3"],
    ]);
    expect(await statesOf(shop, ids)).toEqual(["PACKED", "PACKED", "PACKED"]);
    const again = await invoice(shop, ids);
    expect(again.map((r) => [r.outcome, r.invoiceNumber])).toEqual([
      ["UNCHANGED", "INV26-1"],
      ["UNCHANGED", "INV26-2"],
      ["UNCHANGED", "INV26-3"],
    ]);
    expect(await nextNumber(shop)).toBe(4);
    const told = await t.db.read(shop.tenantId, (tx) =>
      tx.run(sql<{ kind: string; n: number }>`
        select kind, count(*) as n from godown.order_event where tenant_id = ${shop.tenantId} and kind in ('INVOICE_ISSUED', 'PACKAGE_PACKED') group by kind order by kind`),
    );
    expect(told).toEqual([
      { kind: "INVOICE_ISSUED", n: 3 },
      { kind: "PACKAGE_PACKED", n: 3 },
    ]);
  });

  it("stores amounts that separate code finds again: lines, charges, discounts, states", async () => {
    const shop = await aShop(t);
    const cheap = await aSku(t.db, shop.tenantId, {
      taxClassId: await aTaxClass(t, shop.tenantId, 500),
      hsn: "04021010",
    });
    await stock(t, shop.tenantId, shop.facilityId, cheap, 50);
    const { productId } = await aListing(t, shop.tenantId, shop.channelId, cheap);
    const line = (id: string, quantity: number, price: number, extra: Record<string, number> = {}) => ({
      productId: id,
      quantity,
      price,
      over: { orderItemPrice: { sellingPrice: price, ...extra } },
    });
    const away = addressWith({ state: "Maharashtra", city: "Mumbai", pincode: "400001" });
    const bodies = [
      aPushOrder([
        line(shop.productId, 3, 899.01, { discount: 33.34, shippingCharges: 40, cashOnDeliveryCharges: 20 }),
      ]),
      aPushOrder([line(shop.productId, 2, 1_299), line(productId, 5, 19.99, { discount: 1.01 })], {
        shippingAddress: away,
        billingAddress: away,
      }),
    ];
    const ids = await packagesFor(t, shop, bodies);
    expect(codes(await invoice(shop, ids))).toEqual(["DONE", "DONE"]);
    const [home, far] = await invoicesOf(shop);
    expect([home?.place, far?.place]).toEqual(["29", "27"]);
    for (const stored of await invoicesOf(shop)) {
      const lines = await t.db.read(shop.tenantId, (tx) =>
        tx.run(sql<{
          price: number;
          quantity: number;
          discount: number;
          charges: number;
          gstBps: number;
          units: string[];
          taxable: number;
          cgst: number;
          sgst: number;
          igst: number;
          total: number;
        }>`
          select unit_price_paise as price, quantity, discount_paise as discount, charges_paise as charges, gst_bps as "gstBps", unit_ids as units,
            taxable_paise as taxable, cgst_paise as cgst, sgst_paise as sgst, igst_paise as igst, total_paise as total
          from godown.invoice_line where tenant_id = ${shop.tenantId} and invoice_id = ${stored.invoiceId} order by line_no`),
      );
      const found = lines.map((each) => recompute({ ...each, inter: stored.place !== "29" }));
      expect(lines.map(({ taxable, cgst, sgst, igst, total }) => ({ taxable, cgst, sgst, igst, total }))).toEqual(
        found,
      );
      const sum = (of: readonly { total: number }[]) => of.reduce((all, each) => all + each.total, 0);
      expect(stored.total).toBe(sum(found) + stored.roundOff);
      expect(stored.document.totals.payable).toBe(stored.total);
      const units = await t.db.read(shop.tenantId, (tx) =>
        tx.one(sql<{ total: number }>`
          select sum(total_paise) as total from godown.sale_order_item
          where tenant_id = ${shop.tenantId} and sale_order_item_id = any(${lines.flatMap((each) => each.units)}::uuid[])`),
      );
      expect(stored.total).toBe(units.total); // what the channel charged is what is invoiced, to the paisa
    }
    expect([home?.igst, far?.cgst, far?.sgst]).toEqual([0, 0, 0]);
  });

  it("charges UTGST in a union territory, and takes the billing party of the channel as the seller", async () => {
    const shop = await aShop(t, { series: null });
    const party = must(
      await saveBillingParty(t.ctx(shop.tenantId), null, {
        code: "CHD",
        legalName: "Chandigarh Traders LLP",
        line1: "Sector 17",
        line2: null,
        city: "Chandigarh",
        stateCode: "04",
        pincode: "160017",
        gstin: aGstin("04"),
      }),
    );
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(
        sql`update godown.channel set billing_party_id = ${party.billingPartyId} where channel_id = ${shop.channelId}`,
      ),
    );
    await aSeries(t, shop.tenantId, { billingPartyId: party.billingPartyId }, { prefix: "CHD-" });
    const there = addressWith({ state: "Chandigarh", city: "Chandigarh", pincode: "160017" });
    const ids = await packagesFor(t, shop, [
      aPushOrder([{ productId: shop.productId }], { shippingAddress: there, billingAddress: there }),
    ]);
    expect((await invoice(shop, ids))[0]?.invoiceNumber).toBe("CHD-1");
    const [stored] = await invoicesOf(shop);
    expect(stored).toMatchObject({ place: "04", sgst: 0, igst: 0, document: { kind: "TAX_INVOICE" } });
    expect(stored?.utgst).toBe(stored?.cgst);
    expect(stored?.utgst).toBeGreaterThan(0);
  });

  it("invoices without tax where the seller has no GSTIN, and says what to collect in the QR code", async () => {
    const shop = await aShop(t, { gstin: null });
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(sql`update godown.facility set upi_id = 'shop@bank' where facility_id = ${shop.facilityId}`),
    );
    expect(codes(await invoice(shop, await somePackages(t, shop, 1)))).toEqual(["DONE"]);
    const [stored] = await invoicesOf(shop);
    expect(stored).toMatchObject({
      taxable: 89_900,
      cgst: 0,
      igst: 0,
      total: 89_900,
      document: { kind: "BILL_OF_SUPPLY" },
    });
    const link = new URL(stored?.document.qr.payload ?? "");
    expect([
      link.protocol,
      link.searchParams.get("pa"),
      link.searchParams.get("am"),
      link.searchParams.get("tr"),
    ]).toEqual(["upi:", "shop@bank", "899.00", stored?.number]);
  });

  it("refuses by name and goes on with the others: series, HSN, tax class, rate, GSTIN, reach", async () => {
    const shop = await aShop(t);
    const { tenantId, channelId, facilityId } = shop;
    const soldAs = async (sku: { taxClassId?: string; hsn?: string }) => {
      const skuId = await aSku(t.db, tenantId, sku);
      await stock(t, tenantId, facilityId, skuId, 5);
      return { skuId, ...(await aListing(t, tenantId, channelId, skuId)) };
    };
    const good = await aTaxClass(t, tenantId, 500);
    const bare = await soldAs({ taxClassId: good });
    await t.db.transaction(tenantId, (tx) =>
      tx.run(sql`update godown.sku set hsn = null where sku_id = ${bare.skuId}`),
    );
    const unclassed = await soldAs({});
    const unrated = await soldAs({ taxClassId: await aTaxClass(t, tenantId, 500, { holdsFrom: "2027-01-01" }) });
    const ids = await packagesFor(t, shop, [
      aPushOrder([{ productId: bare.productId }]),
      aPushOrder([{ productId: shop.productId }]),
      aPushOrder([{ productId: unclassed.productId }]),
      aPushOrder([{ productId: unrated.productId }]),
      aPushOrder([{ productId: shop.productId }], { gstin: "29ABCDE1234F1Z" }),
    ]);
    const stranger = "0199a000-0000-7000-8000-000000000001" as ShippingPackageId;
    expect(codes(await invoice(shop, [...ids, stranger]))).toEqual([
      "HSN_MISSING",
      "DONE",
      "TAX_CLASS_MISSING",
      "TAX_RATE_MISSING",
      "BUYER_GSTIN_INVALID",
      "PACKAGE_NOT_FOUND",
    ]);
    expect(await statesOf(shop, ids)).toEqual(["CREATED", "PACKED", "CREATED", "CREATED", "CREATED"]);
    expect((await invoicesOf(shop)).length).toBe(1);
    const elsewhere = await aFacility(t.db, tenantId);
    const outside = t.ctx(tenantId, { facilities: [elsewhere] });
    expect(codes(await invoicePackages(outside, { packageIds: ids.slice(0, 1) }))).toEqual(["PACKAGE_NOT_FOUND"]);
  });

  it("asks for picking where a facility traces its goods, and for nothing while an order is on hold", async () => {
    const shop = await aShop(t);
    const ids = await somePackages(t, shop, 2);
    const set = (traceability: string) =>
      t.db.transaction(shop.tenantId, (tx) =>
        tx.run(sql`update godown.facility set traceability = ${traceability} where facility_id = ${shop.facilityId}`),
      );
    await set("SKU");
    expect(codes(await invoice(shop, ids))).toEqual(["PICKING_NEEDED", "PICKING_NEEDED"]);
    const step = (event: "pick" | "receive") =>
      t.db.transaction(shop.tenantId, (tx) => movePackages(tx, t.ctx(shop.tenantId), ids.slice(0, 1), event));
    must(await step("pick"));
    expect(codes(await invoice(shop, ids.slice(0, 1)))).toEqual(["PACKAGE_STATE"]);
    must(await step("receive"));
    expect(codes(await invoice(shop, ids))).toEqual(["DONE", "PICKING_NEEDED"]);
    await set("NONE");
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(
        sql`update godown.sale_order set on_hold = true, hold_reason = 'asked' where tenant_id = ${shop.tenantId}`,
      ),
    );
    expect(codes(await invoice(shop, ids))).toEqual(["UNCHANGED", "PACKAGE_ON_HOLD"]);
  });

  it("heals when the missing series is defined, and took no number before", async () => {
    const shop = await aShop(t, { series: null });
    const ids = await somePackages(t, shop, 2);
    const refused = await invoice(shop, ids);
    expect(codes(refused)).toEqual(["SERIES_MISSING", "SERIES_MISSING"]);
    expect(String(refused[0]?.refusal?.facts.owner)).toMatch(/facility WH\d+ \(channel JUPITER_\d+\)/);
    expect(await statesOf(shop, ids)).toEqual(["CREATED", "CREATED"]);
    await aSeries(t, shop.tenantId, { facilityId: shop.facilityId }, { prefix: "HEAL-" });
    expect((await invoice(shop, ids)).map((r) => r.invoiceNumber)).toEqual(["HEAL-1", "HEAL-2"]);
  });
});

describe("numbers", () => {
  it("have no gap and no repeat over 400 invoices of two series asked for at once", async () => {
    const tenantId = await aTenant(t.db, { edition: "ENTERPRISE" });
    const shops = [await aShop(t, { tenantId, stock: 200 }), await aShop(t, { tenantId, stock: 200 })];
    const chosen = await Promise.all(shops.map((shop) => somePackages(t, shop, 200)));
    const mixed = Array.from({ length: 200 }, (_, i) => chosen.flatMap((ids) => ids[i] ?? [])).flat();
    const bites = Array.from({ length: 80 }, (_, i) => mixed.slice(i * 5, i * 5 + 5));
    const ctx = t.ctx(tenantId);
    // Every bite is asked for twice at the same time: a double click gives no second number.
    const results = await Promise.all([...bites, ...bites].map((packageIds) => invoicePackages(ctx, { packageIds })));
    expect(results.flat().filter((r) => r.outcome === "DONE").length).toBe(400);
    expect(results.flat().filter((r) => r.outcome === "FAILED")).toEqual([]);
    for (const shop of shops) {
      const sequences = (await invoicesOf(shop)).map((each) => each.sequence);
      expect(sequences).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
      expect(await nextNumber(shop)).toBe(201);
    }
  });

  it("are given back by a rollback", async () => {
    const shop = await aShop(t, { series: "BACK-" });
    const ids = await somePackages(t, shop, 2);
    const { invoiceIn } = await import("./invoice-packages.ts");
    const ctx = t.ctx(shop.tenantId);
    const broken = t.db.transaction(shop.tenantId, async (tx) => {
      const [first] = await invoiceIn(tx, ctx, ids.slice(0, 1));
      expect(first?.invoiceNumber).toBe("BACK-1");
      throw new Error("the power fails before the commit");
    });
    await expect(broken).rejects.toThrow("the power fails");
    expect(await invoicesOf(shop)).toEqual([]);
    expect((await invoice(shop, ids)).map((r) => r.invoiceNumber)).toEqual(["BACK-1", "BACK-2"]);
  });

  it("stay with an invoice that is cancelled with its package, and the next invoice gets the next one", async () => {
    const shop = await aShop(t, { series: "KEEP-" });
    const ids = await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId, quantity: 2 }])]);
    await invoice(shop, ids);
    const units = await t.db.read(shop.tenantId, (tx) =>
      tx.run(sql<{ unitId: SaleOrderItemId; saleOrderId: SaleOrderId; code: string }>`
        select u.sale_order_item_id as "unitId", u.sale_order_id as "saleOrderId", o.code from godown.sale_order_item u
        join godown.sale_order o using (tenant_id, sale_order_id) where u.tenant_id = ${shop.tenantId} order by u.unit_no`),
    );
    const [first] = units;
    if (!first) throw new Error("the order has units");
    must(
      await t.db.transaction(shop.tenantId, (tx) =>
        cancelUnits(tx, t.ctx(shop.tenantId), first, { unitIds: [first.unitId], reason: "asked", by: "SELLER" }),
      ),
    );
    const rest = await t.db.read(shop.tenantId, (tx) =>
      tx.run(sql<{ id: ShippingPackageId }>`
        select shipping_package_id as id from godown.shipping_package where tenant_id = ${shop.tenantId} and state = 'CREATED'`),
    );
    await invoice(
      shop,
      rest.map((row) => row.id),
    );
    expect((await invoicesOf(shop)).map((each) => [each.number, each.state, each.total])).toEqual([
      ["KEEP-1", "CANCELLED", 179_800],
      ["KEEP-2", "ISSUED", 89_900],
    ]);
  });
});

describe("many at once", () => {
  it("become long work whose rows name what failed and why", async () => {
    const shop = await aShop(t);
    const ids = await somePackages(t, shop, 60);
    const bare = await aSku(t.db, shop.tenantId, {});
    await stock(t, shop.tenantId, shop.facilityId, bare, 5);
    const { productId } = await aListing(t, shop.tenantId, shop.channelId, bare);
    const bad = await packagesFor(t, shop, [aPushOrder([{ productId }])]);
    const { workId, results } = await invoiceMany(t.ctx(shop.tenantId), [
      ...ids.slice(0, 30),
      ...bad,
      ...ids.slice(30),
    ]);
    expect(results).toEqual([]);
    if (workId === null) throw new Error("61 packages become work");
    const finished = await runWork(t, shop.tenantId, workId, registerJobs);
    expect(finished).toMatchObject({ state: "PARTIAL", total: 61, done: 60, failed: 1 });
    expect(finished.rows[30]).toMatchObject({ row: 31, outcome: "FAILED", code: "TAX_CLASS_MISSING" });
    expect(finished.rows[31]?.message).toMatch(/^invoice /);
    expect((await invoicesOf(shop)).length).toBe(60);
  });
});
