import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aSku } from "../../tests/support/builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { levelOf, readyParcels, refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { aChannel, aPushOrder } from "../../tests/support/order-builders.ts";
import { announced, casesOf, gone, unitsIn } from "../../tests/support/return-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import { must, newId, paise, type SaleOrderId, type SaleOrderItemId, type ShippingPackageId } from "../kernel/index.ts";
import { completePutaway, createPutaway, listWaiting } from "../putaway/index.ts";
import { allocateCourier, cancelReversePickup, editReversePickup, pickedUp } from "./change-reverse-pickup.ts";
import { createReversePickup, type NewReversePickup } from "./create-reverse-pickup.ts";
import { onReturnReadyForCreditNote, type ReadyReturn } from "./hooks.ts";
import { receiveReversePickup } from "./receive-pickup.ts";
import type { ReturnCaseId } from "./return-case.ts";
import { acceptReplacement, declineReplacement, offerReplacement, reship } from "./send-instead.ts";
import { settleReturn } from "./settle.ts";

let t: TestDatabase;
let shop: Shop;
const ready: ReadyReturn[] = [];
onReturnReadyForCreditNote(async (_tx, _ctx, due) => void ready.push(due));

beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t, { stock: 10 });
  ready.length = 0;
});

const ctx = () => t.ctx(shop.tenantId);
const bare = {
  ...{ code: null, reason: "too small", actionCode: null, pickupAddress: null, shippingAddress: null },
  ...{
    box: { lengthMm: null, widthMm: null, heightMm: null, weightGrams: null },
    returnFacilityId: null,
    courier: null,
  },
};
const unit = (unitId: SaleOrderItemId, over: Partial<NewReversePickup["units"][number]> = {}) => ({
  ...{ unitId, reason: null, imageUrls: [], replacement: null },
  ...over,
});
/** A delivered parcel of an order that a person entered: its source announces no returns. */
async function delivered(
  quantity = 2,
): Promise<{ orderId: SaleOrderId; parcel: ShippingPackageId; units: SaleOrderItemId[] }> {
  const parcel = await gone(t, shop, { quantity, delivered: true });
  await t.raw("update godown.channel set source = 'CUSTOM' where channel_id = $1", [shop.channelId]);
  const rows = await unitsOf(t, shop.tenantId);
  const [first] = rows;
  if (!first) throw new Error("units left");
  return { orderId: first.orderId, parcel, units: (await unitsIn(t, shop.tenantId, parcel)).map((each) => each.id) };
}
const create = (saleOrderId: SaleOrderId, units: NewReversePickup["units"], over: Partial<NewReversePickup> = {}) =>
  createReversePickup(ctx(), { ...bare, saleOrderId, units, ...over }, false);
const cases = () => casesOf(t, shop.tenantId);
const audits = () =>
  t.raw<{ action: string }>("select action from godown.audit_event where tenant_id = $1 and action like 'returns.%'", [
    shop.tenantId,
  ]);

async function putReturnsAway(): Promise<void> {
  const page = { limit: 50, offset: 0, sort: "createdAt", descending: false };
  const { rows } = await t.db.read(shop.tenantId, (tx) => listWaiting(ctx(), tx, {}, page));
  expect(new Set(rows.map((row) => row.kind))).toEqual(new Set(["PUTAWAY_REVERSE_PICKUP_ITEM"]));
  const grades = new Map(rows.map((row) => [row.itemId, "good" as const]));
  const { putawayId } = must(await createPutaway(ctx(), { itemIds: rows.map((row) => row.itemId), grades }));
  must(await completePutaway(ctx(), { putawayId, confirmAll: true }));
}
const settle = (id: ReturnCaseId) => t.db.transaction(shop.tenantId, (tx) => settleReturn(tx, ctx(), id));

describe("a reverse pickup made by hand", () => {
  it("goes from its courier to the shelf and ends with its credit note", async () => {
    const { orderId, units } = await delivered();
    const [one, two] = units;
    if (!one || !two) throw new Error("two units left");
    const pictures = ["https://pictures.example/shoe-1.jpg"];
    const made = must(
      await create(orderId, [unit(one, { reason: "torn", imageUrls: pictures })], { actionCode: "WAC" }),
    );
    expect(made.code).toBe("RP-100001");
    must(await allocateCourier(ctx(), made.returnCaseId, { courierCode: "DELHIVERY", awb: "RVP1" }));
    must(await allocateCourier(ctx(), made.returnCaseId, { courierCode: "ECOM", awb: "RVP2" }));
    must(await pickedUp(ctx(), made.returnCaseId));
    expect(await pickedUp(ctx(), made.returnCaseId)).toMatchObject(refusedWith("RETURN_STATE"));
    expect(await cases()).toMatchObject([{ kind: "CIR", state: "PICKED_UP", via: "PERSON", units: ["EXPECTED"] }]);
    const input = { returnCaseId: made.returnCaseId, facilityId: shop.facilityId, units: null };
    expect(must(await receiveReversePickup(ctx(), input))).toEqual({ received: 1, missing: 0 });
    expect(await receiveReversePickup(ctx(), input)).toMatchObject(refusedWith("RETURN_ALREADY_RECEIVED"));
    await putReturnsAway();
    expect(await levelOf(t, shop)).toEqual({ good: 9 });
    expect(ready).toMatchObject([{ kind: "CIR", units: [{ unitId: one, grade: "good" }] }]);
    must(await settle(made.returnCaseId));
    expect((await unitsOf(t, shop.tenantId)).map((each) => each.state)).toEqual(["RETURNED", "DELIVERED"]);
    const [row] = await t.raw("select reason, image_urls from godown.return_item where tenant_id = $1", [
      shop.tenantId,
    ]);
    expect(row).toEqual({ reason: "torn", image_urls: pictures });
    await expectStockTrue(t, shop.tenantId);
  });

  it("is refused in AJIO's words where AJIO sends them, but for who may override, and that is on record", async () => {
    const { orderId, units } = await delivered(1);
    await t.raw("update godown.channel set source = 'AJIO_DROPSHIP' where channel_id = $1", [shop.channelId]);
    const wanted = { ...bare, saleOrderId: orderId, units: units.map((id) => unit(id)) };
    expect(await createReversePickup(ctx(), wanted, false)).toMatchObject(
      refusedWith("REVERSE_PICKUP_NOT_BY_HAND", {
        rule: "Sellers are recommended not to create reverse pickup manually.",
      }),
    );
    must(await createReversePickup(ctx(), wanted, true));
    expect((await audits()).map((row) => row.action)).toEqual(["returns.reverse_pickup_created_by_override"]);
  });

  it("takes units that left and are in no return, once", async () => {
    const { orderId, units } = await delivered();
    const [one, two] = units;
    if (!one || !two) throw new Error("two units left");
    must(await create(orderId, [unit(one)], { code: "MY-1" }));
    expect(await create(orderId, [unit(one)])).toMatchObject(refusedWith("REVERSE_PICKUP_UNITS"));
    expect(await create(orderId, [unit(newId())])).toMatchObject(refusedWith("REVERSE_PICKUP_UNITS_UNKNOWN"));
    expect(await create(orderId, [unit(two)], { code: "MY-1" })).toMatchObject(
      refusedWith("REVERSE_PICKUP_CODE_TAKEN"),
    );
    expect(await create(newId(), [unit(two)])).toMatchObject(refusedWith("ORDER_NOT_FOUND"));
    expect(await create(orderId, [unit(two)], { returnFacilityId: newId() })).toMatchObject(refusedWith("NOT_FOUND"));
    for (const url of ["ftp://a.example/x", "http://127.0.0.1/x", "https://user:pw@a.example/x", "javascript:alert(1)"])
      expect(await create(orderId, [unit(two, { imageUrls: [url] })])).toMatchObject(
        refusedWith("REVERSE_PICKUP_IMAGE", { url }),
      );
    const twice = await Promise.all([create(orderId, [unit(two)]), create(orderId, [unit(two)])]);
    expect(twice.filter((result) => result.ok).length).toBe(1);
  });

  it("does not take what has not left", async () => {
    await readyParcels(t, shop, [aPushOrder([{ productId: shop.productId }], { id: "JM-9" })]);
    await t.raw("update godown.channel set source = 'CUSTOM' where channel_id = $1", [shop.channelId]);
    const [row] = await unitsOf(t, shop.tenantId);
    if (!row) throw new Error("a unit is packed");
    expect(await create(row.orderId, [unit(row.unitId)])).toMatchObject(refusedWith("REVERSE_PICKUP_UNITS"));
  });

  it("is changed while it is open, by who works there", async () => {
    const { orderId, units } = await delivered(1);
    const made = must(
      await create(
        orderId,
        units.map((id) => unit(id)),
      ),
    );
    const box = { lengthMm: 300, widthMm: 200, heightMm: 100, weightGrams: 450 };
    must(await editReversePickup(ctx(), made.returnCaseId, { box, actionCode: "WAC" }));
    const [row] = await t.raw(
      "select action_code, length_mm, weight_grams, reason from godown.return_case where tenant_id = $1",
      [shop.tenantId],
    );
    expect(row).toEqual({ action_code: "WAC", length_mm: 300, weight_grams: 450, reason: "too small" });
    const elsewhere = t.ctx(shop.tenantId, { facilities: [await aFacility(t.db, shop.tenantId)] });
    expect(await editReversePickup(elsewhere, made.returnCaseId, { actionCode: "X" })).toMatchObject(
      refusedWith("NOT_FOUND"),
    );
    expect(
      await editReversePickup(ctx(), made.returnCaseId, { units: [{ unitId: newId(), reason: null, imageUrls: [] }] }),
    ).toMatchObject(refusedWith("REVERSE_PICKUP_UNITS_UNKNOWN"));
    must(
      await receiveReversePickup(ctx(), { returnCaseId: made.returnCaseId, facilityId: shop.facilityId, units: null }),
    );
    expect(await editReversePickup(ctx(), made.returnCaseId, { actionCode: "Y" })).toMatchObject(
      refusedWith("RETURN_STATE"),
    );
  });

  it("is cancelled as a whole, before it is picked up; its units may be sent back again", async () => {
    const { orderId, units } = await delivered();
    const [one] = units;
    if (!one) throw new Error("a unit left");
    const made = must(
      await create(
        orderId,
        units.map((id) => unit(id)),
      ),
    );
    const cancel = (unitIds: SaleOrderItemId[] | null) =>
      cancelReversePickup(ctx(), made.returnCaseId, { unitIds, reason: "kept" });
    expect(await cancel([one])).toMatchObject(refusedWith("REVERSE_PICKUP_WHOLE_ONLY"));
    must(await cancel([...units]));
    expect(await cases()).toMatchObject([{ state: "CANCELLED", units: ["CANCELLED", "CANCELLED"] }]);
    expect(await cancel(null)).toMatchObject(refusedWith("REVERSE_PICKUP_GONE"));
    const again = must(await create(orderId, [unit(one)]));
    must(await pickedUp(ctx(), again.returnCaseId));
    expect(await cancelReversePickup(ctx(), again.returnCaseId, { unitIds: null, reason: null })).toMatchObject(
      refusedWith("REVERSE_PICKUP_GONE", { state: "PICKED_UP" }),
    );
  });

  it("that a channel announced is cancelled too, and its hourly status does not open it again", async () => {
    await gone(t, shop, { delivered: true });
    const word = { kind: "CIR" as const, lines: [{ line: "JM-1-L1", pieces: null }], via: "SYNC" as const };
    await announced(t, shop, word);
    const [found] = await cases();
    if (!found) throw new Error("a return is announced");
    const id = found.id as ReturnCaseId; // the builder gives ids as text
    must(await cancelReversePickup(ctx(), id, { unitIds: null, reason: "customer keeps it" }));
    expect(await announced(t, shop, word)).toEqual({ changed: false, doubt: false });
    expect(await announced(t, shop, { kind: "CIR", via: "PUSH" }), "a new push is news").toMatchObject({
      changed: true,
    });
    expect((await cases()).map((each) => each.state)).toEqual(["CANCELLED", "CREATED"]);
  });

  it("takes no undelivered parcel: that is received as such", async () => {
    await gone(t, shop);
    await announced(t, shop);
    const [found] = await cases();
    const id = found?.id as ReturnCaseId;
    expect(await cancelReversePickup(ctx(), id, { unitIds: null, reason: null })).toMatchObject(
      refusedWith("RETURN_NOT_REVERSE_PICKUP"),
    );
    expect(
      await receiveReversePickup(ctx(), { returnCaseId: id, facilityId: shop.facilityId, units: null }),
    ).toMatchObject(refusedWith("RETURN_NOT_REVERSE_PICKUP"));
    expect(await allocateCourier(ctx(), id, { courierCode: "X", awb: null })).toMatchObject(
      refusedWith("RETURN_NOT_REVERSE_PICKUP"),
    );
  });
});

describe("a replacement", () => {
  it("that the customer takes is a new order, and the unit REPLACED once it is back", async () => {
    const { orderId, units } = await delivered();
    const [one, two] = units;
    if (!one || !two) throw new Error("two units left");
    const skuId = await aSku(t.db, shop.tenantId, { code: "SHOE-43" });
    expect(skuId).toBeDefined();
    const offer = { sku: "SHOE-43", price: paise(99_900) };
    expect(await create(orderId, [unit(one, { replacement: { ...offer, sku: "NOPE-1" } })])).toMatchObject(
      refusedWith("REPLACEMENT_SKU_UNKNOWN"),
    );
    const made = must(await create(orderId, [unit(one, { replacement: offer }), unit(two)]));
    const wish = { channelId: null, paymentType: "PREPAID" as const };
    expect(await acceptReplacement(ctx(), made.returnCaseId, { ...wish, unitIds: [two] })).toMatchObject(
      refusedWith("REPLACEMENT_NOT_OFFERED"),
    );
    const sent = must(await acceptReplacement(ctx(), made.returnCaseId, { ...wish, unitIds: null }));
    expect(sent).toMatchObject({ units: 1, difference: 99_900 - 89_900 });
    expect(await acceptReplacement(ctx(), made.returnCaseId, { ...wish, unitIds: null })).toMatchObject(
      refusedWith("REPLACEMENT_NOT_OFFERED"),
    );
    expect(await cancelReversePickup(ctx(), made.returnCaseId, { unitIds: null, reason: null })).toMatchObject(
      refusedWith("REVERSE_PICKUP_HAS_REPLACEMENT"),
    );
    const [order] = await t.raw(
      "select code, additional_info, total_paise::integer as total from godown.sale_order where sale_order_id = $1",
      [sent.saleOrderId],
    );
    expect(order).toEqual({ code: sent.order, additional_info: "Replacement of JM-1 (RP-100001)", total: 99_900 });
    must(
      await receiveReversePickup(ctx(), { returnCaseId: made.returnCaseId, facilityId: shop.facilityId, units: null }),
    );
    await putReturnsAway();
    must(await settle(made.returnCaseId));
    expect((await unitsOf(t, shop.tenantId, "JM-1")).map((each) => each.state)).toEqual(["REPLACED", "RETURNED"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("that he declines is none, and may be offered anew", async () => {
    const { orderId, units } = await delivered(1);
    const [one] = units;
    if (!one) throw new Error("a unit left");
    await aSku(t.db, shop.tenantId, { code: "SHOE-44" });
    const made = must(await create(orderId, [unit(one)]));
    const id = made.returnCaseId;
    must(await offerReplacement(ctx(), id, { unitId: one, sku: "SHOE-44", price: paise(50_000) }));
    expect(must(await declineReplacement(ctx(), id, null))).toEqual({ declined: 1 });
    expect(await declineReplacement(ctx(), id, null)).toMatchObject(refusedWith("REPLACEMENT_NOT_OFFERED"));
    must(await offerReplacement(ctx(), id, { unitId: one, sku: "SHOE-44", price: paise(40_000) }));
    const other = await aChannel(t, shop.tenantId, [shop.facilityId], { source: "CUSTOM" });
    const wish = { paymentType: "COD" as const, unitIds: null };
    expect(await acceptReplacement(ctx(), id, { ...wish, channelId: null })).toMatchObject(
      refusedWith("REPLACEMENT_WHICH_CHANNEL"),
    );
    expect(must(await acceptReplacement(ctx(), id, { ...wish, channelId: other }))).toMatchObject({
      difference: -49_900,
    });
    expect(await offerReplacement(ctx(), id, { unitId: one, sku: "SHOE-44", price: paise(1) })).toMatchObject(
      refusedWith("REPLACEMENT_UNITS"),
    );
  });

  it("of the same goods once more makes the unit RESHIPPED, at once where it is back already", async () => {
    const { orderId, units } = await delivered(1);
    const made = must(
      await create(
        orderId,
        units.map((id) => unit(id)),
      ),
    );
    must(
      await receiveReversePickup(ctx(), { returnCaseId: made.returnCaseId, facilityId: shop.facilityId, units: null }),
    );
    await putReturnsAway();
    must(await settle(made.returnCaseId));
    const wish = { channelId: null, paymentType: "PREPAID" as const };
    const sent = must(await reship(ctx(), made.returnCaseId, { ...wish, unitIds: units }));
    expect(sent).toMatchObject({ units: 1, difference: 0 });
    expect((await unitsOf(t, shop.tenantId, "JM-1")).map((each) => each.state)).toEqual(["RESHIPPED"]);
    expect(await reship(ctx(), made.returnCaseId, { ...wish, unitIds: units })).toMatchObject(
      refusedWith("REPLACEMENT_UNITS"),
    );
  });

  it("needs a channel for orders entered by hand", async () => {
    const { orderId, units } = await delivered(1);
    const made = must(
      await create(
        orderId,
        units.map((id) => unit(id)),
      ),
    );
    await t.raw("update godown.channel set source = 'OKER' where channel_id = $1", [shop.channelId]);
    expect(
      await reship(ctx(), made.returnCaseId, { channelId: null, paymentType: "PREPAID", unitIds: units }),
    ).toMatchObject(refusedWith("REPLACEMENT_NO_CHANNEL"));
  });
});
