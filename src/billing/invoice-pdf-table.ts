import { type Paise, paise } from "../kernel/index.ts";
import { layoutLines, type Page, type TextLine, type TextStyle, textWidth } from "../platform/documents/drawing.ts";
import { indianAmount, indianInteger, percent } from "../platform/documents/index.ts";
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

type Sizes = { readonly body: TextStyle; readonly strong: TextStyle; readonly small: TextStyle };

export type LineTable = {
  readonly columns: readonly PlacedColumn[];
  readonly rows: readonly Row[];
  readonly sizes: Sizes;
};

const HEADS: readonly TaxHead[] = ["CGST", "SGST", "UTGST", "IGST", "CESS"];
/** Type sizes and gaps tried in turn, until amounts in crores under every head leave the description its room. */
const TIGHTNESS = [
  { scale: 1, gap: 9 },
  { scale: 1, gap: 6 },
  { scale: 0.9, gap: 5 },
  { scale: 0.8, gap: 5 },
  { scale: 0.7, gap: 5 },
] as const;
const DESCRIPTION_MIN = 105;
const ROW_PADDING = 3.8;
export const HEADER_HEIGHT = 24;
export const SUM_ROW_HEIGHT = 16;

/** Lays the lines out; nothing is drawn yet, so that pages can be counted first. */
export function layoutTable(doc: InvoiceDocument): LineTable {
  const heads = headsOf(doc);
  const contents = [...doc.lines.map((line, i) => lineCells(line, i)), ...doc.otherCharges.map(chargeCells)];
  const titles = columnsOf(doc, heads);
  const totals = sumCells(sumsOf(doc), heads);
  const { columns, sizes } = placeColumns(titles, contents, totals);
  const width = columns.find((column) => column.key === "description")?.width ?? 0;
  const rows = [...doc.lines, ...doc.otherCharges].map((line, i) => {
    const description = layoutLines("description" in line ? line.description : line.label, width, sizes.body);
    const subtitle = "sku" in line && line.sku !== null ? layoutLines(line.sku, width, sizes.small) : [];
    const hasSecondLine = line.taxes.length > 0;
    const left = description.length * sizes.body.size * 1.3 + subtitle.length * sizes.small.size * 1.35;
    const height =
      Math.max(left, sizes.body.size * 1.3 + (hasSecondLine ? sizes.small.size * 1.35 : 0)) + 2 * ROW_PADDING;
    return { cells: contents[i] ?? new Map(), description, subtitle, height, sums: sumsOfLine(line) };
  });
  return { columns, rows, sizes };
}

export function drawHeader(page: Page, table: LineTable, y: number): number {
  page.rect(LEFT, y, RIGHT - LEFT, HEADER_HEIGHT, TINT);
  for (const column of table.columns) {
    const style = {
      ...table.sizes.small,
      bold: true,
      color: INK,
      align: column.numeric ? ("right" as const) : ("left" as const),
    };
    const x = column.numeric ? column.x + column.width : column.x;
    page.text(x, y + (column.note ? 10.5 : 14.5), column.title, style);
    if (column.note) page.text(x, y + 18.5, column.note, { ...style, bold: false, color: MUTED });
  }
  return y + HEADER_HEIGHT;
}

export function drawRow(page: Page, table: LineTable, row: Row, y: number): number {
  const { body, small } = table.sizes;
  const baseline = y + ROW_PADDING + body.size * 0.95;
  for (const column of table.columns) {
    const cell = row.cells.get(column.key);
    if (column.key === "description") {
      const used = page.lines(column.x, y + ROW_PADDING, column.width, row.description, { ...body, color: INK }, 1.3);
      page.lines(column.x, y + ROW_PADDING + used, column.width, row.subtitle, { ...small, color: MUTED }, 1.35);
    }
    if (!cell) continue;
    const align = column.numeric ? ("right" as const) : ("left" as const);
    const x = column.numeric ? column.x + column.width : column.x;
    page.text(x, baseline, cell.text, { ...body, color: INK, align, tabular: true });
    if (cell.below)
      page.text(x, baseline + small.size * 1.35, cell.below, { ...small, color: MUTED, align, tabular: true });
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
    const style = { ...table.sizes.strong, color: INK, tabular: true };
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
): { columns: PlacedColumn[]; sizes: Sizes } {
  // Measured once: widths grow with the type size.
  const widest = columns.map((column) => (column.key === "description" ? 0 : widestOf(column, rows, totals)));
  const sum = widest.reduce((total, width) => total + width, 0);
  const rest = ({ scale, gap }: (typeof TIGHTNESS)[number]): number =>
    RIGHT - LEFT - 4 - sum * scale - columns.length * gap;
  const chosen = TIGHTNESS.find((each) => rest(each) >= DESCRIPTION_MIN) ?? TIGHTNESS[4];
  let x = LEFT + chosen.gap / 2 + 2;
  const placed = columns.map((column, i) => {
    const width = column.key === "description" ? rest(chosen) : (widest[i] ?? 0) * chosen.scale;
    const at = x;
    x += width + chosen.gap;
    return { ...column, x: at, width };
  });
  const scaled = (style: TextStyle): TextStyle => ({ ...style, size: style.size * chosen.scale });
  return { columns: placed, sizes: { body: scaled(BODY), strong: scaled(STRONG), small: scaled(SMALL) } };
}

function widestOf(
  column: Column,
  rows: readonly ReadonlyMap<string, Cell>[],
  totals: ReadonlyMap<string, Cell>,
): number {
  let width = Math.max(textWidth(column.title, { ...SMALL, bold: true }), textWidth(column.note ?? "", SMALL));
  width = Math.max(width, textWidth(totals.get(column.key)?.text ?? "", { ...STRONG, tabular: true }));
  for (const row of rows) {
    const cell = row.get(column.key);
    if (!cell) continue;
    const below = cell.below === null ? 0 : textWidth(cell.below, { ...SMALL, tabular: true });
    width = Math.max(width, textWidth(cell.text, { ...BODY, tabular: true }), below);
  }
  return width;
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
