import { canBeBarcode, layoutLines, type Page, textWidth } from "../platform/documents/drawing.ts";
import { indianAmount, percent, shortDay } from "../platform/documents/index.ts";
import { INVOICE_TITLES, type InvoiceDocument, type InvoiceParty, type TaxHead } from "./invoice-document.ts";
import {
  BODY,
  CANCELLED,
  HAIRLINE,
  INK,
  LABEL,
  LEFT,
  MUTED,
  RIGHT,
  SMALL,
  STRONG,
  TOP,
  WHITE,
} from "./invoice-pdf-style.ts";

/** A longer number has bars too thin for a hand scanner in the width that a letterhead leaves. */
const BARCODE_LENGTH_MAX = 30;

/** The parts of an invoice around its table. Each draws from `y` down and returns where it ended. */

export function titleOf(doc: InvoiceDocument): string {
  return INVOICE_TITLES[doc.kind];
}

/** The word across a page whose invoice is void; drawn first, so that everything stays readable over it. */
export function drawCancelled(page: Page): void {
  page.turned(page.width / 2, page.height / 2, 40, () => {
    page.text(0, 40, "CANCELLED", { size: 96, bold: true, color: CANCELLED, align: "center" });
  });
}

export function drawLetterhead(page: Page, doc: InvoiceDocument): number {
  const { supplier } = doc;
  const width = 300;
  let y = TOP;
  y += page.paragraph(LEFT, y, width, supplier.name, { size: 14, bold: true, color: INK }, 1.2) + 3;
  for (const line of supplier.addressLines) y += page.paragraph(LEFT, y, width, line, { ...BODY, color: MUTED });
  const contact = [supplier.phone, supplier.email].filter((part) => part !== null).join("  ·  ");
  if (contact !== "") y += page.paragraph(LEFT, y, width, contact, { ...BODY, color: MUTED });
  y += 3;
  if (supplier.gstin !== null)
    y += page.paragraph(LEFT, y, width, `GSTIN ${supplier.gstin}`, { ...STRONG, color: INK });
  if (supplier.state) y += page.paragraph(LEFT, y, width, stateText(supplier.state), { ...BODY, color: INK });

  let right = TOP + 17;
  page.text(RIGHT, right, titleOf(doc), { size: 20, bold: true, color: INK, align: "right" });
  right += 12;
  if (doc.copy) {
    const word = textWidth("COPY", { size: 8, bold: true });
    page.frame(RIGHT - word - 10, right - 7.5, word + 10, 12, 0.8, INK);
    page.text(RIGHT - 5, right + 1.2, "COPY", { size: 8, bold: true, color: INK, align: "right" });
  } else {
    page.text(RIGHT, right, "Original for recipient", { ...SMALL, color: MUTED, align: "right" });
  }
  right += 12;
  if (canBeBarcode(doc.number) && doc.number.length <= BARCODE_LENGTH_MAX) {
    const place = { x: RIGHT - 215, y: right, width: 215, height: 26, align: "right", dot: 0.75 } as const;
    const bars = page.barcode(doc.number, place);
    right += 26;
    const caption = { size: 8, bold: true, color: INK, align: "center", tabular: true } as const;
    page.text(bars.left + bars.width / 2, right + 9, doc.number, caption);
    right += 12;
  }
  return Math.max(y, right) + 8;
}

export function drawFacts(page: Page, doc: InvoiceDocument, top: number): number {
  const facts: [string, string][] = [
    [doc.kind === "CREDIT_NOTE" ? "Credit note no." : "Invoice no.", doc.number],
    [doc.kind === "CREDIT_NOTE" ? "Credit note date" : "Invoice date", shortDay(doc.issuedOn)],
    ["Order no.", doc.orderNumber],
    ["Order date", shortDay(doc.orderedOn)],
    ["Place of supply", `${doc.placeOfSupply.name} (${doc.placeOfSupply.code})`],
    ["Reverse charge", doc.reverseCharge ? "Yes" : "No"],
    ["Sold on", doc.channelName],
    ["Payment", doc.payment.mode],
  ];
  if (doc.against)
    facts.push(["Against invoice", doc.against.number], ["Invoice date", shortDay(doc.against.issuedOn)]);
  if (doc.shipment) facts.push(["Shipped by", doc.shipment.courier], ["AWB", doc.shipment.awb]);
  if (doc.packageCode !== null) facts.push(["Package", doc.packageCode]);
  if (doc.numberedBy !== undefined) facts.push(["Number given by", doc.numberedBy]);
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
  if (doc.eInvoice) {
    const { irn, acknowledgementNumber, acknowledgedOn } = doc.eInvoice;
    y += page.paragraph(LEFT, y, RIGHT - LEFT, `IRN ${irn}`, { ...SMALL, color: INK });
    const acknowledgement = `Acknowledgement ${acknowledgementNumber} of ${shortDay(acknowledgedOn)}`;
    y += page.paragraph(LEFT, y, RIGHT - LEFT, acknowledgement, { ...SMALL, color: INK }) + 3;
  }
  return y + 2;
}

export function drawParties(page: Page, doc: InvoiceDocument, top: number): number {
  page.rule(LEFT, top, RIGHT, 0.5, HAIRLINE);
  const width = (RIGHT - LEFT) / 2;
  const a = drawParty(page, "Bill to", doc.billTo, LEFT, top + 7, width - 16);
  const b = drawParty(page, "Deliver to", doc.shipTo, LEFT + width, top + 7, width - 16);
  return Math.max(a, b) + 9;
}

function drawParty(page: Page, label: string, party: InvoiceParty, x: number, top: number, width: number): number {
  page.text(x, top + 6, label, LABEL);
  let y = top + 9;
  y += page.paragraph(x, y, width, party.name, { size: 9, bold: true, color: INK }, 1.3);
  for (const line of party.addressLines) y += page.paragraph(x, y, width, line, { ...BODY, color: INK });
  if (party.state) y += page.paragraph(x, y, width, stateText(party.state), { ...BODY, color: INK });
  if (party.gstin !== null) y += page.paragraph(x, y, width, `GSTIN ${party.gstin}`, { ...STRONG, color: INK });
  if (party.phone !== null) y += page.paragraph(x, y, width, `Phone ${party.phone}`, { ...BODY, color: MUTED });
  return y;
}

const TOTALS_WIDTH = 208;
const TOTAL_ROW = 13.5;

/**
 * A signed e-invoice payload has four times the modules of a payment link: it gets a larger square, to stay readable.
 */
function qrSide(doc: InvoiceDocument): number {
  if (doc.qr === null) return 0;
  return doc.qr.payload.length > 250 ? 132 : 92;
}

/** Height of `drawTotals`, for deciding on which page it goes. */
export function totalsHeight(doc: InvoiceDocument): number {
  const rows = totalRows(doc).length * TOTAL_ROW + 26;
  return Math.max(rows, wordsHeight(doc), doc.qr ? qrSide(doc) + 14 : 0) + 14;
}

export function drawTotals(page: Page, doc: InvoiceDocument, top: number): number {
  const x = RIGHT - TOTALS_WIDTH;
  let y = top + 8;
  for (const [label, amount] of totalRows(doc)) {
    page.text(x + 8, y + 8, label, { ...BODY, color: MUTED });
    page.text(RIGHT - 8, y + 8, amount, { ...BODY, color: INK, align: "right", tabular: true });
    y += TOTAL_ROW;
  }
  page.rect(x, y, TOTALS_WIDTH, 24, INK);
  page.text(x + 8, y + 15.5, doc.kind === "CREDIT_NOTE" ? "Total credit" : "Total", {
    size: 10,
    bold: true,
    color: WHITE,
  });
  const total = `₹${indianAmount(doc.totals.payable)}`;
  page.text(RIGHT - 8, y + 16, total, { size: 12, bold: true, color: WHITE, align: "right", tabular: true });
  drawWords(page, doc, top + 8);
  if (doc.qr) {
    const side = qrSide(doc);
    page.qr(doc.qr.payload, LEFT - 6, top + 6, side);
    page.text(LEFT - 6 + side / 2, top + side + 13, doc.qr.caption, { ...LABEL, align: "center" }, side);
  }
  return top + totalsHeight(doc);
}

function totalRows(doc: InvoiceDocument): [string, string][] {
  const { totals } = doc;
  const rows: [string, string][] = [["Taxable value", indianAmount(totals.taxable)]];
  for (const tax of totals.taxes) rows.push([tax.head === "CESS" ? "Cess" : tax.head, indianAmount(tax.amount)]);
  if (totals.roundOff !== 0) {
    rows.push(["Round-off", `${totals.roundOff > 0 ? "+" : ""}${indianAmount(totals.roundOff)}`]);
  }
  return rows;
}

function wordsLayout(doc: InvoiceDocument) {
  const x = doc.qr ? LEFT + qrSide(doc) + 6 : LEFT;
  const width = RIGHT - TOTALS_WIDTH - 18 - x;
  const charges = doc.chargesIncluded.map((charge) => `${charge.label} ₹${indianAmount(charge.amount)}`).join(", ");
  const notes = [
    ...(charges === "" ? [] : [`Includes ${charges}`]),
    ...(doc.payment.reference === null ? [] : [doc.payment.reference]),
  ];
  return {
    x,
    width,
    words: layoutLines(doc.amountInWords, width, { size: 8.6, bold: true }),
    notes: notes.map((note) => layoutLines(note, width, BODY)),
  };
}

function wordsHeight(doc: InvoiceDocument): number {
  const { words, notes } = wordsLayout(doc);
  const lines = notes.reduce((total, note) => total + note.length * BODY.size * 1.35 + 2, 0);
  return 9 + words.length * 8.6 * 1.3 + 6 + lines + (doc.payment.collect > 0 ? 26 : 0);
}

function drawWords(page: Page, doc: InvoiceDocument, top: number): void {
  const { x, width, words, notes } = wordsLayout(doc);
  page.text(x, top + 7, "Amount in words", LABEL);
  let y = top + 9;
  y += page.lines(x, y, width, words, { size: 8.6, bold: true, color: INK }, 1.3) + 6;
  for (const note of notes) y += page.lines(x, y, width, note, { ...BODY, color: MUTED }) + 2;
  if (doc.payment.collect <= 0) return;
  const text = `Collect on delivery ₹${indianAmount(doc.payment.collect)}`;
  const style = { size: 9.5, bold: true, tabular: true };
  page.frame(x, y + 2, textWidth(text, style) + 14, 18, 0.9, INK);
  page.text(x + 7, y + 14.3, text, { ...style, color: INK });
}

const SUMMARY_ROW = 13;

export function summaryHeight(doc: InvoiceDocument): number {
  return doc.hsnSummary.length === 0 ? 0 : 24 + doc.hsnSummary.length * SUMMARY_ROW + 10;
}

/**
 * Tax by HSN: rows from `from` on, as many as fit above `bottom`. Returns where it ended and the first row left over.
 */
export function drawSummary(page: Page, doc: InvoiceDocument, top: number, from: number, bottom: number) {
  const heads: TaxHead[] = doc.totals.taxes.map((tax) => tax.head);
  const titles = ["HSN", "Taxable value", ...heads.map((head) => (head === "CESS" ? "Cess" : head)), "Total tax"];
  const width = (RIGHT - LEFT) / titles.length;
  let y = top;
  page.text(LEFT, y + 6, from === 0 ? "Tax by HSN" : "Tax by HSN (continued)", LABEL);
  titles.forEach((title, i) => {
    const style = { ...SMALL, bold: true, color: INK };
    if (i === 0) page.text(LEFT, y + 18, title, style);
    else page.text(LEFT + (i + 1) * width, y + 18, title, { ...style, align: "right" });
  });
  y += 22;
  page.rule(LEFT, y, RIGHT, 0.5, INK);
  let at = from;
  for (; at < doc.hsnSummary.length && y + SUMMARY_ROW <= bottom; at += 1) {
    const row = doc.hsnSummary[at];
    if (!row) break;
    page.text(LEFT, y + 9.5, row.hsn, { ...BODY, color: INK, tabular: true });
    const amount = (i: number, value: string) =>
      page.text(LEFT + (i + 1) * width, y + 9.5, value, { ...BODY, color: INK, tabular: true, align: "right" });
    amount(1, indianAmount(row.taxable));
    heads.forEach((head, i) => {
      const tax = row.taxes.find((each) => each.head === head);
      if (!tax) return;
      const right = LEFT + (i + 3) * width;
      const rate = tax.rateBps === null ? "" : percent(tax.rateBps);
      const amountText = indianAmount(tax.amount);
      page.text(right, y + 9.5, amountText, { ...BODY, color: INK, tabular: true, align: "right" });
      const shift = textWidth(amountText, { ...BODY, tabular: true }) + 5;
      page.text(right - shift, y + 9.5, rate, { ...SMALL, color: MUTED, align: "right" });
    });
    amount(titles.length - 1, indianAmount(row.tax));
    y += SUMMARY_ROW;
    page.rule(LEFT, y, RIGHT, 0.4, HAIRLINE);
  }
  return { y: y + 10, next: at };
}

const SIGNATURE_WIDTH = 190;

function closingLayout(doc: InvoiceDocument) {
  const width = RIGHT - LEFT - SIGNATURE_WIDTH - 24;
  const texts = [...(doc.declaration === null ? [] : [doc.declaration]), ...doc.terms];
  const lines = texts.map((text) => layoutLines(text, width, SMALL));
  const height = lines.reduce((total, each) => total + each.length * SMALL.size * 1.4 + 2, texts.length > 0 ? 10 : 0);
  return { width, lines, height };
}

export function closingHeight(doc: InvoiceDocument): number {
  return Math.max(62, closingLayout(doc).height) + 8;
}

export function drawClosing(page: Page, doc: InvoiceDocument, top: number): number {
  const { width, lines } = closingLayout(doc);
  let y = top + 4;
  if (lines.length > 0) {
    page.text(LEFT, y + 6, "Declaration and terms", LABEL);
    y += 9;
  }
  for (const each of lines) y += page.lines(LEFT, y, width, each, { ...SMALL, color: INK }, 1.4) + 2;
  const x = RIGHT - SIGNATURE_WIDTH;
  page.text(RIGHT, top + 10, `For ${doc.supplier.name}`, { ...STRONG, color: INK, align: "right" }, SIGNATURE_WIDTH);
  page.rule(x + 20, top + 50, RIGHT, 0.5, MUTED);
  page.text(RIGHT, top + 60, doc.signatory, { ...SMALL, color: MUTED, align: "right" });
  return top + closingHeight(doc);
}

export function drawContinuedHead(page: Page, doc: InvoiceDocument): number {
  page.text(LEFT, TOP + 8, doc.supplier.name, { ...STRONG, color: INK }, 260);
  const copy = doc.copy ? " · COPY" : "";
  const text = `${titleOf(doc)} ${doc.number} of ${shortDay(doc.issuedOn)}${copy} · continued`;
  page.text(RIGHT, TOP + 8, text, { ...BODY, color: MUTED, align: "right" });
  page.rule(LEFT, TOP + 14, RIGHT, 1, INK);
  return TOP + 22;
}

export function drawFoot(page: Page, doc: InvoiceDocument, number: number, count: number): void {
  const y = page.height - 26;
  page.rule(LEFT, y - 10, RIGHT, 0.4, HAIRLINE);
  page.text(LEFT, y, `${titleOf(doc)} ${doc.number}`, { ...SMALL, color: MUTED });
  page.text(RIGHT, y, `Page ${number} of ${count}`, { ...SMALL, color: MUTED, align: "right" });
}

function stateText(state: { name: string; code: string }): string {
  return `State: ${state.name}, code ${state.code}`;
}
