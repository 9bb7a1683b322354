/** Times as Amazon writes them: ISO 8601 with an offset, UTC as a rule. Pure. */
import type { Instant } from "../../../src/kernel/index.ts";

/** Null: no such time. */
export function timeOf(given: string | undefined): Instant | null {
  if (given === undefined) return null;
  try {
    return Temporal.Instant.from(given);
  } catch (error) {
    if (error instanceof RangeError) return null; // 30 February, no offset
    throw error;
  }
}

/** `2026-11-20T04:30:00Z`. Bounds of windows are given in whole seconds, downwards. */
export function utc(at: Instant): string {
  return at.toString({ smallestUnit: "second", roundingMode: "floor" });
}

/** `20261120T043000Z`: the header x-amz-date. */
export function amzDate(at: Instant): string {
  return utc(at).replaceAll(/[-:]/g, "");
}
