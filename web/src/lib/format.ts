const zone = "Asia/Kolkata";
const rupees = new Intl.NumberFormat("en-IN", { style: "currency", currency: "INR" });
const counts = new Intl.NumberFormat("en-IN", { maximumFractionDigits: 0 });
const instant = new Intl.DateTimeFormat("en-IN", {
  dateStyle: "medium",
  timeStyle: "medium",
  hourCycle: "h23",
  timeZone: zone,
});
const minute = new Intl.DateTimeFormat("en-IN", {
  dateStyle: "medium",
  timeStyle: "short",
  hourCycle: "h23",
  timeZone: zone,
});
const clockTime = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZone: zone,
});
const shortTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
const dayKey = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone });
const dayWords = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const weekdayWords = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  timeZone: "UTC",
});

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** ₹1,23,456.00 from whole paise. The amount goes to Intl as a decimal string, so no float rounds it. */
export function formatPaise(paise: number): string {
  const whole = Math.trunc(Math.abs(paise) / 100);
  const rest = String(Math.abs(paise) % 100).padStart(2, "0");
  const amount: `${number}` = `${whole}.${rest}` as `${number}`; // digits by construction
  const text = rupees.format(amount);
  return paise < 0 ? `−${text}` : text;
}

/** Paise from what a person typed ("1,23,456.5" or "₹ 99"), or null when it is not an amount of at most two decimals. */
export function parseRupees(text: string): number | null {
  const match = /^(\d+)(?:\.(\d{0,2}))?$/.exec(text.replace(/[₹,\s]/g, ""));
  if (match === null) return null;
  const paise = Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
  return Number.isSafeInteger(paise) ? paise : null;
}

/** 1,23,456 */
export const formatCount = (value: number): string => counts.format(value);

/** 12 Nov 2026, 10:42:07 (India time). */
export const formatInstant = (iso: string): string => `${instant.format(Date.parse(iso))} IST`;

/** 12 Nov 2026, 10:42 (India time), as the server's sentences write a moment. */
export const formatMinute = (iso: string): string => minute.format(Date.parse(iso));

/** 10:42:07 (India time). */
export const formatTime = (iso: string | number): string =>
  clockTime.format(typeof iso === "number" ? iso : Date.parse(iso));

/** 10:42 (India time). */
export const formatShortTime = (iso: string): string => shortTime.format(Date.parse(iso));

/** 12 Nov 2026 from yyyy-MM-dd: a business day has no zone, so none may shift it. */
export const formatDay = (on: string): string => dayWords.format(Date.parse(`${on}T00:00:00Z`));

/** The business day (yyyy-MM-dd) an instant falls on in India. */
export const dayOf = (iso: string | number): string => dayKey.format(typeof iso === "number" ? iso : Date.parse(iso));

/** Today, Yesterday, or "Wednesday, 12 November". */
export function formatDayHeading(on: string, nowMs: number): string {
  if (on === dayOf(nowMs)) return "Today";
  if (on === dayOf(nowMs - dayMs)) return "Yesterday";
  const text = weekdayWords.format(Date.parse(`${on}T00:00:00Z`));
  return on.slice(0, 4) === dayOf(nowMs).slice(0, 4) ? text : `${text} ${on.slice(0, 4)}`;
}

/** The two largest parts of a length of time: "2 d 4 h", "1 h 42 min", "12 min", "40 s". */
export function formatSpan(ms: number): string {
  const length = Math.abs(ms);
  if (length < minuteMs) return `${Math.floor(length / 1_000)} s`;
  const days = Math.floor(length / dayMs);
  const hours = Math.floor((length % dayMs) / hourMs);
  const minutes = Math.floor((length % hourMs) / minuteMs);
  if (days > 0) return hours > 0 && days < 10 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return `${minutes} min`;
}

/** "just now", "4 min ago", "in 3 h": the largest part only, since the exact instant is on hover. */
export function formatDistance(iso: string, nowMs: number): string {
  const difference = Date.parse(iso) - nowMs;
  const length = Math.abs(difference);
  if (length < 45_000) return "just now";
  const [size, unit] =
    length < hourMs
      ? [minuteMs, "min"]
      : length < dayMs
        ? [hourMs, "h"]
        : length < 60 * dayMs
          ? [dayMs, "d"]
          : [30 * dayMs, "months"];
  const amount = Math.max(1, Math.round(length / Number(size)));
  return difference < 0 ? `${amount} ${unit} ago` : `in ${amount} ${unit}`;
}

export type Urgency = "calm" | "soon" | "late";

/** A deadline as a countdown. Within two hours it wants a person; past it, it is late. */
export function countdown(iso: string, nowMs: number): { text: string; urgency: Urgency } {
  const left = Date.parse(iso) - nowMs;
  if (left < 0) return { text: `${formatSpan(left)} late`, urgency: "late" };
  return { text: `${formatSpan(left)} left`, urgency: left < 2 * hourMs ? "soon" : "calm" };
}

/** How long something took: "84 ms", "1.2 s", "3 min". */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < minuteMs) return `${(ms / 1_000).toFixed(1)} s`;
  return formatSpan(ms);
}

/** "1 order", "3,412 orders". */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
