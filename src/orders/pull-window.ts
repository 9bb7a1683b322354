import { z } from "zod";
import type { Instant } from "../kernel/index.ts";

/** Asked for again in each run: clocks differ, and lists shift while they are read. A source may declare another. */
const OVERLAP_MINUTES = 120;
/** How often the whole window is read: an order that was verified late comes with an old date. A source may declare another. */
const SWEEP_EVERY_MINUTES = 60;

/** How far the orders of a channel were read. */
export interface PullCursor {
  /** Every order of before it that the channel gave is stored: placed or changed, as the source's window counts. */
  readonly through: Instant;
  /** When the whole window was read last. */
  readonly sweptAt: Instant;
}

/** Times of orders that a run asks for. */
export interface PullWindow {
  readonly from: Instant;
  readonly to: Instant;
  /** All days that the source gives orders for. */
  readonly whole: boolean;
}

/** What a source declares of its windows. */
export interface WindowRule {
  readonly windowDays: number;
  readonly overlapMinutes?: number;
  readonly sweepEveryMinutes?: number;
}

const instant = z.string().transform((text) => Temporal.Instant.from(text));
const stored = z.object({ through: instant, sweptAt: instant });

/** The cursor as it is stored; null before the first whole run. Anything else is read as none: then all is read again. */
export function readCursor(cursor: unknown): PullCursor | null {
  try {
    return stored.parse(cursor);
  } catch {
    return null; // {} of a new channel, or the shape of another version
  }
}

/** What a run asks for. `whole`: somebody looks for an order that is missing. Pure. */
export function windowOf(now: Instant, rule: WindowRule, cursor: PullCursor | null, whole: boolean): PullWindow {
  const { windowDays, overlapMinutes = OVERLAP_MINUTES, sweepEveryMinutes = SWEEP_EVERY_MINUTES } = rule;
  const first = now.subtract({ hours: 24 * windowDays });
  const sweep =
    whole ||
    cursor === null ||
    Temporal.Instant.compare(cursor.sweptAt.add({ minutes: sweepEveryMinutes }), now) <= 0 ||
    Temporal.Instant.compare(cursor.through, now) > 0; // our clock was set back
  const from = sweep ? first : cursor.through.subtract({ minutes: overlapMinutes });
  return { from: later(from, first), to: now, whole: sweep };
}

/**
 * How far orders are read once a window is stored to its end. `through`: up to when the source said that its lists were
 * complete, by its own clock; one that runs ahead of ours counts no further than was asked. Pure.
 */
export function cursorAfter(window: PullWindow, before: PullCursor | null, through: Instant | null): PullCursor {
  return {
    through: through === null ? window.to : earlier(through, window.to),
    sweptAt: window.whole || before === null ? window.to : before.sweptAt,
  };
}

/** The earlier of two moments; either may be missing. */
export function earliest(a: Instant | null, b: Instant | null): Instant | null {
  return a === null ? b : b === null ? a : earlier(a, b);
}

const earlier = (a: Instant, b: Instant): Instant => (Temporal.Instant.compare(a, b) <= 0 ? a : b);
const later = (a: Instant, b: Instant): Instant => (Temporal.Instant.compare(a, b) >= 0 ? a : b);
