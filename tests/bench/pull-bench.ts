import { pathToFileURL } from "node:url";
import pg from "pg";
import { batchFloor, loadFloor } from "./floor/batch.ts";
import { summary } from "./load.ts";
import { askedFor, opened } from "./pull-messages.ts";
import { allocated, runsEnded, salesFor, settled, startRun } from "./pull-rounds.ts";
import { CHANNELS, openPullStage, type PullStage } from "./pull-stage.ts";
import { benchTrouble, type Trouble } from "./pull-trouble.ts";
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
  await settled(pull);
  await pull.marketplace.say(hold, opened);
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

/** Everything of this part: rates with ten channels and with one, and what a channel in trouble does to the others. */
export async function benchPulling(
  stage: Stage,
  size: { orders: number; rounds: number },
): Promise<{ rates: readonly PullBench[]; trouble: readonly Trouble[] }> {
  const pull = await openPullStage(stage);
  try {
    await loadFloor(stage.connectionString);
    await pullHistory(stage, pull, size.orders);
    const worker = await stage.start("worker", pull.environment);
    try {
      const rates: PullBench[] = [];
      for (const channels of [CHANNELS, 1]) rates.push(await benchPull(stage, pull, { ...size, channels }));
      return { rates, trouble: await benchTrouble(pull, size.rounds) };
    } finally {
      await worker.stop();
    }
  } finally {
    await pull.marketplace.stop();
  }
}

/** Data first, statistics next, fresh sessions then. */
async function pullHistory(stage: Stage, pull: PullStage, orders: number): Promise<void> {
  const worker = await stage.start("worker", pull.environment);
  try {
    await pullRound(pull, CHANNELS, orders);
    await settled(pull);
  } finally {
    await worker.stop();
  }
  const client = new pg.Client({ connectionString: stage.connectionString });
  await client.connect();
  await client.query("vacuum analyze");
  await client.end();
}

/** `./godown run tests/bench/pull-bench.ts [orders] [rounds]`: this part of the bench alone. */
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const stage = await openStage();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void stage.close().finally(() => process.exit(130)));
  try {
    const size = { orders: Number(process.argv[2] ?? 3_000), rounds: Number(process.argv[3] ?? 2) };
    process.stdout.write(`${JSON.stringify(await benchPulling(stage, size), null, 2)}\n`);
  } finally {
    await stage.close();
  }
}
