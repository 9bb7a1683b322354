import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { BUYER_GSTIN } from "../../../tests/support/e-invoice-cases.ts";
import { aReportingShop, askNow, businessPackages, reportingScene } from "../../../tests/support/e-invoice-shop.ts";
import { unitsOf } from "../../../tests/support/fulfilment-builders.ts";
import { aManifest, readyParcels } from "../../../tests/support/hand-over-builders.ts";
import { aPushOrder, receive } from "../../../tests/support/order-builders.ts";
import {
  aPartner,
  callsFor,
  expectToTheLetter,
  listen,
  one,
  queuedFor,
} from "../../../tests/support/partner-builders.ts";
import { aPool, aShop, packagesFor, type Shop } from "../../../tests/support/shop-builders.ts";
import {
  addParcels,
  applyDelivered,
  cancelUnits,
  closeManifest,
  editPackage,
  invoicePackages,
  labelPackages,
} from "../../fulfilment/index.ts";
import { must, type SaleOrderItemId } from "../../kernel/index.ts";

let t: TestDatabase;
let shop: Shop;
listen();

beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t);
});

const ctx = () => t.ctx(shop.tenantId);
const calls = () => callsFor(t, shop.tenantId);
const queued = () => queuedFor(t, shop.tenantId);

describe("a parcel on its way", () => {
  it("is told step by step, each step once and in order", async () => {
    await aPartner(t, shop.tenantId);
    const [parcel] = await packagesFor(t, shop, [
      aPushOrder([{ productId: shop.productId, quantity: 2 }], { id: "JM-1" }),
    ]);
    const id = one(parcel);
    expect(await calls()).toEqual(["createShipment"]);
    await invoicePackages(ctx(), { packageIds: [id] });
    await invoicePackages(ctx(), { packageIds: [id] }); // asked again: the same invoice, and nothing new to tell
    expect(await calls()).toEqual(["createShipment", "invoiced"]);
    t.clock.advance({ minutes: 5 });
    await labelPackages(ctx(), { packageIds: [id] });
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds: [id] }));
    expect(await calls()).toEqual(["createShipment", "invoiced", "assignAWB"]);
    t.clock.advance({ hours: 3 });
    must(await closeManifest(ctx(), manifestId));
    t.clock.advance({ days: 2 });
    const [row] = await t.raw<{ awb: string }>(
      "select awb from godown.shipping_package where shipping_package_id = $1",
      [id],
    );
    const word = {
      channelId: shop.channelId,
      awb: one(row).awb,
      packageCode: null,
      providerCode: null,
      at: t.clock.now(),
    };
    must(await t.db.transaction(shop.tenantId, (tx) => applyDelivered(tx, ctx(), word)));
    must(await t.db.transaction(shop.tenantId, (tx) => applyDelivered(tx, ctx(), word)));
    const all = await queued();
    expect(all.map((each) => each.event)).toEqual([
      "createShipment",
      "invoiced",
      "assignAWB",
      "dispatchedShipment",
      "delivered",
    ]);
    expectToTheLetter(all);
    expect(new Set(all.map((each) => each.lane))).toEqual(new Set([id]));
    expect(new Set(all.map((each) => each.subject)).size).toBe(1);
    const [created, , ready, left, there] = all.map((each) => each.body);
    expect(created?.saleOrderDTO).toMatchObject({
      ...{
        code: "JM-1",
        displayOrderCode: "JM-1",
        cod: true,
        collectableAmount: 1798,
        collectedAmount: 0,
        status: "PROCESSING",
      },
      ...{ shippingPackageStatus: "CREATED", packageType: "flexible", source: "JUPITER_MONEY", currencyCode: "INR" },
      ...{ created: "Nov 20, 2026 10:00:00 AM", displayOrderDateTime: "Nov 20, 2026 9:00:00 AM", paymentDetail: null },
    });
    expect(ready).toMatchObject({
      trackingNumber: one(row).awb,
      created: "Nov 20, 2026 10:05:00 AM",
      shippingProviderName: "Test Courier",
    });
    expect(left).toMatchObject({
      AWB: one(row).awb,
      dispatchedOn: "Nov 20, 2026 1:05:00 PM",
      courierName: "Test Courier",
    });
    expect(there).toMatchObject({
      status: "delivered",
      timestamp: "Nov 22, 2026 1:05:00 PM",
      trackingNumber: one(row).awb,
    });
  });

  it("is told anew when it gets another number before it leaves", async () => {
    await aPartner(t, shop.tenantId, { events: ["assignAWB"] });
    const [id] = await readyParcels(t, shop, 1);
    await aPool(t, shop.tenantId, 5, { code: "OTHER" });
    must(await editPackage(ctx(), one(id), { courier: "OTHER" }));
    const [first, second, ...more] = await queued();
    expect(more).toEqual([]);
    expect(second?.body).toMatchObject({ shippingProviderCode: "OTHER" });
    expect(second?.body.trackingNumber).not.toBe(first?.body.trackingNumber);
    expectToTheLetter(await queued());
  });

  it("gives each unit its share of the invoice when it leaves: shares add up to the lines", async () => {
    await aPartner(t, shop.tenantId, { events: ["dispatchedShipment"] });
    const line = {
      productId: shop.productId,
      quantity: 3,
      price: 333.33,
      over: { orderItemPrice: { sellingPrice: 333.33, discount: 10 } },
    };
    const parcels = await readyParcels(t, shop, [aPushOrder([line])]);
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds: parcels }));
    must(await closeManifest(ctx(), manifestId));
    const items = one((await queued())[0]).body.orderItems as {
      taxableAmt: number;
      Rate: number;
      total: number;
      discountAmt: number;
      netAmt: number;
    }[];
    const [invoice] = await t.raw<{ taxable: string; total: string }>(
      "select taxable_paise as taxable, total_paise - round_off_paise as total from godown.invoice where tenant_id = $1",
      [shop.tenantId],
    );
    const paise = (amounts: number[]) => amounts.reduce((sum, amount) => sum + Math.round(amount * 100), 0);
    expect(items).toHaveLength(3);
    expect(paise(items.map((item) => item.taxableAmt))).toBe(Number(invoice?.taxable));
    expect(paise(items.map((item) => item.Rate))).toBe(Number(invoice?.total));
    for (const item of items) {
      expect(paise([item.Rate, item.discountAmt])).toBe(paise([item.total]));
      expect(paise([item.taxableAmt, item.netAmt])).toBe(paise([item.Rate]));
    }
  });
});

describe("units that are cancelled before they leave", () => {
  const cancel = async (unitIds: readonly SaleOrderItemId[], by: "SELLER" | "CHANNEL" = "SELLER") => {
    const [unit] = await unitsOf(t, shop.tenantId);
    const order = { saleOrderId: one(unit).orderId, code: one(unit).order };
    must(
      await t.db.transaction(shop.tenantId, (tx) =>
        cancelUnits(tx, ctx(), order, { unitIds, reason: "no longer wanted", by }),
      ),
    );
  };

  it("are told with their package; what stays of an invoiced one is a new shipment", async () => {
    await aPartner(t, shop.tenantId);
    const [parcel] = await packagesFor(t, shop, [
      aPushOrder([{ productId: shop.productId, quantity: 2 }], { id: "JM-1" }),
    ]);
    await invoicePackages(ctx(), { packageIds: [one(parcel)] });
    const [first] = await unitsOf(t, shop.tenantId);
    await cancel([one(first).unitId]);
    const all = await queued();
    expect(all.map((each) => each.event)).toEqual(["createShipment", "invoiced", "createShipment", "cancelSOItem"]);
    expectToTheLetter(all);
    const [, , anew, cancelled] = all;
    expect(cancelled).toMatchObject({ lane: one(parcel), subject: one(all[0]).subject });
    expect(cancelled?.body).toMatchObject({ saleOrderCode: "JM-1", shippingPackageCode: one(all[0]).subject });
    expect(cancelled?.body.items).toEqual([
      {
        itemCode: expect.any(String),
        itemSku: expect.any(String),
        cancellationReason: "Cancellation by Seller :no longer wanted",
      },
    ]);
    expect(anew?.subject).not.toBe(one(all[0]).subject);
  });

  it("are told without a package where they never had one, by the order", async () => {
    await aPartner(t, shop.tenantId);
    await receive(t, shop.tenantId, shop.channelId, [aPushOrder([{ productId: shop.productId }], { id: "JM-2" })]);
    const [unit] = await unitsOf(t, shop.tenantId);
    await cancel([one(unit).unitId], "CHANNEL");
    const [only, ...more] = await queued();
    expect(more).toEqual([]);
    expect(only).toMatchObject({ event: "cancelSOItem", lane: one(unit).orderId, subject: "JM-2" });
    expect(only?.body).not.toHaveProperty("shippingPackageCode");
    expect(only?.body.items).toMatchObject([{ cancellationReason: "Cancellation by Channel :no longer wanted" }]);
    expectToTheLetter(await queued());
  });
});

describe("a parcel whose invoice waits for its IRN", () => {
  it("is told as packed when the IRN is here", async () => {
    const portal = await reportingScene(t);
    try {
      const seller = await aReportingShop(t);
      await aPartner(t, seller.tenantId);
      const packageIds = await businessPackages(t, seller, 1);
      await invoicePackages(t.ctx(seller.tenantId), { packageIds });
      expect(await callsFor(t, seller.tenantId)).toEqual(["createShipment"]);
      await askNow(t, seller.tenantId);
      const all = await queuedFor(t, seller.tenantId);
      expect(all.map((each) => each.event)).toEqual(["createShipment", "invoiced"]);
      expectToTheLetter(all);
      expect(all[0]?.body.saleOrderDTO).toMatchObject({ customerGSTIN: BUYER_GSTIN });
    } finally {
      await portal.close();
    }
  });
});
