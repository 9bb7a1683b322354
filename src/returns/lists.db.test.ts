import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility } from "../../tests/support/builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { refusedWith } from "../../tests/support/hand-over-builders.ts";
import { announced, casesOf, gone, putAway } from "../../tests/support/return-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import { must, newId, type ShippingPackageId } from "../kernel/index.ts";
import { returnEvents, returnUnits } from "./detail.queries.ts";
import { expectByPerson } from "./expect-by-person.ts";
import { ageing, listReturns, type ReturnFilters, returnById } from "./queries.ts";
import { receiveAtDesk } from "./receive-at-desk.ts";
import { settleReturn } from "./settle.ts";

let t: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t, { stock: 20 });
});

const ctx = () => t.ctx(shop.tenantId);
const page = { limit: 50, offset: 0, sort: "announcedAt", descending: true };
const list = (filters: ReturnFilters = {}, at = ctx()) =>
  t.db.read(shop.tenantId, (tx) => listReturns(at, tx, filters, page));
const receive = (parcel: ShippingPackageId, units: Parameters<typeof receiveAtDesk>[1]["units"] = null) =>
  receiveAtDesk(ctx(), {
    ...{ facilityId: shop.facilityId, held: { shippingPackageId: parcel }, units },
    ...{ grade: "good", unannounced: true, putawayId: null },
  });
describe("the lists of returns", () => {
  it("count by tabs, filter, search, and keep to a person's places", async () => {
    const parcels = [
      await gone(t, shop, { id: "JM-1" }),
      await gone(t, shop, { id: "JM-2", delivered: true }),
      await gone(t, shop, { id: "JM-3" }),
    ];
    await announced(t, shop, { channelOrderId: "JM-1", awb: "BACK1", courierCode: "DELHIVERY" });
    await announced(t, shop, { channelOrderId: "JM-2", kind: "CIR" });
    const [, , third] = parcels;
    if (!third) throw new Error("three left");
    const received = must(await receive(third));
    expect(await list()).toMatchObject({
      total: 3,
      counts: { expected: 2, received: 1, pendingInvoice: 0, missing: 0, completed: 0, cancelled: 0 },
    });
    expect((await list({ tab: "expected", kind: "RTO" })).rows).toMatchObject([
      {
        order: "JM-1",
        courier: "DELHIVERY",
        units: 1,
        dispatchFacility: expect.anything(),
        expectedFacility: expect.anything(),
      },
    ]);
    expect((await list({ search: "back1" })).rows.length).toBe(1);
    expect((await list({ courier: "DELHIVERY" })).total).toBe(1);
    expect((await list({ via: "PERSON" })).rows).toMatchObject([{ order: "JM-3", state: "RECEIVED" }]);
    const elsewhere = t.ctx(shop.tenantId, { facilities: [await aFacility(t.db, shop.tenantId)] });
    expect(await list({}, elsewhere)).toMatchObject({ rows: [], total: 0 });
    if (!received.putaway) throw new Error("goods lie on a list");
    await putAway(t, shop.tenantId, received.putaway.putawayId);
    const waiting = await list({ tab: "pendingInvoice", kind: "RTO" });
    expect(waiting.rows).toMatchObject([{ order: "JM-3", pendingSince: TEST_MORNING }]);
    const id = waiting.rows[0]?.returnCaseId ?? newId();
    must(await t.db.transaction(shop.tenantId, (tx) => settleReturn(tx, ctx(), id)));
    expect((await list()).counts).toMatchObject({ completed: 1, pendingInvoice: 0 });
    const detail = await t.db.read(shop.tenantId, async (tx) => ({
      row: await returnById(ctx(), tx, id),
      none: await returnById(elsewhere, tx, id),
      units: await returnUnits(tx, id),
      events: await returnEvents(tx, id),
    }));
    expect(detail.row).toMatchObject({ code: "RTO-100002", state: "COMPLETED", facility: expect.anything() });
    expect(detail.none).toBeUndefined();
    expect(detail.units).toMatchObject([
      { state: "RETURNED", unitState: "RETURNED", grade: "good", putaway: received.putaway.code, shelf: "DEFAULT" },
    ]);
    expect(detail.events.map((event) => event.kind)).toEqual(
      expect.arrayContaining(["RETURN_RECEIVED", "RETURN_COMPLETED"]),
    );
  });

  it("show what is expected by how long it has been", async () => {
    for (const [i, days] of [0, 3, 4, 7, 8, 15, 16, 40].entries()) {
      const id = `JM-${i + 1}`;
      t.clock.set(TEST_MORNING.subtract({ hours: 24 * days }));
      await gone(t, shop, { id });
      await announced(t, shop, { channelOrderId: id, courierCode: days > 7 ? "SLOW" : null, at: t.clock.now() });
    }
    t.clock.set(TEST_MORNING);
    const rows = await t.db.read(shop.tenantId, (tx) => ageing(ctx(), tx, {}));
    expect(rows).toMatchObject([
      { kind: "RTO", courier: "SLOW", days0to3: 0, days4to7: 0, days8to15: 2, daysOver15: 2, total: 4 },
      { kind: "RTO", courier: null, days0to3: 2, days4to7: 2, days8to15: 0, daysOver15: 0, total: 4 },
    ]);
    expect((await list({ age: "8-15", tab: "expected" })).rows.map((row) => row.ageDays).sort((a, b) => a - b)).toEqual(
      [8, 15],
    );
    expect(await t.db.read(shop.tenantId, (tx) => ageing(ctx(), tx, { kind: "CIR" }))).toEqual([]);
  });
});

describe("a parcel that a person expects back", () => {
  it("is announced with a return of its own, once; what does not travel is refused", async () => {
    const parcel = await gone(t, shop);
    const say = () => expectByPerson(ctx(), { shippingPackageId: parcel, reason: "courier called" });
    expect(must(await say())).toMatchObject({ expected: true });
    expect(must(await say())).toMatchObject({ expected: false });
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ kind: "RTO", state: "RETURN_EXPECTED", via: "PERSON" }]);
    // It comes back as it went: with its own courier and number, by which it is found.
    const [row] = (await list({ kind: "RTO" })).rows;
    expect(row).toMatchObject({ awb: expect.stringMatching(/./), courier: expect.stringMatching(/./) });
    expect((await list({ search: row?.awb ?? "none" })).total).toBe(1);
    must(await receive(parcel));
    expect(await say()).toMatchObject(refusedWith("RETURN_NOT_TRAVELLING"));
    expect(await expectByPerson(ctx(), { shippingPackageId: newId(), reason: null })).toMatchObject(
      refusedWith("NOT_FOUND"),
    );
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ state: "RECEIVED" }]);
  });
});
