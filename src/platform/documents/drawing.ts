// What draws documents: imported by the `…-pdf.ts` files of modules, and by them alone.
export { canBeBarcode } from "./barcodes.ts";
export { A4, BLACK, type Color, type DrawStyle, LABEL_4X6, type Page, type PaperSize, PdfFile } from "./canvas.ts";
export { drawDocuments } from "./draw.ts";
export { drawTable, type TableColumn, type TableLayout } from "./table.ts";
export { fitLine, layoutLines, lineWidth, type TextLine, type TextStyle, textWidth } from "./text.ts";
