/**
 * Rewrites docs/generated/coverage.md from what the connectors declare and what the last run of the contract tests proved.
 * After a change: `make test TESTS="--project contract connectors"`, then this. With `--check` it changes nothing, and
 * fails where the page is another.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { coveragePage, type Proof, provedBy, type SourceResults } from "../connectors/kit/coverage.ts";
import { connectors } from "../src/app/sources.ts";

const root = join(import.meta.dirname, "..");
const page = join(root, "docs", "generated", "coverage.md");
const resultsDir = join(root, ".cache", "contract-coverage");

const resultsFile = z.object({
  source: z.string(),
  results: z.array(
    z.object({
      capability: z.custom<Proof>((value) => typeof value === "string"), // an unknown one has no column and is left out
      status: z.enum(["passed", "failed", "partly"]),
      scenarios: z.int(),
    }),
  ),
});

function proved(): Map<string, ReadonlySet<Proof>> {
  if (!existsSync(resultsDir)) return new Map();
  const files = readdirSync(resultsDir).filter((name) => name.endsWith(".json"));
  return new Map(
    files.map((name) => {
      const run: SourceResults = resultsFile.parse(JSON.parse(readFileSync(join(resultsDir, name), "utf8")));
      return [run.source, provedBy(run)] as const;
    }),
  );
}

const made = coveragePage(connectors, proved());
const kept = existsSync(page) ? readFileSync(page, "utf8") : "";
if (process.argv.includes("--check")) {
  if (made !== kept) {
    console.error(
      "docs/generated/coverage.md is not what the last run of the contract tests proved: ./godown run tools/coverage.ts",
    );
    process.exitCode = 1;
  }
} else {
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, made);
}
