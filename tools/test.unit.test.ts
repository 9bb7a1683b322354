import { describe, expect, it } from "vitest";
import { countReport } from "./test.ts";

const file = (status: string, ...tests: string[]) => ({
  name: "a.unit.test.ts",
  status,
  message: status === "passed" ? "" : "Cannot find module\nat line 1",
  assertionResults: tests.map((state) => ({ fullName: `a ${state} test`, status: state })),
});

describe("counting a test run", () => {
  it("counts passing and failing tests", () => {
    expect(countReport({ testResults: [file("failed", "passed", "passed", "failed")] }, 1)).toEqual({
      passed: 2,
      failed: 1,
      remarks: [],
    });
  });

  it.each(["skipped", "pending", "todo", "disabled"])("counts a test that is %s as failed and names it", (state) => {
    const count = countReport({ testResults: [file("passed", "passed", state)] }, 0);
    expect(count).toMatchObject({ passed: 1, failed: 1 });
    expect(count.remarks).toEqual([`Not run (${state}), counted as failed: a.unit.test.ts: a ${state} test`]);
  });

  it("counts a file that could not be loaded as one failure, with its first line of words", () => {
    const count = countReport({ testResults: [file("failed"), file("passed", "passed")] }, 1);
    expect(count).toEqual({
      passed: 1,
      failed: 1,
      remarks: ["Counted as failed: a.unit.test.ts: Cannot find module"],
    });
  });

  it("counts a file whose hooks failed although its tests passed", () => {
    expect(countReport({ testResults: [file("failed", "passed")] }, 1)).toMatchObject({ passed: 1, failed: 1 });
  });

  it("counts an error outside tests, a missing report and an empty run as one failure each", () => {
    expect(countReport({ testResults: [file("passed", "passed")] }, 1)).toMatchObject({ passed: 1, failed: 1 });
    expect(countReport(undefined, 1)).toMatchObject({ passed: 0, failed: 1 });
    expect(countReport({ testResults: [] }, 0)).toMatchObject({ passed: 0, failed: 1 });
  });
});
