import {
  type DocumentPart,
  documentPart,
  documentTemplate,
  type FileInfo,
  renderInWorker,
  storedPdfPart,
} from "../platform/documents/index.ts";
import type { drawEInvoiceCover } from "./e-invoice-cover-pdf.ts";
import { INVOICE_TITLES, type InvoiceDocument } from "./invoice-document.ts";
import type { drawInvoice } from "./invoice-pdf.ts";

/** Invoices, bills of supply and credit notes; a part of a file that may hold other documents beside it. */
export const invoiceTemplate = documentTemplate<typeof drawInvoice>(
  new URL("./invoice-pdf.ts", import.meta.url),
  "drawInvoice",
);

/** The page with IRN and signed code that lies before a document which its channel drew. */
const coverTemplate = documentTemplate<typeof drawEInvoiceCover>(
  new URL("./e-invoice-cover-pdf.ts", import.meta.url),
  "drawEInvoiceCover",
);

/** A channel's own file; where the document has an IRN, our page with it goes before. */
export function channelParts(document: InvoiceDocument, stored: Uint8Array): DocumentPart[] {
  const file = storedPdfPart(stored);
  return document.eInvoice === null ? [file] : [documentPart(coverTemplate, document), file];
}

/** Many invoices in one PDF, in the order given, drawn off the main thread. */
export function renderInvoices(docs: readonly InvoiceDocument[]): Promise<Uint8Array> {
  return renderInWorker(
    invoiceFileInfo(docs),
    docs.map((doc) => documentPart(invoiceTemplate, doc)),
  );
}

/** Title and time of the file: the day of its newest invoice, so that the same invoices give the same bytes. */
export function invoiceFileInfo(docs: readonly InvoiceDocument[]): FileInfo {
  const [first] = docs;
  const title =
    docs.length === 1 && first ? `${INVOICE_TITLES[first.kind]} ${first.number}` : `${docs.length} invoices`;
  const newest =
    docs
      .map((doc) => doc.issuedOn)
      .sort()
      .at(-1) ?? "1970-01-01";
  return { title, madeAt: `${newest}T00:00:00+05:30` };
}
