import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Connector, StatusFeed } from "../../connectors/kit/index.ts";
import { jupiterMoney } from "../../tests/support/sources.ts";
import { costSeconds, FREE_PACE, minutesAfter, PACE_MINUTES_MAX, paceMinutes, retryMinutes } from "./cadence.ts";
import { everyMinutes, nextRunAfter, statusPlan, syncKindsOf } from "./sync-kind.ts";

const LIMITS = { requestsPerSecond: 10, interactiveShare: 0.2 };
const pace = (costSeconds: number, wishedMinutes: number | null = null) => ({ costSeconds, wishedMinutes });

describe("what a run took", () => {
  it.each([
    ["few requests are worth the time they took", new Map([["getOrders", 8]]), LIMITS, 3_200, 4],
    // 10 a second, a fifth for people, half of the rest for syncs: 4 a second
    ["many are worth the time in which the source allows them", new Map([["getOrders", 960]]), LIMITS, 30_000, 240],
    [
      "operations with a limit of their own count by that",
      new Map([["search", 2]]),
      { ...LIMITS, operations: { search: { requestsPerSecond: 0.0125, burst: 20 } } },
      900,
      200,
    ],
    ["nothing was asked", new Map<string, number>(), LIMITS, 0, 0],
  ] as const)("%s", (_, calls, limits, tookMs, seconds) => expect(costSeconds(calls, limits, tookMs)).toBe(seconds));
});

it("where the source declares its pace, limits of single operations do not stretch it", () => {
  const limits = { ...LIMITS, operations: { search: { requestsPerSecond: 0.0056, burst: 20 } } };
  expect(costSeconds(new Map([["search", 2]]), limits, 900, true)).toBe(1);
  expect(costSeconds(new Map([["search", 2]]), limits, 900, false)).toBe(447);
});

describe("the pace of orders and statuses", () => {
  it.each([
    ["a minute where nothing forbids it", null, FREE_PACE, 1],
    ["what the source declares", 3, FREE_PACE, 3],
    ["what the source declares, not beyond the ceiling", 30, FREE_PACE, 10],
    ["longer after a run that took longer", null, pace(150), 3],
    ["never longer than eight minutes for its cost", null, pace(7_200), 8],
    ["slower where a person wants it", null, pace(20, 6), 6],
    ["not quicker than its cost, whatever a person wants", null, pace(290, 2), 5],
  ] as const)("%s", (_, declared, given, minutes) => expect(paceMinutes(declared, given)).toBe(minutes));

  it("is a minute at least and never beyond the hard ceiling of ten", () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }),
        fc.nat(100_000),
        fc.option(fc.integer({ min: 1, max: PACE_MINUTES_MAX }), { nil: null }),
        (declared, cost, wished) => {
          const minutes = paceMinutes(declared, pace(cost, wished));
          expect(minutes).toBeGreaterThanOrEqual(Math.min(declared ?? 1, 10));
          expect(minutes).toBeLessThanOrEqual(10);
        },
      ),
    );
  });

  it("is a minute after a failure, longer where it stays so", () => {
    expect([1, 2, 3, 4, 5, 6, 40].map(retryMinutes)).toEqual([1, 1, 2, 4, 8, 8, 8]);
  });

  it("counts from the whole minute, so that the next tick is the next run", () => {
    const at = Temporal.Instant.from("2026-11-20T04:30:00.730Z");
    expect(minutesAfter(at, 1).toString()).toBe("2026-11-20T04:31:00Z");
    expect(minutesAfter(Temporal.Instant.from("2026-11-20T04:30:59.999Z"), 1).toString()).toBe("2026-11-20T04:31:00Z");
  });
});

const list = (name: string, tells: StatusFeed["tells"], everyMinutes?: number): StatusFeed => ({
  ...{ name, tells, overlapMinutes: 10, windowMinutesMax: 60 },
  ...(everyMinutes === undefined ? {} : { everyMinutes }),
});
function aSourceWith(feeds: readonly StatusFeed[], byId: boolean, reports: Connector["rules"]["reports"]): Connector {
  const capabilities = { pullStatuses: { feeds }, ...(byId ? { readStatuses: { batchMax: 5 } } : {}) };
  return { ...jupiterMoney, rules: { ...jupiterMoney.rules, reports }, capabilities, operations: {} };
}

describe("how a source is asked for statuses", () => {
  const all = ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"] as const;

  it("each list with the quickest status that it tells; by ids what no list tells", () => {
    const source = aSourceWith([list("a", ["CANCELLED"]), list("b", ["DISPATCHED", "DELIVERED"])], true, all);
    expect(statusPlan(source, "STATUS_CANCELLED")).toMatchObject({
      feeds: [{ name: "a" }, { name: "b" }],
      byId: false,
    });
    expect(statusPlan(source, "STATUS_DELIVERED")).toMatchObject({ feeds: [], byId: true }); // RETURNED
  });

  it("not by ids where it cannot be, and a kind that it cannot be asked for is not offered", () => {
    const source = aSourceWith([list("a", ["CANCELLED"])], false, all);
    expect(statusPlan(source, "STATUS_DELIVERED")).toEqual({ feeds: [], byId: false });
    expect(syncKindsOf(source)).toContain("STATUS_CANCELLED");
    expect(syncKindsOf(source)).not.toContain("STATUS_DELIVERED");
  });

  it("by ids alone where it gives no lists", () => {
    expect(statusPlan(jupiterMoney, "STATUS_CANCELLED")).toMatchObject({ feeds: [], byId: true });
  });

  it("not by ids what its list of orders tells as well", () => {
    const source = aSourceWith([list("returns", ["RETURNED"])], true, all);
    const pullOrders = {
      statuses: ["CREATED"],
      windowDays: 7,
      by: "changed",
      tells: ["CANCELLED", "DISPATCHED"],
    } as const;
    const telling = { ...source, capabilities: { ...source.capabilities, pullOrders } };
    expect(statusPlan(telling, "STATUS_CANCELLED")).toEqual({ feeds: [], byId: false });
    expect(syncKindsOf(telling)).not.toContain("STATUS_CANCELLED");
    expect(statusPlan(telling, "STATUS_DELIVERED")).toMatchObject({ feeds: [{ name: "returns" }], byId: true }); // DELIVERED
  });

  it("as often as its slowest declaration allows", () => {
    const slow = aSourceWith(
      [list("a", ["CANCELLED", "DISPATCHED"], 4), list("b", ["DELIVERED", "RETURNED"], 90)],
      false,
      all,
    );
    expect(everyMinutes(slow, "STATUS_CANCELLED")).toBe(4);
    expect(everyMinutes(slow, "STATUS_DELIVERED")).toBe(90);
    const mixed = aSourceWith([list("a", ["CANCELLED"], 4), list("b", ["DISPATCHED"])], false, [
      "CANCELLED",
      "DISPATCHED",
    ]);
    expect(everyMinutes(mixed, "STATUS_CANCELLED")).toBe(1); // the slow list is passed over in between
    const at = Temporal.Instant.from("2026-11-20T04:30:00Z");
    expect(nextRunAfter(mixed, "STATUS_CANCELLED", at, pace(150))).toEqual(at.add({ minutes: 3 }));
  });
});
