import { paise } from "../../src/kernel/index.ts";
import type { PurchaseOrderDocument } from "../../src/purchasing/purchase-order-document.ts";

/** An approved order of so many lines between two states, with IGST of 18 %. */
export function aPurchaseOrderDocument(
  count: number,
  over: Partial<PurchaseOrderDocument> = {},
): PurchaseOrderDocument {
  const lines = Array.from({ length: count }, (_, i) => {
    const quantity = 10 + i;
    const unitPrice = 240_50 + i;
    const taxable = quantity * unitPrice;
    const tax = Math.round((taxable * 18) / 100);
    return {
      sku: `MW-KURTI-${String(i + 1).padStart(3, "0")}`,
      vendorSku: i % 3 === 0 ? null : `V-${i + 1}`,
      name:
        i % 5 === 0 ? "Handloom kurti, indigo, with a long name that needs a second line to be read" : "Kurti, indigo",
      hsn: "62046200",
      quantity,
      unitPrice: paise(unitPrice),
      taxable: paise(taxable),
      gstBps: 1800,
      tax: paise(tax),
      gross: paise(taxable + tax),
    };
  });
  const total = (of: (line: (typeof lines)[number]) => number) => paise(lines.reduce((sum, line) => sum + of(line), 0));
  const none = paise(0);
  return {
    templateVersion: 1,
    code: "PO-100042",
    madeAt: "2026-11-20T04:30:00Z",
    standing: "IN_FORCE",
    orderedOn: "2026-11-20",
    expectedOn: "2026-12-04",
    approvedBy: "Asha Rao",
    payment: "30 days from invoice",
    remarks: "By lorry, to gate 3",
    vendor: {
      name: "Malabar Weaves",
      addressLines: ["14 Mill Road", "Kannur 670001"],
      state: "Kerala (32)",
      gstin: "32AAACT2727Q1ZU",
      contact: "श्रीमती लक्ष्मी त्रिपाठी",
      phone: "9845012345",
      email: "sales@example.com",
    },
    deliverTo: {
      name: "Malleshwaram Handlooms Private Limited",
      addressLines: ["No. 17, 2nd Main, Yeshwanthpur Industrial Suburb", "Bengaluru 560022"],
      state: "Karnataka (29)",
      gstin: "29AAACT2727Q1ZU",
      contact: null,
      phone: "080 4123 9876",
      email: null,
    },
    lines,
    totals: {
      quantity: lines.reduce((sum, line) => sum + line.quantity, 0),
      taxable: total((line) => line.taxable),
      cgst: none,
      sgst: none,
      utgst: none,
      igst: total((line) => line.tax),
      cess: none,
      gross: total((line) => line.gross),
    },
    taxNote: null,
    ...over,
  };
}
