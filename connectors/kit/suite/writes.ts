/** What is told to the channel about an order: success, partial success, failure. */
import { expect } from "vitest";
import type { OperationIo } from "../index.ts";
import type { SimOrder } from "../simulator/index.ts";
import { cancelOf, dispatchOf, reverseOf, shipmentOf } from "./facts.ts";
import { INPUTS, walk } from "./steps.ts";
import { must, orderOf, type Rig, rehearse, type World } from "./world.ts";

type Told = "notifyState" | "notifyReturn" | "dispatch" | "cancel" | "giveShipment" | "reportGrade";

export function writeScenarios<K extends Told>(world: World, name: K): void {
  const { scenario, rig, fault, behaves } = world;
  const make: ((world: World, channel: Rig) => Promise<OperationIo[K]["in"]>) | undefined = INPUTS[name];
  if (make === undefined) throw new Error(`there is an input for ${name}`);
  const send = async (channel: Rig) => {
    const input = await make(world, channel);
    return { input, outcome: await channel.run(name, input) };
  };
  scenario(name, "is accepted for every line", async () => {
    const { input, outcome } = await send(rig());
    const sent = await must(`${name} is answered`, Promise.resolve(outcome));
    expect(["SUCCESS", "TAKEN"]).toContain(sent.status);
    const named = behaves.perLine.includes(name) ? linesIn(input) : sent.results.map(({ key }) => key);
    expect(sent.results.map(({ key, accepted }) => [key, accepted])).toEqual(named.map((key) => [key, true]));
    expect(sent.results.length).toBeGreaterThan(0);
  });
  if (behaves.perLine.includes(name))
    scenario(name, "in part says which line was refused, in the channel's words", async () => {
      const channel = rig();
      const operation = await rehearse(channel, name, await make(world, channel));
      const input = await make(world, channel);
      await fault({ kind: "partial_success", message: "item is locked", operation });
      const sent = await must(`${name} is answered`, channel.run(name, input));
      expect(sent.status).toBe("PARTIAL_SUCCESS");
      expect(sent.results.map((line) => line.accepted)).toEqual([true, false]);
      expect(sent.message).toContain("item is locked");
    });
  scenario(name, "that fails accepts no line, and the channel's words are told", async () => {
    const channel = rig();
    const operation = await rehearse(channel, name, await make(world, channel));
    const input = await make(world, channel);
    await fault({ kind: "failed", message: "not now", operation });
    const outcome = await channel.run(name, input);
    if (outcome.ok) {
      expect(outcome.value.status).toBe("FAILED");
      expect(outcome.value.results.every((line) => !line.accepted)).toBe(true);
      expect(JSON.stringify(outcome.value)).toContain("not now");
    } else {
      expect(outcome.failure).toMatchObject({ reached: "yes", kind: "refused" });
      expect(outcome.failure.channelMessage).toContain("not now");
    }
  });
}

/** Lines that an input names: what is answered for each of them has its id. */
function linesIn(input: OperationIo[Told]["in"]): readonly string[] {
  return "lines" in input ? input.lines.map((line) => line.channelOrderItemId) : input.channelOrderItemIds;
}

/** What the marketplace holds of the units of each line: how they stand, how many left, how many were cancelled. */
function unitsOf({ items }: SimOrder): readonly (readonly [string, number, number])[] {
  return items.map(({ status, dispatchedQuantity, cancelledQuantity }) => [
    status,
    dispatchedQuantity,
    cancelledQuantity,
  ]);
}

/** What is cancelled is as much as was said: of a line's units where the source takes that, otherwise the line or the order. */
export function cancelScenarios(world: World): void {
  const { scenario, rig, order, sim, connector } = world;
  const level = connector.capabilities.cancel?.level;
  const wanted =
    level === "quantity" ? "one unit of a line and all of another" : level === "item" ? "one line" : "an order";
  scenario("cancel", `of ${wanted} leaves the rest as it was`, async () => {
    const placed = await order();
    const channel = rig();
    const { lines, ...facts } = cancelOf(placed, world);
    const units = (line: (typeof lines)[number], i: number) => ({ ...line, quantity: i === 0 ? 1 : line.quantity });
    const named = level === "quantity" ? lines.map(units) : level === "item" ? lines.slice(0, 1) : lines;
    const told = await must("cancel", channel.run("cancel", { ...facts, lines: named }));
    // Done later: looking at it is when it is done.
    if (told.status === "TAKEN") await must("statuses", channel.run("readStatuses", [placed.id]));
    expect(unitsOf(orderOf(sim(), placed.id))).toEqual(
      placed.items.map(({ orderItemId, quantity }) => {
        const gone = named.find((line) => line.channelOrderItemId === orderItemId)?.quantity ?? 0;
        return [gone === quantity ? "CANCELLED" : "CREATED", 0, gone];
      }),
    );
  });
}

/** Who ships decides what a dispatch carries. */
export function shipperScenarios(world: World): void {
  const { scenario, rig, order, connector } = world;
  const { allowed } = connector.rules.thirdPartyShipping;
  const { namesCourier } = world.behaves;
  const withShipper = connector.capabilities.dispatch?.withShipper === true;
  for (const thirdPartyShipping of allowed)
    scenario(
      "dispatch",
      thirdPartyShipping
        ? "of what the channel ships names no courier"
        : `of what the seller ships names his ${namesCourier ? "courier and number" : "invoice alone"}`,
      async () => {
        const placed = await order({ thirdPartyShipping });
        const channel = rig();
        await walk(world, channel, placed, "dispatch");
        const facts = dispatchOf(placed, world);
        const before = channel.exchanges.length;
        expect(await must("dispatch", channel.run("dispatch", facts))).toMatchObject({ status: "SUCCESS" });
        if (!thirdPartyShipping || world.behaves.dispatches === "all")
          expect(unitsOf(orderOf(world.sim(), placed.id))).toEqual(
            placed.items.map(({ quantity }) => ["DISPATCHED", quantity, 0]),
          );
        const sent = JSON.stringify(channel.exchanges.slice(before).map((exchange) => exchange.request)).toLowerCase();
        const named = [`AWB-${placed.id}`, "Bluedart"].map((word) => sent.includes(word.toLowerCase()));
        expect(new Set(named)).toEqual(new Set([!thirdPartyShipping && withShipper && namesCourier]));
        if (!thirdPartyShipping && !namesCourier) expect(sent).toContain("wh-2627-00001");
        if (thirdPartyShipping) expect(sent).not.toContain("wh-2627-00001"); // the seller's own number, of what he ships
      },
    );
}

/** The other side tells a reverse pickup from a package by this, and learns who collects it. */
export function reverseScenarios(world: World): void {
  const { scenario, rig, order, sim, connector } = world;
  for (const state of connector.capabilities.notifyReturn?.states ?? [])
    scenario("notifyReturn", `tells ${state} of a reverse pickup, with its courier where one is given`, async () => {
      const placed = await order();
      const facts = { ...reverseOf(placed, world), state };
      const given = state === "COURIER_ALLOCATED" ? facts : { ...facts, courier: null };
      await must("notifyReturn", rig().run("notifyReturn", given));
      const [told] = sim().state().notifications as readonly { readonly orderItems: readonly object[] }[]; // the shape that simulators promise
      expect(told?.orderItems).toHaveLength(placed.items.length);
      const named = given.courier === null ? {} : { returnAwb: given.courier.awb };
      for (const item of told?.orderItems ?? [])
        expect(item).toMatchObject({ status: state, IsReverse: true, ...named });
    });
}

/** What the channel needs for a label is what it got: the box, and a line as often as it has units. */
export function shipmentScenarios(world: World): void {
  const { scenario, rig, order, sim } = world;
  if (!world.behaves.takesBox) return;
  scenario("giveShipment", "names box and weight once", async () => {
    const placed = await order();
    const facts = shipmentOf(placed);
    const channel = rig();
    await walk(world, channel, placed, "giveShipment");
    await must("giveShipment", channel.run("giveShipment", facts));
    const { lengthMm, widthMm, heightMm, weightGrams: grams } = facts;
    expect(orderOf(sim(), placed.id).parcels.map((parcel) => parcel.box)).toEqual([
      { lengthMm, widthMm, heightMm, grams },
    ]);
    const [given] = sim().state().shipmentDetails as readonly {
      readonly body?: { readonly orderItems?: readonly unknown[] };
    }[]; // the shape that simulators promise
    const units = given?.body?.orderItems; // as the marketplace protocol has it
    if (units) expect(units).toHaveLength(placed.items.reduce((sum, item) => sum + item.quantity, 0));
  });
}
