import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { must } from "../../src/kernel/index.ts";
import { allocateByApi } from "../../src/returns/courier/want.ts";
import type { ReturnCaseId } from "../../src/returns/return-case.ts";
import { setCourierTimer } from "../../src/shipping/index.ts";
import { takeCourierPush } from "../../src/status-sync/courier-tracking/push.ts";
import { type ACourier, aCourierShop } from "../support/courier-scene.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { returnCouriers } from "../support/return-courier-scene.ts";
import type { Shop } from "../support/shop-builders.ts";

let t: TestDatabase;
let shop: Shop;
let formerTimer: () => void;
const { end, ctx, courier, comesBack, caseNow, words, doubts, poll, later } = returnCouriers({
  t: () => t,
  shop: () => shop,
});

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

describe("what couriers say of a customer's return", () => {
  async function travelling(): Promise<{ made: ACourier; id: ReturnCaseId; awb: string }> {
    const made = await courier();
    const id = await comesBack();
    must(await allocateByApi(ctx(), id, null));
    return { made, id, awb: (await caseNow(id)).awb ?? "" };
  }
  const push = (of: ACourier, awb: string, status: string) =>
    takeCourierPush(
      t.services,
      { kind: "COURIER", tenantId: shop.tenantId, providerId: of.providerId, code: of.code },
      {
        providerCode: of.code,
        trackingStatus: status,
        trackingNumber: awb,
        statusDate: t.clock
          .now()
          .toZonedDateTimeISO("Asia/Kolkata")
          .toPlainDateTime()
          .toString({ smallestUnit: "second" })
          .replace("T", " "),
        shipmentTrackingStatusName: status,
      },
      null,
    );

  it("that nobody knows changes nothing, and a person is asked", async () => {
    const { made, id, awb } = await travelling();
    await made.simulator.act(awb, "word", { status: "RVP_PARKED_AT_GATE" });
    await poll(made);
    expect(await caseNow(id)).toMatchObject({ state: "COURIER_ALLOCATED" });
    expect((await words(id)).at(-1)).toMatchObject({ meaning: null, outcome: "UNKNOWN" });
    expect(await doubts()).toEqual(["UNKNOWN_STATUS"]);
  });

  it("is flagged when it is lost, and when the courier cancels it by itself", async () => {
    const { made, id, awb } = await travelling();
    await made.simulator.act(awb, "pickup");
    later(60);
    await made.simulator.act(awb, "lose");
    await poll(made);
    expect(await caseNow(id)).toMatchObject({ state: "PICKED_UP" });
    expect(await doubts()).toEqual(["RETURN_LOST"]);
    const second = await comesBack("JM-2");
    must(await allocateByApi(ctx(), second, null));
    const taken = await push(made, (await caseNow(second)).awb ?? "", "CANCELLED");
    expect(taken).toMatchObject({ kind: "taken" });
    expect(await caseNow(second)).toMatchObject({ state: "COURIER_ALLOCATED" });
    expect(await doubts()).toEqual(["RETURN_COURIER_GAVE_BACK", "RETURN_LOST"]);
  });

  it("is taken as it is pushed, once, and placed on the return", async () => {
    const { made, id, awb } = await travelling();
    expect(await push(made, awb, "REVERSE_PICKED_UP")).toMatchObject({ kind: "taken" });
    expect(await push(made, awb, "REVERSE_PICKED_UP")).toMatchObject({
      kind: "taken",
      message: "Tracking Status was told before; nothing new.",
    });
    expect(await caseNow(id)).toMatchObject({ state: "PICKED_UP" });
    const kept = await t.raw<{ outcome: string; id: string }>(
      "select outcome, return_case_id as id from godown.courier_push where tenant_id = $1",
      [shop.tenantId],
    );
    expect(kept).toEqual([{ outcome: "TAKEN", id }]);
  });
});
