import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { operation, validator } from "../../../contract/validators.ts";
import type { Json } from "../../kit/simulator/index.ts";
import { call, startReceiver } from "../../kit/simulator/test-support.ts";
import { type Bench, HEADERS, list, ONE_ITEM, startBench } from "./test-bench.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});

afterEach(() => bench.close());

describe("an order placed", () => {
  it("is pushed with the seller's headers, fits the contract, and its totals add up", async () => {
    const said = await bench.place(ONE_ITEM);
    expect(said.body).toMatchObject({ pushed: { status: 200, body: { status: "success" }, misfit: null } });
    const [push] = bench.receiver.pushes;
    expect(push).toMatchObject({ path: "/uc/v1/order", headers: HEADERS });
    expect(validator("marketplace-inbound", "PushOrder")(push?.body)).toMatchObject({ ok: true });
    expect(push?.body).toMatchObject({
      id: said.body.id,
      orderDate: "2026-11-20 19:40:05",
      sla: "2026-11-21 18:00:00",
      thirdPartyShipping: false,
      orderPrice: { totalPrepaidAmount: 1798 },
      orderItems: [
        {
          productId: "8002",
          variantId: "8002-STD",
          quantity: 2,
          orderItemPrice: { sellingPrice: 899, totalPrice: 899 },
        },
      ],
    });
  });

  it("fits the contract for two hundred seeds of chance, each with an id of its own", async () => {
    const ids = new Set<string>();
    for (let number = 0; number < 200; number++) ids.add((await bench.sim.placeOrder()).id);
    expect(ids.size).toBe(200);
    const fits = validator("marketplace-inbound", "PushOrder");
    expect(bench.receiver.pushes.filter(({ body }) => !fits(body).ok)).toEqual([]);
    expect(bench.receiver.pushes).toHaveLength(200);
  });

  it("can be made wrong on purpose", async () => {
    await bench.place({ ...ONE_ITEM, raw: { orderItems: "none", shippingAddress: { pincode: 560034 } } });
    expect(bench.receiver.pushes[0]?.body).toMatchObject({ orderItems: "none", shippingAddress: { pincode: 560034 } });
  });

  it("can be pushed again, the same", async () => {
    const { body } = await bench.place(ONE_ITEM);
    bench.now = bench.now.add({ hours: 1 });
    await call(`${bench.sim.url}/_sim/orders/${body.id}/push`, { method: "POST" });
    expect(bench.receiver.pushes).toHaveLength(2);
    expect(bench.receiver.pushes[1]?.body).toEqual(bench.receiver.pushes[0]?.body);
  });

  it("goes to the seller's own target where he has one", async () => {
    const other = await startReceiver();
    try {
      await call(`${bench.sim.url}/_sim/sellers`, { body: { username: "second", password: "pw" } });
      await call(`${bench.sim.url}/_sim/target`, {
        body: { url: other.url, headers: { merchantid: "second" }, seller: "second" },
      });
      await bench.place({ seller: "second" });
      await bench.place();
      expect([other.pushes.length, bench.receiver.pushes.length]).toEqual([1, 1]);
    } finally {
      await other.close();
    }
  });

  it("says why a push did not arrive, and whether the answer fits the contract", async () => {
    bench.receiver.answer = { status: 200, body: { result: "done" } };
    expect((await bench.place()).body.pushed).toMatchObject({ status: 200, misfit: "status is required" });
    await call(`${bench.sim.url}/_sim/target`, { body: {} });
    expect((await bench.place()).body.pushed).toMatchObject({
      status: null,
      error: expect.stringContaining("no target"),
    });
  });

  it("refuses a wish it cannot grant, in words", async () => {
    expect(await bench.place({ paymentType: "BARTER" })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining("paymentType") },
    });
    expect(await bench.place({ seller: "nobody" })).toMatchObject({
      status: 400,
      body: { message: "no seller nobody is known here" },
    });
    expect(await call(`${bench.sim.url}/_sim/orders`, { body: "{" })).toMatchObject({ status: 400 });
  });
});

describe("the life of an order", () => {
  const statusOf = async (id: unknown) => {
    const said = await bench.ordersOf(`orderIds=${id}&pageSize=5&pageNumber=1`);
    expect(operation("marketplace", "getOrders").response(200, said.body)).toMatchObject({ ok: true });
    const [order] = list(said.body.orders);
    return [order?.orderStatus, ...list(order?.orderItems).map((item) => item.status)];
  };
  const act = (id: unknown, action: string, body: Json = {}) =>
    call(`${bench.sim.url}/_sim/orders/${id}/${action}`, { body });
  const dispatch = async (id: unknown, trackingId = "59871234560") => {
    const orderItems = [{ orderItemId: `${id}-1`, quantity: 2, integratedGstPercentage: 18 }];
    const selfShipping = {
      deliveryPartner: "BLUEDART",
      deliveryCourier: "Bluedart",
      trackingId,
      invoiceNumber: "KK-1",
      invoiceDate: "2026-11-21",
    };
    return call(`${bench.sim.url}/orders/dispatch`, {
      body: { orderItems, selfShipping },
      headers: await bench.logIn(),
    });
  };

  it("gives no new orders to a pull, since it pushes them", async () => {
    await bench.place();
    expect((await bench.ordersOf("orderStatus=CREATED&pageSize=50&pageNumber=1")).body).toEqual({ orders: [] });
  });

  it("goes to delivered: dispatch details are kept, delivery is told by status and by push", async () => {
    const { body } = await bench.place(ONE_ITEM);
    const { id } = body;
    expect(await statusOf(id)).toEqual(["CREATED", "CREATED"]);
    expect((await dispatch(id)).body).toEqual({ status: "SUCCESS", orderItems: [] });
    expect(await statusOf(id)).toEqual(["COMPLETE", "DISPATCHED"]);
    expect(list(bench.sim.state().dispatches)).toMatchObject([
      {
        orderId: id,
        courier: "Bluedart",
        trackingNumber: "59871234560",
        invoiceNumber: "KK-1",
        invoiceDate: "2026-11-21",
        outcome: "SUCCESS",
      },
    ]);
    const delivered = await act(id, "deliver", { push: true });
    expect(delivered.body).toMatchObject({ pushed: { operation: "pushDelivered", status: 200 } });
    expect(await statusOf(id)).toEqual(["COMPLETE", "DELIVERED"]);
    expect(bench.receiver.pushes.at(-1)).toMatchObject({
      path: "/uc/v1/awbStatusTracking",
      body: { trackingNumber: "59871234560", providerCode: "BLUEDART", trackingStatus: "DELIVERED_SHIPMENT_DELIVERED" },
    });
  });

  it("turns back: an RTO under the forward number, a customer's return under its own", async () => {
    const { body } = await bench.place(ONE_ITEM);
    await dispatch(body.id);
    await act(body.id, "rto", { push: true });
    expect(await statusOf(body.id)).toEqual(["COMPLETE", "COURIER_RETURN"]);
    expect(bench.receiver.pushes.at(-1)).toMatchObject({
      path: "/uc/v1/returns",
      body: {
        type: "COURIER_RETURN",
        trackingNumber: "59871234560",
        orderItems: [{ channelProductId: "8002-8002-STD", quantity: 2 }],
      },
    });
    await act(body.id, "return", {
      push: true,
      reason: "Lid leaks",
      items: [{ orderItemId: `${body.id}-1`, quantity: 1 }],
    });
    expect(await statusOf(body.id)).toEqual(["COMPLETE", "RETURN_REQUESTED"]);
    const told = bench.receiver.pushes.at(-1)?.body;
    expect(told).toMatchObject({ type: "CUSTOMER_RETURN", reason: "Lid leaks", orderItems: [{ quantity: 1 }] });
    expect(validator("marketplace-inbound", "PushReturn")(told)).toMatchObject({ ok: true });
    expect(list(bench.sim.state().returns)).toHaveLength(2);
  });

  it("is cancelled by the seller, whole lines only shown when all units are, repeats harmless, too late refused", async () => {
    const { body } = await bench.place(ONE_ITEM);
    const { id } = body;
    const cancel = async (quantity: number) =>
      call(`${bench.sim.url}/orders/cancel`, {
        body: {
          orderId: id,
          orderItems: [{ orderItemId: `${id}-1`, productId: "8002", variantId: "8002-STD", quantity }],
        },
        headers: await bench.logIn(),
      });
    expect((await cancel(1)).body).toMatchObject({ status: "SUCCESS" });
    expect(await statusOf(id)).toEqual(["CREATED", "CREATED"]);
    await cancel(1);
    expect(await statusOf(id)).toEqual(["CANCELLED", "CANCELLED"]);
    expect((await cancel(2)).body).toMatchObject({ status: "SUCCESS" });
    expect((await dispatch(id)).body).toEqual({
      status: "FAILED",
      orderItems: [{ orderItemId: `${id}-1`, errorMessage: "item already cancelled" }],
    });
    expect(list(bench.sim.state().cancellations)).toHaveLength(3);
    expect(bench.receiver.pushes.map(({ path }) => path)).toEqual(["/uc/v1/order"]); // never pushed back to who cancelled
  });

  it("refuses the seller's cancellation after dispatch, and on demand with given words", async () => {
    const { body } = await bench.place(ONE_ITEM);
    const { id } = body;
    const line = { orderItemId: `${id}-1`, productId: "8002", variantId: "8002-STD", quantity: 2 };
    const cancel = async () =>
      call(`${bench.sim.url}/orders/cancel`, {
        body: { orderId: id, orderItems: [line] },
        headers: await bench.logIn(),
      });
    await bench.fault({ kind: "failed", operation: "cancelOrderItems", count: 1, message: "picked already" });
    expect((await cancel()).body).toMatchObject({ status: "FAILED", orderItems: [{ errorMessage: "picked already" }] });
    expect(await statusOf(id)).toEqual(["CREATED", "CREATED"]);
    await dispatch(id);
    expect((await cancel()).body).toMatchObject({
      status: "FAILED",
      orderItems: [{ errorMessage: "item already dispatched" }],
    });
  });

  it("is cancelled on the marketplace's side, by status alone or pushed too", async () => {
    const one = (await bench.place(ONE_ITEM)).body.id;
    await act(one, "cancel", { push: false });
    expect(await statusOf(one)).toEqual(["CANCELLED", "CANCELLED"]);
    expect(bench.receiver.pushes).toHaveLength(1);
    const two = (await bench.place(ONE_ITEM)).body.id;
    await act(two, "cancel", { push: true, items: [{ orderItemId: `${two}-1`, quantity: 1 }] });
    expect(bench.receiver.pushes.at(-1)).toMatchObject({
      path: "/uc/v1/order/cancel",
      body: { saleOrderCode: two, cancelledSkuCodes: [{ quantity: 1, productId: "8002", variantId: "8002-STD" }] },
    });
  });

  it("is dispatched on the marketplace's own panel, of which no push can tell", async () => {
    const { id } = (await bench.place(ONE_ITEM)).body;
    expect((await act(id, "dispatch")).status).toBe(200);
    expect(await statusOf(id)).toEqual(["COMPLETE", "DISPATCHED"]);
    expect(await act(id, "dispatch", { push: true })).toMatchObject({ status: 400 });
    expect(await act("JM0", "deliver")).toMatchObject({ status: 404, body: { message: "no order JM0 is known here" } });
  });

  it("keeps notifications in the order of their coming, and names lines it does not know beside SUCCESS", async () => {
    const { id } = (await bench.place(ONE_ITEM)).body;
    const notify = async (orderItemId: string, status: string) =>
      call(`${bench.sim.url}/order/${id}`, {
        body: { orderItems: [{ orderItemId, status, IsReverse: false, updated: "Nov 23, 2026 7:12:31 PM" }] },
        headers: await bench.logIn(),
      });
    for (const status of ["CREATED", "PACKED", "DISPATCHED"])
      expect((await notify(`${id}-1`, status)).body.status).toBe("SUCCESS");
    expect((await notify("other", "PACKED")).body).toEqual({
      status: "SUCCESS",
      orderItems: [{ orderItemId: "other", errorMessage: "order Item Id not available" }],
    });
    const seen = await call(`${bench.sim.url}/_sim/state?orderId=${id}`);
    expect(list(seen.body.notifications).map((note) => list([note])[0]?.statuses)).toEqual([
      ["CREATED"],
      ["PACKED"],
      ["DISPATCHED"],
      ["PACKED"],
    ]);
    await bench.fault({ kind: "failed", operation: "postStatusNotification", count: 1 });
    expect((await notify(`${id}-1`, "DELIVERED")).body.status).toBe("FAILED");
    expect((await notify(`${id}-1`, "LOST")).status).toBe(400);
  });
});
