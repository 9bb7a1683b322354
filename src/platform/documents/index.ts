// What asks for documents. Light: the libraries that draw are in `drawing.ts`, which only drawing threads load.
export { indianAmount, indianInteger, percent, shortDay } from "./format.ts";
export { closeDocumentWorkers, DocumentsBusy, renderInWorker } from "./pool.ts";
export {
  type DocumentPart,
  type DocumentTemplate,
  type Draw,
  documentPart,
  documentTemplate,
  type FileInfo,
} from "./template.ts";
