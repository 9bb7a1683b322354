/** Times of Snapdeal: epoch or text, by field. */
import type { Instant } from "../../../src/kernel/index.ts";
import { readTime } from "../../protocol/map/time.ts";

/** Before this a number counts seconds: as milliseconds it would be 1973. */
const SECONDS_BELOW = 100_000_000_000;
/** Beyond this Temporal has no instants. */
const EPOCH_MS_MAX = 8.64e15;

/** Milliseconds or seconds since 1970, as a number or in digits; or an ISO text, in `zone` where it names none. Null: no time. */
export function readMoment(given: unknown, zone: string): Instant | null {
  if (typeof given === "string" && !/^\d{9,16}$/.test(given.trim())) return readIso(given.trim(), zone);
  const number = Number(given);
  if (given === null || given === undefined || !Number.isInteger(number) || number <= 0) return null;
  const ms = number < SECONDS_BELOW ? number * 1000 : number;
  return ms < EPOCH_MS_MAX ? Temporal.Instant.fromEpochMilliseconds(ms) : null;
}

/** A day alone is its beginning. */
function readIso(text: string, zone: string): Instant | null {
  return readTime(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text, zone);
}
