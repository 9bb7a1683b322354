/** What came back: its grades, the credit note of a channel that makes it, and the IRNs that it takes. */
import { expect } from "vitest";
import { assert } from "../../../src/kernel/index.ts";
import type { ChannelCreditNote, Fetched, GradeFacts, IrnFacts, ReturnFacts } from "../index.ts";
import { gradesOf } from "./facts.ts";
import { gone, irnOf, returnOf } from "./steps.ts";
import { must, orderOf, type Rig, rehearse, type World } from "./world.ts";

const LONG_MS = 7_200_000;

function ready<T>(got: Fetched<T>): T {
  assert(got.state === "READY", `it is ready: ${JSON.stringify(got)}`);
  return got.value;
}

/** What the marketplace knows of the grades of an order's returns: units by line and grade. */
function gradesKnown(world: World, orderId: string): string[] {
  return orderOf(world.sim(), orderId)
    .returns.flatMap((one) => one.grades)
    .map(({ orderItemId, grade, quantity }) => `${orderItemId} ${grade} ${quantity}`)
    .toSorted();
}

export function gradeScenarios(world: World): void {
  const { scenario, rig } = world;
  scenario("reportGrade", "told again counts nothing twice, and later grades join those before", async () => {
    const channel = rig();
    const facts = await returnOf(world, channel);
    const [first, ...others] = facts.lines;
    assert(first !== undefined && others.length > 0, "a return of two lines");
    const tell = async (lines: GradeFacts["lines"]) => {
      const told = await must("grades", channel.run("reportGrade", { ...facts, lines }));
      expect(told.status).toBe("SUCCESS");
      return gradesKnown(world, facts.channelOrderId);
    };
    const good = { ...first, quantity: 1, grade: "good" } as const;
    const once = await tell([good]);
    expect(once).toHaveLength(1);
    expect(await tell([good])).toEqual(once);
    const bad = { ...first, quantity: first.quantity - 1, grade: "bad" } as const;
    const rest = others.map((line) => ({ ...line, grade: "qc_rejected" }) as const);
    expect(await tell([good, bad, ...rest])).toHaveLength(3);
    expect(await tell([good, bad, ...rest])).toHaveLength(3);
  });
  scenario("reportGrade", "of a parcel that came back unannounced is taken, and the channel knows of it", async () => {
    const channel = rig();
    const { placed, lines } = await gone(world, channel);
    const graded = lines.map((line) => ({ ...line, grade: "good" }) as const);
    const facts = {
      channelOrderId: placed.id,
      packageCode: "SUITE-PACKAGE",
      kind: "RTO",
      channelReturnId: null,
    } as const;
    const told = await must("grades", channel.run("reportGrade", { ...facts, lines: graded }));
    expect(told.status).toBe("SUCCESS");
    const read = await must("statuses", channel.run("readStatuses", [placed.id]));
    expect(read.orders[0]?.lines.map((line) => line.status)).toEqual(lines.map(() => "RTO"));
  });
  scenario("reportGrade", "of an order that nobody knows is refused", async () => {
    const channel = rig();
    const facts = gradesOf(await returnOf(world, channel));
    const sent = await channel.run("reportGrade", { ...facts, channelOrderId: "no-such-order" });
    expect(sent).toMatchObject({ ok: false, failure: { reached: "yes", kind: "refused" } });
  });
}

export function creditNoteScenarios(world: World): void {
  const { scenario, rig, connector, settings, later, fault } = world;
  const ask = (channel: Rig, facts: ReturnFacts): Promise<Fetched<ChannelCreditNote>> =>
    must("credit note", channel.run("fetchCreditNote", facts));
  const tell = (channel: Rig, facts: ReturnFacts) => must("grades", channel.run("reportGrade", gradesOf(facts)));
  scenario("fetchCreditNote", "comes when every unit's grade was told, and is no failure before", async () => {
    const channel = rig();
    const facts = await returnOf(world, channel);
    expect(await ask(channel, facts)).toMatchObject({ state: "NOT_YET" });
    await tell(channel, { ...facts, lines: facts.lines.slice(0, 1) });
    expect(await ask(channel, facts)).toMatchObject({ state: "NOT_YET" });
    await tell(channel, facts);
    const note = ready(await ask(channel, facts));
    expect(note.number).toMatch(/\S/);
    expect(note.issuedAt.toString()).toBe(world.now().toString());
    expect(note.pdf?.subarray(0, 1024).includes("%PDF-") ?? false).toBe(
      connector.capabilities.fetchCreditNote?.pdf === true,
    );
    expect(await ask(channel, facts)).toEqual({ state: "READY", value: note });
  });
  scenario("fetchCreditNote", "that is not made yet is no failure, and comes later", async () => {
    await settings({ creditNoteDelayMs: LONG_MS });
    const channel = rig();
    const facts = await returnOf(world, channel);
    await tell(channel, facts);
    expect(await ask(channel, facts)).toMatchObject({ state: "NOT_YET" });
    later(LONG_MS - 1_000);
    expect(await ask(channel, facts)).toMatchObject({ state: "NOT_YET" });
    later(1_000);
    expect(await ask(channel, facts)).toMatchObject({ state: "READY" });
  });
  scenario(
    "fetchCreditNote",
    "of parts names its units, and all parts together are the invoice to the paisa",
    async () => {
      const channel = rig();
      const first = await returnOf(world, channel, (order) =>
        order.items.map(({ orderItemId }) => ({ orderItemId, quantity: 1 })),
      );
      const invoice = ready(await must("invoice", channel.run("fetchInvoice", first)));
      await tell(channel, first);
      const one = ready(await ask(channel, first));
      expect(one.lines.map((line) => line.quantity)).toEqual(first.lines.map(() => 1));
      await world.act(first.channelOrderId, "return");
      const read = await must("statuses", channel.run("readStatuses", [first.channelOrderId]));
      const second = { ...first, channelReturnId: read.orders[0]?.lines[0]?.channelReturnId ?? null };
      expect(second.channelReturnId).not.toBe(first.channelReturnId);
      await tell(channel, second);
      const other = ready(await ask(channel, second));
      expect(other.number).not.toBe(one.number);
      for (const note of [one, other]) expect(note.originalInvoiceNumber).toBe(invoice.number);
      for (const line of invoice.lines) {
        const parts = [...one.lines, ...other.lines].filter((part) => part.variantId === line.variantId);
        expect(parts.map(({ rates }) => rates)).toEqual([line.rates, line.rates]);
        expect(parts.reduce((sum, part) => sum + Number(part.taxable), 0)).toBe(Number(line.taxable));
      }
    },
  );
  scenario("fetchCreditNote", "whose file is a web page is no credit note", async () => {
    const channel = rig();
    const facts = await returnOf(world, channel);
    await tell(channel, facts);
    await fault({ kind: "bad_file", operation: await rehearse(channel, "fetchCreditNote", facts) });
    expect(await channel.run("fetchCreditNote", facts)).toMatchObject({ ok: false, failure: { kind: "bad_answer" } });
  });
  scenario("fetchCreditNote", "of an order that nobody knows is never ready", async () => {
    const channel = rig();
    const facts = await returnOf(world, channel);
    const got = await channel.run("fetchCreditNote", { ...facts, channelOrderId: "no-such-order" });
    if (got.ok) expect(got.value.state).toBe("NOT_YET");
    else expect(got.failure).toMatchObject({ reached: "yes", kind: "refused" });
  });
}

export function irnScenarios(world: World): void {
  const { scenario, rig, fault, sim } = world;
  const give = (channel: Rig, facts: IrnFacts) => must("IRN", channel.run("giveIrn", facts));
  const taken = (facts: IrnFacts) =>
    orderOf(sim(), facts.channelOrderId).irns.map(({ document, number, irn, signedQr }) => {
      return { document, number, irn, signedQr };
    });
  scenario("giveIrn", "of an invoice is accepted, and told again is one", async () => {
    const channel = rig();
    const facts = await irnOf(world, channel);
    for (let i = 0; i < 2; i++)
      expect(await give(channel, facts)).toMatchObject({
        status: "SUCCESS",
        results: [{ key: facts.number, accepted: true }],
      });
    const { document, number, irn, signedQr } = facts;
    expect(taken(facts)).toEqual([{ document, number, irn, signedQr }]);
  });
  scenario("giveIrn", "is refused in the channel's words", async () => {
    const channel = rig();
    const facts = await irnOf(world, channel);
    await fault({ kind: "failed", message: "not now", operation: await rehearse(channel, "giveIrn", facts) });
    expect(await give(channel, facts)).toMatchObject({
      status: "FAILED",
      results: [{ accepted: false }],
      message: "not now",
    });
  });
  scenario(
    "giveIrn",
    "of a document that nobody knows, or another IRN for one that has one, is not taken",
    async () => {
      const channel = rig();
      const facts = await irnOf(world, channel);
      await give(channel, facts);
      for (const wrong of [{ number: "NOBODYS" }, { irn: facts.irn.replaceAll("a", "b") }]) {
        const sent = await channel.run("giveIrn", { ...facts, ...wrong });
        if (sent.ok) expect(sent.value).toMatchObject({ status: "FAILED", message: expect.stringMatching(/\S/) });
        else expect(sent.failure).toMatchObject({ reached: "yes", kind: "refused" });
      }
      expect(taken(facts)).toHaveLength(1);
    },
  );
}
