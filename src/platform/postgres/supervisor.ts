import { createHash, randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { findNativeDir, prepareBinaries } from "./binaries.ts";
import { createCluster, inspectCluster, ownCluster, readPassword } from "./cluster.ts";
import { claim, disclaim, isOwnerAlive, readOwner } from "./ownership.ts";
import { choosePlacement } from "./placement.ts";
import { isAlive, isPortFree } from "./processes.ts";
import { PostgresRefusal, wordsOf } from "./refusal.ts";
import {
  connectionStringOf,
  ensureDatabase,
  findRunning,
  launch,
  type RunningServer,
  readPidFile,
  requireFreePort,
  stopServer,
  type Target,
} from "./server.ts";

/** One line per outcome. A pino logger fits. */
export interface PostgresLog {
  info(message: string): void;
  warn(message: string): void;
}

export interface PostgresOptions {
  /** Holds the cluster, the server's log and its owner's name; made when missing. */
  readonly dataDir: string;
  /** Refused when taken. Without it a free port is chosen, the same one each time if it can be. */
  readonly port?: number;
  readonly log: PostgresLog;
  /** false trades safety for speed: for tests only. Default true: an acknowledged commit is on disk. */
  readonly durable?: boolean;
  /** Called once when a dead server could not be brought back; the process should then end. */
  readonly onLost?: (refusal: PostgresRefusal) => void;
  /** Where the binaries and the data of an unreachable directory go; tests name others. */
  readonly nativeDir?: string;
  readonly systemPlace?: string;
}

/** A running embedded server. */
export interface EmbeddedPostgres {
  /** As superuser and owner of database `godown`. Holds the password: never log it. */
  readonly connectionString: string;
  readonly port: number;
  /** The server was running already. */
  readonly adopted: boolean;
  /** Process number of the server now; changes when it had to be restarted. */
  readonly pid: () => number;
  /** Whether stop() stops the server: true for who started it, or took it over from a process that died. */
  readonly owned: () => boolean;
  /** Stops the server if we own it, else only stops watching it. Safe to call twice. */
  stop(): Promise<void>;
}

const WATCH_MS = 250;
const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 5_000;
/** About four minutes of trying. */
const RESTARTS_MAX = 50;
/** A server that lived this long starts the count of restarts anew. */
const SETTLED_MS = 60_000;
/** Below the ports that systems hand out for outgoing connections, so that a restart finds its port free. */
const PORT_FIRST = 20_000;
const PORT_COUNT = 10_000;
const PORT_TRIES_MAX = 200;
const LAUNCHES_MAX = 10;

/**
 * Starts the embedded PostgreSQL of a data directory, or adopts the one that runs there, and keeps it running until
 * stop(). @throws PostgresRefusal
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const target = await prepare(options);
  let server = await findRunning(target);
  const adopted = server !== undefined;
  if (server && options.port !== undefined && server.port !== options.port) {
    options.log.warn(
      `The database already runs on port ${server.port}; the port asked for, ${options.port}, is not used.`,
    );
  }
  server ??= options.port === undefined ? await launchAnywhere(target) : await launch(target, options.port);
  const handle = new Supervisor(target, server, options);
  await handle.begin();
  const how = adopted ? "was running and is adopted" : "started";
  options.log.info(
    `Embedded PostgreSQL ${how}: port ${server.port}, process ${server.pid}, data in ${target.clusterDir}.`,
  );
  return {
    connectionString: connectionStringOf(target, server.port),
    port: server.port,
    adopted,
    pid: () => handle.pid,
    owned: () => handle.owned,
    stop: () => handle.stop(),
  };
}

async function prepare(options: PostgresOptions): Promise<Target> {
  const { place, clusterDir, account } = choosePlacement(options.dataDir, options.systemPlace);
  const state = await inspectCluster(clusterDir); // refuses before anything is changed
  const durable = options.durable ?? true;
  // Asked before a cluster is made for nothing; whoever holds the port may of course be the server we will adopt.
  const runningPid = readPidFile(clusterDir)?.pid;
  if (options.port !== undefined && (runningPid === undefined || !isAlive(runningPid)))
    await requireFreePort(options.port);
  const binaries = await prepareBinaries(options.nativeDir ?? findNativeDir(), place, account);
  if (state === "absent") await createCluster({ clusterDir, binaries, account, durable });
  await ownCluster(clusterDir, account);
  return { place, clusterDir, account, binaries, durable, password: await readPassword(clusterDir) };
}

/** Between finding a port free and listening on it another program may take it; then the next free one is taken. */
async function launchAnywhere(target: Target): Promise<RunningServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(target, await freePort(target.clusterDir));
    } catch (error) {
      const taken = error instanceof PostgresRefusal && error.code === "PORT_IN_USE";
      if (!taken || attempt === LAUNCHES_MAX) throw error;
    }
  }
}

/** The same data directory gets the same port as long as it is free, so that a person's psql settings stay true. */
async function freePort(clusterDir: string): Promise<number> {
  const start = createHash("sha256").update(clusterDir).digest().readUInt32BE(0);
  for (let i = 0; i < PORT_TRIES_MAX; i++) {
    const port = PORT_FIRST + ((start + i) % PORT_COUNT);
    if (await isPortFree(port)) return port;
  }
  throw new PostgresRefusal(
    "PORT_IN_USE",
    `${PORT_TRIES_MAX} ports of 127.0.0.1 between ${PORT_FIRST} and ${PORT_FIRST + PORT_COUNT} were tried for the ` +
      "database and all are in use. Name a free one.",
  );
}

/** Watches one server, and brings it back when it dies without having been stopped by its owner. */
class Supervisor {
  readonly #target: Target;
  readonly #options: PostgresOptions;
  readonly #handle = randomUUID();
  #server: RunningServer;
  #owned = false;
  #stopping: Promise<void> | undefined;
  #ended = new AbortController();
  #watching: Promise<void> = Promise.resolve();

  constructor(target: Target, server: RunningServer, options: PostgresOptions) {
    this.#target = target;
    this.#server = server;
    this.#options = options;
  }

  get pid(): number {
    return this.#server.pid;
  }

  get owned(): boolean {
    return this.#owned;
  }

  async begin(): Promise<void> {
    try {
      await ensureDatabase(this.#target, this.#server.port);
      this.#owned = await claim(this.#target, this.#server.port, this.#handle);
    } catch (error) {
      if (this.#server.child) await stopServer(this.#target, this.#server.pid); // started for nothing
      throw error;
    }
    process.on("exit", this.#onExit);
    this.#watching = this.#watch();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#ended.abort();
    await this.#watching;
    process.off("exit", this.#onExit);
    if (!this.#owned) return;
    disclaim(this.#target.place);
    await stopServer(this.#target, this.#server.pid);
    this.#options.log.info(`Embedded PostgreSQL stopped: process ${this.#server.pid}.`);
  }

  /** A process that ends without stop() takes its server along; one that is killed cannot, and the next run adopts it. */
  readonly #onExit = (): void => {
    if (!this.#owned || !isAlive(this.#server.pid)) return;
    disclaim(this.#target.place);
    process.kill(this.#server.pid, "SIGINT");
  };

  async #watch(): Promise<void> {
    const { log, onLost } = this.#options;
    let restarts = 0;
    let startedAt = performance.now();
    while (!this.#ended.signal.aborted) {
      if (isAlive(this.#server.pid)) {
        if (performance.now() - startedAt > SETTLED_MS) restarts = 0;
        if (!this.#owned) await this.#inherit();
        await this.#pause(WATCH_MS);
        continue;
      }
      if (this.#stoppedOnPurpose()) {
        log.warn("Embedded PostgreSQL was stopped by the process that owns it.");
        return;
      }
      try {
        const before = this.#server.pid;
        if (await this.#bringBack()) {
          startedAt = performance.now();
          log.warn(`Embedded PostgreSQL, process ${before}, had died; process ${this.#server.pid} took its place.`);
          restarts++;
        }
      } catch (error) {
        restarts++;
        log.warn(`Embedded PostgreSQL could not be restarted (attempt ${restarts}): ${wordsOf(error)}`);
        if (restarts >= RESTARTS_MAX) {
          const refusal = error instanceof PostgresRefusal ? error : undefined;
          onLost?.(
            refusal ??
              new PostgresRefusal("SERVER_DID_NOT_START", `The database could not be restarted: ${wordsOf(error)}`),
          );
          return;
        }
      }
      if (restarts > 1) await this.#pause(Math.min(BACKOFF_FIRST_MS * 2 ** (restarts - 2), BACKOFF_MAX_MS));
    }
  }

  /** An owner that stops its server removes its name first; only those who do not own it need to ask. */
  #stoppedOnPurpose(): boolean {
    return !this.#owned && readOwner(this.#target.place) === undefined;
  }

  /** A living server whose owner was killed is taken over, or nobody would ever stop it. */
  async #inherit(): Promise<void> {
    const owner = readOwner(this.#target.place);
    if (!owner || isOwnerAlive(owner)) return;
    // A failure here means that the server is just dying; the next look finds out and brings it back.
    this.#owned = await claim(this.#target, this.#server.port, this.#handle).catch(() => false);
  }

  /** @returns whether there is a server again; false when that is the business of a living owner */
  async #bringBack(): Promise<boolean> {
    const found = await findRunning(this.#target);
    const owner = readOwner(this.#target.place);
    if (!found && !this.#owned && owner && isOwnerAlive(owner)) {
      await this.#pause(WATCH_MS);
      return false;
    }
    this.#server = found ?? (await launch(this.#target, this.#server.port));
    this.#owned = await claim(this.#target, this.#server.port, this.#handle);
    return true;
  }

  /** Waits, but no longer than until stop(); does not keep the process alive by itself. */
  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#ended.signal, ref: false }).catch(() => undefined);
  }
}
