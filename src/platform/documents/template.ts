import type { PdfFile } from "./canvas.ts";

/** A drawing function: how plain data becomes pages of a file. Exported by the module that a template names. */
export type Draw<Data> = (file: PdfFile, data: Data) => void;

/**
 * A kind of document, named by the module that exports its drawing function. Naming instead of importing keeps the
 * drawing libraries (50 MB once loaded) out of threads that only ask for documents, and lets data be drawn where only
 * data can go.
 */
export type DocumentTemplate<Data> = {
  readonly module: string;
  readonly exportName: string;
  /** Never there: holds the type of the data. */
  readonly __data?: (data: Data) => void;
};

/**
 * Names a drawing function: `documentTemplate<typeof drawLabel>(new URL("./label-pdf.ts", import.meta.url),
 * "drawLabel")`, where `drawLabel` is imported as a type only.
 */
export function documentTemplate<D extends Draw<never>>(
  module: URL,
  exportName: string,
): DocumentTemplate<Parameters<D>[1]> {
  return { module: module.href, exportName };
}

/** One document to draw: a template's name with its data, sendable to a worker. */
export type DrawnPart = { readonly module: string; readonly exportName: string; readonly data: unknown };

/** All pages of a PDF that exists already and passed `checkPdf`, as they are. */
export type StoredPdfPart = { readonly storedPdf: Uint8Array };

export type DocumentPart = DrawnPart | StoredPdfPart;

export function documentPart<Data>(template: DocumentTemplate<Data>, data: Data): DrawnPart {
  return { module: template.module, exportName: template.exportName, data };
}

/** A PDF from the document store, to be printed among drawn documents or alone. */
export function storedPdfPart(bytes: Uint8Array): StoredPdfPart {
  return { storedPdf: bytes };
}

/** What is printed into the properties of the file. `madeAt` as ISO instant: the same data gives the same bytes. */
export type FileInfo = { readonly title: string; readonly madeAt: string };
