import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { syncNow } from "../../src/channels/index.ts";
import { type ChannelId, must } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import { batchFloor, loadFloor } from "./floor/batch.ts";
import { summary } from "./load.ts";
import { askedFor, opened, type Sale } from "./pull-messages.ts";
import { CHANNELS, openPullStage, type PullStage, productOf } from "./pull-stage.ts";
import { openStage, type Stage } from "./stage.ts";

/** Orders pulled a second, counted from the first page that is asked for. */
interface Pulled {
  readonly storedPerSecond: number;
  readonly allocatedPerSecond: number;
}

export interface PullBench {
  readonly channels: number;
  readonly stored: { readonly median: number; readonly spread: number };
  readonly allocated: { readonly median: number; readonly spread: number };
  /** Orders a second that the same database takes fifty a call, in turns. */
  readonly floor: { readonly median: number; readonly spread: number };
}

const FINISH_MAX_MS = 180_000;
const LOOK_EVERY_MS = 20;

/** Orders pulled in pages of fifty until they are stored and until their last unit is blocked, in turns with the floor. */
export async function benchPull(
  stage: Stage,
  pull: PullStage,
  options: { channels: number; orders: number; rounds: number },
): Promise<PullBench> {
  const floors: number[] = [];
  const ours: Pulled[] = [];
  for (let round = 0; round <= options.rounds; round++) {
    const floor = await batchFloor(stage.connectionString, options.orders);
    const pulled = await pullRound(pull, options.channels, options.orders);
    if (round === 0) continue; // not counted: plans, caches, the first statements of each connection
    floors.push(floor);
    ours.push(pulled);
  }
  return {
    channels: options.channels,
    stored: summary(ours.map((o) => o.storedPerSecond)),
    allocated: summary(ours.map((o) => o.allocatedPerSecond)),
    floor: summary(floors),
  };
}

async function pullRound(pull: PullStage, channels: number, orders: number): Promise<Pulled> {
  const sales = salesFor(
    Array.from({ length: channels }, (_, i) => i),
    orders,
  );
  const hold = { kind: "hold" as const, sellers: CHANNELS, sales, hanging: [], throttled: [] };
  await pull.marketplace.say(hold, opened);
  await settled(pull);
  const runs = await Promise.all(pull.channels.slice(0, channels).map((id) => startRun(pull, id)));
  const stored = await runsEnded(pull, runs);
  if (stored.ok !== orders || stored.failed > 0)
    throw new Error(`${stored.ok} of ${orders} orders were stored, ${stored.failed} failed: ${stored.messages}`);
  await allocated(pull);
  const allocatedAtMs = Date.now();
  const { firstAskedMs } = await pull.marketplace.say({ kind: "asked" }, askedFor);
  if (firstAskedMs === null) throw new Error("orders were asked for");
  return {
    storedPerSecond: orders / ((stored.endedAtMs - firstAskedMs) / 1000),
    allocatedPerSecond: orders / ((allocatedAtMs - firstAskedMs) / 1000),
  };
}

/** Two lines of one unit each, as the floor writes them, spread over all that their channel sells. */
function salesFor(channels: readonly number[], orders: number): Sale[] {
  const run = randomUUID().slice(0, 8);
  const half = 500;
  return Array.from({ length: orders }, (_, n) => {
    const channel = channels[n % channels.length] ?? 0;
    const products = [productOf(channel, (n * 7919) % half), productOf(channel, half + ((n * 104_729) % half))];
    return { id: `PL${run}-${n}`, seller: channel, products };
  });
}

async function startRun(pull: PullStage, channelId: ChannelId): Promise<string> {
  return must(await syncNow(pull.ctx, channelId, "ORDERS")).syncRunId;
}

async function runsEnded(pull: PullStage, ids: readonly string[]) {
  for (const endMs = Date.now() + FINISH_MAX_MS; Date.now() < endMs; await pause(LOOK_EVERY_MS)) {
    const found = await pull.ctx.db.read(pull.ctx.tenantId, (tx) =>
      tx.one(sql<{ running: number; ok: number; failed: number; messages: string; endedAt: Temporal.Instant | null }>`
        select count(*) filter (where finished_at is null) as running, sum(ok_count) as ok, sum(failed_count) as failed,
          string_agg(distinct message, ' | ') as messages, max(finished_at) as "endedAt"
        from godown.sync_run where tenant_id = ${tx.tenantId} and sync_run_id = any(${ids}::uuid[])`),
    );
    if (found.running === 0 && found.endedAt !== null) return { ...found, endedAtMs: found.endedAt.epochMilliseconds };
  }
  throw new Error(`orders were not pulled within ${FINISH_MAX_MS / 1000} s`);
}

async function allocated(pull: PullStage): Promise<void> {
  for (const endMs = Date.now() + FINISH_MAX_MS; Date.now() < endMs; await pause(LOOK_EVERY_MS)) {
    const { waits } = await pull.ctx.db.read(pull.ctx.tenantId, (tx) =>
      tx.one(sql<{ waits: boolean }>`
        select exists (select from godown.sale_order_item where tenant_id = ${tx.tenantId}
          and state in ('CREATED', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE')) as waits`),
    );
    if (!waits) return;
  }
  throw new Error(`units were not allocated within ${FINISH_MAX_MS / 1000} s`);
}

/** What earlier rounds caused has been done: every figure is told. */
async function settled(pull: PullStage): Promise<void> {
  for (const endMs = Date.now() + FINISH_MAX_MS; Date.now() < endMs; await pause(100)) {
    const { waiting } = await pull.ctx.db.read(pull.ctx.tenantId, (tx) =>
      tx.one(
        sql<{ waiting: number }>`select count(*) as waiting from godown.listing_dirty where tenant_id = ${tx.tenantId}`,
      ),
    );
    if (waiting === 0) return;
  }
  throw new Error(`figures were not told within ${FINISH_MAX_MS / 1000} s`);
}

/** `./godown run tests/bench/pull-bench.ts [orders] [rounds]`: this part of the bench alone. */
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const orders = Number(process.argv[2] ?? 3_000);
  const rounds = Number(process.argv[3] ?? 2);
  const stage = await openStage();
  try {
    await loadFloor(stage.connectionString);
    const pull = await openPullStage(stage);
    const worker = await stage.start("worker", pull.environment);
    try {
      const words = (r: PullBench) =>
        `${r.channels} channels: stored ${r.stored.median.toFixed(0)}/s (spread ${(r.stored.spread * 100).toFixed(0)} %), allocated ${r.allocated.median.toFixed(0)}/s (${(r.allocated.spread * 100).toFixed(0)} %), floor ${r.floor.median.toFixed(0)}/s, ratio ${(r.allocated.median / r.floor.median).toFixed(3)}\n`;
      await benchPull(stage, pull, { channels: CHANNELS, orders, rounds: 1 }); // history, then statistics
      const client = new pg.Client({ connectionString: stage.connectionString });
      await client.connect();
      await client.query("vacuum analyze");
      await client.end();
      for (const channels of [CHANNELS, 1])
        process.stdout.write(words(await benchPull(stage, pull, { channels, orders, rounds })));
    } finally {
      await Promise.all([worker.stop(), pull.marketplace.stop()]);
    }
  } finally {
    await stage.close();
  }
}
