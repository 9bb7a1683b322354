/** A tax invoice, or the credit note that takes it back, of one page of A4 per 18 lines, with the marketplace's QR code of its chief figures. */
import type { TaxedLine } from "../taxes.ts";
import type { Paper } from "./paper.ts";
import { amount, dateTime, rupeeAmount } from "./words.ts";

const WIDTH = 595;
const HEIGHT = 842;
const EDGE = 36;
const INNER = WIDTH - 2 * EDGE;
const LINES_PER_PAGE = 18;
const ROW = 20;

export interface Party {
  readonly name: string;
  readonly gstin: string | null;
  readonly addressLines: readonly string[];
}

export interface InvoiceFacts {
  /** "Tax invoice (B2B)". */
  readonly heading: string;
  readonly number: string;
  readonly issuedAt: string;
  readonly orderId: string;
  /** The invoice that it takes back: then it is a credit note. */
  readonly takesBack?: { readonly invoiceNumber: string; readonly returnId: string };
  readonly seller: Party;
  readonly buyer: Party;
  readonly placeOfSupply: string;
  readonly lines: readonly TaxedLine[];
}

export function drawInvoice(paper: Paper, facts: InvoiceFacts): void {
  const pages = Math.max(1, Math.ceil(facts.lines.length / LINES_PER_PAGE));
  for (let page = 0; page < pages; page++) {
    paper.page(WIDTH, HEIGHT);
    drawHead(paper, facts);
    const lines = facts.lines.slice(page * LINES_PER_PAGE, (page + 1) * LINES_PER_PAGE);
    const below = drawTable(paper, lines, page * LINES_PER_PAGE);
    if (page === pages - 1) drawTotals(paper, facts, below);
    paper.text(`Page ${page + 1} of ${pages}`, WIDTH - EDGE, HEIGHT - EDGE, { size: 8, at: "right" });
    paper.text("Simulated document, not for tax purposes.", EDGE, HEIGHT - EDGE, { size: 8 });
  }
}

function drawHead(paper: Paper, facts: InvoiceFacts): void {
  paper.text(facts.heading, EDGE, 36, { size: 16, bold: true });
  const kind = facts.takesBack ? "Credit Note" : "Invoice";
  paper.text(`${kind} No. ${facts.number}`, EDGE, 62, { size: 10, bold: true });
  paper.text(`${kind} Date ${dateTime(facts.issuedAt)}`, EDGE, 77);
  paper.text(`Order ${facts.orderId}`, EDGE, 91);
  paper.text(`Place of supply: ${facts.placeOfSupply}`, EDGE, 105);
  if (facts.takesBack)
    paper.text(`Against Invoice No. ${facts.takesBack.invoiceNumber}, return ${facts.takesBack.returnId}`, EDGE, 119);
  const total = facts.lines.reduce((sum, line) => sum + line.totalPaise, 0);
  const said = {
    [facts.takesBack ? "CrnNo" : "InvNo"]: facts.number,
    SellerGstin: facts.seller.gstin,
    BuyerGstin: facts.buyer.gstin,
  };
  const code = JSON.stringify({ ...said, Order: facts.orderId, TotInvVal: (total / 100).toFixed(2) });
  paper.square(code, WIDTH - EDGE - 92, 34, 92);
  paper.rule(EDGE, 134, INNER);
  drawParty(paper, "Sold by", facts.seller, EDGE);
  drawParty(paper, "Billed to", facts.buyer, EDGE + INNER / 2);
}

function drawParty(paper: Paper, title: string, party: Party, x: number): void {
  paper.text(title, x, 140, { size: 8 });
  paper.text(party.name, x, 151, { size: 10, bold: true, widthMax: INNER / 2 - 12 });
  const below = paper.lines(party.addressLines, x, 166, { widthMax: INNER / 2 - 12 });
  if (party.gstin !== null) paper.text(`GSTIN ${party.gstin}`, x, below + 1, { bold: true });
}

const COLUMNS = [
  { title: "#", x: EDGE, at: "left" },
  { title: "Goods", x: EDGE + 18, at: "left" },
  { title: "HSN", x: EDGE + 206, at: "left" },
  { title: "Qty", x: EDGE + 270, at: "right" },
  { title: "Taxable", x: EDGE + 326, at: "right" },
  { title: "CGST", x: EDGE + 374, at: "right" },
  { title: "SGST/UTGST", x: EDGE + 434, at: "right" },
  { title: "IGST", x: EDGE + 476, at: "right" },
  { title: "Total", x: EDGE + INNER, at: "right" },
] as const;

/** @returns the `y` below it */
function drawTable(paper: Paper, lines: readonly TaxedLine[], before: number): number {
  const top = 240;
  for (const { title, x, at } of COLUMNS) paper.text(title, x, top, { size: 8, bold: true, at });
  paper.rule(EDGE, top + 14, INNER);
  lines.forEach((line, index) => {
    const y = top + 19 + index * ROW;
    const cells = [
      String(before + index + 1),
      `${line.sku}  ${line.title}`,
      `${line.hsnCode}`,
      String(line.quantity),
      amount(line.taxablePaise),
      amount(line.cgstPaise),
      amount(line.sgstPaise + line.utgstPaise),
      amount(line.igstPaise),
      amount(line.totalPaise),
    ];
    for (const [column, { x, at }] of COLUMNS.entries())
      paper.text(cells[column] ?? "", x, y, { size: 8, at, ...(column === 1 ? { widthMax: 182 } : {}) });
  });
  const below = top + 19 + lines.length * ROW;
  paper.rule(EDGE, below, INNER);
  return below;
}

function drawTotals(paper: Paper, { lines, takesBack }: InvoiceFacts, top: number): void {
  const sum = (of: (line: TaxedLine) => number) => lines.reduce((all, line) => all + of(line), 0);
  const rows = [
    ["Taxable value", sum((line) => line.taxablePaise)],
    ["CGST", sum((line) => line.cgstPaise)],
    ["SGST", sum((line) => line.sgstPaise)],
    ["UTGST", sum((line) => line.utgstPaise)],
    ["IGST", sum((line) => line.igstPaise)],
  ] as const;
  rows.forEach(([title, paise], index) => {
    paper.text(title, EDGE + 330, top + 8 + index * 14, { size: 9 });
    paper.text(amount(paise), EDGE + INNER, top + 8 + index * 14, { size: 9, at: "right" });
  });
  const y = top + 12 + rows.length * 14;
  paper.text(takesBack ? "Credit total" : "Invoice total", EDGE + 330, y, { size: 11, bold: true });
  paper.text(rupeeAmount(sum((line) => line.totalPaise)), EDGE + INNER, y, { size: 11, bold: true, at: "right" });
}
