/** E-invoices for tests: plain, true in every sum, and stating only what a test is about. */
import type { Inv01 } from "../../contract/inv01.ts";
import type { EInvoiceFacts, EInvoiceLine, EInvoiceParty } from "../../src/e-invoice/index.ts";
import { inv01 } from "../../src/e-invoice/inv01.ts";
import { basisPoints, divideRounded, must, paise, sum } from "../../src/kernel/index.ts";

export const SELLER_GSTIN = "29AAFCC9980M1ZR";
export const BUYER_GSTIN = "27AAPFU0939F1ZV";
/** Of the seller's own state. */
export const NEAR_BUYER_GSTIN = "29AAFCC9980M2ZQ";

export interface LineWish {
  readonly taxable?: number;
  readonly discount?: number;
  readonly quantity?: number;
  readonly gstBps?: number;
  readonly cessBps?: number;
  readonly cessFixed?: number;
  readonly hsn?: string;
  readonly description?: string;
  /** Which heads bear the tax. */
  readonly heads?: "IGST" | "SGST" | "UTGST";
}

/** Tax worked out by rate and value, each head rounded to the paisa by itself. */
export function aLine(wish: LineWish = {}): EInvoiceLine {
  const { taxable = 100_000, gstBps = 1_800, cessBps = 0, cessFixed = 0, heads = "IGST" } = wish;
  const share = (bps: number, parts: bigint) => divideRounded(BigInt(taxable) * BigInt(bps), 10_000n * parts);
  const half = heads === "IGST" ? paise(0) : share(gstBps, 2n);
  const igst = heads === "IGST" ? share(gstBps, 1n) : paise(0);
  const cess = share(cessBps, 1n);
  return {
    description: wish.description ?? "Filter coffee, 500 g",
    hsn: wish.hsn ?? "090121",
    barcode: null,
    quantity: wish.quantity ?? 1,
    unit: "NOS",
    discount: paise(wish.discount ?? 0),
    taxable: paise(taxable),
    gstBps: basisPoints(gstBps),
    cgst: half,
    sgst: heads === "SGST" ? half : paise(0),
    utgst: heads === "UTGST" ? half : paise(0),
    igst,
    cessBps: basisPoints(cessBps),
    cess,
    cessFixed: paise(cessFixed),
    total: sum([taxable, half, half, igst, cess, cessFixed]),
  };
}

const seller: EInvoiceParty = {
  gstin: SELLER_GSTIN,
  legalName: "Chai and Sons Private Limited",
  tradeName: "Chai & Sons",
  line1: "12, 4th Cross, Koramangala",
  line2: null,
  city: "Bengaluru",
  pincode: "560034",
  stateCode: "29",
  phone: "+91 98765 43210",
  email: "accounts@chai.example.in",
};

const buyer: EInvoiceParty = {
  gstin: BUYER_GSTIN,
  legalName: "United Retail",
  tradeName: null,
  line1: "7, Fort",
  line2: "Opposite the station",
  city: "Mumbai",
  pincode: "400001",
  stateCode: "27",
  phone: null,
  email: null,
};

export type FactsWish = Partial<Omit<EInvoiceFacts, "seller" | "buyer">> & {
  readonly seller?: Partial<EInvoiceParty>;
  readonly buyer?: Partial<EInvoiceParty>;
};

/** An invoice between states of 21 November 2026, of one line unless lines are given. */
export function someFacts(wish: FactsWish = {}): EInvoiceFacts {
  const lines = wish.lines ?? [aLine()];
  const gross = sum(lines.map((line) => line.total));
  const roundOff = wish.roundOff ?? paise(0);
  return {
    type: "INV",
    number: "INV26/1",
    on: Temporal.PlainDate.from("2026-11-21"),
    supply: "B2B",
    reverseCharge: false,
    igstOnIntra: false,
    operatorGstin: null,
    placeOfSupply: "27",
    dispatchFrom: null,
    shipTo: null,
    precedes: [],
    ...wish,
    seller: { ...seller, ...wish.seller },
    buyer: { ...buyer, ...wish.buyer },
    lines,
    roundOff,
    payable: wish.payable ?? paise(gross + roundOff),
  };
}

export function aDocument(wish: FactsWish = {}): Inv01 {
  return must(inv01(someFacts(wish)));
}
