/** Orders that the channel sends by itself. The sender is the simulator; what is tried is the reading. */
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { assert } from "../../../src/kernel/index.ts";
import { lineFacts, lineFactsOf } from "./facts.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { orderOf, type World } from "./world.ts";

export function pushScenarios(world: World): void {
  const { scenario, sim, connector } = world;
  let target: Receiver | undefined;
  beforeAll(async () => {
    target = await startReceiver();
  });
  beforeEach(() => {
    target?.caught.splice(0);
    sim().setTarget(target === undefined ? null : { url: target.url, headers: {} });
  });
  const pushed = (): unknown => {
    const [only, ...more] = target?.caught ?? [];
    assert(only !== undefined && more.length === 0, "one push came");
    return JSON.parse(only.bytes.toString("utf8"));
  };
  afterAll(() => target?.close());
  const read = (raw: unknown) => {
    assert(connector.readOrder !== undefined, "a source that pushes orders has them read");
    return connector.readOrder(raw);
  };
  scenario("pushOrders", "an order that is pushed is read as the marketplace holds it", async () => {
    const { id } = await sim().placeOrder({ items: [{ sku: "SUITE-000", quantity: 2 }, { sku: "SUITE-001" }] });
    const placed = orderOf(sim(), id);
    const order = read(pushed());
    assert(order.ok, `the order is read: ${JSON.stringify(order)}`);
    expect(order.value).toMatchObject({ channelOrderId: id, status: "CREATED", paymentType: placed.paymentType });
    expect(order.value.placedAt.toString()).toBe(placed.orderDate);
    expect(order.value.lines.map(lineFacts)).toEqual(placed.items.map((item) => lineFactsOf(item, world)));
  });
  scenario("pushOrders", "a broken one says what is wrong with it", async () => {
    await sim().placeOrder({ items: [{ sku: "SUITE-000" }], raw: { sla: "whenever", orderItems: "none" } });
    expect(read(pushed())).toMatchObject({ ok: false, faults: [expect.anything()] });
  });
}
