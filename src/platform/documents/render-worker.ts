import { parentPort } from "node:worker_threads";
import { assert } from "../../kernel/index.ts";
import { drawDocuments } from "./draw.ts";
import type { RenderRequest } from "./pool.ts";
import type { ThreadReply } from "./thread-pool.ts";

// The drawing thread (`pool.ts`): draws one request at a time, answers with bytes or with the words of the failure.

const port = parentPort;
assert(port, "this file runs as a worker thread");

port.on("message", async (request: RenderRequest) => {
  try {
    const pdf = await drawDocuments(request.info, request.parts);
    // A view into a pooled buffer cannot be handed over: copy the small ones, move the rest.
    const bytes = pdf.byteLength === pdf.buffer.byteLength ? pdf : Uint8Array.from(pdf);
    const reply: ThreadReply<Uint8Array> = { ok: true, value: bytes };
    port.postMessage(reply, bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : []);
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const reply: ThreadReply<Uint8Array> = { ok: false, message: `the document could not be drawn: ${words}` };
    port.postMessage(reply);
  }
});
