import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { broughtBack } from "../../../tests/support/credit-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { packagesOf, unitsOf } from "../../../tests/support/fulfilment-builders.ts";
import { aPartner, expectToTheLetter, listen, one, queuedFor } from "../../../tests/support/partner-builders.ts";
import { allocateCourier, createReversePickup } from "../../../tests/support/partner-steps.ts";
import { announced, gone, unitsIn } from "../../../tests/support/return-builders.ts";
import { aShop, type Shop } from "../../../tests/support/shop-builders.ts";
import { aSeries } from "../../../tests/support/warehouse-builders.ts";
import { must } from "../../kernel/index.ts";
import { deliveredAfterAll, expectBack } from "../../returns/index.ts";

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
const queued = () => queuedFor(t, shop.tenantId);

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
