import { availableParallelism } from "node:os";
import type { DocumentPart, FileInfo } from "./template.ts";
import { ThreadPool } from "./thread-pool.ts";

/** What a drawing thread is sent. */
export type RenderRequest = { readonly info: FileInfo; readonly parts: readonly DocumentPart[] };
/** What a reading thread answers of a PDF. */
export type ReadPdf =
  | { readonly readable: true; readonly pages: number }
  | { readonly readable: false; readonly encrypted: boolean; readonly reason: string };

/** One core stays for the server. */
const DRAWING_THREADS_MAX = Math.max(1, Math.min(4, availableParallelism() - 1));
const MEBIBYTE = 1024 ** 2;
/** Stored PDFs that one file is made of, together: all of them are in memory at once, three times over. */
export const STORED_PDF_BYTES_MAX = 128 * MEBIBYTE;

const drawing = new ThreadPool<RenderRequest, Uint8Array>({
  script: new URL("./render-worker.ts", import.meta.url),
  verb: "drawing",
  threadsMax: DRAWING_THREADS_MAX,
  waitingMax: 500,
  timeoutMs: 120_000, // drawing 2,000 invoices takes about 20 s
  memoryBytesMax: 1024 * MEBIBYTE,
  idleMs: 30_000, // it holds 60 to 100 MB of code, fonts and words; the next one draws again after about 0.3 s
});

/**
 * PDFs of others are read in threads of their own: a file made to fill time or memory ends a thread that holds nothing
 * else, and a bulk print does not keep a label waiting.
 */
const reading = new ThreadPool<Uint8Array, ReadPdf>({
  script: new URL("./read-worker.ts", import.meta.url),
  verb: "reading",
  threadsMax: DRAWING_THREADS_MAX,
  waitingMax: 500,
  timeoutMs: 10_000, // the largest file that is taken is read in about a second
  memoryBytesMax: 256 * MEBIBYTE,
  idleMs: 30_000,
});

/** The stored PDFs of one file are too much at once; the caller says to print fewer. */
export class DocumentsTooLarge extends Error {
  override readonly name = "DocumentsTooLarge";
}

/**
 * Makes one PDF of documents off the main thread, in their order: own ones are drawn (an invoice and its label together,
 * or 500 invoices), stored ones are taken in as they are (400 labels of 25 kB in 0.4 s). Throws `DocumentsBusy` when too many wait, `DocumentsTooLarge`
 * when the stored ones exceed STORED_PDF_BYTES_MAX, and an Error with the thread's words when it fails.
 */
export async function renderInWorker(info: FileInfo, parts: readonly DocumentPart[]): Promise<Uint8Array> {
  const storedBytes = parts.reduce((sum, part) => sum + ("storedPdf" in part ? part.storedPdf.byteLength : 0), 0);
  if (storedBytes > STORED_PDF_BYTES_MAX)
    throw new DocumentsTooLarge(`${storedBytes} bytes of stored PDFs, and ${STORED_PDF_BYTES_MAX} fit into one file`);
  return drawing.run({ info, parts });
}

/** Reads a PDF of somebody else in a thread. Throws `DocumentsBusy`, and `ThreadEnded` where it took too much time or memory. */
export function readInWorker(pdf: Uint8Array): Promise<ReadPdf> {
  return reading.run(pdf);
}

/** Ends the threads, for a clean stop of the process. What was being drawn or read is refused. */
export async function closeDocumentWorkers(): Promise<void> {
  await Promise.all([drawing.close(), reading.close()]);
}
