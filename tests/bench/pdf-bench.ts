import { pathToFileURL } from "node:url";
import { invoiceFileInfo, invoiceTemplate } from "../../src/billing/render-invoices.ts";
import { paise } from "../../src/kernel/index.ts";
import { drawDocuments } from "../../src/platform/documents/drawing.ts";
import { documentPart } from "../../src/platform/documents/index.ts";
import { anInvoice } from "../support/invoices.ts";

/** What `benchInvoices` measured: invoices drawn a second on one core, one PDF each, and the size of one in bytes. */
export interface InvoiceBench {
  readonly perSecond: number;
  readonly documents: number;
  readonly bytes: number;
}

/**
 * Draws two-line invoices with a payment QR and a barcode, one after another in this thread, each into a file of its
 * own with its fonts embedded, for `seconds` after a warm-up. Every invoice has other names, numbers and amounts, so
 * that the cache of shaped words helps no more than it does in a warehouse: products, places and labels recur, the
 * rest does not.
 */
export async function benchInvoices(seconds: number): Promise<InvoiceBench> {
  let bytes = 0;
  const drawOne = async (i: number): Promise<void> => {
    const doc = numbered(i);
    bytes = (await drawDocuments(invoiceFileInfo([doc]), [documentPart(invoiceTemplate, doc)])).length;
  };
  for (let i = 0; i < 100; i += 1) await drawOne(i);
  const started = performance.now();
  let documents = 0;
  while (performance.now() - started < seconds * 1000) {
    await drawOne(100 + documents);
    documents += 1;
  }
  return { perSecond: (documents * 1000) / (performance.now() - started), documents, bytes };
}

/** A two-line invoice that differs from every other in number, buyer, order, AWB, amounts and QR. */
function numbered(i: number) {
  const price = 49_900 + ((i * 7919) % 200_000);
  const base = anInvoice({
    cod: i % 2 === 0,
    lines: [
      { unitPrice: price },
      {
        description: "Steel tiffin box, three tiers",
        sku: "TIF-3",
        hsn: "73239390",
        gstBps: 1800,
        unitPrice: price + 1,
      },
    ],
  });
  const buyer = { ...base.billTo, name: `Buyer${i} Krishnamurthy`, phone: String(9_000_000_000 + i * 37) };
  const number = `BLR2627-${String(i).padStart(6, "0")}`;
  const amount = (paise(base.totals.payable) / 100).toFixed(2);
  return {
    ...base,
    number,
    orderNumber: `JM-2026-11-${String(i * 13).padStart(7, "0")}`,
    billTo: buyer,
    shipTo: buyer,
    qr: { payload: `upi://pay?pa=malleshwaram@bank&tr=${number}&am=${amount}&cu=INR`, caption: "Scan to pay" },
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { perSecond, documents, bytes } = await benchInvoices(Number(process.argv[2] ?? 5));
  process.stdout.write(`${perSecond.toFixed(0)} invoices/s on one core (${documents} drawn, ${bytes} bytes each)\n`);
}
