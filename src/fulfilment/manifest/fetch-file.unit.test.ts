import { describe, expect, it } from "vitest";
import { nextTry, TRIES_MAX } from "./fetch-file.ts";

const now = Temporal.Instant.from("2026-11-20T04:30:00Z");
const pauseAfter = (tries: number) => nextTry(tries, now)?.since(now).total("seconds") ?? null;

describe("repeats of a download", () => {
  it("come soon at first, then every half hour, and end with a person", () => {
    expect([1, 2, 3, 8, 9, TRIES_MAX - 1, TRIES_MAX].map(pauseAfter)).toEqual([10, 20, 40, 1280, 1800, 1800, null]);
  });

  it("go on for hours: a channel's evening is bridged", () => {
    const total = Array.from({ length: TRIES_MAX - 1 }, (_, n) => pauseAfter(n + 1) ?? 0).reduce((a, b) => a + b, 0);
    expect(total).toBeGreaterThan(5 * 3_600);
  });
});
