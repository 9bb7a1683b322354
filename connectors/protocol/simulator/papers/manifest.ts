/** The list that a courier signs at pickup: A4, 32 parcels a page, every page with the count of all. */
import type { Paper } from "./paper.ts";
import { amount, dateTime } from "./words.ts";

const WIDTH = 595;
const HEIGHT = 842;
const EDGE = 36;
const INNER = WIDTH - 2 * EDGE;
const ROWS_PER_PAGE = 32;
const ROW = 17;
const TOP = 170;

export interface ManifestRow {
  readonly awb: string;
  readonly orderId: string;
  readonly invoiceNumber: string;
  readonly units: number;
  /** Null: prepaid. */
  readonly collectPaise: number | null;
}

export interface ManifestFacts {
  readonly marketplace: string;
  readonly number: string;
  readonly madeAt: string;
  readonly courier: string;
  readonly seller: string;
  readonly rows: readonly ManifestRow[];
}

const COLUMNS = [
  { title: "#", x: EDGE, at: "left" },
  { title: "AWB", x: EDGE + 26, at: "left" },
  { title: "Order", x: EDGE + 136, at: "left" },
  { title: "Invoice", x: EDGE + 272, at: "left" },
  { title: "Units", x: EDGE + 420, at: "right" },
  { title: "Collect", x: EDGE + INNER, at: "right" },
] as const;

export function drawManifest(paper: Paper, facts: ManifestFacts): void {
  const pages = Math.max(1, Math.ceil(facts.rows.length / ROWS_PER_PAGE));
  for (let page = 0; page < pages; page++) {
    paper.page(WIDTH, HEIGHT);
    drawHead(paper, facts);
    const rows = facts.rows.slice(page * ROWS_PER_PAGE, (page + 1) * ROWS_PER_PAGE);
    const below = drawRows(paper, rows, page * ROWS_PER_PAGE);
    if (page === pages - 1) drawFoot(paper, below);
    paper.text(`Page ${page + 1} of ${pages}`, WIDTH - EDGE, HEIGHT - EDGE, { size: 8, at: "right" });
  }
}

function drawHead(paper: Paper, facts: ManifestFacts): void {
  const units = facts.rows.reduce((sum, row) => sum + row.units, 0);
  paper.text(`${facts.marketplace} manifest`, EDGE, 34, { size: 16, bold: true });
  paper.text(`Manifest No. ${facts.number}`, EDGE, 60, { size: 10, bold: true });
  paper.text(`Made ${dateTime(facts.madeAt)}`, EDGE, 76);
  paper.text(`Courier ${facts.courier}`, EDGE, 90);
  paper.text(`Seller ${facts.seller}`, EDGE, 104);
  paper.bars(facts.number, WIDTH - EDGE - 230, 36, 230, 40);
  paper.text(`Parcels: ${facts.rows.length}`, EDGE, 128, { size: 12, bold: true });
  paper.text(`Units: ${units}`, EDGE + 120, 128, { size: 12, bold: true });
}

function drawRows(paper: Paper, rows: readonly ManifestRow[], before: number): number {
  for (const { title, x, at } of COLUMNS) paper.text(title, x, TOP - 16, { size: 8, bold: true, at });
  paper.rule(EDGE, TOP - 2, INNER);
  rows.forEach((row, index) => {
    const collect = row.collectPaise === null ? "Prepaid" : amount(row.collectPaise);
    const cells = [String(before + index + 1), row.awb, row.orderId, row.invoiceNumber, String(row.units), collect];
    for (const [column, { x, at }] of COLUMNS.entries())
      paper.text(cells[column] ?? "", x, TOP + 3 + index * ROW, { size: 8.5, at });
  });
  const below = TOP + 3 + rows.length * ROW;
  paper.rule(EDGE, below, INNER);
  return below;
}

function drawFoot(paper: Paper, top: number): void {
  paper.text("Received all parcels above in good order.", EDGE, top + 12);
  paper.text("Pickup person", EDGE, top + 46, { size: 8 });
  paper.rule(EDGE, top + 44, 180);
  paper.text("Signature and time", EDGE + 280, top + 46, { size: 8 });
  paper.rule(EDGE + 280, top + 44, 180);
}
