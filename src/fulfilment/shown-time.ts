import type { Instant } from "../kernel/index.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A moment as it is printed: "20 Nov 2026, 16:05" in the zone of the place where it is read. */
export function shownTime(at: Instant, zone: string): string {
  const local = at.toZonedDateTimeISO(zone);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${local.day} ${MONTHS[local.month - 1]} ${local.year}, ${two(local.hour)}:${two(local.minute)}`;
}
