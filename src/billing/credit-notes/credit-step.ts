import type { ConnectorFailure, Fetched, Outcome } from "../../../connectors/kit/index.ts";
import { type Instant, type Refusal, refuse } from "../../kernel/index.ts";

/** Pauses before the next try, the last one from then on: a channel makes its credit notes within hours, some within days. */
const PAUSES_MINUTES = [5, 10, 20, 40, 60, 120, 240, 360] as const;
/** Some two weeks of tries: then a person has to look. */
export const ATTEMPTS_MAX = 60;
/** An answer that cannot be read is often a page of a proxy: asked again so often before a person has to look. */
const BAD_ANSWERS_MAX = 3;

/** When to try again after so many tries. A channel that names a longer pause gets it. Pure, as all of this file. */
export function nextAttempt(now: Instant, attempts: number, retryAfterMs = 0): Instant {
  const minutes = PAUSES_MINUTES[Math.min(Math.max(attempts, 1), PAUSES_MINUTES.length) - 1] ?? PAUSES_MINUTES[0];
  return now.add({ milliseconds: Math.max(minutes * 60_000, retryAfterMs) });
}

/** What asking came to. `words` are the channel's own. */
export type Verdict<T> =
  | { readonly kind: "ready"; readonly value: T }
  | { readonly kind: "wait"; readonly refusal: Refusal; readonly words: string | null; readonly retryAfterMs?: number }
  | { readonly kind: "fail"; readonly refusal: Refusal; readonly words: string | null };

/** What a verdict is about, for its sentences. */
export interface Question {
  readonly return: string;
  readonly channel: string;
  /** Tries so far, with this one. */
  readonly attempts: number;
}

export function judgeFetched<T>(outcome: Outcome<Fetched<T>>, question: Question): Verdict<T> {
  if (!outcome.ok) return judgeFailure(outcome.failure, question);
  if (outcome.value.state === "READY") return { kind: "ready", value: outcome.value.value };
  const { refusal } = refuse("CREDIT_NOTE_NOT_YET", about(question));
  return bounded(question, { kind: "wait", refusal, words: outcome.value.message });
}

const about = ({ return: code, channel }: Question) => ({ return: code, channel });

/** What another try may heal waits for it, the rest is a person's. */
function judgeFailure(failure: ConnectorFailure, question: Question): Verdict<never> {
  const words = failure.channelMessage ?? null;
  const of = (code: string) => ({
    refusal: refuse(code, { ...about(question), words: words ?? failure.kind }).refusal,
    words,
  });
  switch (failure.kind) {
    case "auth":
      return { kind: "fail", ...of("CREDIT_NOTE_LOGIN_REFUSED") };
    case "refused":
      // Never sent: the channel is not connected, the tenant not live. Our own words stand in the message.
      return { kind: "fail", ...of(failure.reached === "no" ? "CREDIT_NOTE_NOT_ASKED" : "CREDIT_NOTE_REFUSED") };
    case "bad_answer": {
      const again = question.attempts < BAD_ANSWERS_MAX;
      return { kind: again ? "wait" : "fail", ...of("CREDIT_NOTE_UNREADABLE") };
    }
    case "transient":
    case "throttle":
    case "breaker_open":
      return bounded(question, {
        kind: "wait",
        ...of("CREDIT_NOTE_NOT_REACHED"),
        ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
      });
  }
}

/** What failed because the channel could not be asked at all heals when it can. */
export const HEALED_BY_CONNECTING = ["CREDIT_NOTE_LOGIN_REFUSED", "CREDIT_NOTE_NOT_ASKED"] as const;

/** The last try in vain says so: it does not go on by itself any more. */
function bounded(question: Question, verdict: Extract<Verdict<never>, { kind: "wait" }>): Verdict<never> {
  if (question.attempts < ATTEMPTS_MAX) return verdict;
  const facts = { ...about(question), tries: question.attempts, words: verdict.words ?? "it is not made yet" };
  return { kind: "fail", refusal: refuse("CREDIT_NOTE_GIVEN_UP", facts).refusal, words: verdict.words };
}

/** Is this another cause than the one that the timeline has already? What waits for an answer is no cause at all. */
export function isNews(refusal: Refusal, before: string | null): boolean {
  return refusal.code !== "CREDIT_NOTE_NOT_YET" && refusal.code !== before;
}
