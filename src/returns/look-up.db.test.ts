import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility } from "../../tests/support/builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { parcelRow, readyParcels, refusedWith } from "../../tests/support/hand-over-builders.ts";
import { aPushOrder } from "../../tests/support/order-builders.ts";
import { announced, gone } from "../../tests/support/return-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import type { ChannelId, FacilityId } from "../kernel/index.ts";
import { must, newId } from "../kernel/index.ts";
import { type Candidate, lookUpReturn } from "./look-up.ts";
import { receiveAtDesk } from "./receive-at-desk.ts";
import { listReturnRoutes } from "./routing.store.ts";
import { addReturnRoute, changeReturnRoute, removeReturnRoute } from "./routing.ts";

let t: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t, { stock: 10 });
});

const ctx = () => t.ctx(shop.tenantId);
const look = (code: string, facilityId: FacilityId | null = shop.facilityId) =>
  lookUpReturn(ctx(), { code, facilityId });
const one = async (code: string): Promise<Candidate> => {
  const found = must(await look(code));
  const [candidate, ...others] = found.candidates;
  if (!candidate || others.length > 0) throw new Error("the code stands for one parcel");
  return candidate;
};

describe("a scanned code", () => {
  it("finds an undelivered parcel by package, tracking number or order, announced or not", async () => {
    const parcel = await gone(t, shop);
    const { code, awb, order } = await parcelRow(t, shop.tenantId, parcel);
    for (const [text, by] of [
      [code, "PACKAGE"],
      [code.toLowerCase(), "PACKAGE"],
      [awb, "AWB"],
      [` ${order} `, "ORDER"],
    ] as const) {
      const found = must(await look(text ?? ""));
      expect(found.meant).toBe(parcel);
      expect(found.candidates, String(text)).toMatchObject([
        { by, road: "RTO", announced: false, syncFirst: true, refusal: null, due: [{ state: "DISPATCHED" }] },
      ]);
    }
    await announced(t, shop, { awb: "BACK1", channelReturnId: "R-1" });
    for (const [text, by] of [
      ["BACK1", "RETURN_AWB"],
      ["R-1", "CHANNEL_RETURN"],
      ["RTO-100001", "RETURN"],
    ] as const)
      expect(await one(text)).toMatchObject({ by, road: "RTO", announced: true, syncFirst: false, refusal: null });
  });

  it("of a source that announces nothing is not asked about", async () => {
    const parcel = await gone(t, shop);
    await t.raw("update godown.channel set source = 'CUSTOM' where channel_id = $1", [shop.channelId]);
    expect(await one((await parcelRow(t, shop.tenantId, parcel)).code)).toMatchObject({
      road: "RTO",
      syncFirst: false,
    });
    const input = { units: null, grade: null, unannounced: false, putawayId: null, facilityId: shop.facilityId };
    must(await receiveAtDesk(ctx(), { ...input, held: { shippingPackageId: parcel } }));
  });

  it("says what is no return: delivered, never sent, received before", async () => {
    const delivered = await gone(t, shop, { id: "JM-1", delivered: true });
    expect(await one((await parcelRow(t, shop.tenantId, delivered)).code)).toMatchObject({
      road: null,
      syncFirst: true,
      refusal: { code: "RETURN_OF_DELIVERED", whatToDo: expect.stringContaining("create a reverse pickup") },
    });
    const [here] = await readyParcels(t, shop, [aPushOrder([{ productId: shop.productId }], { id: "JM-2" })]);
    if (!here) throw new Error("a parcel is ready");
    expect(await one((await parcelRow(t, shop.tenantId, here)).code)).toMatchObject({
      refusal: { code: "RETURN_NOT_DISPATCHED" },
    });
    const back = await gone(t, shop, { id: "JM-3" });
    await announced(t, shop, { channelOrderId: "JM-3" });
    const input = { units: null, grade: null, unannounced: false, putawayId: null, facilityId: shop.facilityId };
    must(await receiveAtDesk(ctx(), { ...input, held: { shippingPackageId: back } }));
    const found = await one((await parcelRow(t, shop.tenantId, back)).code);
    expect(found.refusal).toMatchObject({
      code: "RETURN_ALREADY_RECEIVED",
      message: expect.stringMatching(/by test on 20\/11\/2026 10:00, putaway list PA-\d+/),
    });
    expect(await look("NOTHING")).toMatchObject(refusedWith("RETURN_SCAN_UNKNOWN"));
    expect(await look("NOTHING", newId())).toMatchObject(refusedWith("NOT_FOUND"));
  });

  it("of an order with several parcels shows all of them, and the one that can be received is meant", async () => {
    const parcel = await gone(t, shop, { id: "JM-1" });
    await t.raw(
      `insert into godown.shipping_package (tenant_id, shipping_package_id, sale_order_id, channel_id, facility_id, code, state, third_party_shipping, created_at, state_changed_at, updated_at)
       select tenant_id, gen_random_uuid(), sale_order_id, channel_id, facility_id, 'OTHER-1', 'CREATED', false, created_at, created_at, created_at from godown.shipping_package where shipping_package_id = $1`,
      [parcel],
    );
    const { order } = await parcelRow(t, shop.tenantId, parcel);
    const found = must(await look(order));
    expect(found.candidates.length).toBe(2);
    expect(found.meant).toBe(parcel);
  });

  it("that stands for two returns that may be received leaves the choice to the person", async () => {
    for (const id of ["JM-1", "JM-2"]) {
      await gone(t, shop, { id });
      await announced(t, shop, { channelOrderId: id, awb: "SAME" });
    }
    const found = must(await look("SAME"));
    expect(found).toMatchObject({ meant: null });
    expect(found.candidates.length).toBe(2);
    const input = { units: null, grade: null, unannounced: false, putawayId: null, facilityId: shop.facilityId };
    expect(await receiveAtDesk(ctx(), { ...input, held: { code: "SAME" } })).toMatchObject(
      refusedWith("RETURN_SCAN_AMBIGUOUS"),
    );
  });
});

describe("where returns go", () => {
  let pune: FacilityId;
  beforeEach(async () => {
    pune = await aFacility(t.db, shop.tenantId);
  });
  const mapped = (over: Partial<Parameters<typeof addReturnRoute>[1]> = {}) =>
    addReturnRoute(ctx(), {
      ...{ channelId: shop.channelId, dispatchFacilityId: shop.facilityId, kind: "RTO", returnFacilityId: pune },
      ...over,
    });
  const onlyThere = () =>
    t.raw(`update godown.tenant set settings = '{"returns.courierReturnAnywhere": false}' where tenant_id = $1`, [
      shop.tenantId,
    ]);
  const input = { units: null, grade: null, unannounced: false, putawayId: null };

  it("is anywhere by default, and shown as expected by the mapping", async () => {
    const parcel = await gone(t, shop);
    await announced(t, shop);
    must(await mapped());
    const { code } = await parcelRow(t, shop.tenantId, parcel);
    const found = await one(code);
    expect(found.parcel.rtoFacilityId).toBe(pune);
    expect(found.refusal).toBe(null);
    must(await receiveAtDesk(ctx(), { ...input, facilityId: shop.facilityId, held: { code } }));
  });

  it("is the mapped facility alone where the tenant says so, and the words name it", async () => {
    const parcel = await gone(t, shop);
    await announced(t, shop);
    await onlyThere();
    const held = { shippingPackageId: parcel };
    expect(
      await receiveAtDesk(ctx(), { ...input, facilityId: pune, held }),
      "unmapped: where it left from",
    ).toMatchObject(refusedWith("RETURN_WRONG_FACILITY"));
    must(await mapped());
    expect(await receiveAtDesk(ctx(), { ...input, facilityId: shop.facilityId, held })).toMatchObject(
      refusedWith("RETURN_WRONG_FACILITY"),
    );
    must(await receiveAtDesk(ctx(), { ...input, facilityId: pune, held }));
  });

  it("is anywhere for what a customer sends back", async () => {
    const parcel = await gone(t, shop, { delivered: true });
    await announced(t, shop, { kind: "CIR" });
    await onlyThere();
    must(await receiveAtDesk(ctx(), { ...input, facilityId: pune, held: { shippingPackageId: parcel } }));
  });

  it("is mapped once for a channel, facility and type; changed and removed with a trace", async () => {
    const made = must(await mapped());
    expect(await mapped()).toMatchObject(refusedWith("RETURN_ROUTE_EXISTS", { kind: "RTO" }));
    must(await mapped({ kind: "CIR" }));
    expect(await mapped({ channelId: newId<"Channel">() as ChannelId, kind: "RTO" })).toMatchObject(
      refusedWith("NOT_FOUND", { what: "channel" }),
    );
    expect(await mapped({ returnFacilityId: newId() })).toMatchObject(refusedWith("NOT_FOUND", { what: "facility" }));
    const both = await Promise.all([
      mapped({ dispatchFacilityId: pune }),
      mapped({ dispatchFacilityId: pune, returnFacilityId: shop.facilityId }),
    ]);
    expect(both.filter((result) => result.ok).length).toBe(1);
    must(await changeReturnRoute(ctx(), { ...made, returnFacilityId: shop.facilityId }));
    expect(await changeReturnRoute(ctx(), { ...made, returnFacilityId: newId() })).toMatchObject(
      refusedWith("NOT_FOUND"),
    );
    must(await removeReturnRoute(ctx(), made.returnRouteId));
    expect(await removeReturnRoute(ctx(), made.returnRouteId)).toMatchObject(refusedWith("NOT_FOUND"));
    const page = { limit: 50, offset: 0, sort: "channel", descending: false };
    const listed = await t.db.read(shop.tenantId, (tx) => listReturnRoutes(tx, { kind: "RTO" }, page));
    expect(listed).toMatchObject({ total: 1, counts: { RTO: 1, CIR: 1 } });
    const trail = await t.raw<{ action: string }>(
      "select action from godown.audit_event where tenant_id = $1 and action like 'returns.route%' order by at, audit_event_id",
      [shop.tenantId],
    );
    expect(trail.map((row) => row.action).sort()).toEqual([
      "returns.route_added",
      "returns.route_added",
      "returns.route_added",
      "returns.route_changed",
      "returns.route_removed",
    ]);
  });
});
