import { z } from "zod";
import type { StatusFeed } from "../../connectors/kit/index.ts";
import type { Instant } from "../kernel/index.ts";

/** From so long before the first reading: what changed earlier came with the orders themselves. */
const FIRST_HOURS = 24;
/** What changed earlier than this is found by the daily reading, not by lists of changes. */
const BACK_DAYS_MAX = 30;

/** Runs begin on whole minutes, and a list is asked some moments into its run: the tick that is meant must not come too early. */
export const EARLY_SECONDS = 30;

/** How far one list of changes was read. */
export interface FeedCursor {
  /** Every change before it that the list gave is kept here; null: not a list of changes, or never read. */
  readonly through: Instant | null;
  /** Longest window that went well, in minutes; null: as the source declares. */
  readonly spanMinutes: number | null;
  /** When it was asked last, and when it was read to its end last. */
  readonly askedAt: Instant;
  readonly okAt: Instant | null;
  /** Why the last reading did not come to its end. */
  readonly failed: string | null;
  /** Of orders that are read by their ids: the last one that was read, where a run had to stop. */
  readonly after: string | null;
}

const instant = z.string().transform((text) => Temporal.Instant.from(text));
const stored = z.object({
  feeds: z.record(
    z.string(),
    z.object({
      through: instant.nullable(),
      spanMinutes: z.number().int().positive().nullable(),
      askedAt: instant,
      okAt: instant.nullable(),
      failed: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
});

/** How far each list was read; empty before the first run. Anything else is read as none: then all is read again. */
export function readFeeds(cursor: unknown): ReadonlyMap<string, FeedCursor> {
  try {
    return new Map(Object.entries(stored.parse(cursor).feeds));
  } catch {
    return new Map(); // {} of a new channel, or the shape of another version
  }
}

/**
 * Is the list asked in a run that begins now? Lists with a pace of their own are passed over until it is time. One that failed is
 * tried again in the next run, which comes sooner after a failure, until it has missed two of its times: it must not be pressed.
 * Pure.
 */
export function isDue(feed: Pick<StatusFeed, "everyMinutes">, cursor: FeedCursor | undefined, now: Instant): boolean {
  if (feed.everyMinutes === undefined || cursor === undefined) return true;
  const missedTwo = cursor.okAt?.add({ minutes: 2 * feed.everyMinutes });
  if (cursor.failed !== null && missedTwo && Temporal.Instant.compare(now, missedTwo) < 0) return true;
  const next = cursor.askedAt.add({ minutes: feed.everyMinutes }).subtract({ seconds: EARLY_SECONDS });
  return Temporal.Instant.compare(next, now) <= 0 || Temporal.Instant.compare(cursor.askedAt, now) > 0;
}

/** Times of change of one question. */
export interface FeedWindow {
  readonly from: Instant;
  readonly to: Instant;
  /** Nothing is left to ask after it. */
  readonly last: boolean;
}

/** From when changes are asked for: where the last reading ended, with the overlap, at most 30 days back. Pure. */
export function startOf(
  now: Instant,
  feed: Pick<StatusFeed, "overlapMinutes">,
  through: Instant | null | undefined,
): Instant {
  const read = through == null ? now.subtract({ hours: FIRST_HOURS }) : earlier(through, now); // a clock may have been set back
  return later(read.subtract({ minutes: feed.overlapMinutes }), now.subtract({ hours: 24 * BACK_DAYS_MAX }));
}

/** The part of what is left that is asked for in one question. Pure. */
export function partOf(from: Instant, now: Instant, spanMinutes: number): FeedWindow {
  const end = from.add({ minutes: spanMinutes });
  const to = earlier(end, now);
  return { from, to, last: Temporal.Instant.compare(end, now) >= 0 };
}

/** The next span after one that gave too much (or was throttled): half of it; null: there is no shorter one. Pure. */
export function shorter(spanMinutes: number): number | null {
  return spanMinutes <= 1 ? null : Math.ceil(spanMinutes / 2);
}

export function earlier(a: Instant, b: Instant): Instant {
  return Temporal.Instant.compare(a, b) < 0 ? a : b;
}

export function later(a: Instant, b: Instant): Instant {
  return Temporal.Instant.compare(a, b) > 0 ? a : b;
}
