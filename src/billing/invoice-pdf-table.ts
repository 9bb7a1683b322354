import { type Paise, paise } from "../kernel/index.ts";
import {
  indianAmount,
  indianInteger,
  layoutLines,
  type Page,
  percent,
  type TextLine,
  textWidth,
} from "../platform/documents/index.ts";
import type { InvoiceDocument, InvoiceTax, TaxHead } from "./invoice-document.ts";
import { BODY, HAIRLINE, INK, LEFT, MUTED, RIGHT, SMALL, STRONG, TINT } from "./invoice-pdf-style.ts";

/** The table of lines: columns sized by what they hold, rows of any height, sums carried from page to page. */

type Cell = { readonly text: string; readonly below: string | null };
type Column = { readonly key: string; readonly title: string; readonly note: string | null; readonly numeric: boolean };
type PlacedColumn = Column & { readonly x: number; readonly width: number };

export type Row = {
  readonly cells: ReadonlyMap<string, Cell>;
  readonly description: readonly TextLine[];
  readonly subtitle: readonly TextLine[];
  readonly height: number;
  readonly sums: Sums;
};

type Sums = { readonly taxable: number; readonly total: number; readonly taxes: ReadonlyMap<TaxHead, number> };

export type LineTable = { readonly columns: readonly PlacedColumn[]; readonly rows: readonly Row[] };

const HEADS: readonly TaxHead[] = ["CGST", "SGST", "UTGST", "IGST", "CESS"];
const GAP = 9;
/** Between columns where amounts in crores under every head would leave the description no room. */
const GAP_NARROW = 5;
const DESCRIPTION_MIN = 110;
const ROW_PADDING = 3.8;
export const HEADER_HEIGHT = 24;
export const SUM_ROW_HEIGHT = 16;

/** Lays the lines out; nothing is drawn yet, so that pages can be counted first. */
export function layoutTable(doc: InvoiceDocument): LineTable {
  const heads = headsOf(doc);
  const contents = [...doc.lines.map((line, i) => lineCells(line, i)), ...doc.otherCharges.map(chargeCells)];
  const columns = placeColumns(columnsOf(doc, heads), contents, sumCells(sumsOf(doc), heads));
  const width = columns.find((column) => column.key === "description")?.width ?? 0;
  const rows = [...doc.lines, ...doc.otherCharges].map((line, i) => {
    const description = layoutLines("description" in line ? line.description : line.label, width, BODY);
    const subtitle = "sku" in line && line.sku !== null ? layoutLines(line.sku, width, SMALL) : [];
    const hasSecondLine = line.taxes.length > 0;
    const left = description.length * BODY.size * 1.3 + subtitle.length * SMALL.size * 1.35;
    const height = Math.max(left, BODY.size * 1.3 + (hasSecondLine ? SMALL.size * 1.35 : 0)) + 2 * ROW_PADDING;
    return { cells: contents[i] ?? new Map(), description, subtitle, height, sums: sumsOfLine(line) };
  });
  return { columns, rows };
}

export function drawHeader(page: Page, table: LineTable, y: number): number {
  page.rect(LEFT, y, RIGHT - LEFT, HEADER_HEIGHT, TINT);
  for (const column of table.columns) {
    const style = { ...SMALL, bold: true, color: INK, align: column.numeric ? ("right" as const) : ("left" as const) };
    const x = column.numeric ? column.x + column.width : column.x;
    page.text(x, y + (column.note ? 10.5 : 14.5), column.title, style);
    if (column.note) page.text(x, y + 18.5, column.note, { ...style, bold: false, color: MUTED });
  }
  return y + HEADER_HEIGHT;
}

export function drawRow(page: Page, table: LineTable, row: Row, y: number): number {
  const baseline = y + ROW_PADDING + BODY.size * 0.95;
  for (const column of table.columns) {
    const cell = row.cells.get(column.key);
    if (column.key === "description") {
      const used = page.lines(column.x, y + ROW_PADDING, column.width, row.description, { ...BODY, color: INK }, 1.3);
      page.lines(column.x, y + ROW_PADDING + used, column.width, row.subtitle, { ...SMALL, color: MUTED }, 1.35);
    }
    if (!cell) continue;
    const align = column.numeric ? ("right" as const) : ("left" as const);
    const x = column.numeric ? column.x + column.width : column.x;
    page.text(x, baseline, cell.text, { ...BODY, color: INK, align, tabular: true });
    if (cell.below)
      page.text(x, baseline + SMALL.size * 1.35, cell.below, { ...SMALL, color: MUTED, align, tabular: true });
  }
  page.rule(LEFT, y + row.height, RIGHT, 0.4, HAIRLINE);
  return y + row.height;
}

/** A row of sums: the total of the invoice, or what is carried to and brought from another page. */
export function drawSums(
  page: Page,
  table: LineTable,
  label: string,
  sums: Sums,
  y: number,
  quantity: number | null,
): number {
  page.rect(LEFT, y, RIGHT - LEFT, SUM_ROW_HEIGHT, TINT);
  const cells = sumCells(sums, HEADS);
  for (const column of table.columns) {
    const x = column.numeric ? column.x + column.width : column.x;
    const style = { ...STRONG, color: INK, tabular: true };
    if (column.key === "description") page.text(x, y + 11, label, style);
    const text = column.key === "quantity" && quantity !== null ? indianInteger(quantity) : cells.get(column.key)?.text;
    if (text) page.text(x, y + 11, text, { ...style, align: "right" });
  }
  return y + SUM_ROW_HEIGHT;
}

/** Sums of rows one by one, as they are set, for the carried totals. */
export function addSums(a: Sums, b: Sums): Sums {
  const taxes = new Map(a.taxes);
  for (const [head, amount] of b.taxes) taxes.set(head, (taxes.get(head) ?? 0) + amount);
  return { taxable: a.taxable + b.taxable, total: a.total + b.total, taxes };
}

export const NO_SUMS: Sums = { taxable: 0, total: 0, taxes: new Map() };

function headsOf(doc: InvoiceDocument): TaxHead[] {
  const used = new Set([...doc.lines, ...doc.otherCharges].flatMap((line) => line.taxes.map((tax) => tax.head)));
  return HEADS.filter((head) => used.has(head));
}

function columnsOf(doc: InvoiceDocument, heads: readonly TaxHead[]): Column[] {
  const note = doc.pricesIncludeTax ? "incl. tax" : null;
  const column = (key: string, title: string, below: string | null = null, numeric = true): Column => ({
    key,
    title,
    note: below,
    numeric,
  });
  return [
    column("position", "#", null, false),
    column("description", "Description", null, false),
    column("hsn", "HSN", null, false),
    column("quantity", "Qty"),
    column("unitPrice", "Unit price", note),
    ...(doc.lines.some((line) => line.discount !== 0) ? [column("discount", "Discount", note)] : []),
    ...(doc.lines.some((line) => line.charges !== 0) ? [column("charges", "Charges", note)] : []),
    column("taxable", "Taxable", "value"),
    ...heads.map((head) => column(head, head === "CESS" ? "Cess" : head)),
    column("total", "Total"),
  ];
}

/** Every column as wide as its widest text; the description takes what is left. */
function placeColumns(
  columns: readonly Column[],
  rows: readonly ReadonlyMap<string, Cell>[],
  totals: ReadonlyMap<string, Cell>,
): PlacedColumn[] {
  const widths = columns.map((column) => {
    if (column.key === "description") return 0;
    let width = Math.max(textWidth(column.title, { ...SMALL, bold: true }), textWidth(column.note ?? "", SMALL));
    width = Math.max(width, textWidth(totals.get(column.key)?.text ?? "", { ...STRONG, tabular: true }));
    for (const row of rows) {
      const cell = row.get(column.key);
      if (!cell) continue;
      width = Math.max(width, textWidth(cell.text, { ...BODY, tabular: true }), textWidth(cell.below ?? "", SMALL));
    }
    return width;
  });
  const fixed = widths.reduce((total, width) => total + width, 0);
  const restWith = (gap: number): number => RIGHT - LEFT - gap - 4 - fixed - (columns.length - 1) * gap;
  const gap = restWith(GAP) < DESCRIPTION_MIN ? GAP_NARROW : GAP;
  let x = LEFT + gap / 2 + 2;
  return columns.map((column, i) => {
    const width = column.key === "description" ? restWith(gap) : (widths[i] ?? 0);
    const placed = { ...column, x, width };
    x += width + gap;
    return placed;
  });
}

function lineCells(line: InvoiceDocument["lines"][number], index: number): Map<string, Cell> {
  const cells = new Map<string, Cell>([
    ["position", plain(String(index + 1))],
    ["hsn", plain(line.hsn)],
    ["quantity", { text: indianInteger(line.quantity), below: line.unit }],
    ["unitPrice", plain(indianAmount(line.unitPrice))],
    ["discount", plain(line.discount === 0 ? "–" : indianAmount(line.discount))],
    ["charges", plain(line.charges === 0 ? "–" : indianAmount(line.charges))],
    ["taxable", plain(indianAmount(line.taxable))],
    ["total", plain(indianAmount(line.total))],
  ]);
  return withTaxes(cells, line.taxes);
}

function chargeCells(charge: InvoiceDocument["otherCharges"][number]): Map<string, Cell> {
  const cells = new Map<string, Cell>([
    ["taxable", plain(indianAmount(charge.taxable))],
    ["total", plain(indianAmount(charge.total))],
  ]);
  if (charge.hsn !== null) cells.set("hsn", plain(charge.hsn));
  return withTaxes(cells, charge.taxes);
}

function withTaxes(cells: Map<string, Cell>, taxes: readonly InvoiceTax[]): Map<string, Cell> {
  for (const tax of taxes) {
    cells.set(tax.head, {
      text: indianAmount(tax.amount),
      below: tax.rateBps === null ? "per unit" : percent(tax.rateBps),
    });
  }
  return cells;
}

function sumCells(sums: Sums, heads: readonly TaxHead[]): Map<string, Cell> {
  const cells = new Map([
    ["taxable", plain(indianAmount(sums.taxable))],
    ["total", plain(indianAmount(sums.total))],
  ]);
  for (const head of heads) {
    const amount = sums.taxes.get(head);
    if (amount !== undefined) cells.set(head, plain(indianAmount(amount)));
  }
  return cells;
}

/** The totals of the invoice as a row of the table: before rounding to the rupee. */
export function sumsOf(doc: InvoiceDocument): Sums {
  return {
    taxable: doc.totals.taxable,
    total: doc.totals.payable - doc.totals.roundOff,
    taxes: new Map(doc.totals.taxes.map((tax) => [tax.head, tax.amount])),
  };
}

function sumsOfLine(line: { taxable: Paise; total: Paise; taxes: readonly InvoiceTax[] }): Sums {
  return {
    taxable: line.taxable,
    total: line.total,
    taxes: new Map(line.taxes.map((tax) => [tax.head, paise(tax.amount)])),
  };
}

function plain(text: string): Cell {
  return { text, below: null };
}
