import { z } from "zod";
import type { Connector } from "../../connectors/kit/index.ts";
import { assert, type ChannelId, type Instant, newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx, Services } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueue, enqueueAll, type JobOutcome, job } from "../platform/jobs.ts";
import { explain } from "../platform/refusals.ts";
import { costSeconds, declaredMinutes, minutesAfter, retryMinutes } from "./cadence.ts";
import { type Channel, type ExchangeId, SYNC_KINDS, type SyncKind, type SyncRunId } from "./channel.ts";
import { foldQuiet } from "./exchange.store.ts";
import { sourceOf } from "./registry.ts";
import { findChannel, tenantFacts } from "./store.ts";
import * as store from "./sync.store.ts";
import { canSyncNow, nextRunAfter } from "./sync-kind.ts";

/** A run whose heartbeat is older belongs to a process that ended. */
const HEARTBEAT_MAX_SECONDS = 300;

export const syncJob = job("channels.sync", {
  payload: z.object({
    channelId: z.uuid(),
    kind: z.enum(SYNC_KINDS),
    trigger: z.enum(["SCHEDULE", "CHANGE", "PERSON", "NIGHTLY"]),
    /** A run that was begun already (a person waits for it). */
    syncRunId: z.uuid().nullable(),
  }),
  key: (p) => `${p.channelId}:${p.kind}:${p.syncRunId ?? ""}`,
  queue: (p) => `${p.channelId}:${p.kind}`,
  attemptsMax: 2,
  callsOut: true,
});

/** A run under way, as its handler sees it. */
export interface RunningSync {
  readonly channel: Channel;
  readonly syncRunId: SyncRunId;
  readonly trigger: store.Trigger;
  /** Where the last run ended, in the handler's own shape. */
  readonly cursor: unknown;
  /** Counts so far: shown while it runs, and the sign that it is alive. Call it at least once a minute. */
  readonly progress: (counts: { ok: number; failed: number }) => Promise<void>;
  /**
   * Keeps how far the run came, in the transaction that stores what was read up to there: both or neither. It is a sign of
   * life too. A run that another one has taken over meanwhile throws, so that its transaction rolls back.
   */
  readonly saveCursor: (tx: Tx, cursor: unknown) => Promise<void>;
}

/** The run was given up for dead and another one took its place: what it still holds is read again by that one. */
class RunTakenOver extends Error {
  override readonly name = "RunTakenOver";
}

export interface SyncResult {
  readonly ok: number;
  readonly failed: number;
  readonly message: string | null;
  /** Stored with the result: given only after everything before it is stored. */
  readonly cursor?: unknown;
  /** Exchanges of the run whose answers brought nothing new: of those that the clock asked for one an hour is kept, with their number. */
  readonly quiet?: readonly ExchangeId[];
  /** Told to slow down: it is not run by the clock before this has passed. */
  readonly retryAfterMs?: number;
  /** Left out: DONE without failures, PARTIAL with some, FAILED with nothing else. */
  readonly state?: "DONE" | "PARTIAL" | "FAILED";
  /** A part of it failed and may go well at once, or goes on: it is run again when what it took of the limits is free, in a minute at the earliest. */
  readonly again?: true;
}

export type SyncHandler = (ctx: Ctx, run: RunningSync) => Promise<SyncResult>;

const handlers = new Map<SyncKind, SyncHandler>();

/** Says what a kind of sync does. The module whose data it is registers it; the composition root calls that once. */
export function registerSync(kind: SyncKind, handler: SyncHandler): void {
  handlers.set(kind, handler);
}

/**
 * Begins a run in the caller's transaction. Refusals: CHANNEL_NOT_FOUND, SYNC_NOT_OFFERED, TENANT_NOT_LIVE,
 * CHANNEL_NOT_CONNECTED, SYNC_SWITCHED_OFF (people may run one that is off). One run per channel and kind: where one is
 * under way, that one is given (`joined`).
 */
async function begin(
  tx: Tx,
  ctx: Ctx,
  channelId: ChannelId,
  kind: SyncKind,
  trigger: store.Trigger,
): Promise<Result<{ run: store.SyncRun; joined: boolean; channel: Channel; cursor: unknown }>> {
  const channel = await findChannel(tx, channelId);
  if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
  const source = sourceOf(channel.source);
  if (!canSyncNow(source, kind)) return refuse("SYNC_NOT_OFFERED", { source: source.label, kind });
  await store.ensureSyncs(tx, channelId, [kind]);
  const state = await store.lockSync(tx, channelId, kind);
  const tenant = await tenantFacts(tx);
  if (!tenant.live) return refuse("TENANT_NOT_LIVE");
  if (channel.state !== "CONNECTED")
    return refuse("CHANNEL_NOT_CONNECTED", { channel: channel.code, state: channel.state });
  if (state?.enabled === false && trigger !== "PERSON")
    return refuse("SYNC_SWITCHED_OFF", { channel: channel.code, kind });
  const now = ctx.clock.now();
  const running = await store.runningRun(tx, channelId, kind);
  if (running && isAlive(running, now)) return ok({ run: running, joined: true, channel, cursor: state?.cursor });
  if (running)
    await store.finishRun(
      tx,
      {
        ...running,
        state: "FAILED",
        ok: running.okCount,
        failed: running.failedCount,
        message: "The process that ran it ended.",
      },
      now,
    );
  const run = newRun(ctx, channelId, kind, trigger, now);
  await store.insertRun(tx, run);
  return ok({ run, joined: false, channel, cursor: state?.cursor });
}

function isAlive(run: store.SyncRun, now: Instant): boolean {
  return now.epochMilliseconds - run.heartbeatAt.epochMilliseconds < HEARTBEAT_MAX_SECONDS * 1000;
}

function newRun(ctx: Ctx, channelId: ChannelId, kind: SyncKind, trigger: store.Trigger, at: Instant): store.SyncRun {
  const startedBy = ctx.actor.kind === "USER" || ctx.actor.kind === "API" ? ctx.actor.name : null;
  return {
    ...{ syncRunId: newId<"SyncRun">(), channelId, kind, trigger, state: "RUNNING", startedAt: at, finishedAt: null },
    ...{ okCount: 0, failedCount: 0, message: null, startedBy, heartbeatAt: at },
  };
}

/** A person's "Sync now": the run is there at once and can be followed to its end; a job does the work. */
export function syncNow(ctx: Ctx, channelId: ChannelId, kind: SyncKind): Promise<Result<store.SyncRun>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const begun = await begin(tx, ctx, channelId, kind, "PERSON");
    if (!begun.ok) return begun;
    const { run, joined } = begun.value;
    if (!joined) await enqueue(tx, syncJob, { channelId, kind, trigger: "PERSON", syncRunId: run.syncRunId });
    return ok(run);
  });
}

/** Runs a sync to its end. What was refused is kept as a run too, so that the screen shows why nothing happened. */
export async function runSync(
  ctx: Ctx,
  wanted: { channelId: ChannelId; kind: SyncKind; trigger: store.Trigger; syncRunId: SyncRunId | null },
  handler: SyncHandler,
): Promise<JobOutcome> {
  const { channelId, kind, trigger } = wanted;
  const begun = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const run = await begin(tx, ctx, channelId, kind, trigger);
    return { run }; // wrapped: a refusal must not roll back what ended a dead run
  });
  if (!begun.run.ok) {
    const { message } = explain(begun.run.refusal);
    await ctx.db.transaction(ctx.tenantId, (tx) => refused(tx, ctx, wanted, message));
    return "done";
  }
  const { run, joined, channel, cursor } = begun.run.value;
  if (joined && run.syncRunId !== wanted.syncRunId) return "done"; // one at a time: the other one does the work
  let counts = { ok: 0, failed: 0 };
  const progress = async (now: { ok: number; failed: number }) => {
    counts = now;
    await ctx.db.transaction(ctx.tenantId, (tx) => store.beat(tx, run.syncRunId, now, ctx.clock.now()));
  };
  const saveCursor = async (tx: Tx, reached: unknown) => {
    if (!(await store.saveCursor(tx, run, reached, ctx.clock.now()))) throw new RunTakenOver();
  };
  try {
    const result = await handler(ctx, { channel, syncRunId: run.syncRunId, trigger, cursor, progress, saveCursor });
    await ctx.db.transaction(ctx.tenantId, (tx) => finish(tx, ctx, run, result, sourceOf(channel.source)));
    return "done";
  } catch (error) {
    if (error instanceof RunTakenOver) {
      ctx.log.warn({ channelId, kind, syncRunId: run.syncRunId, outcome: "taken over" }, "a late sync run ended");
      return "done";
    }
    const message = "A fault of ours stopped this run; what it stored before is kept.";
    const result = { ...counts, message, state: "FAILED" as const };
    await ctx.db.transaction(ctx.tenantId, (tx) => finish(tx, ctx, run, result, sourceOf(channel.source)));
    throw error; // the queue keeps it, the log shows it
  }
}

async function finish(tx: Tx, ctx: Ctx, run: store.SyncRun, result: SyncResult, source: Connector): Promise<void> {
  const state = result.state ?? (result.failed === 0 ? "DONE" : result.ok > 0 ? "PARTIAL" : "FAILED");
  const at = ctx.clock.now();
  const sync = await store.lockSync(tx, run.channelId, run.kind); // before its run, as where a run begins
  const ended = { syncRunId: run.syncRunId, state, ok: result.ok, failed: result.failed, message: result.message };
  if (!(await store.finishRun(tx, ended, at))) return; // another run took over: it tells how the sync stands
  await store.recordAttempt(tx, run.channelId, run.kind, {
    at,
    succeeded: state !== "FAILED",
    message: result.message,
    ...(result.cursor === undefined ? {} : { cursor: result.cursor }),
  });
  const failures = state === "FAILED" ? (sync?.consecutiveFailures ?? 0) + 1 : 0;
  const again = result.again === true;
  await stretch(tx, run, source, { at, failures, again, retryAfterMs: result.retryAfterMs ?? 0 });
  // After its requests were counted. Who pressed Sync now finds each of its exchanges.
  if (run.trigger === "SCHEDULE") await foldQuiet(tx, run.channelId, result.quiet ?? []);
}

/**
 * What the run took of the source's limits sets when it, and what runs together with it, is due next. One that failed comes
 * again sooner than a slow pace would have it: a poll that is missed must not pass the ceiling of ten minutes. Where a part
 * failed, what the others took comes first: that much of the limits is free again by then.
 */
async function stretch(
  tx: Tx,
  run: store.SyncRun,
  source: Connector,
  ended: { readonly at: Instant; readonly failures: number; readonly again: boolean; readonly retryAfterMs: number },
): Promise<void> {
  const { at, failures, retryAfterMs } = ended;
  const isPaced = run.kind === "ORDERS" || run.kind === "STATUS_CANCELLED";
  const tookMs = at.epochMilliseconds - run.startedAt.epochMilliseconds;
  const isDeclared = declaredMinutes(source) !== null;
  const seconds = isPaced
    ? costSeconds(await store.callsOfRun(tx, run.syncRunId), source.limits, tookMs, isDeclared)
    : 0;
  const waited = retryAfterMs > 0 ? at.add({ milliseconds: retryAfterMs }) : null;
  await store.writeCost(tx, run, { seconds, notBefore: waited });
  if (!isPaced || run.trigger !== "SCHEDULE") return;
  const pace = await store.paceOfChannel(tx, run.channelId);
  const next = nextRunAfter(source, run.kind, run.startedAt, pace);
  const pause = ended.again ? Math.max(1, Math.ceil(seconds / 60)) : failures > 0 ? retryMinutes(failures) : null;
  const again = pause === null ? null : minutesAfter(at, pause);
  if (next !== null && again !== null && isBefore(again, next)) await store.runSooner(tx, run, latest(again, waited));
  else await store.writeCost(tx, run, { seconds, notBefore: next });
}

const isBefore = (a: Instant, b: Instant): boolean => Temporal.Instant.compare(a, b) < 0;
const latest = (a: Instant, b: Instant | null): Instant => (b !== null && isBefore(a, b) ? b : a);

async function refused(
  tx: Tx,
  ctx: Ctx,
  wanted: { channelId: ChannelId; kind: SyncKind; trigger: store.Trigger; syncRunId: SyncRunId | null },
  message: string,
): Promise<void> {
  const at = ctx.clock.now();
  if ((await findChannel(tx, wanted.channelId)) === undefined) return;
  if (wanted.syncRunId !== null) {
    await store.finishRun(tx, { syncRunId: wanted.syncRunId, state: "REFUSED", ok: 0, failed: 0, message }, at);
    return;
  }
  const run = newRun(ctx, wanted.channelId, wanted.kind, wanted.trigger, at);
  await store.insertRun(tx, { ...run, state: "REFUSED", finishedAt: at, message });
}

/**
 * Notes what a sync that is started by changes has just done (stock pushed, notices sent), in the transaction that
 * stores its results. It has no run of its own.
 */
export function noteSync(
  tx: Tx,
  channelId: ChannelId,
  kind: SyncKind,
  done: { at: Instant; ok: number; failed: number; message: string | null },
): Promise<void> {
  const succeeded = done.failed === 0 || done.ok > 0;
  return store.recordAttempt(tx, channelId, kind, { at: done.at, succeeded, message: done.message });
}

/** The job of a sync: whoever registered the kind does the work. */
export function handleSync(ctx: Ctx, p: z.output<typeof syncJob.payload>): Promise<JobOutcome> {
  const handler = handlers.get(p.kind);
  assert(handler !== undefined, `the sync ${p.kind} is registered`);
  const wanted = { ...p, channelId: p.channelId as ChannelId, syncRunId: p.syncRunId as SyncRunId | null };
  return runSync(ctx, wanted, handler);
}

/** Each minute: syncs whose time has come, for live tenants. One tenant's trouble does not stop the others. */
export async function startDueSyncs(services: Services): Promise<void> {
  const now = services.clock.now();
  for (const { tenantId, live } of await services.db.tenants()) {
    if (!live) continue;
    try {
      await services.db.transaction(tenantId, async (tx) => {
        const due = await store.takeDue(tx, now);
        if (due.length === 0) return;
        const next = due.map((d) => ({ ...d, nextRunAt: nextRunAfter(sourceOf(d.source), d.kind, now, d.pace) }));
        await store.setNextRuns(tx, next);
        const runnable = due.filter((d) => handlers.has(d.kind) && canSyncNow(sourceOf(d.source), d.kind));
        await enqueueAll(
          tx,
          syncJob,
          runnable.map(({ channelId, kind }) => ({
            ...{ channelId, kind, syncRunId: null },
            trigger: kind === "INVENTORY" ? ("NIGHTLY" as const) : ("SCHEDULE" as const),
          })),
        );
      });
    } catch (error) {
      services.log.error({ err: error, tenantId, outcome: "failed" }, "due syncs could not be started");
    }
  }
}
