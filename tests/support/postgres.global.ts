import { chmodSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startPostgres } from "../../src/platform/postgres/index.ts";
import { isAlive } from "../../src/platform/postgres/processes.ts";
import { readPidFile } from "../../src/platform/postgres/server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Superuser connection to database `godown` of the server that the test run shares: `inject("adminConnectionString")`. */
    adminConnectionString: string;
  }
}

const PREFIX = "godown-test-";

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

  // An interrupted run ends without the teardown below.
  const onExit = () => postgres.owned() && removeServer(dir);
  process.once("exit", onExit);
  return async () => {
    const owned = postgres.owned();
    await postgres.stop();
    process.off("exit", onExit);
    if (owned) rmSync(dir, { recursive: true, force: true });
  };
}

/** Servers of test runs that were killed outright: their directory carries the number of a process that is gone. */
function sweepLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length)) : Number.NaN;
    if (Number.isInteger(pid) && !isAlive(pid)) removeServer(join(tmpdir(), name));
  }
}

function removeServer(dir: string): void {
  try {
    const pid = readPidFile(join(dir, "postgres", "cluster"))?.pid;
    if (pid !== undefined && isAlive(pid)) process.kill(pid, "SIGQUIT");
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    console.warn(`The leftover of a test run in ${dir} could not be removed: ${String(error)}`); // of another account
  }
}
