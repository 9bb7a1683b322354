/**
 * Runs the whole test suite and ends with the line `N passed, N failed`. A test that is skipped, todo or quarantined
 * counts as failed: it proves nothing. So do a file that cannot be loaded, a crash of the runner, and a run without tests.
 * Arguments are passed on to Vitest (a path, `--project unit`).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

export interface Count {
  readonly passed: number;
  readonly failed: number;
  /** One line for each thing that counts as failed without being a failing test. */
  readonly remarks: readonly string[];
}

/** Counts Vitest's JSON report. @param exitCode of Vitest; other than 0 means at least one failure */
export function countReport(report: unknown, exitCode: number): Count {
  const parsed = reportSchema.safeParse(report);
  if (!parsed.success) return { passed: 0, failed: 1, remarks: ["The test runner ended without a report."] };
  let passed = 0;
  let failed = 0;
  const remarks: string[] = [];
  for (const file of parsed.data.testResults) {
    for (const test of file.assertionResults) {
      if (test.status === "passed") passed++;
      else failed++;
      if (test.status !== "passed" && test.status !== "failed") {
        remarks.push(`Not run (${test.status}), counted as failed: ${file.name}: ${test.fullName}`);
      }
    }
    const failedWithoutTest =
      file.status !== "passed" && file.assertionResults.every((test) => test.status === "passed");
    if (failedWithoutTest || file.assertionResults.length === 0) {
      failed++;
      remarks.push(`Counted as failed: ${file.name}: ${file.message?.split("\n")[0] || "the file ran no test"}`);
    }
  }
  if (exitCode !== 0 && failed === 0) {
    failed = 1;
    remarks.push(
      `The test runner ended with code ${exitCode} although no test failed (an error outside tests, see above).`,
    );
  }
  if (passed + failed === 0) {
    failed = 1;
    remarks.push("There was no test to run.");
  }
  return { passed, failed, remarks };
}

function forwardSignals(child: ChildProcess): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
}

async function runSuite(args: readonly string[]): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), "godown-report-"));
  const reportFile = join(dir, "report.json");
  try {
    const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
    const child = spawn(process.execPath, [vitest, "run", ...reporters, ...args], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    forwardSignals(child);
    const exitCode = await new Promise<number>((resolve) => {
      child.once("error", () => resolve(1));
      child.once("exit", (code) => resolve(code ?? 1));
    });
    const { passed, failed, remarks } = countReport(readReport(reportFile), exitCode);
    for (const remark of remarks) console.log(remark);
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function readReport(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined; // counted as a failed run
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  process.exitCode = await runSuite(process.argv.slice(2));
