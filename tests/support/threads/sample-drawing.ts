import { LABEL_4X6, type PdfFile } from "../../../src/platform/documents/drawing.ts";

/** For tests: a page for each line. */
export function drawLines(file: PdfFile, data: { readonly lines: readonly string[] }): void {
  for (const line of data.lines) file.addPage(LABEL_4X6).text(20, 100, line, { size: 12 });
}
