import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { aTenant } from "../../tests/support/builders.ts";
import {
  aConnectedChannel,
  aJupiter,
  ctxWith,
  SIM_PASSWORD,
  setFaults,
  waitingJobs,
} from "../../tests/support/channel-builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { type ChannelId, must } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { TRY_AGAIN_MINUTES } from "../platform/credential-tries.ts";
import { callChannel, callChannelInTurn, callTarget, loadTarget } from "./call.ts";
import { connectChannel, disableChannel, setCredentials } from "./index.ts";
import { findChannel } from "./store.ts";
import { tryCredentials } from "./try-credentials.ts";

let t: TestDatabase;
let sim: RunningSimulator & { username: string };
let ctx: Ctx;
let channelId: ChannelId;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  sim = await aJupiter();
  ctx = ctxWith(t, await aTenant(t.db), sim.url);
  ({ channelId } = await aConnectedChannel(ctx, sim.username));
});
afterEach(() => sim.close());

const state = async () =>
  (await t.raw<{ state: string }>("select state from godown.channel where channel_id = $1", [channelId]))[0]?.state;
const enterAgain = async () => {
  t.clock.advance({ seconds: 1 });
  must(
    await setCredentials({ ...ctx, now: t.clock.now() }, channelId, { username: sim.username, password: SIM_PASSWORD }),
  );
  expect(must(await connectChannel(ctx, channelId)).connected).toBe(true);
};

it("a call with credentials that were replaced meanwhile does not break the channel that is connected with new ones", async () => {
  const target = await ctx.db.read(ctx.tenantId, async (tx) => {
    const channel = await findChannel(tx, channelId);
    return must(await loadTarget(ctx, tx, channel ?? expect.fail("the channel is there")));
  });
  await enterAgain();
  await setFaults(sim, { kind: "401", operation: "getProducts" });
  const late = await callTarget(ctx, target, "pullListings", 1, {});
  expect(late).toMatchObject({ ok: false, failure: { kind: "auth" } });
  expect(await state()).toBe("CONNECTED");
});

it("a call with the credentials of now that are refused breaks it", async () => {
  await setFaults(sim, { kind: "401", operation: "getProducts" });
  expect(await callChannel(ctx, channelId, "pullListings", 1)).toMatchObject({ ok: false, failure: { kind: "auth" } });
  expect(await state()).toBe("BROKEN");
});

describe("credentials that were refused", () => {
  const jobsDue = async () =>
    (await waitingJobs(t, "channels.try_credentials")).filter(
      (job) => z.object({ channelId: z.string() }).parse(job).channelId === channelId,
    );
  it("are tried again by themselves: a marketplace that stumbled is connected again, and its alarm goes", async () => {
    await setFaults(sim, { kind: "401" });
    t.clock.advance({ minutes: 6 });
    await callChannel(ctx, channelId, "pullListings", 1);
    expect(await jobsDue()).toMatchObject([{ tried: 0 }]);
    await tryCredentials(ctx, { channelId, tried: 0 });
    expect(await state()).toBe("BROKEN");
    await setFaults(sim, null);
    await tryCredentials(ctx, { channelId, tried: 1 });
    expect(await state()).toBe("CONNECTED");
    const alarms = await t.raw("select from godown.alarm where record_id = $1 and cleared_at is null", [channelId]);
    expect(alarms).toEqual([]);
  });
  it("that are refused again right after they were taken wait longer, and do not come and go each minute", async () => {
    await setFaults(sim, { kind: "401" });
    t.clock.advance({ minutes: 4 });
    await callChannel(ctx, channelId, "pullListings", 1);
    expect(await jobsDue()).toMatchObject([{ tried: 2 }]);
  });
  it("that stay wrong are tried a few times and no more, and a person is asked", async () => {
    await setFaults(sim, { kind: "401" });
    await callChannel(ctx, channelId, "pullListings", 1);
    const used = TRY_AGAIN_MINUTES.length;
    for (let tried = 0; tried < used; tried++) await tryCredentials(ctx, { channelId, tried });
    expect(await state()).toBe("BROKEN");
    expect((await jobsDue()).map((job) => z.object({ tried: z.int() }).parse(job).tried)).not.toContain(used);
  });
  it("are left alone where a person has switched the channel off meanwhile", async () => {
    await setFaults(sim, { kind: "401" });
    await callChannel(ctx, channelId, "pullListings", 1);
    must(await disableChannel(ctx, channelId));
    await tryCredentials(ctx, { channelId, tried: 0 });
    expect(await state()).toBe("DISABLED");
  });
});

describe("several calls in turn", () => {
  const asked = (...pages: number[]) => callChannelInTurn(ctx, channelId, "pullListings", pages);
  const kept = async () =>
    (
      await t.raw<{ id: string }>(
        "select exchange_id as id from godown.exchange where channel_id = $1 and operation like 'pullListings/%'",
        [channelId],
      )
    ).map(({ id }) => id);

  it("give an answer each, and their exchanges are kept", async () => {
    const answers = await asked(1, 2, 3);
    expect(answers.map(({ outcome }) => outcome.ok)).toEqual([true, true, true]);
    const ids = answers.flatMap(({ exchanges }) => exchanges);
    expect(ids).toHaveLength(3);
    expect((await kept()).sort()).toEqual([...ids].sort());
  });

  it("end with the one that fails, which is kept as well and counts as any other", async () => {
    await setFaults(sim, { kind: "401", operation: "getProducts" });
    const answers = await asked(1, 2, 3);
    expect(answers).toMatchObject([{ outcome: { ok: false, failure: { kind: "auth" } } }]);
    const ids = [...(answers[0]?.exchanges ?? [])].sort();
    expect(ids.length, "a call may be made again before it is given up").toBeGreaterThan(0);
    expect((await kept()).sort()).toEqual(ids);
    expect(await state()).toBe("BROKEN");
    expect(await asked(1, 2)).toMatchObject([
      { outcome: { ok: false, failure: { reached: "no", channelCode: "CHANNEL_NOT_CONNECTED" } }, exchanges: [] },
    ]);
    expect(await kept()).toHaveLength(ids.length);
  });
});

it("credentials that are replaced while they are tried are not called connected by the answer to the old ones", async () => {
  t.clock.advance({ seconds: 1 });
  const later = { ...ctx, now: t.clock.now() };
  const heard = z.object({ calls: z.array(z.unknown()) });
  const calls = async () => heard.parse(await (await fetch(`${sim.url}/_sim/log`)).json()).calls.length;
  const before = await calls();
  await setFaults(sim, { kind: "late", delayMs: 800 });
  const connecting = connectChannel(later, channelId);
  await waitFor("the marketplace is asked", async () => (await calls()) > before);
  must(await setCredentials(later, channelId, { username: sim.username, password: "a typing mistake" }));
  expect(must(await connecting)).toMatchObject({
    connected: false,
    steps: expect.arrayContaining([
      expect.objectContaining({ title: "Credentials", state: "FAILED", detail: expect.stringContaining("changed") }),
    ]),
  });
});
