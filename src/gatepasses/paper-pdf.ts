import {
  A4,
  type Color,
  canBeBarcode,
  drawTable,
  layoutLines,
  type Page,
  type PdfFile,
  type TableColumn,
  textWidth,
} from "../platform/documents/drawing.ts";
import { indianAmount, indianInteger, percent, shortDay } from "../platform/documents/index.ts";
import { PAPER_TITLES, type Paper, type PaperSide, type PaperTax } from "./paper.ts";

const LEFT = 34;
const RIGHT = A4.width - 34;
const TOP = 34;
const INK: Color = [0.08, 0.1, 0.14];
const MUTED: Color = [0.4, 0.43, 0.48];
const TINT: Color = [0.9, 0.91, 0.93];
const VOID: Color = [0.97, 0.78, 0.78];
const WHITE: Color = [1, 1, 1];
const LABEL = { size: 6.6, color: MUTED };
const BODY = { size: 7.8, color: INK };
const STRONG = { size: 7.8, bold: true, color: INK };
const SIZE = 7.4;
const LAYOUT = {
  paper: A4,
  left: LEFT,
  right: RIGHT,
  bottom: A4.height - 52,
  size: SIZE,
  ink: INK,
  muted: MUTED,
  tint: TINT,
};

/** Goods travel with copies for each who holds them (CGST Rules, rule 48 and 55(2)); a note does not travel. */
const COPIES: Readonly<Record<Paper["kind"], readonly string[]>> = {
  GATEPASS: [""],
  DELIVERY_CHALLAN: ["Original for consignee", "Duplicate for transporter", "Triplicate for consigner"],
  TAX_INVOICE: ["Original for recipient", "Duplicate for transporter", "Triplicate for supplier"],
  BILL_OF_SUPPLY: ["Original for recipient", "Duplicate for transporter", "Triplicate for supplier"],
  DEBIT_NOTE: ["Original for supplier"],
  CREDIT_NOTE: ["Original for recipient"],
};

/** A gatepass or its tax paper as A4 pages, in the copies that the law wants: a pure function of its data. */
export function drawPaper(file: PdfFile, doc: Paper): void {
  for (const copy of COPIES[doc.kind]) drawCopy(file, doc, copy);
}

function drawCopy(file: PdfFile, doc: Paper, copy: string): void {
  const pages: Page[] = [];
  const begin = (page: Page): Page => {
    pages.push(page);
    const word = doc.cancelled ? "CANCELLED" : doc.draft ? "NOT VALID YET" : null;
    if (word !== null)
      page.turned(page.width / 2, page.height / 2, 40, () => {
        page.text(0, 40, word, { size: 74, bold: true, color: VOID, align: "center" });
      });
    return page;
  };
  const first = begin(file.addPage(A4));
  const top = drawSides(first, doc, drawFacts(first, doc, drawHead(first, doc, copy)));
  const { columns, size } = columnsOf(doc);
  const end = drawTable(file, first, top, {
    columns,
    rows: doc.lines,
    layout: { ...LAYOUT, size },
    rowHeight: 20,
    onNewPage: (page: Page): number => drawContinued(begin(page), doc),
  });
  let { page, y } = end;
  for (const block of [drawTotals(doc), drawSignatures(doc)]) {
    if (y + block.height > LAYOUT.bottom) {
      page = begin(file.addPage(A4));
      y = drawContinued(page, doc);
    }
    block.draw(page, y);
    y += block.height;
  }
  pages.forEach((each, i) => {
    const name = copy === "" ? titleOf(doc) : `${titleOf(doc)} · ${copy}`;
    each.text(LEFT, A4.height - 26, `${name} · ${doc.number}`, { size: 6.6, color: MUTED });
    each.text(RIGHT, A4.height - 26, `Page ${i + 1} of ${pages.length}`, { size: 6.6, color: MUTED, align: "right" });
  });
}

function titleOf(doc: Paper): string {
  return PAPER_TITLES[doc.kind];
}

function drawHead(page: Page, doc: Paper, copy: string): number {
  let y = TOP;
  y += page.paragraph(LEFT, y, 300, doc.from.name, { size: 13, bold: true, color: INK }, 1.2) + 3;
  for (const line of doc.from.addressLines) y += page.paragraph(LEFT, y, 300, line, { ...BODY, color: MUTED });
  if (doc.from.gstin !== null) y += page.paragraph(LEFT, y, 300, `GSTIN ${doc.from.gstin}`, STRONG);
  page.text(RIGHT, TOP + 17, titleOf(doc), { size: 20, bold: true, color: INK, align: "right" });
  let right = TOP + 29;
  if (copy !== "") {
    page.text(RIGHT, right, copy, { size: 6.6, color: MUTED, align: "right" });
    right += 8;
  }
  if (canBeBarcode(doc.number)) {
    const bars = page.barcode(doc.number, {
      x: RIGHT - 215,
      y: right,
      width: 215,
      height: 26,
      align: "right",
      dot: 0.75,
    });
    const caption = { size: 8, bold: true, color: INK, align: "center", tabular: true } as const;
    page.text(bars.left + bars.width / 2, right + 35, doc.number, caption);
    right += 40;
  }
  return Math.max(y, right) + 6;
}

function drawFacts(page: Page, doc: Paper, top: number): number {
  const facts: [string, string][] = [
    ["Number", doc.number],
    ["Date", shortDay(doc.issuedOn)],
    ["Movement", doc.movement],
    ...(doc.kind === "GATEPASS" ? [] : [["Gatepass", doc.gatepassCode] satisfies [string, string]]),
  ];
  if (doc.kind !== "GATEPASS") facts.push(["Place of supply", `${doc.placeOfSupply.name} (${doc.placeOfSupply.code})`]);
  if (doc.kind === "TAX_INVOICE") facts.push(["Reverse charge", "No"]);
  if (doc.against !== null)
    facts.push(["Against invoice", doc.against.number], ["Invoice date", shortDay(doc.against.issuedOn)]);
  if (doc.reference !== null) facts.push(["Reference", doc.reference]);
  const columns = 4;
  const width = (RIGHT - LEFT) / columns;
  let y = top;
  page.rule(LEFT, y, RIGHT, 1, INK);
  y += 7;
  for (let from = 0; from < facts.length; from += columns) {
    const cells = facts.slice(from, from + columns).map(([label, value]) => ({
      label,
      lines: layoutLines(value, width - 12, { size: 8.6, bold: true }),
    }));
    cells.forEach((cell, i) => {
      page.text(LEFT + i * width, y + 6, cell.label, LABEL);
      page.lines(LEFT + i * width, y + 8.5, width - 12, cell.lines, { size: 8.6, bold: true, color: INK }, 1.25);
    });
    y += 12 + Math.max(1, ...cells.map((cell) => cell.lines.length)) * 8.6 * 1.25 + 2;
  }
  page.text(LEFT, y + 6, "Purpose", LABEL);
  y += 8.5 + page.paragraph(LEFT, y + 8.5, RIGHT - LEFT, doc.purpose, { size: 8.6, color: INK }, 1.25) + 3;
  if (doc.eInvoice !== null) {
    const { irn, acknowledgementNumber, acknowledgedOn } = doc.eInvoice;
    y += page.paragraph(LEFT, y, RIGHT - LEFT, `IRN ${irn}`, { size: 6.6, color: INK });
    const words = `Acknowledgement ${acknowledgementNumber} of ${shortDay(acknowledgedOn)}`;
    y += page.paragraph(LEFT, y, RIGHT - LEFT, words, { size: 6.6, color: INK });
  }
  return y + 2;
}

function drawSides(page: Page, doc: Paper, top: number): number {
  page.rule(LEFT, top, RIGHT, 0.5, TINT);
  const width = (RIGHT - LEFT) / 2;
  const a = drawSide(page, "From", doc.from, LEFT, top + 7, width - 16);
  const b = drawSide(page, "To", doc.to, LEFT + width, top + 7, width - 16);
  return Math.max(a, b) + 9;
}

function drawSide(page: Page, label: string, side: PaperSide, x: number, top: number, width: number): number {
  page.text(x, top + 6, label, LABEL);
  let y = top + 9;
  y += page.paragraph(x, y, width, side.name, { size: 9, bold: true, color: INK }, 1.3);
  for (const line of side.addressLines) y += page.paragraph(x, y, width, line, BODY);
  y += page.paragraph(x, y, width, `State: ${side.state.name}, code ${side.state.code}`, BODY);
  if (side.gstin !== null) y += page.paragraph(x, y, width, `GSTIN ${side.gstin}`, STRONG);
  if (side.phone !== null) y += page.paragraph(x, y, width, `Phone ${side.phone}`, { ...BODY, color: MUTED });
  return y;
}

type Line = Paper["lines"][number];

/** Room between columns, and the least that the goods are told in. */
const GAP = 10;
const GOODS_WIDTH_MIN = 110;
/** Type sizes tried in turn, until amounts in crores under every head leave the goods their room. */
const SIZES = [SIZE, 6.8, 6.2, 5.6] as const;

interface Columns {
  readonly columns: readonly TableColumn<Line>[];
  readonly size: number;
}

/** Every column as wide as its widest text; the goods take what is left. */
function columnsOf(doc: Paper): Columns {
  const made = SIZES.map((size) => ({ size, columns: place(doc, size) }));
  return (
    made.find(({ columns }) => roomForGoods(columns) >= GOODS_WIDTH_MIN) ?? made.at(-1) ?? { size: SIZE, columns: [] }
  );
}

function roomForGoods(columns: readonly TableColumn<Line>[]): number {
  return columns.reduce((room, column) => room - (column.width ?? 0), RIGHT - LEFT);
}

function place(doc: Paper, size: number): TableColumn<Line>[] {
  const sized = (title: string, text: (line: Line, index: number) => string, over: Partial<TableColumn<Line>> = {}) => {
    const widest = doc.lines.reduce(
      (width, line, i) => Math.max(width, textWidth(text(line, i), { size, bold: over.bold ?? false, tabular: true })),
      textWidth(title, { size: size - 1, bold: true }),
    );
    return { title, width: Math.min(widest + GAP, 130), text, ...over };
  };
  const money = (title: string, pick: (line: Line) => number) =>
    sized(title, (line) => indianAmount(pick(line)), { align: "right" });
  const number = sized("#", (_, i) => String(i + 1));
  const goods: TableColumn<Line> = { title: "Goods", text: (line) => line.description };
  const sku = sized("SKU", (line) => line.sku, { bold: true });
  const quantity = sized("Qty NOS", (line) => indianInteger(line.quantity), { align: "right", bold: true });
  if (doc.kind === "GATEPASS")
    return [
      ...[number, goods, sku, sized("Grade", (line) => line.grade ?? "–")],
      ...[sized("Shelf", (line) => line.shelf ?? "–"), quantity, { title: "Checked", width: 56, text: () => "" }],
    ];
  const heads = doc.totals.taxes.map((tax) => tax.head);
  const start = [number, goods, sku, sized("HSN", (line) => line.hsn ?? "–"), quantity];
  const each = money("Value each", (line) => line.unitPrice);
  if (heads.length === 0) return [...start, each, money("Value", (line) => line.total)];
  return [
    ...[...start, each, money("Taxable", (line) => line.taxable)],
    sized("GST", (line) => percent(line.gstBps), { align: "right" }),
    ...heads.map((head) => money(headWord(head), (line) => amountOf(line.taxes, head))),
    money("Total", (line) => line.total),
  ];
}

function headWord(head: PaperTax["head"]): string {
  return head === "CESS" ? "Cess" : head;
}

function amountOf(taxes: readonly PaperTax[], head: PaperTax["head"]): number {
  return taxes.find((tax) => tax.head === head)?.amount ?? 0;
}

function drawContinued(page: Page, doc: Paper): number {
  page.text(LEFT, TOP + 8, doc.from.name, STRONG, 260);
  const words = `${titleOf(doc)} ${doc.number} of ${shortDay(doc.issuedOn)} · continued`;
  page.text(RIGHT, TOP + 8, words, { ...BODY, color: MUTED, align: "right" });
  page.rule(LEFT, TOP + 14, RIGHT, 1, INK);
  return TOP + 22;
}

interface Block {
  readonly height: number;
  readonly draw: (page: Page, top: number) => void;
}

const SUM_ROW = 13.5;
const SUMS_WIDTH = 208;
/** A signed payload has many modules: a smaller square cannot be read from paper. */
const QR_SIDE = 132;

/** What it comes to: pieces on a gatepass, money on a tax paper. */
function drawTotals(doc: Paper): Block {
  const { totals } = doc;
  const pieces = `${indianInteger(totals.quantity)} ${totals.quantity === 1 ? "piece" : "pieces"} on ${indianInteger(doc.lines.length)} ${doc.lines.length === 1 ? "line" : "lines"}`;
  if (doc.kind === "GATEPASS")
    return {
      height: 24,
      draw: (page, top) => page.text(RIGHT, top + 16, pieces, { size: 10, bold: true, color: INK, align: "right" }),
    };
  const taxed = totals.taxes.length > 0;
  const rows: [string, number][] = taxed
    ? [
        ["Taxable value", totals.taxable],
        ...totals.taxes.map(({ head, amount }): [string, number] => [headWord(head), amount]),
      ]
    : [];
  const total = taxed ? "Total" : "Value of goods";
  const qr = doc.eInvoice?.signedQr ?? null;
  const height = Math.max(8 + rows.length * SUM_ROW + 26, qr === null ? 70 : QR_SIDE + 18) + 8;
  return {
    height,
    draw: (page, top) => {
      const x = RIGHT - SUMS_WIDTH;
      let y = top + 8;
      for (const [label, amount] of rows) {
        page.text(x + 8, y + 8, label, { ...BODY, color: MUTED });
        page.text(RIGHT - 8, y + 8, indianAmount(amount), { ...BODY, align: "right", tabular: true });
        y += SUM_ROW;
      }
      page.rect(x, y, SUMS_WIDTH, 24, INK);
      page.text(x + 8, y + 15.5, total, { size: 10, bold: true, color: WHITE });
      const sum = { size: 12, bold: true, color: WHITE, align: "right", tabular: true } as const;
      page.text(RIGHT - 8, y + 16, `₹${indianAmount(totals.total)}`, sum);
      const left = qr === null ? LEFT : LEFT + QR_SIDE + 8;
      if (qr !== null) page.qr(qr, LEFT - 6, top + 6, QR_SIDE);
      page.text(left, top + 15, "Amount in words", LABEL);
      const style = { size: 8.6, bold: true, color: INK };
      const used = page.paragraph(left, top + 18, x - left - 16, doc.amountInWords, style, 1.3);
      page.text(left, top + 18 + used + 12, pieces, { ...BODY, color: MUTED });
    },
  };
}

/** Who hands out, who takes, who lets it pass. */
function drawSignatures(doc: Paper): Block {
  const travels = doc.kind !== "DEBIT_NOTE" && doc.kind !== "CREDIT_NOTE";
  const hands = travels
    ? [
        `For ${doc.from.name}`,
        "Carried by (name, vehicle)",
        doc.kind === "GATEPASS" ? "Passed at the gate" : `Received, for ${doc.to.name}`,
      ]
    : [`For ${doc.from.name}`];
  const text = doc.declaration;
  return {
    height: 92,
    draw: (page, top) => {
      let y = top + 6;
      if (text !== null) y += page.paragraph(LEFT, y, RIGHT - LEFT, text, { size: 6.6, color: INK }, 1.4);
      const width = (RIGHT - LEFT - 40) / 3;
      hands.forEach((title, i) => {
        const x = hands.length === 1 ? RIGHT - width : LEFT + i * (width + 20);
        page.text(x, top + 36, title, STRONG, width);
        page.rule(x, top + 72, x + width, 0.5, MUTED);
        page.text(x, top + 81, i === 0 ? "Authorised signatory" : "Name, signature, date and time", LABEL);
      });
    },
  };
}
