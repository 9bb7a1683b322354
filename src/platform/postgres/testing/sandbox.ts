/** What the supervisor's tests share: places that are removed, servers that are ended, conditions that are waited for. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { inject } from "vitest";
import { isAlive } from "../processes.ts";
import { readPidFile } from "../server.ts";
import { type EmbeddedPostgres, type PostgresOptions, startPostgres } from "../supervisor.ts";

export const isRoot = process.getuid?.() === 0;

/** A place for one test: directories and servers made through it are gone after `clean()`. */
export class Sandbox {
  readonly dir: string;
  readonly said: string[] = [];
  readonly #servers: EmbeddedPostgres[] = [];
  readonly #children: number[] = [];

  constructor() {
    this.dir = mkdtempSync(join(inject("runDir"), "supervisor-"));
    chmodSync(this.dir, 0o711); // as root the server runs under another account, which must pass through
  }

  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  async start(options: Partial<PostgresOptions> = {}): Promise<EmbeddedPostgres> {
    const say = (message: string): void => void this.said.push(message);
    const server = await startPostgres({
      dataDir: this.path("data"),
      durable: false,
      log: { info: say, warn: say },
      ...options,
    });
    this.#servers.push(server);
    return server;
  }

  /**
   * Starts the server from a Node process of its own and waits until it serves.
   * @param as numeric account to run that process as, only when we are root
   */
  async startElsewhere(
    options: Partial<Omit<PostgresOptions, "log" | "onLost">> = {},
    as?: number,
  ): Promise<Elsewhere> {
    const script = join(import.meta.dirname, "serve-elsewhere.ts");
    const account = as === undefined ? {} : { uid: as, gid: as };
    const child = spawn(
      process.execPath,
      [script, JSON.stringify({ dataDir: this.path("data"), durable: false, ...options })],
      {
        ...account,
        cwd: "/",
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    const { pid } = child;
    if (pid === undefined) throw new Error("another process could not be started");
    this.#children.push(pid);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    await eventually(() => output.includes("\n") || child.exitCode !== null, "the other process says something");
    return { pid, said: output.trim(), kill: (signal) => void child.kill(signal), ended };
  }

  async clean(): Promise<void> {
    for (const pid of this.#children) if (isAlive(pid)) process.kill(pid, "SIGKILL");
    for (const server of this.#servers) await server.stop().catch(() => undefined);
    for (const cluster of this.#clusters()) {
      const pid = readPidFile(cluster)?.pid;
      if (pid === undefined || pid === process.pid || !isAlive(pid)) continue;
      process.kill(pid, "SIGQUIT");
      await eventually(() => !isAlive(pid), "the server of a test ends");
    }
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }

  #clusters(): string[] {
    return readdirSync(this.dir, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith("/postmaster.pid"))
      .map((path) => join(this.dir, path, ".."));
  }
}

export interface Elsewhere {
  readonly pid: number;
  /** Its first line: `serving {pid, port, adopted, owned}` or `refused CODE words`. */
  readonly said: string;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<void>;
}

/** Waits for a condition, at most 30 s. */
export async function eventually(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const limit = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > limit) throw new Error(`waited 30 s in vain: ${what}`);
    await delay(20);
  }
}

/** One query on a connection of its own. */
export async function query(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined); // a server killed under the query fails the query itself
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Every file below a directory with its content, owner and mode: two of these are equal when nothing was touched. */
export function picture(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { mode, uid, mtimeMs } = statSync(path);
      return `${path} ${mode} ${uid} ${mtimeMs} ${entry.isFile() ? readFileSync(path).toString("base64").slice(0, 64) : ""}`;
    })
    .sort();
}

/** Copies a stopped cluster with its owner. */
export function copyCluster(from: string, to: string): void {
  if (isRoot) execFileSync("cp", ["-a", from, to]);
  else cpSync(from, to, { recursive: true, preserveTimestamps: true });
}
