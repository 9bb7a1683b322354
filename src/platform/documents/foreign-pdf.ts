import { constants, inflateSync } from "node:zlib";
import {
  EncryptedPDFError,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFName,
  type PDFObject,
  type PDFPage,
  PDFRawStream,
  PDFStream,
} from "@cantoo/pdf-lib";
import { assert } from "../../kernel/index.ts";
import type { ReadPdf } from "./pool.ts";
import type { FileInfo } from "./template.ts";

// PDFs that others made: read and merged. Runs in the threads of `pool.ts` alone, since a file decides how long it takes.

/** Pages of one file: a label has one or two, an invoice a few, the list of a full truck fifty. */
export const PDF_PAGES_MAX = 300;
/** What the drawing of one page may unfold to. */
const PAGE_CONTENT_BYTES_MAX = 64 * 1024 * 1024;
/** The end mark stands in the last bytes; servers append line breaks and remarks of their own after it. */
const END_MARK_WITHIN_BYTES = 2048;
const REASON_CHARACTERS_MAX = 200;

const LOAD = { updateMetadata: false, parseSpeed: Number.POSITIVE_INFINITY, warnOnInvalidObjects: false };

/** Says why a file cannot be printed or merged. */
class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/**
 * Reads a PDF as far as printing and merging need it: its end is there, it is not encrypted, every page is found, has a
 * size, and what is drawn on it unfolds. Pictures and fonts are not taken apart.
 */
export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  try {
    // A file that was cut off still has its beginning, and the library takes what it finds of it.
    const tail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(-END_MARK_WITHIN_BYTES);
    if (!tail.includes("startxref")) throw new Unreadable("its end is missing, as of a file that was cut off");
    const pdf = await PDFDocument.load(bytes, LOAD);
    const pages = pdf.getPages();
    if (pages.length === 0) throw new Unreadable("it has no page");
    if (pages.length > PDF_PAGES_MAX)
      throw new Unreadable(`it has ${pages.length} pages, and ${PDF_PAGES_MAX} are the most`);
    pages.forEach(checkPage);
    return { readable: true, pages: pages.length };
  } catch (error) {
    // Whatever the library throws is about the file: it is given nothing else.
    const words = error instanceof Error ? error.message : String(error);
    return {
      readable: false,
      encrypted: error instanceof EncryptedPDFError,
      reason:
        error instanceof Unreadable ? words : `it cannot be taken apart (${words.slice(0, REASON_CHARACTERS_MAX)})`,
    };
  }
}

function checkPage(page: PDFPage, index: number): void {
  const name = `page ${index + 1}`;
  const { width, height } = page.getSize();
  if (!(width > 0 && height > 0)) throw new Unreadable(`${name} has no size`);
  const { context } = page.node;
  const contents = context.lookup(page.node.get(PDFName.of("Contents")));
  const streams = contents instanceof PDFArray ? contents.asArray() : contents === undefined ? [] : [contents];
  // An empty page is legal, but a reference to nothing is what was drawn there, lost.
  if (contents === undefined && page.node.get(PDFName.of("Contents")) !== undefined)
    throw new Unreadable(`what is drawn on ${name} is missing`);
  for (const each of streams) {
    const stream = context.lookup(each);
    if (!(stream instanceof PDFStream)) throw new Unreadable(`what is drawn on ${name} is missing`);
    checkUnfolds(stream, name);
  }
  checkPictures(page, name);
}

/** Forms and pictures that a page names exist. */
function checkPictures(page: PDFPage, name: string): void {
  const { context } = page.node;
  const resources = page.node.Resources();
  const pictures = resources && context.lookup(resources.get(PDFName.of("XObject")));
  if (!(pictures instanceof PDFDict)) return;
  for (const [key, value] of pictures.entries()) {
    if (!(context.lookup(value) instanceof PDFStream))
      throw new Unreadable(`${key.asString()}, which stands on ${name}, is missing`);
  }
}

function checkUnfolds(stream: PDFStream, name: string): void {
  if (!(stream instanceof PDFRawStream) || filterOf(stream) !== "/FlateDecode") return;
  try {
    inflateSync(stream.contents, {
      maxOutputLength: PAGE_CONTENT_BYTES_MAX,
      finishFlush: constants.Z_SYNC_FLUSH, // many writers cut the checksum off; every reader takes that
    });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ERR_BUFFER_TOO_LARGE")
      throw new Unreadable(`what is drawn on ${name} is more than ${PAGE_CONTENT_BYTES_MAX} bytes`);
    throw new Unreadable(`what is drawn on ${name} is damaged`);
  }
}

function filterOf(stream: PDFRawStream): string | null {
  const { context } = stream.dict;
  const filter: PDFObject | undefined = context.lookup(stream.dict.get(PDFName.of("Filter")));
  const only = filter instanceof PDFArray && filter.size() === 1 ? context.lookup(filter.get(0)) : filter;
  return only instanceof PDFName ? only.asString() : null;
}

/** Pages to take from a file, as a stretch of them. */
export type PageStretch = { readonly file: Uint8Array; readonly from: number; readonly count: number | "all" };

/**
 * One PDF of stretches of others, in their order. Stretches of the same bytes share fonts and pictures in the result.
 * @throws Error that names the stretch which cannot be read: stored PDFs are checked before they are stored.
 */
export async function mergePages(info: FileInfo, stretches: readonly PageStretch[]): Promise<Uint8Array> {
  const merged = await PDFDocument.create({ updateMetadata: false });
  const copied = await copyStretches(merged, stretches);
  for (const pages of copied) for (const page of pages) merged.addPage(page);
  // The library wants a Date; the instant is the caller's, so that the same data gives the same bytes.
  const madeAt = new Date(Temporal.Instant.from(info.madeAt).epochMilliseconds);
  merged.setTitle(info.title, { showInWindowTitleBar: true });
  merged.setLanguage("en-IN");
  merged.setCreator("Godown");
  merged.setProducer("Godown");
  merged.setCreationDate(madeAt);
  merged.setModificationDate(madeAt);
  return merged.save({
    addDefaultPage: false,
    updateFieldAppearances: false,
    objectsPerTick: Number.POSITIVE_INFINITY,
  });
}

/** Copies each file's pages in one go, since one go copies what its pages share once. */
async function copyStretches(merged: PDFDocument, stretches: readonly PageStretch[]): Promise<PDFPage[][]> {
  const copied: PDFPage[][] = stretches.map(() => []);
  for (const [file, numbers] of Map.groupBy(stretches.keys(), (number) => stretches[number]?.file)) {
    assert(file !== undefined, "every stretch has a file");
    const source = await loadStored(file, (numbers[0] ?? 0) + 1);
    const wanted = numbers.map((number) => {
      const stretch = stretches[number];
      assert(stretch !== undefined, "the number is of a stretch");
      return Array.from(
        { length: stretch.count === "all" ? source.getPageCount() : stretch.count },
        (_, at) => stretch.from + at,
      );
    });
    const pages = await merged.copyPages(source, wanted.flat());
    for (const [at, number] of numbers.entries()) copied[number] = pages.splice(0, wanted[at]?.length ?? 0);
  }
  return copied;
}

async function loadStored(file: Uint8Array, place: number): Promise<PDFDocument> {
  try {
    return await PDFDocument.load(file, LOAD);
  } catch (error) {
    throw new Error(`the PDF at place ${place} cannot be read`, { cause: error });
  }
}
