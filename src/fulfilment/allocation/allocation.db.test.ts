import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aSku, aTenant } from "../../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { allocate, orderStates, packagesOf, routeAll, unitsOf } from "../../../tests/support/fulfilment-builders.ts";
import { expectStockTrue } from "../../../tests/support/invariants.ts";
import { stock } from "../../../tests/support/inventory-builders.ts";
import {
  aChannel,
  addressWith,
  aListing,
  aProvider,
  aPushOrder,
  type LineSpec,
  type PushOrder,
  receive,
} from "../../../tests/support/order-builders.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import type { ChannelId, FacilityId, SkuId, TenantId } from "../../kernel/index.ts";
import { sql } from "../../platform/db.ts";
import { onServiceabilityChanged, saveProvider } from "../../shipping/index.ts";
import { wakeUnserved } from "../index.ts";
import { allocateFacility } from "./allocate.handler.ts";

let t: TestDatabase;
let tenantId: TenantId;
let facilityId: FacilityId;
let channelId: ChannelId;
let pen: SkuId;
let cap: SkuId;
beforeAll(async () => {
  t = await testDatabase();
  onServiceabilityChanged(wakeUnserved);
});
afterAll(() => t.close());
beforeEach(async () => {
  tenantId = await aTenant(t.db);
  facilityId = await aFacility(t.db, tenantId);
  await aProvider(t, tenantId);
  pen = await aSku(t.db, tenantId);
  cap = await aSku(t.db, tenantId);
  channelId = await channel();
});

async function channel(over: Parameters<typeof aChannel>[3] = {}, facilities = [facilityId]): Promise<ChannelId> {
  const made = await aChannel(t, tenantId, facilities, over);
  await aListing(t, tenantId, made, pen, { productId: "PEN" });
  await aListing(t, tenantId, made, cap, { productId: "CAP" });
  return made;
}
const put = (skuId: SkuId, quantity: number, facility = facilityId) => stock(t, tenantId, facility, skuId, quantity);
const order = (id: string, lines: readonly LineSpec[], over: Partial<PushOrder> = {}) =>
  receive(t, tenantId, channelId, [aPushOrder(lines, { id, ...over })]);
const run = () => allocate(t, tenantId, facilityId);
/** Units by order as "JM-1: FULFILLABLE UNFULFILLABLE". */
const states = async () => {
  const units = await unitsOf(t, tenantId);
  return [...Map.groupBy(units, (u) => u.order)].map(([code, of]) => `${code}: ${of.map((u) => u.state).join(" ")}`);
};
const waitingJobs = async (name: string) =>
  (
    await t.raw<{ payload: { payload: { facilityId?: string } } }>(
      `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
       where k.identifier = $1 and j.payload ->> 'tenantId' = $2`,
      [name, tenantId],
    )
  ).map((row) => row.payload.payload.facilityId);
const clearJobs = () =>
  t.raw("delete from graphile_worker._private_jobs where payload ->> 'tenantId' = $1", [tenantId]);

describe("who gets scarce stock", () => {
  it("goes by priority, then dispatch-by, then age", async () => {
    await put(pen, 3);
    await order("JM-OLD", [{ productId: "PEN" }], { sla: "2026-11-25 18:00:00" });
    await order("JM-SOON", [{ productId: "PEN" }], { sla: "2026-11-21 12:00:00" });
    t.clock.advance({ minutes: 1 });
    await order("JM-NEW", [{ productId: "PEN" }], { sla: "2026-11-25 18:00:00" });
    await order("JM-VIP", [{ productId: "PEN" }], { sla: "2026-11-29 18:00:00", priority: 9 });
    await run();
    expect(await states()).toEqual([
      "JM-NEW: UNFULFILLABLE",
      "JM-OLD: FULFILLABLE",
      "JM-SOON: FULFILLABLE",
      "JM-VIP: FULFILLABLE",
    ]);
    expect(new Set(Object.values(await orderStates(t, tenantId)))).toEqual(new Set(["PROCESSING"]));
    await expectStockTrue(t, tenantId);
  });

  it("gives a FLEXIBLE order what there is, and a FIXED one all or nothing", async () => {
    const flexible = channelId;
    const fixed = await channel({ packageType: "FIXED" });
    await put(pen, 2);
    channelId = fixed;
    await order("JM-FIXED", [{ productId: "PEN", quantity: 3 }], { priority: 5 });
    channelId = flexible;
    await order("JM-FLEX", [{ productId: "PEN", quantity: 3 }]);
    await run();
    expect(await states()).toEqual([
      "JM-FIXED: UNFULFILLABLE UNFULFILLABLE UNFULFILLABLE",
      "JM-FLEX: FULFILLABLE FULFILLABLE UNFULFILLABLE",
    ]);
    await put(pen, 3);
    await run();
    expect(await states()).toEqual([
      "JM-FIXED: FULFILLABLE FULFILLABLE FULFILLABLE",
      "JM-FLEX: FULFILLABLE FULFILLABLE UNFULFILLABLE",
    ]);
    expect(await packagesOf(t, tenantId)).toMatchObject([
      { order: "JM-FLEX", units: 2 },
      { order: "JM-FIXED", units: 3 },
    ]);
    await expectStockTrue(t, tenantId);
  });

  it("keeps a line together where its channel ships: it gives one tracking number a line", async () => {
    channelId = await channel({ source: "MARKETPLACE" });
    await put(pen, 2);
    await put(cap, 1);
    const lines = [{ productId: "PEN", quantity: 3 }, { productId: "CAP" }];
    await order("MP-1", lines, { thirdPartyShipping: true, priority: 5 });
    await order("MP-2", [{ productId: "PEN" }], { thirdPartyShipping: true });
    await run();
    expect(await states()).toEqual([
      "MP-1: UNFULFILLABLE UNFULFILLABLE UNFULFILLABLE FULFILLABLE",
      "MP-2: FULFILLABLE",
    ]);
    await put(pen, 2);
    await run();
    expect((await packagesOf(t, tenantId)).map((p) => `${p.order} ${p.units}`)).toEqual(["MP-1 1", "MP-2 1", "MP-1 3"]);
    await expectStockTrue(t, tenantId);
  });

  it("serves those behind many orders that cannot be served now", async () => {
    channelId = await channel({ packageType: "FIXED" });
    await put(pen, 1);
    for (let i = 0; i < 12; i++) await order(`JM-A${i}`, [{ productId: "PEN", quantity: 2 }], { priority: 5 });
    await order("JM-Z", [{ productId: "PEN" }]);
    await allocateFacility(t.ctx(tenantId), facilityId, 4);
    await allocateFacility(t.ctx(tenantId), facilityId, 4);
    expect((await states()).at(-1)).toBe("JM-Z: FULFILLABLE");
    await expectStockTrue(t, tenantId);
  });

  it("leaves orders alone that are held, not verified, or wait for the answer to a cancellation", async () => {
    await put(pen, 5);
    await order("JM-1", [{ productId: "PEN" }]);
    await order("JM-2", [{ productId: "PEN" }]);
    await order("JM-3", [{ productId: "PEN" }]);
    await t.db.transaction(tenantId, async (tx) => {
      await tx.run(sql`update godown.sale_order set on_hold = true where tenant_id = ${tenantId} and code = 'JM-1'`);
      await tx.run(
        sql`update godown.sale_order set state = 'PENDING_VERIFICATION' where tenant_id = ${tenantId} and code = 'JM-2'`,
      );
      await tx.run(sql`
        update godown.sale_order_item u set cancel_requested_at = now() from godown.sale_order o
        where o.tenant_id = u.tenant_id and o.sale_order_id = u.sale_order_id and o.code = 'JM-3' and u.tenant_id = ${tenantId}`);
    });
    await run();
    expect(await states()).toEqual(["JM-1: CREATED", "JM-2: CREATED", "JM-3: CREATED"]);
  });

  it("makes a package for each packet that the channel names", async () => {
    await put(pen, 2);
    await put(cap, 1);
    await order("JM-1", [
      { productId: "PEN", quantity: 2, over: { packetNumber: 1 } },
      { productId: "CAP", over: { packetNumber: 2 } },
    ]);
    await run();
    expect((await packagesOf(t, tenantId)).map((p) => p.units).sort()).toEqual([1, 2]);
  });

  it("never oversells when two connections allocate one facility at once", async () => {
    await put(pen, 10);
    for (let i = 0; i < 30; i++) await order(`JM-${i}`, [{ productId: "PEN" }]);
    await Promise.all([run(), run(), run(), run()]);
    const all = (await unitsOf(t, tenantId)).map((u) => u.state);
    expect(all.filter((s) => s === "FULFILLABLE")).toHaveLength(10);
    expect(all.filter((s) => s === "UNFULFILLABLE")).toHaveLength(20);
    expect(await packagesOf(t, tenantId)).toHaveLength(10);
    await expectStockTrue(t, tenantId);
  });
});

describe("what heals by itself", () => {
  it("wakes when stock arrives", async () => {
    await order("JM-1", [{ productId: "PEN" }]);
    await run();
    expect(await states()).toEqual(["JM-1: UNFULFILLABLE"]);
    await clearJobs();
    await put(pen, 1);
    expect(await waitingJobs("fulfilment.allocate")).toEqual([facilityId]);
    await run();
    expect(await states()).toEqual(["JM-1: FULFILLABLE"]);
    await expectStockTrue(t, tenantId);
  });

  it("wakes when a courier serves the address at last, with stock or without", async () => {
    await t.db.transaction(tenantId, (tx) =>
      tx.run(sql`update godown.shipping_provider set enabled = false where tenant_id = ${tenantId}`),
    );
    await put(pen, 1);
    await order("JM-1", [{ productId: "PEN" }], { shippingAddress: addressWith({ pincode: "744101" }) });
    await order("JM-2", [{ productId: "CAP" }], { shippingAddress: addressWith({ pincode: "744101" }) });
    await run();
    expect(await states()).toEqual(["JM-1: LOCATION_NOT_SERVICEABLE", "JM-2: LOCATION_NOT_SERVICEABLE"]);
    await clearJobs();
    await saveProvider(t.ctx(tenantId), null, {
      code: "SEA_POST",
      name: "Sea Post",
      kind: "AWB_POOL",
      trackingUrlTemplate: null,
      transitDays: 9,
      servesEverywhere: true,
      cod: true,
      preference: 1,
      awbLowMark: 0,
      enabled: true,
    });
    expect(await waitingJobs("fulfilment.allocate")).toEqual([facilityId]);
    await run();
    expect(await states()).toEqual(["JM-1: FULFILLABLE", "JM-2: UNFULFILLABLE"]);
    await expectStockTrue(t, tenantId);
  });

  it("asks for a courier that takes cash where the buyer pays cash", async () => {
    await t.db.transaction(tenantId, (tx) =>
      tx.run(sql`update godown.shipping_provider set cod = false where tenant_id = ${tenantId}`),
    );
    await put(pen, 2);
    await order("JM-COD", [{ productId: "PEN" }]);
    await order("JM-PAID", [{ productId: "PEN" }], { paymentType: "PREPAID" });
    await run();
    expect(await states()).toEqual(["JM-COD: LOCATION_NOT_SERVICEABLE", "JM-PAID: FULFILLABLE"]);
  });

  it("tells on the timeline what waits, once", async () => {
    await order("JM-1", [{ productId: "PEN", quantity: 2 }]);
    await run();
    await run();
    const told = await t.db.read(tenantId, (tx) =>
      tx.run(sql`select kind, facts from godown.order_event where tenant_id = ${tenantId} and kind like 'UNITS_%'`),
    );
    expect(told).toEqual([{ kind: "UNITS_UNFULFILLABLE", facts: { units: ["JM-1-1", "JM-1-2"] } }]);
  });
});

describe("an order that names no facility", () => {
  let second: FacilityId;
  beforeEach(async () => {
    second = await aFacility(t.db, tenantId, { code: "SECOND" });
    channelId = await channel({}, [facilityId, second]);
  });
  const choiceOf = async (code: string) =>
    t.db.read(tenantId, (tx) =>
      tx.one(
        sql<{ choice: { chosenCode: string; why: string; rejected: { facility: string; why: string }[] } }>`
          select facility_choice as choice from godown.sale_order where tenant_id = ${tenantId} and code = ${code}`,
      ),
    );

  it("goes to the first that has all of it, and says why the other was passed over", async () => {
    await put(pen, 1);
    await put(pen, 5, second);
    await order("JM-1", [{ productId: "PEN", quantity: 2 }]);
    await routeAll(t, tenantId, channelId);
    const { choice } = await choiceOf("JM-1");
    expect(choice).toMatchObject({ chosenCode: "SECOND", why: "has all 2 units" });
    expect(choice.rejected).toMatchObject([{ why: "has 1 of 2 units" }]);
    expect(await waitingJobs("fulfilment.allocate")).toContain(second);
    await allocate(t, tenantId, second);
    expect(await states()).toEqual(["JM-1: FULFILLABLE FULFILLABLE"]);
    await expectStockTrue(t, tenantId);
  });

  it("goes by the channel's order where several would do, and says so", async () => {
    await put(pen, 5);
    await put(pen, 5, second);
    await order("JM-1", [{ productId: "PEN", quantity: 2 }]);
    await routeAll(t, tenantId, channelId);
    const { choice } = await choiceOf("JM-1");
    expect(choice.why).toBe("has all 2 units");
    expect(choice.rejected).toEqual([
      { facility: "SECOND", why: `has all 2 units, but ${choice.chosenCode} comes first in the channel's list` },
    ]);
  });

  it("else to the first that has any, else to the first, where it waits", async () => {
    await put(pen, 1, second);
    await order("JM-SOME", [{ productId: "PEN", quantity: 2 }]);
    await order("JM-NONE", [{ productId: "CAP" }]);
    await routeAll(t, tenantId, channelId);
    expect((await choiceOf("JM-SOME")).choice.chosenCode).toBe("SECOND");
    expect((await choiceOf("JM-NONE")).choice.chosenCode).not.toBe("SECOND");
  });

  it("sees the demand of the orders routed before it", async () => {
    await put(pen, 1);
    await put(pen, 1, second);
    await order("JM-1", [{ productId: "PEN" }]);
    await order("JM-2", [{ productId: "PEN" }]);
    await routeAll(t, tenantId, channelId);
    const facilities = (await unitsOf(t, tenantId)).map((u) => u.facility);
    expect(new Set(facilities).size).toBe(2);
  });

  it("waits for an order that is being changed at this moment: nobody would wake it for that one again", async () => {
    await put(pen, 1);
    await order("JM-1", [{ productId: "PEN" }]);
    const routed = await t.db.transaction(tenantId, async (tx) => {
      await tx.run(sql`select 1 from godown.sale_order where tenant_id = ${tenantId} for update`);
      const routing = routeAll(t, tenantId, channelId);
      await waitFor("routing to wait for the lock", async () => {
        const waiting = await t.raw(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        return waiting.length > 0 || (await Promise.race([routing, false]));
      });
      return { routing };
    });
    await routed.routing;
    expect((await unitsOf(t, tenantId)).map((unit) => unit.facility)).not.toContain(null);
  });

  it("tells channels that sell from the other facility alone that it is free again", async () => {
    const other = await channel({}, [second]);
    await put(pen, 1);
    await order("JM-1", [{ productId: "PEN" }]);
    await t.raw("delete from godown.listing_dirty where tenant_id = $1", [tenantId]);
    await routeAll(t, tenantId, channelId);
    const dirty = await t.db.read(tenantId, (tx) =>
      tx.run(
        sql<{
          channelId: string;
        }>`select distinct channel_id as "channelId" from godown.listing_dirty where tenant_id = ${tenantId}`,
      ),
    );
    expect(dirty.map((d) => d.channelId)).toContain(other);
  });
});
