import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { TestProject } from "vitest/node";
import { startPostgres } from "../../src/platform/postgres/index.ts";
import { isAlive } from "../../src/platform/postgres/processes.ts";
import { codeOf } from "../../src/platform/postgres/refusal.ts";
import { isServerOf, readPidFile } from "../../src/platform/postgres/server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Superuser connection to database `godown` of the server that the test run shares: `inject("adminConnectionString")`. */
    adminConnectionString: string;
    /** A directory of this run, removed at its end with every server below it: for tests that need a place of their own. */
    runDir: string;
  }
}

const PREFIX = "godown-test-";
/** Two seconds in all: servers end in less. */
const REMOVALS_MAX = 40;
const REMOVAL_PAUSE_MS = 50;

/**
 * One embedded PostgreSQL for the whole run. Every project that needs it comes through here; the first starts the
 * server, the others adopt it, and only the first stops it. Its data is fast and worthless, and removed at the end.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  sweepLeftovers();
  const dir = join(tmpdir(), `${PREFIX}${process.pid}`);
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, 0o711); // as root the server runs under another account, which must pass through
  const postgres = await startPostgres({
    dataDir: join(dir, "postgres"),
    durable: false,
    log: { info: () => undefined, warn: (message) => console.warn(message) },
  });
  project.provide("adminConnectionString", postgres.connectionString);
  project.provide("runDir", dir);

  // An interrupted run ends without the teardown below.
  const onExit = () => postgres.owned() && removeRun(dir);
  process.once("exit", onExit);
  return async () => {
    const owned = postgres.owned();
    await postgres.stop();
    process.off("exit", onExit);
    if (owned) removeRun(dir);
  };
}

/** Servers of test runs that were killed outright: their directory carries the number of a process that is gone. */
function sweepLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length)) : Number.NaN;
    if (Number.isInteger(pid) && !isAlive(pid)) removeRun(join(tmpdir(), name));
  }
}

/** Removes a run's directory and ends what serves below it; synchronous, since an exiting process cannot wait. */
function removeRun(dir: string): void {
  try {
    for (const cluster of clustersBelow(dir)) {
      const pid = readPidFile(cluster)?.pid;
      // The number may have come to belong to another program: only a server works in that directory.
      if (pid !== undefined && isAlive(pid) && isServerOf(pid, cluster)) process.kill(pid, "SIGQUIT");
    }
    for (let attempt = 1; !isRemoved(dir); attempt++) {
      if (attempt === REMOVALS_MAX) throw new Error("something still writes there");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, REMOVAL_PAUSE_MS);
    }
  } catch (error) {
    console.warn(`The leftover of a test run in ${dir} could not be removed: ${String(error)}`); // of another account
  }
}

/** A server, or a test that is being ended, may write for a moment longer: rmSync then throws, or stops without a word. */
function isRemoved(dir: string): boolean {
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch (error) {
    if (codeOf(error) !== "ENOTEMPTY") throw error;
  }
  return !existsSync(dir);
}

function clustersBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((path) => basename(path) === "postmaster.pid")
    .map((path) => join(dir, dirname(path)));
}
