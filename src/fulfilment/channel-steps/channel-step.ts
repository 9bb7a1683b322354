import type { ChannelAnswer, Connector, ConnectorFailure, Fetched, Outcome } from "../../../connectors/kit/index.ts";
import type { Instant, Refusal } from "../../kernel/index.ts";
import { refuse } from "../../kernel/index.ts";

/** The steps that a channel may do for us. */
export const CHANNEL_STEPS = ["INVOICE", "LABEL"] as const;
export type ChannelStep = (typeof CHANNEL_STEPS)[number];
export const STEP_STATES = ["ASKING", "WAITING", "FAILED", "DONE"] as const;
export type StepState = (typeof STEP_STATES)[number];

type Source = Pick<Connector, "rules" | "capabilities">;

/**
 * Who makes the label: the channel alone where it ships (the source's word about labels holds for no other parcel).
 * Null: it ships, but has no way to tell its courier. Pure, as all of this file.
 */
export function labelledBy(
  source: Source | undefined,
  parcel: { readonly thirdPartyShipping: boolean },
): "us" | "channel" | null {
  if (!parcel.thirdPartyShipping) return "us";
  return source?.capabilities.fetchCourier ? "channel" : null;
}

/** Pauses before the next try, the last one from then on. */
const PAUSES_MINUTES = [1, 2, 5, 10, 20, 30] as const;
/** Two days of half hours: then a person has to look. */
export const ATTEMPTS_MAX = 100;
/** An answer that cannot be read is often a page of a proxy: asked again so often before a person has to look. */
const BAD_ANSWERS_MAX = 3;

/** When to ask again after so many tries. A channel that names a longer pause gets it. */
export function nextAttempt(now: Instant, attempts: number, retryAfterMs = 0): Instant {
  const minutes = PAUSES_MINUTES[Math.min(attempts, PAUSES_MINUTES.length) - 1] ?? PAUSES_MINUTES[0];
  return now.add({ milliseconds: Math.max(minutes * 60_000, retryAfterMs) });
}

/** What asking came to. `words` are the channel's own. */
export type Verdict<T> =
  | { readonly kind: "ready"; readonly value: T }
  | { readonly kind: "wait"; readonly refusal: Refusal; readonly words: string | null; readonly retryAfterMs?: number }
  | { readonly kind: "fail"; readonly refusal: Refusal; readonly words: string | null };

/** What a verdict is about, for its sentences. */
export interface Question {
  readonly package: string;
  readonly channel: string;
  /** "invoice", "courier", "label", "box and weight". */
  readonly what: string;
  /** Tries so far, with this one. */
  readonly attempts: number;
}

const facts = ({ package: code, channel, what }: Question) => ({ package: code, channel, what });

/** The answer to a question that changes nothing on the other side. */
export function judgeFetched<T>(
  outcome: Outcome<Fetched<T>>,
  question: Question,
  notYet: "CHANNEL_INVOICE_NOT_YET" | "CHANNEL_COURIER_NOT_YET" | "CHANNEL_LABEL_NOT_YET",
): Verdict<T> {
  if (!outcome.ok) return judgeFailure(outcome.failure, question);
  if (outcome.value.state === "READY") return { kind: "ready", value: outcome.value.value };
  return bounded(question, {
    kind: "wait",
    refusal: refuse(notYet, facts(question)).refusal,
    words: outcome.value.message,
  });
}

/** What a failure of asking means: what another try may heal waits for it, the rest is a person's. */
export function judgeFailure(failure: ConnectorFailure, question: Question): Verdict<never> {
  const words = failure.channelMessage ?? null;
  const of = (code: string) => ({
    refusal: refuse(code, { ...facts(question), words: words ?? failure.kind }).refusal,
    words,
  });
  switch (failure.kind) {
    case "auth":
      return { kind: "fail", ...of("CHANNEL_LOGIN_REFUSED") };
    case "refused":
      // Never sent: the channel is not connected, the tenant not live. Our own words stand in the message.
      return { kind: "fail", ...of(failure.reached === "no" ? "CHANNEL_NOT_ASKED" : "CHANNEL_STEP_REFUSED") };
    case "bad_answer": {
      const again = question.attempts < BAD_ANSWERS_MAX;
      return { kind: again ? "wait" : "fail", ...of("CHANNEL_ANSWER_UNREADABLE") };
    }
    case "transient":
    case "throttle":
    case "breaker_open":
      return bounded(question, {
        kind: "wait",
        ...of("CHANNEL_NOT_REACHED"),
        ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
      });
  }
}

function bounded(question: Question, verdict: Extract<Verdict<never>, { kind: "wait" }>): Verdict<never> {
  if (question.attempts < ATTEMPTS_MAX) return verdict;
  return { kind: "fail", refusal: verdict.refusal, words: verdict.words };
}

/**
 * What became of giving box and weight. "unknown": its answer was lost, so the next try looks first whether it arrived. Ready
 * with the channel's words where it took them and says something all the same.
 */
export function judgeGiven(
  outcome: Outcome<ChannelAnswer>,
  question: Question,
): { readonly arrived: "yes" | "no" | "unknown"; readonly verdict: Verdict<string | null> } {
  if (!outcome.ok) {
    const { failure } = outcome;
    if (failure.reached !== "unknown") return { arrived: "no", verdict: judgeFailure(failure, question) };
    const words = failure.channelMessage ?? null;
    const { refusal } = refuse("SHIPMENT_OUTCOME_UNKNOWN", { ...facts(question), words: words ?? failure.kind });
    return { arrived: "unknown", verdict: bounded(question, { kind: "wait", refusal, words }) };
  }
  const { status, results, message } = outcome.value;
  const refused = results.filter((line) => !line.accepted);
  if (status === "SUCCESS" && refused.length === 0)
    return { arrived: "yes", verdict: { kind: "ready", value: message === "" ? null : message } };
  const words = refused.map((line) => `${line.key}: ${line.message ?? "refused"}`).join("; ") || (message ?? status);
  const { refusal } = refuse("CHANNEL_STEP_REFUSED", { ...facts(question), words });
  return { arrived: "no", verdict: { kind: "fail", refusal, words } };
}

/** Is this another cause than the one that the timeline has already? What waits for an answer is no cause at all. */
export function isNews(
  verdict: { readonly kind: "wait" | "fail"; readonly refusal: Refusal; readonly words: string | null },
  before: { readonly code: string | null; readonly words: string | null },
): boolean {
  if (verdict.refusal.code.endsWith("_NOT_YET")) return false;
  if (verdict.refusal.code !== before.code) return true;
  // While nobody has to do anything, the words of each try (times, request ids) are not worth an entry each.
  return verdict.kind === "fail" && verdict.words !== before.words;
}
