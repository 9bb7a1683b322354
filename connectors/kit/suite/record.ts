/** Which capability each scenario proves, and where the outcome of a run is written for the coverage page. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { type Proof, provedBy, readCoveragePage, type SourceResults } from "../coverage.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
/** Not kept in git: made by each run of the contract tests, read by tools/coverage.ts. */
const RESULTS = join(ROOT, ".cache", "contract-coverage");
const PAGE = join(ROOT, "docs", "generated", "coverage.md");

/** Registers a test whose name begins with the capability that it proves. */
export type Scenario = (proof: Proof, title: string, run: () => Promise<void>) => void;

export interface Recorder {
  readonly scenario: Scenario;
  /** Writes the results when the file has run, and checks the committed page against them. Registered last. */
  close(): void;
}

export function createRecorder(source: string): Recorder {
  const counts = new Map<Proof, { registered: number; ran: number; passed: number }>();
  const results = (): SourceResults => ({
    source,
    results: [...counts].map(([capability, { registered, ran, passed }]) => ({
      capability,
      // One that was left out by a filter proves nothing, nor do those beside it alone.
      status: passed === registered ? "passed" : ran > passed ? "failed" : "partly",
      scenarios: registered,
    })),
  });
  return {
    scenario: (proof, title, run) => {
      const count = counts.get(proof) ?? { registered: 0, ran: 0, passed: 0 };
      counts.set(proof, count);
      count.registered++;
      it(`${proof}: ${title}`, async () => {
        count.ran++;
        await run();
        count.passed++;
      });
    },
    close: () => {
      it("coverage: the page ticks nothing that this run did not prove", () => {
        const row = readCoveragePage(readFileSync(PAGE, "utf8")).get(source) ?? new Map<Proof, string>();
        const ticked = [...row].filter(([, coverage]) => coverage === "tested").map(([proof]) => proof);
        const proved = provedBy(results());
        expect(
          ticked.filter((proof) => !proved.has(proof)),
          "if the capability is gone or its scenarios fail: ./godown run tools/coverage.ts",
        ).toEqual([]);
      });
      afterAll(() => {
        mkdirSync(RESULTS, { recursive: true });
        writeFileSync(join(RESULTS, `${source}.json`), `${JSON.stringify(results(), null, 2)}\n`);
      });
    },
  };
}
