import { z } from "zod";
import type { Instant } from "../kernel/index.ts";

/** Asked for again in each run: clocks differ, and lists shift while they are read. */
const OVERLAP_HOURS = 2;
/** How often the whole window is read: an order that was verified late comes with an old date. */
const SWEEP_EVERY_MINUTES = 60;

/** How far the orders of a channel were read. */
export interface PullCursor {
  /** Every order placed before it that the channel gave is stored. */
  readonly through: Instant;
  /** When the whole window was read last. */
  readonly sweptAt: Instant;
}

/** Order dates that a run asks for. */
export interface PullWindow {
  readonly from: Instant;
  readonly to: Instant;
  /** All days that the source gives orders for. */
  readonly whole: boolean;
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
export function windowOf(now: Instant, windowDays: number, cursor: PullCursor | null, whole: boolean): PullWindow {
  const first = now.subtract({ hours: 24 * windowDays });
  const sweep =
    whole ||
    cursor === null ||
    Temporal.Instant.compare(cursor.sweptAt.add({ minutes: SWEEP_EVERY_MINUTES }), now) <= 0 ||
    Temporal.Instant.compare(cursor.through, now) > 0; // our clock was set back
  const from = sweep ? first : cursor.through.subtract({ hours: OVERLAP_HOURS });
  return { from: Temporal.Instant.compare(from, first) < 0 ? first : from, to: now, whole: sweep };
}

/** How far orders are read once a window is stored to its end. Pure. */
export function cursorAfter(window: PullWindow, before: PullCursor | null): PullCursor {
  return { through: window.to, sweptAt: window.whole || before === null ? window.to : before.sweptAt };
}
