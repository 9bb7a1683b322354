import { assert } from "../../kernel/index.ts";
import { PdfFile } from "./canvas.ts";
import type { DocumentPart, DocumentTemplate, FileInfo } from "./template.ts";

/**
 * Draws documents one after another into one PDF, in this thread. Servers call `renderInWorker` instead: a bulk of 500
 * invoices takes seconds, during which this thread would answer nobody.
 */
export async function drawDocuments(info: FileInfo, parts: readonly DocumentPart[]): Promise<Uint8Array> {
  assert(parts.length > 0, "a PDF has at least one document");
  const file = new PdfFile({ title: info.title, madeAt: Temporal.Instant.from(info.madeAt) });
  for (const part of parts) {
    const template = await findTemplate(part);
    template.draw(file, part.data);
    file.flush();
  }
  return file.end();
}

async function findTemplate(part: DocumentPart): Promise<DocumentTemplate<unknown>> {
  const loaded: unknown = await import(part.module); // after the first time this is a look-up
  const found: unknown = typeof loaded === "object" && loaded !== null ? Reflect.get(loaded, part.exportName) : null;
  assert(isTemplate(found), `${part.exportName} is a document template that its module exports`);
  return found;
}

/** The data of a part was made with its template by `documentPart`, whose types hold the two together. */
function isTemplate(value: unknown): value is DocumentTemplate<unknown> {
  return typeof value === "object" && value !== null && "draw" in value && typeof value.draw === "function";
}
