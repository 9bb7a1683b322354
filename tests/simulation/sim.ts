/**
 * `./godown sim`: kills processes under load and looks whether anything that was acknowledged is lost; then lets orders of ten
 * pulled channels pass through a storm of faults and has an auditor compare both sides; then lives through days of all
 * marketplaces, a tenth of whose orders are processed on their own panels; and lets a partner be away for an hour of events.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runKills } from "./kills.ts";
import { runPartnerHour } from "./partner-hour/run.ts";
import { CHAOS_ROUNDS, runPullChaos } from "./pull-chaos/run.ts";
import { lagTable, runWeek } from "./week/run.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    kills: { type: "string", default: process.env.GODOWN_KILLS ?? "50" },
    orders: { type: "string", default: process.env.GODOWN_CHAOS_ORDERS ?? "500" },
    days: { type: "string", default: process.env.GODOWN_SIM_DAYS ?? "7" },
    events: { type: "string", default: process.env.GODOWN_SIM_EVENTS ?? "10000" },
    "orders-per-day": { type: "string", default: process.env.GODOWN_SIM_ORDERS_PER_DAY ?? "3000" },
  },
});
const seed = Number(values.seed);
const kills = Number(values.kills);
const orders = Number(values.orders);
const days = Number(values.days);
const ordersPerDay = Number(values["orders-per-day"]);
const events = Number(values.events);
const isCount = (n: number) => Number.isSafeInteger(n) && n >= 0;
if (!Number.isSafeInteger(seed) || ![kills, orders, days, ordersPerDay, events].every(isCount)) {
  process.stderr.write(
    "Usage: ./godown sim [--seed N] [--kills N] [--orders N] [--days N] [--orders-per-day N] [--events N]   (0 leaves a part out)\n",
  );
  process.exit(2);
}
const say = (line: string) => process.stdout.write(`${line}\n`);
const dir = mkdtempSync(join(tmpdir(), "godown-sim-"));
chmodSync(dir, 0o711); // as root the database runs under another account, which must pass through
let faults = 0;
try {
  if (kills > 0) {
    say(`${kills} kills with seed ${seed}`);
    const { faults: found, ...figures } = await runKills({ kills, seed, dir, say });
    tell(figures, found, "Nothing that was acknowledged was lost or doubled, and the books agree.");
  }
  if (orders > 0) {
    say(`${orders} orders of ten pulled channels in a storm, with seed ${seed}`);
    const dataDir = join(dir, "pull-chaos");
    const { findings, figures } = await runPullChaos({ seed, orders, rounds: CHAOS_ROUNDS, dataDir, say });
    const found = findings.map(({ kind, about, words }) => `${kind} ${about}: ${words}`);
    tell(figures, found, "Both sides agree on every order, unit and stock figure.");
  }
  if (days > 0) {
    say(`${days} days of all marketplaces with ${ordersPerDay} orders each, with seed ${seed}`);
    const dataDir = join(dir, "week");
    const { findings, lags, figures } = await runWeek({ seed, days, ordersPerDay, dataDir, say });
    say(lagTable(lags));
    const found = findings.map(({ kind, about, words }) => `${kind} ${about}: ${words}`);
    tell(figures, found, "Both sides are equal, and every Dispatched and Cancelled was true here in time.");
  }
  if (events > 0) {
    say(`${events} events while a partner is away for an hour, with seed ${seed}`);
    const { faults: found, figures } = await runPartnerHour({ seed, events, dataDir: join(dir, "partner-hour"), say });
    tell(figures, found, "Every event arrived, each shipment's in order.");
  }
  process.exitCode = faults === 0 ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function tell(figures: object, found: readonly string[], allIsWell: string): void {
  faults += found.length;
  say(JSON.stringify(figures, null, 2));
  for (const fault of found) say(`FAULT: ${fault}`);
  say(found.length === 0 ? allIsWell : `${found.length} faults; run again with --seed ${seed}.`);
}
