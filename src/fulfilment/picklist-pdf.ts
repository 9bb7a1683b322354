import {
  A4,
  type Color,
  canBeBarcode,
  drawTable,
  type Page,
  type PdfFile,
  type TableColumn,
} from "../platform/documents/drawing.ts";
import { indianInteger } from "../platform/documents/index.ts";
import type { PicklistDocument, PicklistPick } from "./picklist-document.ts";

const LEFT = 34;
const RIGHT = A4.width - 34;
const INK: Color = [0.08, 0.1, 0.14];
const MUTED: Color = [0.4, 0.43, 0.48];
const TINT: Color = [0.9, 0.91, 0.93];
const LAYOUT = {
  paper: A4,
  left: LEFT,
  right: RIGHT,
  bottom: A4.height - 52,
  size: 9,
  ink: INK,
  muted: MUTED,
  tint: TINT,
};
const PICTURE = 34;
const SHELF = 70;

function columnsOf(doc: PicklistDocument): TableColumn<PicklistPick>[] {
  const hasPictures = doc.picks.some((each) => each.imageBase64 !== null);
  return [
    { title: "Shelf", width: SHELF, bold: true, text: (row) => row.shelf },
    ...(hasPictures ? [{ title: "", width: PICTURE + 8, text: () => "" }] : []),
    { title: "SKU", width: 112, bold: true, text: (row) => row.sku },
    { title: "Product", text: (row) => row.name },
    { title: "Quantity", width: 58, align: "right", bold: true, text: (row) => indianInteger(row.quantity) },
    { title: "Picked", width: 52, align: "right", text: () => "" },
  ];
}

/** A pick list as A4 pages: a pure function of its data. Asked for by `render-documents.ts`. */
export function drawPicklist(file: PdfFile, doc: PicklistDocument): void {
  const pages: Page[] = [];
  const first = file.addPage(A4);
  pages.push(first);
  const { page, y } = drawTable(file, first, drawHead(first, doc), {
    columns: columnsOf(doc),
    rows: doc.picks,
    layout: LAYOUT,
    rowHeight: doc.picks.some((each) => each.imageBase64 !== null) ? PICTURE + 6 : 22,
    onNewPage: (next: Page): number => {
      pages.push(next);
      next.text(LEFT, 44, `Pick list ${doc.code} · continued`, { size: 8.6, bold: true, color: INK });
      return 52;
    },
    decorate: (target, row, box) => {
      target.frame(RIGHT - 20, box.y + box.height / 2 - 6, 12, 12, 0.9, INK);
      if (row.imageBase64 === null) return;
      const bytes = Buffer.from(row.imageBase64, "base64");
      const drawn = target.picture(bytes, LEFT + SHELF, box.y + 3, PICTURE, box.height - 6);
      if (!drawn) target.text(LEFT + SHELF, box.y + box.height / 2 + 2, "no picture", { size: 6.6, color: MUTED });
    },
  });
  drawShipments(file, pages, page, y, doc);
  pages.forEach((each, i) => {
    each.text(LEFT, A4.height - 26, `Pick list ${doc.code}`, { size: 6.6, color: MUTED });
    each.text(RIGHT, A4.height - 26, `Page ${i + 1} of ${pages.length}`, { size: 6.6, color: MUTED, align: "right" });
  });
}

function drawHead(page: Page, doc: PicklistDocument): number {
  page.text(LEFT, 52, "Pick list", { size: 20, bold: true, color: INK });
  page.text(LEFT, 67, doc.facilityName, { size: 9, bold: true, color: INK }, 280);
  page.text(LEFT, 79, `${doc.shownAt} · ${doc.createdBy}`, { size: 7.8, color: MUTED }, 280);
  if (canBeBarcode(doc.code)) {
    const bars = page.barcode(doc.code, { x: RIGHT - 215, y: 38, width: 215, height: 30, align: "right", dot: 0.75 });
    page.text(bars.left + bars.width / 2, 78, doc.code, {
      size: 8.6,
      bold: true,
      color: INK,
      align: "center",
      tabular: true,
    });
  } else page.text(RIGHT, 52, doc.code, { size: 12, bold: true, color: INK, align: "right" });
  page.rule(LEFT, 90, RIGHT, 1, INK);
  const units = doc.picks.reduce((total, each) => total + each.quantity, 0);
  const facts: [string, string][] = [
    ["Units", indianInteger(units)],
    ["SKUs", indianInteger(new Set(doc.picks.map((each) => each.sku)).size)],
    ["Shelves", indianInteger(new Set(doc.picks.map((each) => each.shelf)).size)],
    ["Shipments", indianInteger(doc.packageCodes.length)],
  ];
  facts.forEach(([label, value], i) => {
    page.text(LEFT + i * 110, 104, label, { size: 6.6, color: MUTED });
    page.text(LEFT + i * 110, 117, value, { size: 10, bold: true, color: INK, tabular: true });
  });
  return 126;
}

/** The shipments in as many lines as they need, over further pages where there are hundreds. */
function drawShipments(file: PdfFile, pages: Page[], page: Page, top: number, doc: PicklistDocument): void {
  const columns = 5;
  const width = (RIGHT - LEFT) / columns;
  let current = page;
  let y = top + 14;
  const open = (): void => {
    if (y + 24 > LAYOUT.bottom) {
      current = file.addPage(A4);
      pages.push(current);
      y = 38;
    }
    current.text(LEFT, y + 6, "Shipments", { size: 6.6, color: MUTED });
    y += 10;
  };
  open();
  for (let from = 0; from < doc.packageCodes.length; from += columns) {
    if (y + 13 > LAYOUT.bottom) open();
    doc.packageCodes.slice(from, from + columns).forEach((code, i) => {
      current.text(LEFT + i * width, y + 9, code, { size: 8, color: INK }, width - 6);
    });
    y += 12;
  }
}
