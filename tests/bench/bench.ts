/**
 * `make bench`: measures against the floor in the same run, prints a table and writes `bench.json` into the data
 * directory. `--quick`: fewer and shorter rounds, for a look while working.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readConfig } from "../../src/platform/config.ts";
import { benchAllocation } from "./allocate-bench.ts";
import { benchMemory } from "./memory-bench.ts";
import { benchInvoices } from "./pdf-bench.ts";
import { benchPulling } from "./pull-bench.ts";
import { benchPush, makeHistory } from "./push-bench.ts";
import { openStage } from "./stage.ts";
import { benchStock } from "./stock-bench.ts";

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Largest less smallest of the rounds, as a share of the median; null where there is one round. */
  readonly spread: number | null;
  readonly floor: number | null;
  readonly ratio: number | null;
  readonly goal: string;
}

const quick = process.argv.includes("--quick");
const figures: Figure[] = [];
const stage = await openStage();
// Stopped in the middle: no server stays behind.
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void stage.close().finally(() => process.exit(130)));
try {
  await makeHistory(stage, 2);
  const stock = await benchStock(stage, quick ? 5 : 15); // first: what the pushes below cause would still be told then
  const memory = await benchMemory(stage);
  await makeHistory(stage, quick ? 3 : 6);
  for (const worker of [false, true]) {
    const push = await benchPush(stage, { worker, ...(quick ? { rounds: 2, seconds: 3 } : { rounds: 5, seconds: 8 }) });
    const what = worker ? "pushed orders with a worker at work" : "pushed orders, 64 connections";
    const ratio = push.ours.median / push.floor.median;
    figures.push({
      name: what,
      value: push.ours.median,
      unit: "orders/s",
      spread: push.ours.spread,
      floor: push.floor.median,
      ratio,
      goal: worker ? "shown" : "ratio 0.5, toward 1.0",
    });
    figures.push({
      name: `${what}, p99`,
      value: push.ours.p99Ms,
      unit: "ms",
      spread: null,
      floor: push.floor.p99Ms,
      ratio: push.ours.p99Ms / push.floor.p99Ms,
      goal: "shown",
    });
  }
  figures.push(
    ...pullFigures(await benchPulling(stage, quick ? { orders: 1_000, rounds: 2 } : { orders: 6_000, rounds: 5 })),
  );
  const allocation = await benchAllocation(stage, quick ? 2 : 5);
  figures.push({
    name: "units allocated, one worker",
    value: allocation.median,
    unit: "units/s",
    spread: allocation.spread,
    floor: null,
    ratio: null,
    goal: "shown",
  });
  figures.push({
    name: "stock change to channel, 100 orders/s, p99",
    value: stock.p99Ms,
    unit: "ms",
    spread: null,
    floor: null,
    ratio: null,
    goal: "under 1,000",
  });
  figures.push({
    name: "stock change to channel, 100 orders/s, median",
    value: stock.p50Ms,
    unit: "ms",
    spread: null,
    floor: null,
    ratio: null,
    goal: "shown",
  });
  const invoices = await benchInvoices(quick ? 3 : 8);
  figures.push({
    name: "own invoices rendered, one core",
    value: invoices.perSecond,
    unit: "PDF/s",
    spread: null,
    floor: null,
    ratio: null,
    goal: "100",
  });
  if (memory !== null)
    figures.push({
      name: "memory idle, server and database",
      value: memory / 1024 / 1024,
      unit: "MiB",
      spread: null,
      floor: null,
      ratio: null,
      goal: "under 300",
    });
} finally {
  await stage.close();
}
process.stdout.write(table(figures));
const dataDir = resolve(readConfig().dataDir);
await mkdir(dataDir, { recursive: true });
await writeFile(join(dataDir, "bench.json"), `${JSON.stringify(figures, null, 2)}\n`);
process.stdout.write(`\nThe same as JSON: ${join(dataDir, "bench.json")}\n`);

function pullFigures({ rates, trouble }: Awaited<ReturnType<typeof benchPulling>>): Figure[] {
  const plain = { spread: null, floor: null, ratio: null, goal: "shown" };
  const pulled = rates.flatMap(({ channels, stored, allocated, floor }) =>
    [
      { name: "stored", of: stored, goal: "shown" },
      { name: "allocated", of: allocated, goal: "3,000" },
    ].map(({ name, of, goal }) => ({
      name: `orders pulled to ${name}, ${channels === 1 ? "1 channel" : `${channels} channels`}`,
      value: of.median,
      unit: "orders/s",
      spread: of.spread,
      floor: floor.median,
      ratio: of.median / floor.median,
      goal,
    })),
  );
  const beside = trouble.flatMap((t) => {
    const where = t.inTrouble ? "beside one that hangs and one that throttles" : "alone";
    return [
      { ...plain, name: `eight channels ${where}: burst stored`, value: t.storedPerSecond, unit: "orders/s" },
      { ...plain, name: `eight channels ${where}: burst allocated`, value: t.allocatedPerSecond, unit: "orders/s" },
      { ...plain, name: `eight channels ${where}: placed to stored, median`, value: t.p50Ms, unit: "ms" },
      { ...plain, name: `eight channels ${where}: placed to stored, p99`, value: t.p99Ms, unit: "ms" },
    ];
  });
  return [...pulled, ...beside];
}

function table(rows: readonly Figure[]): string {
  const number = (value: number | null) =>
    value === null ? "" : value.toLocaleString("en-IN", { maximumFractionDigits: value < 10 ? 2 : 0 });
  const cells = [
    ["what", "value", "unit", "spread", "floor", "ratio", "goal"],
    ...rows.map((r) => [
      r.name,
      number(r.value),
      r.unit,
      r.spread === null ? "" : `${Math.round(r.spread * 100)} %`,
      number(r.floor),
      number(r.ratio),
      r.goal,
    ]),
  ];
  const widths = cells[0]?.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0))) ?? [];
  return `\n${cells
    .map((row) =>
      row
        .map((cell, i) => (i === 0 || i > 5 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")}\n`;
}
