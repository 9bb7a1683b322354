import type { Facts } from "../kernel/index.ts";
import { explain } from "../platform/refusals.ts";

/** A word that waits is applied by itself: where the remedy of its reason says to repeat something, this is said instead. */
const REMEDIES: Readonly<Record<string, string>> = {
  SERIES_MISSING: "Define the series: what waits for it then goes on by itself.",
};

export interface ReasonWords {
  readonly message: string;
  readonly whatToDo: string;
}

/** Why a word waits or changed nothing, in words. */
export function explainReason({ code, facts }: { readonly code: string; readonly facts: Facts }): ReasonWords {
  const { message, whatToDo } = explain({ code, facts });
  return { message, whatToDo: REMEDIES[code] ?? whatToDo };
}

/** The same of a word that may have none: nulls. */
export function wordsOfReason({ code, facts }: { readonly code: string | null; readonly facts: Facts }) {
  return code === null ? { message: null, whatToDo: null } : explainReason({ code, facts });
}
