/** `./godown sim`: kills processes under load and looks whether anything that was acknowledged is lost. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runKills } from "./kills.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    kills: { type: "string", default: process.env.GODOWN_KILLS ?? "50" },
  },
});
const seed = Number(values.seed);
const kills = Number(values.kills);
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(kills) || kills < 1) {
  process.stderr.write("Usage: ./godown sim [--seed N] [--kills N]\n");
  process.exit(2);
}
const say = (line: string) => process.stdout.write(`${line}\n`);
const dir = mkdtempSync(join(tmpdir(), "godown-sim-"));
chmodSync(dir, 0o711); // as root the database runs under another account, which must pass through
try {
  say(`${kills} kills with seed ${seed}`);
  const { faults, ...figures } = await runKills({ kills, seed, dir, say });
  say(JSON.stringify(figures, null, 2));
  for (const fault of faults) say(`FAULT: ${fault}`);
  say(
    faults.length === 0
      ? "Nothing that was acknowledged was lost or doubled, and the books agree."
      : `${faults.length} faults; run again with --seed ${seed}.`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
