import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDatabase } from "../../support/database.ts";
import { Auditor } from "./auditor.ts";
import { runPartnerHour } from "./run.ts";

const SEED = Number(process.env.GODOWN_SEED ?? 1);
const EVENTS = 10_000;
/** The ten thousand bodies are 30 MiB: one who held them would be found. */
const GROWTH_MAX_MIB = 20;

describe("a partner that is down for an hour", () => {
  it(`gets all ${EVENTS} events afterwards, each shipment in order, and the worker's memory does not grow (seed ${SEED})`, {
    timeout: 300_000,
  }, async () => {
    const { connectionString, drop } = await createDatabase({ migrated: true });
    const dataDir = mkdtempSync(join(tmpdir(), "godown-partner-hour-"));
    try {
      const { faults, figures } = await runPartnerHour({
        ...{ databaseUrl: connectionString, dataDir, seed: SEED, events: EVENTS },
      });
      process.stdout.write(`${JSON.stringify(figures)}\n`);
      expect(faults.slice(0, 10), JSON.stringify(figures)).toEqual([]);
      expect(figures.rssGrowthMiB).toBeLessThan(GROWTH_MAX_MIB);
      expect(figures.liveHeapGrowthMiB).toBeLessThan(GROWTH_MAX_MIB);
      expect(figures.triedWhileDown, "what waits is not tried by the minute").toBeLessThan(100);
      expect(figures.caughtUpAfterMinutes, "looked at hourly at the latest").toBeLessThanOrEqual(61);
    } finally {
      await drop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it("is judged by an auditor who sees what is lost, out of order, or under another key", () => {
    const story = [
      { lane: "L", event: "invoiced", subject: "SP1" },
      { lane: "L", event: "assignAWB", subject: "SP1" },
    ] as const;
    const judged = (heard: readonly (readonly [number, string])[]) => {
      const auditor = new Auditor();
      auditor.told(story);
      for (const [i, key] of heard) {
        const each = story[i];
        if (each) auditor.heard(each, key);
      }
      return auditor.judge().length;
    };
    expect(
      judged([
        [0, "a"],
        [0, "a"],
        [1, "b"],
      ]),
    ).toBe(0);
    expect(judged([[0, "a"]])).toBeGreaterThan(0);
    expect(
      judged([
        [1, "b"],
        [0, "a"],
      ]),
    ).toBeGreaterThan(0);
    expect(
      judged([
        [0, "a"],
        [0, "c"],
        [1, "b"],
      ]),
    ).toBeGreaterThan(0);
    expect(
      judged([
        [0, "a"],
        [1, "a"],
      ]),
    ).toBeGreaterThan(0);
  });
});
