import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aFacility, aSku, aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aChannel, addressWith, aListing, aPushOrder, receive } from "../../tests/support/order-builders.ts";
import { type FacilityId, newId, type SaleOrderId, type TenantId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { listIntake } from "./intake.queries.ts";
import { listOrders, type OrderFilters, orderDetail, orderTimeline } from "./queries.ts";

let t: TestDatabase;
let tenantId: TenantId;
let facilityId: FacilityId;
const page = { limit: 50, offset: 0, sort: "dispatchBy", descending: false };

beforeAll(async () => {
  t = await testDatabase(); // 20 November 2026, 10:00 in India
  tenantId = await aTenant(t.db);
  facilityId = await aFacility(t.db, tenantId, { code: "BLR" });
  const other = await aFacility(t.db, tenantId, { code: "DEL" });
  const pen = await aSku(t.db, tenantId, { code: "PEN" });
  const a = await aChannel(t, tenantId, [facilityId, other], { code: "CH_A" });
  const b = await aChannel(t, tenantId, [facilityId], { code: "CH_B" });
  for (const channelId of [a, b]) await aListing(t, tenantId, channelId, pen, { productId: "P1" });
  const line = [{ productId: "P1", quantity: 2 }];
  await receive(t, tenantId, a, [
    aPushOrder(line, { id: "LATE", sla: "2026-11-20 09:30:00" }),
    aPushOrder(line, { id: "SOON", sla: "2026-11-20 11:00:00" }),
    aPushOrder(line, { id: "TODAY", sla: "2026-11-20 22:00:00" }),
    aPushOrder([{ productId: "NEW-1" }], { id: "WAITS_LISTING" }),
    aPushOrder(line, { id: "WAITS_PIN", shippingAddress: addressWith({ pincode: "012345" }) }),
  ]);
  await receive(t, tenantId, b, [
    aPushOrder(line, { id: "TOMORROW", paymentType: "PREPAID", shippingAddress: addressWith({ name: "100% Ravi_" }) }),
  ]);
});
afterAll(() => t.close());

const found = async (filters: OrderFilters) => {
  const now = t.clock.now();
  const list = await t.db.read(tenantId, (tx) =>
    listOrders<{ code: string }>(tx, { scope: "all", now }, filters, page),
  );
  expect(list.total).toBe(list.rows.length);
  return list.rows.map((row) => row.code);
};
const idOf = (code: string) =>
  t.db.read(tenantId, async (tx) => {
    const { id } = await tx.one(
      sql<{
        id: SaleOrderId;
      }>`select sale_order_id as id from godown.sale_order where tenant_id = ${tenantId} and code = ${code}`,
    );
    return id;
  });

describe("the list of orders", () => {
  it("has every order where no tab is named, the first due on top", async () => {
    expect(await found({})).toEqual(["LATE", "SOON", "TODAY", "TOMORROW"]);
  });

  it.each([
    [{ due: ["late"] }, ["LATE"]],
    [{ due: ["soon"] }, ["SOON"]],
    [{ due: ["today"] }, ["SOON", "TODAY"]],
    [{ due: ["late", "soon"] }, ["LATE", "SOON"]],
    [{ due: ["later"] }, ["TOMORROW"]],
    [{ channel: ["CH_B"] }, ["TOMORROW"]],
    [{ channel: ["CH_A", "CH_B"], due: ["late", "later"] }, ["LATE", "TOMORROW"]],
    [{ paymentType: ["PREPAID"] }, ["TOMORROW"]],
    [{ search: "tod" }, ["TODAY"]],
    [{ search: "0% Ravi_" }, ["TOMORROW"]],
    [{ search: "%" }, ["TOMORROW"]],
    [{ sku: "PEN", tab: "cancelled" }, []],
    [{ tab: "noticesPaused" }, []],
  ] satisfies [OrderFilters, string[]][])("by %o", async (filters, codes) => {
    expect(await found(filters)).toEqual(codes);
  });

  it("shows a person of one facility only what is there, or nowhere yet", async () => {
    const now = t.clock.now();
    const list = (scope: FacilityId[]) =>
      t.db.read(tenantId, (tx) => listOrders<{ code: string }>(tx, { scope, now }, { facilityId }, page));
    // A channel with one facility ships from it; orders of the other channel have none yet.
    expect((await list([facilityId])).rows.map((row) => row.code)).toEqual(["TOMORROW"]);
    await t.db.transaction(tenantId, (tx) =>
      tx.run(
        sql`update godown.sale_order_item set facility_id = ${facilityId} where tenant_id = ${tenantId} and code like 'LATE-%'`,
      ),
    );
    expect((await list([facilityId])).rows.map((row) => row.code)).toEqual(["LATE", "TOMORROW"]);
    expect((await list([newId<"Facility">()])).total).toBe(0);
  });
});

describe("one order", () => {
  it("has its units, parcels and addresses, and a timeline", async () => {
    const id = await idOf("SOON");
    const [detail, timeline] = await t.db.read(tenantId, async (tx) => [
      await orderDetail(tx, "all", id),
      await orderTimeline(tx, id),
    ]);
    expect(detail).toMatchObject({ code: "SOON", parcels: [], invoices: [], returns: [] });
    expect(detail?.units).toHaveLength(2);
    expect(timeline.map((entry) => entry.kind)).toContain("ORDER_RECEIVED");
  });

  it("says on an exchange what the channel made of the notification in it, though its answer was understood", async () => {
    const id = await idOf("SOON");
    const { channelId } = await t.db.read(tenantId, (tx) =>
      tx.one(
        sql<{
          channelId: string;
        }>`select channel_id as "channelId" from godown.sale_order where tenant_id = ${tenantId} and sale_order_id = ${id}`,
      ),
    );
    const noticeId = newId();
    await t.db.transaction(tenantId, async (tx) => {
      await tx.run(sql`
        insert into godown.channel_notice (tenant_id, channel_notice_id, channel_id, sale_order_id, kind, package_state, payload, state, attempts, last_message, created_at)
        values (${tenantId}, ${noticeId}, ${channelId}, ${id}, 'STATE', 'PACKED', '{}', 'REFUSED', 1, 'no such item', ${t.clock.now()})`);
      await tx.run(sql`
        insert into godown.exchange (tenant_id, exchange_id, channel_id, operation, direction, at, duration_ms, method, url, status, outcome, attempt, sale_order_id, notice_id)
        values (${tenantId}, ${newId()}, ${channelId}, 'notifyState/post', 'OUT', ${t.clock.now()}, 5, 'POST', 'https://shop.example/notify', 200, 'OK', 1, ${id}, ${noticeId})`);
    });
    const timeline = await t.db.read(tenantId, (tx) => orderTimeline(tx, id));
    expect(timeline.find((entry) => entry.kind === "EXCHANGE")).toMatchObject({
      outcome: "REFUSED",
      facts: { message: "no such item", packageState: "PACKED" },
    });
  });
});

it("lists what waits in intake by reason, channel and part of the id", async () => {
  const list = (filters: Parameters<typeof listIntake>[1]) =>
    t.db.read(tenantId, async (tx) => {
      const { rows } = await listIntake<{ channelOrderId: string }>(tx, filters, { ...page, sort: "receivedAt" });
      return rows.map((row) => row.channelOrderId).sort();
    });
  expect(await list({ tab: "failed" })).toEqual(["WAITS_LISTING", "WAITS_PIN"]);
  expect(await list({ code: ["PINCODE_INVALID"], channel: ["CH_A", "CH_B"] })).toEqual(["WAITS_PIN"]);
  expect(await list({ tab: "failed", channel: ["CH_B"] })).toEqual([]);
  expect(await list({ search: "waits_l" })).toEqual(["WAITS_LISTING"]);
  expect((await list({})).length).toBe(6);
});
