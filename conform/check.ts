/** What a check is, and how it says what it found. */
import type { Exchange } from "./exchange.ts";

/** WARN: allowed, or only our reading of the contract; it does not change the exit code. */
export const RESULTS = ["PASS", "WARN", "FAIL", "NOT_OFFERED", "SKIPPED"] as const;
export type Result = (typeof RESULTS)[number];

export interface Finding {
  readonly says: string;
  /** "advice" where the contract marks the rule as inferred, or only advises. */
  readonly grade: "must" | "advice";
  readonly exchange: Exchange | null;
  /** Where in the answer, slash separated; "" for all of it. */
  readonly at: string;
}

export interface Verdict {
  readonly result: Result;
  /** For PASS what was seen, for SKIPPED and NOT_OFFERED why; empty where nothing need be said. */
  readonly why: string;
  readonly findings: readonly Finding[];
  /** Findings not kept one by one. */
  readonly more: number;
}

/** What is said of a check without running it. */
export interface CheckInfo<Operation extends string = string> {
  /** Stable: scripts name checks by it. */
  readonly id: string;
  /** operationId of the protocol's contract. */
  readonly operation: Operation;
  /** What holds when it passes, as a sentence without a full stop. */
  readonly title: string;
  /** Only with --write. */
  readonly writes?: boolean;
  /** Also run where the operation is not offered: the check decides itself what that means. */
  readonly always?: boolean;
  /** Place in the contract file that says so. */
  readonly contract: readonly string[];
  /** Why it is asked although the contract does not say it there in so many words. */
  readonly beyond?: string;
  /** What an implementer does about a failure. */
  readonly todo: string;
}

/** @typeParam Session what the checks of a protocol share: credentials, calls, what was asked once for many */
export interface Check<Session, Operation extends string = string> extends CheckInfo<Operation> {
  readonly run: (session: Session) => Promise<Verdict>;
}

export interface Done {
  readonly check: CheckInfo;
  readonly verdict: Verdict;
}

/** Findings kept of one check; an implementation that gets every row wrong must not fill the memory. */
const FINDINGS_MAX = 100;

export interface Findings {
  must(says: string, exchange: Exchange | null, at?: string): void;
  advise(says: string, exchange: Exchange | null, at?: string): void;
  readonly count: number;
  /** FAIL or WARN by what was found; PASS with these words where nothing was. */
  verdict(seen?: string): Verdict;
}

export function findings(): Findings {
  const list: Finding[] = [];
  let count = 0;
  const add =
    (grade: Finding["grade"]) =>
    (says: string, exchange: Exchange | null, at = "") => {
      count++;
      // A rule comes before advice, however much advice there is.
      if (list.length < FINDINGS_MAX) list.push({ says, grade, exchange, at });
      else if (grade === "must") {
        const advice = list.findLastIndex((finding) => finding.grade === "advice");
        if (advice >= 0) list.splice(advice, 1, { says, grade, exchange, at });
      }
    };
  return {
    must: add("must"),
    advise: add("advice"),
    get count() {
      return count;
    },
    verdict: (seen = "") => {
      const must = list.filter(({ grade }) => grade === "must");
      const result = must.length > 0 ? "FAIL" : list.length > 0 ? "WARN" : "PASS";
      const sorted = [...must, ...list.filter(({ grade }) => grade === "advice")];
      return { result, why: result === "PASS" ? seen : "", findings: sorted, more: count - sorted.length };
    },
  };
}

export function pass(seen = ""): Verdict {
  return { result: "PASS", why: seen, findings: [], more: 0 };
}

export function skip(why: string): Verdict {
  return { result: "SKIPPED", why, findings: [], more: 0 };
}

/** One failure, with the exchange behind it. */
export function failed(says: string, exchange: Exchange | null, at = ""): Verdict {
  return { result: "FAIL", why: "", findings: [{ says, grade: "must", exchange, at }], more: 0 };
}
