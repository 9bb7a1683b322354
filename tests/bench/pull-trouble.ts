import { setTimeout as pause } from "node:timers/promises";
import { summary } from "./load.ts";
import { benchSeller, eased, opened, placed, type Sale } from "./pull-messages.ts";
import { allocated, runsEnded, salesFor, settled, startRun, storedOf } from "./pull-rounds.ts";
import { CHANNELS, type PullStage } from "./pull-stage.ts";

const HANGS = 0;
const THROTTLES = 1;
const WELL = Array.from({ length: CHANNELS }, (_, i) => i).filter((i) => i !== HANGS && i !== THROTTLES);
/** Pages of fifty for each channel that is well. */
const PAGES = 4;
const HEAD_START_MS = 2_000;
const STEADY_SECONDS = 10;
const ORDERS_PER_SECOND = 40;
const ASK_EVERY_MS = 1_000;
const STORED_MAX_MS = 60_000;

/** The eight channels that are well, beside two that are not asked at all, or of which one hangs and one throttles. */
export interface Trouble {
  readonly inTrouble: boolean;
  /** Orders a second of a burst, from Sync now to stored and to allocated. */
  readonly storedPerSecond: number;
  readonly allocatedPerSecond: number;
  /** From order placed to stored, at 40 orders a second; each channel is asked once a second. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** In turns with and without two channels in trouble: what becomes of the other eight. Medians of the rounds. */
export async function benchTrouble(pull: PullStage, rounds: number): Promise<Trouble[]> {
  const seen: Trouble[] = [];
  for (let round = 0; round < rounds; round++)
    for (const inTrouble of [false, true]) {
      const burst = await burstRound(pull, inTrouble);
      const latencies = (await steadyRound(pull, inTrouble)).toSorted((a, b) => a - b);
      const at = (share: number) =>
        latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
      seen.push({ inTrouble, ...burst, p50Ms: at(0.5), p99Ms: at(0.99) });
    }
  await hold(pull, [], false);
  return [false, true].map((inTrouble) => {
    const of = (figure: (t: Trouble) => number) =>
      summary(seen.filter((t) => t.inTrouble === inTrouble).map(figure)).median;
    return {
      inTrouble,
      storedPerSecond: of((t) => t.storedPerSecond),
      allocatedPerSecond: of((t) => t.allocatedPerSecond),
      p50Ms: of((t) => t.p50Ms),
      p99Ms: of((t) => t.p99Ms),
    };
  });
}

/** The marketplace begins anew, and what was under way with it has ended. */
async function hold(pull: PullStage, sales: Sale[], inTrouble: boolean): Promise<void> {
  const sick = { hanging: [benchSeller(HANGS).username], throttled: [benchSeller(THROTTLES).username] };
  const base = { kind: "hold" as const, sellers: CHANNELS };
  // Nothing is under way when it begins anew: a token that was renewed just before would be refused twice.
  await pull.marketplace.say({ kind: "ease" }, eased);
  await settled(pull);
  const treated = inTrouble ? sick : { hanging: [], throttled: [] };
  await pull.marketplace.say({ ...base, sales, ...treated }, opened);
}

async function askTheSick(pull: PullStage): Promise<void> {
  for (const i of [HANGS, THROTTLES]) await startRun(pull, channelOf(pull, i));
}

function channelOf(pull: PullStage, i: number) {
  const channelId = pull.channels[i];
  if (channelId === undefined) throw new Error(`the bench has ${CHANNELS} channels`);
  return channelId;
}

async function burstRound(pull: PullStage, inTrouble: boolean) {
  const sales = salesFor(WELL, WELL.length * PAGES * 50);
  await hold(pull, inTrouble ? [...sales, ...salesFor([HANGS, THROTTLES], 200)] : sales, inTrouble);
  if (inTrouble) {
    await askTheSick(pull);
    await pause(HEAD_START_MS); // they hold their places before the others begin
  }
  const startMs = Date.now();
  const runs = await Promise.all(WELL.map((i) => startRun(pull, channelOf(pull, i))));
  const { endedAtMs, ok } = await runsEnded(pull, runs);
  if (ok !== sales.length) throw new Error(`${ok} of ${sales.length} orders were stored`);
  await allocated(pull);
  const allocatedMs = Date.now() - startMs;
  return {
    storedPerSecond: (sales.length * 1000) / (endedAtMs - startMs),
    allocatedPerSecond: (sales.length * 1000) / allocatedMs,
  };
}

/** Places orders at a steady rate and looks when each stands here. Milliseconds; one that never does is a fault. */
async function steadyRound(pull: PullStage, inTrouble: boolean): Promise<number[]> {
  await hold(pull, [], inTrouble);
  const sales = salesFor(WELL, STEADY_SECONDS * ORDERS_PER_SECOND);
  const waiting = new Map<string, number>();
  const latencies: number[] = [];
  let placing = true;
  const startMs = Date.now();
  const asking = (async () => {
    while (placing || waiting.size > 0) {
      const beganMs = Date.now();
      if (inTrouble) await askTheSick(pull);
      await Promise.all(WELL.map((i) => startRun(pull, channelOf(pull, i))));
      await pause(Math.max(0, ASK_EVERY_MS - (Date.now() - beganMs)));
    }
  })();
  const looking = (async () => {
    while (placing || waiting.size > 0) {
      for (const id of await storedOf(pull, [...waiting.keys()])) {
        latencies.push(Date.now() - (waiting.get(id) ?? 0));
        waiting.delete(id);
      }
      const late = [...waiting.values()].some((atMs) => Date.now() - atMs > STORED_MAX_MS);
      if (late) throw new Error(`an order was not stored within ${STORED_MAX_MS / 1000} s`);
      await pause(20);
    }
  })();
  const both = Promise.all([asking, looking]);
  both.catch(() => undefined); // awaited below: until then nobody listens
  for (const [n, sale] of sales.entries()) {
    await pause(Math.max(0, startMs + (n * 1000) / ORDERS_PER_SECOND - Date.now()));
    const { placedAtMs } = await pull.marketplace.say({ kind: "place", sale }, placed);
    waiting.set(sale.id, placedAtMs);
  }
  placing = false;
  await both;
  return latencies;
}
