import {
  A4,
  type Color,
  canBeBarcode,
  drawTable,
  type Page,
  type PdfFile,
  type TableColumn,
} from "../platform/documents/drawing.ts";
import { indianAmount, indianInteger, percent, shortDay } from "../platform/documents/index.ts";
import type { PurchaseOrderDocument, PurchaseOrderDocumentLine } from "./purchase-order-document.ts";

const LEFT = 34;
const RIGHT = A4.width - 34;
const INK: Color = [0.08, 0.1, 0.14];
const MUTED: Color = [0.4, 0.43, 0.48];
const TINT: Color = [0.9, 0.91, 0.93];
const RED: Color = [0.75, 0.1, 0.1];
const LAYOUT = {
  paper: A4,
  left: LEFT,
  right: RIGHT,
  bottom: A4.height - 52,
  size: 7.6,
  ink: INK,
  muted: MUTED,
  tint: TINT,
};

const COLUMNS: readonly TableColumn<PurchaseOrderDocumentLine>[] = [
  { title: "#", width: 22, text: (_, index) => String(index + 1) },
  { title: "Your code", width: 54, text: (line) => line.vendorSku ?? "–" },
  { title: "Item", text: (line) => `${line.name} · ${line.sku}` },
  { title: "HSN", width: 48, text: (line) => line.hsn ?? "–" },
  { title: "Quantity", width: 46, align: "right", bold: true, text: (line) => indianInteger(line.quantity) },
  { title: "Price ₹", width: 54, align: "right", text: (line) => indianAmount(line.unitPrice) },
  { title: "Amount ₹", width: 62, align: "right", text: (line) => indianAmount(line.taxable) },
  { title: "GST", width: 34, align: "right", text: (line) => percent(line.gstBps) },
  { title: "Total ₹", width: 66, align: "right", text: (line) => indianAmount(line.gross) },
];

const STANDING_WORDS: Readonly<Record<PurchaseOrderDocument["standing"], string | null>> = {
  DRAFT: "Draft, not approved: do not deliver on it",
  IN_FORCE: null,
  CLOSED: "Closed: nothing more is to be delivered",
  CANCELLED: "Cancelled",
};

/** A purchase order as A4 pages: a pure function of its data. Asked for by `print-purchase-order.ts`. */
export function drawPurchaseOrder(file: PdfFile, doc: PurchaseOrderDocument): void {
  const pages: Page[] = [];
  const first = file.addPage(A4);
  pages.push(first);
  const end = drawTable(file, first, drawHead(first, doc), {
    columns: COLUMNS,
    rows: doc.lines,
    layout: LAYOUT,
    rowHeight: 18,
    onNewPage: (page: Page): number => {
      pages.push(page);
      return drawContinued(page, doc);
    },
  });
  const foot = footLines(doc);
  let { page, y } = end;
  if (y + foot.length * 13 + 110 > LAYOUT.bottom) {
    page = file.addPage(A4);
    pages.push(page);
    y = drawContinued(page, doc);
  }
  drawFoot(page, doc, foot, y);
  pages.forEach((each, i) => {
    each.text(LEFT, A4.height - 26, `Purchase order ${doc.code}`, { size: 6.6, color: MUTED });
    each.text(RIGHT, A4.height - 26, `Page ${i + 1} of ${pages.length}`, { size: 6.6, color: MUTED, align: "right" });
  });
}

function drawHead(page: Page, doc: PurchaseOrderDocument): number {
  page.text(LEFT, 52, "Purchase order", { size: 20, bold: true, color: INK });
  const standing = STANDING_WORDS[doc.standing];
  if (standing !== null) page.text(LEFT, 68, standing, { size: 9, bold: true, color: RED });
  if (canBeBarcode(doc.code)) {
    const bars = page.barcode(doc.code, { x: RIGHT - 215, y: 38, width: 215, height: 30, align: "right", dot: 0.75 });
    const middle = bars.left + bars.width / 2;
    page.text(middle, 78, doc.code, { size: 8.6, bold: true, color: INK, align: "center", tabular: true });
  } else page.text(RIGHT, 52, doc.code, { size: 12, bold: true, color: INK, align: "right" });
  let y = 92;
  page.rule(LEFT, y, RIGHT, 1, INK);
  const facts: [string, string][] = [
    ["Ordered on", shortDay(doc.orderedOn)],
    ["Expected on", doc.expectedOn === null ? "As soon as possible" : shortDay(doc.expectedOn)],
    ["Payment", doc.payment],
    ["Approved by", doc.approvedBy ?? "–"],
    ["Total", `₹${indianAmount(doc.totals.gross)}`],
  ];
  const width = (RIGHT - LEFT) / facts.length;
  facts.forEach(([label, value], i) => {
    page.text(LEFT + i * width, y + 14, label, { size: 6.6, color: MUTED });
    page.text(LEFT + i * width, y + 26, value, { size: 8.6, bold: true, color: INK }, width - 8);
  });
  y += 40;
  const half = (RIGHT - LEFT - 24) / 2;
  const ends = [
    drawParty(page, LEFT, y, half, "Vendor", doc.vendor),
    drawParty(page, LEFT + half + 24, y, half, "Deliver and bill to", doc.deliverTo),
  ];
  return Math.max(...ends) + 10;
}

function drawParty(
  page: Page,
  x: number,
  top: number,
  width: number,
  title: string,
  party: PurchaseOrderDocument["vendor"],
): number {
  page.text(x, top + 8, title, { size: 6.6, color: MUTED });
  let y = top + 13;
  y += page.paragraph(x, y, width, party.name, { size: 9, bold: true, color: INK });
  const gstin = party.gstin === null ? "Not registered under GST" : `GSTIN ${party.gstin}`;
  const reach = [party.contact, party.phone, party.email].filter((part) => part !== null).join(" · ");
  for (const line of [...party.addressLines, party.state, gstin, reach])
    if (line !== "") y += page.paragraph(x, y, width, line, { size: 7.8, color: INK });
  return y;
}

function drawContinued(page: Page, doc: PurchaseOrderDocument): number {
  page.text(LEFT, 44, `Purchase order ${doc.code} · ${doc.vendor.name}`, { size: 8.6, bold: true, color: INK });
  page.text(RIGHT, 44, `${shortDay(doc.orderedOn)} · continued`, { size: 7.8, color: MUTED, align: "right" });
  return 52;
}

/** The sums, each head of tax that there is. */
function footLines({ totals }: PurchaseOrderDocument): [string, string][] {
  const heads: [string, number][] = [
    ["CGST", totals.cgst],
    ["SGST", totals.sgst],
    ["UTGST", totals.utgst],
    ["IGST", totals.igst],
    ["Cess", totals.cess],
  ];
  return [
    ["Quantity", indianInteger(totals.quantity)],
    ["Amount before tax", `₹${indianAmount(totals.taxable)}`],
    ...heads.flatMap(([label, amount]): [string, string][] =>
      amount > 0 ? [[label, `₹${indianAmount(amount)}`]] : [],
    ),
  ];
}

function drawFoot(page: Page, doc: PurchaseOrderDocument, lines: readonly [string, string][], top: number): void {
  let y = top + 16;
  for (const [label, value] of lines) {
    page.text(RIGHT - 110, y, label, { size: 7.8, color: MUTED, align: "right" });
    page.text(RIGHT - 4, y, value, { size: 7.8, color: INK, align: "right", tabular: true });
    y += 13;
  }
  page.rule(RIGHT - 220, y - 8, RIGHT, 0.8, INK);
  page.text(RIGHT - 110, y + 5, "Total", { size: 10, bold: true, color: INK, align: "right" });
  const total = `₹${indianAmount(doc.totals.gross)}`;
  page.text(RIGHT - 4, y + 5, total, { size: 10, bold: true, color: INK, align: "right", tabular: true });
  let left = top + 10;
  const notes = [
    doc.taxNote,
    doc.remarks === null ? null : `Remarks: ${doc.remarks}`,
    `Write ${doc.code} on your invoice and challan: goods without it cannot be received.`,
  ];
  for (const note of notes)
    if (note !== null) left += page.paragraph(LEFT, left, RIGHT - LEFT - 250, note, { size: 7.8, color: INK }) + 4;
  const signature = Math.max(y, left) + 44;
  page.text(LEFT, signature, `For ${doc.deliverTo.name}`, { size: 7.8, bold: true, color: INK });
  page.rule(LEFT, signature + 34, LEFT + 200, 0.5, MUTED);
  page.text(LEFT, signature + 43, "Authorised signatory", { size: 6.6, color: MUTED });
}
