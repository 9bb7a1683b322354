import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { validator } from "../../../contract/validators.ts";
import type { Json } from "../../kit/simulator/index.ts";
import { call } from "../../kit/simulator/test-support.ts";
import { type Bench, list, startBench } from "./test-bench.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});

afterEach(() => bench.close());

const FLASK = "MILTON-FLASK-1L";
const TWO_LINES = {
  items: [
    { sku: FLASK, quantity: 3 },
    { sku: FLASK, quantity: 1 },
  ],
};

/** An order that the seller handed over; the second line is of the same product. */
async function handedOver(wish: Json = TWO_LINES): Promise<{ id: string; lines: string[] }> {
  const id = String((await bench.place(wish)).body.id);
  const order = list(bench.sim.state().orders).find((candidate) => candidate.id === id);
  const items = list(order?.items);
  const sent = await call(`${bench.sim.url}/orders/dispatch`, {
    body: {
      orderItems: items.map(({ orderItemId, quantity }) => ({ orderItemId, quantity })),
      selfShipping: {
        deliveryPartner: "BLUEDART",
        deliveryCourier: "Bluedart",
        trackingUrl: "https://track.example.in/1",
        trackingId: "59871234560",
        dispatchDate: "2026-11-21T10:00:00",
        tentativeDeliveryDate: "2026-11-25T10:00:00",
        invoiceNumber: "WH-1",
        invoiceDate: "2026-11-21",
      },
    },
    headers: await bench.logIn(),
  });
  expect(sent.body).toMatchObject({ status: "SUCCESS" });
  return { id, lines: items.map((item) => String(item.orderItemId)) };
}

const pushed = () => bench.receiver.pushes.filter(({ path }) => path === "/uc/v1/returns").map(({ body }) => body);

describe("what comes back to a Jupiter Money seller", () => {
  it("an RTO of the whole order is one push under the forward number, told again under the same id", async () => {
    const { id } = await handedOver();
    await bench.act(id, "rto");
    await bench.act(id, "rto");
    const [first, again, ...more] = pushed();
    expect(more).toEqual([]);
    expect(validator("marketplace-inbound", "PushReturn")(first)).toMatchObject({ ok: true });
    // The push names products: two lines of one are one entry.
    expect(first).toMatchObject({
      saleOrderCode: id,
      type: "COURIER_RETURN",
      returnID: `RTO-${id}-59871234560`,
      trackingNumber: "59871234560",
      shippingProviderCode: "Bluedart",
      reason: "Customer not reachable after 3 attempts",
      orderItems: [{ channelProductId: "8002-8002-STD", quantity: 4 }],
    });
    expect(again).toEqual(first);
    expect(list(bench.sim.state().returns)).toHaveLength(1);
  });

  it("a customer's return of units is a push of its own, and the rest another", async () => {
    const { id, lines } = await handedOver();
    await bench.act(id, "deliver");
    const items = [{ orderItemId: lines[0], quantity: 2 }];
    const about = { reason: "Lid leaks", trackingNumber: "R880012345", courier: "ECOMEXP_REVERSE" };
    await bench.act(id, "return", { items, ...about });
    await bench.act(id, "return");
    expect(pushed()).toMatchObject([
      {
        type: "CUSTOMER_RETURN",
        returnID: `RT-${id}-01`,
        reason: "Lid leaks",
        trackingNumber: "R880012345",
        shippingProviderCode: "ECOMEXP_REVERSE",
        orderItems: [{ quantity: 2 }],
      },
      { type: "CUSTOMER_RETURN", returnID: `RT-${id}-02`, orderItems: [{ quantity: 2 }] },
    ]);
    const { body } = await bench.ordersOf(`orderIds=${id}&pageSize=5&pageNumber=1`);
    expect(list(list(body.orders)[0]?.orderItems)).toMatchObject([
      { status: "RETURN_REQUESTED", returnId: `RT-${id}-02` },
      { status: "RETURN_REQUESTED", returnId: `RT-${id}-02` },
    ]);
  });

  it("units that were cancelled do not come back, and nothing is told where it is left to be asked for", async () => {
    const { id, lines } = await handedOver();
    await bench.act(id, "cancel", { items: [{ orderItemId: lines[0], quantity: 1 }], late: true });
    await bench.act(id, "rto", { push: false });
    expect(pushed()).toEqual([]);
    expect(list(bench.sim.state().returns)).toMatchObject([
      {
        lines: [
          { orderItemId: lines[0], quantity: 2 },
          { orderItemId: lines[1], quantity: 1 },
        ],
      },
    ]);
  });
});
