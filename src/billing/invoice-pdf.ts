import { A4, type Page, type PdfFile } from "../platform/documents/drawing.ts";
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

/** An invoice as A4 pages: a pure function of its stored data. Asked for by `render-invoices.ts`. */
export function drawInvoice(file: PdfFile, doc: InvoiceDocument): void {
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
