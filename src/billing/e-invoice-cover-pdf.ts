import { A4, type Page, type PdfFile } from "../platform/documents/drawing.ts";
import { indianAmount, shortDay } from "../platform/documents/index.ts";
import { INVOICE_TITLES, type InvoiceDocument, type InvoiceParty } from "./invoice-document.ts";
import { drawCancelled } from "./invoice-pdf-blocks.ts";
import { BODY, HAIRLINE, INK, LABEL, LEFT, MUTED, RIGHT, SMALL, STRONG, TOP } from "./invoice-pdf-style.ts";

/** Large enough for a phone at arm's length: the signed text has some 800 characters. */
const QR_SIDE = 230;

/**
 * The page that lies before a document which its channel drew: IRN, acknowledgement and signed code, which the channel's own
 * page does not have. A pure function of the stored document. Asked for by `render-invoices.ts`.
 */
export function drawEInvoiceCover(file: PdfFile, doc: InvoiceDocument): void {
  const page = file.addPage(A4);
  if (doc.cancelled) drawCancelled(page);
  const title = INVOICE_TITLES[doc.kind];
  page.text(LEFT, TOP + 18, `E-invoice of ${title} ${doc.number}`, { size: 17, bold: true, color: INK });
  page.text(LEFT, TOP + 34, `${doc.numberedBy ?? doc.channelName}'s own page follows.`, { ...BODY, color: MUTED });
  page.rule(LEFT, TOP + 44, RIGHT, 1, INK);
  const width = (RIGHT - LEFT) / 2;
  const a = drawParty(page, "Supplier", doc.supplier, LEFT, TOP + 56, width - 16);
  const b = drawParty(page, "Recipient", doc.billTo, LEFT + width, TOP + 56, width - 16);
  let y = Math.max(a, b) + 12;
  page.rule(LEFT, y, RIGHT, 0.5, HAIRLINE);
  y = drawRows(page, rowsOf(doc), y + 10) + 14;
  if (doc.qr !== null) {
    page.qr(doc.qr.payload, (A4.width - QR_SIDE) / 2, y, QR_SIDE);
    page.text(A4.width / 2, y + QR_SIDE + 12, doc.qr.caption, { ...LABEL, align: "center" }, QR_SIDE);
  }
}

function rowsOf(doc: InvoiceDocument): [string, string][] {
  const { eInvoice } = doc;
  return [
    ["Document", `${doc.number} of ${shortDay(doc.issuedOn)}`],
    ...(doc.against === null
      ? []
      : [["Against invoice", `${doc.against.number} of ${shortDay(doc.against.issuedOn)}`] satisfies [string, string]]),
    ["Order", `${doc.orderNumber}${doc.packageCode === null ? "" : `, package ${doc.packageCode}`}`],
    ["Place of supply", `${doc.placeOfSupply.name} (${doc.placeOfSupply.code})`],
    ["Total", `₹${indianAmount(doc.totals.payable)}`],
    ...(eInvoice === null
      ? []
      : ([
          ["IRN", eInvoice.irn],
          ["Acknowledgement", `${eInvoice.acknowledgementNumber} of ${shortDay(eInvoice.acknowledgedOn)}`],
        ] satisfies [string, string][])),
  ];
}

function drawRows(page: Page, rows: readonly (readonly [string, string])[], top: number): number {
  let y = top;
  for (const [label, text] of rows) {
    page.text(LEFT, y + 7, label, LABEL);
    y += Math.max(12, page.paragraph(LEFT + 90, y, RIGHT - LEFT - 90, text, { ...STRONG, color: INK }) + 3);
  }
  return y;
}

function drawParty(page: Page, label: string, party: InvoiceParty, x: number, top: number, width: number): number {
  page.text(x, top + 6, label, LABEL);
  let y = top + 9;
  y += page.paragraph(x, y, width, party.name, { size: 9.5, bold: true, color: INK }, 1.3);
  for (const line of party.addressLines) y += page.paragraph(x, y, width, line, { ...SMALL, color: MUTED });
  if (party.gstin !== null) y += page.paragraph(x, y, width, `GSTIN ${party.gstin}`, { ...STRONG, color: INK });
  return y;
}
