import { afterAll, describe, expect, it } from "vitest";
import { aPurchaseOrderDocument } from "../../tests/support/purchase-order-document.ts";
import { codesIn, pictureOfPage, readPages } from "../../tests/support/read-pdf.ts";
import { closeDocumentWorkers, indianAmount } from "../platform/documents/index.ts";
import { renderPurchaseOrder } from "./print-purchase-order.ts";
import { purchaseOrderDocumentSchema } from "./purchase-order-document.ts";

afterAll(closeDocumentWorkers);

describe("a printed purchase order", () => {
  it.each([1, 20, 24, 25, 26, 27, 500])(
    "lists each of %i lines once, with its sums and room to sign",
    async (count) => {
      const doc = aPurchaseOrderDocument(count);
      expect(purchaseOrderDocumentSchema.parse(JSON.parse(JSON.stringify(doc)))).toEqual(doc);
      const pages = await readPages(await renderPurchaseOrder(doc));
      const text = pages.map((page) => page.text).join("\n");
      const skus = [...text.matchAll(/MW-KURTI-\d{3}/g)].map((match) => match[0]);
      expect(skus).toEqual(doc.lines.map((line) => line.sku));
      for (const amount of [doc.totals.taxable, doc.totals.igst, doc.totals.gross])
        expect(pages.at(-1)?.text).toContain(`₹${indianAmount(amount)}`);
      expect(pages.at(-1)?.text).toContain("Authorised signatory");
      pages.forEach((page, i) => {
        expect(page.text).toContain(`Page ${i + 1} of ${pages.length}`);
        if (i > 0) expect(page.text).toContain("continued");
      });
    },
  );

  it("says that it is a draft, closed or cancelled, and nothing where it is in force", async () => {
    const words = async (standing: "DRAFT" | "IN_FORCE" | "CLOSED" | "CANCELLED") =>
      (await readPages(await renderPurchaseOrder(aPurchaseOrderDocument(1, { standing }))))[0]?.text ?? "";
    expect(await words("DRAFT")).toContain("Draft, not approved");
    expect(await words("CLOSED")).toContain("nothing more is to be delivered");
    expect(await words("CANCELLED")).toContain("Cancelled");
    expect(await words("IN_FORCE")).not.toMatch(/Draft|Closed|Cancelled/);
  });

  it("names the heads of tax that there are, and why there is none", async () => {
    const doc = aPurchaseOrderDocument(1);
    const free = aPurchaseOrderDocument(1, {
      taxNote: "The vendor is not registered under GST: no tax is charged.",
      totals: { ...doc.totals, igst: doc.totals.cgst, gross: doc.totals.taxable },
      vendor: { ...doc.vendor, gstin: null },
    });
    const [taxed, untaxed] = await Promise.all(
      [doc, free].map(async (each) => (await readPages(await renderPurchaseOrder(each)))[0]?.text ?? ""),
    );
    expect(taxed).toMatch(/IGST/);
    expect(taxed).not.toMatch(/SGST/);
    expect(untaxed).not.toMatch(/IGST/);
    expect(untaxed).toContain("Not registered under GST");
  });

  it("has its code as a barcode, and names in Indian scripts", async () => {
    const pdf = await renderPurchaseOrder(aPurchaseOrderDocument(3));
    expect(await codesIn(await pictureOfPage(pdf, 1, 3))).toEqual([{ format: "Code128", text: "PO-100042" }]);
    expect((await readPages(pdf))[0]?.text).toContain("श्रीमती लक्ष्मी त्रिपाठी");
  });
});
