import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import { type Random, type RunningSimulator, seededRandom } from "../../connectors/kit/simulator/index.ts";
import { compose } from "../../src/app/compose.ts";
import { closeEngine } from "../../src/channels/index.ts";
import { readConfig } from "../../src/platform/config.ts";
import { createLog } from "../../src/platform/log.ts";
import { isAlive } from "../../src/platform/postgres/processes.ts";
import { readPidFile } from "../../src/platform/postgres/server.ts";
import { freePort } from "../support/app.ts";
import { HttpClient } from "../support/client.ts";
import { placeQuietly, push } from "../support/marketplace-client.ts";
import { type GodownProcess, startGodown } from "../support/process.ts";
import { anOnlineSeller, aProduct, type OnlineSeller, readCatalogue, SELLER_PASSWORD } from "../support/seller.ts";
import { waitFor } from "../support/wait.ts";
import { type Kept, startLoad } from "./load.ts";
import { lookBack } from "./look-back.ts";

export const VICTIMS = ["node", "database", "both"] as const;
export type Victim = (typeof VICTIMS)[number];

export interface KillsOptions {
  readonly kills: number;
  /** Chooses the moments and who gives up after a lost answer; the same seed makes the same choices. */
  readonly seed: number;
  /** An existing directory, reachable for the database's account; what is made below it is removed at the end. */
  readonly dir: string;
  readonly say?: (line: string) => void;
}

export interface KillsReport {
  readonly killed: Readonly<Record<Victim, number>>;
  readonly acknowledgedOrders: number;
  /** Pushed, and never told whether they were taken: they may be there once or not at all. */
  readonly unansweredOrders: number;
  readonly acknowledgedInvoices: number;
  /** Everything that is not as it must be; empty when all is well. */
  readonly faults: readonly string[];
}

const PRODUCTS = Array.from({ length: 12 }, (_, i) => aProduct(i + 1));
const STOCK = 400; // some run out, so that units wait as well
const MOMENT_MAX_MS = 900;
const SAID_MAX = 4_000; // characters of a process's log in a fault
const BACK_MAX_MS = 60_000;
const SETTLES_MAX_MS = 120_000; // less than any lease of a killed process lasts: what it held must not hold up others
const CLI = fileURLToPath(new URL("../../src/app/cli.ts", import.meta.url));
const KEY = "a key for tests, 32 characters long";

/** What one run stands on. */
interface Scene {
  readonly options: KillsOptions;
  readonly sim: RunningSimulator;
  readonly dataDir: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly seller: OnlineSeller;
  readonly baseUrl: string;
}

/**
 * Kills Node, its database server or both with SIGKILL, again and again, at moments chosen by the seed, while orders are
 * pushed and invoiced; what was acknowledged is kept here, outside the processes that die. Nobody helps them: a killed Node
 * is started again as a service manager would, a killed database comes back by itself. At the end looks whether all
 * that was acknowledged is there, once, and whether the books agree.
 */
export async function runKills(options: KillsOptions): Promise<KillsReport> {
  const dataDir = mkdtempSync(join(options.dir, "kills-"));
  chmodSync(dataDir, 0o711);
  const sim = await startJupiterMoneySimulator({ sellers: [], products: PRODUCTS, seed: options.seed });
  const port = await freePort();
  const environment = { GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}`, LOG_LEVEL: "warn" };
  let current: GodownProcess | undefined;
  try {
    const seller = await setUp(sim, dataDir, environment);
    const scene = { options, sim, dataDir, port, environment, seller, baseUrl: `http://127.0.0.1:${port}` };
    current = await start(scene);
    const client = await new HttpClient(scene.baseUrl).logIn(seller.admin, SELLER_PASSWORD);
    for (const channel of seller.channels) await readCatalogue(client, channel, PRODUCTS.length);
    const load = startLoad({ ...scene, client, skus: PRODUCTS.map((p) => p.sku), random: seededRandom(options.seed) });
    const killed = { node: 0, database: 0, both: 0 };
    try {
      const random = seededRandom(options.seed + 1);
      for (let i = 0; i < options.kills; i++) {
        const victim = VICTIMS[i % VICTIMS.length] ?? "node";
        await momentOfLoad(load.kept, random);
        current = await kill(scene, current, victim);
        killed[victim] += 1;
        options.say?.(`kill ${i + 1} of ${options.kills}: ${victim}; ${load.kept.orders.size} orders so far`);
      }
    } finally {
      await load.stop();
    }
    const faults = [...(await goesOn(scene, load.kept)), ...(await endsInOrder(scene, current))];
    faults.push(...(await doctor(scene)), ...(await lookBack({ ...scene, products: PRODUCTS }, load.kept)));
    return {
      killed,
      acknowledgedOrders: load.kept.orders.size,
      unansweredOrders: load.kept.unanswered.size,
      acknowledgedInvoices: load.kept.invoices.size,
      faults,
    };
  } finally {
    if (current) await current.kill();
    await sim.close();
    endDatabase(dataDir);
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** Seller, stock and channels, made by a process that is gone before the first kill. */
async function setUp(
  sim: RunningSimulator,
  dataDir: string,
  environment: Readonly<Record<string, string>>,
): Promise<OnlineSeller> {
  const config = readConfig({ ...environment, ...settingsOf(dataDir) });
  const foundation = await compose(config, { log: createLog({ level: "error", name: "kills" }), role: "kills" });
  try {
    return await anOnlineSeller(foundation.services, sim, { products: PRODUCTS, stock: STOCK, channels: 2, awbs: 10 });
  } finally {
    await closeEngine();
    await foundation.close();
  }
}

function settingsOf(dataDir: string): Record<string, string> {
  return { GODOWN_DATA_DIR: dataDir, GODOWN_SECRET_KEY: KEY, GODOWN_ALLOW_PRIVATE_URLS: "yes" };
}

function start({
  dataDir,
  port,
  environment,
}: Pick<Scene, "dataDir" | "port" | "environment">): Promise<GodownProcess> {
  return startGodown("serve", { dataDir, port, environment });
}

/** Some time under load: at least one more order and one more invoice is acknowledged, then a moment of the seed's choice. */
async function momentOfLoad(kept: Kept, random: Random): Promise<void> {
  const before = { orders: kept.orders.size, invoices: kept.invoices.size };
  await waitFor(
    "orders and invoices to be acknowledged again",
    () => kept.orders.size > before.orders && kept.invoices.size > before.invoices,
    BACK_MAX_MS,
  );
  await pause(random.integer(0, MOMENT_MAX_MS)); // nothing is waited for: this is the moment
}

async function kill(scene: Scene, current: GodownProcess, victim: Victim): Promise<GodownProcess> {
  const server = databasePid(scene.dataDir);
  if (server === undefined) throw new Error("the database runs before it is killed");
  if (victim !== "node") process.kill(server, "SIGKILL");
  if (victim !== "database") {
    await current.kill();
    return start(scene);
  }
  let ended = false;
  void current.exit.then(() => {
    ended = true;
  });
  const back = async () => {
    if (ended) throw new Error("Node ended when its database was killed");
    const pid = databasePid(scene.dataDir);
    return pid !== undefined && pid !== server && (await isReady(scene.baseUrl));
  };
  await waitFor("the database to be back by itself", back, BACK_MAX_MS).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : String(error)}:\n${current.output().slice(-SAID_MAX)}`);
  });
  return current;
}

function databasePid(dataDir: string): number | undefined {
  const pid = readPidFile(join(dataDir, "postgres", "cluster"))?.pid;
  return pid !== undefined && isAlive(pid) ? pid : undefined;
}

async function isReady(baseUrl: string): Promise<boolean> {
  return fetch(`${baseUrl}/ready`).then(
    (answer) => answer.ok,
    () => false, // not listening at this moment
  );
}

/** After the last kill all goes on: an order that is pushed now is taken and, after those before it, decided about. */
async function goesOn(scene: Scene, kept: Kept): Promise<string[]> {
  const [channel] = scene.seller.channels;
  const [product] = PRODUCTS;
  if (!channel || !product) throw new Error("the seller has a channel and a product");
  const order = await placeQuietly(scene.sim, channel, [{ sku: product.sku }]);
  const answer = await push(scene.baseUrl, channel, order);
  if (answer.kind !== "acknowledged") return [`after the last kill an order was answered ${JSON.stringify(answer)}`];
  kept.orders.set(order.id, 1);
  const client = await new HttpClient(scene.baseUrl).logIn(scene.seller.admin, SELLER_PASSWORD);
  const decided = async () => {
    const { rows } = await client.must<{ rows: { items: { states: string[] }[] }[] }>(
      "GET",
      `/orders?search=${order.id}`,
    );
    return rows.some((row) => row.items.every((item) => !item.states.includes("CREATED")));
  };
  const toldAll = async () => {
    const waiting = scene.seller.channels.map(async ({ channelId }) => {
      const { cards } = await client.must<{ cards: { kind: string; waiting: number }[] }>(
        "GET",
        `/channels/${channelId}`,
      );
      return cards.find((card) => card.kind === "INVENTORY")?.waiting;
    });
    return (await Promise.all(waiting)).every((count) => count === 0);
  };
  try {
    await waitFor("the order to be allocated or to wait for stock", decided, SETTLES_MAX_MS);
    await waitFor("every figure to be told", toldAll, SETTLES_MAX_MS);
    return [];
  } catch (error) {
    return [`after the last kill: ${error instanceof Error ? error.message : String(error)}`];
  }
}

async function endsInOrder(scene: Scene, current: GodownProcess): Promise<string[]> {
  const code = await current.stop();
  const faults = code === 0 ? [] : [`stopping ended with ${code}`];
  return databasePid(scene.dataDir) === undefined ? faults : [...faults, "the database outlived its owner's stop"];
}

/** `./godown doctor` on what is left: the product's own comparison of ledger, levels, series, invoices, orders and units. */
async function doctor({ dataDir, environment }: Scene): Promise<string[]> {
  const child = spawn(process.execPath, [CLI, "doctor"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment, ...settingsOf(dataDir) },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return code === 0 ? [] : [`doctor ended with ${code}: ${output.slice(0, 2_000)}`];
}

/** Only where something went wrong before: a server must not outlive its run. */
function endDatabase(dataDir: string): void {
  const pid = databasePid(dataDir);
  if (pid !== undefined) process.kill(pid, "SIGQUIT");
}
