import { parentPort } from "node:worker_threads";
import { assert } from "../../kernel/index.ts";
import { drawDocuments } from "./draw.ts";
import type { RenderReply, RenderRequest } from "./pool.ts";

// The thread of the pool (`pool.ts`): draws one request at a time, answers with bytes or with the words of the failure.

const port = parentPort;
assert(port, "this file runs as a worker thread");

port.on("message", async (request: RenderRequest) => {
  try {
    const pdf = await drawDocuments(request.info, request.parts);
    // A view into a pooled buffer cannot be handed over: copy the small ones, move the rest.
    const bytes = pdf.byteLength === pdf.buffer.byteLength ? pdf : pdf.slice();
    const reply: RenderReply = { ok: true, pdf: bytes };
    port.postMessage(reply, bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : []);
  } catch (error) {
    const reply: RenderReply = {
      ok: false,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
    port.postMessage(reply);
  }
});
