import { describe, expect, it } from "vitest";
import { CallSizes } from "./call-sizes.ts";

/** Tells figures to a source that refuses a whole call for any of `bad`. Gives the sizes of its calls, and who stood alone. */
function tell(count: number, bad: readonly number[], batchMax: number) {
  const sizes = new CallSizes(batchMax);
  const waiting = Array.from({ length: count }, (_, i) => i);
  const [calls, alone]: [number[], number[]] = [[], []];
  while (waiting.length > 0) {
    const call = waiting.slice(0, sizes.next);
    calls.push(call.length);
    if (call.some((figure) => bad.includes(figure))) {
      if (sizes.halve(call.length)) continue;
      if (call.length > 1) break;
      alone.push(...call);
    }
    waiting.splice(0, call.length);
    sizes.answered();
  }
  return { calls, alone, left: waiting.length };
}

describe("the sizes of calls", () => {
  it("are what the source takes while it refuses none", () => {
    expect(tell(120, [], 50)).toEqual({ calls: [50, 50, 20], alone: [], left: 0 });
  });

  it("are halved down to the one that is refused, and whole again after it", () => {
    expect(tell(16, [5], 8)).toEqual({ calls: [8, 4, 4, 2, 1, 1, 2, 8], alone: [5], left: 0 });
    expect(tell(1, [0], 8)).toEqual({ calls: [1], alone: [0], left: 0 });
  });

  it.each([[[0]], [[499]], [[250]], [[100, 400]]])("find %j among 500 within one push", (bad) => {
    const { calls, alone, left } = tell(500, bad, 500);
    expect({ alone, left }).toEqual({ alone: bad, left: 0 });
    expect(calls.length).toBeLessThan(40);
  });

  it("come to an end where everything is refused", () => {
    const { calls, alone, left } = tell(500, [...Array(500).keys()], 500);
    expect(left).toBe(500 - alone.length);
    expect(alone.length).toBeGreaterThan(0);
    expect(calls.length).toBeLessThan(40);
  });
});
