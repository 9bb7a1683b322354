import type { Instant } from "../kernel/index.ts";

/**
 * What a try to deliver brought. DELIVERED: 2xx and status Success. REFUSED: the partner's business says no (2xx and Failed, 400
 * and other 3xx and 4xx). UNREADABLE: 2xx without the contract's status. BREAKDOWN: 408, 429, 5xx. NO_ANSWER: none within 30 s.
 * CREDENTIALS_REFUSED: 401, or no token for them. NO_TOKEN: the call for a token was not answered, so that nothing was sent.
 */
export const ATTEMPT_OUTCOMES = [
  "DELIVERED",
  "REFUSED",
  "UNREADABLE",
  "BREAKDOWN",
  "NO_ANSWER",
  "CREDENTIALS_REFUSED",
  "NO_TOKEN",
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** PENDING waits for its first or next try. FAILED and GIVEN_UP are flagged for a person. DISCARDED: a person wanted it not sent. */
export const DELIVERY_STATES = ["PENDING", "DELIVERED", "FAILED", "GIVEN_UP", "DISCARDED"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Pauses in minutes after the first, second, … failed try; the last one from then on. */
const PAUSES_MINUTES = [1, 5, 15, 60] as const;
const HOURLY_MINUTES = 60;
/** No try later than so long after the first one. */
const TRIED_FOR_HOURS = 24;
/** Tries in a row without an answer, or with a breakdown, after which the partner is held back as a whole. */
const FAILURES_TO_HOLD = 5;

/** @param failed tries so far, from 1 */
export function pauseAfter(failed: number): { readonly minutes: number } {
  return { minutes: PAUSES_MINUTES[failed - 1] ?? HOURLY_MINUTES };
}

/** What an answer means. @param word the body's `status`, or null where it has none */
export function judgeAnswer(status: number | null, word: string | null): AttemptOutcome {
  if (status === null) return "NO_ANSWER";
  if (status >= 200 && status < 300) {
    if (word === null) return "UNREADABLE";
    if (/^success$/i.test(word)) return "DELIVERED";
    return /^fail(ed|ure)?$/i.test(word) ? "REFUSED" : "UNREADABLE";
  }
  if (status === 401) return "CREDENTIALS_REFUSED";
  if (status === 408 || status === 429 || status >= 500) return "BREAKDOWN";
  return "REFUSED";
}

/** A delivery's course so far. */
export interface Course {
  /** Failed tries that the pauses are counted by. */
  readonly tries: number;
  readonly firstTriedAt: Instant | null;
}

/** What a try makes of a delivery. `nextAttemptAt` is null exactly where it is settled. */
export interface Step extends Course {
  readonly state: Exclude<DeliveryState, "DISCARDED">;
  readonly nextAttemptAt: Instant | null;
}

/**
 * The rule: what was delivered or refused is settled; what broke down is tried again after 1, 5, 15 and 60 minutes and then
 * hourly, and given up where the next try would lie more than 24 hours after the first. Refused credentials are no try of the
 * event: the partner is held back and nothing of it grows old.
 * @param at when the try ended
 * @param retryAfterMs the partner's own wish; a longer pause is kept, a shorter one is not
 */
export function stepAfter(
  course: Course,
  outcome: AttemptOutcome,
  at: Instant,
  { startedAt = at, retryAfterMs = 0 }: { startedAt?: Instant; retryAfterMs?: number } = {},
): Step {
  switch (outcome) {
    case "DELIVERED":
      return { ...course, state: "DELIVERED", nextAttemptAt: null };
    case "REFUSED":
    case "UNREADABLE":
      return { ...course, state: "FAILED", nextAttemptAt: null };
    case "CREDENTIALS_REFUSED":
      return { ...course, state: "PENDING", nextAttemptAt: at };
    case "BREAKDOWN":
    case "NO_ANSWER":
    case "NO_TOKEN": {
      const tries = course.tries + 1;
      const firstTriedAt = course.firstTriedAt ?? startedAt;
      const wished = at.add({ milliseconds: retryAfterMs });
      const next = later(at.add(pauseAfter(tries)), wished);
      const over = isAfter(next, firstTriedAt.add({ hours: TRIED_FOR_HOURS }));
      return { tries, firstTriedAt, state: over ? "GIVEN_UP" : "PENDING", nextAttemptAt: over ? null : next };
    }
    default:
      return outcome satisfies never;
  }
}

/** The line to a partner: whether anything may be sent. */
export interface Line {
  /** Tries in a row that were not answered, or with a breakdown. */
  readonly failures: number;
  readonly failingSince: Instant | null;
  readonly held: "DOWN" | "REFUSES_CREDENTIALS" | null;
  readonly heldSince: Instant | null;
  /** When somebody looks again. */
  readonly heldUntil: Instant | null;
  /** Looks since it is held: the pauses grow with them. */
  readonly heldTries: number;
}

export const OPEN_LINE: Line = {
  failures: 0,
  failingSince: null,
  held: null,
  heldSince: null,
  heldUntil: null,
  heldTries: 0,
};

/** May nothing be sent now? */
export function isHeld(line: Line, now: Instant): boolean {
  return line.heldUntil !== null && isAfter(line.heldUntil, now);
}

/**
 * What a try says of the line. Any answer of the partner's business opens it. Five in a row that failed hold the partner back
 * as a whole, so that thousands that wait are not each tried by the minute; then a few are tried after 1, 5, 15 and 60
 * minutes, and hourly. Where it is our credentials that are refused, it is held at once and looked at in the same pauses.
 * One that answers with an error of its own (500) is looked at each minute: it may be the event that it stumbles over, and others
 * must not wait for that. What comes in while it is held already changes nothing: it was sent before.
 */
export function lineAfter(line: Line, outcome: AttemptOutcome, at: Instant, status: number | null): Line {
  if (outcome === "DELIVERED" || outcome === "REFUSED" || outcome === "UNREADABLE") return OPEN_LINE;
  const failing =
    outcome === "CREDENTIALS_REFUSED"
      ? { failures: 0, failingSince: null }
      : { failures: line.failures + 1, failingSince: line.failingSince ?? at };
  const held = outcome === "CREDENTIALS_REFUSED" ? "REFUSES_CREDENTIALS" : "DOWN";
  if (held === "DOWN" && failing.failures < FAILURES_TO_HOLD && line.held === null) return { ...line, ...failing };
  if (line.held === held && isHeld(line, at)) return { ...line, ...failing };
  const heldTries = line.held === held ? line.heldTries + 1 : 1;
  const pause = outcome === "BREAKDOWN" && !isAway(status) ? pauseAfter(1) : pauseAfter(heldTries);
  const heldSince = line.held === held ? line.heldSince : (failing.failingSince ?? at);
  return { ...failing, held, heldSince, heldUntil: at.add(pause), heldTries };
}

/** Said by who stands before the partner, or about all calls alike: no matter which event was sent. */
function isAway(status: number | null): boolean {
  return status === null || [408, 429, 502, 503, 504].includes(status);
}

function isAfter(one: Instant, other: Instant): boolean {
  return Temporal.Instant.compare(one, other) > 0;
}

function later(one: Instant, other: Instant): Instant {
  return isAfter(one, other) ? one : other;
}
