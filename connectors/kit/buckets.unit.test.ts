import { createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { assert } from "../../src/kernel/index.ts";
import { type BucketWish, ChannelLimits, MemoryBuckets } from "./buckets.ts";
import { type Connector, Engine, type ExchangeRecord, type Limits, succeed } from "./index.ts";
import type { Timer } from "./limiter.ts";

/** A clock that moves only by sleeping. */
function handTimer(): Timer & { ms: number } {
  return {
    ms: 0,
    nowMs() {
      return this.ms;
    },
    async sleep(ms) {
      this.ms += ms;
    },
  };
}

const LIMITS: Limits = {
  ...{ requestsPerSecond: 10, burst: 2, interactiveShare: 0.5, timeoutMs: 2_000, answerBytesMax: 10_000 },
  operations: { slow: { requestsPerSecond: 0.1, burst: 4 }, fast: { requestsPerSecond: 5, burst: 1 } },
  rateHeader: "X-Rate-Limit",
};
const heard = (rate: string) => ({ "x-rate-limit": rate });

describe("limits of single operations", () => {
  it("a slow one never waits: it says when a token will be there, a little later than the source's would be", async () => {
    const timer = handTimer();
    const limits = new ChannelLimits(LIMITS, timer);
    expect([
      await limits.take("slow", { interactive: false }),
      await limits.take("slow", { interactive: false }),
    ]).toEqual([null, null]);
    const waitMs = await limits.take("slow", { interactive: false }); // half of four is kept for people
    expect(waitMs).toBe(Math.ceil(10_000 / 0.97));
    expect([
      await limits.take("slow", { interactive: true }),
      await limits.take("slow", { interactive: true }),
    ]).toEqual([null, null]);
    expect(await limits.take("slow", { interactive: true })).toBe(waitMs);
    timer.ms += Number(waitMs) - 1;
    expect(await limits.take("slow", { interactive: true })).toBe(1);
    timer.ms += 1;
    expect(await limits.take("slow", { interactive: true })).toBeNull();
  });
  it("of a slow one, calls that can wait leave three quarters of the burst to all others", async () => {
    const limits = new ChannelLimits({ ...LIMITS, interactiveShare: 0 }, handTimer()); // a burst of four
    const spare = { interactive: false, spare: true };
    expect(await limits.take("slow", spare)).toBeNull();
    expect(await limits.take("slow", spare)).toBeGreaterThan(0);
    for (let i = 0; i < 3; i++) expect(await limits.take("slow", { interactive: false })).toBeNull();
    expect(await limits.take("slow", { interactive: false })).toBeGreaterThan(0);
  });
  it("a fast one waits for its turn, and takes nothing of the channel's", async () => {
    const timer = handTimer();
    const limits = new ChannelLimits(LIMITS, timer);
    for (let i = 0; i < 3; i++) expect(await limits.take("fast", { interactive: false })).toBeNull();
    expect(timer.ms).toBeGreaterThanOrEqual(2 * Math.floor(200 / 0.97));
    const before = timer.ms;
    expect(await limits.take("other", { interactive: false })).toBeNull();
    expect(timer.ms).toBe(before);
  });
  it.each([
    ["0.5", 2_000],
    [" 0.0056 ", 178_572],
    ["0.0000001", 86_400_000], // nothing is slower than a call in a day
  ])("the header %s gives the operation that rate, up or down", async (header, perTokenMs) => {
    const timer = handTimer();
    const limits = new ChannelLimits({ ...LIMITS, interactiveShare: 0 }, timer);
    await limits.heard("slow", heard(header));
    for (let i = 0; i < 4; i++) expect(await limits.take("slow", { interactive: false })).toBeNull();
    expect(Number(await limits.take("slow", { interactive: false })) / (perTokenMs / 0.97)).toBeCloseTo(1, 3);
  });
  it.each(["soon", "-1", "0", "1e9", ""])("the header %j says nothing", async (header) => {
    const limits = new ChannelLimits({ ...LIMITS, interactiveShare: 0 }, handTimer());
    await limits.heard("slow", heard(header));
    for (let i = 0; i < 4; i++) await limits.take("slow", { interactive: false });
    expect(await limits.take("slow", { interactive: false })).toBe(Math.ceil(10_000 / 0.97));
  });
  it("a faster rate is followed by one that waits, and a fast one that became slow does not wait any more", async () => {
    const timer = handTimer();
    const limits = new ChannelLimits(LIMITS, timer);
    await limits.heard("fast", heard("100"));
    for (let i = 0; i < 11; i++) await limits.take("fast", { interactive: false });
    expect(timer.ms).toBeLessThan(200);
    await limits.heard("fast", heard("0.01"));
    await limits.take("fast", { interactive: false });
    expect(await limits.take("fast", { interactive: false })).toBeGreaterThan(90_000);
  });
  it("what is learned of an operation without a limit of its own takes it out of the channel's", async () => {
    const timer = handTimer();
    const limits = new ChannelLimits({ ...LIMITS, interactiveShare: 0 }, timer);
    await limits.heard("other", heard("0.2"));
    expect([
      await limits.take("other", { interactive: false }),
      await limits.take("other", { interactive: false }),
    ]).toEqual([null, null]);
    expect(await limits.take("other", { interactive: false })).toBe(Math.ceil(5_000 / 0.97));
    expect(await limits.take("another", { interactive: false })).toBeNull();
  });
  it("after a refusal nobody has a token for so long", async () => {
    const timer = handTimer();
    const limits = new ChannelLimits({ ...LIMITS, interactiveShare: 0 }, timer);
    await limits.refused("slow", 60_000);
    await limits.refused("fast", 1_000);
    expect(Math.abs(Number(await limits.take("slow", { interactive: false })) - 60_000)).toBeLessThan(2);
    await limits.take("fast", { interactive: false });
    expect(timer.ms).toBeGreaterThanOrEqual(1_000);
    expect([limits.pauseMs("slow", 0), limits.pauseMs("slow", 1), limits.pauseMs("other", 0)]).toEqual([
      10_000, 15_000, 100,
    ]);
  });
  it("after a refusal syncs go on when the wait is over, though what is kept for people is not there again", async () => {
    const timer = handTimer();
    const limits = new ChannelLimits(LIMITS, timer); // of four two are kept for people
    await limits.refused("slow", 10_400);
    expect([
      await limits.take("slow", { interactive: false }),
      await limits.take("slow", { interactive: true }),
    ]).toEqual([10_400, 10_400]);
    timer.ms += 10_400;
    expect(await limits.take("slow", { interactive: false })).toBeNull();
    expect(Number(await limits.take("slow", { interactive: false }))).toBeGreaterThan(0);
  });
  it("what waits without having been told how long comes back a little apart, however slow the operation is", async () => {
    const timer = handTimer();
    const limits = new ChannelLimits(
      { ...LIMITS, operations: { slow: { requestsPerSecond: 0.005, burst: 4 } } },
      timer,
    );
    const pauses = () => [limits.pauseMs("slow", 0), limits.pauseMs("slow", 1)];
    expect(pauses(), "once is no reason to leave it alone for minutes").toEqual([45_000, 55_000]);
    await limits.refused("slow", 45_000);
    expect(await limits.take("slow", { interactive: true })).toBe(45_000);
    timer.ms += 45_000;
    for (let i = 0; i < 2; i++) expect(await limits.take("slow", { interactive: true })).toBeNull();
    expect(pauses(), "twice is").toEqual([200_000, 210_000]);
    await limits.refused("slow", 200_000);
    timer.ms += 200_000;
    expect(await limits.take("slow", { interactive: true })).toBeNull();
    timer.ms += 600_000;
    expect(pauses()).toEqual([45_000, 55_000]);
  });
});

describe("buckets in memory", () => {
  it("are full at first, and never fuller", async () => {
    const timer = handTimer();
    const buckets = new MemoryBuckets(() => timer.ms);
    const wish: BucketWish = { operation: "o", requestsPerSecond: 1, burst: 2, reserved: 0 };
    timer.ms = 1_000_000;
    const taken = [];
    for (let i = 0; i < 3; i++) taken.push(await buckets.take(wish, false));
    expect(taken).toEqual([null, null, Math.ceil(1000 / 0.97)]);
  });
});

describe("an engine", () => {
  let answers: { status: number; headers?: Record<string, string> }[] = [];
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    const { status, headers = {} } = answers.shift() ?? { status: 200 };
    response.writeHead(status, { "content-type": "application/json", ...headers }).end("{}");
  });
  let baseUrl = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert(typeof address === "object" && address !== null, "it listens");
    baseUrl = `http://127.0.0.1:${address.port}`;
  });
  beforeEach(() => {
    answers = [];
    asked = 0;
  });
  afterAll(() => void server.close());

  function trial(limits: Limits) {
    const timer = handTimer();
    const engine = new Engine({ timer, random: () => 0 });
    const exchanges: ExchangeRecord[] = [];
    const connector: Pick<Connector, "operations" | "limits" | "settings" | "id"> = {
      id: "SLOW",
      settings: [],
      limits,
      operations: {
        acknowledge: async (call, operation) => {
          const sent = await call.send({ operation, method: "POST", path: "/", body: {}, idempotent: true });
          return sent.ok ? succeed({ status: "SUCCESS", results: [], message: null }) : sent;
        },
      },
    };
    const channel = { channelId: "c", baseUrl, fields: {}, credentialsVersion: "1" };
    const now = Temporal.Instant.from("2026-11-20T04:30:00Z");
    const record = (exchange: ExchangeRecord) => void exchanges.push(exchange);
    const run = (operation: string, interactive = false) =>
      engine.run(
        { ...channel, connector: connector as Connector }, // the engine asks a connector for nothing else
        "acknowledge",
        operation,
        { now, interactive, record },
      );
    return { timer, run, exchanges, engine };
  }

  it("does not send what has no token, and says when it may", async () => {
    const { run, exchanges, engine, timer } = trial({ ...LIMITS, interactiveShare: 0 });
    for (let i = 0; i < 4; i++) expect((await run("slow")).ok).toBe(true);
    const refused = await run("slow");
    expect(refused).toMatchObject({
      ok: false,
      failure: { kind: "throttle", reached: "no", retryAfterMs: Math.ceil(10_000 / 0.97) },
    });
    expect([asked, exchanges.length]).toEqual([4, 4]);
    timer.ms += Math.ceil(10_000 / 0.97);
    expect((await run("slow")).ok).toBe(true);
    await engine.close();
  });
  it("learns the rate from any answer's header, refusals included", async () => {
    const { run, engine, timer } = trial({ ...LIMITS, interactiveShare: 0 });
    answers = [{ status: 400, headers: { "X-Rate-Limit": "0.5" } }];
    expect((await run("slow")).ok).toBe(false);
    for (let i = 0; i < 3; i++) await run("slow");
    expect(await run("slow")).toMatchObject({ failure: { retryAfterMs: Math.ceil(2_000 / 0.97) } });
    timer.ms += 2_100;
    expect((await run("slow")).ok).toBe(true);
    await engine.close();
  });
  it("waits as long as a token takes after a refusal that does not say how long, and so do other calls of it", async () => {
    const { run, engine, timer } = trial({ ...LIMITS, interactiveShare: 0 });
    answers = [{ status: 429 }];
    expect(await run("slow")).toMatchObject({ failure: { kind: "throttle", reached: "yes", retryAfterMs: 10_000 } });
    expect(asked).toBe(1); // a wait of ten seconds is the caller's
    expect(await run("slow")).toMatchObject({ failure: { kind: "throttle", reached: "no" } });
    expect(asked).toBe(1);
    answers = [{ status: 429 }];
    const before = timer.ms;
    expect((await run("fast")).ok).toBe(true); // a fifth of a second is waited for here
    expect(timer.ms - before).toBeGreaterThanOrEqual(200);
    await engine.close();
  });
  it("lets the next call be the probe where the first one had no token", async () => {
    const one = { slow: { requestsPerSecond: 0.1, burst: 1 } };
    const { run, engine, timer } = trial({ ...LIMITS, operations: one });
    for (let i = 0; i < 5; i++) {
      answers = [{ status: 500 }, { status: 500 }, { status: 500 }];
      await run("slow");
      timer.ms += 11_000;
    }
    answers = [];
    timer.ms += 300_000;
    expect((await run("slow")).ok).toBe(true);
    expect(await run("slow")).toMatchObject({ failure: { kind: "throttle" } });
    timer.ms += 11_000;
    expect((await run("slow")).ok).toBe(true);
    await engine.close();
  });
});
