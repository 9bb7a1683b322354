import type { Connector, Limits } from "../../connectors/kit/index.ts";
import type { Instant } from "../kernel/index.ts";

/** Orders, Cancelled and Dispatched are asked for so often where nothing forbids it. */
const TARGET_MINUTES = 1;
/** The longest pause that cost or a person may make: with a run's own time ten minutes, the hard ceiling, still hold. */
export const PACE_MINUTES_MAX = 8;
/** What a source declares itself may be slower, but not beyond the ceiling. */
const DECLARED_MINUTES_MAX = 10;
/** Stock, notices, labels and people need the rest of what the source allows in all. */
const SHARE_OF_COMMON_LIMIT = 0.5;

/** What sets the pace of a channel's orders and of its statuses Cancelled and Dispatched: they run together. */
export interface Pace {
  /** Seconds that their last runs took together (`costSeconds`). */
  readonly costSeconds: number;
  /** What a person set on the Channel Summary; null: as often as limits allow. */
  readonly wishedMinutes: number | null;
}

export const FREE_PACE: Pace = { costSeconds: 0, wishedMinutes: null };

/**
 * Seconds of the source's limits that a run's requests were worth: what it may ask for again in that time without slowing
 * anybody down; at least the time that it took. Operations with a limit of their own count by that, unless the source declares
 * its pace: that was chosen by it, and a busy hour may use up what a quiet one saved. Pure.
 * @param calls requests by operation, as the source calls them
 * @param isDeclared the source declares how often it is to be asked
 */
export function costSeconds(
  calls: ReadonlyMap<string, number>,
  limits: Pick<Limits, "requestsPerSecond" | "interactiveShare" | "operations">,
  tookMs: number,
  isDeclared = false,
): number {
  const background = 1 - limits.interactiveShare;
  let common = 0;
  let slowest = 0;
  for (const [operation, count] of calls) {
    const own = limits.operations?.[operation];
    if (own === undefined) common += count;
    else if (!isDeclared) slowest = Math.max(slowest, count / (own.requestsPerSecond * background));
  }
  const shared = common / (limits.requestsPerSecond * background * SHARE_OF_COMMON_LIMIT);
  return Math.ceil(Math.max(shared, slowest, tookMs / 1000));
}

/** Minutes from one run to the next: a minute, or what is declared, stretched by cost and by a person's wish. Pure. */
export function paceMinutes(declaredMinutes: number | null, pace: Pace): number {
  const declared = Math.min(declaredMinutes ?? TARGET_MINUTES, DECLARED_MINUTES_MAX);
  const stretched = Math.min(Math.max(Math.ceil(pace.costSeconds / 60), pace.wishedMinutes ?? 1), PACE_MINUTES_MAX);
  return Math.max(declared, stretched);
}

/** What the source declares of orders and statuses that run together; null: nothing. Pure. */
export function declaredMinutes(source: Connector): number | null {
  return source.capabilities.pullOrders?.everyMinutes ?? null;
}

/** Two failures one after the other are chance; more are a source in trouble, which must not be pressed. */
const QUICK_RETRIES = 2;

/** Minutes after which a failed run is tried again, where its pace is slower: one, one, two, four and so on. Pure. */
export function retryMinutes(failures: number): number {
  return Math.min(2 ** Math.max(0, failures - QUICK_RETRIES), PACE_MINUTES_MAX);
}

/** The clock starts runs on whole minutes: what begins a moment after one must not miss the one that is meant. Pure. */
export function minutesAfter(now: Instant, minutes: number): Instant {
  const begun = now.epochMilliseconds - (now.epochMilliseconds % 60_000);
  return Temporal.Instant.fromEpochMilliseconds(begun + minutes * 60_000);
}
