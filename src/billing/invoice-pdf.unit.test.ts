import { afterAll, describe, expect, it } from "vitest";
import { INVOICE_CASES } from "../../tests/support/invoice-cases.ts";
import { anInvoice } from "../../tests/support/invoices.ts";
import { type PrintedLine, paiseOfWords, readInvoice } from "../../tests/support/printed-invoice.ts";
import { codesIn, pictureOfPage, type ReadPage, readPages } from "../../tests/support/read-pdf.ts";
import { aLabel } from "../../tests/support/shipping-documents.ts";
import { drawDocuments } from "../platform/documents/drawing.ts";
import { closeDocumentWorkers, documentPart, renderInWorker } from "../platform/documents/index.ts";
import { labelTemplate } from "../shipping/index.ts";
import { type InvoiceDocument, invoiceDocumentSchema } from "./invoice-document.ts";
import { invoiceFileInfo, invoiceTemplate, renderInvoices } from "./render-invoices.ts";

afterAll(closeDocumentWorkers);

const cases = Object.entries(INVOICE_CASES);

describe.each(cases)("an invoice with %s", (_, doc) => {
  it("prints amounts that can be recomputed from its paper alone", async () => {
    const printed = readInvoice(await readPages(await renderInvoices([doc])));
    expect(printed.lines.map((line) => line.position)).toEqual(doc.lines.map((_line, i) => i + 1));
    expect(printed.charges).toHaveLength(doc.otherCharges.length);
    for (const line of printed.lines) checkLine(line, doc.pricesIncludeTax);
    const all = [...printed.lines, ...printed.charges];
    for (const line of all) expect(line.taxable + taxOf(line)).toBe(line.total);
    expect(printed.totalRow.get("Taxable")).toBe(total(all.map((line) => line.taxable)));
    expect(printed.totalRow.get("Total")).toBe(total(all.map((line) => line.total)));
    for (const head of new Set(all.flatMap((line) => line.taxes.map((tax) => tax.head)))) {
      const amounts = all.flatMap((line) => line.taxes.filter((tax) => tax.head === head).map((tax) => tax.amount));
      expect(printed.totalRow.get(head)).toBe(total(amounts));
    }
    expect(printed.payable).toBe((printed.totalRow.get("Total") ?? 0) + printed.roundOff);
    expect(printed.payable).toBe(doc.totals.payable);
    checkSummary(printed.summary, all);
  });

  it("prints what rule 46 asks for, the rupee sign among it", async () => {
    const pages = await readPages(await renderInvoices([doc]));
    const text = flat(pages.map((page) => page.text).join("\n"));
    const first = pages[0];
    for (const wanted of wantedTexts(doc)) expect(text).toContain(flat(wanted));
    expect(text).toContain("₹");
    expect(paiseOfWords(wordsIn(first ? pages : []))).toBe(doc.totals.payable);
    pages.forEach((page, i) => {
      expect(page.text).toContain(`Page ${i + 1} of ${pages.length}`);
      expect([Math.round(page.width), Math.round(page.height)]).toEqual([595, 842]);
      // Nothing runs off the paper; the mark across a cancelled one may.
      for (const line of page.lines)
        for (const cell of line.cells.filter((each) => each.text !== "CANCELLED"))
          expect(cell.right).toBeLessThanOrEqual(page.width - 33);
    });
  });

  it("shows codes that a scanner reads from its picture", async () => {
    const pdf = await renderInvoices([doc]);
    const codes = await codesIn(await pictureOfPage(pdf, 1, 3));
    expect(codes).toContainEqual({ format: "Code128", text: doc.number });
    if (doc.qr === null) return;
    const pages = await readPages(pdf);
    const page = pages.findIndex((each) => each.text.includes("Amount in words")) + 1;
    const onIts = await codesIn(await pictureOfPage(pdf, page, 4));
    expect(onIts).toContainEqual({ format: "QRCode", text: doc.qr.payload });
  });
});

describe("invoices over several pages", () => {
  it("carry their sums from page to page and repeat the header", async () => {
    const doc = INVOICE_CASES["200 lines over pages"] ?? anInvoice();
    const pages = await readPages(await renderInvoices([doc]));
    const { carried, lines } = readInvoice(pages);
    expect(pages.length).toBeGreaterThan(5);
    expect(carried.length).toBeGreaterThan(8);
    let seen = 0;
    for (let i = 0; i < carried.length; i += 2) {
      expect(carried[i]).toEqual(carried[i + 1]); // what leaves a page arrives on the next
      const upTo = lines.findIndex(
        (_line, at) => total(lines.slice(0, at + 1).map((l) => l.total)) === carried[i]?.get("Total"),
      );
      expect(upTo).toBeGreaterThanOrEqual(seen);
      seen = upTo + 1;
    }
    for (const page of pages.slice(1))
      expect(page.text).toContain(`Tax Invoice ${doc.number} of 21 Nov 2026 · continued`);
  });
});

describe("invoice files", () => {
  it("hold many invoices in one PDF, each counting its own pages", async () => {
    const docs = [
      anInvoice(),
      INVOICE_CASES["200 lines over pages"] ?? anInvoice(),
      INVOICE_CASES["a Hindi name"] ?? anInvoice(),
    ];
    const alone = await Promise.all(docs.map(async (doc) => (await readPages(await renderInvoices([doc]))).length));
    const pages = await readPages(await renderInvoices(docs));
    expect(pages).toHaveLength(total(alone));
    expect(pages.at(-1)?.text).toContain("Page 1 of 1");
  });

  it("print the longest number that a channel may give whole, within the paper, and say whose it is", async () => {
    const number = "MARKETPLACE/2026-27/KARNATAKA/0000000000118204/ABC";
    expect(number).toHaveLength(50);
    const pages = await readPages(await renderInvoices([anInvoice({ over: { number, numberedBy: "Oker" } })]));
    const cells = pages.flatMap((page) => page.lines.flatMap((line) => line.cells));
    expect(
      cells
        .map((cell) => cell.text)
        .join("")
        .replaceAll(/\s/g, ""),
    ).toContain(number);
    expect(Math.max(...cells.map((cell) => cell.right))).toBeLessThanOrEqual((pages[0]?.width ?? 0) - 33);
    expect(pages[0]?.text).toContain("Number given by");
  });

  it("put an invoice and its label into one PDF", async () => {
    const doc = anInvoice({ cod: true });
    const parts = [documentPart(invoiceTemplate, doc), documentPart(labelTemplate, aLabel())];
    const pdf = await renderInWorker(invoiceFileInfo([doc]), parts);
    const pages = await readPages(pdf);
    expect(pages.map((page) => [Math.round(page.width), Math.round(page.height)])).toEqual([
      [595, 842],
      [288, 432],
    ]);
    expect(await codesIn(await pictureOfPage(pdf, 2, 3))).toContainEqual({ format: "Code128", text: aLabel().awb });
  });

  it("are the same bytes for the same data, in a worker as here", async () => {
    const doc = INVOICE_CASES["scripts mixed in one line"] ?? anInvoice();
    const here = await drawDocuments(invoiceFileInfo([doc]), [documentPart(invoiceTemplate, doc)]);
    const there = await renderInvoices([doc]);
    expect(Buffer.compare(here, there)).toBe(0);
  });

  it("are drawn from what a database gives back", async () => {
    for (const [, doc] of cases) {
      const stored: unknown = JSON.parse(JSON.stringify(doc));
      expect(invoiceDocumentSchema.parse(stored)).toEqual(doc);
    }
    expect(invoiceDocumentSchema.safeParse({ ...anInvoice(), templateVersion: 2 }).success).toBe(false);
  });
});

function checkLine(line: PrintedLine, pricesIncludeTax: boolean): void {
  const priced = line.quantity * line.unitPrice - line.discount + line.charges;
  expect(priced).toBe(pricesIncludeTax ? line.total : line.taxable);
  for (const tax of line.taxes) {
    const exact = (line.taxable * tax.ratePercent) / 100;
    // Taken out of a price with tax, a head may differ from rate x value by the paisa that no split can place.
    expect(Math.abs(tax.amount - exact)).toBeLessThanOrEqual(1);
  }
}

function checkSummary(
  summary: readonly { hsn: string; numbers: readonly number[] }[],
  lines: readonly PrintedLine[],
): void {
  const taxable = (hsn: string) => total(lines.filter((line) => line.hsn === hsn).map((line) => line.taxable));
  const tax = (hsn: string) => total(lines.filter((line) => line.hsn === hsn).map(taxOf));
  for (const hsn of new Set(lines.map((line) => line.hsn))) {
    const rows = summary.filter((row) => row.hsn === hsn);
    expect(total(rows.map((row) => row.numbers[0] ?? 0))).toBe(taxable(hsn));
    expect(total(rows.map((row) => row.numbers.at(-1) ?? 0))).toBe(tax(hsn));
    for (const row of rows) expect(total(row.numbers.slice(1, -1))).toBe(row.numbers.at(-1));
  }
}

/** Each of these must stand in the text, whatever breaks its lines. */
function wantedTexts(doc: InvoiceDocument): string[] {
  const titles = { TAX_INVOICE: "Tax Invoice", BILL_OF_SUPPLY: "Bill of Supply", CREDIT_NOTE: "Credit Note" };
  const wanted: (string | null)[] = [
    titles[doc.kind],
    doc.number,
    "21 Nov 2026",
    doc.supplier.name,
    ...doc.supplier.addressLines,
    `GSTIN ${doc.supplier.gstin}`,
    `State: ${doc.supplier.state?.name}, code ${doc.supplier.state?.code}`,
    `${doc.placeOfSupply.name} (${doc.placeOfSupply.code})`,
    doc.orderNumber,
    doc.channelName,
    "Reverse charge",
    doc.payment.mode,
    `For ${doc.supplier.name}`,
    doc.signatory,
    doc.declaration,
    doc.billTo.gstin === null ? null : `GSTIN ${doc.billTo.gstin}`,
    doc.eInvoice === null ? null : `IRN ${doc.eInvoice.irn}`,
    doc.against === null ? null : doc.against.number,
    doc.cancelled ? "CANCELLED" : null,
    doc.copy ? "COPY" : "Original for recipient",
    doc.payment.collect === 0 ? null : "Collect on delivery ₹",
  ];
  return wanted.filter((each) => each !== null);
}

/** The names as they were typed, conjuncts and vowel signs in their order: see the next test for whole addresses. */
describe("names in Indian scripts", () => {
  it.each(cases.filter(([name]) => /Hindi|Tamil|scripts/.test(name)))("are extracted as typed: %s", async (_, doc) => {
    const text = flat((await readPages(await renderInvoices([doc]))).map((page) => page.text).join("\n"));
    for (const typed of [doc.billTo.name, ...doc.billTo.addressLines, doc.lines[0]?.description ?? ""]) {
      expect(text).toContain(flat(typed));
    }
  });
});

function wordsIn(pages: readonly ReadPage[]): string {
  const page = pages.find((each) => each.text.includes("Amount in words"));
  const at = page?.lines.findIndex((line) => line.cells.some((cell) => cell.text === "Amount in words")) ?? -1;
  const left = page?.lines[at]?.cells.find((cell) => cell.text === "Amount in words")?.left ?? 0;
  const column = (page?.lines.slice(at + 1) ?? []).flatMap((line) =>
    line.cells.filter((cell) => Math.abs(cell.left - left) < 0.6),
  );
  const last = column.findIndex((cell) => /Only$/.test(cell.text));
  return column
    .slice(0, last + 1)
    .map((cell) => cell.text)
    .join(" ");
}

function taxOf(line: PrintedLine): number {
  return total(line.taxes.map((tax) => tax.amount));
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}

/** Without white space: lines break where they must. */
function flat(text: string): string {
  return text.normalize("NFC").replace(/\s+/g, "");
}
