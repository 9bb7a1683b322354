import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aFacility, aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aChannel, aPushOrder } from "../../tests/support/order-builders.ts";
import { aShop, packagesFor } from "../../tests/support/shop-builders.ts";
import { aGstin, aSeries } from "../../tests/support/warehouse-builders.ts";
import { must, type SaleOrderId, type ShippingPackageId, type TenantId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { saveBillingParty } from "../warehouse/index.ts";
import { correctBuyerGstin } from "./correct-buyer-gstin.ts";
import { issueInvoices, seriesAlarmCheck } from "./index.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());

const alarms = async (tenantId: TenantId) =>
  (await t.db.read(tenantId, (tx) => seriesAlarmCheck.check(t.ctx(tenantId), tx))).map((alarm) => [
    alarm.kind,
    alarm.recordType,
    alarm.message,
  ]);

describe("alarms before the first parcel waits", () => {
  it("tell of facilities and billing parties of connected channels that lack a series or a GSTIN", async () => {
    const tenantId = await aTenant(t.db, { edition: "ENTERPRISE" });
    const bare = await aFacility(t.db, tenantId, { code: "BARE" });
    await aFacility(t.db, tenantId, { code: "UNUSED" });
    await aChannel(t, tenantId, [bare], { code: "ON" });
    await aChannel(t, tenantId, [bare], { code: "OFF", state: "DISABLED" });
    const missing = "No SALE_INVOICE series is defined for facility BARE: orders of ON cannot be invoiced.";
    const untaxed = "Facility BARE has no GSTIN: invoices for ON bear no tax.";
    expect(await alarms(tenantId)).toEqual([
      ["INVOICE_SERIES_MISSING", "facility", missing],
      ["SELLER_GSTIN_MISSING", "facility", untaxed],
    ]);
    await aSeries(t, tenantId, { facilityId: bare });
    expect(await alarms(tenantId)).toEqual([["SELLER_GSTIN_MISSING", "facility", untaxed]]);
    const party = must(
      await saveBillingParty(t.ctx(tenantId), null, {
        code: "ACME",
        legalName: "Acme",
        line1: "1",
        line2: null,
        city: "Bengaluru",
        stateCode: "29",
        pincode: "560001",
        gstin: aGstin(),
      }),
    );
    await t.db.transaction(tenantId, (tx) =>
      tx.run(sql`update godown.channel set billing_party_id = ${party.billingPartyId} where code = 'ON'`),
    );
    const other = "No SALE_INVOICE series is defined for billing party ACME: orders of ON cannot be invoiced.";
    expect(await alarms(tenantId)).toEqual([["INVOICE_SERIES_MISSING", "billing_party", other]]);
  });
});

/** Issues the invoice of one package. */
const issue = async (tenantId: TenantId, shippingPackageId: ShippingPackageId) => {
  const ctx = t.ctx(tenantId);
  const [outcome] = await t.db.transaction(tenantId, (tx) =>
    issueInvoices(tx, ctx, [{ shippingPackageId, code: "P" }]),
  );
  if (!outcome) throw new Error("each package has an outcome");
  return outcome.result;
};

describe("the buyer's GSTIN of an order", () => {
  it("is corrected or taken away before the invoice, and stays once it stands on one", async () => {
    const shop = await aShop(t);
    const ctx = t.ctx(shop.tenantId);
    const [id] = await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId }], { gstin: "NA" })]);
    if (!id) throw new Error("the order has a package");
    const { saleOrderId } = await t.db.read(shop.tenantId, (tx) =>
      tx.one(sql<{ saleOrderId: SaleOrderId }>`
        select sale_order_id as "saleOrderId" from godown.sale_order where tenant_id = ${shop.tenantId}`),
    );
    expect(await issue(shop.tenantId, id)).toMatchObject({
      refusal: { code: "BUYER_GSTIN_INVALID", facts: { gstin: "NA" } },
    });
    expect(await correctBuyerGstin(ctx, { saleOrderId, gstin: "29AAFCC9980M1ZX" })).toMatchObject({
      refusal: { code: "GSTIN_CHECKSUM" },
    });
    const outside = t.ctx(shop.tenantId, { facilities: [await aFacility(t.db, shop.tenantId)] });
    expect(await correctBuyerGstin(outside, { saleOrderId, gstin: null })).toMatchObject({
      refusal: { code: "NOT_FOUND" },
    });
    expect(must(await correctBuyerGstin(ctx, { saleOrderId, gstin: " 29aafcc9980m1zr " })).buyerGstin).toBe(
      "29AAFCC9980M1ZR",
    );
    const done = must(await issue(shop.tenantId, id));
    expect(must(await issue(shop.tenantId, id))).toEqual({ ...done, existed: true });
    expect(await correctBuyerGstin(ctx, { saleOrderId, gstin: null })).toMatchObject({
      refusal: { code: "INVOICE_NOT_OPEN", facts: { invoices: [done.number] } },
    });
  });
});
