import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aPlace, type Place, waitingJobs } from "../../tests/support/channel-builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aChannel, aPushOrder, receive } from "../../tests/support/order-builders.ts";
import { type ChannelId, must } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { alarmChecks, disableChannel, enableChannel, switchChannelSync, syncLagGauge } from "./index.ts";
import { setPace } from "./set-pace.ts";
import { channelSummary } from "./summary.ts";
import { registerSync, runSync, type SyncResult, startDueSyncs, syncNow } from "./sync.ts";

let t: TestDatabase;
let place: Place;
let channelId: ChannelId;
const pulled = { ok: 2, failed: 1, message: "2 orders, 1 not readable", cursor: { upTo: "10:00" } };

beforeAll(async () => {
  t = await testDatabase();
  for (const kind of ["ORDERS", "PENDENCY"] as const) registerSync(kind, async () => pulled);
});
afterAll(() => t.close());
beforeEach(async () => {
  place = await aPlace(t);
  channelId = await aChannel(t, place.tenantId, [place.facilityId], { source: "AJIO_DROPSHIP" });
  const ctx = t.ctx(place.tenantId);
  must(await disableChannel(ctx, channelId));
  must(await enableChannel(ctx, channelId));
});

const nextRuns = async () =>
  Object.fromEntries(
    (
      await t.db.read(place.tenantId, (tx) =>
        tx.run(
          sql<{ kind: string; at: Temporal.Instant | null }>`select kind, next_run_at as at from godown.sync_state`,
        ),
      )
    ).map(({ kind, at }) => [kind, at?.toString() ?? null]),
  );
const jobs = async () =>
  (await waitingJobs(t, "channels.sync")).flatMap((job) => {
    const { channelId: of, kind, trigger } = job as { channelId: string; kind: string; trigger: string };
    return of === channelId ? [`${kind} ${trigger}`] : [];
  });
const run = (kind: "ORDERS" | "PENDENCY") =>
  runSync(t.ctx(place.tenantId), { channelId, kind, trigger: "SCHEDULE", syncRunId: null }, async () => pulled);
const card = async (kind: string) => {
  const summary = must(await t.db.read(place.tenantId, (tx) => channelSummary(t.ctx(place.tenantId), tx, channelId)));
  const found = summary.cards.find((candidate) => candidate.kind === kind);
  if (!found) throw new Error(`there is a card ${kind}`);
  return found;
};
const behind = async () => {
  const check = alarmChecks.find((candidate) => candidate.kinds.includes("SYNC_BEHIND"));
  if (!check) throw new Error("there is such an alarm");
  const alarms = await t.db.read(place.tenantId, (tx) => check.check(t.ctx(place.tenantId), tx));
  return alarms.map((alarm) => alarm.message);
};

describe("the syncs of a channel that is asked", () => {
  it("are due as soon as it is connected, and orders with their statuses a minute later again", async () => {
    const now = t.clock.now().toString();
    const due = await nextRuns();
    for (const kind of ["CATALOG", "INVENTORY", "ORDERS", "PENDENCY", "STATUS_CANCELLED", "STATUS_DELIVERED"])
      expect([kind, due[kind]]).toEqual([kind, now]);
    expect(due.DISPATCH).toBeNull(); // changes alone start it
    await startDueSyncs(t.services);
    await startDueSyncs(t.services);
    expect((await jobs()).toSorted()).toEqual(["ORDERS SCHEDULE", "PENDENCY SCHEDULE"]);
    const minutesOn = (minutes: number) => t.clock.now().add({ minutes }).toString();
    expect(await nextRuns()).toMatchObject({
      ORDERS: minutesOn(1),
      PENDENCY: minutesOn(5),
      STATUS_CANCELLED: minutesOn(1),
    });
  });
  it("are switched one by one, and run at a click though they are off", async () => {
    const ctx = t.ctx(place.tenantId);
    must(await switchChannelSync(ctx, channelId, "ORDERS", false));
    await startDueSyncs(t.services);
    expect(await jobs()).toEqual(["PENDENCY SCHEDULE"]);
    expect(await card("ORDERS")).toMatchObject({ on: false, state: "OFF", nextRunAt: null, canSyncNow: true });
    must(await syncNow(ctx, channelId, "ORDERS"));
    expect((await jobs()).toSorted()).toEqual(["ORDERS PERSON", "PENDENCY SCHEDULE"]);
    t.clock.advance({ minutes: 1 });
    must(await switchChannelSync(t.ctx(place.tenantId), channelId, "ORDERS", true));
    expect((await nextRuns()).ORDERS).toBe(t.clock.now().toString());
  });
  it("have cards with the figures of what was pulled, when it was asked last and when it is asked next", async () => {
    await receive(t, place.tenantId, channelId, [aPushOrder([{ productId: "UNMAPPED" }])]);
    await startDueSyncs(t.services);
    await run("ORDERS");
    await run("PENDENCY");
    t.clock.advance({ minutes: 3 });
    expect(await card("ORDERS")).toMatchObject({
      ...{ state: "OK", everyMinutes: 1, schedule: "every minute", lagSeconds: 180, lagMaxSeconds: 600 },
      ...{ ok: 0, failed: 1, waiting: 1, message: pulled.message },
      lastSuccessAt: t.clock.now().subtract({ minutes: 3 }),
      nextRunAt: t.clock.now().subtract({ minutes: 2 }),
      run: expect.objectContaining({ state: "PARTIAL", okCount: 2, failedCount: 1 }),
      received: [expect.objectContaining({ state: "FAILED" })],
    });
    expect(await card("PENDENCY")).toMatchObject({ ok: 2, failed: 1, waiting: 0, lagSeconds: 180 });
  });
  it("come again a minute after a failure, however slow their pace, and later while it lasts", async () => {
    const ctx = t.ctx(place.tenantId);
    must(await setPace(ctx, channelId, 6));
    const refused = { ok: 0, failed: 0, state: "FAILED" as const, message: "503" };
    const minutesOf = async (result: SyncResult) => {
      t.clock.advance({ minutes: 8 });
      await startDueSyncs(t.services); // plans the next one by the pace
      const wanted = { channelId, kind: "ORDERS" as const, trigger: "SCHEDULE" as const, syncRunId: null };
      await runSync(t.ctx(place.tenantId), wanted, async () => result);
      const next = Temporal.Instant.from((await nextRuns()).ORDERS ?? "");
      return t.clock.now().until(next).total("minutes");
    };
    const minutes: number[] = [];
    const partly = { ...pulled, again: true as const };
    for (const result of [refused, refused, refused, { ...refused, retryAfterMs: 240_000 }, pulled, partly, refused])
      minutes.push(await minutesOf(result));
    expect(minutes).toEqual([1, 1, 2, 4, 6, 1, 1]);
  });
  it("raise an alarm when they are more than ten minutes behind, and tell their lag to the metrics", async () => {
    await run("ORDERS");
    t.clock.advance({ minutes: 10 });
    expect(await behind()).not.toContainEqual(expect.stringMatching(/^Orders of /));
    t.clock.advance({ minutes: 1 });
    expect(await behind()).toContainEqual(expect.stringMatching(/^Orders of .*: 11 minutes behind\. 2 orders/));
    const { code } = must(
      await t.db.read(place.tenantId, (tx) => channelSummary(t.ctx(place.tenantId), tx, channelId)),
    ).channel;
    const lags = (await syncLagGauge.read(t.services)).filter((value) => value.labels.channel === code);
    expect(lags.find((value) => value.labels.kind === "ORDERS")?.value).toBe(660);
  });
});
