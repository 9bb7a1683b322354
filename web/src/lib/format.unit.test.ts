import { describe, expect, it } from "vitest";
import {
  countdown,
  dayOf,
  formatCount,
  formatDay,
  formatDayHeading,
  formatDistance,
  formatDuration,
  formatInstant,
  formatPaise,
  formatSpan,
  parseRupees,
  plural,
} from "./format.ts";

const noon = Date.parse("2026-11-12T06:30:00Z"); // 12:00 in India

describe("money", () => {
  it("groups by lakh and crore and keeps both decimals", () => {
    expect(formatPaise(12_345_600)).toBe("₹1,23,456.00");
    expect(formatPaise(123_456_789_05)).toBe("₹12,34,56,789.05");
    expect(formatPaise(7)).toBe("₹0.07");
    expect(formatPaise(-150)).toBe("−₹1.50");
  });
  it("is exact at the largest whole number a page can hold", () => {
    expect(formatPaise(Number.MAX_SAFE_INTEGER)).toBe("₹9,00,71,99,25,47,409.91");
  });
  it("reads what people type and refuses what is not an amount", () => {
    expect(parseRupees("₹ 1,23,456.5")).toBe(12_345_650);
    expect(parseRupees("99")).toBe(9_900);
    expect(parseRupees("0.29")).toBe(29); // 0.29 * 100 is 28.999… as a float
    for (const wrong of ["", "1.234", "-5", "ten", "1e3", "99999999999999999999"])
      expect(parseRupees(wrong)).toBeNull();
  });
});

describe("time", () => {
  it("shows instants and days in India, whatever zone the machine is in", () => {
    expect(formatInstant("2026-11-12T20:12:07Z")).toBe("13 Nov 2026, 01:42:07 IST");
    expect(dayOf("2026-11-12T20:12:07Z")).toBe("2026-11-13");
    expect(formatDay("2026-11-12")).toBe("12 Nov 2026");
  });
  it("names days as people do", () => {
    expect(formatDayHeading("2026-11-12", noon)).toBe("Today");
    expect(formatDayHeading("2026-11-11", noon)).toBe("Yesterday");
    expect(formatDayHeading("2026-11-09", noon)).toBe("Monday 9 November");
    expect(formatDayHeading("2025-11-09", noon)).toBe("Sunday 9 November 2025");
  });
  it("tells distances by their largest part", () => {
    const at = (ms: number) => formatDistance(new Date(noon + ms).toISOString(), noon);
    expect(at(-10_000)).toBe("just now");
    expect(at(-4 * 60_000)).toBe("4 min ago");
    expect(at(3 * 3_600_000)).toBe("in 3 h");
    expect(at(-2 * 86_400_000)).toBe("2 d ago");
  });
  it("counts down to a deadline: calm, soon within two hours, late after it", () => {
    const at = (ms: number) => countdown(new Date(noon + ms).toISOString(), noon);
    expect(at(5 * 3_600_000)).toEqual({ text: "5 h left", urgency: "calm" });
    expect(at(2 * 3_600_000)).toEqual({ text: "2 h left", urgency: "calm" });
    expect(at(6_120_000)).toEqual({ text: "1 h 42 min left", urgency: "soon" });
    expect(at(-37 * 60_000)).toEqual({ text: "37 min late", urgency: "late" });
  });
  it("writes spans with their two largest parts and durations with the unit that fits", () => {
    expect(formatSpan(2 * 86_400_000 + 4 * 3_600_000)).toBe("2 d 4 h");
    expect(formatSpan(12 * 86_400_000 + 4 * 3_600_000)).toBe("12 d");
    expect(formatDuration(84.4)).toBe("84 ms");
    expect(formatDuration(1_240)).toBe("1.2 s");
  });
});

it("counts in lakhs and knows one from many", () => {
  expect(formatCount(341_234)).toBe("3,41,234");
  expect(plural(1, "order")).toBe("1 order");
  expect(plural(3_412, "order")).toBe("3,412 orders");
});
