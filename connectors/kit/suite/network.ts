/** What the network and a tired server do. */
import { expect } from "vitest";
import type { OperationIo, OperationName } from "../index.ts";
import { INPUTS } from "./steps.ts";
import { type Rig, rehearse, type World } from "./world.ts";

/** What is done once, or has scenarios of its own about lost answers. */
const ONCE: ReadonlySet<OperationName> = new Set(["pack", "redeemConsent"]);

/** Failures that no repeat mends. */
const LASTING = ["401", "403", "5xx"] as const;

/** For each operation of the source: a token that is refused once, an answer that breaks off, and failures that last. */
export function hardshipScenarios<K extends OperationName>(world: World, name: K): void {
  const { scenario, rig, fault, behaves } = world;
  const make: ((world: World, channel: Rig) => Promise<OperationIo[K]["in"]>) | undefined = INPUTS[name];
  if (make === undefined) return; // signing in has scenarios of its own
  const warm = async (unsigned: readonly string[] = []) => {
    const channel = rig();
    const rehearsed = await make(world, channel);
    const start = channel.exchanges.length;
    const operation = await rehearse(channel, name, rehearsed, unsigned);
    const calls = channel.exchanges.slice(start).map((exchange) => exchange.operation);
    // Another one: what was done already may be answered by reading alone.
    const input = await make(world, channel);
    return { channel, input, operation, calls, before: channel.exchanges.length };
  };
  if (behaves.signsIn)
    scenario(name, "a refused token is renewed once and the call made again", async () => {
      const { channel, input, operation, before } = await warm(behaves.unsigned);
      await fault({ kind: "401", operation, count: 1 });
      expect((await channel.run(name, input)).ok).toBe(true);
      const statuses = channel.exchanges.slice(before).map((exchange) => exchange.status ?? 0);
      expect(statuses.filter((status) => status === 401)).toEqual([401]);
      const after = statuses.slice(statuses.indexOf(401) + 1);
      expect(after.length).toBeGreaterThanOrEqual(2); // a new token, and the call
      expect(after.every((status) => status >= 200 && status < 300)).toBe(true);
    });
  else
    scenario(name, "that is refused for its credentials is a failure of kind auth, and is not sent again", async () => {
      const { channel, input, operation } = await warm(behaves.unsigned);
      await fault({ kind: "401", operation });
      const before = channel.exchanges.length;
      expect(await channel.run(name, input)).toMatchObject({ ok: false, failure: { kind: "auth" } });
      const statuses = channel.exchanges.slice(before).map((exchange) => exchange.status);
      expect(statuses.filter((status) => status === 401)).toEqual([401]);
    });
  scenario(name, "a call of it that stays refused or keeps failing is a failure, never an answer", async () => {
    const { input, calls } = await warm();
    // The last call first: what comes before it is then done, and is at most done again.
    const [last, ...others] = new Set(calls.toReversed());
    // Of the others one failure tells as much as three, and some papers take many calls.
    const struck = [...LASTING.map((kind) => [last, kind]), ...others.map((operation) => [operation, "403"])];
    for (const [operation, kind] of struck) {
      await fault({}); // the one before is over
      await fault({ kind, operation });
      const asked = rig();
      const got = await asked.run(name, input);
      if (!asked.exchanges.some((exchange) => exchange.operation === operation)) continue; // it went without
      expect(!got.ok || saysNo(got.value), `${operation} answers ${kind}: ${JSON.stringify(got)}`).toBe(true);
    }
  });
  if (ONCE.has(name)) return;
  if (behaves.countEachTime.includes(name))
    scenario(name, "whose answer is lost is not sent twice: what became of it is unknown", async () => {
      for (const kind of ["half_answer", "drop", "timeout"]) {
        const { channel, input, operation, before } = await warm();
        await fault({ kind, operation, count: 1 });
        expect(await channel.run(name, input), kind).toMatchObject({ ok: false, failure: { reached: "unknown" } });
        const sent = channel.exchanges.slice(before).filter((exchange) => exchange.operation === operation);
        expect(sent.length, kind).toBe(1);
      }
    });
  else
    scenario(name, "half an answer is no answer, and is asked for again", async () => {
      const { channel, input, operation } = await warm();
      await fault({ kind: "half_answer", operation, count: 1 });
      const before = channel.exchanges.length;
      expect((await channel.run(name, input)).ok).toBe(true);
      expect(channel.exchanges.slice(before).map((exchange) => exchange.outcome)).toContain("UNKNOWN");
    });
}

/** A right that is missing may be told as the marketplace's refusal of each line. */
function saysNo(value: OperationIo[OperationName]["out"]): boolean {
  if (!("status" in value) || typeof value.results === "string") return false;
  return value.status === "FAILED" && value.results.every((line) => !line.accepted);
}

/** Each way of failing once, with the operation that costs least. */
export function networkScenarios({ scenario, rig, fault }: World): void {
  const ask = async (channel: Rig) => channel.run("readStatuses", ["some-order"]);
  const warm = async () => {
    const channel = rig();
    return { channel, operation: await rehearse(channel, "readStatuses", ["some-order"]) };
  };
  scenario("readStatuses", "a token that stays refused is a failure of kind auth, not an endless circle", async () => {
    const { channel, operation } = await warm();
    await fault({ kind: "401", operation });
    expect(await ask(channel)).toMatchObject({ ok: false, failure: { kind: "auth" } });
  });
  scenario("readStatuses", "429 waits as long as it is told and comes again", async () => {
    const { channel, operation } = await warm();
    await fault({ kind: "429", operation, count: 1 });
    expect((await ask(channel)).ok).toBe(true);
    expect(channel.exchanges.at(-2)?.status).toBe(429);
  });
  scenario("readStatuses", "5xx, a closed connection and silence are asked again", async () => {
    for (const kind of ["5xx", "drop", "timeout"]) {
      const { channel, operation } = await warm();
      await fault({ kind, operation, count: 1 });
      expect((await ask(channel)).ok, kind).toBe(true);
    }
  });
  scenario("readStatuses", "tries are bounded, and the last failure is told", async () => {
    const { channel, operation } = await warm();
    await fault({ kind: "5xx", operation });
    const before = channel.exchanges.length;
    expect(await ask(channel)).toMatchObject({ ok: false, failure: { kind: "transient", reached: "yes" } });
    const tries = channel.exchanges.slice(before).filter((exchange) => exchange.operation === operation);
    expect(tries.length).toBe(3);
  });
  scenario("readStatuses", "a server that is not there was not reached", async () => {
    const away = rig({ baseUrl: "http://127.0.0.1:9" });
    expect(await ask(away)).toMatchObject({ ok: false, failure: { reached: "no", kind: "transient" } });
  });
}
