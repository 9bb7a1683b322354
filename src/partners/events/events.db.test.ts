import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { operation } from "../../../contract/validators.ts";
import { broughtBack } from "../../../tests/support/credit-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { packagesOf, unitsOf } from "../../../tests/support/fulfilment-builders.ts";
import { anOpenGatepass, aYard, putAwayAll, say } from "../../../tests/support/gatepass-builders.ts";
import { aManifest, readyParcels } from "../../../tests/support/hand-over-builders.ts";
import { aPushOrder, receive } from "../../../tests/support/order-builders.ts";
import { aPartner, callsFor, listen, type Queued, queuedFor } from "../../../tests/support/partner-builders.ts";
import { aBuyer, aGrn, aPurchaseOrder, aVendor } from "../../../tests/support/purchasing-builders.ts";
import { announced, gone, unitsIn } from "../../../tests/support/return-builders.ts";
import { aPool, aShop, packagesFor, type Shop } from "../../../tests/support/shop-builders.ts";
import { aSeries } from "../../../tests/support/warehouse-builders.ts";
import { announce } from "../../events/index.ts";
import {
  addParcels,
  applyDelivered,
  cancelUnits,
  closeManifest,
  editPackage,
  invoicePackages,
  labelPackages,
} from "../../fulfilment/index.ts";
import { cancelGatepass } from "../../gatepasses/cancel-gatepass.ts";
import { issueGatepass } from "../../gatepasses/issue-gatepass.ts";
import { recallGatepass } from "../../gatepasses/recall-gatepass.ts";
import { must, type SaleOrderItemId, type ShippingPackageId } from "../../kernel/index.ts";
import {
  completePutAwayGrns,
  finishGrn,
  type PurchaseOrderLineId,
  putAwayGrn,
  setGrnCounts,
} from "../../purchasing/index.ts";
import { completePutaway, onPutawayComplete } from "../../putaway/index.ts";
import { allocateCourier } from "../../returns/change-reverse-pickup.ts";
import { createReversePickup } from "../../returns/create-reverse-pickup.ts";
import { deliveredAfterAll, expectBack } from "../../returns/index.ts";
import { OPERATION_OF } from "./checked-body.ts";
import { tellPartners } from "./tell-partners.ts";

let t: TestDatabase;
let shop: Shop;
listen();
onPutawayComplete(completePutAwayGrns);

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

/** What is queued keeps to the contract, each by the operation of its own call, and none of it was kept back. */
function expectToTheLetter(deliveries: readonly Queued[]): void {
  for (const { event, body, state, message } of deliveries) {
    expect([event, state, message]).toEqual([event, "PENDING", null]);
    const checked = operation("partner-notifications", OPERATION_OF[event]).body(body);
    expect(checked.ok ? [] : [event, checked.errors]).toEqual([]);
  }
}

function one<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("there is one");
  return value;
}

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

describe("returns", () => {
  it("that turn back are named by their shipment, and end with their credit note", async () => {
    await aSeries(
      t,
      shop.tenantId,
      { facilityId: shop.facilityId },
      { documentType: "SALE_RETURN_INVOICE", prefix: "CN-" },
    );
    await aPartner(t, shop.tenantId, { events: ["createReturn", "allocateReturnCourier", "completeReturn"] });
    const parcel = await gone(t, shop, { id: "JM-1", quantity: 2 });
    await broughtBack(t, shop, parcel);
    const [created, completed, ...more] = await queued();
    expect(more).toEqual([]);
    expectToTheLetter(await queued());
    const [{ code = "" } = {}] = await packagesOf(t, shop.tenantId);
    expect(created).toMatchObject({ event: "createReturn", lane: parcel, subject: code, key: `${code}|RTO` });
    expect(created?.body).toMatchObject({
      ...{
        SaleOrderCode: "JM-1",
        ShippingPackageCode: code,
        returnId: code,
        status: "Return_AWAITED",
        type: "RTO - Return To Origin",
      },
      ...{ returnReason: "refused at the door", createdOn: "Nov 20, 2026 10:00:00 AM" },
    });
    expect(created?.body.orderItems).toHaveLength(2);
    expect(completed?.body).toMatchObject({
      orderId: "JM-1",
      returnId: code,
      shippingPackageCode: code,
      status: "RETURNED",
      courierName: expect.stringMatching(/^COURIER_/),
    });
    expect(completed?.body.invoiceNumber).toMatch(/^CN-/);
    expect(completed?.body.orderItems).toMatchObject([
      { inventoryType: "GOOD_INVENTORY" },
      { inventoryType: "GOOD_INVENTORY" },
    ]);
  });

  it("from a customer are named by their reverse pickup, with their courier when there is one", async () => {
    await aSeries(
      t,
      shop.tenantId,
      { facilityId: shop.facilityId },
      { documentType: "SALE_RETURN_INVOICE", prefix: "CN-" },
    );
    await aPartner(t, shop.tenantId, { events: ["createReturn", "allocateReturnCourier", "completeReturn"] });
    const parcel = await gone(t, shop, { quantity: 2, delivered: true });
    const [unit] = await unitsIn(t, shop.tenantId, parcel);
    const [first] = await unitsOf(t, shop.tenantId);
    const made = must(
      await createReversePickup(
        ctx(),
        {
          ...{
            saleOrderId: one(first).orderId,
            code: "RP-17",
            reason: "too small",
            actionCode: null,
            pickupAddress: null,
            shippingAddress: null,
            courier: null,
          },
          ...{ box: { lengthMm: null, widthMm: null, heightMm: null, weightGrams: null }, returnFacilityId: null },
          units: [{ unitId: one(unit).id, reason: null, imageUrls: [], replacement: null }],
        },
        true,
      ),
    );
    must(await allocateCourier(ctx(), made.returnCaseId, { courierCode: "DELHIVERY", awb: null })); // no number yet: nothing to tell
    must(await allocateCourier(ctx(), made.returnCaseId, { courierCode: "DELHIVERY", awb: "R-1" }));
    must(await allocateCourier(ctx(), made.returnCaseId, { courierCode: "DELHIVERY", awb: "R-1" }));
    must(await allocateCourier(ctx(), made.returnCaseId, { courierCode: "EKART", awb: "R-2" }));
    const all = await queued();
    expect(all.map((each) => [each.event, each.key, each.lane])).toEqual([
      ["createReturn", "RP-17|CIR", parcel],
      ["allocateReturnCourier", "RP-17|R-1", parcel],
      ["allocateReturnCourier", "RP-17|R-2", parcel],
    ]);
    expectToTheLetter(all);
    expect(all[0]?.body).toMatchObject({
      returnId: "RP-17",
      status: "CREATED",
      type: "CUSTOMER_RETURN",
      returnReason: "too small",
    });
    expect(all[0]?.body).not.toHaveProperty("ShippingPackageCode");
    expect(all[2]?.body).toMatchObject({
      courierName: "EKART",
      AWB: "R-2",
      orderItems: [{ orderItemId: one(unit).code, qty: 1 }],
    });
  });

  it("of a parcel that turned back, was delivered after all and turned back again are two", async () => {
    await aPartner(t, shop.tenantId, { events: ["delivered", "createReturn"] });
    const parcel = await gone(t, shop);
    const back = () =>
      t.db.transaction(shop.tenantId, (tx) => expectBack(tx, ctx(), [parcel], { via: "COURIER", reason: null }));
    await back();
    t.clock.advance({ hours: 1 });
    must(await t.db.transaction(shop.tenantId, (tx) => deliveredAfterAll(tx, ctx(), parcel)));
    t.clock.advance({ hours: 1 });
    await announced(t, shop, { kind: "RTO", at: t.clock.now(), channelReturnId: "R-9" });
    const all = await queued();
    expect(all.map((each) => each.event)).toEqual(["createReturn", "delivered", "createReturn"]);
    expect(all[0]?.body).toMatchObject({ returnId: all[0]?.body.ShippingPackageCode, returnReason: "RTO" });
    expect(all[2]?.body.returnId).toMatch(/^RTO-/);
    expectToTheLetter(all);
  });

  it("that the channel's word ends at once are told as made and over", async () => {
    await t.raw("update godown.channel set returned_on_channel_word = true where channel_id = $1", [shop.channelId]);
    await aPartner(t, shop.tenantId, { events: ["createReturn", "allocateReturnCourier", "completeReturn"] });
    await gone(t, shop, { delivered: true });
    await announced(t, shop, { kind: "CIR", courierCode: "EKART", awb: "R-5", channelReturnId: "R-1" });
    const all = await queued();
    expect(all.map((each) => each.event)).toEqual(["createReturn", "allocateReturnCourier", "completeReturn"]);
    expect(all[2]?.body).toMatchObject({
      status: "COMPLETED",
      invoiceNumber: "",
      courierName: "EKART",
      trackingNumber: "R-5",
    });
    expectToTheLetter(all);
  });
});

describe("purchases and gate passes", () => {
  it("are told when a purchase order is approved and when the last piece of a receipt lies on its shelf", async () => {
    const buyer = await aBuyer(t);
    await aPartner(t, buyer.tenantId);
    const vendorId = await aVendor(t, buyer, { code: "V-77" });
    const purchaseOrderId = await aPurchaseOrder(t, buyer, {
      vendorId,
      expectedOn: Temporal.PlainDate.from("2026-11-25"),
    });
    const grnId = await aGrn(t, buyer, purchaseOrderId, { vendorInvoiceNumber: "VI/9" });
    const lines = await t.raw<{ id: PurchaseOrderLineId }>(
      "select purchase_order_line_id as id from godown.purchase_order_line where purchase_order_id = $1 order by line_no",
      [purchaseOrderId],
    );
    const c = t.ctx(buyer.tenantId);
    must(
      await setGrnCounts(c, {
        grnId,
        counts: [
          { lineId: one(lines[0]).id, accepted: 3, rejected: 1, rejectReason: "torn" },
          { lineId: one(lines[1]).id, accepted: 5, rejected: 0, rejectReason: null },
        ],
      }),
    );
    must(await finishGrn(c, grnId));
    expect(await callsFor(t, buyer.tenantId)).toEqual(["approvedPurchaseOrder"]);
    const { putawayId } = must(await putAwayGrn(c, grnId));
    must(await completePutaway(c, { putawayId, confirmAll: true }));
    const all = await queuedFor(t, buyer.tenantId);
    expect(all.map((each) => [each.event, each.lane])).toEqual([
      ["approvedPurchaseOrder", purchaseOrderId],
      ["completeInflowReceipt", purchaseOrderId],
    ]);
    expectToTheLetter(all);
    expect(all[0]?.body).toMatchObject({
      statusCode: "APPROVED",
      vendorCode: "V-77",
      deliveryDate: "Nov 25, 2026 12:00:00 AM",
    });
    expect(all[0]?.body.purchaseOrderItems).toMatchObject([
      {
        quantity: 5,
        unitPrice: 100,
        total: 590,
        tax: 90,
        taxPercentage: 18,
        igst: "90",
        cgst: "0",
        sgst: "0",
        utgst: "0",
      },
      { quantity: 5 },
    ]);
    expect(all[1]?.body).toMatchObject({ vendorInvoiceNumber: "VI/9", vendorInvoiceDate: "Nov 19, 2026 12:00:00 AM" });
    expect(all[1]?.body.grnItems).toMatchObject([
      { Quantity: "4", rejectedQuantity: "1", rejectionComments: "torn", sellableQuantity: "3", pendingQuantity: "1" },
      { Quantity: "5", rejectedQuantity: "0", rejectionComments: "", sellableQuantity: "5", pendingQuantity: "0" },
    ]);
  });

  it("are told when goods are awaited, when the gate pass is closed, and when it is discarded", async () => {
    const yard = await aYard(t);
    await aPartner(t, yard.tenantId);
    const id = await anOpenGatepass(yard, { reference: "REF-1" }, [{ quantity: 2 }]);
    must(await issueGatepass(yard.ctx(), id));
    must(await say(yard, id, "RECEIVED", 1));
    must(await say(yard, id, "RECEIVED", 1));
    await putAwayAll(yard, yard.del);
    const discarded = await anOpenGatepass(yard);
    must(await cancelGatepass(yard.ctx(), discarded, null));
    must(await cancelGatepass(yard.ctx(), discarded, null));
    const lent = await anOpenGatepass(yard, { type: "RETURNABLE" });
    must(await issueGatepass(yard.ctx(), lent));
    must(await recallGatepass(yard.ctx(), lent, "not needed"));
    const handed = await anOpenGatepass(yard, { type: "NON_RETURNABLE" });
    must(await issueGatepass(yard.ctx(), handed));
    const all = await queuedFor(t, yard.tenantId);
    expect(all.map((each) => [each.event, each.lane])).toEqual([
      ["awaitedGatepass", id],
      ["closeGatepass", id],
      ["discardGatepass", discarded],
      ["awaitedGatepass", lent],
      ["discardGatepass", lent],
      ["closeGatepass", handed],
    ]);
    expectToTheLetter(all);
    const [awaited, closed, gone_] = all.map((each) => each.body);
    expect(awaited).toMatchObject({
      statusCode: "RETURN_AWAITED",
      type: "STOCK_TRANSFER",
      reference: "REF-1",
      purpose: "Filling up Delhi",
    });
    expect(awaited?.gatePassItemDTOs).toMatchObject([
      {
        quantity: 2,
        receivedQuantity: 0,
        pendingQuantity: 2,
        unitPrice: 1000,
        igst: 360,
        tax: 360,
        total: 2360,
        inventoryType: "GOOD_INVENTORY",
        shelfCode: "DEFAULT",
      },
    ]);
    expect(closed?.gatePassItemDTOs).toMatchObject([
      { gatePassItemStatus: "CLOSED", receivedQuantity: 2, pendingQuantity: 0 },
    ]);
    expect(gone_).toMatchObject({ statusCode: "DISCARDED", reference: "" });
  });
});

describe("who is told", () => {
  it("is whoever chose the event, of his channels and facilities, and nobody where nobody is asked", async () => {
    await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId }])]);
    expect(await calls()).toEqual([]);
    const other = await aShop(t, { tenantId: shop.tenantId });
    const all = await aPartner(t, shop.tenantId);
    const mine = await aPartner(t, shop.tenantId, { channelIds: [shop.channelId], facilityIds: [shop.facilityId] });
    const theirs = await aPartner(t, shop.tenantId, { channelIds: [other.channelId] });
    const invoices = await aPartner(t, shop.tenantId, { events: ["invoiced"] });
    await aPartner(t, shop.tenantId, { enabled: false });
    const [parcel] = await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId }])]);
    await invoicePackages(ctx(), { packageIds: [one(parcel)] });
    const counts = await Promise.all([all, mine, theirs, invoices].map((id) => callsFor(t, shop.tenantId, id)));
    expect(counts).toEqual([["createShipment", "invoiced"], ["createShipment", "invoiced"], [], ["invoiced"]]);
    const bodies = (await queued())
      .filter((each) => each.event === "invoiced")
      .map((each) => JSON.stringify(each.body));
    expect(new Set(bodies).size).toBe(1);
  });

  it("sees what could not be put into words, or not into the contract's, and is told of the rest", async () => {
    const bodies = Array.from({ length: 3 }, () => aPushOrder([{ productId: shop.productId }]));
    const packageIds = await packagesFor(t, shop, bodies);
    const [halved, ancient, good] = packageIds;
    await invoicePackages(ctx(), { packageIds });
    await t.raw("update godown.sale_order_item set shipping_package_id = null where shipping_package_id = $1", [
      halved,
    ]);
    await t.raw(
      "update godown.sale_order set placed_at = '0001-01-01' where sale_order_id = (select sale_order_id from godown.shipping_package where shipping_package_id = $1)",
      [ancient],
    );
    await aPartner(t, shop.tenantId);
    await t.db.transaction(shop.tenantId, async (tx) => {
      announce(
        tx,
        ctx(),
        packageIds.map((shippingPackageId) => ({
          kind: "SHIPMENT_PACKED",
          shippingPackageId,
          happenedAt: t.clock.now(),
        })),
      );
    });
    const all = await queued();
    expect(all.map((each) => [each.lane, each.state])).toEqual([
      [halved, "FAILED"],
      [ancient, "FAILED"],
      [good, "PENDING"],
    ]);
    expect(all[0]?.message).toMatch(/^It could not be put into words: .*has its units/);
    expect(all[1]?.message).toMatch(/^It does not keep to the contract: channelCreated/);
    expect(all[1]?.body).toMatchObject({ channelCreated: expect.stringContaining(", 1 ") });
    expect(t.logLines.filter((line) => line.includes("a partner is not told"))).toHaveLength(2);
  });
});

it("reads the facts of twenty parcels with as many statements as those of one, and none where nobody is told", async () => {
  const parcels = await packagesFor(
    t,
    shop,
    Array.from({ length: 20 }, () => aPushOrder([{ productId: shop.productId }])),
  );
  const statements = async (ids: readonly ShippingPackageId[]) => {
    let count = 0;
    await t.db.transaction(shop.tenantId, async (tx) => {
      const run: typeof tx.run = (query) => {
        count += 1;
        return tx.run(query);
      };
      const counted = { ...tx, run };
      const events = ids.map((shippingPackageId) => ({
        kind: "SHIPMENT_CREATED" as const,
        shippingPackageId,
        happenedAt: t.clock.now(),
      }));
      await tellPartners(counted, ctx(), events);
    });
    return count;
  };
  expect(await statements(parcels)).toBe(1);
  await aPartner(t, shop.tenantId);
  const [first, ...others] = parcels;
  const forOne = await statements([one(first)]);
  expect(await statements(others)).toBe(forOne);
  expect(await calls()).toHaveLength(20);
});
