import { readdirSync, readFileSync } from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { createDatabase } from "../../support/database.ts";
import { mustBePlanted, PLANTED, planting } from "./planted-faults.ts";
import { type RunOptions, type RunReport, runPullChaos } from "./run.ts";

/** `make sim` runs other seeds; this one is as good as any. */
const SEED = Number(process.env.GODOWN_SEED ?? 20_261_122);
const ORDERS = Number(process.env.GODOWN_CHAOS_ORDERS ?? 500);
const ROUNDS = 6;
const RUN_MAX_MS = 600_000;

let undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.reverse()) await each();
  undo = [];
});

async function run(options: Omit<RunOptions, "dataDir" | "databaseUrl">): Promise<RunReport & { database: string }> {
  const { connectionString, drop } = await createDatabase({ migrated: true });
  const dataDir = mkdtempSync(join(tmpdir(), "godown-pull-chaos-"));
  undo.push(drop, () => rmSync(dataDir, { recursive: true, force: true }));
  return { ...(await runPullChaos({ ...options, databaseUrl: connectionString, dataDir })), database: connectionString };
}

describe("pulled channels in a storm", () => {
  it(
    `${ORDERS} orders over 10 channels, a fifth of all calls struck: both sides agree on every order, unit and figure (seed ${SEED})`,
    async () => {
      const { findings, figures } = await run({ seed: SEED, orders: ORDERS, rounds: ROUNDS });
      expect(findings, `run again with GODOWN_SEED=${SEED}`).toEqual([]);
      // There was something to judge, and it did storm.
      expect(figures).toMatchObject({ ordersThere: ORDERS, channels: 10 });
      expect(Number(figures.struckShare)).toBeGreaterThan(0.17);
    },
    RUN_MAX_MS,
  );
});
