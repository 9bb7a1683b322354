/** Times of the protocol: without a zone on the wire, in a zone that the source declares. */
import type { Instant } from "../../../src/kernel/index.ts";

const WALL = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/;

/** `2025-11-20 19:40:05` or with T, read in `zone`; one that carries its own offset means that. Null: no such time. */
export function readTime(text: string, zone: string): Instant | null {
  const match = WALL.exec(text.trim());
  if (!match?.[1] || !match[2]) return null;
  try {
    if (match[3]) return Temporal.Instant.from(`${match[1]}T${match[2]}${match[3]}`);
    return Temporal.PlainDateTime.from(`${match[1]}T${match[2]}`, { overflow: "reject" })
      .toZonedDateTime(zone)
      .toInstant();
  } catch (error) {
    if (error instanceof RangeError) return null; // 30 February, hour 25
    throw error;
  }
}

/** `2025-11-22T16:05:00`: dispatch calls. */
export function wallTime(at: Instant, zone: string): string {
  return at.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: "second" });
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Jul 9, 2024 3:34:35 PM`: status notifications. English whatever the machine speaks, hence no Intl. */
export function noticeTime(at: Instant, zone: string): string {
  const { year, month, day, hour, minute, second } = at.toZonedDateTimeISO(zone);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${MONTHS[month - 1]} ${day}, ${year} ${hour % 12 || 12}:${two(minute)}:${two(second)} ${hour < 12 ? "AM" : "PM"}`;
}

/** `2025-11-06T10:00:00+05:30`: windows of order queries, always in Indian time with its offset. */
export function offsetTime(at: Instant, rounding: "floor" | "ceil"): string {
  return at
    .toZonedDateTimeISO("+05:30")
    .toString({ smallestUnit: "second", roundingMode: rounding, timeZoneName: "never" });
}
