import type { InvoiceDocument } from "../../src/billing/invoice-document.ts";
import { paise } from "../../src/kernel/index.ts";
import { anInvoice, type LineSpec } from "./invoices.ts";

/** The kinds of invoices that must print right, each by what is odd about it. */

const TIFFIN: LineSpec = {
  description: "Stainless steel tiffin box, three tiers",
  sku: "TIF-3",
  hsn: "73239390",
  gstBps: 1800,
  unitPrice: 84_900,
};
const CREAM: LineSpec = {
  description: "Sandalwood cream 50 g",
  sku: "SWC-50",
  hsn: "33049990",
  gstBps: 1800,
  unitPrice: 19_999,
};
const DRINK: LineSpec = {
  description: "Aerated drink, carton of 24",
  sku: "DRK-24",
  hsn: "22021090",
  gstBps: 2800,
  cessBps: 1200,
  unitPrice: 96_000,
};

function buyer(name: string, addressLines: string[]): Partial<InvoiceDocument> {
  const party = { ...anInvoice().billTo, name, addressLines };
  return { billTo: party, shipTo: party };
}

function manyLines(count: number, change: (i: number) => LineSpec = () => ({})): LineSpec[] {
  return Array.from({ length: count }, (_, i) => ({
    description: `Item number ${i + 1} of a long order`,
    sku: `SKU-${1000 + i}`,
    hsn: ["62114210", "73239390", "33049990"][i % 3] ?? "62114210",
    gstBps: [500, 1800, 1800][i % 3] ?? 500,
    unitPrice: 10_000 + i * 137,
    quantity: 1 + (i % 4),
    ...change(i),
  }));
}

export const INVOICE_CASES: Readonly<Record<string, InvoiceDocument>> = {
  "one line within the state": anInvoice(),
  "two lines within the state": anInvoice({ lines: [{}, { ...TIFFIN, quantity: 2 }] }),
  "another state": anInvoice({ kind: "INTER_STATE", lines: [{}, TIFFIN] }),
  "a union territory": anInvoice({ kind: "INTRA_UNION_TERRITORY", lines: [{}, TIFFIN] }),
  "cess within the state": anInvoice({ lines: [DRINK, CREAM] }),
  "cess to another state": anInvoice({ kind: "INTER_STATE", lines: [{ ...DRINK, quantity: 7 }] }),
  "cess in a union territory": anInvoice({ kind: "INTRA_UNION_TERRITORY", lines: [{ ...DRINK, quantity: 3 }, {}] }),
  "a discount": anInvoice({ lines: [{ discount: 20_050 }] }),
  "discounts on some lines": anInvoice({
    kind: "INTER_STATE",
    lines: [{ discount: 999 }, TIFFIN, { ...CREAM, discount: 1 }],
  }),
  "cash on delivery": anInvoice({ cod: true }),
  "cash on delivery with its fee": anInvoice({ cod: true, lines: [{ codFee: 4_900 }, TIFFIN] }),
  "shipping charged": anInvoice({ lines: [{ shipping: 9_900 }, { ...TIFFIN, shipping: 4_999 }] }),
  "gift wrap charged": anInvoice({ lines: [{ giftWrap: 5_000 }] }),
  "all charges and a discount": anInvoice({
    cod: true,
    lines: [{ shipping: 9_900, codFee: 4_900, giftWrap: 2_500, discount: 10_000 }, CREAM],
  }),
  "charges as lines of their own": anInvoice({
    lines: [{}, TIFFIN],
    otherCharges: [
      { label: "Delivery charges", amount: 9_900 },
      { label: "Convenience fee", amount: 1_500 },
    ],
  }),
  "rounded up to the rupee": anInvoice({ roundToRupee: true, lines: [{ unitPrice: 129_967 }] }),
  "rounded down to the rupee": anInvoice({
    kind: "INTER_STATE",
    roundToRupee: true,
    lines: [{ unitPrice: 129_931 }, CREAM],
  }),
  "200 lines over pages": anInvoice({ lines: manyLines(200) }),
  "200 lines with cess and discounts to another state": anInvoice({
    kind: "INTER_STATE",
    lines: manyLines(200, (i) => ({
      discount: i * 3,
      ...(i % 5 === 0 ? { gstBps: 2800, cessBps: 1200, hsn: "22021090" } : {}),
    })),
  }),
  "a Hindi name": anInvoice({
    over: buyer("श्रीमती लक्ष्मी त्रिपाठी", ["मकान नं. १२, क्षत्रिय मार्ग", "विद्यार्थी कॉलोनी, हिन्दुस्तान चौक"]),
  }),
  "a Tamil name": anInvoice({
    kind: "INTER_STATE",
    over: buyer("திரு. கார்த்திகேயன் சுப்பிரமணியன்", ["எண் 5, அண்ணா சாலை", "கொடைக்கானல், சென்னை"]),
  }),
  "names in the other scripts of India": anInvoice({
    over: buyer("শ্রীমতী লক্ষ্মী চট্টোপাধ্যায়", [
      "శ్రీమతి లక్ష్మి కృష్ణ",
      "ಶ್ರೀಮತಿ ಲಕ್ಷ್ಮೀ ಕೃಷ್ಣ",
      "શ્રીમતી લક્ષ્મી કૃષ્ણ",
      "ശ്രീമതി ലക്ഷ്മി കൃഷ്ണൻ",
      "ਸ਼੍ਰੀਮਤੀ ਲਕਸ਼ਮੀ ਕੌਰ",
      "ଶ୍ରୀମତୀ ଲକ୍ଷ୍ମୀ କୃଷ୍ଣ",
    ]),
  }),
  "scripts mixed in one line": anInvoice({
    over: buyer("Smt. लक्ष्मी Iyer (லட்சுமி)", ["Flat 12-B, गांधी Road, ₹-Store के पास"]),
    lines: [{ description: "कुर्ता / Kurta — size L", sku: "KUR-हि" }],
  }),
  "a registered buyer": anInvoice({
    kind: "INTER_STATE",
    lines: [{ ...TIFFIN, quantity: 40 }],
    over: {
      billTo: { ...anInvoice({ kind: "INTER_STATE" }).billTo, name: "Sahyadri Stores LLP", gstin: "27AAACS1234K1Z7" },
    },
  }),
  "an e-invoice": anInvoice({
    kind: "INTER_STATE",
    lines: [{ ...TIFFIN, quantity: 12 }],
    over: {
      eInvoice: {
        irn: "35054cc24d97033afc24f49ec4444dbab81f542c555f9d30359dc75794e06bbe",
        acknowledgementNumber: "112010036563310",
        acknowledgedOn: "2026-11-21",
      },
      qr: {
        payload: `eyJhbGciOiJSUzI1NiJ9.${"QmFzZTY0dXJsLXNpZ25lZC1wYXlsb2Fk".repeat(24)}`,
        caption: "Signed by the IRP",
      },
    },
  }),
  "a bill of supply": anInvoice({
    exempt: true,
    lines: [{ gstBps: 0, hsn: "49011010", description: "Printed book" }],
    over: { kind: "BILL_OF_SUPPLY" },
  }),
  "a credit note": anInvoice({
    lines: [{}],
    over: {
      kind: "CREDIT_NOTE",
      number: "CRN2627-000004",
      against: { number: "BLR2627-000123", issuedOn: "2026-11-02" },
    },
  }),
  "a cancelled invoice": anInvoice({ lines: [{}, TIFFIN], over: { cancelled: true } }),
  "a copy": anInvoice({ over: { copy: true } }),
  "prices without tax": anInvoice({ pricesIncludeTax: false, lines: [{ unitPrice: 100_001, quantity: 3 }, CREAM] }),
  "amounts in crores with every column": anInvoice({
    kind: "INTRA_UNION_TERRITORY",
    lines: [{ ...DRINK, unitPrice: 987_654_321, quantity: 99, discount: 123_456_789, shipping: 12_345_678 }],
  }),
  "a paisa": anInvoice({ lines: [{ unitPrice: 1 }, { ...CREAM, unitPrice: 33, quantity: 3 }] }),
  "no QR code, phone, SKU or declaration": anInvoice({
    over: {
      qr: null,
      declaration: null,
      terms: [],
      shipment: null,
      packageCode: null,
      lines: anInvoice().lines.map((line) => ({ ...line, sku: null })),
      payment: { mode: "Prepaid", collect: paise(0), reference: null },
    },
  }),
  "long words and long names": anInvoice({
    lines: [
      {
        description: `${"Kancheepuram-silk-saree-with-zari-border-".repeat(4)} and a blouse piece`,
        sku: "K".repeat(60),
      },
    ],
    over: buyer("Sri Venkateswara Subrahmanya Lakshmi Narasimha Traders and Sons Private Limited, Retail Division", [
      `${"No space in this address line at all ".replaceAll(" ", "/").repeat(4)}`,
    ]),
  }),
  "a number that the channel gave": anInvoice({
    kind: "INTER_STATE",
    over: { number: "OKR/2026-27/KA/0000000118204", numberedBy: "Oker Bengaluru" },
  }),
};
