import { parentPort } from "node:worker_threads";
import { assert } from "../../kernel/index.ts";
import { readPdf } from "./foreign-pdf.ts";
import type { ReadPdf } from "./pool.ts";
import type { ThreadReply } from "./thread-pool.ts";

// The reading thread (`pool.ts`): reads one PDF of somebody else at a time. Loads none of what draws.

const port = parentPort;
assert(port, "this file runs as a worker thread");

port.on("message", async (bytes: Uint8Array) => {
  const reply: ThreadReply<ReadPdf> = { ok: true, value: await readPdf(bytes) };
  port.postMessage(reply);
});
