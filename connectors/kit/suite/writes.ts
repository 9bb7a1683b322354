/** What is told to the channel about an order: success, partial success, failure. */
import { expect } from "vitest";
import type { OperationIo } from "../index.ts";
import { dispatchOf, INPUTS, reverseOf, shipmentOf, walk } from "./facts.ts";
import { must, orderOf, type Rig, rehearse, type World } from "./world.ts";

type Told = "notifyState" | "notifyReturn" | "dispatch" | "cancel" | "giveShipment" | "reportGrade";

export function writeScenarios<K extends Told>(world: World, name: K): void {
  const { scenario, rig, fault } = world;
  const make: ((world: World, channel: Rig) => Promise<OperationIo[K]["in"]>) | undefined = INPUTS[name];
  if (make === undefined) throw new Error(`there is an input for ${name}`);
  const send = async (channel: Rig) => must(`${name} is answered`, channel.run(name, await make(world, channel)));
  scenario(name, "is accepted for every line", async () => {
    const sent = await send(rig());
    expect(sent.status).toBe("SUCCESS");
    expect(sent.results.map((line) => line.accepted)).toEqual([true, true]);
  });
  scenario(name, "in part says which line was refused, in the channel's words", async () => {
    const channel = rig();
    const operation = await rehearse(channel, name, await make(world, channel));
    await fault({ kind: "partial_success", message: "item is locked", operation });
    const sent = await send(channel);
    expect(sent.status).toBe("PARTIAL_SUCCESS");
    expect(sent.results.map((line) => line.accepted)).toEqual([true, false]);
    expect(sent.message).toContain("item is locked");
  });
  scenario(name, "that fails accepts no line", async () => {
    const channel = rig();
    const operation = await rehearse(channel, name, await make(world, channel));
    await fault({ kind: "failed", message: "not now", operation });
    expect(await send(channel)).toMatchObject({
      status: "FAILED",
      results: [{ accepted: false }, { accepted: false }],
    });
  });
}

/** Who ships decides what a dispatch carries. */
export function shipperScenarios(world: World): void {
  const { scenario, rig, order, connector } = world;
  const { allowed } = connector.rules.thirdPartyShipping;
  const withShipper = connector.capabilities.dispatch?.withShipper === true;
  for (const thirdPartyShipping of allowed)
    scenario(
      "dispatch",
      thirdPartyShipping
        ? "of what the channel ships names no courier"
        : "of what the seller ships names his courier, number and invoice",
      async () => {
        const placed = await order({ thirdPartyShipping });
        const channel = rig();
        await walk(world, channel, placed, "dispatch");
        const facts = dispatchOf(placed, world);
        expect(await must("dispatch", channel.run("dispatch", facts))).toMatchObject({ status: "SUCCESS" });
        const request = JSON.stringify(channel.exchanges.at(-1)?.request);
        const named = [`AWB-${placed.id}`, "Bluedart", "WH-2627-00001"].map((word) => request.includes(word));
        expect(new Set(named)).toEqual(new Set([!thirdPartyShipping && withShipper]));
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
export function shipmentScenarios({ scenario, rig, order, sim }: World): void {
  scenario("giveShipment", "names box and weight once, and a line once for each unit", async () => {
    const placed = await order();
    const facts = shipmentOf(placed);
    await must("giveShipment", rig().run("giveShipment", facts));
    const { lengthMm, widthMm, heightMm, weightGrams: grams } = facts;
    expect(orderOf(sim(), placed.id).parcels.map((parcel) => parcel.box)).toEqual([
      { lengthMm, widthMm, heightMm, grams },
    ]);
    const [given] = sim().state().shipmentDetails as readonly {
      readonly body: { readonly orderItems: readonly unknown[] };
    }[]; // the shape that simulators promise
    expect(given?.body.orderItems).toHaveLength(placed.items.reduce((sum, item) => sum + item.quantity, 0));
  });
}
