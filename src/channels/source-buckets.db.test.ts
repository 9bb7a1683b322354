import { createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BucketWish, type Connector, Engine, succeed } from "../../connectors/kit/index.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { aTenant } from "../../tests/support/builders.ts";
import { aConnectedChannel, aJupiter, ctxWith, SIM_PASSWORD } from "../../tests/support/channel-builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { assert, type ChannelId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { sourceBuckets } from "./source-buckets.ts";

/** A call in 180 s, four at once, of which one is kept for people. */
const SLOW: BucketWish = { operation: "getOrders", requestsPerSecond: 1 / 180, burst: 4, reserved: 1 };
const TOKEN_MS = Math.ceil(180_000 / 0.97);

let t: TestDatabase;
let sim: RunningSimulator & { username: string };
let ctx: Ctx;
let channelId: ChannelId;
let asked = 0;
let rateHeader: string | null = null;
let baseUrl = "";
const server = createServer((_request, response) => {
  asked++;
  const more = rateHeader === null ? {} : { "x-rate": rateHeader };
  response.writeHead(200, { "content-type": "application/json", ...more }).end("{}");
});
beforeAll(async () => {
  t = await testDatabase();
  sim = await aJupiter();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert(typeof address === "object" && address !== null, "it listens");
  baseUrl = `http://127.0.0.1:${address.port}`;
});
afterAll(async () => {
  server.close();
  await sim.close();
  await t.close();
});
beforeEach(async () => {
  ctx = ctxWith(t, await aTenant(t.db), sim.url);
  ({ channelId } = await aConnectedChannel(ctx, sim.username));
  asked = 0;
  rateHeader = null;
});

const later = (ms: number) => t.clock.set(t.clock.now().add({ milliseconds: ms }));

/** A process of its own: what it knows in memory ends with it. */
function aProcess() {
  const engine = new Engine();
  const { operation, ...limit } = SLOW;
  const connector: Pick<Connector, "operations" | "limits" | "settings" | "id"> = {
    id: "SLOW",
    settings: [],
    limits: {
      ...{ requestsPerSecond: 50, burst: 50, interactiveShare: 0.25, timeoutMs: 5_000, answerBytesMax: 10_000 },
      operations: { [operation]: limit },
      rateHeader: "x-rate",
    },
    operations: {
      acknowledge: async (call) => {
        const sent = await call.send({ operation, method: "GET", path: "/orders", idempotent: true });
        return sent.ok ? succeed({ status: "SUCCESS", results: [], message: null }) : sent;
      },
    },
  };
  const call = (interactive = false) =>
    engine.run(
      // The engine asks a connector for nothing else.
      { channelId, connector: connector as Connector, baseUrl, fields: {}, credentialsVersion: "1" },
      "acknowledge",
      "O",
      { now: t.clock.now(), interactive, record: () => undefined, buckets: sourceBuckets(ctx, channelId) },
    );
  return { call, close: () => engine.close() };
}

describe("a slow operation's limit", () => {
  it("is one for two processes that call at once, and for the one that is started after them", async () => {
    const [one, other] = [aProcess(), aProcess()];
    const calls = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : other).call());
    const done = await Promise.all(calls);
    expect([asked, done.filter((outcome) => outcome.ok).length]).toEqual([3, 3]);
    const refused = done.filter((outcome) => !outcome.ok).map(({ failure }) => failure);
    for (const failure of refused)
      expect(failure).toMatchObject({ kind: "throttle", reached: "no", retryAfterMs: TOKEN_MS });
    expect((await one.call(true)).ok).toBe(true); // a person's
    await Promise.all([one.close(), other.close()]);

    const restarted = aProcess();
    expect(await restarted.call(true)).toMatchObject({ ok: false, failure: { retryAfterMs: TOKEN_MS } });
    later(TOKEN_MS - 1_000);
    expect(await restarted.call(true)).toMatchObject({ ok: false, failure: { retryAfterMs: 1_000 } });
    later(1_000);
    expect((await restarted.call(true)).ok).toBe(true);
    expect(asked).toBe(5);
    await restarted.close();
  });

  it("follows the rate that the source tells, in every process, until the declaration changes", async () => {
    const [one, other] = [aProcess(), aProcess()];
    rateHeader = "0.5";
    for (let i = 0; i < 3; i++) await one.call();
    const perToken = Math.ceil(2_000 / 0.97);
    expect(await other.call()).toMatchObject({ ok: false, failure: { retryAfterMs: perToken } });
    later(perToken);
    expect((await other.call()).ok).toBe(true);
    await Promise.all([one.close(), other.close()]);
    const buckets = sourceBuckets(ctx, channelId);
    const changed = { ...SLOW, requestsPerSecond: 0.25 };
    expect(await buckets.take(changed, false)).toBe(Math.ceil(4_000 / 0.97));
    later(Math.ceil(4_000 / 0.97));
    expect(await buckets.take(changed, false)).toBeNull();
  });

  it("never fills beyond its depth, and is empty for as long as the source says", async () => {
    const buckets = sourceBuckets(ctx, channelId);
    const take = () => buckets.take(SLOW, true);
    expect(await take()).toBeNull();
    t.clock.advance({ hours: 48 });
    for (let i = 0; i < 4; i++) expect(await take()).toBeNull();
    expect(await take()).toBe(TOKEN_MS);
    t.clock.advance({ hours: 48 });
    await buckets.empty(SLOW, 60_000);
    expect(Math.abs(Number(await take()) - 60_000)).toBeLessThan(2);
  });

  it("is held without being emptied where one refusal was no more than a slip", async () => {
    const buckets = sourceBuckets(ctx, channelId);
    const take = () => buckets.take(SLOW, true);
    expect(await take()).toBeNull();
    await buckets.hold(SLOW, 45_000);
    expect(Math.abs(Number(await take()) - 45_000)).toBeLessThan(2);
    later(45_000);
    for (let i = 0; i < 3; i++) expect(await take()).toBeNull();
  });

  it("is each channel's own", async () => {
    sim.addSeller({ username: "another", password: SIM_PASSWORD });
    const second = await aConnectedChannel(ctx, "another");
    for (let i = 0; i < 3; i++) expect(await sourceBuckets(ctx, channelId).take(SLOW, false)).toBeNull();
    expect(await sourceBuckets(ctx, channelId).take(SLOW, false)).toBe(TOKEN_MS);
    expect(await sourceBuckets(ctx, second.channelId).take(SLOW, false)).toBeNull();
  });
});
