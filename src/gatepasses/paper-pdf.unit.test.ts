import { afterAll, describe, expect, it } from "vitest";
import { codesIn, pictureOfPage, readPages } from "../../tests/support/read-pdf.ts";
import { basisPoints, paise } from "../kernel/index.ts";
import { closeDocumentWorkers } from "../platform/documents/index.ts";
import { PAPER_TEMPLATE_VERSION, type Paper, paperSchema } from "./paper.ts";
import { renderPaper } from "./print-papers.ts";

afterAll(closeDocumentWorkers);

const SIGNED = "eyJhbGciOiJSUzI1NiJ9.eyJkYXRhIjoie30ifQ.c2lnbmVk";

/** A tax invoice to Delhi; amounts grow with the lines, up to crores. */
function aPaper(lines: number, over: Partial<Paper> = {}): Paper {
  const side = { name: "Yard Traders (BLR1)", addressLines: ["1 Hosur Road", "Bengaluru 560068"], phone: null };
  const amounts = Array.from({ length: lines }, (_, i) => ({ taxable: 100_000 * (i + 1), igst: 18_000 * (i + 1) }));
  const sums = amounts.reduce((a, b) => ({ taxable: a.taxable + b.taxable, igst: a.igst + b.igst }), {
    taxable: 0,
    igst: 0,
  });
  const head = (igst: number) => [{ head: "IGST" as const, amount: paise(igst) }];
  return {
    ...{ templateVersion: PAPER_TEMPLATE_VERSION, kind: "TAX_INVOICE", number: "GT26-14", issuedOn: "2026-11-20" },
    ...{ cancelled: false, draft: false, gatepassCode: "GP-100001", movement: "Stock transfer", reference: "LR 4471" },
    purpose: "Filling up Delhi before the wedding season; दो पैलेट",
    against: null,
    from: { ...side, state: { name: "Karnataka", code: "29" }, gstin: "29AAFCC9980M1ZR" },
    to: { ...side, name: "Yard Traders (DEL1)", state: { name: "Delhi", code: "07" }, gstin: "07AAFCC9980M1ZR" },
    placeOfSupply: { name: "Delhi", code: "07" },
    lines: amounts.map(({ taxable, igst }, i) => ({
      ...{ description: "Water pump 1 HP, self priming", sku: `PUMP-${i + 1}`, hsn: "84137010", shelf: `A${i + 1}` },
      ...{ grade: "Good", quantity: i + 1, unitPrice: paise(100_000), gstBps: basisPoints(1800) },
      ...{ taxable: paise(taxable), taxes: head(igst), total: paise(taxable + igst) },
    })),
    totals: {
      quantity: (lines * (lines + 1)) / 2,
      ...{ taxable: paise(sums.taxable), taxes: head(sums.igst), total: paise(sums.taxable + sums.igst) },
    },
    amountInWords: "Rupees Many Only",
    ...{ eInvoice: null, declaration: "Supply between registrations of one owner." },
    ...over,
  } satisfies Paper;
}

const textOf = async (paper: Paper): Promise<string[]> =>
  (await readPages(await renderPaper(paper))).map((p) => p.text);

describe("a tax paper in print", () => {
  it.each([1, 20, 23, 60])("lists each of %i lines once in every copy, with its sums", async (count) => {
    const paper = aPaper(count);
    expect(paperSchema.parse(JSON.parse(JSON.stringify(paper)))).toEqual(paper);
    const pages = await textOf(paper);
    const copies = ["Original for recipient", "Duplicate for transporter", "Triplicate for supplier"];
    for (const copy of copies) {
      const own = pages.filter((page) => page.includes(`Tax Invoice · ${copy}`));
      expect(own.length).toBe(pages.length / 3);
      const text = own.join("\n");
      expect([...text.matchAll(/PUMP-(\d+)/g)].map((match) => Number(match[1]))).toEqual(
        Array.from({ length: count }, (_, i) => i + 1),
      );
      const total = /₹([\d,]+\.\d\d)/.exec(text)?.[1] ?? "";
      expect(Number(total.replaceAll(/[,.]/g, ""))).toBe(paper.totals.total);
      expect(text).toContain("Delhi (07)");
      own.forEach((page, i) => {
        expect(page).toContain(`Page ${i + 1} of ${own.length}`);
        if (i > 0) expect(page).toContain("continued");
      });
    }
  });

  it("has its number as a barcode, and the whole signed code where the portal gave one", async () => {
    const eInvoice = { irn: "a".repeat(64), acknowledgementNumber: "112010036563310", acknowledgedOn: "2026-11-20" };
    const pdf = await renderPaper(aPaper(2, { eInvoice: { ...eInvoice, signedQr: SIGNED } }));
    const codes = await codesIn(await pictureOfPage(pdf, 1, 3));
    expect(codes.map((code) => code.text).sort()).toEqual(["GT26-14", SIGNED].sort());
    expect((await readPages(pdf))[0]?.text).toContain(`IRN ${"a".repeat(64)}`);
  });

  it("says that it is cancelled, or not valid yet", async () => {
    expect((await textOf(aPaper(1, { cancelled: true })))[0]).toContain("CANCELLED");
    expect((await textOf(aPaper(1, { draft: true })))[0]).toContain("NOT VALID YET");
    expect((await textOf(aPaper(1)))[0]).not.toMatch(/CANCELLED|NOT VALID/);
  });

  it("names the invoice that a note changes, in one copy", async () => {
    const note = aPaper(1, {
      kind: "CREDIT_NOTE",
      number: "GR-1",
      against: { number: "GT26-14", issuedOn: "2026-11-20" },
    });
    const pages = await textOf(note);
    expect(pages).toHaveLength(1);
    expect(pages[0]).toContain("Against invoice");
    expect(pages[0]).toContain("GT26-14");
  });

  it("tells the guard what leaves from where, and no money", async () => {
    const pages = await textOf(aPaper(3, { kind: "GATEPASS", number: "GP-100001" }));
    expect(pages).toHaveLength(1);
    for (const text of ["A1", "A3", "6 pieces on 3 lines", "Passed at the gate"]) expect(pages[0]).toContain(text);
    expect(pages[0]).not.toContain("₹");
  });
});
