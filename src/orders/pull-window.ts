import { z } from "zod";
import type { PulledStatus } from "../../connectors/kit/index.ts";
import type { Instant } from "../kernel/index.ts";

/** Asked for again in each run: clocks differ, and lists shift while they are read. A source may declare another. */
const OVERLAP_MINUTES = 120;
/** How often the whole window is read: an order that was verified late comes with an old date. A source may declare another. */
const SWEEP_EVERY_MINUTES = 60;

/** The token of a next page is believed so long; then its window is begun again. */
const LEFT_OFF_HOURS = 12;

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

/** A window of which some pages are read: who reads on asks by the token of the next page, which is good for this window alone. */
export interface LeftOff {
  readonly window: PullWindow;
  readonly status: PulledStatus;
  readonly page: number;
  readonly token: string;
  /** When its reading began, by whatever run. */
  readonly startedAt: Instant;
  /** Up to when the pages so far were complete, by the source's clock; null: it did not say. */
  readonly through: Instant | null;
}

/** What a channel's runs keep. */
export interface PullState {
  /** Null before the first whole window was read. */
  readonly cursor: PullCursor | null;
  /** What is new, left off. */
  readonly news: LeftOff | null;
  /** All days, left off. */
  readonly all: LeftOff | null;
}

/** A window that a run reads. */
export interface PlannedReading {
  readonly window: PullWindow;
  readonly startedAt: Instant;
  /** Where it goes on; null: at its first page. */
  readonly left: LeftOff | null;
  /** Only with calls that nothing else will need. */
  readonly spare: boolean;
}

/** What a source declares of its windows. */
export interface WindowRule {
  /** "changed": an order stands in the window of its last change, and so in no other. */
  readonly by?: "placed" | "changed";
  readonly windowDays: number;
  readonly overlapMinutes?: number;
  readonly sweepEveryMinutes?: number;
}

const instant = z.string().transform((text) => Temporal.Instant.from(text));
const storedCursor = z.object({ through: instant, sweptAt: instant });
const storedLeft = z.object({
  window: z.object({ from: instant, to: instant, whole: z.boolean() }),
  ...{ status: z.enum(["CREATED", "PENDING_VERIFICATION"]), page: z.int(), token: z.string(), startedAt: instant },
  through: instant.nullable(),
});

const stored = z.looseObject({ news: z.unknown().optional(), all: z.unknown().optional() });

/** What the last run kept. What cannot be read is read as nothing: then all is read again. */
export function readState(kept: unknown): PullState {
  const { news, all } = readAs(stored, kept) ?? {};
  return { cursor: readAs(storedCursor, kept), news: readAs(storedLeft, news), all: readAs(storedLeft, all) };
}

function readAs<T>(schema: z.ZodType<T>, kept: unknown): T | null {
  try {
    return schema.parse(kept);
  } catch {
    return null; // {} of a new channel, or the shape of another version
  }
}

/** The state as it is stored. */
export function toStored({ cursor, news, all }: PullState): unknown {
  return { ...cursor, ...(news && { news }), ...(all && { all }) };
}

/** A window was read to its end. Pure. */
export function withRead(state: PullState, window: PullWindow, through: Instant | null): PullState {
  const cursor = cursorAfter(window, state.cursor, through);
  return window.whole ? { cursor, news: null, all: null } : { ...state, cursor, news: null };
}

/** A window was not read to its end; `left`: where it may go on. Pure. */
export function withLeft(state: PullState, window: PullWindow, left: LeftOff | null): PullState {
  return window.whole ? { ...state, all: left } : { ...state, news: left };
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

/**
 * What a run reads, in this order. Where windows count changes, what is new comes before all days, which are read with calls
 * that are left over: a source that allows few must not be late with what happens now. A window that was left off goes on
 * where it was, unless that is long ago or somebody looks for an order. Pure.
 */
export function readingsOf(
  now: Instant,
  rule: WindowRule,
  state: PullState,
  looked: boolean,
): readonly PlannedReading[] {
  const usable = (left: LeftOff | null) => (left === null || looked || isOld(left, now) ? null : left);
  const [news, all] = [usable(state.news), usable(state.all)];
  const fresh = (window: PullWindow, spare = false): PlannedReading => ({ window, startedAt: now, left: null, spare });
  const on = (left: LeftOff, spare = false) => ({ window: left.window, startedAt: left.startedAt, left, spare });
  const { cursor } = state;
  const next = windowOf(now, rule, cursor, looked);
  if (rule.by !== "changed" || cursor === null || Temporal.Instant.compare(cursor.through, now) > 0) {
    const left = all ?? news;
    return [left === null ? fresh(next) : on(left)];
  }
  const first = news === null ? fresh(windowOf(now, rule, { ...cursor, sweptAt: now }, false)) : on(news);
  if (all !== null) return [first, on(all, true)];
  return next.whole ? [first, fresh(next, !looked)] : [first];
}

function isOld(left: LeftOff, now: Instant): boolean {
  return Temporal.Instant.compare(left.startedAt.add({ hours: LEFT_OFF_HOURS }), now) <= 0;
}

/** The earlier of two moments; either may be missing. */
export function earliest(a: Instant | null, b: Instant | null): Instant | null {
  return a === null ? b : b === null ? a : earlier(a, b);
}

const earlier = (a: Instant, b: Instant): Instant => (Temporal.Instant.compare(a, b) <= 0 ? a : b);
const later = (a: Instant, b: Instant): Instant => (Temporal.Instant.compare(a, b) >= 0 ? a : b);
