import type { PdfFile } from "./canvas.ts";

/**
 * A kind of document: how plain data becomes pages. Named by the module that exports its drawing function, so that the same
 * template can be drawn here or in a worker, where only data can be sent.
 */
export type DocumentTemplate<Data> = {
  readonly module: URL;
  readonly exportName: string;
  readonly draw: (file: PdfFile, data: Data) => void;
};

/** One document to draw: a template's name with its data, sendable to a worker. */
export type DocumentPart = { readonly module: string; readonly exportName: string; readonly data: unknown };

export function documentPart<Data>(template: DocumentTemplate<Data>, data: Data): DocumentPart {
  return { module: template.module.href, exportName: template.exportName, data };
}

/** What is printed into the properties of the file. `madeAt` as ISO instant: the same data gives the same bytes. */
export type FileInfo = { readonly title: string; readonly madeAt: string };
