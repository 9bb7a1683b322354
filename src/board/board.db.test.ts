import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility } from "../../tests/support/builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { allocate, unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { aManifest, readyParcels } from "../../tests/support/hand-over-builders.ts";
import { aPushOrder, type PushOrder, receive } from "../../tests/support/order-builders.ts";
import { aShop, packagesFor, type Shop } from "../../tests/support/shop-builders.ts";
import { addParcels, closeManifest, invoicePackages } from "../fulfilment/index.ts";
import { type FacilityId, must } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Route } from "../platform/http/route.ts";
import { healthOf } from "./health.ts";
import { boardRoutes } from "./routes.ts";

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

interface Board {
  queues: { key: string; count: number; oldestAt: string | null; dueBy: string | null; late: number; link: unknown }[];
  hours: { at: string; received: number; dispatched: number }[];
  channels: { code: string; state: string }[];
  handOver: { count: number; onOpenManifests: number; oldestAt: string; text: string; link: unknown }[];
  awbsLow: { code: string; left: number }[];
}
const routeOf = (path: string): Route => {
  const found = boardRoutes.find((r) => r.path === path);
  if (!found) throw new Error(`there is a route ${path}`);
  return found;
};
/** Asks a route as the server does: query and answer are parsed by its own schemas. */
async function ask<T>(path: string, query: Record<string, string> = {}, over: Partial<Ctx> = {}): Promise<T> {
  const route = routeOf(path);
  const answer = await route.handle(t.ctx(shop.tenantId, over), {
    params: {},
    query: route.query?.parse(query),
    body: undefined,
  });
  return route.answer?.parse(answer) as T;
}
const board = (query: Record<string, string> = {}, over: Partial<Ctx> = {}) => ask<Board>("/board", query, over);
const counts = async (query: Record<string, string> = {}, over: Partial<Ctx> = {}) =>
  Object.fromEntries((await board(query, over)).queues.filter((q) => q.count > 0).map((q) => [q.key, q.count]));
const order = (id: string, over: Partial<PushOrder> = {}, quantity = 1) =>
  aPushOrder([{ productId: shop.productId, quantity }], { id, ...over });
const push = (bodies: PushOrder[]) => receive(t, shop.tenantId, shop.channelId, bodies);

describe("the board", () => {
  it("is empty where nothing waits", async () => {
    expect(await counts()).toEqual({});
  });

  it("counts each thing where a person finds it", async () => {
    const [invoiced] = await packagesFor(t, shop, [order("JM-A")]);
    await invoicePackages(t.ctx(shop.tenantId), { packageIds: invoiced ? [invoiced] : [] });
    const [ready, onManifest] = await readyParcels(t, shop, [order("JM-B"), order("JM-C")]);
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(t.ctx(shop.tenantId), { manifestId, packageIds: onManifest ? [onManifest] : [] }));
    expect(ready).toBeDefined();
    await packagesFor(t, shop, [order("JM-D")]);
    await push([order("JM-E", {}, 9), aPushOrder([{ productId: "UNSEEN" }], { id: "JM-F" })]);
    await allocate(t, shop.tenantId, shop.facilityId);
    await t.raw("update godown.sale_order set state = 'PENDING_VERIFICATION' where tenant_id = $1 and code = 'JM-D'", [
      shop.tenantId,
    ]);
    await t.raw("update godown.sale_order set on_hold = true where tenant_id = $1 and code = 'JM-A'", [shop.tenantId]);
    expect(await counts()).toEqual({
      toVerify: 1,
      onHold: 1,
      unfulfillable: 1,
      failedOrders: 1,
      toInvoice: 2, // JM-D, and what there was of JM-E
      toLabel: 1,
      toManifest: 1,
      toHandOver: 1,
      shipmentsOpen: 5,
      manifestsOpen: 1,
      listingsUnmapped: 1,
    });
  });

  it("says how many are late, what is due in two hours and today", async () => {
    // Now is 10:00 in India.
    await push([
      order("JM-LATE", { sla: "2026-11-20 09:00:00" }),
      order("JM-SOON", { sla: "2026-11-20 11:30:00" }),
      order("JM-TODAY", { sla: "2026-11-20 23:00:00" }),
      order("JM-TOMORROW", { sla: "2026-11-21 09:00:00" }),
    ]);
    await allocate(t, shop.tenantId, shop.facilityId);
    expect(await counts()).toEqual({ pastDispatchBy: 1, dueSoon: 1, dueToday: 2, toInvoice: 4, shipmentsOpen: 4 });
    const toInvoice = (await board()).queues.find((q) => q.key === "toInvoice");
    expect(toInvoice).toMatchObject({
      late: 1,
      dueBy: "2026-11-20T03:30:00Z",
      oldestAt: "2026-11-20T04:30:00Z",
      link: { path: "/shipments", search: { tab: "new" } },
    });
  });

  it("shows each facility its own work", async () => {
    const other = await aFacility(t.db, shop.tenantId);
    await packagesFor(t, shop, [order("JM-1")]);
    expect(await counts({ facilityId: shop.facilityId })).toEqual({ toInvoice: 1, shipmentsOpen: 1 });
    expect(await counts({ facilityId: other })).toEqual({});
    expect(await counts({}, { facilities: [other] })).toEqual({});
    expect(
      await counts({ facilityId: shop.facilityId }, { facilities: [other as FacilityId] }),
      "asked for, but out of reach",
    ).toEqual({});
  });

  it("counts the orders that channels review where the channel is served from", async () => {
    const other = await aFacility(t.db, shop.tenantId);
    await t.raw(
      `insert into godown.pendency (tenant_id, pendency_id, channel_id, channel_order_id, state, lines, first_seen_at, last_seen_at, settled_at)
       select $1, gen_random_uuid(), $2, id, state, '[]', '2026-11-20T04:00:00Z', '2026-11-20T04:20:00Z', case when state = 'DROPPED' then now() end
       from (values ('R-1', 'OPEN'), ('R-2', 'OPEN'), ('R-3', 'DROPPED')) as seen(id, state)`,
      [shop.tenantId, shop.channelId],
    );
    expect(await counts()).toEqual({ underReview: 2 });
    expect(await counts({ facilityId: shop.facilityId })).toEqual({ underReview: 2 });
    expect(await counts({}, { facilities: [other] })).toEqual({});
  });

  it("draws the last 24 hours", async () => {
    const parcels = await readyParcels(t, shop, [order("JM-1"), order("JM-2")]);
    t.clock.advance({ hours: 2 });
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(t.ctx(shop.tenantId), { manifestId, packageIds: parcels }));
    must(await closeManifest(t.ctx(shop.tenantId), manifestId));
    const { hours } = await board();
    expect(hours).toHaveLength(24);
    expect(hours.filter((h) => h.received > 0 || h.dispatched > 0)).toEqual([
      { at: "2026-11-20T04:00:00Z", received: 2, dispatched: 0 },
      { at: "2026-11-20T06:00:00Z", received: 0, dispatched: 2 },
    ]);
  });

  it("warns, channel by channel, of parcels that are ready but not on a closed manifest", async () => {
    expect((await board()).handOver).toEqual([]);
    const [a, b] = await readyParcels(t, shop, [order("JM-A"), order("JM-B")]);
    if (!a || !b) throw new Error("two parcels are ready");
    const channel = { channelId: shop.channelId, oldestAt: TEST_MORNING.toString() };
    expect((await board()).handOver).toMatchObject([
      {
        ...channel,
        ...{ count: 2, onOpenManifests: 0 },
        text: "Close the manifest before handing over: 2 packages are ready but not manifested.",
        link: { path: "/shipments", search: { tab: "readyToShip", channelId: shop.channelId } },
      },
    ]);
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(t.ctx(shop.tenantId), { manifestId, packageIds: [a] }));
    expect((await board()).handOver).toMatchObject([
      { text: expect.stringContaining("2 packages are ready but not manifested (1 on a manifest that is still open)") },
    ]);
    must(await addParcels(t.ctx(shop.tenantId), { manifestId, packageIds: [b] }));
    expect((await board()).handOver).toMatchObject([
      {
        count: 2,
        onOpenManifests: 2,
        link: { path: "/manifests", search: { tab: "CREATED", channelId: shop.channelId } },
      },
    ]);
    const elsewhere = await aFacility(t.db, shop.tenantId);
    expect((await board({}, { facilities: [elsewhere] })).handOver).toEqual([]);
    must(await closeManifest(t.ctx(shop.tenantId), manifestId));
    expect((await board()).handOver).toEqual([]);
  });

  it("warns of no channel that learns of no dispatch", async () => {
    await t.raw("update godown.channel set source = 'CUSTOM' where channel_id = $1", [shop.channelId]);
    await readyParcels(t, shop, [order("JM-A")]);
    expect((await board()).handOver).toEqual([]);
  });

  it("names couriers that run out of numbers", async () => {
    await t.raw("update godown.shipping_provider set awb_low_mark = 100 where tenant_id = $1", [shop.tenantId]);
    expect((await board()).awbsLow).toMatchObject([{ left: 100 }]);
    await t.raw("update godown.shipping_provider set awb_low_mark = 99 where tenant_id = $1", [shop.tenantId]);
    expect((await board()).awbsLow).toEqual([]);
  });
});

describe("how a channel keeps up", () => {
  const connectedAt = TEST_MORNING.subtract({ hours: 100 });
  const channel = {
    channelId: shop?.channelId ?? ("" as never),
    code: "J",
    source: "JUPITER_MONEY",
    state: "CONNECTED",
    brokenReason: null,
  } as const;
  const sync = { ...channel, connectedAt, lastSuccessAt: null, lastMessage: null, waitingSince: null };

  it("is said in words, the worst first", () => {
    expect(healthOf(channel, [{ ...sync, kind: "INVENTORY" }], TEST_MORNING)).toMatchObject({ state: "OK" });
    const late = [
      { ...sync, kind: "INVENTORY" as const, waitingSince: TEST_MORNING.subtract({ minutes: 11 }) },
      { ...sync, kind: "STATUS_CANCELLED" as const, lastSuccessAt: TEST_MORNING.subtract({ hours: 3 }) },
    ];
    expect(healthOf(channel, late, TEST_MORNING)).toMatchObject({
      state: "LAGGING",
      message: "Cancelled statuses 3 h behind, and 1 more",
    });
    expect(healthOf({ ...channel, state: "BROKEN", brokenReason: "wrong password" }, late, TEST_MORNING)).toMatchObject(
      { state: "BROKEN", message: "wrong password" },
    );
    expect(healthOf({ ...channel, state: "DISABLED" }, late, TEST_MORNING)).toMatchObject({ state: "OFF" });
  });
});

describe("search", () => {
  interface Hits {
    hits: { type: string; id: string; code: string; path: string }[];
  }
  const found = async (q: string, over: Partial<Ctx> = {}) =>
    (await ask<Hits>("/search", { q }, over)).hits.map((h) => `${h.type} ${h.code} ${h.path}`);

  it("finds what has exactly this code, and where its page is", async () => {
    const [parcel] = await readyParcels(t, shop, [order("JM-1", { displayOrderNumber: "Order #77" })]);
    const { manifestId, code: manifest } = await aManifest(t, shop);
    const [row] = await t.raw<{ code: string; awb: string; number: string; sku: string; order: string }>(
      `select p.code, p.awb, i.number, s.code as sku, p.sale_order_id::text as order from godown.shipping_package p join godown.invoice i using (tenant_id, shipping_package_id)
       join godown.sku s using (tenant_id) where p.shipping_package_id = $1`,
      [parcel],
    );
    if (!row) throw new Error("the parcel is there");
    expect(await found("JM-1")).toEqual([`ORDER JM-1 /orders/${row.order}`]);
    expect(await found(" Order #77 ")).toEqual([`ORDER JM-1 /orders/${row.order}`]);
    expect(await found(row.code)).toEqual([`PACKAGE ${row.code} /shipments/${row.code}`]);
    expect(await found(row.awb)).toEqual([`AWB ${row.awb} /shipments/${row.code}`]);
    expect(await found(row.number)).toEqual([`INVOICE ${row.number} /shipments/${row.code}`]);
    expect(await found(manifest)).toEqual([`MANIFEST ${manifest} /manifests/${manifestId}`]);
    expect(await found(row.sku)).toEqual([`SKU ${row.sku} /products/${shop.skuId}`]);
    expect(await found("JM")).toEqual([]);
    const elsewhere = await aFacility(t.db, shop.tenantId);
    expect(await found("JM-1", { facilities: [elsewhere] })).toEqual([]);
    expect(await found(row.awb, { facilities: [elsewhere] })).toEqual([]);
  });
});

describe("with many orders that are done", () => {
  it("reads only what is open", async () => {
    const [model] = await push([order("JM-MODEL")]);
    expect(model?.state).toBe("CREATED");
    // The model order, 20,000 times, complete; and 500 times, open.
    await t.raw(
      `create temp table copies as select n, case when n > 20000 then 'PROCESSING' else 'COMPLETE' end as state, gen_random_uuid() as id from generate_series(1, 20500) as n;
       create temp table model as select * from godown.sale_order where tenant_id = '${shop.tenantId}' and code = 'JM-MODEL';
       create temp table model_unit as select * from godown.sale_order_item where tenant_id = '${shop.tenantId}' and sale_order_id = (select sale_order_id from model);
       insert into godown.sale_order select o.* from model m cross join copies c cross join lateral jsonb_populate_record(m, jsonb_build_object('sale_order_id', c.id, 'channel_order_id', 'C' || c.n, 'code', 'C' || c.n, 'state', c.state)) o;
       insert into godown.sale_order_item select u.* from model_unit m cross join copies c cross join lateral jsonb_populate_record(m, jsonb_build_object('sale_order_item_id', gen_random_uuid(), 'sale_order_id', c.id, 'state', case when c.state = 'COMPLETE' then 'DISPATCHED' else 'UNFULFILLABLE' end)) u;
       insert into godown.shipping_package (tenant_id, shipping_package_id, sale_order_id, channel_id, facility_id, code, state, third_party_shipping, dispatched_at, dispatched_how, created_at, state_changed_at, updated_at)
       select '${shop.tenantId}', gen_random_uuid(), id, '${shop.channelId}', '${shop.facilityId}', 'P' || n, case when state = 'COMPLETE' then 'DISPATCHED' else 'CREATED' end, false,
         case when state = 'COMPLETE' then now() - interval '30 days' end, case when state = 'COMPLETE' then 'ADOPTED' end, now(), now(), now() from copies;
       analyze godown.sale_order; analyze godown.sale_order_item; analyze godown.shipping_package`,
    );
    expect(await counts()).toMatchObject({ unfulfillable: 500, toInvoice: 500, shipmentsOpen: 500 });
    expect((await unitsOf(t, shop.tenantId, "C20500")).map((u) => u.state)).toEqual(["UNFULFILLABLE"]);
    const before = await rowsRead();
    await board();
    expect((await rowsRead()) - before, "rows read of orders, units and packages for one board").toBeLessThan(10_000);
  });

  /** Rows that scans and index look-ups have fetched of the three large tables. */
  async function rowsRead(): Promise<number> {
    await t.raw("select pg_stat_force_next_flush()");
    const [row] = await t.raw<{ n: number }>(
      "select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::integer as n from pg_stat_user_tables where schemaname = 'godown' and relname in ('sale_order', 'sale_order_item', 'shipping_package')",
    );
    return row?.n ?? 0;
  }
});
