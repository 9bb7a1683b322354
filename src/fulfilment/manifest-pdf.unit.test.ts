import { createCanvas } from "@napi-rs/canvas";
import { afterAll, describe, expect, it } from "vitest";
import { codesIn, pictureOfPage, readPages } from "../../tests/support/read-pdf.ts";
import { aManifest, aPicklist } from "../../tests/support/shipping-documents.ts";
import { closeDocumentWorkers } from "../platform/documents/index.ts";
import { manifestDocumentSchema } from "./manifest-document.ts";
import { picklistDocumentSchema } from "./picklist-document.ts";
import { renderManifest, renderPicklist } from "./render-documents.ts";

afterAll(closeDocumentWorkers);

describe("a printed manifest", () => {
  it.each([1, 24, 25, 26, 300])("lists each of %i parcels once, with sums and room to sign", async (count) => {
    const doc = aManifest(count);
    expect(manifestDocumentSchema.parse(JSON.parse(JSON.stringify(doc)))).toEqual(doc);
    const pages = await readPages(await renderManifest(doc));
    const text = pages.map((page) => page.text).join("\n");
    const awbs = [...text.matchAll(/SWF\d{10}/g)].map((match) => match[0]);
    expect(awbs).toEqual(doc.parcels.map((parcel) => parcel.awb));
    const collected = doc.parcels.reduce((total, parcel) => total + (parcel.collect ?? 0), 0);
    const printed = /₹([\d,]+\.\d\d)/.exec(pages[0]?.text ?? "")?.[1] ?? "";
    expect(Number(printed.replace(/[,.]/g, ""))).toBe(collected);
    expect(text).toContain(`Received ${count} parcels`);
    expect(pages.at(-1)?.text).toContain("Signature");
    pages.forEach((page, i) => {
      expect(page.text).toContain(`Page ${i + 1} of ${pages.length}`);
      if (i > 0) expect(page.text).toContain("continued");
    });
  });

  it("is a draft until it is closed", async () => {
    const open = await readPages(await renderManifest(aManifest(2, { closedAt: null })));
    expect(open[0]?.text).toContain("Manifest (draft)");
    expect((await readPages(await renderManifest(aManifest(2))))[0]?.text).not.toContain("draft");
  });

  it("has its code as a barcode, and names in Indian scripts", async () => {
    const pdf = await renderManifest(aManifest(3));
    expect(await codesIn(await pictureOfPage(pdf, 1, 3))).toEqual([{ format: "Code128", text: "MF-000077" }]);
    expect((await readPages(pdf))[0]?.text).toContain("श्रीमती लक्ष्मी त्रिपाठी");
  });
});

describe("a printed pick list", () => {
  it.each([1, 30, 200])("names shelf, SKU and quantity of %i picks and the shipments they are for", async (count) => {
    const doc = aPicklist(count);
    expect(picklistDocumentSchema.parse(JSON.parse(JSON.stringify(doc)))).toEqual(doc);
    const pages = await readPages(await renderPicklist(doc));
    const rows = pages.flatMap((page) => page.lines).filter((line) => /^A-\d+$/.test(line.cells[0]?.text ?? ""));
    const printed = rows.map((line) => {
      const quantity = line.cells.findLast((cell) => /^\d+$/.test(cell.text))?.text;
      return { shelf: line.cells[0]?.text, sku: line.cells[1]?.text, quantity: Number(quantity) };
    });
    expect(printed).toEqual(doc.picks.map(({ shelf, sku, quantity }) => ({ shelf, sku, quantity })));
    const text = pages.map((page) => page.text).join("\n");
    for (const code of doc.packageCodes) expect(text).toContain(code);
    expect(pages.at(-1)?.text).toContain(`Page ${pages.length} of ${pages.length}`);
  });

  it("shows pictures, transparent ones too, and says where one cannot be read", async () => {
    const canvas = createCanvas(40, 40);
    const context = canvas.getContext("2d");
    context.fillStyle = "rgba(255, 0, 0, 0.9)";
    context.fillRect(0, 0, 40, 40);
    const [first, second] = aPicklist(2).picks;
    if (!first || !second) throw new Error("the sample has two picks");
    const picks = [
      { ...first, imageBase64: canvas.toBuffer("image/png").toString("base64") },
      { ...second, imageBase64: Buffer.from("<svg/>").toString("base64") },
    ];
    const pdf = await renderPicklist(aPicklist(2, { picks }));
    expect((await readPages(pdf))[0]?.text).toContain("no picture");
    const picture = await pictureOfPage(pdf, 1, 1);
    const { data } = picture.getContext("2d").getImageData(0, 0, picture.width, picture.height);
    let reds = 0;
    for (let i = 0; i < data.length; i += 4) {
      if ((data[i] ?? 0) > 230 && (data[i + 1] ?? 255) < 60 && (data[i + 2] ?? 255) < 60) reds += 1;
    }
    expect(reds).toBeGreaterThan(500);
  });
});
