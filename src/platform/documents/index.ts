// What asks for documents. Light: the libraries that draw are in `drawing.ts`, which only drawing threads load.

export { type CheckedPdf, checkPdf, PDF_BYTES_MAX } from "./check-pdf.ts";
export { indianAmount, indianInteger, percent, shortDay } from "./format.ts";
export { closeDocumentWorkers, DocumentsTooLarge, renderInWorker, STORED_PDF_BYTES_MAX } from "./pool.ts";
export {
  type DocumentPart,
  type DocumentTemplate,
  type Draw,
  type DrawnPart,
  documentPart,
  documentTemplate,
  type FileInfo,
  type StoredPdfPart,
  storedPdfPart,
} from "./template.ts";
export { DocumentsBusy } from "./thread-pool.ts";
