/** Orders that the channel sends by itself. The sender is the simulator; what is tried is the reading. */
import { createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { assert } from "../../../src/kernel/index.ts";
import { lineFacts, lineFactsOf } from "./facts.ts";
import { orderOf, type World } from "./world.ts";

export function pushScenarios(world: World): void {
  const { scenario, sim, connector } = world;
  const bodies: unknown[] = [];
  let target: Receiver | undefined;
  beforeAll(async () => {
    target = await receiver(bodies);
  });
  beforeEach(() => {
    bodies.length = 0;
    sim().setTarget(target === undefined ? null : { url: target.url, headers: {} });
  });
  afterAll(() => target?.close());
  const read = (raw: unknown) => {
    assert(connector.readOrder !== undefined, "a source that pushes orders has them read");
    return connector.readOrder(raw);
  };
  scenario("pushOrders", "an order that is pushed is read as the marketplace holds it", async () => {
    const { id } = await sim().placeOrder({ items: [{ sku: "SUITE-000", quantity: 2 }, { sku: "SUITE-001" }] });
    const placed = orderOf(sim(), id);
    expect(bodies).toHaveLength(1);
    const order = read(bodies[0]);
    assert(order.ok, `the order is read: ${JSON.stringify(order)}`);
    expect(order.value).toMatchObject({ channelOrderId: id, status: "CREATED", paymentType: placed.paymentType });
    expect(order.value.placedAt.toString()).toBe(placed.orderDate);
    expect(order.value.lines.map(lineFacts)).toEqual(placed.items.map(lineFactsOf));
  });
  scenario("pushOrders", "a broken one says what is wrong with it", async () => {
    await sim().placeOrder({ items: [{ sku: "SUITE-000" }], raw: { sla: "whenever", orderItems: "none" } });
    expect(read(bodies[0])).toMatchObject({ ok: false, faults: [expect.anything()] });
  });
}

interface Receiver {
  readonly url: string;
  close(): void;
}

/** Takes whatever is posted and answers as the receiving side of the protocol does. */
async function receiver(bodies: unknown[]): Promise<Receiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
      bodies.push(body);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ status: "success", message: "", data: null }));
    });
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const address = server.address();
  assert(typeof address === "object" && address !== null, "a server that listens has a port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
