/** What the channel says of known orders. */
import { expect } from "vitest";
import type { ReportedStatus } from "../index.ts";
import type { Happening } from "./options.ts";
import { must, rehearse, type World } from "./world.ts";

/** What happens on the marketplace's side, and the words of lines that tell of it. A return may be either kind. */
export const HAPPENS: Readonly<Record<ReportedStatus, readonly Happening[]>> = {
  CANCELLED: [{ action: "cancel", words: ["CANCELLED"] }],
  DISPATCHED: [{ action: "dispatch", words: ["DISPATCHED"] }],
  DELIVERED: [{ action: "deliver", words: ["DELIVERED"] }],
  RETURNED: [
    { action: "rto", words: ["RTO", "RETURNED"] },
    { action: "return", words: ["CIR", "RETURNED"] },
  ],
};

export function statusScenarios(world: World): void {
  const { scenario, rig, order, fault, act, connector, behaves } = world;
  const batchMax = connector.capabilities.readStatuses?.batchMax ?? 1;
  scenario("readStatuses", "gives the lines of the orders that are asked for", async () => {
    const one = await order();
    const read = await must("statuses", rig().run("readStatuses", [one.id]));
    expect(read.orders.map((o) => o.channelOrderId)).toEqual([one.id]);
    expect(read.orders[0]?.lines.map((l) => l.status)).toEqual(one.items.map(() => "OPEN"));
  });
  scenario("readStatuses", "as many at once as it declares", async () => {
    const many: string[] = [];
    while (many.length < batchMax) many.push((await order()).id);
    const read = await must("statuses", rig().run("readStatuses", many));
    expect(read.orders.map((o) => o.channelOrderId).sort()).toEqual(many.sort());
  });
  scenario("readStatuses", "a status nobody knows is unknown, neither success nor failure", async () => {
    const one = await order();
    const channel = rig();
    await fault({ kind: "unknown_status", operation: await rehearse(channel, "readStatuses", [one.id]) });
    const read = await must("statuses", channel.run("readStatuses", [one.id]));
    expect(read.rejected).toEqual([]);
    expect(read.orders[0]?.lines.map((l) => l.status)).toEqual(one.items.map(() => "unknown"));
  });
  if (batchMax > 1)
    scenario("readStatuses", "a row that cannot be read is told in words, the others are read", async () => {
      const [broken, good] = [(await order()).id, (await order()).id];
      const broke = world.breakRow({ broken, whole: good, left: "its id" });
      const read = await must("statuses", rig().run("readStatuses", [broken, good]));
      expect(broke()).toBeGreaterThan(0);
      expect(read.orders.map((each) => each.channelOrderId)).toEqual([good]);
      expect(read.rejected).toEqual([expect.stringMatching(/\S/)]);
    });
  scenario("readStatuses", "an order that nobody knows is left out", async () => {
    const read = await rig().run("readStatuses", ["no-such-order"]);
    expect(read).toMatchObject({ ok: true, value: { orders: [], rejected: [] } });
  });
  const tells = behaves.readTells ?? connector.rules.reports;
  for (const status of connector.rules.reports.filter((each) => tells.includes(each)))
    for (const { action, words } of HAPPENS[status])
      scenario(`reports ${status}`, `after ${action}, of the line it happened to`, async () => {
        const one = await order();
        const [line, other] = one.items;
        await act(one.id, action, behaves.lineStatuses ? { items: [{ orderItemId: line?.orderItemId }] } : {});
        const read = await must("statuses", rig().run("readStatuses", [one.id]));
        const told = new Map(read.orders[0]?.lines.map((l) => [l.channelOrderItemId, l.status]));
        expect(words).toContain(told.get(line?.orderItemId ?? ""));
        if (behaves.lineStatuses && other) expect(told.get(other.orderItemId)).toBe("OPEN");
      });
  if (tells.includes("CANCELLED") && connector.rules.reports.includes("CANCELLED") && behaves.lineStatuses)
    scenario("reports CANCELLED", "of one unit of a line, never of more", async () => {
      const one = await order();
      const [line] = one.items;
      if (line === undefined || line.quantity === 1) return; // its lines are units
      await act(one.id, "cancel", { items: [{ orderItemId: line.orderItemId, quantity: 1 }] });
      const read = await must("statuses", rig().run("readStatuses", [one.id]));
      const rows = read.orders[0]?.lines.filter((row) => row.channelOrderItemId === line.orderItemId) ?? [];
      const units = (of: typeof rows) => of.reduce((sum, { quantity }) => sum + (quantity ?? line.quantity), 0);
      expect(units(rows)).toBeLessThanOrEqual(line.quantity);
      expect(units(rows.filter(({ status }) => status === "CANCELLED"))).toBeLessThanOrEqual(1);
    });
}
