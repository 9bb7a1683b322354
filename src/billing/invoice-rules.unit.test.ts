import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaxClass } from "../catalog/tax-class.ts";
import { basisPoints, must, newId, paise, type SkuId, ZERO } from "../kernel/index.ts";
import { invoiceDocumentSchema } from "./invoice-document.ts";
import type { InvoiceFacts, InvoiceUnit, OrderAddress } from "./invoice-facts.ts";
import { invoicePage } from "./invoice-page.ts";
import { draftInvoice } from "./invoice-rules.ts";

const NOW = Temporal.Instant.from("2026-11-20T19:00:00Z"); // past midnight in India: the 21st there
const KURTA = newId<"Sku">();
const TIFFIN = newId<"Sku">();

/** 5 % up to ₹2,500 without tax, 18 % above. */
const APPAREL: TaxClass = {
  code: "APPAREL",
  name: "Apparel",
  slabPrice: "EXCLUDING_TAX",
  rows: [slab(0, 250_000, 500), slab(250_001, null, 1800)],
};
const PLAIN: TaxClass = { code: "P", name: "Plain", slabPrice: "EXCLUDING_TAX", rows: [slab(0, null, 1800)] };
const CLASSES = new Map([
  ["apparel", APPAREL],
  ["plain", PLAIN],
]);

function slab(from: number, to: number | null, gst: number) {
  return {
    holdsFrom: Temporal.PlainDate.from("2022-01-01"),
    unitPriceFromPaise: paise(from),
    unitPriceToPaise: to === null ? null : paise(to),
    gstBps: basisPoints(gst),
    cessBps: basisPoints(0),
    cessPerUnitPaise: ZERO,
  };
}

function aUnit(over: Partial<InvoiceUnit> = {}): InvoiceUnit {
  const skuId: SkuId = over.skuId ?? KURTA;
  const unit = {
    unitId: newId<"SaleOrderItem">(),
    skuId,
    sku: skuId === KURTA ? "KURTA" : "TIFFIN",
    name: "A thing",
    hsn: "62114210",
    taxClassId: "apparel",
    channelProductId: `${skuId}-V1`,
    productId: skuId,
    variantId: "V1",
    channelOrderItemId: "L1",
    price: paise(100_000),
    discount: ZERO,
    shippingCharges: ZERO,
    codCharges: ZERO,
    giftWrapCharges: ZERO,
    ...over,
  };
  return { ...unit, collect: over.collect ?? totalOf(unit) };
}

function totalOf(u: Pick<InvoiceUnit, "price" | "discount" | "shippingCharges" | "codCharges" | "giftWrapCharges">) {
  return paise(u.price + u.shippingCharges + u.codCharges + u.giftWrapCharges - u.discount);
}

const ADDRESS: OrderAddress = {
  name: "Asha Rao",
  line1: "12 MG Road",
  line2: null,
  city: "Bengaluru",
  stateName: "Karnataka",
  stateCode: "29",
  country: "India",
  pincode: "560001",
  phone: "9845012345",
  email: null,
};

function someFacts(units: readonly InvoiceUnit[], over: Partial<InvoiceFacts> = {}): InvoiceFacts {
  return {
    shippingPackageId: newId<"ShippingPackage">(),
    packageCode: "P-1",
    saleOrderId: newId<"SaleOrder">(),
    orderCode: "O-1",
    orderNumber: "O-1",
    placedAt: NOW,
    channelId: newId<"Channel">(),
    channelCode: "JUPITER_1",
    channelName: "Jupiter",
    source: "JUPITER",
    facilityId: newId<"Facility">(),
    facilityCode: "BLR",
    zone: "Asia/Kolkata",
    sandbox: false,
    dispatchFrom: null,
    reportsInvoices: false,
    seller: {
      billingPartyId: null,
      name: "Test Traders",
      line1: "1 Hosur Road",
      line2: null,
      city: "Bengaluru",
      stateCode: "29",
      pincode: "560068",
      phone: null,
      email: null,
      gstin: "29AAFCC9980M1ZR",
      upiId: null,
      bankAccount: null,
      bankIfsc: null,
    },
    paymentType: "PREPAID",
    payment: null,
    taxExempt: false,
    buyerGstin: null,
    shipTo: ADDRESS,
    billTo: ADDRESS,
    units,
    ...over,
  };
}

const draft = (facts: InvoiceFacts, roundToRupee = false) => draftInvoice(facts, CLASSES, { now: NOW, roundToRupee });
const linesOf = (facts: InvoiceFacts) =>
  must(draft(facts)).lines.map((line) => [line.unit.sku, line.units.length, line.taxed.gstBps, line.taxed.gross]);

describe("lines of an invoice", () => {
  it("are units of one product at one price and one rate, in the order of the order", () => {
    const units = [
      aUnit(),
      aUnit({ skuId: TIFFIN }),
      aUnit(),
      aUnit({ price: paise(90_000) }),
      aUnit({ discount: paise(1) }), // an odd paisa of a discount makes no line of its own
    ];
    expect(linesOf(someFacts(units))).toEqual([
      ["KURTA", 3, 500, 299_999],
      ["TIFFIN", 1, 500, 100_000],
      ["KURTA", 1, 500, 90_000],
    ]);
  });

  it("part where a discount takes some units under a slab's limit", () => {
    const dear = paise(300_000);
    const units = [aUnit({ price: dear }), aUnit({ price: dear, discount: paise(60_000) }), aUnit({ price: dear })];
    expect(linesOf(someFacts(units))).toEqual([
      ["KURTA", 2, 1_800, 600_000],
      ["KURTA", 1, 500, 240_000],
    ]);
  });

  it("carry charges at the rate of the goods, which charges do not lift over a slab's limit", () => {
    const [line] = must(draft(someFacts([aUnit({ price: paise(262_500), shippingCharges: paise(9_900) })]))).lines;
    expect(line?.taxed).toMatchObject({ gstBps: 500, gross: 272_400, cgst: 6_486, sgst: 6_486, taxable: 259_428 });
  });
});

describe("an invoice", () => {
  it("is dated by the day in the facility's zone, and is inter-state by the state of delivery", () => {
    const mumbai = { ...ADDRESS, stateCode: "27", stateName: "Maharashtra" };
    const far = must(draft(someFacts([aUnit()], { shipTo: mumbai })));
    expect(far.on.toString()).toBe("2026-11-21");
    expect([far.supply, far.place.code, far.totals.cgst, far.totals.igst]).toEqual(["INTER_STATE", "27", 0, 4_762]);
  });

  it("goes by the buyer's GSTIN where there is a valid one, and refuses an invalid one", () => {
    const withGstin = (buyerGstin: string) => draft(someFacts([aUnit()], { buyerGstin }));
    expect(must(withGstin("27aapfu0939f1zv"))).toMatchObject({ buyerGstin: "27AAPFU0939F1ZV", supply: "INTER_STATE" });
    expect(withGstin("27AAPFU0939F1ZX")).toMatchObject({ refusal: { code: "BUYER_GSTIN_INVALID" } });
  });

  it("refuses what it cannot know", () => {
    const code = (over: Partial<InvoiceFacts>, units = [aUnit()]) => {
      const result = draft(someFacts(units, over));
      return result.ok ? "OK" : result.refusal.code;
    };
    expect(code({}, [])).toBe("PACKAGE_EMPTY");
    expect(code({ shipTo: { ...ADDRESS, country: "Nepal" } })).toBe("EXPORT_NOT_SUPPORTED");
    expect(code({ shipTo: { ...ADDRESS, stateCode: null } })).toBe("PLACE_OF_SUPPLY_UNKNOWN");
    expect(code({}, [aUnit({ hsn: null })])).toBe("HSN_MISSING");
    expect(code({}, [aUnit({ taxClassId: null })])).toBe("TAX_CLASS_MISSING");
    expect(code({}, [aUnit({ taxClassId: "gone" })])).toBe("TAX_RATE_MISSING");
    expect(code({}, [aUnit({ discount: paise(100_001) })])).toBe("INVOICE_LINE_BELOW_ZERO");
    const named = draft(someFacts([aUnit({ hsn: null }), aUnit({ hsn: null }), aUnit({ skuId: TIFFIN, hsn: null })]));
    expect(named).toMatchObject({ refusal: { facts: { skus: ["KURTA", "TIFFIN"] } } });
  });

  it("of a seller without GSTIN, or of an exempt order, bears no tax and is a bill of supply", () => {
    const plain = someFacts([aUnit()]);
    for (const facts of [
      { ...plain, seller: { ...plain.seller, gstin: null } },
      { ...plain, taxExempt: true },
    ])
      expect(must(draft(facts))).toMatchObject({ kind: "BILL_OF_SUPPLY", totals: { tax: 0, taxable: 100_000 } });
  });

  it("is rounded to the rupee by a line of its own where the seller wants it, but never what a courier collects", () => {
    const units = [aUnit({ price: paise(100_049) })];
    expect(must(draft(someFacts(units), true)).totals).toMatchObject({ roundOff: -49, payable: 100_000 });
    expect(must(draft(someFacts(units))).totals).toMatchObject({ roundOff: 0, payable: 100_049 });
    expect(must(draft(someFacts(units, { paymentType: "COD" }), true)).totals.payable).toBe(100_049);
  });

  it("asks a consumer who owes for UPI, tells others the facts, and never asks for a prepaid amount", () => {
    const plain = someFacts([aUnit()]);
    const seller = { ...plain.seller, upiId: "shop@bank" };
    const qr = (over: Partial<InvoiceFacts>) =>
      invoicePage(must(draft({ ...plain, seller, ...over })), "INV-7", []).qr?.payload ?? "";
    const owed = new URL(qr({ paymentType: "COD" }));
    expect(owed.protocol).toBe("upi:");
    expect(Object.fromEntries(owed.searchParams)).toMatchObject({
      pa: "shop@bank",
      am: "1000.00",
      invoiceNo: "INV-7",
      gstIn: "29AAFCC9980M1ZR",
      gstBrkUp: "CGST:23.81|SGST:23.81",
    });
    expect(qr({ paymentType: "PREPAID" })).toContain("Value: INR 1000.00");
    expect(qr({ paymentType: "COD", buyerGstin: "29AAFCC9980M1ZR" })).not.toContain("upi:");
  });
});

describe("whatever the order", () => {
  const amount = (max: number) => fc.integer({ min: 0, max }).map(paise);
  const unit = fc
    .record({
      skuId: fc.constantFrom(KURTA, TIFFIN),
      taxClassId: fc.constantFrom("apparel", "plain"),
      price: amount(500_000),
      shippingCharges: amount(5_000),
      codCharges: amount(2_000),
      giftWrapCharges: amount(1_000),
      share: fc.integer({ min: 0, max: 100 }),
    })
    .map(({ share, ...given }) => aUnit({ ...given, discount: paise(Math.floor((given.price * share) / 100)) }));

  it("the invoice is for what the buyer owes, its lines add up to it, each unit is on one line, and it can be printed", () => {
    fc.assert(
      fc.property(
        fc.array(unit, { minLength: 1, maxLength: 40 }),
        fc.constantFrom("29", "27", "04"),
        fc.boolean(),
        (units, stateCode, cod) => {
          const shipTo = { ...ADDRESS, stateCode };
          const facts = someFacts(units, { shipTo, paymentType: cod ? "COD" : "PREPAID" });
          const drawn = must(draft(facts, true));
          const owed = units.reduce((total, each) => total + totalOf(each), 0);
          const { totals, lines } = drawn;
          expect(totals.gross).toBe(owed);
          expect(totals.payable - totals.roundOff).toBe(owed);
          expect(Math.abs(totals.roundOff)).toBeLessThanOrEqual(50);
          const placed = lines.flatMap((line) => line.units.map((each) => each.unitId));
          expect(placed.toSorted()).toEqual(units.map((each) => each.unitId).toSorted());
          const page = invoiceDocumentSchema.parse(invoicePage(drawn, "INV-1", []));
          const printed = page.lines.reduce((total, line) => total + line.total, 0);
          const byHsn = page.hsnSummary.reduce((total, row) => total + row.taxable + row.tax, 0);
          expect([printed, byHsn]).toEqual([owed, owed]);
          expect(page.payment.collect).toBe(cod ? owed : 0);
        },
      ),
      { numRuns: 200, seed: 20_261_120 },
    );
  });
});
