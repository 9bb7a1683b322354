import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Connector, ReportedStatus, StatusFeed } from "../../connectors/kit/index.ts";
import { jupiterMoney } from "../../tests/support/sources.ts";
import { lagMaxSeconds, type StatusKind, statusPlan } from "../channels/index.ts";
import { isBehind, ordersAreMissed, whoIsAsked } from "./ask-by-id.ts";
import type { FeedCursor } from "./feed-window.ts";
import { NOTHING_HEARD } from "./hear.ts";
import type { FeedRead } from "./read-feed.ts";

const NOW = Temporal.Instant.from("2026-11-20T10:00:00Z");
const ago = (minutes: number) => NOW.subtract({ seconds: Math.round(minutes * 60) });
const place = (okMinutesAgo: number | null, failed: string | null = "500"): FeedCursor => ({
  ...{ through: null, spanMinutes: null, askedAt: NOW, failed, after: null },
  okAt: okMinutesAgo === null ? null : ago(okMinutesAgo),
});

describe("a list is behind", () => {
  it.each([
    ["not before it was asked", undefined, "STATUS_CANCELLED", false],
    ["not while it is read to its end, however long ago that was", place(60, null), "STATUS_CANCELLED", false],
    ["not after a failure or two", place(2), "STATUS_CANCELLED", false],
    ["after five minutes", place(5), "STATUS_CANCELLED", true],
    ["after five minutes less a moment: ticks come early", place(4.9), "STATUS_CANCELLED", true],
    ["where it was never read", place(null), "STATUS_CANCELLED", true],
    ["where it was read in the future: our clock was set back", place(-3), "STATUS_CANCELLED", true],
    ["not after one failure of those that are hourly", place(60), "STATUS_DELIVERED", false],
    ["after two of them", place(120), "STATUS_DELIVERED", true],
  ] as const)("%s", (_, given, kind, behind) => expect(isBehind(given, kind, NOW)).toBe(behind));

  it.each([
    ["STATUS_CANCELLED", 1, 10],
    ["STATUS_DELIVERED", 60, 60],
  ] as const)("%s: before the ceiling, whatever the pace", (kind, least, most) => {
    fc.assert(
      fc.property(fc.integer({ min: least, max: most }), (paceMinutes) => {
        // Runs that fail, one after the other, since the last one that did not.
        let since = paceMinutes;
        while (!isBehind(place(since), kind, NOW)) since += paceMinutes;
        expect(since * 60).toBeLessThanOrEqual(lagMaxSeconds(kind));
      }),
    );
  });
});

const list = (name: string, tells: StatusFeed["tells"], holds?: "active"): StatusFeed => ({
  ...{ name, tells, overlapMinutes: 10, windowMinutesMax: 60 },
  ...(holds === undefined ? {} : { holds }),
});
const BY_ID = { readStatuses: { batchMax: 5 } };
function aSource(feeds: readonly StatusFeed[], can: Connector["capabilities"] = BY_ID): Connector {
  const reports = ["CANCELLED", "DISPATCHED"] as const;
  const rules = { ...jupiterMoney.rules, reports };
  return { ...jupiterMoney, rules, capabilities: { pullStatuses: { feeds }, ...can }, operations: {} };
}
const read = (name: string, named: readonly string[], failed: string | null = null): FeedRead => ({
  ...{ name, orders: named.length, named: new Set(named), heard: NOTHING_HEARD, rejected: [], notAnswered: 0 },
  ...{ failed, throttled: false, retryAfterMs: 0, quiet: [] },
});
function asked(
  source: Connector,
  places: Readonly<Record<string, FeedCursor>>,
  reads: readonly FeedRead[] = [],
  kind: StatusKind = "STATUS_CANCELLED",
) {
  return whoIsAsked(source, kind, statusPlan(source, kind), (name) => places[name], reads, NOW);
}

describe("by ids is asked about", () => {
  const feeds = [list("cancelled/buyer", ["CANCELLED"]), list("shipped", ["DISPATCHED"])];
  const fine = { "cancelled/buyer": place(0, null), shipped: place(0, null) };

  it("nobody while the lists are read", () =>
    expect(asked(aSource(feeds), fine)).toEqual({ who: "nobody", idle: true }));

  it("every open order while one of them is behind, and nobody once it is read again", () => {
    const buyer = { ...fine, "cancelled/buyer": place(7) };
    expect(asked(aSource(feeds), buyer)).toEqual({ who: "all", insteadOf: ["cancelled/buyer"] });
    expect(asked(aSource(feeds), { ...buyer, "cancelled/buyer": place(0, null) })).toMatchObject({ who: "nobody" });
  });

  it("nobody where the source has no such question, or would look in the same lists", () => {
    const behind = { ...fine, shipped: place(7) };
    expect(asked(aSource(feeds, {}), behind)).toMatchObject({ who: "nobody" });
    const byLists = { ...BY_ID, readOrders: { batchMax: 5, byLists: true } } as const;
    expect(asked(aSource(feeds, byLists), behind)).toMatchObject({ who: "nobody" });
  });

  it("nobody for a list of returns: they take days", () => {
    const source = aSource([...feeds, list("returns", ["RETURNED"])]);
    expect(asked(source, { returns: place(600) }, [], "STATUS_DELIVERED")).toMatchObject({ who: "nobody" });
  });

  it("every open order where no list tells everything, whatever became of the lists", () => {
    const source = aSource([list("cancelled", ["CANCELLED"])]);
    expect(asked(source, { cancelled: place(0, null) })).toEqual({ who: "all", insteadOf: [] });
  });
});

describe("the list of orders, when it fails", () => {
  const telling = (tells: readonly ReportedStatus[], feeds: readonly StatusFeed[] = [], can: object = BY_ID) => {
    const pullOrders = { statuses: ["CREATED"], windowDays: 30, by: "changed", tells } as const;
    return aSource(feeds, { ...can, pullOrders });
  };

  it("is missed after five minutes where it alone tells what was cancelled or left", () => {
    const source = telling(["CANCELLED", "DISPATCHED", "DELIVERED"], [list("returns", ["RETURNED"])]);
    expect([4, 5, 60].map((minutes) => ordersAreMissed(source, ago(minutes), NOW))).toEqual([false, true, true]);
    expect(ordersAreMissed(source, null, NOW), "never read").toBe(true);
  });

  it("is not where other lists tell it, where it tells only what comes later, or nobody can be asked", () => {
    const lists = [list("cancelled", ["CANCELLED"]), list("shipped", ["DISPATCHED"])];
    expect(ordersAreMissed(telling(["CANCELLED", "DISPATCHED"], lists), ago(60), NOW)).toBe(false);
    expect(ordersAreMissed(telling(["DELIVERED"]), ago(60), NOW)).toBe(false);
    expect(ordersAreMissed(telling(["CANCELLED"], [], {}), ago(60), NOW)).toBe(false);
  });
});

describe("of lists of what is active", () => {
  const feeds = [list("active", ["CANCELLED", "DISPATCHED"], "active")];

  it("those that they leave out", () => {
    const found = asked(aSource(feeds), { active: place(0, null) }, [read("active", ["O-1", "O-2"])]);
    expect(found).toEqual({ who: "unnamed", named: new Set(["O-1", "O-2"]) });
  });

  it("nobody is missed where one was not asked or not read to its end, and who waits is not forgotten", () => {
    const source = aSource([...feeds, list("going", ["DISPATCHED"], "active")]);
    const places = { active: place(0, null), going: place(0, null) };
    expect(asked(source, places, [read("active", ["O-1"])])).toEqual({ who: "nobody", idle: false });
    const cut = [read("active", ["O-1"]), read("going", [], "Page 2: 500")];
    expect(asked(source, places, cut)).toEqual({ who: "nobody", idle: false });
    expect(asked(source, places, [read("active", ["O-1"]), read("going", ["O-2"])])).toMatchObject({ who: "unnamed" });
  });

  it("everybody, once one fails for long", () => {
    const found = asked(aSource(feeds), { active: place(5) }, [read("active", [], "500")]);
    expect(found).toEqual({ who: "all", insteadOf: ["active"] });
  });
});
