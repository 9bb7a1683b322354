import { assert } from "../../kernel/index.ts";
import { PdfFile } from "./canvas.ts";
import type { DocumentPart, Draw, FileInfo } from "./template.ts";

/**
 * Draws documents one after another into one PDF, in this thread. Servers call `renderInWorker` instead: a bulk of 500
 * invoices takes seconds, during which this thread would answer nobody.
 */
export async function drawDocuments(info: FileInfo, parts: readonly DocumentPart[]): Promise<Uint8Array> {
  assert(parts.length > 0, "a PDF has at least one document");
  const file = new PdfFile({ title: info.title, madeAt: Temporal.Instant.from(info.madeAt) });
  for (const part of parts) {
    const draw = await findDraw(part);
    draw(file, part.data);
    file.flush();
  }
  return file.end();
}

async function findDraw(part: DocumentPart): Promise<Draw<unknown>> {
  const loaded: unknown = await import(part.module); // after the first time this is a look-up
  const found: unknown = typeof loaded === "object" && loaded !== null ? Reflect.get(loaded, part.exportName) : null;
  assert(isDraw(found), `${part.exportName} is a drawing function that its module exports`);
  return found;
}

/** The data of a part was paired with its function by `documentPart`, whose types hold the two together. */
function isDraw(value: unknown): value is Draw<unknown> {
  return typeof value === "function";
}
