import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { DocumentPart, FileInfo } from "./template.ts";

/** What a worker is sent, and what it answers. */
export type RenderRequest = { readonly info: FileInfo; readonly parts: readonly DocumentPart[] };
export type RenderReply =
  | { readonly ok: true; readonly pdf: Uint8Array<ArrayBufferLike> }
  | { readonly ok: false; readonly message: string };

type Job = RenderRequest & { resolve: (pdf: Uint8Array) => void; reject: (reason: Error) => void };
type Lane = { worker: Worker; job: Job | null; timer: NodeJS.Timeout | null };

/** Threads at once: one core stays for the server. */
const LANES_MAX = Math.max(1, Math.min(4, availableParallelism() - 1));
/** Requests waiting at once; more means that people ask faster than this machine draws, and waiting would not end. */
const WAITING_MAX = 500;
/** Drawing 2,000 invoices takes about 20 s; a thread that is still silent after this is stuck. */
const RENDER_TIMEOUT_MS = 120_000;
/** A drawing thread holds 60 to 100 MB of code, fonts and words; the next one draws again after about 0.3 s. */
const IDLE_MS = 30_000;

const lanes: Lane[] = [];
const waiting: Job[] = [];

/** The pool has more waiting than it can draw soon. The caller answers "try again later". */
export class DocumentsBusy extends Error {
  override readonly name = "DocumentsBusy";
}

/**
 * Draws documents into one PDF off the main thread, the parts in their order (an invoice and its label together, or 500
 * invoices). Throws `DocumentsBusy` when too many wait, and an Error with the worker's words when drawing fails.
 */
export function renderInWorker(info: FileInfo, parts: readonly DocumentPart[]): Promise<Uint8Array> {
  if (waiting.length >= WAITING_MAX)
    return Promise.reject(new DocumentsBusy(`${WAITING_MAX} documents are waiting already`));
  return new Promise((resolve, reject) => {
    waiting.push({ info, parts, resolve, reject });
    next();
  });
}

/** Ends the threads, for a clean stop of the process. What was being drawn is refused. */
export async function closeDocumentWorkers(): Promise<void> {
  for (const job of waiting.splice(0)) job.reject(new Error("the process is stopping"));
  await Promise.all(lanes.slice().map((lane) => retire(lane, new Error("the process is stopping"))));
}

function next(): void {
  const lane = lanes.find((each) => each.job === null) ?? (lanes.length < LANES_MAX ? addLane() : null);
  const job = lane ? waiting.shift() : undefined;
  if (!lane || !job) return;
  lane.job = job;
  arm(lane, RENDER_TIMEOUT_MS, () => retire(lane, new Error(`drawing took longer than ${RENDER_TIMEOUT_MS} ms`)));
  lane.worker.ref(); // a process that waits for a document does not end
  const request: RenderRequest = { info: job.info, parts: job.parts };
  lane.worker.postMessage(request);
}

function addLane(): Lane {
  const lane: Lane = { worker: new Worker(new URL("./render-worker.ts", import.meta.url)), job: null, timer: null };
  lane.worker.on("message", (reply: RenderReply) => finish(lane, reply));
  lane.worker.on("error", (error) => void retire(lane, error instanceof Error ? error : new Error(String(error))));
  lane.worker.on("exit", (code) => void retire(lane, new Error(`the drawing thread ended with code ${code}`)));
  lanes.push(lane);
  return lane;
}

function finish(lane: Lane, reply: RenderReply): void {
  const job = lane.job;
  lane.job = null;
  lane.worker.unref(); // an idle thread keeps no process alive
  arm(lane, IDLE_MS, () => retire(lane, new Error("idle")));
  if (reply.ok) job?.resolve(reply.pdf);
  else job?.reject(new Error(`the document could not be drawn: ${reply.message}`));
  next();
}

/** Takes a thread out of the pool, refuses what it was drawing and lets another take over. */
async function retire(lane: Lane, reason: Error): Promise<void> {
  const at = lanes.indexOf(lane);
  if (at === -1) return;
  lanes.splice(at, 1);
  if (lane.timer) clearTimeout(lane.timer);
  lane.job?.reject(reason);
  lane.job = null;
  await lane.worker.terminate();
  next();
}

function arm(lane: Lane, delayMs: number, then: () => void): void {
  if (lane.timer) clearTimeout(lane.timer);
  lane.timer = setTimeout(then, delayMs);
  lane.timer.unref();
}
