import { expect, inject, it } from "vitest";
import { runKills } from "../simulation/kills.ts";

/** The full number, 50, is run by `make sim`, and here where the environment asks for it. */
const KILLS = Number(process.env.GODOWN_KILLS ?? 6);
const SEED = Number(process.env.GODOWN_SEED ?? 20_261_121);
const MAX_MS = 240_000 + KILLS * 15_000;

it(
  `loses nothing that was acknowledged and doubles nothing, though Node, its database or both are killed ${KILLS} times`,
  async () => {
    const report = await runKills({ kills: KILLS, seed: SEED, dir: inject("runDir") });
    expect(report.faults).toEqual([]);
    // Each of the three was killed, and there was something to lose each time.
    const share = Math.floor(KILLS / 3);
    expect(Math.min(...Object.values(report.killed))).toBe(share);
    expect(report.acknowledgedOrders).toBeGreaterThan(KILLS);
    expect(report.acknowledgedInvoices).toBeGreaterThan(KILLS);
  },
  MAX_MS,
);
