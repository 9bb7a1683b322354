import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Remembered } from "../../../connectors/kit/simulator/index.ts";

/** Orders that a marketplace of the demo remembers: older ones are done with, and the file stays small. */
const ORDERS_MAX = 2_000;

function fileOf(dataDir: string, source: string): string {
  return join(dataDir, "marketplaces", `${source}.json`);
}

/** What a simulator of the demo knew when it was last stopped, as it was kept; undefined at the first start. */
export async function readMemory<Kept>(dataDir: string, source: string): Promise<Kept | undefined> {
  try {
    // Written by this program beside its database: of the same trust, and read as it was written.
    return JSON.parse(await readFile(fileOf(dataDir, source), "utf8")) as Kept;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Keeps what a simulator knows, whole or not at all: a killed process leaves the file of before. */
export async function writeMemory(dataDir: string, source: string, known: object): Promise<void> {
  const path = fileOf(dataDir, source);
  await mkdir(join(dataDir, "marketplaces"), { recursive: true });
  await writeFile(`${path}.partial`, JSON.stringify(known), { mode: 0o600 });
  await rename(`${path}.partial`, path);
}

/** What of a marketplace's memory is kept. */
export function keptOf({ orders, stock }: Remembered): Remembered {
  return { orders: orders.slice(-ORDERS_MAX), stock };
}
