import { EventEmitter } from "node:events";
import { Logger, type Runner, run, type TaskList, type WorkerEvents } from "graphile-worker";
import pg from "pg";
import type { Services } from "./context.ts";
import { isServerAway } from "./db.ts";
import { JobTurns } from "./job-turns.ts";
import type { JobRegistry, JobShare } from "./jobs.ts";
import type { Log } from "./log.ts";

/** A process's part in the work: it takes jobs until it is stopped. */
export interface Worker {
  /** Takes no more jobs and waits for those that run; the process that calls it sets the limit. */
  stop(): Promise<void>;
}

const RESTART_AFTER_MS = 1_000;
const POLL_MS = 1_000;
const POLL_OUTSIDE_MS = 2_000; // new jobs are announced; this finds those whose time has come, and there are many places
const QUEUE_CONNECTIONS = 6;
const LOOK = "get_job/"; // the library's name of the statement that looks for a job
const CANNOT_CONNECT_NOW = "57P03";
const SWEEP_EVERY_MS = 5_000;
const GRACE_SECONDS = 3; // between taking a first job and holding the lifeline
const GIVEN_BACK_ATTEMPTS_MAX = 60; // a job that kills its process again and again is given up at last
const LIFELINE = 4_671_122; // class of the advisory locks that living workers hold

export interface WorkerOptions {
  readonly connectionString: string;
  /** Jobs that work here, at once. */
  readonly concurrency: number;
  /** Jobs that wait for somebody outside, at once; as many as the others where it is left out. */
  readonly callConcurrency?: number;
  readonly services: Services;
  readonly registry: JobRegistry;
  readonly observe: (name: string, outcome: string, seconds: number) => void;
}

/**
 * Starts working on jobs. Ends only by `stop`: where the database goes away for longer than the queue's own patience,
 * the worker is started again.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { log } = options.services;
  let stopping = false;
  let wake: () => void = () => undefined;
  let current = await startRunners(options);
  const supervised = (async () => {
    while (!stopping) {
      const cause = await current.ended;
      await current.close();
      if (stopping) return;
      log.error({ err: cause }, "the job queue's worker ended; it is started again");
      for (;;) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, RESTART_AFTER_MS);
        });
        if (stopping) return;
        try {
          current = await startRunners(options);
          break;
        } catch (error) {
          log.warn({ err: error }, "the job queue's worker could not be started; it is tried again");
        }
      }
    }
  })();
  return {
    stop: async () => {
      stopping = true;
      wake();
      await current.stop();
      await supervised;
    },
  };
}

interface Runners {
  /** Settles when the first of them ended, with the error that ended it. */
  readonly ended: Promise<unknown>;
  /** Takes no more jobs; settles when those that run have ended. */
  stop(): Promise<void>;
  /** The same, and lets go of what they shared. */
  close(): Promise<void>;
}

/** Two runners over one set of connections: work here, and work that waits for somebody outside. */
async function startRunners(options: WorkerOptions): Promise<Runners> {
  const { log } = options.services;
  const lifeline = new Lifeline(options.connectionString, log);
  const connections = queuePool(options.connectionString, log);
  const runners: Runner[] = [];
  let stopped: Promise<unknown> | undefined;
  const stop = async () => {
    stopped ??= Promise.all(runners.map((runner) => stopRunner(runner, log)));
    await stopped;
  };
  const close = async () => {
    await stop();
    await lifeline.close();
    await connections.close();
  };
  try {
    for (const share of ["here", "outside"] as const) {
      const taskList = options.registry.tasks(share, options.services, options.observe);
      if (share === "outside" && Object.keys(taskList).length === 0) continue;
      const events = new EventEmitter() as WorkerEvents; // the library's type for what it documents as an EventEmitter
      events.once("pool:create", ({ workerPool }) => lifeline.hold(workerPool.id));
      runners.push(await runShare(options, share, taskList, connections.pool, events));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const ended = Promise.race(runners.map((runner) => runner.promise)).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { ended, stop, close };
}

async function stopRunner(runner: Runner, log: Log): Promise<void> {
  // Already ended by itself: then there is nothing left to stop.
  await runner.stop().catch((error: unknown) => log.debug({ err: error }, "the worker had already ended"));
  await runner.promise.catch((error: unknown) => log.debug({ err: error }, "the worker ended with an error"));
}

/**
 * The queue's connections, ours and not the library's, for two reasons. It takes its listeners off before its connections
 * are closed, and an embedded server that stops at that moment would end the process with an error that nobody hears.
 * And it reports what became of a job in a promise that nobody holds: it tries again after a few errors that it knows, and
 * any other ends the process. So a server that is away is called by the name under which it waits for one
 * (tried before: its batches of reports hold on to a count that goes wrong after an error, and then never shut down).
 */
function queuePool(connectionString: string, log: Log): { pool: pg.Pool; close: () => Promise<void> } {
  const pool = new pg.Pool({ connectionString, max: QUEUE_CONNECTIONS, application_name: "godown queue" });
  const turns = new JobTurns();
  const { connect } = pool;
  let closed = false;
  Object.assign(pool, {
    connect: (...args: unknown[]) =>
      // A report that is still tried again when all else has stopped: whoever takes the job up again reports it.
      closed ? new Promise(() => undefined) : waitingForServer(Reflect.apply(connect, pool, args)),
  });
  pool.on("error", (error) => log.warn({ err: error }, "an idle connection of the queue broke"));
  pool.on("connect", (client) => {
    client.on("error", (error) => log.debug({ err: error }, "a connection of the queue broke"));
    const { query } = client;
    const ask = (args: unknown[]) => waitingForServer(Reflect.apply(query, client, args));
    Object.assign(client, {
      query: (...args: unknown[]) => {
        const share = lookingFor(args[0]);
        return share === undefined ? ask(args) : turns.take(share, async () => (await ask(args)) as pg.QueryResult);
      },
    });
  });
  const close = () => {
    closed = true;
    return pool.end();
  };
  return { pool, close };
}

/** The share whose next job a statement of the library's looks for; undefined: it is another statement. Tests see to it that it is known. */
function lookingFor(statement: unknown): string | undefined {
  if (typeof statement !== "object" || statement === null || !("name" in statement && "values" in statement)) return;
  return String(statement.name).startsWith(LOOK) ? JSON.stringify(statement.values) : undefined;
}

/** Gives a failed promise the code for "cannot connect now" where the server was away; whatever else is passed through. */
function waitingForServer(answer: unknown): unknown {
  if (!(answer instanceof Promise)) return answer; // called with a callback
  return answer.catch((error: unknown) => {
    if (!isServerAway(error)) throw error;
    const words = error instanceof Error ? error.message : String(error);
    throw Object.assign(new Error(words, { cause: error }), { code: CANNOT_CONNECT_NOW });
  });
}

function runShare(
  options: WorkerOptions,
  share: JobShare,
  taskList: TaskList,
  pool: pg.Pool,
  events: WorkerEvents,
): Promise<Runner> {
  const outside = share === "outside";
  return run({
    pgPool: pool,
    concurrency: outside ? (options.callConcurrency ?? options.concurrency) : options.concurrency,
    noHandleSignals: true, // the process's own shutdown stops the worker in order
    pollInterval: outside ? POLL_OUTSIDE_MS : POLL_MS,
    taskList,
    parsedCronItems: outside ? [] : options.registry.crons(),
    logger: queueLogger(options.services.log),
    events,
  });
}

/**
 * The queue's own reports, as lines of our log. Failures of single jobs are warnings: they are tried again. A job that asked
 * for its next try itself has said why where people look, and failed in nothing.
 */
function queueLogger(log: Log): Logger {
  const queue = log.child({ part: "queue" });
  return new Logger(() => (level, message) => {
    if (level === "error" && !message.includes("RetryLater: ")) queue.warn(message);
    else queue.debug(message);
  });
}

/**
 * Frees the jobs of workers that died. The queue itself believes for four hours that a job of a killed process still
 * runs. So each worker holds an advisory lock under its id as long as it lives: the server lets go of it the moment the
 * connection of a killed process closes, and any other worker then hands its jobs out again.
 */
class Lifeline {
  readonly #connectionString: string;
  readonly #log: Log;
  #client: pg.Client | undefined;
  readonly #workerIds: string[] = [];
  /** Ids whose locks this client holds. */
  #held = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #busy: Promise<void> = Promise.resolve();

  constructor(connectionString: string, log: Log) {
    this.#connectionString = connectionString;
    this.#log = log;
  }

  hold(workerId: string): void {
    this.#workerIds.push(workerId);
    this.#beat();
    this.#timer ??= setInterval(() => this.#beat(), SWEEP_EVERY_MS);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#busy;
    await this.#client?.end();
    this.#client = undefined;
  }

  #beat(): void {
    this.#busy = this.#busy.then(async () => {
      if (this.#closed) return;
      try {
        this.#client ??= await this.#connect();
        await this.#lock(this.#client);
        await freeJobsOfTheDead(this.#client, this.#log);
      } catch (error) {
        // Without the lock others may run our jobs a second time, which handlers bear; the next beat takes it again.
        this.#log.warn({ err: error }, "the worker's lifeline broke; it is taken up again");
        await this.#client?.end().catch(() => undefined); // broken already
        this.#client = undefined;
      }
    });
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#connectionString,
      application_name: "godown worker lifeline",
      keepAlive: true,
    });
    client.on("error", () => {
      if (this.#client === client) this.#client = undefined;
    });
    await client.connect();
    // A host that loses power closes no connection: the server asks, and lets go within half a minute.
    await client.query("set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3");
    this.#held = new Set();
    return client;
  }

  async #lock(client: pg.Client): Promise<void> {
    for (const id of this.#workerIds.filter((candidate) => !this.#held.has(candidate))) {
      await client.query("select pg_advisory_lock($1, hashtext($2))", [LIFELINE, id]);
      this.#held.add(id);
    }
  }
}

/** The attempt that a death cut short is given back: the job did not fail, its process did. */
async function freeJobsOfTheDead(client: pg.Client, log: Log): Promise<void> {
  const { rows } = await client.query<{ worker: string; jobs: string[] }>(
    `select j.locked_by as worker, array_agg(j.id::text) as jobs
     from graphile_worker._private_jobs j
     where j.locked_by is not null and j.locked_at < now() - make_interval(secs => $2)
       and not exists (
         select from pg_locks l
         where l.locktype = 'advisory' and l.classid = $1::bigint::oid and l.objsubid = 2 and l.granted
           and l.objid::bigint = hashtext(j.locked_by) & 4294967295::bigint
           and l.database = (select oid from pg_database where datname = current_database()))
     group by j.locked_by`,
    [LIFELINE, GRACE_SECONDS],
  );
  for (const { worker, jobs } of rows) {
    await client.query("select graphile_worker.force_unlock_workers(array[$1])", [worker]);
    await client.query(
      `select graphile_worker.reschedule_jobs(array[j.id], null, null, null, (j.max_attempts + 1)::int)
       from graphile_worker._private_jobs j
       where j.id = any ($1::bigint[]) and j.locked_at is null and j.attempts = j.max_attempts and j.max_attempts < $2`,
      [jobs, GIVEN_BACK_ATTEMPTS_MAX],
    );
    log.warn({ worker, jobs: jobs.length }, "a worker died; the jobs that it was at are handed out again");
  }
}
