import { describe, expect, it } from "vitest";
import {
  cursorAfter,
  earliest,
  type LeftOff,
  readingsOf,
  readState,
  toStored,
  windowOf,
  withLeft,
  withRead,
} from "./pull-window.ts";

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
    const state = { cursor: cursor("10:00", "09:30"), news: left(false), all: left(true, null) };
    const again = (kept: unknown): unknown => JSON.parse(JSON.stringify(kept));
    expect(readState(again(toStored(state)))).toEqual(state);
    expect(readState(again(toStored({ ...NONE, all: left(true) })))).toEqual({ ...NONE, all: left(true) });
    expect(readState(again(cursor("10:00", "09:30")))).toEqual({ ...NONE, cursor: cursor("10:00", "09:30") });
    for (const other of [{}, null, 7, { through: "yesterday", sweptAt: "now", news: { token: 1 } }])
      expect(readState(other)).toEqual(NONE);
  });
});

const NONE = { cursor: null, news: null, all: null };
const left = (whole: boolean, through: Temporal.Instant | null = at("09:58")): LeftOff => ({
  window: { from: at("07:00"), to: at("09:59"), whole },
  ...{ status: "CREATED", page: 2, token: "t2", startedAt: at("09:59"), through },
});

describe("what a run reads", () => {
  const placed = { windowDays: 2 };
  const changed = { by: "changed", windowDays: 2, overlapMinutes: 5 } as const;
  const kinds = (...given: Parameters<typeof readingsOf>) =>
    readingsOf(...given).map(
      (each) => `${each.window.whole ? "all" : "news"}${each.left ? " on" : ""}${each.spare ? " spare" : ""}`,
    );
  const known = { ...NONE, cursor: cursor("09:55", "09:30") };
  const due = { ...NONE, cursor: cursor("09:55", "08:30") };
  const now = at("10:00");

  it("one window, where it counts when orders were placed; all days hold what is new", () => {
    expect(kinds(now, placed, NONE, false)).toEqual(["all"]);
    expect(kinds(now, placed, known, false)).toEqual(["news"]);
    expect(kinds(now, placed, due, false)).toEqual(["all"]);
    expect(kinds(now, placed, { ...due, all: left(true) }, false)).toEqual(["all on"]);
    expect(kinds(now, placed, { ...due, news: left(false) }, false)).toEqual(["news on"]);
  });

  it("what changed before all days, and those with calls that are left over, unless a person asks or nothing was read before", () => {
    expect(kinds(now, changed, NONE, false)).toEqual(["all"]);
    expect(kinds(now, changed, { ...NONE, all: left(true) }, false)).toEqual(["all on"]);
    expect(kinds(now, changed, known, false)).toEqual(["news"]);
    expect(kinds(now, changed, due, false)).toEqual(["news", "all spare"]);
    expect(kinds(now, changed, known, true)).toEqual(["news", "all"]);
    expect(readingsOf(now, changed, due, false)[0]?.window).toEqual({ from: at("09:50"), to: now, whole: false });
    expect(kinds(now, changed, { ...NONE, cursor: cursor("10:01", "09:55") }, false)).toEqual(["all"]);
  });

  it("goes on where it was left, each window by itself, unless that is long ago or a person asks", () => {
    expect(kinds(now, changed, { ...known, news: left(false) }, false)).toEqual(["news on"]);
    expect(kinds(now, changed, { ...due, all: left(true) }, false)).toEqual(["news", "all on spare"]);
    expect(kinds(now, changed, { ...due, news: left(false), all: left(true) }, false)).toEqual([
      "news on",
      "all on spare",
    ]);
    expect(kinds(now, changed, { ...due, news: left(false), all: left(true) }, true)).toEqual(["news", "all"]);
    const long = at("21:59");
    expect(kinds(long, changed, { ...due, news: left(false), all: left(true) }, false)).toEqual(["news", "all spare"]);
  });

  it("keeps what is left of all days while what is new is read", () => {
    const both = { ...known, news: left(false), all: left(true) };
    const news = { from: at("09:50"), to: now, whole: false };
    expect(withRead(both, news, null)).toEqual({ cursor: cursor("10:00", "09:30"), news: null, all: left(true) });
    expect(withRead(both, { ...news, whole: true }, null)).toEqual({ ...NONE, cursor: cursor("10:00", "10:00") });
    expect(withLeft(both, news, null)).toEqual({ ...both, news: null });
    expect(withLeft(both, { ...news, whole: true }, null)).toEqual({ ...both, all: null });
  });
});
