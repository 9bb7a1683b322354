import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { tellCourier } from "../../src/fulfilment/index.ts";
import { must } from "../../src/kernel/index.ts";
import { completePutaway, createPutaway, listWaiting } from "../../src/putaway/index.ts";
import { allocateCourier, cancelReversePickup, editReversePickup } from "../../src/returns/change-reverse-pickup.ts";
import { settleReturnNumber } from "../../src/returns/courier/by-hand.ts";
import { askDueReturns, startDueReturns, sweepReturnNumbers } from "../../src/returns/courier/jobs.ts";
import { allocateByApi, allocateMany } from "../../src/returns/courier/want.ts";
import { settleReturn } from "../../src/returns/index.ts";
import { receiveReversePickup } from "../../src/returns/receive-pickup.ts";
import { saveRule, setCourierTimer } from "../../src/shipping/index.ts";
import { startPolls } from "../../src/status-sync/courier-tracking/poll.ts";
import { aCourierShop, dyingCtx, liveAt, ProcessEnded } from "../support/courier-scene.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { levelOf } from "../support/hand-over-builders.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { returnCouriers } from "../support/return-courier-scene.ts";
import type { Shop } from "../support/shop-builders.ts";
import { waitFor } from "../support/wait.ts";

let t: TestDatabase;
let shop: Shop;
let formerTimer: () => void;
const {
  open,
  heard,
  end,
  ctx,
  courier,
  comesBack,
  caseNow,
  numbers,
  askNow,
  words,
  doubts,
  told,
  allocated,
  poll,
  later,
  setting,
  only,
} = returnCouriers({ t: () => t, shop: () => shop });

beforeAll(async () => {
  t = await testDatabase();
  formerTimer = setCourierTimer({
    nowMs: () => t.clock.now().epochMilliseconds,
    sleep: async (ms) => t.clock.advance({ seconds: Math.ceil(ms / 1000) }),
  });
});
afterAll(async () => {
  formerTimer();
  await t.close();
});
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aCourierShop(t, { awbs: 50, stock: 20 });
});
afterEach(() => end());

describe("a customer's return that the seller collects", () => {
  it("gets its courier by the rule, travels by the courier's words, is received by people, and is completed", async () => {
    const cheap = await courier({ preference: 5 });
    const ruled = await courier({ preference: 50 });
    const rule = {
      ...{ facilityId: null, type: "REVERSE" as const, name: "back by the second", criteria: "ALLOCATE" as const },
      ...{ condition: "package.weight < 1000", providerId: ruled.providerId, preference: null, enabled: true },
    };
    must(await saveRule(ctx(), null, rule));
    const id = await comesBack();
    const done = must(await allocateByApi(ctx(), id, null));
    const [parcel] = ruled.simulator.parcels();
    expect(cheap.simulator.parcels()).toEqual([]);
    expect(done).toEqual({ outcome: "DONE", courier: ruled.code, awb: parcel?.id, refusal: null });
    const { code } = await caseNow(id);
    expect(await caseNow(id)).toMatchObject({ state: "COURIER_ALLOCATED", courier: ruled.code, awb: parcel?.id });
    // Asked with the roles swapped: collected from the customer, brought to the facility; nothing is paid at the door.
    expect(parcel).toMatchObject({ direction: "REVERSE", code, collectPaise: 0, grams: 450 });
    expect(parcel?.wish.pickupAddressDetails).toMatchObject({ name: expect.stringMatching(/./) });
    expect(await only(id)).toMatchObject({ state: "GIVEN", direction: "REVERSE", awb: parcel?.id, code });
    const [{ choice } = { choice: null }] = await t.raw<{ choice: unknown }>(
      "select choice from godown.courier_waybill where tenant_id = $1 and return_case_id = $2",
      [shop.tenantId, id],
    );
    expect(choice).toMatchObject({ code: ruled.code, rule: { name: "back by the second" } });
    expect(allocated()).toBe(1);
    expect(await told()).toEqual([
      ["CREATED", null],
      ["COURIER_ALLOCATED", parcel?.id],
    ]);
    const awb = parcel?.id ?? "";
    await startPolls(t.services);
    expect(await poll(ruled)).toMatchObject({ asked: 1, answered: 1, failed: null });
    expect(await caseNow(id)).toMatchObject({ state: "COURIER_ALLOCATED" });
    for (const step of ["pickup", "transit", "deliver"] as const) {
      later(400);
      await ruled.simulator.act(awb, step);
    }
    expect(await poll(ruled)).toMatchObject({ asked: 1, news: 1 });
    expect(await words(id)).toEqual([
      { raw: "REVERSE_PICKUP_PENDING", meaning: "RETURN_AWAITS_PICKUP", outcome: "NOTHING" },
      { raw: "REVERSE_PICKED_UP", meaning: "RETURN_PICKED_UP", outcome: "MOVED" },
      { raw: "REVERSE_IN_TRANSIT", meaning: "RETURN_ON_ITS_WAY", outcome: "NOTHING" },
      { raw: "REVERSE_DELIVERED", meaning: "RETURN_AT_SELLER", outcome: "NOTHING" },
    ]);
    expect(await caseNow(id), "the courier's word alone receives nothing").toMatchObject({ state: "PICKED_UP" });
    expect(await cancelReversePickup(ctx(), id, { unitIds: null, reason: null })).toMatchObject({
      refusal: { code: "REVERSE_PICKUP_GONE" },
    });
    const got = await receiveReversePickup(ctx(), { returnCaseId: id, facilityId: shop.facilityId, units: null });
    expect(must(got)).toEqual({ received: 1, missing: 0 });
    const page = { limit: 50, offset: 0, sort: "createdAt", descending: false };
    const { rows } = await t.db.read(shop.tenantId, (tx) => listWaiting(ctx(), tx, {}, page));
    const grades = new Map(rows.map((row) => [row.itemId, "good" as const]));
    const { putawayId } = must(await createPutaway(ctx(), { itemIds: rows.map((row) => row.itemId), grades }));
    must(await completePutaway(ctx(), { putawayId, confirmAll: true }));
    if ((await caseNow(id)).state !== "COMPLETED")
      must(await t.db.transaction(shop.tenantId, (tx) => settleReturn(tx, ctx(), id)));
    expect(await caseNow(id)).toMatchObject({ state: "COMPLETED", courier: ruled.code, awb });
    expect(heard.filter((event) => event.kind === "RETURN_COMPLETED")).toHaveLength(1);
    expect(await levelOf(t, shop)).toEqual({ good: 20 });
    expect(await doubts()).toEqual([]);
    // Nothing travels with it any more: nobody is asked about it.
    later(5_000);
    expect(await poll(ruled)).toMatchObject({ asked: 0 });
    await expectStockTrue(t, shop.tenantId);
  });

  it("gets it without a person where the tenant has it so, and not where its channel names a courier", async () => {
    const made = await courier();
    await setting(true);
    const id = await comesBack();
    const named = await comesBack("JM-2", { awb: "CH-1", courierCode: "CHANNEL_FLEET" });
    expect(await askNow(id)).toEqual({ state: "WAITING", code: null });
    expect(await askNow(named)).toBeUndefined();
    await askDueReturns(ctx());
    expect(await caseNow(id)).toMatchObject({ state: "COURIER_ALLOCATED", courier: made.code });
    expect(made.simulator.parcels()).toHaveLength(1);
    expect(await allocateByApi(ctx(), named, null)).toMatchObject({ refusal: { code: "RETURN_HAS_COURIER" } });
  });

  it("waits for a person where the tenant has not switched it on", async () => {
    await courier();
    const id = await comesBack();
    expect(await askNow(id)).toBeUndefined();
    await startDueReturns(t.services);
    expect(await caseNow(id)).toMatchObject({ state: "CREATED", awb: null });
  });

  it("of a channel that ships the order is the channel's to collect", async () => {
    const made = await courier();
    const id = await comesBack();
    await t.raw("update godown.sale_order set third_party_shipping = true where tenant_id = $1", [shop.tenantId]);
    expect(await allocateByApi(ctx(), id, null)).toMatchObject({ refusal: { code: "RETURN_COLLECTED_BY_CHANNEL" } });
    expect(must(await allocateMany(ctx(), [id]))).toMatchObject([{ refusal: { code: "RETURN_COLLECTED_BY_CHANNEL" } }]);
    expect(made.simulator.parcels()).toEqual([]);
  });

  it("is refused in words: nobody serves, no complete address, no weight; each heals by itself", async () => {
    const made = await courier();
    const id = await comesBack();
    await t.raw("update godown.shipping_provider set serves_everywhere = false where shipping_provider_id = $1", [
      made.providerId,
    ]);
    const nobody = must(await allocateByApi(ctx(), id, null));
    expect(nobody).toMatchObject({ outcome: "FAILED", refusal: { code: "NO_PROVIDER" } });
    // The pool is no courier that could be told to collect.
    expect(JSON.stringify(nobody.refusal?.facts)).toContain("has no API by which it could be told to collect");
    await t.raw("update godown.shipping_provider set serves_everywhere = true where shipping_provider_id = $1", [
      made.providerId,
    ]);
    const address = {
      ...{ name: "Meera", line1: "4 Lake Road", line2: null, city: "Pune", state: "Maharashtra", country: "India" },
      ...{ pincode: "411001", phone: "", email: null },
    };
    must(await editReversePickup(ctx(), id, { pickupAddress: address }));
    await askDueReturns(ctx());
    expect(await askNow(id)).toEqual({ state: "FAILED", code: "RETURN_ADDRESS_INCOMPLETE" });
    await t.raw("update godown.sku set weight_grams = null where tenant_id = $1", [shop.tenantId]);
    must(await editReversePickup(ctx(), id, { pickupAddress: { ...address, phone: "9811111111" } }));
    await askDueReturns(ctx());
    expect(await askNow(id)).toEqual({ state: "FAILED", code: "RETURN_BOX_MISSING" });
    expect(made.simulator.parcels()).toEqual([]);
    const box = { lengthMm: 200, widthMm: 150, heightMm: 90, weightGrams: 700 };
    must(await editReversePickup(ctx(), id, { box }));
    await askDueReturns(ctx());
    expect(await caseNow(id)).toMatchObject({ state: "COURIER_ALLOCATED", courier: made.code });
    const [parcel] = made.simulator.parcels();
    expect(parcel).toMatchObject({ grams: 700, wish: { pickupAddressDetails: { pincode: "411001", name: "Meera" } } });
  });

  it("goes to the next courier where one says that it does not collect there", async () => {
    const nowhere = await courier({ preference: 1, simulator: { pincodes: [] } });
    const next = await courier({ preference: 2 });
    const id = await comesBack();
    expect(must(await allocateByApi(ctx(), id, null))).toMatchObject({ outcome: "DONE", courier: next.code });
    expect((await numbers(id)).map((number) => number.state)).toEqual(["REFUSED", "GIVEN"]);
    expect(nowhere.simulator.parcels()).toEqual([]);
  });
});

describe("the number of a customer's return", () => {
  it("goes back when the return is cancelled", async () => {
    const made = await courier();
    const id = await comesBack();
    must(await allocateByApi(ctx(), id, null));
    expect(liveAt(made)).toHaveLength(1);
    must(await cancelReversePickup(ctx(), id, { unitIds: null, reason: "the customer keeps it" }));
    expect(await only(id)).toMatchObject({ state: "GIVING_BACK" });
    await tellCourier(ctx(), made.providerId);
    expect(await only(id)).toMatchObject({ state: "GIVEN_BACK" });
    expect(liveAt(made)).toEqual([]);
    // The courier's own word about that is nobody's business.
    expect(await doubts()).toEqual([]);
  });

  it("goes back when another courier is chosen, whose number is told anew", async () => {
    const first = await courier({ preference: 1 });
    const second = await courier({ preference: 2 });
    const id = await comesBack();
    must(await allocateByApi(ctx(), id, null));
    const chosen = must(await allocateByApi(ctx(), id, second.providerId));
    expect(chosen).toMatchObject({ outcome: "DONE", courier: second.code });
    await tellCourier(ctx(), first.providerId);
    expect(liveAt(first)).toEqual([]);
    expect(await caseNow(id)).toMatchObject({ courier: second.code, awb: liveAt(second)[0] });
    expect(allocated()).toBe(2);
    expect(await allocateByApi(ctx(), id, second.providerId)).toMatchObject({
      refusal: { code: "RETURN_HAS_COURIER" },
    });
    expect(await allocateByApi(ctx(), id, shop.providerId)).toMatchObject({
      refusal: { code: "RETURN_COURIER_NOT_BY_API" },
    });
  });

  it("typed for a courier with an API is followed and given back like one that it gave", async () => {
    const made = await courier();
    const id = await comesBack();
    must(await allocateByApi(ctx(), id, null));
    const awb = liveAt(made)[0] ?? "";
    must(await allocateCourier(ctx(), id, { courierCode: "UNCLE_WITH_A_VAN", awb: "V-1" }));
    await tellCourier(ctx(), made.providerId);
    expect(await only(id)).toMatchObject({ state: "GIVEN_BACK", awb });
    expect(await allocateCourier(ctx(), id, { courierCode: made.code, awb })).toMatchObject({
      refusal: { code: "AWB_TAKEN" },
    });
    must(await allocateCourier(ctx(), id, { courierCode: made.code, awb: "TYPED-1" }));
    expect((await numbers(id)).at(-1)).toMatchObject({ state: "GIVEN", awb: "TYPED-1", direction: "REVERSE" });
    later(400);
    expect(await poll(made)).toMatchObject({ asked: 1, unknown: 1 });
  });

  it("is asked for again with the same code when the answer was lost, and there is one", async () => {
    const made = await courier();
    const id = await comesBack();
    made.simulator.fault({ kind: "drop", operation: "generateWaybill", processed: true, count: 3 });
    const lost = must(await allocateByApi(ctx(), id, null));
    expect(lost).toMatchObject({ outcome: "WAITING", refusal: { code: "RETURN_ANSWER_LOST_REPEATED" } });
    expect(await only(id)).toMatchObject({ state: "UNSURE", awb: null });
    later(2);
    await askDueReturns(ctx());
    expect(made.simulator.parcels()).toHaveLength(1);
    expect(await caseNow(id)).toMatchObject({ state: "COURIER_ALLOCATED", awb: made.simulator.parcels()[0]?.id });
  });

  it("whose answer was lost is a person's where a second question would give a second one", async () => {
    const made = await courier({
      settings: { repeatGivesSame: false },
      simulator: { settings: { repeat: "another" } },
    });
    const other = await courier({ preference: 500 });
    const id = await comesBack();
    made.simulator.fault({ kind: "drop", operation: "generateWaybill", processed: true, count: 1 });
    expect(must(await allocateByApi(ctx(), id, null))).toMatchObject({
      outcome: "FAILED",
      refusal: { code: "RETURN_ANSWER_LOST" },
    });
    expect(must(await allocateByApi(ctx(), id, null))).toMatchObject({ refusal: { code: "RETURN_ANSWER_LOST" } });
    expect(await allocateByApi(ctx(), id, other.providerId)).toMatchObject({
      refusal: { code: "RETURN_NUMBER_UNSURE" },
    });
    expect(await allocateCourier(ctx(), id, { courierCode: other.code, awb: "X-1" })).toMatchObject({
      refusal: { code: "RETURN_NUMBER_UNSURE" },
    });
    expect(made.simulator.parcels()).toHaveLength(1);
    const awb = made.simulator.parcels()[0]?.id ?? "";
    expect(must(await settleReturnNumber(ctx(), id, awb))).toEqual({ state: "GIVEN" });
    expect(await caseNow(id)).toMatchObject({ state: "COURIER_ALLOCATED", courier: made.code, awb });
    expect(allocated()).toBe(1);
    expect(await settleReturnNumber(ctx(), id, null)).toMatchObject({ refusal: { code: "RETURN_NUMBER_KNOWN" } });
  });

  it("of a return that was cancelled while its answer was lost goes back once a person names it", async () => {
    const made = await courier({ settings: { repeatGivesSame: false } });
    const id = await comesBack();
    made.simulator.fault({ kind: "drop", operation: "generateWaybill", processed: true, count: 1 });
    must(await allocateByApi(ctx(), id, null));
    must(await cancelReversePickup(ctx(), id, { unitIds: null, reason: null }));
    must(await settleReturnNumber(ctx(), id, liveAt(made)[0] ?? ""));
    await tellCourier(ctx(), made.providerId);
    expect(liveAt(made)).toEqual([]);
    expect(await caseNow(id)).toMatchObject({ state: "CANCELLED", awb: null });
  });

  it("is one where people press at once", async () => {
    const made = await courier();
    const id = await comesBack();
    made.simulator.fault({ kind: "late", operation: "generateWaybill", delayMs: 300 });
    const results = await Promise.all([0, 1, 2].map(() => allocateByApi(ctx(), id, null)));
    const [parcel, ...more] = made.simulator.parcels();
    expect(more).toEqual([]);
    expect(await caseNow(id)).toMatchObject({ state: "COURIER_ALLOCATED", awb: parcel?.id });
    expect(results.filter((result) => result.ok && result.value.outcome === "DONE")).toHaveLength(1);
    expect(await only(id)).toMatchObject({ state: "GIVEN", awb: parcel?.id });
    expect(allocated()).toBe(1);
  });

  it("is the courier's where one person types another while it is asked, and goes back where the return is cancelled meanwhile", async () => {
    const made = await courier();
    const id = await comesBack();
    made.simulator.fault({ kind: "late", operation: "generateWaybill", delayMs: 1_500 });
    const asking = allocateByApi(ctx(), id, null);
    await waitFor("the question", async () => (await numbers(id))[0]?.state === "ASKED");
    expect(await allocateCourier(ctx(), id, { courierCode: "UNCLE_WITH_A_VAN", awb: "V-1" })).toMatchObject({
      refusal: { code: "RETURN_COURIER_ASKED_NOW" },
    });
    must(await cancelReversePickup(ctx(), id, { unitIds: null, reason: "the customer keeps it" }));
    expect(must(await asking)).toMatchObject({ outcome: "FAILED", awb: null });
    await tellCourier(ctx(), made.providerId);
    expect(liveAt(made)).toEqual([]);
    expect(await caseNow(id)).toMatchObject({ state: "CANCELLED", awb: null });
    expect(allocated()).toBe(0);
  });

  it("is neither lost nor doubled where the process ends at any moment", async () => {
    for (const nth of [2, 3, 4, 5, 6, 7]) {
      const made = await courier({ preference: nth });
      const id = await comesBack(`JM-D${nth}`);
      await expect(allocateByApi(dyingCtx(ctx(), nth), id, null)).rejects.toBeInstanceOf(ProcessEnded);
      later(10);
      await startDueReturns(t.services);
      await askDueReturns(ctx());
      const live = open.flatMap((each) => each.simulator.parcels()).filter((parcel) => parcel.code.length > 0);
      const now = await caseNow(id);
      expect(now, `ended before transaction ${nth}`).toMatchObject({ state: "COURIER_ALLOCATED" });
      expect(live.filter((parcel) => parcel.code === now.code).map((parcel) => parcel.id)).toEqual([now.awb]);
      expect(await only(id)).toMatchObject({ state: "GIVEN", awb: now.awb });
      await made.simulator.advance(0);
    }
  });

  it("that is live although its return is over is swept up", async () => {
    const made = await courier();
    const id = await comesBack();
    must(await allocateByApi(ctx(), id, null));
    await t.raw(
      "update godown.return_case set state = 'CANCELLED', cancelled_at = now() where tenant_id = $1 and return_case_id = $2",
      [shop.tenantId, id],
    );
    await sweepReturnNumbers(t.services);
    await tellCourier(ctx(), made.providerId);
    expect(liveAt(made)).toEqual([]);
  });
});
