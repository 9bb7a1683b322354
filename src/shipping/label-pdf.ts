import {
  BLACK,
  type Color,
  canBeBarcode,
  LABEL_4X6,
  layoutLines,
  type Page,
  type PdfFile,
  textWidth,
} from "../platform/documents/drawing.ts";
import { indianAmount, indianInteger, shortDay } from "../platform/documents/index.ts";
import type { LabelAddress, LabelDocument } from "./label-document.ts";

const LEFT = 12;
const RIGHT = LABEL_4X6.width - 12;
const WIDTH = RIGHT - LEFT;
const WHITE: Color = [1, 1, 1];
const SORT_CODE_WIDTH_MAX = 130;
const CAPTION = { size: 6.2 };
const SMALL = { size: 7.2 };

/**
 * A shipping label of 4 x 6 inches: black only, since it is made for thermal printers. A pure function of its data,
 * asked for by `render-labels.ts`.
 */
export function drawLabel(file: PdfFile, doc: LabelDocument): void {
  const page = file.addPage(LABEL_4X6);
  let y = doc.copy ? drawCopyMark(page) : 10;
  y = drawCourier(page, doc, y);
  y = drawAwb(page, doc, y);
  y = drawPayment(page, doc, y);
  const bottom = drawFoot(page, doc);
  y = drawShipTo(page, doc.shipTo, y, bottom - 62);
  drawContents(page, doc, y, bottom);
}

function drawCopyMark(page: Page): number {
  page.rect(0, 0, page.width, 17, BLACK);
  page.text(page.width / 2, 12, "DUPLICATE COPY", { size: 9.5, bold: true, color: WHITE, align: "center" });
  return 22;
}

function drawCourier(page: Page, doc: LabelDocument, top: number): number {
  const sort = doc.sortCode === null ? null : fitCode(doc.sortCode, [18, 16, 14, 12, 10, 8, 6], SORT_CODE_WIDTH_MAX);
  const sortWidth = sort === null ? 0 : sort.width + 14;
  page.text(LEFT, top + 14, doc.courier, { size: 15, bold: true }, WIDTH - sortWidth - 8);
  const service = [doc.service, doc.channelName].filter((part) => part !== null).join(" · ");
  page.text(LEFT, top + 24, service, SMALL, WIDTH - sortWidth - 8);
  if (sort !== null && doc.sortCode !== null) {
    page.frame(RIGHT - sortWidth, top, sortWidth, 26, 1.2);
    const style = { size: sort.size, bold: true, align: "center" as const };
    page.text(RIGHT - sortWidth / 2, top + 13 + sort.size * 0.36, doc.sortCode, style);
  }
  page.rule(LEFT, top + 31, RIGHT, 1);
  return top + 36;
}

/**
 * The largest of the sizes at which a code fits. Codes are set smaller where they are long, and never cut: half a code
 * sends the parcel to another hub.
 */
function fitCode(code: string, sizes: readonly number[], widthMax: number): { size: number; width: number } {
  const width = (size: number): number => textWidth(code, { size, bold: true });
  const size = sizes.find((each) => width(each) <= widthMax) ?? sizes.at(-1) ?? 6;
  return { size, width: width(size) };
}

function drawAwb(page: Page, doc: LabelDocument, top: number): number {
  page.barcode(doc.awb, { x: 0, y: top, width: page.width, height: 52 });
  const { size } = fitCode(doc.awb, [12, 11, 10, 9, 8, 7], WIDTH - 20);
  page.text(page.width / 2, top + 64, doc.awb, { size, bold: true, align: "center" });
  return top + 70;
}

/** What the courier collects is the largest thing after the barcode: mistakes here cost the seller the price. */
function drawPayment(page: Page, doc: LabelDocument, top: number): number {
  const { payment } = doc;
  if (payment.mode === "COD") {
    page.rect(LEFT, top, WIDTH, 28, BLACK);
    page.text(LEFT + 9, top + 20, "COD", { size: 17, bold: true, color: WHITE });
    page.text(LEFT + 56, top + 18, "Collect cash", { size: 8, color: WHITE });
    const amount = `₹${indianAmount(payment.collect)}`;
    page.text(RIGHT - 9, top + 20.5, amount, { size: 19, bold: true, color: WHITE, align: "right", tabular: true });
  } else {
    page.frame(LEFT + 0.6, top + 0.6, WIDTH - 1.2, 26.8, 1.2);
    page.text(LEFT + 9, top + 20, "PREPAID", { size: 17, bold: true });
    page.text(RIGHT - 9, top + 18, "Do not collect any amount", { size: 8, align: "right" });
  }
  return top + 33;
}

/** Address sizes tried in turn until it fits: a long address is set smaller, never cut. */
const ADDRESS_SIZES = [10, 9, 8, 7, 6] as const;

function drawShipTo(page: Page, to: LabelAddress, top: number, bottom: number): number {
  page.text(LEFT, top + 6, "Ship to", CAPTION);
  const place = `${to.city}, ${to.stateName}`;
  const layouts = ADDRESS_SIZES.map((size) => ({
    size,
    name: layoutLines(to.name, WIDTH, { size: size + 2, bold: true }),
    lines: to.addressLines.flatMap((line) => layoutLines(line, WIDTH, { size })),
  }));
  const height = (each: (typeof layouts)[number]): number =>
    each.name.length * (each.size + 2) * 1.2 + (each.lines.length + 1) * each.size * 1.25 + 26;
  const chosen = layouts.find((each) => top + 8 + height(each) <= bottom) ?? layouts.at(-1);
  if (!chosen) return top;
  const { size } = chosen;
  let y = top + 8;
  y += page.lines(LEFT, y, WIDTH, chosen.name, { size: size + 2, bold: true }, 1.2);
  y += page.lines(LEFT, y, WIDTH, chosen.lines, { size }, 1.25);
  page.text(LEFT, y + size, place, { size }, WIDTH);
  y += size * 1.25 + 1;
  page.text(LEFT, y + 16, to.pincode, { size: 18, bold: true, tabular: true });
  if (to.phone !== null) page.text(RIGHT, y + 15, `Phone ${to.phone}`, { size: 9, bold: true, align: "right" });
  y += 22;
  page.rule(LEFT, y, RIGHT, 0.6);
  return y + 3;
}

/** The goods, as many lines as there is room for; what is left out is counted, so that nobody packs less. */
function drawContents(page: Page, doc: LabelDocument, top: number, bottom: number): void {
  const step = 10.5;
  const room = Math.max(1, Math.floor((bottom - top - 2) / step));
  const shown = doc.products.length <= room ? doc.products : doc.products.slice(0, room - 1);
  let y = top;
  for (const product of shown) {
    const quantity = `× ${indianInteger(product.quantity)}`;
    page.text(RIGHT, y + 8, quantity, { ...SMALL, bold: true, align: "right", tabular: true });
    const skuWidth = page.text(LEFT, y + 8, product.sku, { ...SMALL, bold: true }, 90);
    page.text(LEFT + skuWidth + 6, y + 8, product.description, SMALL, WIDTH - skuWidth - 40);
    y += step;
  }
  const hidden = doc.products.slice(shown.length);
  if (hidden.length === 0) return;
  const units = hidden.reduce((total, product) => total + product.quantity, 0);
  page.text(LEFT, y + 8, `and ${hidden.length} more products, ${indianInteger(units)} units`, { ...SMALL, bold: true });
}

/** Facts, order barcode and return address, standing on the lower edge. Returns where they begin. */
function drawFoot(page: Page, doc: LabelDocument): number {
  const from = doc.returnTo;
  const address = [...from.addressLines, `${from.city}, ${from.stateName} ${from.pincode}`].join(", ");
  const lines = layoutLines(address, WIDTH, CAPTION).slice(0, 3);
  const phone = from.phone === null ? "" : ` · ${from.phone}`;
  const top = page.height - 8 - lines.length * CAPTION.size * 1.3 - 17;
  page.rule(LEFT, top, RIGHT, 0.6);
  page.text(LEFT, top + 8, "If undelivered, return to", CAPTION);
  page.text(LEFT, top + 16, `${from.name}${phone}`, { size: 7, bold: true }, WIDTH);
  page.lines(LEFT, top + 17.5, WIDTH, lines, CAPTION, 1.3);

  const facts = top - 66;
  page.rule(LEFT, facts, RIGHT, 0.6);
  const middle = LEFT + WIDTH / 2;
  const fact = (x: number, y: number, label: string, value: string): void => {
    const width = page.text(x, y, label, CAPTION) + 4;
    page.text(x + width, y, value, { ...CAPTION, bold: true }, WIDTH / 2 - width - 4);
  };
  fact(LEFT, facts + 10, "Invoice", doc.invoice ? `${doc.invoice.number}, ${shortDay(doc.invoice.issuedOn)}` : "–");
  fact(LEFT, facts + 19, "Value", doc.invoice ? `₹${indianAmount(doc.invoice.value)}` : "–");
  fact(middle, facts + 10, "Weight", weightText(doc));
  fact(middle, facts + 19, "Package", `${doc.packageCode} · box ${doc.box.number} of ${doc.box.of}`);
  if (canBeBarcode(doc.orderNumber)) {
    page.barcode(doc.orderNumber, { x: 0, y: facts + 26, width: page.width, height: 27 });
  }
  const order = { ...SMALL, bold: true, align: "center" as const };
  page.text(page.width / 2, facts + 62, `Order ${doc.orderNumber}`, order, WIDTH);
  return facts;
}

function weightText(doc: LabelDocument): string {
  const weight = doc.weightGrams === null ? "–" : `${indianInteger(doc.weightGrams)} g`;
  return doc.sizeMm ? `${weight}, ${doc.sizeMm.length} x ${doc.sizeMm.width} x ${doc.sizeMm.height} mm` : weight;
}
