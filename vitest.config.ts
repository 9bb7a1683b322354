import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/support/longest-first.ts";

/** Kinds of tests by the end of their names; `db`, `flow` and `e2e` share one embedded PostgreSQL. */
const KINDS = [
  { name: "unit", needsDatabase: false, timeoutMs: 20_000, shared: true },
  { name: "contract", needsDatabase: false, timeoutMs: 60_000, shared: true },
  { name: "db", needsDatabase: true, timeoutMs: 60_000 },
  { name: "flow", needsDatabase: true, timeoutMs: 120_000 },
  { name: "e2e", needsDatabase: true, timeoutMs: 300_000 },
] as const;

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: KINDS.map(({ name, needsDatabase, timeoutMs, ...kind }) => ({
      test: {
        name,
        include: [`{src,connectors,couriers,contract,conform,web,tests,tools}/**/*.${name}.test.{ts,tsx}`],
        environment: "node",
        // The small machines that this must pass on have two processors. Two workers leave them idle for a quarter of the time, where
        // databases and answers that come late are waited for; browsers keep them busy, and come last.
        maxWorkers: name === "e2e" ? 2 : 3,
        sequence: { groupOrder: name === "e2e" ? 1 : 0 },
        // What registers nothing for all needs no process of its own for each file: to load the libraries again costs a second each.
        isolate: !("shared" in kind),
        testTimeout: timeoutMs,
        hookTimeout: timeoutMs,
        globalSetup: needsDatabase ? ["tests/support/postgres.global.ts"] : [],
      },
    })),
  },
});
