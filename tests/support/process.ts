import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./app.ts";
import { waitFor } from "./wait.ts";

const CLI = fileURLToPath(new URL("../../src/app/cli.ts", import.meta.url));
const START_MAX_MS = 60_000;

/** A real process of `./godown`, for tests that kill it. */
export interface GodownProcess {
  readonly pid: number;
  /** Empty for a worker. */
  readonly baseUrl: string;
  readonly output: () => string;
  /** SIGTERM, and the exit code. */
  readonly stop: () => Promise<number | null>;
  /** SIGKILL: nothing is finished, nothing is said. */
  readonly kill: () => Promise<void>;
  /** Has it ended, and how? */
  readonly exit: Promise<number | null>;
}

export interface ProcessOptions {
  /** Left out: the process starts its own PostgreSQL in `dataDir`. */
  readonly databaseUrl?: string;
  /** Kept when given; otherwise made, and removed at the end. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a command and waits until it is ready to work. @throws with its output when it ends before that */
export async function startGodown(
  command: "web" | "worker" | "serve" | "demo",
  options: ProcessOptions = {},
): Promise<GodownProcess> {
  const ownDir = options.dataDir === undefined ? mkdtempSync(join(tmpdir(), "godown-process-")) : undefined;
  const port = options.port ?? (await freePort());
  const child = spawn(process.execPath, [CLI, command], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      GODOWN_SECRET_KEY: "a key for tests, 32 characters long",
      GODOWN_ALLOW_PRIVATE_URLS: "yes",
      GODOWN_DATA_DIR: options.dataDir ?? ownDir,
      PORT: String(port),
      ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
      ...options.environment,
    },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const exit = exitOf(child).finally(() => ownDir && rmSync(ownDir, { recursive: true, force: true }));
  let ended = false;
  void exit.then(() => {
    ended = true;
  });
  const baseUrl = command === "worker" ? "" : `http://127.0.0.1:${port}`;
  const ready = waitFor(
    `godown ${command} to be ready`,
    async () => {
      if (ended) throw new Error(`godown ${command} ended before it was ready:\n${output}`);
      return command === "worker" ? output.includes("takes jobs") : isReady(baseUrl);
    },
    START_MAX_MS,
  );
  try {
    await ready;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  return {
    pid: child.pid ?? 0,
    baseUrl,
    output: () => output,
    exit,
    stop: () => {
      child.kill("SIGTERM");
      return exit;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exit;
    },
  };
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code));
  });
}

async function isReady(baseUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${baseUrl}/ready`)).ok;
  } catch {
    return false; // not listening yet
  }
}
