import {
  A4,
  type DocumentTemplate,
  documentPart,
  type FileInfo,
  type Page,
  type PdfFile,
  renderInWorker,
} from "../platform/documents/index.ts";
import type { InvoiceDocument } from "./invoice-document.ts";
import {
  closingHeight,
  drawCancelled,
  drawClosing,
  drawContinuedHead,
  drawFacts,
  drawFoot,
  drawLetterhead,
  drawParties,
  drawSummary,
  drawTotals,
  titleOf,
  totalsHeight,
} from "./invoice-pdf-blocks.ts";
import { BOTTOM } from "./invoice-pdf-style.ts";
import {
  addSums,
  drawHeader,
  drawRow,
  drawSums,
  HEADER_HEIGHT,
  layoutTable,
  NO_SUMS,
  SUM_ROW_HEIGHT,
  sumsOf,
} from "./invoice-pdf-table.ts";

/** An invoice as A4 pages: a pure function of its stored data. */
export const invoiceTemplate: DocumentTemplate<InvoiceDocument> = {
  module: new URL(import.meta.url),
  exportName: "invoiceTemplate",
  draw: drawInvoice,
};

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
  const title = docs.length === 1 && first ? `${titleOf(first)} ${first.number}` : `${docs.length} invoices`;
  const newest =
    docs
      .map((doc) => doc.issuedOn)
      .sort()
      .at(-1) ?? "1970-01-01";
  return { title, madeAt: `${newest}T00:00:00+05:30` };
}

function drawInvoice(file: PdfFile, doc: InvoiceDocument): void {
  const pages: Page[] = [];
  const start = (): Page => {
    const page = file.addPage(A4);
    pages.push(page);
    if (doc.cancelled) drawCancelled(page);
    return page;
  };
  let page = start();
  let y = drawParties(page, doc, drawFacts(page, doc, drawLetterhead(page, doc)));
  /** Makes sure that `height` fits, on a new page if it must. */
  const room = (height: number): void => {
    if (y + height <= BOTTOM) return;
    page = start();
    y = drawContinuedHead(page, doc);
  };

  const table = layoutTable(doc);
  let sums = NO_SUMS;
  y = drawHeader(page, table, y);
  for (const row of table.rows) {
    // A page keeps a line free for what is carried forward.
    if (y + row.height + SUM_ROW_HEIGHT > BOTTOM) {
      drawSums(page, table, "Carried forward", sums, y, null);
      page = start();
      y = drawHeader(page, table, drawContinuedHead(page, doc));
      y = drawSums(page, table, "Brought forward", sums, y, null);
    }
    y = drawRow(page, table, row, y);
    sums = addSums(sums, row.sums);
  }
  y = drawSums(page, table, "Total", sumsOf(doc), y, doc.totals.quantity);

  room(totalsHeight(doc));
  y = drawTotals(page, doc, y) + 6;
  for (let next = 0; next < doc.hsnSummary.length; ) {
    room(HEADER_HEIGHT + 2 * SUM_ROW_HEIGHT);
    ({ y, next } = drawSummary(page, doc, y, next, BOTTOM - 10));
    if (next < doc.hsnSummary.length) y = BOTTOM; // the rest goes to a new page
  }
  room(closingHeight(doc));
  drawClosing(page, doc, y);
  pages.forEach((each, i) => {
    drawFoot(each, doc, i + 1, pages.length);
  });
}
