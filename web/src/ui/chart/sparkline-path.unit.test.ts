import { expect, it } from "vitest";
import { sparklinePath } from "./sparkline-path.ts";

it("draws from zero at the foot, never from the smallest value", () => {
  expect(sparklinePath([50, 100], 100, 24).line).toBe("M0.0 12.0L100.0 2.0");
  expect(sparklinePath([0, 0], 100, 24).line).toBe("M0.0 22.0L100.0 22.0");
});

it("stands for a single value and for none", () => {
  expect(sparklinePath([3], 100, 24).end).toEqual({ x: 100, y: 2 });
  expect(sparklinePath([], 100, 24)).toEqual({ line: "", area: "", end: null });
});
