import type { Color, DrawStyle, Page, PaperSize, PdfFile } from "./canvas.ts";
import { layoutLines, type TextLine } from "./text.ts";

/** A plain list over pages: header repeated on each, long texts wrapped, rows never parted. */

export type TableColumn<Row> = {
  readonly title: string;
  /** Points; columns without a width share what is left evenly. */
  readonly width?: number;
  readonly align?: "left" | "right";
  readonly bold?: boolean;
  readonly text: (row: Row, index: number) => string;
};

export type TableLayout = {
  readonly paper: PaperSize;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly size: number;
  readonly ink: Color;
  readonly muted: Color;
  readonly tint: Color;
};

export type TableRun<Row> = {
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  readonly layout: TableLayout;
  /** Least height of a row, in points. */
  readonly rowHeight: number;
  /** Draws what a further page begins with; returns where the table goes on. */
  readonly onNewPage: (page: Page) => number;
  /** Draws into a row what is not text: a barcode, a picture, a box to tick. */
  readonly decorate?: (page: Page, row: Row, box: { y: number; height: number }) => void;
};

const PADDING = 3.5;
const GAP = 8;

/** Draws the table from `top` on; returns the last page and where the table ended on it. */
export function drawTable<Row>(file: PdfFile, page: Page, top: number, run: TableRun<Row>): { page: Page; y: number } {
  const { layout } = run;
  const columns = place(run);
  const text: DrawStyle = { size: layout.size, color: layout.ink };
  let current = page;
  let y = header(current, columns, layout, top);
  run.rows.forEach((row, index) => {
    const cells = columns.map((column) =>
      layoutLines(column.text(row, index), column.inner, {
        ...text,
        bold: column.bold ?? false,
        tabular: column.align === "right",
      }),
    );
    const lines = Math.max(1, ...cells.map((cell) => cell.length));
    const height = Math.max(run.rowHeight, lines * layout.size * 1.3 + 2 * PADDING);
    if (y + height > layout.bottom) {
      current = file.addPage(layout.paper);
      y = header(current, columns, layout, run.onNewPage(current));
    }
    columns.forEach((column, i) => {
      const align = column.align ?? "left";
      const style = { ...text, bold: column.bold ?? false, tabular: align === "right", align };
      current.lines(column.x, middle(y, height, cells[i] ?? [], layout.size), column.inner, cells[i] ?? [], style, 1.3);
    });
    run.decorate?.(current, row, { y, height });
    current.rule(layout.left, y + height, layout.right, 0.4, layout.tint);
    y += height;
  });
  return { page: current, y };
}

type Placed<Row> = TableColumn<Row> & { x: number; inner: number };

function place<Row>(run: TableRun<Row>): Placed<Row>[] {
  const { left, right } = run.layout;
  const fixed = run.columns.reduce((total, column) => total + (column.width ?? 0), 0);
  const open = run.columns.filter((column) => column.width === undefined).length;
  let x = left;
  return run.columns.map((column) => {
    const width = column.width ?? (right - left - fixed) / open;
    const placed = { ...column, x: x + GAP / 2, inner: width - GAP };
    x += width;
    return placed;
  });
}

function header<Row>(page: Page, columns: readonly Placed<Row>[], layout: TableLayout, top: number): number {
  page.rect(layout.left, top, layout.right - layout.left, 18, layout.tint);
  for (const column of columns) {
    const x = column.align === "right" ? column.x + column.inner : column.x;
    page.text(x, top + 12, column.title, {
      size: layout.size - 1,
      bold: true,
      color: layout.ink,
      align: column.align ?? "left",
    });
  }
  return top + 18;
}

function middle(y: number, height: number, lines: readonly TextLine[], size: number): number {
  return y + (height - lines.length * size * 1.3) / 2;
}
