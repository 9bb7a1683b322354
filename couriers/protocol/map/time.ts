/** Times of the courier protocol: `16-Sep-2021 00:00:00`, a 24-hour clock in India. Pure. */
import type { Instant } from "../../../src/kernel/index.ts";

export const COURIER_ZONE = "Asia/Kolkata"; // no page names a zone; the couriers are Indian

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const FORM = /^(\d{2})-([A-Z][a-z]{2})-(\d{4}) (\d{2}):(\d{2}):(\d{2})$/;

/** English whatever the machine speaks, hence no Intl. */
export function shipperDate(at: Instant): string {
  const { year, month, day, hour, minute, second } = at.toZonedDateTimeISO(COURIER_ZONE);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${two(day)}-${MONTHS[month - 1]}-${year} ${two(hour)}:${two(minute)}:${two(second)}`;
}

/** Null: no such time (31-Feb, hour 25), or another form. */
export function readShipperDate(text: string): Instant | null {
  const found = FORM.exec(text.trim());
  if (!found) return null;
  const [, day = 0, , year = 0, hour = 0, minute = 0, second = 0] = found.map(Number);
  const month = MONTHS.indexOf(found[2] ?? "") + 1;
  try {
    return Temporal.PlainDateTime.from({ year, month, day, hour, minute, second }, { overflow: "reject" })
      .toZonedDateTime(COURIER_ZONE)
      .toInstant();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
