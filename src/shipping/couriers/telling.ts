import type { ConnectorFailure, Outcome } from "../../../connectors/kit/index.ts";
import type { Instant, Refusal } from "../../kernel/index.ts";
import { refuse } from "../../kernel/index.ts";

export const TELLING_KINDS = ["UPDATE", "CANCEL"] as const;
export type TellingKind = (typeof TELLING_KINDS)[number];
export const TELLING_STATES = ["WAITING", "ASKING", "FAILED", "DONE", "SETTLED", "DROPPED"] as const;
export type TellingState = (typeof TELLING_STATES)[number];

/** Pauses before the next try, the last one from then on. */
const PAUSES_MINUTES = [1, 2, 5, 10, 20, 30] as const;
/** About two days: then a person has to look. A parcel whose change is told later than that has left long ago. */
export const TRIES_MAX = 100;
/** An answer that cannot be read is often a page of a proxy: told again so often before a person has to look. */
const BAD_ANSWERS_MAX = 3;

export function nextTry(now: Instant, attempts: number, retryAfterMs = 0): Instant {
  const minutes = PAUSES_MINUTES[Math.min(attempts, PAUSES_MINUTES.length) - 1] ?? PAUSES_MINUTES[0];
  return now.add({ milliseconds: Math.max(minutes * 60_000, retryAfterMs) });
}

/** What a telling came to. `refusal` says it in our words, `words` in the courier's. Pure. */
export type Told =
  | { readonly kind: "done" }
  | { readonly kind: "wait"; readonly refusal: Refusal; readonly words: string | null; readonly retryAfterMs: number }
  | { readonly kind: "fail"; readonly refusal: Refusal; readonly words: string | null };

/**
 * A telling changes nothing when it is repeated (the same weight, a number that is given back already), so that a lost answer
 * is simply told again. What the courier refuses is a person's.
 */
export function judgeTold(
  outcome: Outcome<null>,
  about: { readonly provider: string; readonly awb: string; readonly kind: TellingKind; readonly attempts: number },
): Told {
  if (outcome.ok) return { kind: "done" };
  const { failure } = outcome;
  const words = failure.channelMessage ?? null;
  const facts = { provider: about.provider, awb: about.awb, words: words ?? failure.kind };
  const refusal = refuse(codeOf(failure, about.kind), facts).refusal;
  const wait = { kind: "wait", refusal, words, retryAfterMs: failure.retryAfterMs ?? 0 } as const;
  const fail = { kind: "fail", refusal, words } as const;
  if (about.attempts >= TRIES_MAX) return fail;
  switch (failure.kind) {
    case "transient":
    case "throttle":
    case "breaker_open":
    case "auth": // the account is BROKEN by now: connecting it again wakes this
      return wait;
    case "refused":
      return failure.reached === "no" ? wait : fail; // not connected: it goes on when it is
    case "bad_answer":
      return about.attempts < BAD_ANSWERS_MAX ? wait : fail;
  }
}

function codeOf({ kind, reached }: ConnectorFailure, what: TellingKind): string {
  if (kind === "auth" || (kind === "refused" && reached === "no")) return "COURIER_NOT_TOLD_YET";
  if (kind === "refused") return what === "CANCEL" ? "COURIER_KEEPS_NUMBER" : "COURIER_REFUSES_CHANGE";
  return kind === "bad_answer" ? "COURIER_TELLING_UNREADABLE" : "COURIER_NOT_TOLD_YET";
}
