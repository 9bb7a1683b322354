import { Worker } from "node:worker_threads";

/** What a thread answers: a value, or the words of the failure. */
export type ThreadReply<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };

export interface ThreadPoolOptions {
  /** The module that a thread runs: takes one request at a time, answers each with a `ThreadReply`. */
  readonly script: URL;
  /** What is done there, for messages: "drawing". */
  readonly verb: string;
  readonly threadsMax: number;
  /** Requests waiting at once; more means that people ask faster than this machine works, and waiting would not end. */
  readonly waitingMax: number;
  /** A thread that is silent for longer is ended. Time in the queue does not count. */
  readonly timeoutMs: number;
  /** What one request may take in buffers and in objects; a thread that takes more is ended. */
  readonly memoryBytesMax: number;
  /** An idle thread is ended after this; the next request starts another. */
  readonly idleMs: number;
}

type Job<Request, Value> = { request: Request; resolve: (value: Value) => void; reject: (reason: Error) => void };
type Lane<Request, Value> = {
  worker: Worker;
  job: Job<Request, Value> | null;
  timer: NodeJS.Timeout | null;
  watch: NodeJS.Timeout | null;
};

/** How often a busy thread's memory is looked at: inflating fills about 400 MB/s, so a look comes every 20 MB. */
const MEMORY_LOOK_MS = 50;

/** Too many requests are waiting. The caller answers "try again later". */
export class DocumentsBusy extends Error {
  override readonly name = "DocumentsBusy";
}

/** A thread was ended before it answered: it took too long, took too much memory, or the process is stopping. */
export class ThreadEnded extends Error {
  override readonly name = "ThreadEnded";
  readonly why: "time" | "memory" | "other";

  constructor(why: ThreadEnded["why"], message: string) {
    super(message);
    this.why = why;
  }
}

/** Threads for work that would keep the server from answering: started when needed, limited in number, time and memory. */
export class ThreadPool<Request, Value> {
  readonly #options: ThreadPoolOptions;
  readonly #lanes: Lane<Request, Value>[] = [];
  readonly #waiting: Job<Request, Value>[] = [];

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
  }

  /** @throws DocumentsBusy, ThreadEnded, or an Error with the thread's own words. */
  run(request: Request): Promise<Value> {
    const { waitingMax } = this.#options;
    if (this.#waiting.length >= waitingMax)
      return Promise.reject(new DocumentsBusy(`${waitingMax} documents are waiting already`));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#next();
    });
  }

  /** Ends the threads, for a clean stop of the process. What was under way or waiting is refused. */
  async close(): Promise<void> {
    const stopping = () => new ThreadEnded("other", "the process is stopping");
    for (const job of this.#waiting.splice(0)) job.reject(stopping());
    await Promise.all(this.#lanes.slice().map((lane) => this.#retire(lane, stopping())));
  }

  #next(): void {
    const { threadsMax, timeoutMs, verb } = this.#options;
    if (this.#waiting.length === 0) return; // no thread is started for nothing: it would keep the process alive
    const lane =
      this.#lanes.find((each) => each.job === null) ?? (this.#lanes.length < threadsMax ? this.#addLane() : null);
    const job = lane ? this.#waiting.shift() : undefined;
    if (!lane || !job) return;
    lane.job = job;
    this.#arm(lane, timeoutMs, () =>
      this.#retire(lane, new ThreadEnded("time", `${verb} took longer than ${timeoutMs} ms`)),
    );
    this.#watchMemory(lane);
    lane.worker.ref(); // a process that waits for a document does not end
    lane.worker.postMessage(job.request);
  }

  #addLane(): Lane<Request, Value> {
    const { script, memoryBytesMax, verb } = this.#options;
    const resourceLimits = { maxOldGenerationSizeMb: Math.ceil(memoryBytesMax / 1024 ** 2) };
    const lane: Lane<Request, Value> = {
      worker: new Worker(script, { resourceLimits }),
      job: null,
      timer: null,
      watch: null,
    };
    lane.worker.on("message", (reply: ThreadReply<Value>) => this.#finish(lane, reply));
    lane.worker.on("error", (error) => void this.#retire(lane, asEnded(error, verb)));
    lane.worker.on("exit", (code) => {
      void this.#retire(lane, new ThreadEnded("other", `the ${verb} thread ended with code ${code}`));
    });
    this.#lanes.push(lane);
    return lane;
  }

  #finish(lane: Lane<Request, Value>, reply: ThreadReply<Value>): void {
    const job = lane.job;
    lane.job = null;
    lane.worker.unref(); // an idle thread keeps no process alive
    this.#stopWatching(lane);
    this.#arm(lane, this.#options.idleMs, () => this.#retire(lane, new ThreadEnded("other", "idle")));
    if (reply.ok) job?.resolve(reply.value);
    else job?.reject(new Error(reply.message));
    this.#next();
  }

  /**
   * Ends a thread whose buffers outgrow the limit. The limit that a thread can be started with counts objects alone, and
   * a compressed stream unfolds into buffers.
   */
  #watchMemory(lane: Lane<Request, Value>): void {
    const { memoryBytesMax, verb } = this.#options;
    let before: number | null = null;
    lane.watch = setInterval(async () => {
      const job = lane.job;
      // A thread that ended between the tick and the look has been taken out of the pool by its `exit` or `error`.
      const now = await lane.worker.getHeapStatistics().then(
        (heap) => heap.external_memory,
        () => null,
      );
      if (now === null || job === null || lane.job !== job) return;
      before ??= now;
      if (now - before > memoryBytesMax || now > memoryBytesMax * 2)
        await this.#retire(lane, new ThreadEnded("memory", `${verb} took more than ${memoryBytesMax} bytes of memory`));
    }, MEMORY_LOOK_MS);
    lane.watch.unref();
  }

  #stopWatching(lane: Lane<Request, Value>): void {
    if (lane.watch) clearInterval(lane.watch);
    lane.watch = null;
  }

  /** Takes a thread out of the pool, refuses what it was doing and lets another take over. */
  async #retire(lane: Lane<Request, Value>, reason: Error): Promise<void> {
    const at = this.#lanes.indexOf(lane);
    if (at === -1) return;
    this.#lanes.splice(at, 1);
    if (lane.timer) clearTimeout(lane.timer);
    this.#stopWatching(lane);
    lane.job?.reject(reason);
    lane.job = null;
    await lane.worker.terminate();
    this.#next();
  }

  #arm(lane: Lane<Request, Value>, delayMs: number, then: () => void): void {
    if (lane.timer) clearTimeout(lane.timer);
    lane.timer = setTimeout(then, delayMs);
    lane.timer.unref();
  }
}

function asEnded(error: unknown, verb: string): Error {
  if (!(error instanceof Error)) return new ThreadEnded("other", String(error));
  return "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY"
    ? new ThreadEnded("memory", `${verb} took more memory than it may`)
    : error;
}
