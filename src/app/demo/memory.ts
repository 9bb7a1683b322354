import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Remembered } from "../../../connectors/kit/simulator/index.ts";

/** Orders that a marketplace of the demo remembers: older ones are done with, and the file stays small. */
const ORDERS_MAX = 2_000;

function fileOf(dataDir: string, source: string): string {
  return join(dataDir, "marketplaces", `${source}.json`);
}

/** What a marketplace knew when the demo was last stopped; undefined at the first start. */
export async function readMemory(dataDir: string, source: string): Promise<Remembered | undefined> {
  try {
    // Written by this program beside its database: of the same trust, and read as it was written.
    return JSON.parse(await readFile(fileOf(dataDir, source), "utf8")) as Remembered;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Keeps what a marketplace knows, whole or not at all: a killed process leaves the file of before. */
export async function writeMemory(dataDir: string, source: string, known: Remembered): Promise<void> {
  const path = fileOf(dataDir, source);
  await mkdir(join(dataDir, "marketplaces"), { recursive: true });
  const kept = { orders: known.orders.slice(-ORDERS_MAX), stock: known.stock };
  await writeFile(`${path}.partial`, JSON.stringify(kept), { mode: 0o600 });
  await rename(`${path}.partial`, path);
}
