import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility } from "../../tests/support/builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { packagesOf, unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { levelOf, parcelRow, refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { announced, casesOf, gone, putAway, unitsIn } from "../../tests/support/return-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import { must, newId, type Result } from "../kernel/index.ts";
import type { PutawayId } from "../putaway/index.ts";
import { onReturnReadyForCreditNote, type ReadyReturn } from "./hooks.ts";
import { type Desk, type DeskReceipt, receiveAtDesk } from "./receive-at-desk.ts";
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

const desk = (over: Partial<DeskReceipt> & Pick<DeskReceipt, "held">): Promise<Result<Desk>> =>
  receiveAtDesk(t.ctx(shop.tenantId), {
    ...{ facilityId: shop.facilityId, units: null, grade: null, unannounced: false, putawayId: null },
    ...over,
  });
const code = async (parcel: Parameters<typeof parcelRow>[2]) => (await parcelRow(t, shop.tenantId, parcel)).code;
const listOf = (value: Desk): PutawayId => {
  if (!value.putaway) throw new Error("goods lie on a list");
  return value.putaway.putawayId;
};
const parcelStates = async () => (await packagesOf(t, shop.tenantId)).map((p) => p.state);
const unitStates = async () => (await unitsOf(t, shop.tenantId)).map((u) => u.state);
const settle = (id: ReadyReturn["returnCaseId"]) =>
  t.db.transaction(shop.tenantId, (tx) => settleReturn(tx, t.ctx(shop.tenantId), id));
const doubts = () =>
  t.raw<{ kind: string; state: string }>("select kind, state from godown.order_exception where tenant_id = $1", [
    shop.tenantId,
  ]);

describe("an announced parcel at the returns desk", () => {
  it("goes onto a list of received returns, to its shelf by grade, and is RETURNED with its credit note alone", async () => {
    const parcel = await gone(t, shop, { quantity: 2 });
    await announced(t, shop);
    const [one, two] = await unitsIn(t, shop.tenantId, parcel);
    if (!one || !two) throw new Error("two units left");
    const received = must(
      await desk({
        held: { code: await code(parcel) },
        units: [
          { unitId: one.id, grade: "good", missing: false },
          { unitId: two.id, grade: "bad", missing: false },
        ],
      }),
    );
    expect(received).toMatchObject({ received: 2, missing: 0, packages: [await code(parcel)] });
    expect(await parcelStates()).toEqual(["RETURN_ACKNOWLEDGED"]);
    expect(await casesOf(t, shop.tenantId)).toMatchObject([
      { kind: "RTO", state: "RECEIVED", via: "PUSH", units: ["RECEIVED", "RECEIVED"] },
    ]);
    expect(await levelOf(t, shop)).toEqual({ good: 8, putaway_pending: 2 });
    await putAway(t, shop.tenantId, listOf(received));
    expect(await levelOf(t, shop)).toEqual({ good: 9, bad: 1 });
    expect(await casesOf(t, shop.tenantId)).toMatchObject([
      { state: "PENDING_INVOICE", units: ["PUT_AWAY", "PUT_AWAY"] },
    ]);
    expect(await unitStates()).toEqual(["DISPATCHED", "DISPATCHED"]);
    expect(ready).toMatchObject([
      {
        kind: "RTO",
        units: [
          { unitId: one.id, grade: "good" },
          { unitId: two.id, grade: "bad", packageId: parcel },
        ],
      },
    ]);
    expect(must(await settle(ready[0]?.returnCaseId ?? newId()))).toEqual({ changed: true });
    expect(must(await settle(ready[0]?.returnCaseId ?? newId()))).toEqual({ changed: false });
    expect(await unitStates()).toEqual(["RETURNED", "RETURNED"]);
    expect(await parcelStates()).toEqual(["RETURNED"]);
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ state: "COMPLETED", units: ["RETURNED", "RETURNED"] }]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("counts once: received again it says where it is", async () => {
    const parcel = await gone(t, shop);
    await announced(t, shop);
    must(await desk({ held: { code: await code(parcel) } }));
    expect(await desk({ held: { code: await code(parcel) } })).toMatchObject(
      refusedWith("RETURN_ALREADY_RECEIVED", { return: "RTO-100001" }),
    );
    expect(await levelOf(t, shop)).toEqual({ good: 9, putaway_pending: 1 });
  });

  it("of two people who receive it at once one is told that it is received", async () => {
    const parcel = await gone(t, shop, { quantity: 3 });
    await announced(t, shop);
    const held = { code: await code(parcel) };
    const results = await Promise.all(
      ["asha", "ravi", "meera"].map((name) =>
        receiveAtDesk(t.ctx(shop.tenantId, { actor: { kind: "USER", id: null, name } }), {
          ...{ facilityId: shop.facilityId, units: null, grade: "good", unannounced: false, putawayId: null, held },
        }),
      ),
    );
    expect(results.filter((result) => result.ok).length).toBe(1);
    for (const lost of results.filter((result) => !result.ok))
      expect(lost).toMatchObject(refusedWith("RETURN_ALREADY_RECEIVED"));
    expect(await levelOf(t, shop)).toEqual({ good: 7, putaway_pending: 3 });
    await expectStockTrue(t, shop.tenantId);
  });

  it("joins the person's open list, and another person's goods go onto another", async () => {
    const parcels = [
      await gone(t, shop, { id: "JM-1" }),
      await gone(t, shop, { id: "JM-2" }),
      await gone(t, shop, { id: "JM-3" }),
    ];
    for (const id of ["JM-1", "JM-2", "JM-3"]) await announced(t, shop, { channelOrderId: id });
    const lists: string[] = [];
    for (const [i, parcel] of parcels.entries()) {
      const ctx = t.ctx(shop.tenantId, { actor: { kind: "USER", id: null, name: i === 2 ? "ravi" : "asha" } });
      const input = { facilityId: shop.facilityId, units: null, grade: null, unannounced: false, putawayId: null };
      lists.push(must(await receiveAtDesk(ctx, { ...input, held: { shippingPackageId: parcel } })).putaway?.code ?? "");
    }
    expect(lists[0]).toBe(lists[1]);
    expect(lists[2]).not.toBe(lists[0]);
  });
});

describe("an unannounced parcel", () => {
  it("is received when the person has seen that nobody announced it", async () => {
    const parcel = await gone(t, shop);
    const { awb } = await parcelRow(t, shop.tenantId, parcel);
    expect(await desk({ held: { code: awb ?? "" } })).toMatchObject(refusedWith("RETURN_NOT_ANNOUNCED"));
    must(await desk({ held: { code: awb ?? "" }, unannounced: true }));
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ kind: "RTO", state: "RECEIVED", via: "PERSON" }]);
    expect(await parcelStates()).toEqual(["RETURN_ACKNOWLEDGED"]);
  });

  it("that was delivered did not turn back: the words say what to do", async () => {
    const parcel = await gone(t, shop, { delivered: true });
    expect(await desk({ held: { shippingPackageId: parcel }, unannounced: true })).toMatchObject(
      refusedWith("RETURN_OF_DELIVERED", { state: "DELIVERED" }),
    );
  });

  it("of an unknown code is refused by name", async () => {
    expect(await desk({ held: { code: "NOPE-1" } })).toMatchObject(
      refusedWith("RETURN_SCAN_UNKNOWN", { code: "NOPE-1" }),
    );
    expect(await desk({ held: { shippingPackageId: newId() } })).toMatchObject(refusedWith("NOT_FOUND"));
    expect(await desk({ held: { returnCaseId: newId() } })).toMatchObject(refusedWith("NOT_FOUND"));
  });

  it("is not received where the person does not work", async () => {
    const parcel = await gone(t, shop);
    const ctx = t.ctx(shop.tenantId, { facilities: [await aFacility(t.db, shop.tenantId)] });
    const input = { facilityId: shop.facilityId, units: null, grade: null, unannounced: true, putawayId: null };
    expect(await receiveAtDesk(ctx, { ...input, held: { shippingPackageId: parcel } })).toMatchObject(
      refusedWith("NOT_FOUND", { what: "facility" }),
    );
  });
});

describe("a parcel that came without a unit", () => {
  it("is credited for what came; the missing unit waits for a person, and found it is a return of its own", async () => {
    const parcel = await gone(t, shop, { quantity: 2 });
    await announced(t, shop);
    const [one, two] = await unitsIn(t, shop.tenantId, parcel);
    if (!one || !two) throw new Error("two units left");
    const only = [{ unitId: one.id, grade: "good" as const, missing: false }];
    expect(await desk({ held: { shippingPackageId: parcel }, units: only })).toMatchObject(
      refusedWith("RETURN_UNITS_UNDECIDED", { units: [two.code] }),
    );
    const received = must(
      await desk({
        held: { shippingPackageId: parcel },
        units: [...only, { unitId: two.id, grade: null, missing: true }],
      }),
    );
    expect(received).toMatchObject({ received: 1, missing: 1 });
    expect(await doubts()).toEqual([{ kind: "RETURN_UNIT_MISSING", state: "OPEN" }]);
    await putAway(t, shop.tenantId, listOf(received));
    expect(ready.map((each) => each.units.length)).toEqual([1]);
    must(await settle(ready[0]?.returnCaseId ?? newId()));
    expect(await unitStates()).toEqual(["RETURNED", "DISPATCHED"]);
    expect(await parcelStates()).toEqual(["RETURN_ACKNOWLEDGED"]);
    expect(await desk({ held: { shippingPackageId: parcel } })).toMatchObject(refusedWith("RETURN_ALREADY_RECEIVED"));
    const found = must(
      await desk({ held: { shippingPackageId: parcel }, units: [{ unitId: two.id, grade: "good", missing: false }] }),
    );
    expect(await doubts()).toEqual([{ kind: "RETURN_UNIT_MISSING", state: "RESOLVED" }]);
    await putAway(t, shop.tenantId, listOf(found));
    must(await settle(ready[1]?.returnCaseId ?? newId()));
    expect(await parcelStates()).toEqual(["RETURNED"]);
    expect((await casesOf(t, shop.tenantId)).map((c) => c.units)).toEqual([["RETURNED", "MISSING"], ["RETURNED"]]);
    expect(await levelOf(t, shop)).toEqual({ good: 10 });
    await expectStockTrue(t, shop.tenantId);
  });

  it("with nothing in it is done at once, without a credit note", async () => {
    const parcel = await gone(t, shop);
    await announced(t, shop);
    const [unit] = await unitsIn(t, shop.tenantId, parcel);
    if (!unit) throw new Error("a unit left");
    const units = [{ unitId: unit.id, grade: null, missing: true }];
    expect(must(await desk({ held: { shippingPackageId: parcel }, units }))).toMatchObject({
      putaway: null,
      missing: 1,
    });
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ state: "COMPLETED", units: ["MISSING"] }]);
    expect(await parcelStates()).toEqual(["RETURN_ACKNOWLEDGED"]);
    expect(ready).toEqual([]);
    await expectStockTrue(t, shop.tenantId);
  });
});

describe("a reverse pickup that arrives", () => {
  const product = (quantity: number) => [{ channelProductId: `${shop.productId}-V1`, quantity }];

  it("is found by the channel's return id and its own tracking number, and takes its units alone", async () => {
    await gone(t, shop, { quantity: 3, delivered: true });
    await announced(t, shop, { kind: "CIR", products: product(1), channelReturnId: "R-77", awb: "BACK1" });
    await announced(t, shop, { kind: "CIR", products: product(1), channelReturnId: "R-78", awb: "BACK2" });
    const received = must(await desk({ held: { code: "R-77" }, grade: "good" }));
    expect(received).toMatchObject({ received: 1, cases: [{ code: "RP-100001" }] });
    expect((await casesOf(t, shop.tenantId)).map((c) => c.state)).toEqual(["RECEIVED", "CREATED"]);
    must(await desk({ held: { code: "BACK2" }, grade: "good" }));
    expect(await desk({ held: { code: "BACK2" } })).toMatchObject(refusedWith("RETURN_ALREADY_RECEIVED"));
    await putAway(t, shop.tenantId, listOf(received));
    for (const each of ready) must(await settle(each.returnCaseId));
    expect(await unitStates()).toEqual(["RETURNED", "RETURNED", "DELIVERED"]);
    expect(await parcelStates()).toEqual(["DELIVERED"]);
    const told = await t.raw<{ state: string; lines: string[] }>(
      "select payload ->> 'state' as state, payload -> 'channelOrderItemIds' as lines from godown.channel_notice where tenant_id = $1 and kind = 'REVERSE_STATE' order by seq",
      [shop.tenantId],
    );
    expect(told.map((notice) => notice.state)).toEqual(["CREATED", "CREATED", "COMPLETE", "COMPLETE"]);
    expect(told[0]?.lines).toEqual(["JM-1-L1"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("goes on while another return of the same order is put away and settled at that moment", async () => {
    await gone(t, shop, { quantity: 3, delivered: true });
    for (const channelReturnId of ["R-1", "R-2", "R-3"])
      await announced(t, shop, { kind: "CIR", products: product(1), channelReturnId });
    const [first, second] = [
      must(await desk({ held: { code: "R-1" }, grade: "good" })),
      must(
        await receiveAtDesk(t.ctx(shop.tenantId, { actor: { kind: "USER", id: null, name: "ravi" } }), {
          ...{ facilityId: shop.facilityId, units: null, unannounced: false, putawayId: null },
          ...{ held: { code: "R-2" }, grade: "good" },
        }),
      ),
    ];
    const outcomes = await Promise.all([
      putAway(t, shop.tenantId, listOf(first)),
      putAway(t, shop.tenantId, listOf(second)),
      desk({ held: { code: "R-3" }, grade: "bad" }),
    ]);
    // The person's own list may have been completed a moment before: then the goods lie on a new one.
    expect(must(outcomes[2])).toMatchObject({ received: 1 });
    for (const each of ready) must(await settle(each.returnCaseId));
    expect((await casesOf(t, shop.tenantId)).map((c) => c.units)).toContainEqual(["RETURNED"]);
    await expectStockTrue(t, shop.tenantId);
  });
});
