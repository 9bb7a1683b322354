/** Packages that the channel is told of before it makes their papers. */
import { expect } from "vitest";
import type { ChannelAnswer, Outcome } from "../index.ts";
import type { SimOrder } from "../simulator/index.ts";
import { packOf, parcelOf } from "./facts.ts";
import { untilReady } from "./steps.ts";
import { must, orderOf, type Rig, rehearse, type World } from "./world.ts";

/** The first thing that the channel makes of a packed package. */
const PAPERS = ["fetchInvoice", "fetchLabel"] as const;

export function packScenarios(world: World): void {
  const { scenario, rig, order, act, fault, connector, sim } = world;
  const pack = (channel: Rig, placed: SimOrder) => channel.run("pack", packOf(placed, world));
  /** What the channel made of it: two answers that say the same are of one packing. */
  const made = async (channel: Rig, placed: SimOrder) => {
    const parcel = parcelOf(placed, world);
    const paper = PAPERS.find((name) => connector.capabilities[name] !== undefined);
    if (paper === "fetchInvoice") return (await untilReady(paper, world, () => channel.run(paper, parcel))).number;
    if (paper === "fetchLabel")
      return (await untilReady(paper, world, () => channel.run(paper, parcel))).length > 0 ? "a label" : "nothing";
    return "no paper";
  };
  /** Parcels and invoices of the order that the marketplace has. */
  const held = (placed: SimOrder) => {
    const { parcels, invoices } = orderOf(sim(), placed.id);
    return { parcels: parcels.length, invoices: invoices.length };
  };
  scenario("pack", "is taken, and the channel makes what follows", async () => {
    const channel = rig();
    const placed = await order();
    const packed = await must("pack", pack(channel, placed));
    expect(["SUCCESS", "TAKEN"]).toContain(packed.status);
    expect(packed.results.every((line) => line.accepted)).toBe(true);
    expect(await made(channel, placed)).toMatch(/\S/);
  });
  scenario("pack", "done again changes nothing", async () => {
    const channel = rig();
    const placed = await order();
    await must("pack", pack(channel, placed));
    const before = [await made(channel, placed), held(placed)];
    const again = await must("pack again", pack(channel, placed));
    expect(["SUCCESS", "TAKEN"]).toContain(again.status);
    expect(again.results.every((line) => line.accepted)).toBe(true);
    expect([await made(channel, placed), held(placed)]).toEqual(before);
  });
  scenario("pack", "whose answer is lost is not called packed, and is packed once when it is tried again", async () => {
    for (const kind of ["half_answer", "drop", "timeout"]) {
      const channel = rig();
      const operation = await rehearse(channel, "pack", packOf(await order(), world));
      const placed = await order();
      await fault({ kind, operation, count: 1, processed: true });
      const lost = await pack(channel, placed);
      // One that reads the package's state back before it answers may know by then.
      if (!lost.ok) expect(lost.failure, kind).toMatchObject({ reached: "unknown" });
      const again = await must(`${kind}, again`, pack(channel, placed));
      expect(
        again.results.every((line) => line.accepted),
        kind,
      ).toBe(true);
      expect(await made(channel, placed), kind).toMatch(/\S/);
      const { invoices } = held(placed);
      expect(invoices, kind).toBeLessThanOrEqual(1);
    }
  });
  scenario("pack", "that is refused is not packed, and the channel's words are told", async () => {
    const channel = rig();
    const operation = await rehearse(channel, "pack", packOf(await order(), world));
    await fault({ kind: "failed", message: "weight is too much", operation });
    refused(await pack(channel, await order()), "weight is too much");
  });
  scenario("pack", "of an order that was cancelled is refused", async () => {
    const placed = await order();
    await act(placed.id, "cancel");
    refused(await pack(rig(), placed), "");
  });
}

function refused(got: Outcome<ChannelAnswer>, words: string): void {
  if (got.ok) {
    expect(got.value.status).toBe("FAILED");
    expect(got.value.results.some((line) => line.accepted)).toBe(false);
  } else expect(got.failure).toMatchObject({ reached: "yes", kind: "refused" });
  expect(JSON.stringify(got)).toContain(words);
}
