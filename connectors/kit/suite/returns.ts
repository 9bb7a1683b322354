/** What came back: its grades, the credit note of a channel that makes it, and the IRNs that it takes. */
import { expect } from "vitest";
import { assert } from "../../../src/kernel/index.ts";
import type { ChannelCreditNote, Fetched, ReturnFacts } from "../index.ts";
import { gradesOf, irnOf, returnOf } from "./facts.ts";
import { must, type Rig, type World } from "./world.ts";

function ready<T>(got: Fetched<T>): T {
  assert(got.state === "READY", `it is ready: ${JSON.stringify(got)}`);
  return got.value;
}

export function creditNoteScenarios(world: World): void {
  const { scenario, rig, connector } = world;
  const ask = (channel: Rig, facts: ReturnFacts): Promise<Fetched<ChannelCreditNote>> =>
    must("credit note", channel.run("fetchCreditNote", facts));
  scenario("fetchCreditNote", "comes after the grades were told, and is no failure before", async () => {
    const channel = rig();
    const facts = await returnOf(world, channel);
    expect(await ask(channel, facts)).toMatchObject({ state: "NOT_YET" });
    await must("grades", channel.run("reportGrade", gradesOf(facts)));
    const note = ready(await ask(channel, facts));
    expect(note.number).toMatch(/\S/);
    expect(note.lines.map((line) => line.quantity)).toEqual(facts.lines.map((line) => line.quantity));
    expect(note.pdf !== null).toBe(connector.capabilities.fetchCreditNote?.pdf === true);
  });
}

export function irnScenarios(world: World): void {
  const { scenario, rig, fault } = world;
  scenario("giveIrn", "of an invoice is accepted, and refused in the channel's words", async () => {
    const channel = rig();
    const facts = await irnOf(world, channel);
    const sent = await must("IRN", channel.run("giveIrn", facts));
    expect(sent).toMatchObject({ status: "SUCCESS", results: [{ key: facts.number, accepted: true }] });
    await fault({ kind: "failed", message: "not now", operation: channel.exchanges.at(-1)?.operation });
    const refused = await must("IRN", channel.run("giveIrn", facts));
    expect(refused).toMatchObject({ status: "FAILED", results: [{ accepted: false }], message: "not now" });
  });
}
