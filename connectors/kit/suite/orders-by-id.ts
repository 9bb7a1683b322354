/** Whole orders by their ids. */
import { expect } from "vitest";
import { newOrders } from "./facts.ts";
import { must, type World } from "./world.ts";

export function orderByIdScenarios(world: World): void {
  const { scenario, rig, order, act, connector } = world;
  scenario("readOrders", "gives an order as the list of new orders gives it", async () => {
    const one = await order();
    const channel = rig();
    world.seen();
    const listed = await must("the list", channel.run("pullOrders", newOrders(world)));
    const read = await must("by id", channel.run("readOrders", [one.id]));
    expect(read.rejected).toEqual([]);
    expect(read.orders.map(({ channelOrderId, content }) => ({ channelOrderId, content }))).toEqual(
      listed.orders.map(({ channelOrderId, content }) => ({ channelOrderId, content })),
    );
    expect(connector.readOrder?.(read.orders[0]?.raw)).toMatchObject({ ok: true, value: { channelOrderId: one.id } });
  });
  scenario("readOrders", "gives what somebody finished there before anybody could see it, and says so", async () => {
    const one = await order();
    await act(one.id, "dispatch");
    const read = await must("by id", rig().run("readOrders", [one.id]));
    expect(read.orders.map((each) => each.channelOrderId)).toEqual([one.id]);
    expect(read.orders[0]?.reported?.lines.every((line) => line.status === "DISPATCHED")).toBe(true);
    expect(connector.readOrder?.(read.orders[0]?.raw)).toMatchObject({ ok: true });
  });
  scenario("readOrders", "gives as many at once as it declares, and leaves out what nobody knows", async () => {
    const many: string[] = [];
    const { batchMax } = connector.capabilities.readOrders ?? { batchMax: 1 };
    while (many.length < batchMax) many.push((await order()).id);
    const all = await must("by id", rig().run("readOrders", many));
    expect(all.orders.map((each) => each.channelOrderId).sort()).toEqual([...many].sort());
    const none = await rig().run("readOrders", ["no-such-order"]);
    expect(none).toMatchObject({ ok: true, value: { orders: [], rejected: [] } });
  });
}
