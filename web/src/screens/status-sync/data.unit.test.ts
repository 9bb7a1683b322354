import { describe, expect, it } from "vitest";
import { whyNotAsked } from "../orders/sync-status.tsx";
import { type ChannelSync, formatLag, healthOf, listed, type StatusSync, whyNotRunning } from "./data.ts";

const NOW = Date.parse("2026-11-22T08:00:00Z");

const sync = (over: Partial<StatusSync> = {}): StatusSync => ({
  ...{ kind: "STATUS_CANCELLED", on: true, canSyncNow: true, state: "OK", everyMinutes: 1, schedule: "every minute" },
  ...{ lastAttemptAt: null, lastSuccessAt: null, nextRunAt: null, message: null, lagMaxSeconds: 600, feeds: [] },
  ...over,
});

const channel = (over: Partial<ChannelSync> = {}): ChannelSync => ({
  ...{
    channelId: "1",
    code: "Oker_1",
    name: "Oker_1",
    state: "CONNECTED",
    brokenReason: null,
    source: "OKER",
    sourceLabel: "Oker",
  },
  ...{ wishedMinutes: null, doesNotReport: [], channelShippedAlone: false, readsById: true, syncs: [sync()] },
  ...{ lag: null, lagHourly: null, lagHours: [], ceilingSeconds: 600 },
  ...{ backlog: { count: 0, oldestAt: null, reasons: [] }, adoptedToday: 0, openDoubts: 0, lastAdoption: null },
  ...{ openShortages: 0, reread: null },
  ...over,
});

const measured = (maxSeconds: number) => ({ count: 3, p50Seconds: 20, p95Seconds: 40, maxSeconds });
const waitsSince = (oldestAt: string) => ({ count: 1, oldestAt, reasons: [] });

describe("a lag in words", () => {
  it("names seconds where they matter", () => {
    expect([0, 41, 60, 80, 599, 600, 754, 11_100].map(formatLag)).toEqual([
      ...["0 s", "41 s", "1 min", "1 min 20 s", "9 min 59 s", "10 min", "12 min", "3 h 5 min"],
    ]);
  });
});

describe("words of a marketplace", () => {
  it("stand in a row as people say them", () => {
    expect(listed([])).toBe("");
    expect(listed(["DISPATCHED"])).toBe("Dispatched");
    expect(listed(["CANCELLED", "DISPATCHED", "RTO"], "or")).toBe("Cancelled, Dispatched or RTO");
  });
});

describe("how a channel's status sync stands", () => {
  it.each([
    ["well", {}],
    ["off", { syncs: [sync({ state: "OFF" })] }],
    ["off", { state: "DISABLED", syncs: [sync({ state: "BLOCKED" })] }],
    ["failed", { syncs: [sync(), sync({ kind: "ORDERS", state: "FAILED" })] }],
    ["failed", { lag: measured(601) }],
    ["well", { lag: measured(600) }],
    ["attention", { openShortages: 1 }],
    ["attention", { backlog: waitsSince("2026-11-22T07:49:59Z") }],
    ["well", { backlog: waitsSince("2026-11-22T07:50:01Z") }],
  ] as const)("is %s with %j", (health, over) => {
    expect(healthOf(channel(over), NOW)).toBe(health);
  });
});

describe("asking about one order", () => {
  const channels = new Map([
    ["Oker_1", channel()],
    ["Lists_1", channel({ code: "Lists_1", readsById: false })],
    ["Off_1", channel({ code: "Off_1", state: "DISABLED" })],
  ]);

  it("is left out with the reason where the channel cannot be asked", () => {
    expect(whyNotAsked(channels, "Oker_1")).toBeNull();
    expect(whyNotAsked(channels, "Lists_1")).toMatch(/cannot be asked about one order/);
    expect(whyNotAsked(channels, "Off_1")).toBe("Off_1 is not connected.");
    expect(whyNotAsked(channels, "Phone_orders")).toBe("Phone_orders tells no statuses.");
  });

  it("is left to the server where this person may not see channels", () => {
    expect(whyNotAsked(undefined, "Oker_1")).toBeNull();
  });
});

describe("a channel that is not asked", () => {
  it("says why, and what to do", () => {
    expect(whyNotRunning(channel())).toBeNull();
    const broken = { state: "BROKEN", brokenReason: "401 Token expired" };
    expect(whyNotRunning(channel(broken))).toBe("Oker_1 is broken: 401 Token expired. Press Connect on its page.");
    expect(whyNotRunning(channel({ state: "DISABLED" }))).toBe(
      "Oker_1 is switched off. Switch it on again on its page.",
    );
  });
});
