import {
  A4,
  type Color,
  canBeBarcode,
  drawTable,
  type Page,
  type PdfFile,
  type TableColumn,
} from "../platform/documents/drawing.ts";
import { indianAmount, indianInteger } from "../platform/documents/index.ts";
import type { ManifestDocument, ManifestParcel } from "./manifest-document.ts";

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

const COLUMNS: readonly TableColumn<ManifestParcel>[] = [
  { title: "#", width: 30, text: (_, index) => String(index + 1) },
  { title: "AWB", width: 94, bold: true, text: (row) => row.awb },
  { title: "Order", width: 104, text: (row) => row.orderNumber },
  { title: "Package", width: 58, text: (row) => row.packageCode },
  { title: "Deliver to", text: (row) => `${row.consignee}, ${row.city} ${row.pincode}` },
  { title: "Boxes", width: 34, align: "right", text: (row) => indianInteger(row.boxes) },
  {
    title: "Weight g",
    width: 48,
    align: "right",
    text: (row) => (row.weightGrams === null ? "–" : indianInteger(row.weightGrams)),
  },
  {
    title: "Collect ₹",
    width: 62,
    align: "right",
    text: (row) => (row.collect === null ? "Prepaid" : indianAmount(row.collect)),
  },
];

/** A manifest as A4 pages: a pure function of its data. Asked for by `render-documents.ts`. */
export function drawManifest(file: PdfFile, doc: ManifestDocument): void {
  const pages: Page[] = [];
  const first = file.addPage(A4);
  pages.push(first);
  const run = {
    columns: COLUMNS,
    rows: doc.parcels,
    layout: LAYOUT,
    rowHeight: 17,
    onNewPage: (page: Page): number => {
      pages.push(page);
      return drawContinued(page, doc);
    },
  };
  const end = drawTable(file, first, drawHead(first, doc), run);
  let { page, y } = end;
  if (y + SIGNATURES_HEIGHT > LAYOUT.bottom) {
    page = file.addPage(A4);
    pages.push(page);
    y = drawContinued(page, doc);
  }
  drawSignatures(page, doc, y);
  pages.forEach((each, i) => {
    each.text(LEFT, A4.height - 26, `Manifest ${doc.code}`, { size: 6.6, color: MUTED });
    each.text(RIGHT, A4.height - 26, `Page ${i + 1} of ${pages.length}`, { size: 6.6, color: MUTED, align: "right" });
  });
}

function drawHead(page: Page, doc: ManifestDocument): number {
  page.text(LEFT, 52, doc.closedAt === null ? "Manifest (draft)" : "Manifest", { size: 20, bold: true, color: INK });
  let y = 58;
  y += page.paragraph(LEFT, y, 300, doc.facility.name, { size: 9, bold: true, color: INK });
  for (const line of doc.facility.addressLines) y += page.paragraph(LEFT, y, 300, line, { size: 7.8, color: MUTED });
  if (doc.facility.phone !== null) y += page.paragraph(LEFT, y, 300, doc.facility.phone, { size: 7.8, color: MUTED });
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
  y = Math.max(y, 84) + 6;
  page.rule(LEFT, y, RIGHT, 1, INK);
  const sums = totals(doc);
  const facts: [string, string][] = [
    ["Courier", doc.courier],
    ["Channel", doc.channelName],
    [doc.closedAt === null ? "Created" : "Handed over", doc.shownAt],
    ["Parcels", indianInteger(doc.parcels.length)],
    ["Weight", `${(sums.weightGrams / 1000).toFixed(2)} kg`],
    ["To collect", `₹${indianAmount(sums.collect)}`],
  ];
  const width = (RIGHT - LEFT) / facts.length;
  facts.forEach(([label, value], i) => {
    page.text(LEFT + i * width, y + 14, label, { size: 6.6, color: MUTED });
    page.text(LEFT + i * width, y + 26, value, { size: 8.6, bold: true, color: INK }, width - 8);
  });
  return y + 36;
}

function drawContinued(page: Page, doc: ManifestDocument): number {
  page.text(LEFT, 44, `Manifest ${doc.code} · ${doc.courier}`, { size: 8.6, bold: true, color: INK });
  page.text(RIGHT, 44, `${doc.shownAt} · continued`, { size: 7.8, color: MUTED, align: "right" });
  return 52;
}

function drawSignatures(page: Page, doc: ManifestDocument, top: number): void {
  const width = (RIGHT - LEFT - 30) / 2;
  const statement = `Received ${indianInteger(doc.parcels.length)} parcels in good condition, as listed.`;
  page.text(LEFT, top + 20, statement, { size: 8.6, bold: true, color: INK });
  [`For ${doc.facility.name}`, `For ${doc.courier}`].forEach((title, i) => {
    const x = LEFT + i * (width + 30);
    page.text(x, top + 42, title, { size: 7.8, bold: true, color: INK }, width);
    ["Name", "Signature", i === 0 ? "Date and time" : "Vehicle, date and time"].forEach((label, row) => {
      const y = top + 60 + row * 19;
      page.text(x, y, label, { size: 6.6, color: MUTED });
      page.rule(x + 78, y + 1, x + width, 0.5, MUTED);
    });
  });
}

function totals(doc: ManifestDocument) {
  return {
    weightGrams: doc.parcels.reduce((total, each) => total + (each.weightGrams ?? 0), 0),
    collect: doc.parcels.reduce((total, each) => total + (each.collect ?? 0), 0),
  };
}
