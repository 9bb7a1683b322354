/** A run: orders come, faults strike, people work; then the weather clears, all drains, and the auditor judges. */

import type { AuditBrief } from "./audit/brief.ts";
import { type Finding, judge, type Verdict } from "./audit/index.ts";
import { Market } from "./market.ts";
import { People } from "./people.ts";
import { ADMIN, PLACES } from "./places.ts";
import { makePlan, type Plan, type PlanOptions } from "./plan.ts";
import { type Scene, type SceneOptions, setTheScene, startSimulators } from "./scene.ts";
import { badWeather, goodWeather } from "./weather.ts";

/** Rounds of clearing up at most: each repeats by button what is open, so a handful is enough. */
const DRAIN_ROUNDS_MAX = 12;
/** Rounds of a whole run: enough that words come before, at and after every step. */
export const CHAOS_ROUNDS = 6;

export interface RunOptions extends PlanOptions, Omit<SceneOptions, "plan"> {
  readonly say?: (line: string) => void;
  /** Faults of the marketplaces on top of the usual ones. */
  readonly moreFaults?: readonly Record<string, unknown>[];
  /** Rounds of clearing up at most. */
  readonly drainRoundsMax?: number;
  /** Called once everything is set up and before the first order. */
  readonly prepared?: (scene: Scene) => Promise<void>;
  /** Called while all still runs: for a look at what the auditor found. */
  readonly judged?: (scene: Scene, findings: readonly Finding[]) => Promise<void>;
}

export interface RunReport {
  readonly findings: readonly Finding[];
  readonly figures: Readonly<Record<string, unknown>>;
  /** What the process said. */
  readonly output: string;
}

export async function runPullChaos(options: RunOptions): Promise<RunReport> {
  const startedMs = performance.now();
  const plan = makePlan(options);
  const simulators = await startSimulators(options.seed);
  const took: Record<string, number> = {};
  const timed: Timed = async (what, work) => {
    const fromMs = performance.now();
    const done = await work();
    took[what] = Math.round(performance.now() - fromMs);
    options.say?.(`${what}: ${took[what]} ms`);
    return done;
  };
  try {
    const scene = await timed("set up", () => setTheScene(simulators, { ...options, plan }));
    try {
      const { findings, figures } = await runIn(scene, plan, options, timed);
      const tookMs = Math.round(performance.now() - startedMs);
      return { findings, figures: { seed: plan.seed, ...figures, tookMs, took }, output: scene.godown.output() };
    } finally {
      await scene.godown.stop();
    }
  } finally {
    for (const simulator of Object.values(simulators)) await simulator.close();
  }
}

type Timed = <T>(what: string, work: () => Promise<T>) => Promise<T>;

async function runIn(scene: Scene, plan: Plan, options: RunOptions, timed: Timed): Promise<Verdict> {
  const { simulators } = scene;
  await options.prepared?.(scene);
  const market = new Market(simulators, plan);
  const people = new People(scene, plan, market);
  await badWeather(simulators, options.moreFaults);
  for (let round = 0; round < plan.rounds; round++)
    await timed(`round ${round + 1} of ${plan.rounds}`, () => work(round, market, people));
  await goodWeather(simulators);
  await market.endReviews();
  const drainRounds = await timed("clearing up", () => drain(plan, people, options.drainRoundsMax ?? DRAIN_ROUNDS_MAX));
  const { findings, figures } = await timed("audit", () => judge(briefOf(plan, scene)));
  await options.judged?.(scene, findings);
  return { findings, figures: { ...figures, drainRounds } };
}

/** One round of a day: the world first, then the people. */
async function work(round: number, market: Market, people: People): Promise<void> {
  await market.liveThrough(round);
  await people.sync("PENDENCY");
  await people.sync("ORDERS");
  await people.knowOrders();
  await people.verify();
  await people.cancelOwn(round);
  await people.sync("STATUS_CANCELLED");
  await people.decide();
  await people.pack(round);
  // The courier comes every second round.
  if (round % 2 === 1) await people.handOver();
  await people.sync("STATUS_DELIVERED");
}

/** Repeats by the buttons whatever is open, until nothing is. @returns the rounds it took */
async function drain(plan: Plan, people: People, roundsMax: number): Promise<number> {
  for (let round = 1; round <= roundsMax; round++) {
    let open = 0;
    for (const kind of ["PENDENCY", "ORDERS", "STATUS_CANCELLED"] as const) open += await people.sync(kind);
    await people.verify();
    open += await people.decide();
    await people.pack(plan.rounds);
    await people.handOver();
    await people.putAway();
    open += await people.repeatNotices();
    open += await people.fetchLists();
    open += await people.sync("STATUS_DELIVERED");
    open += await people.takeBack(); // after the word that they come; what they bring is sold in the next round
    for (const tab of ["new", "packed", "readyToShip", "manifested"]) open += (await people.parcels(tab)).length;
    if (open === 0 && (await people.sync("INVENTORY")) === 0) return round;
  }
  return roundsMax;
}

function briefOf(plan: Plan, scene: Scene): AuditBrief {
  return {
    product: { url: scene.godown.baseUrl, ...ADMIN },
    marketplaces: Object.entries(scene.simulators).map(([source, { url }]) => ({ source, url })),
    channels: scene.channels.map(({ channelId, code, source, username, store, warehouses, facilities }) => ({
      ...{ channelId, code, source, seller: username, store, warehouses, facilities },
    })),
    facilities: PLACES.map((place) => place.code),
    stock: plan.stock,
    cameBackBad: plan.orders.flatMap((order) => (order.cameBackAs === "bad" ? order.id : [])),
    placed: plan.orders.map((order) => order.id),
  };
}
