import { describe, expect, it } from "vitest";
import { type Attempts, addressGroup, countFailure, inWords, lockedForSeconds } from "./lockout.ts";

const start = Temporal.Instant.from("2026-11-20T04:30:00Z");
const none: Attempts = { failures: 0, lastFailedAt: start, lockedUntil: null };

/** Locks in seconds after each of `times` wrong passwords that come as soon as the last lock has ended. */
function locks(kind: "USERNAME" | "ADDRESS", times: number): number[] {
  let attempts = none;
  let now = start;
  return Array.from({ length: times }, () => {
    attempts = countFailure(kind, attempts, now);
    const seconds = lockedForSeconds(attempts, now);
    now = now.add({ seconds });
    return seconds;
  });
}

describe("the lock that wrong passwords bring", () => {
  it("comes with the fifth for a name, doubles, and stops growing at an hour", () => {
    expect(locks("USERNAME", 14)).toEqual([0, 0, 0, 0, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]);
  });

  it("leaves an address more room, since a whole warehouse shares one", () => {
    expect(locks("ADDRESS", 31).slice(28)).toEqual([0, 60, 120]);
  });

  it("stays finite however often somebody tries", () => {
    expect(lockedForSeconds(countFailure("USERNAME", { ...none, failures: 100_000 }, start), start)).toBe(3600);
  });

  it("is forgotten after a day without a wrong password", () => {
    const almost = { ...none, failures: 4 };
    expect(countFailure("USERNAME", almost, start.add({ hours: 23 })).failures).toBe(5);
    expect(countFailure("USERNAME", almost, start.add({ hours: 25 })).failures).toBe(1);
  });

  it("is told in words a person can wait by", () => {
    expect([1, 45, 89, 90, 3600].map(inWords)).toEqual([
      "1 second",
      "45 seconds",
      "89 seconds",
      "2 minutes",
      "60 minutes",
    ]);
  });
});

describe("an address", () => {
  it("is counted whole in IPv4, however it is written", () => {
    expect(addressGroup("203.0.113.9")).toBe("203.0.113.9");
    expect(addressGroup("::ffff:203.0.113.9")).toBe("203.0.113.9");
  });

  it("is counted by its subscriber in IPv6", () => {
    const one = addressGroup("2001:db8:0:1::7");
    expect(addressGroup("2001:0DB8:0000:0001:aaaa:bbbb:cccc:dddd")).toBe(one);
    expect(addressGroup("2001:db8:0:2::7")).not.toBe(one);
    expect(addressGroup("fe80::1%eth0")).toBe("fe80:0:0:0");
    expect(addressGroup("::1")).toBe("0:0:0:0");
  });
});
