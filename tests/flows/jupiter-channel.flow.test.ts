import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { syncCatalog } from "../../src/channels/catalog-sync.ts";
import {
  addChannel,
  alarmChecks,
  type CancelAnswer,
  callChannel,
  configureChannel,
  connectChannel,
  disableChannel,
  enableChannel,
  onCancelAnswer,
  queueNotices,
  repeatExchange,
  repeatNotice,
  sendUnsent,
  setCredentials,
  settleByPerson,
  syncNow,
} from "../../src/channels/index.ts";
import { sendNotices } from "../../src/channels/send-notices.handler.ts";
import { channelSummary } from "../../src/channels/summary.ts";
import { handleSync, registerSync } from "../../src/channels/sync.ts";
import {
  type ChannelId,
  type FacilityId,
  must,
  ok,
  type SaleOrderItemId,
  type SkuId,
  type TenantId,
} from "../../src/kernel/index.ts";
import { runAlarmChecks } from "../../src/platform/alarms.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { sql } from "../../src/platform/db.ts";
import { aFacility, aSku, aTenant, next } from "../support/builders.ts";
import {
  aConnectedChannel,
  aJupiter,
  anOrderOnBothSides,
  aPackageRow,
  ctxWith,
  noticesOf,
  SIM_PASSWORD,
  setFaults,
  waitingJobs,
} from "../support/channel-builders.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";

let t: TestDatabase;
let sim: RunningSimulator & { username: string };
beforeAll(async () => {
  t = await testDatabase();
  sim = await aJupiter();
});
afterAll(async () => {
  await sim.close();
  await t.close();
});

interface Scene {
  tenantId: TenantId;
  ctx: Ctx;
  channelId: ChannelId;
  facilityId: FacilityId;
  skuId: SkuId;
}
let scene: Scene;
let answers: CancelAnswer[];

/** A tenant of its own, connected to the simulator. */
async function aScene(over: { notifyOnDispatch?: boolean } = {}): Promise<Scene> {
  const tenantId = await aTenant(t.db);
  const ctx = ctxWith(t, tenantId, sim.url);
  const { channelId, facilityId } = await aConnectedChannel(ctx, sim.username, over);
  return { tenantId, ctx, channelId, facilityId, skuId: await aSku(t.db, tenantId) };
}

beforeEach(async () => {
  await setFaults(sim, null);
  answers = [];
  onCancelAnswer(async (_tx, _ctx, answer) => {
    answers.push(answer);
    return ok();
  });
  scene = await aScene();
});

async function anOrder(quantity = 1) {
  const order = await anOrderOnBothSides(t, scene.ctx, sim, scene.channelId, scene.skuId, quantity);
  const packageId = await aPackageRow(t, scene.tenantId, { ...scene, saleOrderId: order.saleOrderId });
  return { ...order, packageId };
}
type Order = Awaited<ReturnType<typeof anOrder>>;

const state = (order: Order, packageState: "CREATED" | "PACKED" | "READY_TO_SHIP" | "DISPATCHED") => ({
  kind: "STATE" as const,
  ...{ channelId: scene.channelId, saleOrderId: order.saleOrderId, shippingPackageId: order.packageId },
  ...{ packageState, channelOrderItemIds: [order.lineId], courierStatus: null },
});
const dispatch = (order: Order) => ({
  kind: "DISPATCH" as const,
  ...{ channelId: scene.channelId, saleOrderId: order.saleOrderId, shippingPackageId: order.packageId },
  lines: [
    {
      channelOrderItemId: order.lineId,
      quantity: order.unitIds.length,
      rates: { gstBps: 1800, cgstBps: 900, sgstBps: 900, utgstBps: 0, igstBps: 0, cessBps: 0 },
    },
  ],
  shipper: {
    ...{
      providerName: "Own couriers",
      courierName: "Bluedart",
      awb: `AWB-${order.channelOrderId}`,
      trackingUrl: "https://track.example.in/1",
    },
    ...{
      dispatchedAt: t.clock.now(),
      deliveryExpectedAt: t.clock.now().add({ hours: 96 }),
      invoiceNumber: "BLR-00001",
    },
    ...{ invoicedOn: Temporal.PlainDate.from("2026-11-20"), zone: "Asia/Kolkata" },
  },
});
const cancel = (order: Order, units = order.unitIds.length) => ({
  kind: "CANCEL" as const,
  ...{ channelId: scene.channelId, saleOrderId: order.saleOrderId, shippingPackageId: null },
  unitIds: order.unitIds.slice(0, units) as SaleOrderItemId[],
  lines: [
    { channelOrderItemId: order.lineId, productId: order.productId, variantId: order.variantId, quantity: units },
  ],
});

const queue = (...notices: Parameters<typeof queueNotices>[2]) =>
  t.db.transaction(scene.tenantId, (tx) => queueNotices(tx, scene.ctx, notices));
const send = (order: Order) => sendNotices(scene.ctx, { channelId: scene.channelId, saleOrderId: order.saleOrderId });
const stand = async (order: Order) =>
  (await noticesOf(t, scene.tenantId, order.saleOrderId)).map((n) => `${n.packageState ?? n.kind} ${n.state}`);

interface Received {
  orderId: string;
  statuses?: string[];
  orderItems?: { quantity?: number }[];
  [member: string]: unknown;
}
function received(kind: "notifications" | "dispatches" | "cancellations", order: Order): Received[] {
  const list = sim.state()[kind] as Received[];
  return list.filter((entry) => entry.orderId === order.channelOrderId);
}
const channelState = () =>
  t.db.read(scene.tenantId, (tx) =>
    tx.one(
      sql<{
        state: string;
        reason: string | null;
      }>`select state, broken_reason as reason from godown.channel where channel_id = ${scene.channelId}`,
    ),
  );
const openAlarms = () =>
  t.db.read(scene.tenantId, (tx) =>
    tx.run(sql<{ kind: string }>`select kind from godown.alarm where cleared_at is null`),
  );

describe("connecting", () => {
  async function configured(url: string | null, credentials: { username?: string; password?: string } | null = {}) {
    const tenantId = await aTenant(t.db);
    const ctx = ctxWith(t, tenantId, url);
    const facilities = [{ facilityId: await aFacility(t.db, tenantId), channelWarehouse: null }];
    const { channelId } = must(
      await addChannel(ctx, { source: "JUPITER_MONEY", name: `J_${next()}`, settings: { facilities } }),
    );
    if (credentials)
      must(await setCredentials(ctx, channelId, { username: sim.username, password: SIM_PASSWORD, ...credentials }));
    return { ctx, channelId };
  }
  const steps = async (of: { ctx: Ctx; channelId: ChannelId }) => {
    const tried = must(await connectChannel(of.ctx, of.channelId));
    return tried.steps.map((step) => `${step.title}: ${step.state}`);
  };

  it("shows every step, and the channel is connected", async () => {
    expect(await steps(await configured(sim.url))).toEqual([
      "Credentials: DONE",
      "Marketplace address: DONE",
      "Reach the marketplace: DONE",
      "Sign in: DONE",
      "Read the catalogue: DONE",
    ]);
    expect(await channelState()).toEqual({ state: "CONNECTED", reason: null });
  });
  it("stops at the step that fails, with the channel's own words", async () => {
    expect(await steps(await configured(sim.url, null))).toEqual(["Credentials: FAILED"]);
    expect(await steps(await configured(null))).toEqual(["Credentials: DONE", "Marketplace address: FAILED"]);
    expect(await steps(await configured("http://127.0.0.1:9"))).toEqual([
      "Credentials: DONE",
      "Marketplace address: DONE",
      "Reach the marketplace: FAILED",
    ]);
    const wrong = await configured(sim.url, { password: "not this one" });
    expect(await steps(wrong)).toEqual([
      "Credentials: DONE",
      "Marketplace address: DONE",
      "Reach the marketplace: DONE",
      "Sign in: FAILED",
    ]);
    const log = await t.db.read(wrong.ctx.tenantId, (tx) =>
      tx.run(sql<{ all: string }>`select e::text as all from godown.exchange e`),
    );
    expect(log.length).toBeGreaterThan(0);
    expect(JSON.stringify(log)).not.toContain("not this one");
    await setFaults(sim, { kind: "5xx", operation: "getProductsCount" });
    expect((await steps(await configured(sim.url))).at(-1)).toBe("Read the catalogue: FAILED");
  });
});

describe("the catalogue", () => {
  it("is read whole, equal SKUs are mapped, and what is gone is not live any more", async () => {
    registerSync("CATALOG", syncCatalog);
    await aSku(t.db, scene.tenantId, { code: "MILTON-FLASK-1L" });
    await t.db.transaction(scene.tenantId, (tx) =>
      tx.run(sql`
        insert into godown.listing (tenant_id, listing_id, channel_id, channel_product_id, product_id, variant_id, channel_sku, created_at, updated_at)
        values (${scene.tenantId}, gen_random_uuid(), ${scene.channelId}, 'old-old', 'old', 'old', 'OLD', ${t.clock.now().subtract({ hours: 1 })}, ${t.clock.now()})`),
    );
    const run = must(await syncNow(scene.ctx, scene.channelId, "CATALOG"));
    await handleSync(scene.ctx, {
      channelId: scene.channelId,
      kind: "CATALOG",
      trigger: "PERSON",
      syncRunId: run.syncRunId,
    });
    const found = await t.db.read(scene.tenantId, async (tx) => ({
      run: await tx.one(
        sql<{
          state: string;
          ok: number;
        }>`select state, ok_count as ok from godown.sync_run where sync_run_id = ${run.syncRunId}`,
      ),
      flask: await tx.one(
        sql`select s.code, l.live, l.channel_price_paise as price from godown.listing l join godown.sku s using (tenant_id, sku_id) where l.channel_sku = 'MILTON-FLASK-1L'`,
      ),
      old: await tx.one(sql`select live from godown.listing where channel_sku = 'OLD'`),
      exchanges: await tx.run(sql`select operation from godown.exchange where sync_run_id = ${run.syncRunId}`),
    }));
    expect(found).toMatchObject({
      run: { state: "DONE" },
      flask: { code: "MILTON-FLASK-1L", live: true, price: 89_900 },
      old: { live: false },
    });
    expect(found.exchanges).toContainEqual({ operation: "pullListings/getProducts" });
    expect(await waitingJobs(t, "inventory.push")).toContainEqual({ channelId: scene.channelId });
  });
});

describe("notifications of an order", () => {
  it("go out once each, in the order in which things happened, with one dispatch", async () => {
    const order = await anOrder();
    await queue(state(order, "CREATED"));
    await queue(state(order, "PACKED"), state(order, "READY_TO_SHIP"));
    await queue(dispatch(order), state(order, "DISPATCHED"));
    expect(await waitingJobs(t, "channels.send_notices")).toContainEqual({
      channelId: scene.channelId,
      saleOrderId: order.saleOrderId,
    });
    expect(await send(order)).toBe("done");
    expect(await send(order)).toBe("done");
    expect(received("notifications", order).map((n) => n.statuses?.[0])).toEqual([
      "CREATED",
      "PACKED",
      "READY_TO_SHIP",
      "DISPATCHED",
    ]);
    expect(received("dispatches", order)).toEqual([
      expect.objectContaining({
        courier: "Bluedart",
        trackingNumber: `AWB-${order.channelOrderId}`,
        invoiceNumber: "BLR-00001",
        invoiceDate: "2026-11-20",
      }),
    ]);
  });
  it("are sent by one of many senders at a time", async () => {
    const order = await anOrder();
    await queue(state(order, "CREATED"), state(order, "PACKED"), dispatch(order));
    await Promise.all(Array.from({ length: 6 }, () => send(order)));
    await send(order);
    expect(received("notifications", order)).toHaveLength(2);
    expect(received("dispatches", order)).toHaveLength(1);
  });
  it("pause after an answer other than SUCCESS until a person repeats; dispatch details never stop", async () => {
    const order = await anOrder();
    await setFaults(sim, { kind: "failed", operation: "postStatusNotification", message: "order is frozen", count: 1 });
    await queue(state(order, "CREATED"), state(order, "PACKED"), dispatch(order));
    await send(order);
    await queue(state(order, "DISPATCHED"));
    expect(await stand(order)).toEqual(["CREATED REFUSED", "PACKED PAUSED", "DISPATCH SENT", "DISPATCHED PAUSED"]);
    const [first] = await noticesOf(t, scene.tenantId, order.saleOrderId);
    expect(first?.message).toContain("order is frozen");
    must(await repeatNotice(scene.ctx, first?.noticeId as never));
    await send(order);
    expect(await stand(order)).toEqual(["CREATED SENT", "PACKED SENT", "DISPATCH SENT", "DISPATCHED SENT"]);
    const paused = await t.db.read(scene.tenantId, (tx) =>
      tx.one(sql`select notices_paused_at as at from godown.sale_order where sale_order_id = ${order.saleOrderId}`),
    );
    expect(paused).toEqual({ at: null });
  });
  it("that find nobody wait and come again; a dispatch does not wait behind them", async () => {
    const order = await anOrder();
    await setFaults(sim, { kind: "5xx", operation: "postStatusNotification" });
    await queue(state(order, "CREATED"), dispatch(order), state(order, "DISPATCHED"));
    expect(await send(order)).toMatchObject({ retry: expect.any(String) });
    expect(await stand(order)).toEqual(["CREATED PENDING", "DISPATCH SENT", "DISPATCHED PENDING"]);
    await setFaults(sim, null);
    expect(await send(order)).toBe("done");
    expect(received("notifications", order).map((n) => n.statuses?.[0])).toEqual(["CREATED", "DISPATCHED"]);
  });
  it("a dispatch whose answer is lost is read back, and not told twice", async () => {
    const order = await anOrder();
    await setFaults(sim, { kind: "half_answer", operation: "dispatchOrderItems", count: 1 });
    await queue(dispatch(order));
    expect(await send(order)).toMatchObject({ retry: expect.any(String) });
    expect(await stand(order)).toEqual(["DISPATCH UNKNOWN"]);
    expect(await send(order)).toBe("done");
    expect(await stand(order)).toEqual(["DISPATCH SENT"]);
    expect(received("dispatches", order)).toHaveLength(1);
  });
  it("with the setting off are kept, counted and said; switched on they can be sent", async () => {
    must(await configureChannel(scene.ctx, scene.channelId, { notifyOnDispatch: false }));
    const order = await anOrder();
    await queue(state(order, "PACKED"), dispatch(order));
    await send(order);
    expect(await stand(order)).toEqual(["PACKED NOT_SENT", "DISPATCH NOT_SENT"]);
    expect([received("notifications", order), received("dispatches", order)]).toEqual([[], []]);
    const summary = must(await t.db.read(scene.tenantId, (tx) => channelSummary(scene.ctx, tx, scene.channelId)));
    expect(summary.notify).toMatchObject({
      on: false,
      notSent: 2,
      warning: expect.stringContaining("2 were not sent"),
    });
    expect(await sendUnsent(scene.ctx, scene.channelId)).toMatchObject({
      ok: false,
      refusal: { code: "NOTICES_SWITCHED_OFF" },
    });
    const saved = must(await configureChannel(scene.ctx, scene.channelId, { notifyOnDispatch: true }));
    expect(saved.notifySwitchedOn).toBe(true);
    expect(must(await sendUnsent(scene.ctx, scene.channelId))).toEqual({ orders: 1 });
    await send(order);
    expect(await stand(order)).toEqual(["PACKED SENT", "DISPATCH SENT"]);
  });
});

describe("a seller's cancellation", () => {
  it.each([
    ["SUCCESS", null],
    ["FAILED", { kind: "failed", operation: "cancelOrderItems", message: "order Item Id not available" }],
    ["PARTIAL_SUCCESS", { kind: "partial_success", operation: "cancelOrderItems", message: "one is locked" }],
  ])("answered %s is handed to who decides about the units", async (status, fault) => {
    const order = await anOrder(2);
    if (fault) await setFaults(sim, fault);
    await queue(cancel(order));
    await send(order);
    expect(answers).toEqual([
      expect.objectContaining({ saleOrderId: order.saleOrderId, unitIds: order.unitIds, status }),
    ]);
    expect(answers[0]?.refused).toEqual(fault ? [{ channelOrderItemId: order.lineId, message: fault.message }] : []);
    expect(await stand(order)).toEqual([`CANCEL ${status === "SUCCESS" ? "SENT" : "REFUSED"}`]);
  });
  it("whose answer is lost is read back: found cancelled, it is SUCCESS and was sent once", async () => {
    const order = await anOrder(2);
    await setFaults(sim, { kind: "half_answer", operation: "cancelOrderItems", count: 1 });
    await queue(cancel(order));
    await send(order);
    expect([answers, await stand(order)]).toEqual([[], ["CANCEL UNKNOWN"]]);
    await setFaults(sim, null);
    await send(order);
    expect(answers).toMatchObject([{ status: "SUCCESS" }]);
    expect(received("cancellations", order)).toHaveLength(1);
  });
  it("that never arrived is sent again after the reading", async () => {
    const order = await anOrder(1);
    await setFaults(sim, { kind: "drop", operation: "cancelOrderItems", count: 1 });
    await queue(cancel(order));
    await send(order);
    expect(await stand(order)).toEqual(["CANCEL UNKNOWN"]);
    await send(order);
    expect(answers).toMatchObject([{ status: "SUCCESS" }]);
    expect(received("cancellations", order)).toHaveLength(1);
  });
  it("of a part of a line cannot be read back: units stay locked, an alarm stands, a person settles it", async () => {
    const order = await anOrder(3);
    await setFaults(sim, { kind: "half_answer", operation: "cancelOrderItems", count: 1 });
    await queue(cancel(order, 2));
    await send(order);
    await setFaults(sim, null);
    await send(order);
    await send(order);
    const [notice] = await noticesOf(t, scene.tenantId, order.saleOrderId);
    expect(notice).toMatchObject({ state: "UNKNOWN", needsPerson: true });
    expect([answers, received("cancellations", order).length]).toEqual([[], 1]);
    await runAlarmChecks(t.services, alarmChecks);
    expect(await openAlarms()).toContainEqual({ kind: "CANCEL_ANSWER_UNKNOWN" });
    must(await settleByPerson(scene.ctx, notice?.noticeId as never, "SUCCESS"));
    expect(answers).toMatchObject([{ status: "SUCCESS", unitIds: order.unitIds.slice(0, 2) }]);
    await runAlarmChecks(t.services, alarmChecks);
    expect(await openAlarms()).not.toContainEqual({ kind: "CANCEL_ANSWER_UNKNOWN" });
  });
});

describe("a channel that refuses our credentials", () => {
  it("is BROKEN with an alarm, nothing more is tried, and all goes on after Connect", async () => {
    const order = await anOrder();
    await queue(state(order, "CREATED"), dispatch(order));
    sim.addSeller({ username: sim.username, password: "changed by the marketplace" });
    expect(await send(order)).toBe("done");
    expect(await channelState()).toMatchObject({ state: "BROKEN", reason: expect.stringContaining("FAILED") });
    expect(await openAlarms()).toEqual([{ kind: "CHANNEL_BROKEN" }]);
    const before = await t.db.read(scene.tenantId, (tx) =>
      tx.one(sql<{ n: number }>`select count(*) as n from godown.exchange`),
    );
    await send(order);
    expect(await callChannel(scene.ctx, scene.channelId, "pullListings", 1)).toMatchObject({
      ok: false,
      failure: { reached: "no", channelCode: "CHANNEL_NOT_CONNECTED" },
    });
    expect(await t.db.read(scene.tenantId, (tx) => tx.one(sql`select count(*) as n from godown.exchange`))).toEqual(
      before,
    );
    must(
      await setCredentials(scene.ctx, scene.channelId, {
        username: sim.username,
        password: "changed by the marketplace",
      }),
    );
    expect(must(await connectChannel(scene.ctx, scene.channelId)).connected).toBe(true);
    expect([await channelState(), await openAlarms()]).toEqual([{ state: "CONNECTED", reason: null }, []]);
    await send(order);
    expect(await stand(order)).toEqual(["CREATED SENT", "DISPATCH SENT"]);
    sim.addSeller({ username: sim.username, password: SIM_PASSWORD });
  });
  it("a channel that is switched off keeps what it is to be told until it is on again", async () => {
    const order = await anOrder();
    must(await disableChannel(scene.ctx, scene.channelId));
    await queue(state(order, "CREATED"));
    await send(order);
    expect(received("notifications", order)).toEqual([]);
    must(await enableChannel(scene.ctx, scene.channelId));
    await send(order);
    expect(received("notifications", order)).toHaveLength(1);
  });
});

describe("repeating an exchange", () => {
  const newest = (purpose: string) =>
    t.db.read(scene.tenantId, (tx) =>
      tx.one(
        sql<{
          id: string;
        }>`select exchange_id as id from godown.exchange where split_part(operation, '/', 1) = ${purpose} and method = 'POST' order by at desc, exchange_id desc limit 1`,
      ),
    );
  it("asks the channel first: a dispatch that it has is not sent again, and the person is told so", async () => {
    const order = await anOrder();
    await queue(dispatch(order));
    await send(order);
    const { id } = await newest("dispatch");
    expect(must(await repeatExchange(scene.ctx, id as never))).toMatchObject({
      found: expect.stringContaining("DISPATCHED"),
      done: expect.stringContaining("nothing was sent again"),
    });
    await send(order);
    expect(received("dispatches", order)).toHaveLength(1);
  });
  it("of stock tells the present figures, never the old ones", async () => {
    const line = {
      channelProductId: "8002-8002-STD",
      productId: "8002",
      variantId: "8002-STD",
      quantity: 5,
      hsn: null,
      channelWarehouse: null,
    };
    await t.db.transaction(scene.tenantId, (tx) =>
      tx.run(sql`
        insert into godown.listing (tenant_id, listing_id, channel_id, channel_product_id, product_id, variant_id, channel_sku, sku_id, mapped_at, created_at, updated_at)
        values (${scene.tenantId}, gen_random_uuid(), ${scene.channelId}, '8002-8002-STD', '8002', '8002-STD', 'X', ${scene.skuId}, now(), now(), now())`),
    );
    expect(await callChannel(scene.ctx, scene.channelId, "pushInventory", [line])).toMatchObject({
      ok: true,
      value: { status: "SUCCESS" },
    });
    const { id } = await newest("pushInventory");
    const pushes = () => Object.keys((sim.state().stock as Record<string, unknown>) ?? {}).length;
    const before = pushes();
    expect(must(await repeatExchange(scene.ctx, id as never)).done).toContain("1 listings");
    expect(pushes()).toBe(before);
    const dirty = await t.db.read(scene.tenantId, (tx) => tx.run(sql`select force from godown.listing_dirty`));
    expect(dirty).toEqual([{ force: true }]);
  });
});

describe("the Channel Summary", () => {
  it("has a card per sync, the push headers, and says what keeps syncs from running", async () => {
    const read = () =>
      t.db.read(scene.tenantId, async (tx) => must(await channelSummary(scene.ctx, tx, scene.channelId)));
    const summary = await read();
    expect(summary.cards.map((c) => `${c.kind} ${c.state}`)).toEqual([
      ...[
        "CATALOG OK",
        "INVENTORY OK",
        "ORDERS OK",
        "STATUS_CANCELLED OK",
        "STATUS_DELIVERED OK",
        "NOTIFICATIONS OK",
        "DISPATCH OK",
      ],
    ]);
    expect(summary.doesNotReport).toEqual(["DISPATCHED"]);
    expect(summary.push).toMatchObject({ url: "http://godown.test/uc/v1/order", merchantid: sim.username });
    expect(summary.push?.curl).toContain("securitykey");
    const password = summary.fields.find((f) => f.name === "password");
    expect(password).toMatchObject({ value: null, isSet: true, setBy: "test" });
    must(await disableChannel(scene.ctx, scene.channelId));
    const off = await read();
    expect(off.blocked).toEqual(["The channel is DISABLED"]);
    expect(off.cards.every((c) => c.state === "BLOCKED" && c.nextRunAt === null)).toBe(true);
  });
  it("of a card that tells shows what failed, what waits, and the latest exchanges", async () => {
    const order = await anOrder();
    await setFaults(sim, { kind: "failed", operation: "postStatusNotification", count: 1 });
    await queue(state(order, "CREATED"), state(order, "PACKED"), dispatch(order));
    await send(order);
    const summary = must(await t.db.read(scene.tenantId, (tx) => channelSummary(scene.ctx, tx, scene.channelId)));
    const card = (kind: string) => summary.cards.find((c) => c.kind === kind);
    expect(card("NOTIFICATIONS")).toMatchObject({ ok: 0, failed: 1, waiting: 1, state: "FAILED" });
    expect(card("DISPATCH")).toMatchObject({ ok: 1, failed: 0, waiting: 0, state: "OK" });
    expect(card("DISPATCH")?.exchanges[0]).toMatchObject({ operation: "dispatch/dispatchOrderItems", outcome: "OK" });
  });
});
