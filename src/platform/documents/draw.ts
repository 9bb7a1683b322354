import { assert } from "../../kernel/index.ts";
import { PdfFile } from "./canvas.ts";
import type { DocumentPart, Draw, DrawnPart, FileInfo } from "./template.ts";

/**
 * Puts documents one after another into one PDF, in this thread. Servers call `renderInWorker` instead: a bulk of 500
 * invoices takes seconds, during which this thread would answer nobody.
 */
export async function drawDocuments(info: FileInfo, parts: readonly DocumentPart[]): Promise<Uint8Array> {
  assert(parts.length > 0, "a PDF has at least one document");
  const drawn = parts.filter((part): part is DrawnPart => !("storedPdf" in part));
  const own = drawn.length === 0 ? null : await drawOwn(info, drawn);
  if (own !== null && drawn.length === parts.length) return own.bytes;
  // Own documents are drawn into one file, whose fonts they share, and its pages are dealt out to their places.
  const { mergePages } = await import("./foreign-pdf.ts"); // loaded only where there is something to merge
  let page = 0;
  let next = 0;
  const stretches = parts.map((part) => {
    if ("storedPdf" in part) return { file: part.storedPdf, from: 0, count: "all" as const };
    const count = own?.pages[next++];
    assert(own !== null && count !== undefined, "a drawn document has its pages");
    const stretch = { file: own.bytes, from: page, count };
    page += count;
    return stretch;
  });
  return mergePages(info, stretches);
}

/** Own documents in one file, and how many pages each takes there. */
async function drawOwn(info: FileInfo, parts: readonly DrawnPart[]): Promise<{ bytes: Uint8Array; pages: number[] }> {
  const file = new PdfFile({ title: info.title, madeAt: Temporal.Instant.from(info.madeAt) });
  const pages: number[] = [];
  for (const part of parts) {
    const draw = await findDraw(part);
    draw(file, part.data);
    pages.push(file.flush());
  }
  return { bytes: await file.end(), pages };
}

async function findDraw(part: DrawnPart): Promise<Draw<unknown>> {
  const loaded: unknown = await import(part.module); // after the first time this is a look-up
  const found: unknown = typeof loaded === "object" && loaded !== null ? Reflect.get(loaded, part.exportName) : null;
  assert(isDraw(found), `${part.exportName} is a drawing function that its module exports`);
  return found;
}

/** The data of a part was paired with its function by `documentPart`, whose types hold the two together. */
function isDraw(value: unknown): value is Draw<unknown> {
  return typeof value === "function";
}
