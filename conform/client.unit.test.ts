import { describe, expect, it } from "vitest";
import { latencyOf } from "./client.ts";

describe("how long answers took", () => {
  it("is told by the one in the middle, the ninety-ninth of a hundred and the slowest", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(latencyOf(hundred)).toEqual({ calls: 100, medianMs: 50, p99Ms: 99, slowestMs: 100 });
    expect(latencyOf([7.4])).toEqual({ calls: 1, medianMs: 7, p99Ms: 7, slowestMs: 7 });
  });

  it("is nothing where nothing was answered", () => {
    expect(latencyOf([])).toBeNull();
  });
});
