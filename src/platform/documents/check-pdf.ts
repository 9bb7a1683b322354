import { ok, type Result, refuse } from "../../kernel/index.ts";
import { whatCame } from "./content.ts";
import "./errors.ts";
import { readInWorker } from "./pool.ts";
import { ThreadEnded } from "./thread-pool.ts";

/** A PDF from outside: labels and invoices have 10 to 500 kB, scanned ones a few MB. */
export const PDF_BYTES_MAX = 10 * 1024 * 1024;

export interface CheckedPdf {
  readonly pages: number;
}

/**
 * Checks a file that somebody sent as a PDF before it is stored: by its content, whatever it was called, by its size, and
 * by reading it, in a thread with limits of time and memory. What passes can be printed and merged.
 * Refusals, in this order: DOCUMENT_TOO_LARGE, DOCUMENT_NOT_A_PDF, DOCUMENT_ENCRYPTED, DOCUMENT_UNREADABLE.
 * @throws DocumentsBusy when too many wait; a job tries again
 */
export async function checkPdf(bytes: Uint8Array): Promise<Result<CheckedPdf>> {
  if (bytes.byteLength > PDF_BYTES_MAX)
    return refuse("DOCUMENT_TOO_LARGE", { sizeBytes: bytes.byteLength, limitBytes: PDF_BYTES_MAX });
  const came = whatCame(bytes);
  if (came !== "a PDF") return refuse("DOCUMENT_NOT_A_PDF", { came });
  try {
    const read = await readInWorker(bytes);
    if (read.readable) return ok({ pages: read.pages });
    return read.encrypted ? refuse("DOCUMENT_ENCRYPTED") : refuse("DOCUMENT_UNREADABLE", { reason: read.reason });
  } catch (error) {
    if (!(error instanceof ThreadEnded) || error.why === "other") throw error;
    // A file that takes all the time or memory there is was made to do so, or is broken in a way that does.
    return refuse("DOCUMENT_UNREADABLE", { reason: error.message });
  }
}
