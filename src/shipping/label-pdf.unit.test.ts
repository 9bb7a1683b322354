import { afterAll, describe, expect, it } from "vitest";
import { codesIn, pictureOfPage, readPages } from "../../tests/support/read-pdf.ts";
import { aLabel } from "../../tests/support/shipping-documents.ts";
import { paise } from "../kernel/index.ts";
import { closeDocumentWorkers } from "../platform/documents/index.ts";
import { type LabelDocument, labelDocumentSchema } from "./label-document.ts";
import { renderLabels } from "./render-labels.ts";

afterAll(closeDocumentWorkers);

const products = Array.from({ length: 40 }, (_, i) => ({
  sku: `SKU-${i}`,
  description: "A product of many",
  quantity: i + 1,
}));

const LABELS: Readonly<Record<string, LabelDocument>> = {
  "cash on delivery": aLabel(),
  "a prepaid parcel": aLabel({ payment: { mode: "PREPAID" } }),
  "an amount in lakhs": aLabel({ payment: { mode: "COD", collect: paise(123_456_789) } }),
  "a reprint": aLabel({ copy: true }),
  "an AWB of figures": aLabel({ awb: "123456789012345678" }),
  "the longest AWB we upload": aLabel({ awb: "ABCDEFGHIJ-KLMNOPQRST/1234567890-XYZ1234" }),
  "forty products": aLabel({ products }),
  "no sort code, service, size, phone or invoice": aLabel({
    sortCode: null,
    service: null,
    sizeMm: null,
    weightGrams: null,
    invoice: null,
    shipTo: { ...aLabel().shipTo, phone: null },
  }),
  "a Hindi address": aLabel({
    shipTo: {
      ...aLabel().shipTo,
      name: "श्रीमती लक्ष्मी त्रिपाठी",
      addressLines: ["मकान नं. १२, क्षत्रिय मार्ग", "हिन्दुस्तान चौक"],
    },
  }),
  "a Tamil address": aLabel({
    shipTo: { ...aLabel().shipTo, name: "திரு. கார்த்திகேயன்", addressLines: ["எண் 5, அண்ணா சாலை", "கொடைக்கானல்"] },
  }),
  "a very long address": aLabel({
    copy: true,
    sortCode: "MAA/CENTRAL-HUB/44",
    shipTo: {
      ...aLabel().shipTo,
      name: "Sri Venkateswara Subrahmanya Lakshmi Narasimha Traders and Sons Private Limited",
      addressLines: [
        "Third floor, Gandhi Marg, near Shivaji Nagar, opposite the railway station, behind the big temple",
        "Landmark: next to Sri Krishna Sweets, first left after the flyover, second gate, ask for Raju",
        "Post office Shivaji Nagar, taluk Bangalore North, district Bengaluru Urban",
      ],
    },
  }),
};

describe.each(Object.entries(LABELS))("a label with %s", (_, doc) => {
  it("says all that a courier needs, whole", async () => {
    const pages = await readPages(await renderLabels([doc]));
    expect(pages.map((page) => [page.width, page.height])).toEqual([[288, 432]]);
    const text = flat(pages[0]?.text ?? "");
    const { shipTo, returnTo } = doc;
    const wanted = [
      doc.courier,
      doc.awb,
      doc.sortCode ?? "",
      shipTo.name,
      ...shipTo.addressLines,
      `${shipTo.city}, ${shipTo.stateName}`,
      shipTo.pincode,
      shipTo.phone ?? "",
      returnTo.name,
      ...returnTo.addressLines,
      returnTo.pincode,
      doc.orderNumber,
      doc.packageCode,
      doc.invoice?.number ?? "",
    ];
    for (const each of wanted) expect(text).toContain(flat(each));
    for (const line of pages[0]?.lines ?? []) {
      expect(line.y).toBeLessThan(426);
      for (const cell of line.cells) expect(cell.right).toBeLessThan(284);
    }
  });

  it("prints what is to be collected, or that nothing is", async () => {
    const text = (await readPages(await renderLabels([doc])))[0]?.text ?? "";
    if (doc.payment.mode === "PREPAID") {
      expect(text).toContain("PREPAID");
      expect(text).not.toMatch(/\bCOD\b/);
      return;
    }
    const rupees = /COD\s+₹([\d,]+\.\d\d)/.exec(text)?.[1] ?? "";
    expect(Number(rupees.replace(/[,.]/g, ""))).toBe(doc.payment.collect);
    expect(text).not.toContain("PREPAID");
  });

  it("has its AWB and order number as barcodes that a scanner reads from its picture", async () => {
    // 203 dots an inch: what a thermal printer puts on paper.
    const codes = await codesIn(await pictureOfPage(await renderLabels([doc]), 1, (203 / 72) * 2));
    expect(codes).toContainEqual({ format: "Code128", text: doc.awb });
    expect(codes).toContainEqual({ format: "Code128", text: doc.orderNumber });
  });

  it("is marked when it is a copy, and only then", async () => {
    const text = (await readPages(await renderLabels([doc])))[0]?.text ?? "";
    expect(text.includes("DUPLICATE COPY")).toBe(doc.copy);
  });

  it("is drawn from what a database gives back", () => {
    const stored: unknown = JSON.parse(JSON.stringify(doc));
    expect(labelDocumentSchema.parse(stored)).toEqual(doc);
  });
});

describe("labels", () => {
  it("are a page each in one PDF, in the order given", async () => {
    const docs = Array.from({ length: 25 }, (_, i) => aLabel({ awb: `SWF${1000 + i}` }));
    const pages = await readPages(await renderLabels(docs));
    expect(pages.map((page) => /SWF\d+/.exec(page.text)?.[0])).toEqual(docs.map((doc) => doc.awb));
  });

  it("count the products that there is no room for", async () => {
    const text = (await readPages(await renderLabels([aLabel({ products })])))[0]?.text ?? "";
    const shown = [...text.matchAll(/× (\d+)/g)].map((match) => Number(match[1]));
    const hidden = /and (\d+) more products, (\d+) units/.exec(text);
    expect(shown.length + Number(hidden?.[1])).toBe(40);
    expect(shown.reduce((a, b) => a + b, 0) + Number(hidden?.[2])).toBe((40 * 41) / 2);
  });
});

function flat(text: string): string {
  return text.normalize("NFC").replace(/\s+/g, "");
}
