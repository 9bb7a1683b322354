import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, readSync, realpathSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import type { Account } from "./account.ts";
import { type Binaries, SERVER_ENV } from "./binaries.ts";
import { DATABASE, damaged, OWNER_ROLE } from "./cluster.ts";
import { isAlive, isPortFree, programOf, whoListensOn, workingDirOf } from "./processes.ts";
import { codeOf, PostgresRefusal, wordsOf } from "./refusal.ts";

/** Everything needed to start, find or stop the server of one cluster. */
export interface Target {
  readonly place: string;
  readonly clusterDir: string;
  readonly account: Account;
  readonly binaries: Binaries;
  readonly password: string;
  readonly durable: boolean;
}

/** A server that accepts connections. `child` is absent when another process started it. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  readonly child?: ChildProcess;
}

const POLL_MS = 20;
/** Replaying the log after a crash may take long with much to replay; beyond this a person should look. */
const START_LIMIT_MS = 600_000;
/** How long backends of a killed server may take to notice; they hold its shared memory until then. */
const ORPHANS_LIMIT_MS = 20_000;
const FAST_STOP_LIMIT_MS = 30_000;
const IMMEDIATE_STOP_LIMIT_MS = 10_000;
const LOG_BYTES_MAX = 10 * 1024 * 1024;
const LOG_TAIL_BYTES = 16 * 1024;

/** For one small machine: server and Node together stay under 300 MiB idle. */
const SETTINGS: readonly string[] = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=", // TCP only: socket paths have a length limit that a deep data directory passes
  "max_connections=80",
  "shared_buffers=64MB",
  "work_mem=4MB",
  "maintenance_work_mem=32MB",
  "effective_cache_size=256MB",
  "max_worker_processes=4",
  "max_parallel_workers_per_gather=0",
  "autovacuum_max_workers=2",
  "autovacuum_naptime=10s", // a table that grew from nothing is planned for by its real size soon: measured tenfold on a first busy day
  "io_method=sync", // the default keeps three more processes for reads that a small cache seldom needs
  "max_wal_size=512MB",
  "jit=off", // compiling costs more than it saves on queries of a few rows
  "timezone=UTC",
  "log_timezone=UTC",
  // Failed statements are the application's to log, redacted; the server's own log would hold buyers' data.
  "log_min_messages=log",
  "log_min_error_statement=panic",
  "log_error_verbosity=terse",
  "log_checkpoints=off",
];
const FAST_BUT_LOSES_DATA: readonly string[] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

interface PidFile {
  readonly pid: number;
  readonly port: number | undefined;
  readonly status: string | undefined; // starting, ready, stopping; absent in the first moments
}

export function readPidFile(clusterDir: string): PidFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(clusterDir, "postmaster.pid"), "utf8").split("\n");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isInteger(pid) || pid === 0) return undefined;
  return { pid, port: Number(lines[3]) || undefined, status: lines[7]?.trim() || undefined };
}

/** An open connection as the owner, closed afterwards. */
export async function withClient<T>(
  target: Target,
  port: number,
  use: (client: Client) => Promise<T>,
  database = "postgres",
): Promise<T> {
  const user = OWNER_ROLE;
  const client = new Client({
    host: "127.0.0.1",
    port,
    user,
    database,
    password: target.password,
    connectionTimeoutMillis: 10_000,
  });
  client.on("error", () => undefined); // a lost connection fails the query that is waiting; nothing else to do with it
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

export function connectionStringOf(target: Target, port: number): string {
  return `postgres://${OWNER_ROLE}:${encodeURIComponent(target.password)}@127.0.0.1:${port}/${DATABASE}`;
}

/**
 * Finds the server that already runs on this cluster: left over from a killed run, or of another process of ours.
 * A server that is starting or stopping is waited for. A number in postmaster.pid that is dead, or that by now belongs
 * to another program, counts as no server.
 */
export async function findRunning(target: Target): Promise<RunningServer | undefined> {
  const { clusterDir } = target;
  const limit = performance.now() + START_LIMIT_MS;
  const answerLimit = performance.now() + 10_000;
  for (;;) {
    const file = readPidFile(clusterDir);
    if (!file || file.pid === process.pid || !isAlive(file.pid)) return undefined;
    if (!isServerOf(file.pid, clusterDir)) {
      await markStale(clusterDir);
      return undefined;
    }
    if (file.status === "ready" && file.port !== undefined) {
      const problem = await problemAdopting(target, file.port);
      if (problem === undefined) return { pid: file.pid, port: file.port };
      if (isAlive(file.pid) && performance.now() > answerLimit) throw notAdoptable(clusterDir, file.pid, problem);
    }
    if (performance.now() > limit)
      throw notAdoptable(clusterDir, file.pid, `it has been ${file.status ?? "starting"} for 10 minutes`);
    await delay(POLL_MS);
  }
}

/** Whether a living process is the server of this cluster, as far as this account may see; in doubt it is. */
export function isServerOf(pid: number, clusterDir: string): boolean {
  const program = programOf(pid);
  if (program !== undefined && !program.startsWith("postgres")) return false;
  const workingDir = workingDirOf(pid); // a server works in its data directory
  return workingDir === undefined || workingDir === realpathSync(clusterDir);
}

/**
 * Makes the server disregard a process number that has come to belong to another program. The file is not removed: it
 * also names the shared memory by which the server proves that no backend of the old one still writes. A server
 * disregards the number of its own parent, which we are about to be.
 */
async function markStale(clusterDir: string): Promise<void> {
  const path = join(clusterDir, "postmaster.pid");
  const lines = readFileSync(path, "utf8").split("\n");
  lines[0] = String(process.pid);
  const handle = await open(path, "r+"); // in place: owner and mode stay
  try {
    await handle.truncate(0);
    await handle.writeFile(lines.join("\n"));
  } finally {
    await handle.close();
  }
}

async function problemAdopting(target: Target, port: number): Promise<string | undefined> {
  try {
    return await withClient(target, port, async (client) => {
      const { rows } = await client.query<{ data_directory: string }>("show data_directory");
      const directory = rows[0]?.data_directory ?? "";
      return realpathSync(directory) === realpathSync(target.clusterDir) ? undefined : `it serves ${directory}`;
    });
  } catch (error) {
    return wordsOf(error);
  }
}

function notAdoptable(clusterDir: string, pid: number, problem: string): PostgresRefusal {
  return new PostgresRefusal(
    "SERVER_DID_NOT_START",
    `Process ${pid} holds the database in ${clusterDir} and cannot be used: ${problem}. Stop it with kill -INT ${pid}, then start again.`,
  );
}

/** Refuses a port that somebody named and that is taken, saying by whom. */
export async function requireFreePort(port: number): Promise<void> {
  if (await isPortFree(port)) return;
  const who = whoListensOn(port);
  throw new PostgresRefusal(
    "PORT_IN_USE",
    `Port ${port} of 127.0.0.1, asked for the database, is in use${who ? ` by ${who}` : " by another program"}. ` +
      "Stop that program, name another port, or name none and a free one is taken.",
  );
}

/**
 * Starts the server and waits until it accepts connections. When another process of ours starts it at the same moment,
 * the server itself lets only one live, and that one is returned.
 */
export async function launch(target: Target, port: number): Promise<RunningServer> {
  const orphansLimit = performance.now() + ORPHANS_LIMIT_MS;
  for (;;) {
    const attempt = await attemptLaunch(target, port);
    if ("running" in attempt) return attempt.running;
    const { said } = attempt;
    if (/lock file "postmaster.pid" already exists/.test(said)) {
      const other = await findRunning(target);
      if (other) return other;
    } else if (/Address already in use/.test(said)) {
      await requireFreePort(port); // throws, unless it became free meanwhile
    } else if (!/shared memory block .* still in use/s.test(said)) {
      throw didNotStart(target, said);
    }
    if (performance.now() > orphansLimit) throw didNotStart(target, said);
    await delay(POLL_MS * 5);
  }
}

async function attemptLaunch(
  target: Target,
  port: number,
): Promise<{ readonly running: RunningServer } | { readonly said: string }> {
  const logFile = join(target.place, "server.log");
  const logFd = openSync(logFile, "a+", 0o600);
  if (fstatSync(logFd).size > LOG_BYTES_MAX) ftruncateSync(logFd);
  const logStart = fstatSync(logFd).size;
  try {
    const settings = target.durable ? SETTINGS : [...SETTINGS, ...FAST_BUT_LOSES_DATA];
    const args = ["-D", target.clusterDir, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
    const child = spawn(target.binaries.postgres, args, {
      ...target.account.spawnAs,
      cwd: "/",
      env: SERVER_ENV,
      // A session of its own: Ctrl-C in a terminal goes to the whole group, and would stop the database under the
      // requests that are still being finished. The log is a file, not a pipe, so that the server outlives us quietly.
      detached: true,
      stdio: ["ignore", logFd, logFd],
    });
    const spawnError = await new Promise<Error | undefined>((resolve) => {
      child.once("spawn", () => resolve(undefined));
      child.once("error", resolve);
    });
    if (spawnError || child.pid === undefined) return { said: wordsOf(spawnError ?? "no process number") };
    child.unref();
    const limit = performance.now() + START_LIMIT_MS;
    while (child.exitCode === null && child.signalCode === null) {
      const file = readPidFile(target.clusterDir);
      if (file?.pid === child.pid && file.status === "ready") return { running: { pid: child.pid, port, child } };
      if (performance.now() > limit) {
        child.kill("SIGINT");
        return { said: "it was not ready within 10 minutes" };
      }
      await delay(POLL_MS);
    }
    return { said: tailOf(logFd, logStart) || `it ended with ${child.signalCode ?? `exit code ${child.exitCode}`}` };
  } finally {
    closeSync(logFd);
  }
}

function tailOf(fd: number, start: number): string {
  const size = fstatSync(fd).size;
  const from = Math.max(start, size - LOG_TAIL_BYTES);
  const buffer = Buffer.alloc(Math.max(0, size - from));
  readSync(fd, buffer, 0, buffer.length, from);
  return buffer.toString("utf8").trim();
}

/** Words of the server that mean that the files are not what they should be. */
const DAMAGE =
  /control file|checkpoint|invalid (page|checksum|data|magic|record)|could not (open|read|access) (file|directory)|database files are incompatible|corrupt/i;

function didNotStart(target: Target, said: string): PostgresRefusal {
  const lines = said.split("\n").filter((line) => /FATAL|PANIC/.test(line));
  const words = (lines.at(-1) ?? said.split("\n").at(-1) ?? said).replace(/^.*?(?:FATAL|PANIC):\s*/, "");
  if (!/No space left/i.test(said) && DAMAGE.test(lines.join("\n")))
    return damaged(target.clusterDir, `the server says "${words}"`);
  return new PostgresRefusal(
    "SERVER_DID_NOT_START",
    `The database in ${target.clusterDir} did not start: ${words}. More is in ${join(target.place, "server.log")}.`,
  );
}

/** Stops a server: open transactions are rolled back, everything acknowledged is on disk. Done when the process is gone. */
export async function stopServer(target: Target, pid: number): Promise<void> {
  for (const [signal, limitMs] of [
    ["SIGINT", FAST_STOP_LIMIT_MS],
    ["SIGQUIT", IMMEDIATE_STOP_LIMIT_MS],
  ] as const) {
    if (!isAlive(pid) || !isServerOf(pid, target.clusterDir)) return;
    process.kill(pid, signal);
    const limit = performance.now() + limitMs;
    while (performance.now() < limit) {
      if (!isAlive(pid)) return;
      await delay(POLL_MS);
    }
  }
  throw new PostgresRefusal(
    "SERVER_DID_NOT_STOP",
    `The database server, process ${pid}, does not stop. Its data is safe on disk; end it with kill -9 ${pid} if it stays.`,
  );
}

/** Makes our database in a new cluster; a cluster that has it is left alone. */
export async function ensureDatabase(target: Target, port: number): Promise<void> {
  await withClient(target, port, async (client) => {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [DATABASE]);
    if (rowCount) return;
    await client.query(`create database ${DATABASE}`).catch((error: unknown) => {
      if (codeOf(error) !== "42P04" && codeOf(error) !== "23505") throw error; // another process of ours made it just now
    });
  });
}
