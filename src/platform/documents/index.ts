export { canBeBarcode } from "./barcodes.ts";
export { A4, BLACK, type Color, type DrawStyle, LABEL_4X6, type Page, type PaperSize, PdfFile } from "./canvas.ts";
export { drawDocuments } from "./draw.ts";
export { indianAmount, indianInteger, percent, shortDay } from "./format.ts";
export { closeDocumentWorkers, DocumentsBusy, renderInWorker } from "./pool.ts";
export { drawTable, type TableColumn, type TableLayout } from "./table.ts";
export { type DocumentPart, type DocumentTemplate, documentPart, type FileInfo } from "./template.ts";
export { fitLine, layoutLines, lineWidth, type TextLine, type TextStyle, textWidth } from "./text.ts";
