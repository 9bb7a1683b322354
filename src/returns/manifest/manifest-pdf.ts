import {
  A4,
  type Color,
  canBeBarcode,
  drawTable,
  type Page,
  type PdfFile,
  type TableColumn,
} from "../../platform/documents/drawing.ts";
import { indianInteger } from "../../platform/documents/index.ts";
import type { ReturnManifestDocument, ReturnManifestLine } from "./manifest-document.ts";

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
  size: 7.6,
  ink: INK,
  muted: MUTED,
  tint: TINT,
};
const SIGNATURES_HEIGHT = 104;

const COLUMNS: readonly TableColumn<ReturnManifestLine>[] = [
  { title: "#", width: 28, text: (_, index) => String(index + 1) },
  { title: "AWB", width: 98, bold: true, text: (row) => row.awb },
  { title: "Order", width: 92, text: (row) => row.orderNumber },
  { title: "Package", width: 62, text: (row) => row.packageCode },
  { title: "Channel", text: (row) => row.channel },
  { title: "Return", width: 58, text: (row) => row.returns },
  { title: "Announced", width: 50, text: (row) => (row.announced ? "Yes" : "No") },
  { title: "Units", width: 30, align: "right", text: (row) => indianInteger(row.units) },
  {
    title: "Missing",
    width: 38,
    align: "right",
    text: (row) => (row.missing === 0 ? "–" : indianInteger(row.missing)),
  },
];

/** A return manifest as A4 pages: a pure function of its data. Asked for by `render-manifest.ts`. */
export function drawReturnManifest(file: PdfFile, doc: ReturnManifestDocument): void {
  const pages: Page[] = [file.addPage(A4)];
  const [first] = pages;
  if (!first) return;
  const onNewPage = (page: Page): number => {
    pages.push(page);
    return drawContinued(page, doc);
  };
  const end = drawTable(file, first, drawHead(first, doc), {
    columns: COLUMNS,
    rows: doc.parcels,
    layout: LAYOUT,
    rowHeight: 17,
    onNewPage,
  });
  let { page, y } = end;
  if (y + SIGNATURES_HEIGHT > LAYOUT.bottom) {
    page = file.addPage(A4);
    y = onNewPage(page);
  }
  drawSignatures(page, doc, y);
  pages.forEach((each, i) => {
    each.text(LEFT, A4.height - 26, `Return manifest ${doc.code}`, { size: 6.6, color: MUTED });
    each.text(RIGHT, A4.height - 26, `Page ${i + 1} of ${pages.length}`, { size: 6.6, color: MUTED, align: "right" });
  });
}

function drawHead(page: Page, doc: ReturnManifestDocument): number {
  const title = doc.closedAt === null ? "Return manifest (draft)" : "Return manifest";
  page.text(LEFT, 52, title, { size: 20, bold: true, color: INK });
  let y = 58;
  y += page.paragraph(LEFT, y, 300, doc.facility.name, { size: 9, bold: true, color: INK });
  for (const line of doc.facility.addressLines) y += page.paragraph(LEFT, y, 300, line, { size: 7.8, color: MUTED });
  if (canBeBarcode(doc.code)) {
    const bars = page.barcode(doc.code, { x: RIGHT - 215, y: 38, width: 215, height: 30, align: "right", dot: 0.75 });
    const style = { size: 8.6, bold: true, color: INK, align: "center" as const, tabular: true };
    page.text(bars.left + bars.width / 2, 78, doc.code, style);
  } else page.text(RIGHT, 52, doc.code, { size: 12, bold: true, color: INK, align: "right" });
  y = Math.max(y, 84) + 6;
  page.rule(LEFT, y, RIGHT, 1, INK);
  const sum = (of: (line: ReturnManifestLine) => number) => doc.parcels.reduce((total, line) => total + of(line), 0);
  const facts: [string, string][] = [
    ["Brought by", doc.courier],
    ["Channel", doc.channel],
    [doc.closedAt === null ? "Created" : "Received", doc.shownAt],
    ["Parcels", indianInteger(doc.parcels.length)],
    ["Units", indianInteger(sum((line) => line.units - line.missing))],
    ["Missing", indianInteger(sum((line) => line.missing))],
  ];
  const width = (RIGHT - LEFT) / facts.length;
  facts.forEach(([label, value], i) => {
    page.text(LEFT + i * width, y + 14, label, { size: 6.6, color: MUTED });
    page.text(LEFT + i * width, y + 26, value, { size: 8.6, bold: true, color: INK }, width - 8);
  });
  return y + 36;
}

function drawContinued(page: Page, doc: ReturnManifestDocument): number {
  page.text(LEFT, 44, `Return manifest ${doc.code} · ${doc.courier}`, { size: 8.6, bold: true, color: INK });
  page.text(RIGHT, 44, `${doc.shownAt} · continued`, { size: 7.8, color: MUTED, align: "right" });
  return 52;
}

function drawSignatures(page: Page, doc: ReturnManifestDocument, top: number): void {
  const width = (RIGHT - LEFT - 30) / 2;
  const count = doc.parcels.length;
  const statement = `${indianInteger(count)} ${count === 1 ? "parcel was" : "parcels were"} returned, as listed.`;
  page.text(LEFT, top + 20, statement, { size: 8.6, bold: true, color: INK });
  [`Received for ${doc.facility.name}`, `Handed over for ${doc.courier}`].forEach((title, i) => {
    const x = LEFT + i * (width + 30);
    page.text(x, top + 42, title, { size: 7.8, bold: true, color: INK }, width);
    ["Name", "Signature", i === 0 ? "Date and time" : "Vehicle, date and time"].forEach((label, row) => {
      const y = top + 60 + row * 19;
      page.text(x, y, label, { size: 6.6, color: MUTED });
      page.rule(x + 78, y + 1, x + width, 0.5, MUTED);
    });
  });
}
