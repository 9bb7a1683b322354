import type { Instant } from "../kernel/index.ts";

/** A moment as it is printed: "20/11/2026 16:05" in the zone of the place where it is read. As short as the
 *  head of a manifest has room for. */
export function shownTime(at: Instant, zone: string): string {
  const local = at.toZonedDateTimeISO(zone);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(local.day)}/${two(local.month)}/${local.year} ${two(local.hour)}:${two(local.minute)}`;
}
