import { describe, expect, it } from "vitest";
import { cursorAfter, earliest, readCursor, windowOf } from "./pull-window.ts";

const at = (text: string) => Temporal.Instant.from(`2026-11-20T${text}:00Z`);
const days = (windowDays: number) => ({ windowDays });
const cursor = (through: string, sweptAt: string) => ({ through: at(through), sweptAt: at(sweptAt) });

describe("which order dates are asked for", () => {
  it("all days first, then from where the last run ended with an overlap, never further back than the source gives", () => {
    expect(windowOf(at("10:00"), days(2), null, false)).toEqual({
      from: Temporal.Instant.from("2026-11-18T10:00:00Z"),
      to: at("10:00"),
      whole: true,
    });
    expect(windowOf(at("10:00"), days(2), cursor("09:55", "09:30"), false)).toEqual({
      ...{ from: at("07:55"), to: at("10:00"), whole: false },
    });
    expect(windowOf(at("10:30"), days(0), cursor("09:55", "09:45"), false).from).toEqual(at("10:30"));
  });

  it("all days again after an hour, when somebody looks for an order, and when our clock was set back", () => {
    expect(windowOf(at("10:00"), days(2), cursor("09:55", "09:01"), false).whole).toBe(false);
    expect(windowOf(at("10:00"), days(2), cursor("09:55", "09:00"), false).whole).toBe(true);
    expect(windowOf(at("10:00"), days(2), cursor("09:55", "09:55"), true).whole).toBe(true);
    expect(windowOf(at("10:00"), days(2), cursor("10:01", "09:55"), false).whole).toBe(true);
  });

  it("remembers the last whole reading beside the end of the last window", () => {
    const part = { from: at("07:55"), to: at("10:00"), whole: false };
    expect(cursorAfter(part, cursor("09:55", "09:30"), null)).toEqual(cursor("10:00", "09:30"));
    expect(cursorAfter({ ...part, whole: true }, cursor("09:55", "09:30"), null)).toEqual(cursor("10:00", "10:00"));
  });

  it("goes by what the source declares of overlap and sweeps", () => {
    const rule = { windowDays: 7, overlapMinutes: 10, sweepEveryMinutes: 720 };
    expect(windowOf(at("10:00"), rule, cursor("09:55", "01:00"), false)).toEqual({
      ...{ from: at("09:45"), to: at("10:00"), whole: false },
    });
    expect(windowOf(at("13:00"), rule, cursor("09:55", "01:00"), false).whole).toBe(true);
  });

  it("goes on from where the source says its list was complete, not from our clock; never from ahead of it", () => {
    const part = { from: at("07:55"), to: at("10:00"), whole: false };
    const before = cursor("09:55", "09:30");
    expect(cursorAfter(part, before, at("09:58"))).toEqual(cursor("09:58", "09:30"));
    expect(cursorAfter(part, before, at("10:03"))).toEqual(cursor("10:00", "09:30"));
    expect(earliest(at("09:58"), at("09:57"))).toEqual(at("09:57"));
    expect(earliest(null, at("09:57"))).toEqual(at("09:57"));
    expect(earliest(at("09:58"), null)).toEqual(at("09:58"));
  });

  it("reads what it stored, and nothing else", () => {
    const stored: unknown = JSON.parse(JSON.stringify(cursor("10:00", "09:30")));
    expect(readCursor(stored)).toEqual(cursor("10:00", "09:30"));
    expect(readCursor({})).toBeNull();
    expect(readCursor({ through: "yesterday", sweptAt: "now" })).toBeNull();
  });
});
