import { describe, expect, it } from "vitest";
import {
  alarmChecks,
  callChannel,
  configureChannel,
  connectChannel,
  disableChannel,
  enableChannel,
  repeatExchange,
  repeatNotice,
  sendUnsent,
  setCredentials,
  settleByPerson,
} from "../../src/channels/index.ts";
import { channelSummary } from "../../src/channels/summary.ts";
import { must } from "../../src/kernel/index.ts";
import { runAlarmChecks } from "../../src/platform/alarms.ts";
import { sql } from "../../src/platform/db.ts";
import { noticesOf, SIM_PASSWORD, setFaults, waitingJobs } from "../support/channel-builders.ts";
import { jupiterScene } from "../support/jupiter-scene.ts";

const j = jupiterScene();
const { anOrder, state, dispatch, cancel, queue, send, stand, received, channelState, openAlarms } = j;

describe("notifications of an order", () => {
  it("go out once each, in the order in which things happened, with one dispatch", async () => {
    const order = await anOrder();
    await queue(state(order, "CREATED"));
    await queue(state(order, "PACKED"), state(order, "READY_TO_SHIP"));
    await queue(dispatch(order), state(order, "DISPATCHED"));
    expect(await waitingJobs(j.t, "channels.send_notices")).toContainEqual({
      channelId: j.scene.channelId,
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
    await setFaults(j.sim, {
      kind: "failed",
      operation: "postStatusNotification",
      message: "order is frozen",
      count: 1,
    });
    await queue(state(order, "CREATED"), state(order, "PACKED"), dispatch(order));
    await send(order);
    await queue(state(order, "DISPATCHED"));
    expect(await stand(order)).toEqual(["CREATED REFUSED", "PACKED PAUSED", "DISPATCH SENT", "DISPATCHED PAUSED"]);
    const [first] = await noticesOf(j.t, j.scene.tenantId, order.saleOrderId);
    expect(first?.message).toContain("order is frozen");
    must(await repeatNotice(j.scene.ctx, first?.noticeId as never));
    await send(order);
    expect(await stand(order)).toEqual(["CREATED SENT", "PACKED SENT", "DISPATCH SENT", "DISPATCHED SENT"]);
    const paused = await j.t.db.read(j.scene.tenantId, (tx) =>
      tx.one(sql`select notices_paused_at as at from godown.sale_order where sale_order_id = ${order.saleOrderId}`),
    );
    expect(paused).toEqual({ at: null });
  });
  it("that find nobody wait and come again; a dispatch does not wait behind them", async () => {
    const order = await anOrder();
    await setFaults(j.sim, { kind: "5xx", operation: "postStatusNotification" });
    await queue(state(order, "CREATED"), dispatch(order), state(order, "DISPATCHED"));
    expect(await send(order)).toMatchObject({ retry: expect.any(String) });
    expect(await stand(order)).toEqual(["CREATED PENDING", "DISPATCH SENT", "DISPATCHED PENDING"]);
    await setFaults(j.sim, null);
    expect(await send(order)).toBe("done");
    expect(received("notifications", order).map((n) => n.statuses?.[0])).toEqual(["CREATED", "DISPATCHED"]);
  });
  it("a dispatch whose answer is lost is read back, and not told twice", async () => {
    const order = await anOrder();
    await setFaults(j.sim, { kind: "half_answer", operation: "dispatchOrderItems", count: 1 });
    await queue(dispatch(order));
    expect(await send(order)).toMatchObject({ retry: expect.any(String) });
    expect(await stand(order)).toEqual(["DISPATCH UNKNOWN"]);
    expect(await send(order)).toBe("done");
    expect(await stand(order)).toEqual(["DISPATCH SENT"]);
    expect(received("dispatches", order)).toHaveLength(1);
  });
  it("with the setting off are kept, counted and said; switched on they can be sent", async () => {
    must(await configureChannel(j.scene.ctx, j.scene.channelId, { notifyOnDispatch: false }));
    const order = await anOrder();
    await queue(state(order, "PACKED"), dispatch(order));
    await send(order);
    expect(await stand(order)).toEqual(["PACKED NOT_SENT", "DISPATCH NOT_SENT"]);
    expect([received("notifications", order), received("dispatches", order)]).toEqual([[], []]);
    const summary = must(
      await j.t.db.read(j.scene.tenantId, (tx) => channelSummary(j.scene.ctx, tx, j.scene.channelId)),
    );
    expect(summary.notify).toMatchObject({
      on: false,
      notSent: 2,
      warning: expect.stringContaining("2 were not sent"),
    });
    expect(await sendUnsent(j.scene.ctx, j.scene.channelId)).toMatchObject({
      ok: false,
      refusal: { code: "NOTICES_SWITCHED_OFF" },
    });
    const saved = must(await configureChannel(j.scene.ctx, j.scene.channelId, { notifyOnDispatch: true }));
    expect(saved.notifySwitchedOn).toBe(true);
    expect(must(await sendUnsent(j.scene.ctx, j.scene.channelId))).toEqual({ orders: 1 });
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
    if (fault) await setFaults(j.sim, fault);
    await queue(cancel(order));
    await send(order);
    expect(j.answers).toEqual([
      expect.objectContaining({ saleOrderId: order.saleOrderId, unitIds: order.unitIds, status }),
    ]);
    expect(j.answers[0]?.refused).toEqual(fault ? [{ channelOrderItemId: order.lineId, message: fault.message }] : []);
    expect(await stand(order)).toEqual([`CANCEL ${status === "SUCCESS" ? "SENT" : "REFUSED"}`]);
  });
  it("whose answer is lost is read back: found cancelled, it is SUCCESS and was sent once", async () => {
    const order = await anOrder(2);
    await setFaults(j.sim, { kind: "half_answer", operation: "cancelOrderItems", count: 1 });
    await queue(cancel(order));
    await send(order);
    expect([j.answers, await stand(order)]).toEqual([[], ["CANCEL UNKNOWN"]]);
    await setFaults(j.sim, null);
    await send(order);
    expect(j.answers).toMatchObject([{ status: "SUCCESS" }]);
    expect(received("cancellations", order)).toHaveLength(1);
  });
  it("that never arrived is sent again after the reading", async () => {
    const order = await anOrder(1);
    await setFaults(j.sim, { kind: "drop", operation: "cancelOrderItems", count: 1 });
    await queue(cancel(order));
    await send(order);
    expect(await stand(order)).toEqual(["CANCEL UNKNOWN"]);
    await send(order);
    expect(j.answers).toMatchObject([{ status: "SUCCESS" }]);
    expect(received("cancellations", order)).toHaveLength(1);
  });
  it("of a part of a line cannot be read back: units stay locked, an alarm stands, a person settles it", async () => {
    const order = await anOrder(3);
    await setFaults(j.sim, { kind: "half_answer", operation: "cancelOrderItems", count: 1 });
    await queue(cancel(order, 2));
    await send(order);
    await setFaults(j.sim, null);
    await send(order);
    await send(order);
    const [notice] = await noticesOf(j.t, j.scene.tenantId, order.saleOrderId);
    expect(notice).toMatchObject({ state: "UNKNOWN", needsPerson: true });
    expect([j.answers, received("cancellations", order).length]).toEqual([[], 1]);
    await runAlarmChecks(j.t.services, alarmChecks);
    expect(await openAlarms()).toContainEqual({ kind: "CANCEL_ANSWER_UNKNOWN" });
    must(await settleByPerson(j.scene.ctx, notice?.noticeId as never, "SUCCESS"));
    expect(j.answers).toMatchObject([{ status: "SUCCESS", unitIds: order.unitIds.slice(0, 2) }]);
    await runAlarmChecks(j.t.services, alarmChecks);
    expect(await openAlarms()).not.toContainEqual({ kind: "CANCEL_ANSWER_UNKNOWN" });
  });
});

describe("a channel that refuses our credentials", () => {
  it("is BROKEN with an alarm, nothing more is tried, and all goes on after Connect", async () => {
    const order = await anOrder();
    await queue(state(order, "CREATED"), dispatch(order));
    j.sim.addSeller({ username: j.sim.username, password: "changed by the marketplace" });
    expect(await send(order)).toBe("done");
    expect(await channelState()).toMatchObject({ state: "BROKEN", reason: expect.stringContaining("FAILED") });
    expect(await openAlarms()).toEqual([{ kind: "CHANNEL_BROKEN" }]);
    const before = await j.t.db.read(j.scene.tenantId, (tx) =>
      tx.one(sql<{ n: number }>`select count(*) as n from godown.exchange`),
    );
    await send(order);
    expect(await callChannel(j.scene.ctx, j.scene.channelId, "pullListings", 1)).toMatchObject({
      ok: false,
      failure: { reached: "no", channelCode: "CHANNEL_NOT_CONNECTED" },
    });
    expect(await j.t.db.read(j.scene.tenantId, (tx) => tx.one(sql`select count(*) as n from godown.exchange`))).toEqual(
      before,
    );
    must(
      await setCredentials(j.scene.ctx, j.scene.channelId, {
        username: j.sim.username,
        password: "changed by the marketplace",
      }),
    );
    expect(must(await connectChannel(j.scene.ctx, j.scene.channelId)).connected).toBe(true);
    expect([await channelState(), await openAlarms()]).toEqual([{ state: "CONNECTED", reason: null }, []]);
    await send(order);
    expect(await stand(order)).toEqual(["CREATED SENT", "DISPATCH SENT"]);
    j.sim.addSeller({ username: j.sim.username, password: SIM_PASSWORD });
  });
  it("a channel that is switched off keeps what it is to be told until it is on again", async () => {
    const order = await anOrder();
    must(await disableChannel(j.scene.ctx, j.scene.channelId));
    await queue(state(order, "CREATED"));
    await send(order);
    expect(received("notifications", order)).toEqual([]);
    must(await enableChannel(j.scene.ctx, j.scene.channelId));
    await send(order);
    expect(received("notifications", order)).toHaveLength(1);
  });
});

describe("repeating an exchange", () => {
  const newest = (purpose: string) =>
    j.t.db.read(j.scene.tenantId, (tx) =>
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
    expect(must(await repeatExchange(j.scene.ctx, id as never))).toMatchObject({
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
    await j.t.db.transaction(j.scene.tenantId, (tx) =>
      tx.run(sql`
        insert into godown.listing (tenant_id, listing_id, channel_id, channel_product_id, product_id, variant_id, channel_sku, sku_id, mapped_at, created_at, updated_at)
        values (${j.scene.tenantId}, gen_random_uuid(), ${j.scene.channelId}, '8002-8002-STD', '8002', '8002-STD', 'X', ${j.scene.skuId}, now(), now(), now())`),
    );
    expect(await callChannel(j.scene.ctx, j.scene.channelId, "pushInventory", [line])).toMatchObject({
      ok: true,
      value: { status: "SUCCESS" },
    });
    const { id } = await newest("pushInventory");
    const pushes = () => Object.keys((j.sim.state().stock as Record<string, unknown>) ?? {}).length;
    const before = pushes();
    expect(must(await repeatExchange(j.scene.ctx, id as never)).done).toContain("1 listings");
    expect(pushes()).toBe(before);
    const dirty = await j.t.db.read(j.scene.tenantId, (tx) => tx.run(sql`select force from godown.listing_dirty`));
    expect(dirty).toEqual([{ force: true }]);
    await j.t.db.transaction(j.scene.tenantId, async (tx) => {
      await tx.run(sql`delete from godown.listing_dirty`);
      await tx.run(sql`update godown.listing set stock_at_channel = true where channel_product_id = '8002-8002-STD'`);
    });
    expect(await repeatExchange(j.scene.ctx, id as never)).toMatchObject({
      refusal: { code: "LISTING_STOCK_AT_CHANNEL", facts: { listings: ["8002-8002-STD"] } },
    });
    expect(await j.t.db.read(j.scene.tenantId, (tx) => tx.run(sql`select 1 from godown.listing_dirty`))).toEqual([]);
  });
});
